# %% [markdown]
# # 1. A network in two equations
#
# A feedforward network takes a few numbers in, sends them through layers of *nodes*, and gives a few numbers out. Here
# you compute one node by hand, then a whole network in two lines.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks
import ffnn.tf as tf
import pictures

pictures.network([3, 4, 2])

# %% [markdown]
# This is a 3-4-2 network. Nodes 1, 2 and 3 hold the input. Each arrow carries a *weight*: what leaves node $i$ reaches
# node $j$ multiplied by $w_{ij}$. Nodes 4 to 7 are the *hidden* layer; nodes 8 and 9 hold the output.
#
# As a function it is $y = f(W, x)$, where $W$ is all the weights together. With enough hidden nodes and the right
# weights, it comes as near as you like to any continuous function of its inputs (on a bounded region): networks are
# *universal function approximators*. To *train* a network is to look for those weights.
#
# ## One node by hand
#
# Node 4 receives $s_4 = x_1 w_{14} + x_2 w_{24} + x_3 w_{34}$. It *fires*, which means that its activation $a_4$ is 1,
# if $s_4$ is above its threshold $b_4$; otherwise $a_4$ is 0.
#
# Let $x = (2, 1, 3)$, $w_{14} = 0.5$, $w_{24} = -1$, $w_{34} = 0.25$ and $b_4 = 0.5$. Take pen and paper.

# %%
# solution
# gap: s_4 = ...  # the sum
# gap: a_4 = ...  # 1 if the node fires, else 0
s_4 = 2 * 0.5 + 1 * -1 + 3 * 0.25
a_4 = 1
# end

# %%
checks.node_by_hand(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The first input adds $2 \times 0.5 = 1$ to the sum. There are two more.
#
# </details>
#
# ## From a step to a curve
#
# The step from 0 to 1 is flat on both sides: change a weight a little and nothing changes, so its slope says nothing
# about which way to go. Training needs a slope. The *logistic sigmoid* $g(s) = 1 / (1 + e^{-s})$ is a step with a
# slope everywhere.

# %%
s = np.linspace(-8, 8, 401)
plt.figure(figsize=(5, 2.6))
plt.plot(s, s > 0, label="step", color=pictures.GREY)
plt.plot(s, tf.sigmoid(s).numpy(), label="sigmoid", color=pictures.BLUE)
plt.xlabel("$s_4 - b_4$")
plt.ylabel("$a_4$")
plt.legend()
plt.show()
# %% [markdown]
# ## A layer is a product of matrices
#
# Each hidden node has a column of weights. Side by side the columns are a matrix, and one product gives the sums of all
# nodes at once:
#
# $$(s_4\ s_5\ s_6\ s_7) = (x_1\ x_2\ x_3)
# \begin{pmatrix} w_{14} & w_{15} & w_{16} & w_{17} \\ w_{24} & w_{25} & w_{26} & w_{27} \\
# w_{34} & w_{35} & w_{36} & w_{37} \end{pmatrix}$$
#
# One more change: instead of subtracting a threshold we add a *bias*, which is the threshold with its sign changed:
# $b_1 = -(b_4\ b_5\ b_6\ b_7)$. So the whole network is
#
# ```python
# h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
# y = tf.sigmoid(tf.matmul(h1, W2) + b2)
# ```
#
# Below, the first column is the node that you did by hand, now with the sigmoid.

# %%
W = tf.constant([[0.5, 1.0, 0.0, -0.5], [-1.0, 0.5, 0.0, 1.0], [0.25, -1.0, 0.0, 0.5]])
b = tf.constant([[-0.5, 0.0, 0.0, 1.0]])
sums = tf.matmul(tf.constant([[2.0, 1.0, 3.0]]), W) + b
print("sums       ", sums.numpy())
print("activations", tf.sigmoid(sums).numpy())

# %% [markdown]
# **Question.** The third node has weights and bias 0. Why is its activation 0.5, and what can it tell the next layer?
#
# <details><summary>Answer</summary>
#
# Its sum is 0 whatever the input, and $g(0) = 1/(1+1) = 0.5$. It says the same about every input: it acts as a
# constant, like a bias.
#
# </details>
#
# ## Shapes
#
# `tf.matmul` takes two matrices, so a single input is a matrix of one row. In the 3-4-2 network `x` has shape `[1, 3]`.
# Which shapes have the others?

# %%
# solution
# gap: shapes = {
# gap:     "W1": [..., ...],
# gap:     "b1": [..., ...],
# gap:     "h1": [..., ...],
# gap:     "W2": [..., ...],
# gap:     "b2": [..., ...],
# gap:     "y": [..., ...],
# gap: }
shapes = {"W1": [3, 4], "b1": [1, 4], "h1": [1, 4], "W2": [4, 2], "b2": [1, 2], "y": [1, 2]}
# end

# %%
checks.shapes_of_3_4_2(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# $[1, 3]$ times `W1` must give four sums, one for each hidden node. In a product $[a, b] \cdot [b, c]$ the inner sizes
# agree, and the result is $[a, c]$.
#
# </details>
#
# ## Exercise 1: build a 2-2-1 network
#
# Two inputs, one hidden layer of two nodes, one output; sigmoids in both layers; random weights and biases. The seeds
# make everybody's random numbers the same, and the same as TensorFlow's.

# %%
x = tf.constant([[1, 1]], tf.float32)

# solution
# gap: W1 = tf.Variable(tf.random.truncated_normal([..., ...], stddev=0.1, seed=1))
# gap: b1 = tf.Variable(tf.random.truncated_normal([..., ...], stddev=0.1, seed=2))
# gap: W2 = tf.Variable(tf.random.truncated_normal([..., ...], stddev=0.1, seed=3))
# gap: b2 = tf.Variable(tf.random.truncated_normal([..., ...], stddev=0.1, seed=4))
W1 = tf.Variable(tf.random.truncated_normal([2, 2], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([1, 2], stddev=0.1, seed=2))
W2 = tf.Variable(tf.random.truncated_normal([2, 1], stddev=0.1, seed=3))
b2 = tf.Variable(tf.random.truncated_normal([1, 1], stddev=0.1, seed=4))
# end


# %%
def run_network(x):
    # solution
    # gap: h1 = ...  # the hidden layer
    # gap: y = ...  # the output layer
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    y = tf.sigmoid(tf.matmul(h1, W2) + b2)
    # end
    return y


print(run_network(x))

# %%
checks.first_network(globals())

# %% [markdown]
# <details><summary>Hint for the shapes</summary>
#
# `W1` leads from two inputs to two hidden nodes, `W2` from two hidden nodes to one output. A bias has one row, and a
# column for each node of its layer.
#
# </details>
# <details><summary>Hint for the equations</summary>
#
# They are the two lines above, under "A layer is a product of matrices": this network has other sizes and the same
# equations.
#
# </details>
#
# **Question.** You run the cell with the seeds once more, and the output changes. Why?
#
# <details><summary>Answer</summary>
#
# A seed begins a stream of random numbers, and each call takes the next ones of its stream. A new kernel begins all
# streams anew: restart it to get 0.50787264 again.
#
# </details>
#
# **Question.** Why start from random weights, and not from zeros?
#
# <details><summary>Answer</summary>
#
# Hidden nodes with the same weights compute the same number, and training changes them alike: two nodes would do the
# work of one for ever. Random numbers break this symmetry. They also give another starting point each time, which is
# worth a try when training ends in a poor place; that is why one does not fix the seed outside of a course. How large
# they should be matters a great deal, and has a lesson of its own.
#
# </details>
#
# Your network, drawn with its weights (blue above 0, orange below):

# %%
pictures.network([2, 2, 1], weights=[10 * W1.numpy(), 10 * W2.numpy()], names=["A", "B", "h", "h", "y"])
