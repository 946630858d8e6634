# %% [markdown]
# # 7. Normalised inputs
#
# Networks learn best when each input has mean 0 and variance 1. It takes two lines, it can decide whether anything is
# learned at all, and beginners forget it.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_06_10.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_06_10 as checks
import ffnn.tf as tf
import pictures

# %% [markdown]
# ## Mean 0, variance 1
#
# Here are four patterns, one in each row, with two inputs each. Take from each column its mean, and divide by its
# standard deviation: `np.mean` and `np.std`, with an `axis`. Leave `inputs` as it is, and put the result into
# `normalised`.

# %%
inputs = np.array([[0.0, 0], [0, 10], [10, 0], [10, 1]])

# solution
# gap: column_means = ...
# gap: column_stds = ...
# gap: normalised = ...
column_means = np.mean(inputs, axis=0)
column_stds = np.std(inputs, axis=0)
normalised = (inputs - column_means) / column_stds
# end
print(normalised)

# %%
checks.normalised_columns(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# A column goes down through all rows, and rows are axis 0: `axis=0` leaves one number for each column. Broadcasting
# does the rest: `(inputs - column_means) / column_stds`.
#
# </details>
#
# **Question.** A column holds 7 in every row. What happens, and what would you do?
#
# <details><summary>Answer</summary>
#
# Its standard deviation is 0, and 0 / 0 is not a number (`nan`), which spreads through the whole network. A column that
# never changes says nothing: leave it out, or divide it by 1.
#
# </details>
#
# ## New data
#
# The network has been trained on normalised inputs, so it must get its new inputs in the same form. One new pattern
# arrives:

# %%
new = np.array([[5.0, 7.0]])

# solution
# gap: new_normalised = ...
new_normalised = (new - column_means) / column_stds
# end
print(new_normalised)

# %%
checks.normalised_new_data(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# Which mean does a single row have of its own? Use the numbers that you have kept.
#
# </details>
#
# **Question.** Why not the mean and standard deviation of the new data?
#
# <details><summary>Answer</summary>
#
# The same raw number must always reach the network as the same number; else what it has learned does not fit. With
# statistics of its own, a single row would become 0 / 0, and hot days and cold days would look alike. So the means and
# standard deviations of the *training* data are part of the model: save them with the weights.
#
# </details>
#
# In Keras, a layer can keep them: it learns them by `adapt`, and is then the first layer of the network.

# %%
layer = tf.keras.layers.Normalization(axis=-1)
layer.adapt(inputs)
print(layer(new))
assert np.allclose(layer(new), new_normalised, atol=1e-5)

# %% [markdown]
# ## What it does to the loss
#
# A straight line is the smallest network: $y = w x + b$, no hidden layer. Let it learn something that grows with age.


# %%
rng = np.random.default_rng(0)
age = rng.normal(45, 12, 200)
target = 0.1 * (age - 45) + rng.normal(0, 0.3, 200)
age_normalised = (age - age.mean()) / age.std()


def curvatures(x):
    """Of the mean squared error of x w + b: from the flattest direction to the steepest."""
    columns = np.column_stack([x, np.ones(len(x))])
    return np.linalg.eigvalsh(2 * columns.T @ columns / len(x))


def learn(x, steps):
    """Gradient descent with the rate 1 / largest curvature: weights and bias, and the loss, before each step."""
    x = x.reshape(len(x), -1)
    eta = 1 / curvatures(x)[-1]
    inputs, t = tf.constant(x, tf.float32), tf.constant(target[:, None], tf.float32)
    w, b = tf.Variable(tf.zeros([x.shape[1], 1])), tf.Variable(3.0)
    path, losses = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            L = tf.reduce_mean(tf.square(tf.matmul(inputs, w) + b - t))
        slopes = tape.gradient(L, [w, b])
        path.append([*w.numpy().ravel(), b.numpy()])
        losses.append(L.numpy())
        w.assign(w - eta * slopes[0])
        b.assign(b - eta * slopes[1])
    return np.array(path), np.array(losses)


figure, places = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
lost = {}
for place, name, x, (lowest, highest) in [
    (places[0], "raw", age, (-0.13, 0.16)),
    (places[1], "normalised", age_normalised, (-4, 4)),
]:
    w, b = np.linspace(lowest, highest, 81), np.linspace(-6, 6, 81)
    heights = [[np.mean((one * x + other - target) ** 2) for one in w] for other in b]
    path, lost[name] = learn(x, 100)
    place.contour(w, b, np.sqrt(heights), levels=10, colors=pictures.GREY, linewidths=0.6)
    place.plot(*path.T, "o-", color=pictures.BLUE, ms=4, lw=1)
    place.plot(*np.polyfit(x, target, 1), "*", color="black", ms=9)
    flat, steep = curvatures(x)
    place.set(title=f"{name}: {steep / flat:,.0f} times as steep", xlabel="w", ylabel="b")
plt.show()
assert np.divide(*curvatures(age)[::-1]) > 10_000
assert np.isclose(np.divide(*curvatures(age_normalised)[::-1]), 1)

# %% [markdown]
# Each path has 100 steps, with the same rule for its rate. On the left the first step falls into a narrow valley, and
# 99 more do not move visibly. On the right the valley is a round bowl, and the first step arrives: as in lesson 6.
# (Mind the axis of $w$ on the left, which is stretched: with equal scales, the valley would be a hair's breadth.)

# %%
print("after   1 step: ", {name: round(float(losses[1]), 4) for name, losses in lost.items()})
print("after  99 steps:", {name: round(float(losses[99]), 4) for name, losses in lost.items()})
least = np.mean((np.polyval(np.polyfit(age, target, 1), age) - target) ** 2)
assert np.isclose(lost["normalised"][1], least, atol=1e-4)
assert lost["raw"][99] > 3 * least

# %% [markdown]
# **Question.** Why is the valley on the left so narrow, and why does it slant?
#
# <details><summary>Answer</summary>
#
# The slope of the loss by $w$ has a factor $x$, about 45, and the curvature a factor $x^2$, about 2000; by $b$ the
# factors are 1. And $w$ and $b$ are tied: raise $w$ by 0.1, and every output rises by about 4.5, which a lower $b$ can
# make up for. Subtracting the mean unties them (no slant), dividing by the standard deviation evens out the factors.
#
# </details>
#
# **Question.** Would a larger rate help on the left?
#
# <details><summary>Answer</summary>
#
# Up to twice as large; beyond, it diverges across the valley. That is the limit of lesson 6, $2 / L''$.
#
# </details>
#
# ## What it does to a network
#
# Now age and income, 2-8-1. The target is 1 for people in the middle of both and 0 for those around them. The same
# initial weights, 2000 steps, and seven learning rates, since the best one may differ:


# %%
centred = rng.normal(size=(200, 2))
people = (centred * [12, 10_000] + [45, 40_000]).astype(np.float32)
middle = (np.hypot(*centred.T) < 1.1).astype(np.float32)[:, None]
people_normalised = (people - people.mean(axis=0)) / people.std(axis=0)
guess = middle.var()  # the loss of the best constant answer


def train(x, eta):
    """The loss after 2000 steps."""
    draw = np.random.default_rng(1)
    W1 = tf.Variable(draw.normal(0, 0.7, (2, 8)).astype(np.float32))
    W2 = tf.Variable(draw.normal(0, 0.3, (8, 1)).astype(np.float32))
    b1, b2 = tf.Variable(tf.zeros([1, 8])), tf.Variable(tf.zeros([1, 1]))

    def calc_loss():
        h1 = tf.tanh(tf.matmul(x, W1) + b1)
        y = tf.sigmoid(tf.matmul(h1, W2) + b2)
        return tf.reduce_mean(tf.square(y - middle))

    optimizer = tf.keras.optimizers.SGD(eta)
    for _ in range(2000):
        optimizer.minimize(calc_loss, [W1, b1, W2, b2])
    return float(calc_loss().numpy())


etas = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]
raw = [train(people, eta) for eta in etas]
normal = [train(people_normalised, eta) for eta in etas]

plt.figure(figsize=(5, 2.8))
plt.axhline(guess, color=pictures.GREY, lw=1, label="the same answer to all")
plt.plot(etas, raw, "o-", color=pictures.ORANGE, label="raw")
plt.plot(etas, normal, "o-", color=pictures.BLUE, label="normalised")
plt.xscale("log")
plt.ylim(0, 0.3)
plt.xlabel("learning rate")
plt.ylabel("loss after 2000 steps")
plt.legend()
plt.show()
assert min(raw) > 0.9 * guess
assert min(normal) < 0.15 * guess

# %% [markdown]
# **Question.** Raw inputs do not work at *any* of the rates. Why?
#
# <details><summary>Answer</summary>
#
# An income of 40,000 times a weight of 0.7 is a sum of 28,000. There tanh is 1 (or $-1$) and flat: every hidden node
# says the same to everybody, and its slope is 0, so nothing tells `W1` where to go. Only the output's bias learns,
# until the network gives the same answer to all.
#
# </details>
#
# ## Whitening
#
# Normalising looks at each column alone. Two columns may still say nearly the same: height in cm, and size of shoes.


# %%
height = rng.normal(170, 10, 200)
shoes = 41 + 2.5 * (0.95 * (height - 170) / 10 + 0.31 * rng.normal(size=200))
body = np.column_stack([height, shoes])
body_normalised = (body - body.mean(axis=0)) / body.std(axis=0)
covariance = body_normalised.T @ body_normalised / 200
print(covariance)

# %% [markdown]
# The *covariance* matrix has the variances, 1 and 1, on its diagonal, and beside it how the columns go together. To
# *whiten* is to make it the unit matrix. Its eigenvectors are the axes of the cloud of points, at right angles, and its
# eigenvalues are the variances along them. So: turn the cloud onto its axes, `body_normalised @ vectors`, then give
# each column variance 1.

# %%
values, vectors = np.linalg.eigh(covariance)
# solution
# gap: white = ...
white = body_normalised @ vectors / np.sqrt(values)
# end

# %%
checks.whitened(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# After turning, the columns have the variances `values`. Their standard deviations are the square roots.
#
# </details>

# %%
versions = {"raw": body, "normalised": body_normalised, "whitened": white}
figure, places = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
for place, (name, points) in zip(places, versions.items(), strict=True):
    place.scatter(*points.T, s=6, color=pictures.BLUE)
    place.set(title=name)
    if name != "raw":
        place.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal")
plt.show()

# %% [markdown]
# What is it worth? The target depends on both columns. Again a line (now a plane), 200 steps, and the rate
# 1 / largest curvature for each:

# %%
target = body_normalised @ [1.0, -1.0] + rng.normal(0, 0.1, 200)
plt.figure(figsize=(5, 2.8))
for (name, points), colour in zip(versions.items(), [pictures.ORANGE, pictures.BLUE, "black"], strict=True):
    columns = np.column_stack([points, np.ones(200)])
    least = np.mean((columns @ np.linalg.lstsq(columns, target)[0] - target) ** 2)
    losses = learn(points, 200)[1]
    arrived = int(np.argmax(losses < 1.01 * least)) if losses[-1] < 1.01 * least else None
    ratio = curvatures(points)[-1] / curvatures(points)[0]
    print(f"{name:10}: {ratio:12,.0f} times as steep; steps to within 1 % of the least loss: {arrived or 'over 200'}")
    plt.plot(losses, label=name, color=colour)
    wanted = {"raw": arrived is None, "normalised": arrived and 20 < arrived < 200, "whitened": arrived == 1}
    assert wanted[name]
    assert {"raw": ratio > 1e6, "normalised": ratio < 100, "whitened": ratio < 1.01}[name]
plt.yscale("log")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend()
plt.show()

# %% [markdown]
# **Question.** Whitening does more than normalising. Why is it not always done?
#
# <details><summary>Answer</summary>
#
# It mixes the columns, so that none can be read any more. An axis along which the data hardly varies is often noise,
# and whitening makes it as large as the others. With thousands of columns, the covariance is large to store and needs
# many rows to be known. And normalising, for two lines, brings most of the gain:
# here from over a million times as steep to less than a hundred.
#
# </details>
#
# **Question.** Should targets be normalised too?
#
# <details><summary>Answer</summary>
#
# Classes not. For a price of 300,000 it helps: a network whose outputs begin near 0 has a long way to go. Keep the
# target's mean and standard deviation, and undo the normalisation on what the network says.
#
# </details>
