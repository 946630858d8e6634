# %% [markdown]
# # 12. Classification and regression
#
# What leaves a network can be a category or a number. That decides the last layer, the loss, and how the output is
# read.
#
# | | classification | regression |
# |---|---|---|
# | wanted | one of several categories | a number |
# | last layer | a node for each category, softmax | a node for each number, no activation |
# | loss | cross-entropy | squared error |
# | read | the largest, `tf.argmax` | as it is |

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_11_16.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_11_16 as checks
import ffnn.tf as tf
import pictures

# %% [markdown]
# ## Which is it?
#
# For each task give the kind, `"classification"` or `"regression"`, and the number of output nodes.

# %%
# solution
# gap: tasks = {
# gap:     "price of a house": (..., ...),
# gap:     "letter A-Z in a picture": (..., ...),
# gap:     "position of a tennis ball in a room": (..., ...),
# gap:     "species of a flower, one of three": (..., ...),
# gap: }
tasks = {
    "price of a house": ("regression", 1),
    "letter A-Z in a picture": ("classification", 26),
    "position of a tennis ball in a room": ("regression", 3),
    "species of a flower, one of three": ("classification", 3),
}
# end

# %%
checks.kinds_of_tasks(globals())

# %% [markdown]
# ## A number: no softmax, no sigmoid
#
# The curve $t = 2 \sin 3x$ goes from -2 to 2. One network ends in a sigmoid. Give the other the last layer that a
# regression needs.

# %%
x = np.linspace(-1, 1, 101, dtype=np.float32)[:, None]
t = 2 * np.sin(3 * x)
tf.keras.utils.set_random_seed(0)
squashed = tf.keras.Sequential(
    [tf.keras.layers.Dense(16, activation="tanh"), tf.keras.layers.Dense(1, activation="sigmoid")]
)
# solution
# gap: last = ...  # a layer
last = tf.keras.layers.Dense(1)
# end
free = tf.keras.Sequential([tf.keras.layers.Dense(16, activation="tanh"), last])


# %%
def train(model):
    model(x)
    optimizer = tf.keras.optimizers.Adam(0.02)
    for _ in range(2000):
        optimizer.minimize(lambda: tf.reduce_mean(tf.square(model(x) - t)), model.trainable_variables)


for model in (squashed, free):
    train(model)

# %%
checks.last_layer(globals())

# %%
plt.figure(figsize=(5, 2.6))
plt.plot(x, t, color=pictures.GREY, ls=":", lw=3, label="target")
plt.plot(x, squashed(x).numpy(), color=pictures.ORANGE, label="sigmoid")
plt.plot(x, free(x).numpy(), color=pictures.BLUE, label="no activation")
plt.legend()
plt.show()

# %% [markdown]
# **Question.** And with softmax on that one output?
#
# <details><summary>Answer</summary>
#
# It would say 1 to everything: a single exponential divided by itself.
#
# </details>

# %%
assert np.all(tf.nn.softmax(squashed(x)).numpy() == 1)

# %% [markdown]
# ## A category: not as a number
#
# The 100 identical photos again: 40 of them labelled "1", 60 "2". Somebody trains a regression on the numbers 1 and 2.
# All that it can learn is one number for all; which one has the least mean squared error?

# %%
numbers = np.array([1.0] * 40 + [2.0] * 60)

# solution
# gap: learned = ...
learned = np.mean(numbers)
# end

# %%
checks.one_number(globals())

# %%
guesses = np.linspace(0.5, 2.5, 201)
plt.figure(figsize=(5, 2.6))
plt.plot(guesses, np.mean(np.square(guesses[:, None] - numbers), axis=1), color=pictures.BLUE)
plt.xlabel("the one number")
plt.ylabel("mean squared error")
plt.show()

# %% [markdown]
# **Question.** Of what use is 1.6?
#
# <details><summary>Answer</summary>
#
# As an answer to "which label?" of none: there is no label 1.6. With three labels it would be worse: torn between 1 and
# 3, it says 2, of which there was no sign. Softmax says 0.40 and 0.60 (lesson 11). For a real number the mean is just
# what one wants: squared error finds the mean, cross-entropy finds the shares.
#
# </details>
#
# ## Read the category
#
# Three clouds of points, softmax, cross-entropy. `p` has a row for each point.

# %%
generator = np.random.default_rng(0)
labels = np.repeat([0, 1, 2], 50)
points = np.array([[0, 0], [3, 0], [1.5, 2.5]])[labels] + generator.normal(scale=0.7, size=(150, 2))
points = points.astype(np.float32)
classifier = tf.keras.Sequential([tf.keras.layers.Dense(3, activation="softmax")])
classifier.compile(tf.keras.optimizers.Adam(0.1), "sparse_categorical_crossentropy")
classifier.fit(points, labels, epochs=40, verbose=0)
p = classifier.predict(points)

# solution
# gap: favoured = ...  # the category of each point, shape [150]
# gap: accuracy = ...  # the share that is right
favoured = np.argmax(p, axis=1)
accuracy = np.mean(favoured == labels)
# end

# %%
checks.favoured_category(globals())

# %%
plt.figure(figsize=(4, 3.2))
plt.scatter(*points.T, c=labels, s=200 * p.max(axis=1) ** 4, alpha=0.7)
plt.title("large: sure")
plt.axis("equal")
plt.show()
