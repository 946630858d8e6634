# %% [markdown]
# # 15. New data
#
# A *pattern* is an input together with its output. A network that has learned its patterns is worth something only if
# it answers well to inputs that it has not learned.

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

generator = np.random.default_rng(1)
x = np.linspace(-1, 1, 100, dtype=np.float32)[:, None]
true_curve = np.sin(4 * x)
t = (true_curve + generator.normal(0, 0.4, x.shape)).astype(np.float32)
order = generator.permutation(100)

# %% [markdown]
# ## Three parts
#
# One hundred measured points of a curve, with noise. Before anything else they are divided: the first 20 in the
# shuffled `order` to learn from, the next 20 to judge by, the other 60 for the test in the end.

# %%
# solution
# gap: train_rows = ...
# gap: judge_rows = ...
# gap: test_rows = ...
train_rows = order[:20]
judge_rows = order[20:40]
test_rows = order[40:]
# end

# %%
checks.three_parts(globals())

# %% [markdown]
# **Question.** Why shuffle first?
#
# <details><summary>Answer</summary>
#
# Tables are often sorted: by date, by place, here from left to right. The first 20 would be the left fifth of the
# curve, and the test would ask for what lies far outside of it.
#
# </details>
#
# ## Training error and test error
#
# Networks with 1, 3 and 50 hidden nodes, trained for 4000 steps.


# %%
def new_network(width):
    tf.random.set_seed(0)
    W1 = tf.Variable(tf.random.normal([1, width], stddev=6, seed=1))
    b1 = tf.Variable(tf.random.normal([1, width], stddev=3, seed=2))
    W2 = tf.Variable(tf.random.normal([width, 1], stddev=0.1, seed=3))
    b2 = tf.Variable(tf.zeros([1, 1]))

    def run_network(x):
        return tf.matmul(tf.tanh(tf.matmul(x, W1) + b1), W2) + b2

    return run_network, [W1, b1, W2, b2]


def error(run_network, rows):
    """The root mean squared error on these rows."""
    return np.sqrt(tf.reduce_mean(tf.square(run_network(x[rows]) - t[rows])).numpy())


def train(width, steps=4000):
    """The network, and every 50 steps its errors on the three parts and its weights."""
    run_network, variables = new_network(width)
    optimizer = tf.keras.optimizers.Adam(0.01)
    errors, weights = [], []
    for step in range(steps + 1):
        if step % 50 == 0:
            errors.append([error(run_network, rows) for rows in (train_rows, judge_rows, test_rows)])
            weights.append([variable.numpy() for variable in variables])
        optimizer.minimize(lambda: tf.reduce_mean(tf.square(run_network(x[train_rows]) - t[train_rows])), variables)
    return run_network, variables, np.array(errors), weights


networks = {width: train(width) for width in (1, 3, 50)}

figure, places = plt.subplots(1, 3, figsize=(12, 3), sharey=True, layout="constrained")
for place, (width, (run_network, _, errors, _)) in zip(places, networks.items(), strict=True):
    place.plot(x, true_curve, color=pictures.GREY, lw=1, label="the truth")
    place.plot(x, run_network(x).numpy(), color=pictures.BLUE, label="the network")
    place.plot(x[test_rows], t[test_rows], ".", color="lightgrey")
    place.plot(x[train_rows], t[train_rows], "o", color=pictures.ORANGE, ms=5, label="learned")
    place.set(title=f"{width} hidden: training {errors[-1, 0]:.2f}, test {errors[-1, 2]:.2f}", ylim=(-2.2, 2.2))
places[0].legend(fontsize="small")
plt.show()

# %%
last = {width: errors[-1] for width, (_, _, errors, _) in networks.items()}
assert last[1][0] > last[3][0] > last[50][0]
assert last[3][2] < min(last[1][2], last[50][2])
assert last[50][0] < 0.2

# %% [markdown]
# **Question.** Which network has the smallest training error, and which one would you use?
#
# <details><summary>Answer</summary>
#
# The one with 50 nodes runs through nearly every point it has learned, with an error below 0.1, though the noise is
# 0.4. It has learned the noise by heart (it *overfits*), and on the test it is worse than the one with 3. The one with
# a single node cannot bend enough (it *underfits*), and is bad on both. The training error says nothing about which to
# use; the test error does.
#
# </details>
#
# ## Stop in time
#
# Look at the errors of the large network while it learns.

# %%
run_network, variables, errors, weights = networks[50]
judged = errors[:, 1]

# solution
# gap: stop = ...  # the position at which `judged` is smallest
stop = np.argmin(judged)
# end

# %%
checks.best_epoch(globals())

# %%
plt.figure(figsize=(6.5, 3))
colours = {"training": pictures.ORANGE, "judging": pictures.BLUE, "test": pictures.GREY}
for part, (name, colour) in zip(errors.T, colours.items(), strict=True):
    plt.plot(np.arange(len(part)) * 50, part, color=colour, label=name)
plt.axvline(stop * 50, color="black", ls=":", label="stop")
plt.xlabel("step")
plt.ylabel("error")
plt.legend()
plt.show()
print(f"test error at the stop {errors[stop, 2]:.2f}, after all steps {errors[-1, 2]:.2f}")
assert errors[stop, 2] < errors[-1, 2]
assert stop < len(errors) // 4

# %% [markdown]
# The training error sinks and sinks; the others sink, and then rise again. So one keeps the weights of the best moment:
# *early stopping*.
#
# **Question.** Why not choose the moment by the test rows?
#
# <details><summary>Answer</summary>
#
# What has been chosen by some rows looks better on them than it is: chance has helped to choose. So the rows that
# choose and the rows that report must not be the same. For this there are three parts.
#
# </details>
#
# ## What more data does
#
# The same network of 50 nodes, trained on 80 points instead of 20:

# %%
many_rows, few_tests = np.concatenate([train_rows, test_rows]), judge_rows
run_network, variables = new_network(50)
optimizer = tf.keras.optimizers.Adam(0.01)
for _ in range(4000):
    optimizer.minimize(lambda: tf.reduce_mean(tf.square(run_network(x[many_rows]) - t[many_rows])), variables)
with_80 = error(run_network, few_tests)
print(f"on 20 rows seen by neither: trained on 20 {last[50][1]:.2f}, trained on 80 {with_80:.2f}")
assert with_80 < last[50][1]

# %% [markdown]
# ## Learning nonsense by heart
#
# How much *can* a network memorise? One hundred rows of random numbers; the labels are tossed with a coin. There is
# nothing to understand.

# %%
noise = generator.normal(size=(200, 20))
coins = generator.integers(0, 2, 200)
tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(32, activation=tf.tanh), tf.keras.layers.Dense(2, activation=tf.nn.softmax)]
)
model.compile(tf.keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(noise[:100], coins[:100], epochs=100, batch_size=100, verbose=0)
_, known = model.evaluate(noise[:100], coins[:100], verbose=0)
_, new = model.evaluate(noise[100:], coins[100:], verbose=0)
print(f"right: {known:.0%} of what it has learned, {new:.0%} of new rows")
assert known == 1
assert 0.35 < new < 0.65

# %% [markdown]
# All of it, and it understands nothing: on new rows it is as good as a coin. A network that is right about everything
# it has learned has proved nothing yet.
