# %% [markdown]
# # 3. Training: XOR
#
# The network of lesson 2 answers 0.51 to everything. Now its weights move, a little at a time, until it answers XOR.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks
import ffnn.tf as tf
import pictures

x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)

W1 = tf.Variable(tf.random.truncated_normal([2, 2], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([1, 2], stddev=0.1, seed=2))
W2 = tf.Variable(tf.random.truncated_normal([2, 1], stddev=0.1, seed=3))
b2 = tf.Variable(tf.random.truncated_normal([1, 1], stddev=0.1, seed=4))
variables = [W1, b1, W2, b2]
start = [variable.numpy() for variable in variables]


def run_network(x):
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    y = tf.sigmoid(tf.matmul(h1, W2) + b2)
    return y


def rewind():
    """Put all weights and biases back to where they started."""
    for variable, value in zip(variables, start, strict=True):
        variable.assign(value)


# %% [markdown]
# ## Targets
#
# Make `y_labels` the constant of the four targets of XOR: 0, 1, 1, 0. It is subtracted from the output, so it needs the
# output's shape, `[4, 1]`.

# %%
# solution
# gap: y_labels = ...  # tf.constant(..., tf.float32)
y_labels = tf.constant([[0], [1], [1], [0]], tf.float32)
# end

# %%
checks.targets(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# Four rows of one number each: every number has its own brackets.
#
# </details>
#
# ## Loss
#
# How wrong is the network, as one number? The *loss* here is the sum of the squared differences:
# $L = \lVert y - t \rVert^2$. Write it with `tf.subtract`, `tf.square` and `tf.reduce_sum`.


# %%
def calc_loss():
    y = run_network(x)
    # solution
    # gap: deltas = ...  # y less y_labels
    # gap: squared_deltas = ...  # each of them squared
    # gap: loss = ...  # their sum
    deltas = tf.subtract(y, y_labels)
    squared_deltas = tf.square(deltas)
    loss = tf.reduce_sum(squared_deltas)
    # end
    return loss


print(calc_loss())

# %%
checks.loss(globals())

# %% [markdown]
# **Question.** Why is the function called "reduce"?
#
# <details><summary>Answer</summary>
#
# It makes a tensor smaller by whole axes: here a `[4, 1]` tensor becomes a single number, which has no axes. Other
# functions work on each number by itself and keep the shape; `reduce_max` and `reduce_mean` are further ones that do
# not. The word is older than TensorFlow: "reduce" (or "fold") is to combine a list into one value by applying an
# operation, here +, again and again.
#
# </details>
#
# **Question.** The start has a loss of almost exactly 1. Why?
#
# <details><summary>Answer</summary>
#
# Every output is about 0.5, so every difference is about 0.5: $4 \times 0.5^2 = 1$.
#
# </details>

# %%
t = tf.constant([[0.0], [1.0], [1.0], [0.0]])
print("axis 0:", tf.reduce_sum(t, axis=0), " axis 1:", tf.reduce_sum(t, axis=1), " all:", tf.reduce_sum(t))

# %% [markdown]
# ## Which way is down?
#
# Change a single weight and keep the others: the loss draws a curve. Its slope where we stand,
# $\partial L / \partial w$, says which way to go. *Gradient descent* takes a step against the slope, in
# all weights and biases at once:
#
# $$w \leftarrow w - \eta \frac{\partial L}{\partial w}$$
#
# $\eta$ is the *learning rate*. The curve below belongs to `b2`, the bias of the output. The line is the slope at
# `b2` = 1, as `tf.GradientTape` computes it.

# %%
biases, losses = np.linspace(-1.5, 1.5, 61), []
for bias in biases:
    b2.assign([[bias]])
    losses.append(calc_loss().numpy())

b2.assign([[1.0]])
with tf.GradientTape() as tape:
    L = calc_loss()
slope = tape.gradient(L, b2).numpy().item()

plt.figure(figsize=(5, 2.8))
plt.plot(biases, losses, color=pictures.BLUE)
plt.plot(1.0, L.numpy(), "o", color=pictures.ORANGE)
plt.axline((1.0, L.numpy()), slope=slope, color=pictures.ORANGE, lw=1, label=f"slope {slope:.2f}")
plt.ylim(0.95, 1.45)
plt.xlabel("b2")
plt.ylabel("loss")
plt.legend()
plt.show()
rewind()

# %% [markdown]
# **Question.** From `b2` = 1, with $\eta = 0.5$: where does one step lead?
#
# <details><summary>Answer</summary>
#
# Against the slope, so to the left: $1 - 0.5 \times 0.36 = 0.82$. The next slope is smaller, and so is the next step.
#
# </details>
#
# The bottom of this curve is near `b2` = 0, where the network starts, and there the loss is still 1: a network that
# says the same to every input does best to say 0.5. The way on leads through several weights at once.
#
# ## Exercise 3: train
#
# `optimizer.minimize(calc_loss, [...])` takes one step: it computes the slope for each variable in the list and moves
# them all. SGD stands for *stochastic gradient descent*; 0.5 is $\eta$. Write the step.

# %%
rewind()
optimizer = tf.keras.optimizers.SGD(0.5)
losses, surfaces = [], {}
for i in range(20000):
    # solution
    # gap: ...  # one step of the optimizer
    optimizer.minimize(calc_loss, [W1, b1, W2, b2])
    # end
    if (i % 100) == 0:
        losses.append(calc_loss().numpy())
    if (i % 1000) == 0:
        print("iteration ", i, " loss", losses[-1])
    if i in (0, 11200, 11600, 12000):
        surfaces[i] = [variable.numpy() for variable in variables]

trained = [variable.numpy() for variable in variables]
print(run_network(x))

# %%
checks.trained(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `optimizer.minimize` takes the *function* `calc_loss`, without brackets, and the list `[W1, b1, W2, b2]`.
#
# </details>
#
# For more than ten thousand steps almost nothing seems to happen, and then it goes fast:

# %%
plt.figure(figsize=(6, 2.8))
plt.plot(np.arange(len(losses)) * 100, losses, color=pictures.BLUE)
plt.yscale("log")
plt.xlabel("step")
plt.ylabel("loss")
plt.show()

# %% [markdown]
# **Question.** What happens on the plateau?
#
# <details><summary>Answer</summary>
#
# All outputs are 0.5 there and all slopes nearly 0: small weights make the two hidden nodes nearly the same for every
# input, so that no weight alone can make things better. But it is no valley: the loss still sinks in its sixth
# decimal, the two nodes drift apart, and the further apart they are the faster it goes. Larger initial weights would
# shorten the wait.
#
# </details>
#
# ## What the network says everywhere
#
# The network takes any two numbers, not only the four corners. Colour says what it answers; on the black line the
# answer is 0.5.

# %%
figure, places = plt.subplots(1, len(surfaces) + 1, figsize=(10, 2.4), layout="constrained")
for place, (step, values) in zip(places, [*surfaces.items(), (20000, trained)], strict=True):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    pictures.surface(run_network, title=f"step {step}", axes=place)

# %% [markdown]
# ## A new pattern
#
# What does the trained network say to the input (0.5, 0.5)? Put the output into `answer`.

# %%
# solution
# gap: answer = ...
answer = run_network([[0.5, 0.5]])
# end
print(answer)

# %%
checks.new_pattern(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `run_network` has a parameter. Give it a matrix of one row.
#
# </details>
#
# **Question.** How must the program change to take other inputs than the four?
#
# <details><summary>Answer</summary>
#
# Not at all: `run_network(x)` computes from the `x` that it is given. Only `calc_loss` looks at the four training
# inputs, under the same name. Had we written `def run_network():` and used the `x` from outside, we would have to
# rewrite it now.
#
# </details>
#
# **Question.** Is the answer right?
#
# <details><summary>Answer</summary>
#
# Nobody can say: the four patterns do not tell what to answer between them. The picture above shows how *this* network
# filled the space in between; a network from another start fills it differently.
#
# </details>
#
# ## What the hidden layer is good for
#
# Try it without. A network of one layer is $y = g(xW + b)$. Write it, with variables `W` of shape `[2, 1]` and `b` of
# shape `[1, 1]`.

# %%
W = tf.Variable(tf.random.truncated_normal([2, 1], stddev=0.1, seed=5))
b = tf.Variable(tf.random.truncated_normal([1, 1], stddev=0.1, seed=6))


def one_layer(x):
    # solution
    # gap: return ...
    return tf.sigmoid(tf.matmul(x, W) + b)
    # end


def one_layer_loss():
    return tf.reduce_sum(tf.square(one_layer(x) - y_labels))


for _ in range(5000):
    optimizer.minimize(one_layer_loss, [W, b])
print("loss", one_layer_loss().numpy())

# %%
checks.without_hidden_layer(globals())

# %%
pictures.surface(one_layer, title="one layer: 0.5 everywhere")

# %% [markdown]
# **Question.** More steps do not help. Why can no choice of `W` and `b` do XOR?
#
# <details><summary>Answer</summary>
#
# The output is above 0.5 where $w_A A + w_B B + b > 0$, and this is one side of a straight line. XOR wants two opposite
# corners on one side, the other two on the other: no straight line does that.
#
# In numbers: (0, 0) needs $b \le 0$; (0, 1) and (1, 0) need $w_B + b > 0$ and $w_A + b > 0$. Their sum is
# $w_A + w_B + 2b > 0$, hence $w_A + w_B + b > -b \ge 0$. But (1, 1) needs $w_A + w_B + b \le 0$.
#
# </details>
#
# The hidden layer moves the points before the line is drawn. On the left the four patterns as they come in; on the
# right where the two trained hidden nodes put them. There, a straight line will do:

# %%
for variable, value in zip(variables, trained, strict=True):
    variable.assign(value)
h1 = tf.sigmoid(tf.matmul(x, W1) + b1).numpy()
figure, places = plt.subplots(1, 2, figsize=(7, 3.2), layout="constrained")
for place, points, title in zip(places, [x.numpy(), h1], ["input: A and B", "hidden: node 1 and node 2"], strict=True):
    for (across, up), name, target in zip(points, ["0 0", "0 1", "1 0", "1 1"], [0, 1, 1, 0], strict=True):
        place.scatter(across, up, s=120, color=pictures.BLUE if target else pictures.ORANGE)
        place.annotate(name, (across, up), xytext=(6, -14 if name == "1 1" else 6), textcoords="offset points")
    place.set(title=title, xlim=(-0.15, 1.2), ylim=(-0.15, 1.2), aspect="equal")
(across, up), bias = W2.numpy().ravel(), b2.numpy().item()
places[1].axline((-bias / across, 0), slope=-across / up, color="black", lw=1)
plt.show()

# %% [markdown]
# **Question.** And a hidden layer without its sigmoid?
#
# <details><summary>Answer</summary>
#
# Then $y = g((xW_1 + b_1)W_2 + b_2) = g(x\,(W_1 W_2) + (b_1 W_2 + b_2))$, which is one layer again. The bend in the
# activation is what makes the hidden layer worth having.
#
# </details>
#
# ## The trap of the shapes
#
# Suppose the targets lie down: `[[0, 1, 1, 0]]`, of shape `[1, 4]`. Output and targets are then stretched against each
# other, as in the puzzle of lesson 2. TensorFlow says nothing; here you get a warning.

# %%
lying = tf.constant([[0, 1, 1, 0]], tf.float32)


def lying_loss():
    return tf.reduce_sum(tf.square(tf.subtract(run_network(x), lying)))


rewind()
print("shape of the differences:", tf.subtract(run_network(x), lying).shape)
for _ in range(2000):
    optimizer.minimize(lying_loss, [W1, b1, W2, b2])
print("loss", lying_loss().numpy())
print(run_network(x))

# %% [markdown]
# The differences are 16 numbers: each output less *each* target. Below which value can this loss never fall? Find it by
# thought: four targets, two of them 0 and two of them 1, and one output that should be near to all of them.

# %%
# solution
# gap: lowest = ...  # a number
lowest = 4.0
# end

# %%
checks.lowest_of_the_trap(globals())

# %% [markdown]
# <details><summary>Answer</summary>
#
# Each output is compared with 0, 1, 1 and 0. The squares $2y^2 + 2(1-y)^2$ are smallest at $y = 0.5$, the mean of the
# targets, where they are 1. There are four outputs: 4 in all. So the network learns to say 0.5, whatever comes in.
#
# </details>
#
# ## What `minimize` does
#
# It is short for this: a *tape* records how the loss is computed, goes back through the record and gives the slope for
# each variable (*backpropagation*), and then each variable is moved. Write the missing lines, and the loop does the
# same as `optimizer.minimize`.

# %%
rewind()
eta = 0.5
for i in range(1000):
    with tf.GradientTape() as tape:
        L = calc_loss()
    # solution
    # gap: [dLdW1, dLdW2, dLdb1, dLdb2] = ...  # the slopes, from the tape
    [dLdW1, dLdW2, dLdb1, dLdb2] = tape.gradient(L, [W1, W2, b1, b2])
    # end
    W1.assign(W1 - dLdW1 * eta)
    W2.assign(W2 - dLdW2 * eta)
    # solution
    # gap: ...  # b1
    # gap: ...  # b2
    b1.assign(b1 - dLdb1 * eta)
    b2.assign(b2 - dLdb2 * eta)
    # end

# %%
checks.tape_form(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `tape.gradient` takes what was computed and the list of what it depends on; the slopes come in the order of the list.
#
# </details>
#
# ## Does it always work?
#
# Ten starts from other, larger random weights. Each line is one start:

# %%
draw = np.random.default_rng(0)
plt.figure(figsize=(6, 2.8))
for _ in range(10):
    for variable in variables:
        variable.assign(draw.normal(size=variable.shape))
    losses = []
    for i in range(8000):
        optimizer.minimize(calc_loss, [W1, b1, W2, b2])
        if (i % 100) == 0:
            losses.append(calc_loss().numpy())
    plt.plot(np.arange(80) * 100, losses, lw=1)
plt.yscale("log")
plt.xlabel("step")
plt.ylabel("loss")
plt.show()

# %% [markdown]
# Six of the ten learn XOR, within a few thousand steps; four stay at a loss of 0.5. In these four, both
# hidden nodes say the same to two of the patterns whose targets differ. The output can only say
# 0.5 to these two. The nodes are saturated (their sums are far from 0, where the sigmoid is flat), so the slopes that
# could separate the two patterns again are nearly 0.
#
# So one trains from several starts and keeps the best. How large the initial weights should be is a lesson of its own.
#
# **Question.** What happens when all weights start at the same number, 0.1 say?
#
# <details><summary>Answer</summary>
#
# Both hidden nodes compute the same, get the same slopes, and stay the same: the network acts as if it had one hidden
# node. Try it with `variable.assign(0.1 * tf.ones_like(variable))`. After thousands of steps only rounding has driven
# them a little apart, and the loss does not come below about 0.67.
#
# </details>
#
# The [TensorFlow Playground](https://playground.tensorflow.org/) shows such surfaces while they form.
