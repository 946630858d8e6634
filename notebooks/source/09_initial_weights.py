# %% [markdown]
# # 9. Initial weights
#
# Why random, and how large: this was one of the things that made deep networks work.

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
y_labels = tf.constant([[0], [1], [1], [0]], tf.float32)

# %% [markdown]
# ## All alike
#
# The network of XOR once more, 2-2-1; but its weights begin as zeros, or all as the same number.


# %%
def train(first, steps=3000):
    """Weights W1 and the loss, after training from weights that are all `first`."""
    W1, b1 = tf.Variable(tf.fill([2, 2], first)), tf.Variable(tf.zeros([1, 2]))
    W2, b2 = tf.Variable(tf.fill([2, 1], first)), tf.Variable(tf.zeros([1, 1]))

    def calc_loss():
        h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
        return tf.reduce_sum(tf.square(tf.sigmoid(tf.matmul(h1, W2) + b2) - y_labels))

    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(steps):
        optimizer.minimize(calc_loss, [W1, b1, W2, b2])
    return W1.numpy(), calc_loss().numpy()


from_zeros, loss_from_zeros = train(0.0)
from_ones, loss_from_ones = train(1.0)
print("from zeros: loss", loss_from_zeros, " W1", *from_zeros)
print("from ones:  loss", loss_from_ones, " W1", *from_ones)

# %% [markdown]
# Each column of `W1` belongs to a hidden node. Do nodes that begin with equal weights stay equal for ever?

# %%
# solution
# gap: same_for_ever = ...  # True or False
same_for_ever = True
# end

# %%
checks.twins(globals())

# %%
for W1 in (from_zeros, from_ones):
    np.testing.assert_allclose(W1[:, 0], W1[:, 1], rtol=1e-3)
assert loss_from_zeros > 0.6
assert loss_from_ones > 0.6

# %% [markdown]
# **Question.** Two equal nodes: what can the network do at best?
#
# <details><summary>Answer</summary>
#
# What a 2-1-1 network can: one hidden node with one straight border, and XOR is not to be had with it. The loss stays
# above 0.6, where 0 would be right. A hundred nodes that begin alike would do no better. That is why the weights must
# be *different*, and random numbers are the simplest way. The biases may all begin at 0: it is enough that the weights
# differ.
#
# </details>
#
# (Should the last digits of two columns differ, that is rounding: a computer need not add up both columns in the same
# order. One does not build on this.)
#
# ## How large?
#
# Ten layers of 300 nodes with tanh, random rows at the input. How large are the activations in each layer? And, on the
# way back from the output, how large is the gradient that reaches each layer's sums?

# %%
rows = tf.random.normal([200, 300], seed=100)
back = tf.random.normal([200, 300], seed=101)


def look(g, draw, depth=10):
    """Activations, and slopes of the loss by the sums, of each layer; `draw(shape, seed)` makes weights."""
    weights = [draw([300, 300], seed) for seed in range(depth)]
    sums, activations = [], []
    h = rows
    with tf.GradientTape() as tape:
        tape.watch(weights)
        for W in weights:
            s = tf.matmul(h, W)
            h = g(s)
            sums.append(s)
            activations.append(h)
        loss = tf.reduce_sum(h * back)
    slopes = tape.gradient(loss, sums)
    return [one.numpy() for one in activations], [one.numpy() for one in slopes]


def normal(stddev):
    return lambda shape, seed: tf.random.normal(shape, stddev=stddev, seed=seed)


# %% [markdown]
# A sum over $n$ inputs of variance 1, with weights of standard deviation $\sigma$, has variance $n \sigma^2$. To keep
# the size on the way forward one wants $\sigma^2 = 1/n$; on the way back, where the sum goes over the $m$ nodes of the
# layer, $\sigma^2 = 1/m$. Glorot and Bengio take the middle:
#
# $$\sigma = \sqrt{\frac{2}{n + m}}$$


# %%
def glorot(n, m):
    # solution
    # gap: sigma = ...
    sigma = np.sqrt(2 / (n + m))
    # end
    return sigma


# %%
checks.glorot_formula(globals())

# %%
starts = {
    "0.01: too small": (tf.tanh, normal(0.01)),
    "0.3: too large": (tf.tanh, normal(0.3)),
    "Glorot": (tf.tanh, normal(glorot(300, 300))),
}


def sizes(seen):
    return [float(one.std()) for one in seen]


def draw_sizes(starts, colours):
    _, places = plt.subplots(1, 2, figsize=(11, 3), layout="constrained")
    for (name, (g, draw)), colour in zip(starts.items(), colours, strict=True):
        for place, seen in zip(places, look(g, draw), strict=True):
            place.semilogy(range(1, 11), sizes(seen), ".-", color=colour, label=name)
    places[0].set(xlabel="layer", ylabel="standard deviation", title="activations")
    places[1].set(xlabel="layer", title="gradients of the sums")
    places[1].legend()
    plt.show()


draw_sizes(starts, [pictures.GREY, pictures.ORANGE, pictures.BLUE])

# %%
small_forward, small_back = map(sizes, look(*starts["0.01: too small"]))
large_forward, large_back = map(sizes, look(*starts["0.3: too large"]))
glorot_forward, glorot_back = map(sizes, look(*starts["Glorot"]))
assert small_forward[-1] < 1e-6
assert large_forward[-1] > 0.9
assert large_back[0] > 100 * large_back[-1]
assert max(glorot_back) < 10 * min(glorot_back)
assert max(glorot_forward) < 10 * min(glorot_forward)

# %% [markdown]
# - **Too small**: each layer's activations are a fraction of the layer's before. After ten layers less than a millionth
#   is left: whatever comes in, the output is 0. The gradient fades in the same way, from right to left.
# - **Too large**: nearly all activations are -1 or 1, where tanh is flat; and what gets through grows on the way back,
#   more than a hundredfold: the gradient *explodes*.
# - **Glorot**: both keep their size, within a factor of ten.
#
# ## The paper's pictures
#
# Glorot and Bengio (2010, figures 6 and 7) show histograms of five layers, for the initialisation that was customary,
# uniform in $\pm 1/\sqrt{n}$, and for theirs, uniform in $\pm \sqrt{6/(n + m)}$. Here are ours.


# %%
def uniform(limit):
    return lambda shape, seed: tf.random.uniform(shape, -limit, limit, seed=seed)


pairs = {"customary": uniform(1 / np.sqrt(300)), "Glorot": uniform(np.sqrt(6 / 600))}
figure, places = plt.subplots(2, 2, figsize=(11, 5), sharex="row", layout="constrained")
spread = {}
for column, (name, draw) in zip(places.T, pairs.items(), strict=True):
    seen = look(tf.tanh, draw, depth=5)
    spread[name] = [sizes(one) for one in seen]
    for place, values, limit in zip(column, seen, (1, 2), strict=True):
        for layer, one in enumerate(values):
            height, edges = np.histogram(one, bins=81, range=(-limit, limit), density=True)
            place.plot(
                (edges[1:] + edges[:-1]) / 2, height, color=plt.cm.viridis(layer / 5), label=f"layer {layer + 1}"
            )
    column[0].set(title=f"{name}: activations", yscale="log", ylim=(0.05, 30))
    column[1].set(title=f"{name}: gradients of the sums", yscale="log", ylim=(0.01, 30))
places[0, 0].legend(ncols=2, fontsize="small")
plt.show()

for name, (forward, backward) in spread.items():
    print(f"{name:10} activations {np.round(forward, 2)}  gradients {np.round(backward, 2)}")
assert spread["customary"][0][0] > 9 * spread["customary"][0][-1]
assert spread["customary"][1][-1] > 9 * spread["customary"][1][0]
assert spread["Glorot"][0][0] < 3 * spread["Glorot"][0][-1]
assert spread["Glorot"][1][-1] < 3 * spread["Glorot"][1][0]

# %% [markdown]
# With the customary weights the last layer's activations are nine times narrower than the first's, and the gradients
# the other way round; with Glorot's no more than three times. (The paper's layers have 1000 nodes and its inputs are
# pictures, so its histograms differ from ours in detail, not in this.)
#
# **Question.** A uniform distribution over $\pm \sqrt{6/(n + m)}$, or a normal one with $\sigma = \sqrt{2/(n + m)}$?
#
# <details><summary>Answer</summary>
#
# Both have the same standard deviation: that of a uniform distribution over $\pm a$ is $a/\sqrt{3}$, and
# $\sqrt{6/3} = \sqrt{2}$. Keras has both, as `glorot_uniform`, which a `Dense` layer takes unless told otherwise, and
# `glorot_normal`. What matters is the size, not the form.
#
# </details>

# %%
kernel = tf.keras.initializers.GlorotUniform(seed=1)([300, 300]).numpy()
np.testing.assert_allclose(kernel.std(), np.sqrt(2 / 600), rtol=0.02)
assert abs(kernel).max() <= np.sqrt(6 / 600)

# %% [markdown]
# ## ReLU
#
# ReLU sets half of what comes to 0, so each layer loses half of the signal's power. He, Zhang, Ren and Sun (2015) make
# up for it by a factor 2 in the variance: $\sigma = \sqrt{2/n}$.

# %%
relu_starts = {
    "ReLU, Glorot": (tf.nn.relu, normal(glorot(300, 300))),
    "ReLU, He": (tf.nn.relu, normal(np.sqrt(2 / 300))),
}
draw_sizes(relu_starts, [pictures.ORANGE, pictures.BLUE])
faded, kept = (sizes(look(*start)[1]) for start in relu_starts.values())
assert 15 < faded[-1] / faded[0] < 30
assert 0.5 < kept[0] / kept[-1] < 2

# %% [markdown]
# **Question.** In ten layers of ReLU, Glorot's weights lose a factor of about 20. What would it be in fifty?
#
# <details><summary>Answer</summary>
#
# Each step from layer to layer costs $\sqrt{2}$. Ten layers have nine steps between them, $\sqrt{2}^9 = 23$; fifty have
# 49, $\sqrt{2}^{49}$, which is 24 million. In a shallow network nobody notices; in a deep one it decides whether it
# trains at all.
#
# </details>
