# %% [markdown]
# # 14. Universal approximation
#
# With enough hidden nodes a network comes as near as you like to any continuous function, on a bounded region. Here you
# see why, first by hand, and then measure how the error falls with the width.

# %%
import sys
from itertools import pairwise

sys.path += ["..", "notebooks"]  # where checks_11_16.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_11_16 as checks
import ffnn.tf as tf
import pictures

x = np.linspace(0, 1, 501, dtype=np.float32)[:, None]


def curve(x):
    """Put a curve of your own here."""
    return np.sin(6 * x) + 0.5 * np.cos(15 * x)


# %% [markdown]
# ## A bump from two nodes
#
# A sigmoid with a large weight is almost a step: $g(1000 (x - a))$ is 0 left of $a$ and 1 right of it. Build a bump
# that is 1 between `left` and `right` and 0 elsewhere, from two such nodes.


# %%
def step(x, a):
    return tf.sigmoid(1000 * (x - a)).numpy()


def bump(x, left, right):
    # solution
    # gap: height = ...
    height = step(x, left) - step(x, right)
    # end
    return height


# %%
checks.bump_by_hand(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The second step takes away what the first has given.
#
# </details>
#
# ## A curve from bumps
#
# Bumps side by side, each as high as the curve in its middle, make stairs along the curve. Two hidden nodes for each.


# %%
def stairs(x, count):
    edges = np.linspace(0, 1, count + 1)
    return sum(curve((left + right) / 2) * bump(x, left, right) for left, right in pairwise(edges))


def root_mean_square(values):
    return float(np.sqrt(np.mean(np.square(values))))


inside = (x > 0.01) & (x < 0.99)  # at the very ends a step is half done
counts = [5, 10, 20, 40]
by_hand = [root_mean_square((stairs(x, count) - curve(x))[inside]) for count in counts]
figure, axes = plt.subplots(1, 3, figsize=(11, 2.6), sharey=True, layout="constrained")
for axis, count in zip(axes, counts, strict=False):
    axis.plot(x, curve(x), color=pictures.GREY, ls=":", lw=3)
    axis.plot(x, stairs(x, count), color=pictures.BLUE, lw=1)
    axis.set_title(f"{count} bumps")
plt.show()
print(dict(zip(counts, np.round(by_hand, 3).tolist(), strict=True)))

# %% [markdown]
# By what does the error get smaller, about, when there are twice as many bumps? Round to a whole number.

# %%
# solution
# gap: factor = ...
factor = 2
# end

# %%
checks.factor_of_stairs(globals())

# %%
assert np.all(np.diff(by_hand) < 0)

# %% [markdown]
# So stairs with enough bumps are as near as one likes: that is the idea of the theorem. It says that weights exist. It
# does not say that training finds them.
#
# ## Training finds better ones
#
# One hidden layer of tanh nodes, trained, for several widths.

# %%
target = curve(x).astype(np.float32)


def fit(model):
    model(x)
    optimizer = tf.keras.optimizers.Adam(0.02)
    for _ in range(1000):
        optimizer.minimize(lambda: tf.reduce_mean(tf.square(model(x) - target)), model.trainable_variables)


widths, trained, outputs = [2, 4, 8, 16, 32], [], {}
for width in widths:
    tf.keras.utils.set_random_seed(0)
    wide = tf.keras.initializers.RandomUniform(-10, 10)
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(width, activation="tanh", kernel_initializer=wide, bias_initializer=wide),
            tf.keras.layers.Dense(1),
        ]
    )
    fit(model)
    outputs[width] = model(x).numpy()
    trained.append(root_mean_square(outputs[width] - target))

figure, axes = plt.subplots(1, 2, figsize=(10, 3), layout="constrained")
axes[0].loglog(widths, trained, "o-", color=pictures.BLUE, label="trained")
axes[0].loglog(2 * np.array(counts), by_hand, "o-", color=pictures.ORANGE, label="stairs by hand")
axes[0].set(xlabel="hidden nodes", ylabel="root mean squared error")
axes[0].set_xticks([2, 5, 10, 20, 40, 80], [2, 5, 10, 20, 40, 80], minor=False)
axes[0].xaxis.set_minor_formatter("")
axes[0].legend()
axes[1].plot(x, target, color=pictures.GREY, ls=":", lw=3, label="curve")
for width in (2, 4, 32):
    axes[1].plot(x, outputs[width], lw=1, label=f"{width} nodes")
axes[1].legend()
plt.show()

# %% [markdown]
# How many hidden nodes were enough for an error below 0.1? Give the smallest of `widths`.

# %%
# solution
# gap: enough = ...
enough = next(width for width, error in zip(widths, trained, strict=True) if error < 0.1)
# end
print(enough)

# %%
checks.enough_nodes(globals())

# %%
assert trained[-1] < trained[0] / 10
assert trained[-1] < by_hand[-1]

# %% [markdown]
# **Question.** XOR was the first success. What has it to do with this?
#
# <details><summary>Answer</summary>
#
# Without a hidden layer a network can only part its inputs by a straight line, and no line parts the patterns of XOR.
# One hidden layer of two nodes does, and with more nodes, any shape.
#
# </details>
#
# ## Outside the region
#
# The last network has seen $x$ from 0 to 1. What does it say beyond?

# %%
beyond = np.linspace(-0.5, 1.5, 401, dtype=np.float32)[:, None]
plt.figure(figsize=(5, 2.6))
plt.axvspan(0, 1, color="0.92")
plt.plot(beyond, curve(beyond), color=pictures.GREY, ls=":", lw=3)
plt.plot(beyond, model(beyond).numpy(), color=pictures.BLUE)
plt.show()
outside = (beyond < 0) | (beyond > 1)
wrong = root_mean_square((model(beyond).numpy() - curve(beyond))[outside])
print(wrong)
assert wrong > 10 * trained[-1]

# %% [markdown]
# **Question.** Does this contradict the theorem?
#
# <details><summary>Answer</summary>
#
# No: it speaks of a bounded region, and of how near weights *could* bring the network there. Beyond its data a network
# continues somehow.
#
# </details>
