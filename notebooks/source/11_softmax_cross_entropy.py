# %% [markdown]
# # 11. Softmax and cross-entropy
#
# A network that names what it sees should also say how sure it is. Here its outputs become probabilities, and you meet
# the loss that trains them.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_11_16.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_11_16 as checks
import ffnn.tf as tf
import pictures

# %% [markdown]
# ## From outputs to probabilities
#
# A network looks at furniture. It has four outputs, for chair, table, wardrobe and door, and gives
# $y = (-0.2, 0.5, 0.1, 0.1)$.
#
# **Question.** Which one does it mean, and how confident is it?
#
# <details><summary>Answer</summary>
#
# Table: its output is the largest. How confident the network is cannot be read off: 0.5 is no probability, and one
# output is even negative.
#
# </details>
#
# Probabilities are positive and sum to 1. The exponential makes every output positive and keeps their order; dividing
# by the sum does the rest. This is *softmax*:
#
# $$p_i = \frac{e^{y_i}}{\sum_k e^{y_k}}$$
#
# Write it with `tf.exp` and `tf.reduce_sum`.

# %%
names = ["chair", "table", "wardrobe", "door"]
y = tf.constant([-0.2, 0.5, 0.1, 0.1])

# solution
# gap: p = ...
p = tf.exp(y) / tf.reduce_sum(tf.exp(y))
# end
print(p)

# %%
checks.softmax_by_hand(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `tf.exp(y)` takes the exponential of each of the four; `tf.reduce_sum` of that is one number.
#
# </details>
#
# **Question.** Is P(table) = 0.352?
#
# <details><summary>Answer</summary>
#
# Yes: $e^{0.5} / (e^{-0.2} + e^{0.5} + e^{0.1} + e^{0.1}) = 1.649 / 4.678 = 0.352$. The network prefers the table, and
# is far from sure.
#
# </details>

# %%
figure, axes = plt.subplots(1, 3, figsize=(10, 2.4), sharey=True, layout="constrained")
for axis, (outputs, title) in zip(axes, [(y, "y"), (y + 10, "y + 10"), (10 * y, "10 y")], strict=True):
    axis.bar(names, tf.nn.softmax(outputs).numpy(), color=pictures.BLUE)
    axis.set_title(f"softmax({title})")
axes[0].set_ylabel("probability")
plt.show()
assert np.allclose(tf.nn.softmax(y + 10).numpy(), tf.nn.softmax(y).numpy(), atol=1e-5)

# %% [markdown]
# **Question.** What does adding 10 to every output do, and what multiplying by 10? Why?
#
# <details><summary>Answer</summary>
#
# Adding does nothing: $e^{10}$ is a factor above and below the line, and cancels. Only differences between outputs
# count. Multiplying makes the differences larger, and so the network surer.
#
# </details>
#
# In TensorFlow's words it is `tf.nn.softmax(y)`, or `tf.keras.activations.softmax(y, axis=1)` for a matrix with a row
# for each pattern.
#
# ## Cross-entropy
#
# Suppose the picture does show a table. As a one-hot vector (lesson 10) this is $t = (0, 1, 0, 0)$. The *cross-entropy*
# of this pattern is
#
# $$L = -\sum_i t_i \log p_i$$
#
# with the natural logarithm, `tf.math.log`.

# %%
t = tf.constant([0.0, 1.0, 0.0, 0.0])

# solution
# gap: L = ...
L = -tf.reduce_sum(t * tf.math.log(p))
# end
print(L)

# %%
checks.cross_entropy_of_the_table(globals())

# %% [markdown]
# Three of the four terms are 0, so $L = -\log p_1$, where 1 is the index of "table". The rest of the vector only counts
# through the sum inside softmax. How does $L$ change with the outputs?

# %%
outputs = tf.Variable(y)
with tf.GradientTape() as tape:
    loss = -tf.math.log(tf.nn.softmax(outputs)[1])
gradient = tape.gradient(loss, outputs).numpy()
print(names, gradient.round(3))

# %% [markdown]
# **Question.** Which outputs does a step of gradient descent raise, and which does it lower? Compare the numbers with
# $p$.
#
# <details><summary>Answer</summary>
#
# A step goes against the gradient: it raises the table's output and lowers the three others, the most probable of them
# most. The gradient is exactly $p - t$: what the network says, less what is true.
#
# </details>

# %%
assert np.allclose(gradient, (p - t).numpy(), atol=1e-6)

# %% [markdown]
# TensorFlow's `SparseCategoricalCrossentropy` takes probabilities, softmax already applied, and the numbers of the
# categories, not one-hot vectors:

# %%
cce = tf.keras.losses.SparseCategoricalCrossentropy()
print(cce(y_true=[1], y_pred=[p.numpy()]))

# %% [markdown]
# ## Where it comes from
#
# Why a logarithm? Take three photos. The network gives their true labels the probabilities 0.9, 0.5 and 0.8. How
# probable is it, by its own account, that all three labels are as they are? And what is the sum of the three
# cross-entropies?

# %%
given = np.array([0.9, 0.5, 0.8])

# solution
# gap: likelihood = ...  # the probability of all three labels together
# gap: total = ...  # the sum of the three cross-entropies
likelihood = np.prod(given)
total = np.sum(-np.log(given))
# end
print(likelihood, total, np.exp(-total))

# %%
checks.likelihood_of_three(globals())

# %% [markdown]
# The probability of all labels together is the *likelihood*. The logarithm of a product is the sum of the logarithms,
# so the cross-entropies sum to $-\log(\text{likelihood})$. Where the one is smallest, the other is largest: minimising
# cross-entropy over the data is looking for the weights under which the given labels are most probable.
#
# **Question.** Why not maximise the likelihood itself?
#
# <details><summary>Answer</summary>
#
# A product of many probabilities is too small for a computer: $0.9^{1000}$ is already below the smallest
# 32-bit number. And a sum over patterns can be taken in batches.
#
# </details>

# %%
assert np.float32(0.9**1000) == 0

# %% [markdown]
# ## 100 identical photos
#
# The lecture's strangest example: 100 photos, all the same, 40 of them labelled "1" and 60 labelled "2". No network can
# tell the two apart: it gives all 100 the same probability $q$ of "1". Which $q$ is best?

# %%
q = np.linspace(0.01, 0.99, 99)
mean_loss = -(0.4 * np.log(q) + 0.6 * np.log(1 - q))
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
axes[0].plot(q, np.exp(-100 * mean_loss), color=pictures.BLUE)
axes[0].set(xlabel="q", ylabel="likelihood $q^{40} (1-q)^{60}$")
axes[1].plot(q, mean_loss, color=pictures.ORANGE)
axes[1].set(xlabel="q", ylabel="mean cross-entropy")
plt.show()
assert np.isclose(q[np.argmin(mean_loss)], 0.4)

# %% [markdown]
# Now let a network find it. Fill the loss, as on the slide: softmax of the outputs, then `cce`, then the mean.

# %%
photos = tf.ones([100, 64])
photo_labels = np.array([0] * 40 + [1] * 60)  # category 0 is "1", category 1 is "2"
tf.random.set_seed(1)
layer = tf.keras.layers.Dense(2)


def calc_loss():
    y = layer(photos)
    # solution
    # gap: p = ...
    # gap: loss = ...
    p = tf.keras.activations.softmax(y, axis=1)
    loss = tf.reduce_mean(cce(y_true=photo_labels, y_pred=p))
    # end
    return loss


# %%
checks.loss_of_photos(globals())

# %%
optimizer = tf.keras.optimizers.SGD(0.003)
said = []
calc_loss()
for _ in range(100):
    said.append(tf.nn.softmax(layer(photos[:1])).numpy()[0])
    optimizer.minimize(calc_loss, layer.trainable_variables)
plt.figure(figsize=(5, 2.6))
plt.plot(said, label=["P(1)", "P(2)"])
plt.xlabel("step")
plt.ylabel("probability")
plt.legend()
plt.show()
print(said[-1])

# %%
checks.forty_sixty(globals())

# %% [markdown]
# **Question.** The network has converged. Why is its loss not 0?
#
# <details><summary>Answer</summary>
#
# It is 0.673 for each photo, $-(0.4 \log 0.4 + 0.6 \log 0.6)$: the labels differ where the photos do not. No network
# can do better; probabilities that say how often one will be wrong are the best there is.
#
# </details>

# %%
assert np.isclose(calc_loss().numpy(), 0.673, atol=5e-4)

# %% [markdown]
# ## 60 dogs and 40 cats
#
# When every photo is different, a network with enough weights can give each its own label. Ours are 64 noisy grey
# values: a dog is one fixed pattern plus noise, a cat another.

# %%
generator = np.random.default_rng(0)
patterns = generator.normal(size=(2, 64))


def photographs(pattern, count):
    return (pattern + generator.normal(scale=2, size=(count, 64))).astype(np.float32)


animals = np.concatenate([photographs(patterns[0], 60), photographs(patterns[1], 40)])
animal_labels = np.array([0] * 60 + [1] * 40)
figure, axes = plt.subplots(1, 6, figsize=(9, 1.8))
for axis, number in zip(axes, [0, 1, 2, 60, 61, 62], strict=True):
    axis.imshow(animals[number].reshape(8, 8), cmap="gray")
    axis.set_title("dog" if number < 60 else "cat")
    axis.axis("off")
plt.show()

# %%
tf.keras.utils.set_random_seed(0)
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(2, activation="softmax")]
)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(animals, animal_labels, epochs=200, verbose=0)
p_dog = model.predict(animals)[:, 0]
print("dogs: at least", p_dog[:60].min(), " cats: at most", p_dog[60:].max())

# %% [markdown]
# As the lecture says: P(dog) is about 1 for every dog, and about 0 for every cat. What about photos that it never saw:
# new dogs, and photos with no animal at all?

# %%
new_dogs = model.predict(photographs(patterns[0], 1000))[:, 0]
nothing = model.predict(photographs(np.zeros(64), 1000))[:, 0]
bins = np.linspace(0, 1, 21)
figure, axes = plt.subplots(1, 3, figsize=(10, 2.4), layout="constrained")
axes[0].hist([p_dog[:60], p_dog[60:]], bins, stacked=True, color=[pictures.BLUE, pictures.ORANGE])
axes[0].set(title="trained on (orange: cats)", ylabel="photos")
axes[1].hist(new_dogs, bins, color=pictures.BLUE)
axes[1].set(title="new dogs", xlabel="P(dog)")
axes[2].hist(nothing, bins, color=pictures.GREY)
axes[2].set(title="no animal")
plt.show()
sure = np.mean((nothing < 0.1) | (nothing > 0.9))
print(f"new dogs called dogs: {np.mean(new_dogs > 0.5):.1%}; surest of them not: P(dog) = {new_dogs.min():.3f}")
print(f"photos of nothing about which the network is sure: {sure:.0%}")

# %%
assert min(p_dog[:60].min(), 1 - p_dog[60:].max()) > 0.98
assert 0.95 < np.mean(new_dogs > 0.5) < 1
assert sure > 0.4

# %% [markdown]
# **Question.** Are these probabilities true probabilities?
#
# <details><summary>Answer</summary>
#
# Of the training photos, yes. For new photos one hopes: most new dogs are near enough to the old ones, a few are not.
# And of photos that show neither, the network is often sure all the same: its outputs must sum to 1 over the two
# categories that it knows, and nothing has taught it to doubt. Lesson 15 looks at new data.
#
# </details>
#
# ## Why not squared error?
#
# One could also minimise $\|p - t\|^2$. Let there be two categories, and let $m$ be by how much the right output is
# above the wrong one. Far to the left the network is sure, and wrong.

# %%
m = tf.Variable(np.linspace(-8, 8, 161, dtype=np.float32))
with tf.GradientTape(persistent=True) as tape:
    right = tf.sigmoid(m)  # softmax of two outputs
    cross_entropy = tf.reduce_sum(-tf.math.log(right))
    squared_error = tf.reduce_sum(2 * tf.square(1 - right))
plt.figure(figsize=(5, 2.6))
plt.plot(m.numpy(), -tape.gradient(cross_entropy, m).numpy(), label="cross-entropy", color=pictures.BLUE)
plt.plot(m.numpy(), -tape.gradient(squared_error, m).numpy(), label="squared error", color=pictures.ORANGE)
plt.xlabel("m")
plt.ylabel("pull towards the right")
plt.legend()
plt.show()
# %% [markdown]
# **Question.** What will happen to a network that is sure and wrong?
#
# <details><summary>Answer</summary>
#
# Cross-entropy pulls hardest there, with a slope near 1. The squared error is flat there, for softmax is: it hardly
# pulls at all.
#
# </details>
#
# Let us measure it. Three spirals, one network, the same rate for both losses; first from fresh weights, then from
# weights that have learned *wrong* labels well.

# %%
category = np.repeat([0, 1, 2], 100)
radius = np.tile(np.linspace(0.1, 1, 100), 3)
angle = 4 * radius + 2 * np.pi * category / 3 + generator.normal(scale=0.1, size=300)
points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype(np.float32)
targets = np.eye(3, dtype=np.float32)[category]
wrong_targets = np.eye(3, dtype=np.float32)[(category + 1) % 3]
plt.figure(figsize=(3, 3))
plt.scatter(*points.T, c=category, s=8)
plt.axis("equal")
plt.show()

# %%
tf.keras.utils.set_random_seed(0)
spirals = tf.keras.Sequential(
    [tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(3, activation="softmax")]
)
spirals(points)
fresh = spirals.get_weights()


def summed_squares(t, p):
    return tf.reduce_sum(tf.square(p - t), axis=-1)


def accuracy(start, loss):
    spirals.set_weights(start)
    spirals.compile(tf.keras.optimizers.SGD(0.3), loss, ["accuracy"])
    return spirals.fit(points, targets, epochs=200, verbose=0).history["accuracy"]


spirals.compile(tf.keras.optimizers.Adam(0.01), "categorical_crossentropy")
spirals.fit(points, wrong_targets, epochs=150, verbose=0)
misled = spirals.get_weights()

curves = {
    (begin, name): accuracy(start, loss)
    for begin, start in [("fresh weights", fresh), ("sure and wrong", misled)]
    for name, loss in [("cross-entropy", "categorical_crossentropy"), ("squared error", summed_squares)]
}

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8), sharey=True, layout="constrained")
for (begin, name), curve in curves.items():
    axis = axes[int(begin == "sure and wrong")]
    axis.plot(curve, label=name, color=pictures.BLUE if name == "cross-entropy" else pictures.ORANGE)
    axis.set(title=begin, xlabel="epoch")
axes[0].set_ylabel("accuracy")
axes[0].legend()
plt.show()
for key, curve in curves.items():
    print(*key, "| at the end:", round(curve[-1], 2))

# %%
at_end = {key: curve[-1] for key, curve in curves.items()}
assert min(at_end["fresh weights", "cross-entropy"], at_end["fresh weights", "squared error"]) > 0.98
assert at_end["sure and wrong", "cross-entropy"] > 0.98
assert at_end["sure and wrong", "squared error"] < 0.9

# %% [markdown]
# **Question.** What do the two pictures say?
#
# <details><summary>Answer</summary>
#
# From fresh weights, which are sure of nothing, both losses come to the same end in about the same time. From weights
# that are sure and wrong, cross-entropy needs a few dozen epochs; the squared error is not there after 200. That, and
# probabilities that have a meaning, is why classifiers are trained with softmax and cross-entropy.
#
# </details>
