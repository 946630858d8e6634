# %% [markdown]
# # 9. Initial weights
#
# Training begins somewhere. Equal weights never learn to differ; small ones let the signal die on its way through the
# layers, large ones drown it. The right size was one of the discoveries that made deep networks work.

# %%
import sys
from itertools import pairwise

sys.path += ["..", "notebooks"]  # where checks_06_10.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_06_10 as checks
import ffnn.tf as tf
import pictures

# %% [markdown]
# ## Equal weights
#
# XOR and the 2-2-1 network again, now with all weights and biases 0.5. Compute the gradient of the loss by `W1`.

# %%
x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
y_labels = tf.constant([[0], [1], [1], [0]], tf.float32)
W1, b1 = tf.Variable(tf.fill([2, 2], 0.5)), tf.Variable(tf.fill([1, 2], 0.5))
W2, b2 = tf.Variable(tf.fill([2, 1], 0.5)), tf.Variable(tf.fill([1, 1], 0.5))


def calc_loss():
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    y = tf.sigmoid(tf.matmul(h1, W2) + b2)
    return tf.reduce_sum(tf.square(y - y_labels))


# solution
# gap: with tf.GradientTape() as tape:
# gap:     L = ...
# gap: gradient = ...  # by W1
with tf.GradientTape() as tape:
    L = calc_loss()
gradient = tape.gradient(L, W1)
# end
print(gradient)

# %%
checks.gradient_of_equal_weights(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `calc_loss()` goes under the tape, then `tape.gradient(L, W1)`, as in lesson 6.
#
# </details>
#
# **Question.** A column belongs to a hidden node. What do you see, and what will a step of training do?
#
# <details><summary>Answer</summary>
#
# The two columns are the same (apart from rounding). So both nodes move alike, and are the same after the step, and
# after every step: two nodes do the work of one, and one node cannot do XOR. Random weights *break the symmetry*.
#
# </details>


# %%
def train_xor(initial, steps=4000):
    """Train from these values of all weights and biases; return the loss."""
    for variable in (W1, b1, W2, b2):
        variable.assign(initial(variable.shape))
    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(steps):
        optimizer.minimize(calc_loss, [W1, b1, W2, b2])
    return calc_loss().numpy()


print("from 0.5: loss", train_xor(lambda shape: tf.fill(shape, 0.5)), "and W1")
print(W1.numpy())
assert np.allclose(W1[:, 0], W1[:, 1])
assert calc_loss().numpy() > 0.5
print("from 0:   loss", train_xor(tf.zeros), "and W1")
print(W1.numpy())
assert not W1.numpy().any()
starts = [train_xor(np.random.default_rng(seed).standard_normal) for seed in range(10)]
print("from ten random starts:", np.round(starts, 3))
solved = np.less(starts, 0.1)
assert 0 < solved.sum() < 10

# %% [markdown]
# From 0, `W1` does not move at all: what reaches it is multiplied by `W2`, which is 0.
#
# **Question.** Not every random start arrives. Why, and what does one do about it?
#
# <details><summary>Answer</summary>
#
# Each start is another place in the landscape. From some, the way down leads to a local minimum, or onto a plateau that
# takes longer than 4000 steps to cross. So one tries several starts and keeps the best. That is also why one does not
# fix the seed, except to get the same numbers twice.
#
# </details>
#
# ## How large?
#
# A node adds up $n$ products of an input and a weight. If inputs and weights are random with mean 0, variances add up:
# the variance of the sum is $n \sigma^2$ times that of an input, where $\sigma$ is the weights' standard deviation. To
# keep the signal's size from layer to layer, $n \sigma^2$ should be 1. On the way back, each slope is a sum over the
# $m$ nodes of the next layer, so $m \sigma^2$ should be 1 too. Glorot and Bengio (2010) meet in the middle:
#
# $$\sigma = \sqrt{\frac{2}{n + m}}$$
#
# Write it down, for weights from $n$ inputs to $m$ nodes.


# %%
def glorot(n, m):
    # solution
    # gap: return ...
    return np.sqrt(2 / (n + m))
    # end


# %%
checks.glorot_deviation(globals())

# %% [markdown]
# The formula is for the standard deviation of *any* distribution. Their paper draws uniformly from $-a$ to $a$, whose
# standard deviation is $a / \sqrt 3$. Which $a$ is right?


# %%
def limit(n, m):
    # solution
    # gap: return ...
    return np.sqrt(6 / (n + m))
    # end


# %%
checks.glorot_limit(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# $a / \sqrt 3 = \sigma$, so $a = \sqrt 3 \, \sigma$.
#
# </details>
#
# It is what a Keras layer does if one says nothing: `kernel_initializer="glorot_uniform"` is the default.

# %%
tf.random.set_seed(1)
layer = tf.keras.layers.Dense(100)
layer(tf.zeros([1, 300]))
kernel = layer.trainable_variables[0].numpy()
print("standard deviation", kernel.std(), " glorot", glorot(300, 100))
print("largest           ", np.abs(kernel).max(), " limit ", limit(300, 100))
assert np.isclose(kernel.std(), glorot(300, 100), rtol=0.02)
assert 0.99 * limit(300, 100) < np.abs(kernel).max() <= limit(300, 100)

# %% [markdown]
# ## Ten layers
#
# A network of ten layers with 100 nodes each and no biases. 200 random inputs go in at the bottom, 200 random slopes at
# the top, and we look at what arrives where. `sums` are the nodes before their activation.


# %%
rng = np.random.default_rng(0)
bottom = tf.constant(rng.normal(size=(200, 100)), tf.float32)
top = tf.constant(rng.normal(size=(200, 100)), tf.float32)


def signals(activation, weights, layers=10):
    """Each layer's activations, and each layer's gradients by its sums."""
    draw = np.random.default_rng(1)
    Ws = [tf.constant(weights(draw), tf.float32) for _ in range(layers)]
    activations, all_sums = [bottom], []
    with tf.GradientTape() as tape:
        for W in Ws:
            sums = tf.matmul(activations[-1], W)
            tape.watch(sums)
            all_sums.append(sums)
            activations.append(activation(sums))
        L = tf.reduce_sum(activations[-1] * top)
    gradients = tape.gradient(L, all_sums)
    return [one.numpy() for one in activations[1:]], [one.numpy() for one in gradients]


def normal(deviation):
    """Weights drawn with that standard deviation, from 100 nodes to 100."""
    return lambda draw: draw.normal(0, deviation, (100, 100))


def sizes(arrays):
    return np.array([one.std() for one in arrays])


def compare(activation, choices, title):
    """Plot the size of activations and gradients, layer by layer."""
    _, places = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
    found = {}
    for name, (weights, colour) in choices.items():
        found[name] = [sizes(arrays) for arrays in signals(activation, weights)]
        for place, measured in zip(places, found[name], strict=True):
            place.plot(range(1, 11), measured, "o-", ms=3, color=colour, label=name)
    for place, what in zip(places, ["activations", "gradients"], strict=True):
        place.set(yscale="log", xlabel="layer", title=f"{title}: {what}", xticks=range(1, 11))
    places[0].set_ylabel("standard deviation")
    places[0].legend()
    plt.show()
    return found


found = compare(
    tf.tanh,
    {
        "0.01": (normal(0.01), pictures.GREY),
        "Glorot": (normal(glorot(100, 100)), pictures.BLUE),
        "0.5": (normal(0.5), pictures.ORANGE),
    },
    "tanh",
)
for name, (activations, gradients) in found.items():
    ratio = gradients[0] / gradients[-1]
    print(f"{name:7}: last activations {activations[-1]:.2g}, gradients of layer 1 / layer 10: {ratio:.2g}")
assert found["0.01"][0][-1] < 1e-9
assert found["0.01"][1][0] < 1e-8
assert found["0.5"][0][-1] > 0.9
assert found["0.5"][1][0] > 100 * found["0.5"][1][-1]
assert 0.2 < found["Glorot"][0][-1] < found["Glorot"][0][0] < 1
assert 0.2 < found["Glorot"][1][0] / found["Glorot"][1][-1] < 1

# %% [markdown]
# **Question.** Read the two pictures: what goes wrong with 0.01, and what with 0.5?
#
# <details><summary>Answer</summary>
#
# 0.01: each layer makes the signal ten times smaller, since $n \sigma^2 = 0.01$. At the top nothing of the input is
# left, and at the bottom nothing of the slopes: both *vanish*.
#
# 0.5: all activations are near $-1$ or 1, where tanh is flat (*saturated*): the network is a tangle of switches. Here
# the gradients *explode*: they grow on their way down by a factor of over 100, so that no rate suits all layers.
#
# </details>
#
# ## The paper's figures
#
# Before 2010 one drew uniformly from $-1/\sqrt n$ to $1/\sqrt n$. Figures 6 and 7 of Glorot and Bengio compare that
# with their own, in five layers of tanh. Here are ours, with 100 nodes a layer instead of 1000:


# %%
def uniform(limit):
    return lambda draw: draw.uniform(-limit, limit, (100, 100))


figure, places = plt.subplots(2, 2, figsize=(8, 4.4), layout="constrained")
shades = plt.colormaps["viridis"](np.linspace(0, 0.9, 5))
old_and_new = {"before": uniform(1 / np.sqrt(100)), "Glorot": uniform(limit(100, 100))}
five = {}
for row, (name, weights) in zip(places, old_and_new.items(), strict=True):
    five[name] = signals(tf.tanh, weights, layers=5)
    for place, arrays, what, most in zip(row, five[name], ["activations", "gradients"], [1, 2], strict=True):
        for number, (values, shade) in enumerate(zip(arrays, shades, strict=True), start=1):
            heights, edges = np.histogram(values, bins=61, range=(-most, most), density=True)
            place.plot((edges[1:] + edges[:-1]) / 2, heights, color=shade, label=f"layer {number}")
        place.set(title=f"{name}: {what}", ylim=(0, 5))
places[0, 0].legend(fontsize=8)
plt.show()
for name, (activations, gradients) in five.items():
    print(f"{name:7}: activations {sizes(activations).round(2)}, gradients {sizes(gradients).round(2)}")
assert sizes(five["before"][0])[-1] < 0.2 * sizes(five["before"][0])[0]
assert sizes(five["Glorot"][0])[-1] > 0.4 * sizes(five["Glorot"][0])[0]
assert sizes(five["before"][1])[0] < 0.2 * sizes(five["before"][1])[-1]
assert sizes(five["Glorot"][1])[0] > 0.4 * sizes(five["Glorot"][1])[-1]

# %% [markdown]
# **Question.** The old rule looks sensible. What is its $n \sigma^2$, and what follows?
#
# <details><summary>Answer</summary>
#
# $\sigma = a / \sqrt 3 = 1 / \sqrt{3n}$, so $n \sigma^2 = 1/3$: each layer keeps a third of the variance. Above, the
# activations pile up at 0 from layer to layer, and the gradients from the last layer back to the first.
#
# </details>
#
# ## ReLU needs more
#
# ReLU makes every negative sum 0, so only half of the signal's square gets through. He et al. (2015) make up for it:
# $n \sigma^2 = 2$. Which standard deviation is that?


# %%
def he(n):
    # solution
    # gap: return ...
    return np.sqrt(2 / n)
    # end


# %%
checks.he_deviation(globals())

# %%
found = compare(
    tf.nn.relu,
    {"Glorot": (normal(glorot(100, 100)), pictures.BLUE), "He": (normal(he(100)), "black")},
    "ReLU",
)
assert found["Glorot"][0][-1] < 0.05 * found["Glorot"][0][0]
assert found["He"][0][-1] > 0.5 * found["He"][0][0]
assert found["Glorot"][1][0] < 0.05 * found["Glorot"][1][-1]
assert found["He"][1][0] > 0.5 * found["He"][1][-1]

# %% [markdown]
# **Question.** Why do formulas in books differ?
#
# <details><summary>Answer</summary>
#
# By the activation function (2 for ReLU, 1 for tanh); by the distribution (a standard deviation for the normal, a
# limit, larger by $\sqrt 3$, for the uniform); and by what is to be kept: the signal forwards ($n$), backwards ($m$),
# or something between.
#
# </details>
#
# ## Does it train?
#
# Six hidden layers of 32 nodes; the task is to tell the points inside a circle from those outside. 1000 steps, rate
# 0.1, and only the initial weights differ. Afterwards, 2000 new points say what has been understood.


# %%
def draw_points(rows):
    points = rng.normal(size=(rows, 2)).astype(np.float32)
    return points, (np.hypot(*points.T) < 1.18).astype(np.float32)[:, None]


points, inside = draw_points(200)
new_points, new_inside = draw_points(2000)
guess = inside.var()  # the loss of the best constant answer


def train(activation, deviation):
    """The loss at every 50th step, and on the new points; `deviation(n, m)` is the size of the initial weights."""
    draw = np.random.default_rng(1)
    nodes = [2, *[32] * 6, 1]
    shapes = list(pairwise(nodes))
    Ws = [tf.Variable(draw.normal(0, deviation(*shape), shape).astype(np.float32)) for shape in shapes]
    bs = [tf.Variable(tf.zeros([1, m])) for _, m in shapes]

    def calc_loss(x=points, t=inside):
        for W, b in zip(Ws[:-1], bs[:-1], strict=True):
            x = activation(tf.matmul(x, W) + b)
        return tf.reduce_mean(tf.square(tf.sigmoid(tf.matmul(x, Ws[-1]) + bs[-1]) - t))

    optimizer = tf.keras.optimizers.SGD(0.1)
    losses = []
    for step in range(1001):
        if step % 50 == 0:
            losses.append(float(calc_loss()))
        optimizer.minimize(calc_loss, Ws + bs)
    return losses, float(calc_loss(new_points, new_inside))


runs = {
    "tanh, 0.01": (tf.tanh, lambda *_: 0.01, pictures.GREY, "-"),
    "tanh, Glorot": (tf.tanh, glorot, pictures.BLUE, "-"),
    "tanh, 1": (tf.tanh, lambda *_: 1, pictures.ORANGE, "-"),
    "ReLU, Glorot": (tf.nn.relu, glorot, pictures.BLUE, "--"),
    "ReLU, He": (tf.nn.relu, lambda n, _: he(n), "black", "--"),
}
plt.figure(figsize=(6, 3))
learnt, new = {}, {}
for name, (activation, deviation, colour, dashes) in runs.items():
    learnt[name], new[name] = train(activation, deviation)
    plt.plot(np.arange(21) * 50, learnt[name], dashes, color=colour, label=name)
    print(f"{name:12}: loss {learnt[name][-1]:.3f}, on new points {new[name]:.3f}")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend(fontsize=8)
plt.show()
assert learnt["tanh, 0.01"][-1] > 0.95 * guess
assert learnt["tanh, Glorot"][-1] < 0.1 * guess
assert learnt["tanh, 1"][3] == min(losses[3] for losses in learnt.values())
assert new["tanh, 1"] > 4 * new["tanh, Glorot"]
assert learnt["ReLU, He"][2] < 0.6 * learnt["ReLU, Glorot"][2]

# %% [markdown]
# **Question.** With weights of 1 the loss falls fastest. Why is this no success?
#
# <details><summary>Answer</summary>
#
# Look at the new points. A network of switches cuts the plane into shreds; on these, the last layers can tell the 200
# points apart and learn each by heart. What it says between them has little to do with the circle.
#
# </details>
#
# With ReLU, He's weights get off faster than Glorot's. For your own layers: leave Keras' default with tanh, and write
# `kernel_initializer="he_normal"` with ReLU.
