# %% [markdown]
# # 7. Normalised inputs
#
# One column holds ages, another holds salaries: 45 and 52000. A network learns best from columns with mean 0 and
# variance 1. This is the step that is most often forgotten; here you see what it is worth.

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

inputs = np.array([[0.0, 0], [0, 10], [10, 0], [10, 1]])

# %% [markdown]
# ## The slide's four rows
#
# Compute the mean and the standard deviation of each column of `inputs`, with `np.mean` and `np.std`, and from them
# the normalised rows: less the mean, divided by the standard deviation.

# %%
# solution
# gap: column_means = ...
# gap: column_stds = ...
# gap: normal = ...
column_means = np.mean(inputs, axis=0)
column_stds = np.std(inputs, axis=0)
normal = (inputs - column_means) / column_stds
# end
print(normal)

# %%
checks.normalised(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.mean(inputs, axis=0)` goes down the columns. NumPy broadcasts: `inputs - column_means` subtracts it from each row.
#
# </details>
#
# ## New rows
#
# Later the network is given two new rows. Normalise them for it.

# %%
new = np.array([[5.0, 5.0], [20.0, 0.0]])

# solution
# gap: new_normal = ...
new_normal = (new - column_means) / column_stds
# end
print(new_normal)

# %%
checks.new_rows(globals())

# %% [markdown]
# **Question.** Why not by the means and standard deviations of the new rows?
#
# <details><summary>Answer</summary>
#
# The network knows "0" as the mean of the *training* rows. By its own statistics a row would be given other numbers
# depending on the rows it happens to come with; and a single new row would always become (0, 0), divided by 0. So keep
# `column_means` and `column_stds` together with the weights: they belong to the model.
#
# </details>
#
# **Question.** What if a column holds the same number in every row?
#
# <details><summary>Answer</summary>
#
# Its standard deviation is 0, and so one would divide 0 by 0. It tells no row from another; leave it out.
#
# </details>
#
# `tf.keras.layers.Normalization` is this step as a layer: `adapt` takes the statistics, and the model carries them.

# %%
layer = tf.keras.layers.Normalization()
layer.adapt(inputs)
np.testing.assert_allclose(layer(new).numpy(), (new - inputs.mean(axis=0)) / inputs.std(axis=0), rtol=1e-5)

# %% [markdown]
# ## Ages and salaries
#
# Two hundred people: the older earn more, on the whole. Three versions of the same table: raw (salaries in thousands,
# to be kind), normalised, and *whitened*. Normalised columns may still move together; whitening turns the cloud until
# its longest direction is an axis, and scales each of the new axes, so that nothing moves together any more. The
# eigenvectors of the covariance matrix are these directions, and its eigenvalues the variances along them.

# %%
generator = np.random.default_rng(0)
age = generator.uniform(20, 70, 200)
salary = generator.normal(30 + 0.5 * age, 8)
raw = np.stack([age, salary], axis=1)
normalised = (raw - raw.mean(axis=0)) / raw.std(axis=0)

covariance = np.cov(normalised.T, bias=True)
variances, directions = np.linalg.eigh(covariance)
whitened = normalised @ directions / np.sqrt(variances)

tables = {"raw": raw, "normalised": normalised, "whitened": whitened}
print("covariance, normalised:", *covariance.round(2))
print("covariance, whitened:  ", *np.cov(whitened.T, bias=True).round(2))
np.testing.assert_allclose(np.cov(whitened.T, bias=True), np.eye(2), atol=1e-9)

figure, places = plt.subplots(1, 3, figsize=(12, 3.2), layout="constrained")
for place, (name, table) in zip(places, tables.items(), strict=True):
    place.scatter(*table.T, s=8, color=pictures.BLUE)
    limits = (-5, 100) if name == "raw" else (-3.5, 3.5)
    place.set(title=name, xlim=limits, ylim=limits, aspect="equal")
    place.axhline(0, color=pictures.GREY, lw=0.5)
    place.axvline(0, color=pictures.GREY, lw=0.5)
plt.show()

# %% [markdown]
# ## The loss as a landscape
#
# One node without an activation, $y = x_1 w_1 + x_2 w_2$, and the mean squared error: a bowl over two weights, like
# that of lesson 6. How round it is depends on the inputs alone. The *condition number* says it: how many times steeper
# the steepest direction is than the flattest. (Each picture is centred on its own lowest place, and drawn just large
# enough to show the longest direction.)

# %%
figure, places = plt.subplots(1, 3, figsize=(12, 3.4), layout="constrained")
condition = {}
for place, (name, table) in zip(places, tables.items(), strict=True):
    curvature = 2 * table.T @ table / len(table)
    steepness = np.linalg.eigvalsh(curvature)
    condition[name] = steepness[-1] / steepness[0]
    steps = np.linspace(-1, 1, 101) / np.sqrt(steepness[0])
    offsets = np.stack(np.meshgrid(steps, steps), axis=-1)
    height = 0.5 * np.einsum("abi,ij,abj->ab", offsets, curvature, offsets)
    place.contour(steps, steps, height, levels=np.linspace(0.02, 1, 9) ** 2, cmap="Blues_r")
    path = [np.array([-0.85, 0.15]) / np.sqrt(steepness[0])]
    for _ in range(30):
        path.append(path[-1] - curvature @ path[-1] / steepness[-1])
    place.plot(*np.transpose(path), ".-", color=pictures.ORANGE)
    place.plot(0, 0, "+", color="black", ms=12)
    place.set(title=f"{name}: condition number {condition[name]:.0f}", aspect="equal", xlim=steps[[0, -1]])
    place.set(ylim=steps[[0, -1]], xlabel="$w_1$", ylabel="$w_2$")
plt.show()
assert condition["raw"] > 50 > 10 > condition["normalised"] > condition["whitened"] * 2
np.testing.assert_allclose(condition["whitened"], 1)

# %% [markdown]
# The orange path takes 30 steps of gradient descent at half the rate at which it would diverge. On the raw columns it
# falls into the valley at once and then hardly gets along it; on the whitened ones the first step arrives.
#
# ## A network
#
# Now a real one, 2-8-1 with tanh, which learns a bent surface over the same people. To be fair, each table gets the
# best of five learning rates.

# %%
t = (np.sin(1.5 * normalised[:, :1]) + 0.5 * normalised[:, 1:] * normalised[:, :1]).astype(np.float32)


def train(table, rate, steps=1500):
    """The loss at every tenth step."""
    W1 = tf.Variable(tf.random.normal([2, 8], stddev=0.5, seed=1))
    b1 = tf.Variable(tf.zeros([1, 8]))
    W2 = tf.Variable(tf.random.normal([8, 1], stddev=0.5, seed=2))
    b2 = tf.Variable(tf.zeros([1, 1]))
    x = tf.constant(table, tf.float32)

    def calc_loss():
        y = tf.matmul(tf.tanh(tf.matmul(x, W1) + b1), W2) + b2
        return tf.reduce_mean(tf.square(y - t))

    optimizer = tf.keras.optimizers.SGD(rate)
    losses = []
    for step in range(steps):
        if step % 10 == 0:
            losses.append(calc_loss().numpy())
        optimizer.minimize(calc_loss, [W1, b1, W2, b2])
    return np.array(losses)


plt.figure(figsize=(6.5, 3))
least = {}
for (name, table), colour in zip(tables.items(), (pictures.GREY, pictures.ORANGE, pictures.BLUE), strict=True):
    curves = {rate: train(table, rate) for rate in (0.001, 0.01, 0.03, 0.1, 0.2)}
    rate = min(curves, key=lambda rate, curves=curves: np.nan_to_num(curves[rate][-20:].mean(), nan=np.inf))
    least[name] = curves[rate][-20:].mean()
    plt.plot(np.arange(len(curves[rate])) * 10, curves[rate], color=colour, label=f"{name}, rate {rate}")
    print(f"{name:10} best rate {rate:<5}  loss {least[name]:.4f}")
plt.axhline(t.var(), color="black", ls=":", label="always the mean")
plt.yscale("log")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend()
plt.show()
assert least["raw"] > 20 * least["normalised"]

# %% [markdown]
# On raw columns the loss stays more than twenty times higher, whatever the rate.
#
# **Question.** A bowl is one thing; what else is wrong with raw inputs for tanh and sigmoid nodes?
#
# <details><summary>Answer</summary>
#
# An input of 50 with a weight of 0.5 makes a sum of 25, where tanh and sigmoid are flat: the slope is nearly 0 and the
# node is stuck at one end, the same for all people. Normalised inputs keep the sums around 0, where the curve bends.
#
# </details>
#
# **Question.** Whitened inputs are rounder still. Is it always worth it?
#
# <details><summary>Answer</summary>
#
# Here it changed little: normalising had done most. It mixes the columns, so that an input no longer has a name of its
# own; with hundreds of columns the covariance matrix is large; and directions with almost no variance, which are often
# noise, are blown up to the size of the others. Normalise always; whiten if columns move together strongly and it
# helps. (`ff.Recipe(whitening="pca")` does it for tables, lesson 16.)
#
# </details>
