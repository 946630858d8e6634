# %% [markdown]
# # 15. New data
#
# A network is trained on patterns whose answers are known. It is wanted for others. Here you give networks new inputs,
# and measure what they are worth there.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_11_16.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_11_16 as checks
import ffnn.tf as tf
import pictures

# %% [markdown]
# ## A new pattern for XOR
#
# A *pattern* is an input and its target. XOR has four. We train 100 networks with four hidden nodes on them (as in
# lesson 13, one more axis in front).

# %%
x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
y_labels = tf.constant([[0], [1], [1], [0]], tf.float32)
tf.random.set_seed(1)
shapes = [2, 4], [1, 4], [4, 1], [1, 1]
W1, b1, W2, b2 = [tf.Variable(tf.random.normal([100, *shape])) for shape in shapes]


def run_network(x):
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    return tf.sigmoid(tf.matmul(h1, W2) + b2)


optimizer = tf.keras.optimizers.SGD(0.5)
for _ in range(5000):
    optimizer.minimize(lambda: tf.reduce_sum(tf.square(run_network(x) - y_labels)), [W1, b1, W2, b2])
largest = np.sum(np.square(run_network(x).numpy() - y_labels.numpy()), axis=(1, 2)).max()
print("largest loss:", largest)
assert largest < 0.01

# %% [markdown]
# **Question.** How must the code be rewritten for the new input (0.5, 0.5)?
#
# <details><summary>Answer</summary>
#
# Not at all, because `run_network` takes its input as an argument. Had it used the training `x` from outside, it would
# need one. The input is a matrix of one row.
#
# </details>

# %%
# solution
# gap: y_new = ...  # what the networks say about (0.5, 0.5), shape [100, 1, 1]
y_new = run_network(tf.constant([[0.5, 0.5]]))
# end

# %%
checks.new_pattern(globals())

# %%
plt.figure(figsize=(5, 2.6))
plt.hist(y_new.numpy().ravel(), np.linspace(0, 1, 21), color=pictures.BLUE)
plt.xlabel("output for (0.5, 0.5)")
plt.ylabel("networks")
plt.show()
assert np.mean(y_new.numpy() < 0.2) > 0.2
assert np.mean(y_new.numpy() > 0.8) > 0.2

# %% [markdown]
# **Question.** All of them know XOR. Why do they disagree here, and which are right?
#
# <details><summary>Answer</summary>
#
# Four patterns do not say what lies between them: there are many functions through the four, and each start finds one.
# None is right or wrong: no target was ever given. What a network does away from its patterns is a guess, and it may be
# a confident one.
#
# </details>
#
# ## Error on rows it has seen, and on others
#
# Now a task where there is a truth: $t = \sin 3x$ plus noise of standard deviation 0.3. There are 12 rows to learn
# from, and 1,000 new rows.

# %%
generator = np.random.default_rng(0)


def rows(count):
    x = generator.uniform(-1, 1, (count, 1)).astype(np.float32)
    return x, (np.sin(3 * x) + generator.normal(scale=0.3, size=x.shape)).astype(np.float32)


x_train, t_train = rows(12)
x_new, t_new = rows(1000)

tf.keras.utils.set_random_seed(0)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(50, activation="tanh"),
        tf.keras.layers.Dense(50, activation="tanh"),
        tf.keras.layers.Dense(1),
    ]
)

# %% [markdown]
# Write the mean squared error of the model on any rows.


# %%
def error(x, t):
    # solution
    # gap: mean = ...  # of the squared differences of model(x) and t
    mean = tf.reduce_mean(tf.square(model(x) - t))
    # end
    return mean


# %%
checks.error_on_rows(globals())

# %%
errors, fits = [], {}
optimizer = tf.keras.optimizers.Adam(0.01)
line = np.linspace(-1, 1, 201, dtype=np.float32)[:, None]
for i in range(3001):
    if i % 50 == 0:
        errors.append((error(x_train, t_train).numpy(), error(x_new, t_new).numpy()))
    if i in (300, 3000):
        fits[i] = model(line).numpy()
    optimizer.minimize(lambda: error(x_train, t_train), model.trainable_variables)
errors = np.array(errors)

figure, axes = plt.subplots(1, 2, figsize=(10, 3), layout="constrained")
axes[0].plot(50 * np.arange(61), errors, label=["12 training rows", "1,000 new rows"])
axes[0].axhline(0.09, color=pictures.GREY, ls=":", label="noise: 0.3²")
axes[0].set(xlabel="step", ylabel="mean squared error", ylim=(0, 0.6))
axes[0].legend()
axes[1].scatter(x_train, t_train, color="black", zorder=3)
axes[1].plot(line, np.sin(3 * line), color=pictures.GREY, ls=":", label="truth")
for (step, fit), colour in zip(fits.items(), [pictures.BLUE, pictures.ORANGE], strict=True):
    axes[1].plot(line, fit, color=colour, label=f"after {step} steps")
axes[1].set(xlabel="x", ylim=(-2, 2))
axes[1].legend()
plt.show()

# %% [markdown]
# When would you have stopped? Column 0 of `errors` belongs to the training rows, column 1 to the new ones; a row to
# every 50 steps.

# %%
# solution
# gap: best_step = ...  # the step with the least error on new rows
best_step = 50 * int(np.argmin(errors[:, 1]))
# end
print(best_step)

# %%
checks.best_step(globals())

# %%
assert errors[-1, 0] < 0.01
assert errors[-1, 1] > 2 * errors[:, 1].min()

# %% [markdown]
# **Question.** The training error keeps falling. What is learned after the best step?
#
# <details><summary>Answer</summary>
#
# The noise of these 12 rows. The error on new rows cannot get below that of their own noise, $0.3^2 = 0.09$; a training
# error below it is memory. This is *overfitting*.
#
# </details>
#
# **Question.** May you report the least error on the new rows as the error to be expected?
#
# <details><summary>Answer</summary>
#
# No: these rows chose the step, so they are no longer new. One takes three parts: rows to train on, rows to choose by
# (*validation*), and rows for the score, used once (*test*).
#
# </details>
#
# ## Memorising
#
# Can a network learn what is not there? 100 rows of 20 random numbers, and labels drawn by lot.

# %%
x_lot, labels_lot = generator.normal(size=(100, 20)).astype(np.float32), generator.integers(0, 2, 100)
x_later, labels_later = generator.normal(size=(1000, 20)).astype(np.float32), generator.integers(0, 2, 1000)
memory = tf.keras.Sequential(
    [tf.keras.layers.Dense(64, activation="relu"), tf.keras.layers.Dense(2, activation="softmax")]
)
memory.compile(tf.keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
memory.fit(x_lot, labels_lot, epochs=100, verbose=0)

# %% [markdown]
# What do you expect on the 100 rows, and on the 1,000? Then compute both accuracies; `memory.predict` gives
# probabilities.

# %%
# solution
# gap: seen = ...  # accuracy on x_lot
# gap: unseen = ...  # accuracy on x_later
seen = np.mean(np.argmax(memory.predict(x_lot), axis=1) == labels_lot)
unseen = np.mean(np.argmax(memory.predict(x_later), axis=1) == labels_later)
# end
print(seen, unseen)

# %%
checks.memorised(globals())

# %%
assert seen == 1
assert 0.45 < unseen < 0.55

# %% [markdown]
# **Question.** Somebody shows you a network with 100 % accuracy. What do you ask?
#
# <details><summary>Answer</summary>
#
# On which rows? On rows it was trained on, any large enough network can have it, even where there is nothing to learn.
#
# </details>
