# %% [markdown]
# # 2. Four patterns at once
#
# A *pattern* is an input together with the output wanted for it, its *target*. XOR has four: the target is 1 if exactly
# one of A and B is 1. Here the network of lesson 1 takes all four inputs in one go.
#
# | A | B | XOR |
# |---|---|---|
# | 0 | 0 | 0 |
# | 0 | 1 | 1 |
# | 1 | 0 | 1 |
# | 1 | 1 | 0 |

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks
import ffnn.tf as tf
import pictures

W1 = tf.Variable(tf.random.truncated_normal([2, 2], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([1, 2], stddev=0.1, seed=2))
W2 = tf.Variable(tf.random.truncated_normal([2, 1], stddev=0.1, seed=3))
b2 = tf.Variable(tf.random.truncated_normal([1, 1], stddev=0.1, seed=4))


def run_network(x):
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    y = tf.sigmoid(tf.matmul(h1, W2) + b2)
    return y


# %% [markdown]
# ## Exercise 2: one row for each pattern
#
# In lesson 1 the input was `tf.constant([[1, 1]], tf.float32)`: one row, two columns. Make `x` hold all four inputs, in
# the order of the table. Nothing in `run_network` needs to change.

# %%
# solution
# gap: x = ...  # tf.constant(..., tf.float32)
x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
# end

# %%
print(run_network(x))

# %%
checks.four_patterns(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# Each input is a row with its own brackets: `[[0, 0], [0, 1], …]`. Count the brackets at both ends: two and two.
#
# </details>
#
# ## The shapes on the way
#
# `x` now has shape `[4, 2]`. Which shapes have the product `tf.matmul(x, W1)`, the bias `b1`, the activations `h1` and
# the output `y`?

# %%
# solution
# gap: shapes = {"matmul(x, W1)": [..., ...], "b1": [..., ...], "h1": [..., ...], "y": [..., ...]}
shapes = {"matmul(x, W1)": [4, 2], "b1": [1, 2], "h1": [4, 2], "y": [4, 1]}
# end

# %%
checks.shapes_of_four_patterns(globals())

# %% [markdown]
# **Question.** The product has four rows and the bias has one. How can they be added?
#
# <details><summary>Answer</summary>
#
# By *broadcasting*: an axis of length 1 is repeated until it fits. The one row of `b1` is added to each of the four
# rows, which is just what we want: the bias belongs to the node, whatever the pattern.
#
# </details>
#
# Look at it happen. Every column of the second square has one colour, since each node has one bias:

# %%
product = tf.matmul(x, W1).numpy()
repeated = tf.broadcast_to(b1, [4, 2]).numpy()
figure, places = plt.subplots(1, 3, figsize=(7, 2.8), layout="constrained")
for place, values, title in zip(
    places, [product, repeated, product + repeated], ["matmul(x, W1)", "+ b1, repeated", "= sums"], strict=True
):
    place.imshow(values, cmap="RdYlBu", vmin=-0.2, vmax=0.2)
    for (row, column), value in np.ndenumerate(values):
        place.text(column, row, f"{value:.3f}", ha="center", va="center")
    place.set(title=title, xticks=[0, 1], xticklabels=["node 1", "node 2"], yticks=range(4))
    place.set_yticklabels(["0 0", "0 1", "1 0", "1 1"])

# %% [markdown]
# ## A puzzle for later
#
# Broadcasting repeats *every* axis of length 1, on both sides. Which shape comes out when you subtract a row of shape
# `[1, 4]` from a column of shape `[4, 1]`?

# %%
# solution
# gap: difference_shape = [..., ...]
difference_shape = [4, 4]
# end

# %%
checks.column_minus_row(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The column is repeated to the right, the row downwards. Try it:
# `tf.constant([[1], [2], [3], [4]]) - tf.constant([[1, 2, 3, 4]])`.
#
# </details>
#
# Keep it in mind: in lesson 3 this spoils a training run without an error.
#
# **Question.** Why all four in one product, and not one after the other in a `for` loop?
#
# <details><summary>Answer</summary>
#
# The rows do not know of each other, so the numbers are the same either way. But one large product keeps the processor
# busy, where many small ones keep it waiting for Python; a real table has thousands of rows.
#
# </details>

# %%
one_by_one = tf.concat([run_network(x[row : row + 1]) for row in range(4)], axis=0)
print("largest difference:", np.abs(one_by_one.numpy() - run_network(x).numpy()).max())

# %% [markdown]
# ## How good is it?
#
# Not at all: it says about 0.51 to everything. Its weights are small, so every sum is near 0, and the sigmoid of 0 is
# 0.5. Now it has to learn.

# %%
pictures.against_targets(run_network(x))
