# %% [markdown]
# # 4. Layers
#
# So far every weight and bias was made by hand. A *layer* makes its own, with fitting sizes and starting values, and
# is called like a function.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks
import ffnn.tf as tf
import pictures

x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
y_labels = tf.constant([[0], [1], [1], [0]], tf.float32)

# %% [markdown]
# ## One layer
#
# `tf.keras.layers.Dense(3, activation=tf.nn.sigmoid)` is a layer of three nodes, each connected to all of its inputs.
# Called with `x`, it gives $g(xW + b)$.

# %%
tf.random.set_seed(0)
layer = tf.keras.layers.Dense(3, activation=tf.nn.sigmoid)
try:
    print(layer.trainable_variables)
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# **Question.** Why has the layer no variables yet?
#
# <details><summary>Answer</summary>
#
# It knows that it has three nodes, so three columns, but not how many inputs it will get. The first call tells: then it
# makes $W$ and $b$.
#
# </details>

# %%
outputs = layer(x)
kernel, bias = layer.trainable_variables
print("outputs", outputs.shape, " kernel", kernel.shape, " bias", bias.shape)
print(kernel.numpy(), bias.numpy())

# %% [markdown]
# **Question.** Compare kernel and bias with `W1` and `b1` of the earlier lessons. What is different?
#
# <details><summary>Answer</summary>
#
# The bias is a vector of shape `[3]`, where ours had shape `[1, 3]`; broadcasting makes no difference between them. It
# starts at 0. The kernel is random, but larger than with our `stddev=0.1`: its range is chosen by the number of inputs
# and nodes (*Glorot initialisation*, which has a lesson of its own). The random kernel alone is enough to break the
# symmetry between nodes.
#
# </details>
#
# ## Exercise 4: XOR with layers
#
# Build the 2-2-1 network: `layer1` with two nodes and `layer2` with one, both with the sigmoid, and `run_network`,
# which calls one after the other. No `W1`, no `b1`.

# %%
tf.random.set_seed(0)  # so that everybody starts from the same weights

# solution
# gap: layer1 = ...
# gap: layer2 = ...
layer1 = tf.keras.layers.Dense(2, activation=tf.nn.sigmoid)
layer2 = tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)
# end


def run_network(x):
    # solution
    # gap: h1 = ...
    # gap: y = ...
    h1 = layer1(x)
    y = layer2(h1)
    # end
    return y


print(run_network(x))

# %%
checks.two_layers(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The number of inputs is never said. The first number of `Dense` is the number of nodes.
#
# </details>
#
# The optimizer needs a list of all four variables. Put it into `variables`; each layer has its part of it in
# `trainable_variables`.

# %%
# solution
# gap: variables = ...
variables = layer1.trainable_variables + layer2.trainable_variables
# end

# %%
checks.all_variables(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# Two lists are joined by `+`.
#
# </details>
#
# The loss and the training loop are those of lesson 3:


# %%
def calc_loss():
    return tf.reduce_sum(tf.square(run_network(x) - y_labels))


optimizer = tf.keras.optimizers.SGD(0.5)
losses = []
for i in range(5000):
    optimizer.minimize(calc_loss, variables)
    if (i % 50) == 0:
        losses.append(calc_loss().numpy())

figure, places = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
places[0].plot(np.arange(len(losses)) * 50, losses, color=pictures.BLUE)
places[0].set(yscale="log", xlabel="step", ylabel="loss")
pictures.surface(run_network, axes=places[1])

# %% [markdown]
# **Question.** Lesson 3 needed more than 11,000 steps before the loss fell. Why is it so much quicker here?
#
# <details><summary>Answer</summary>
#
# The weights start larger, so the two nodes differ from the beginning, and the slopes are not nearly 0. It is the same
# network and the same optimizer.
#
# </details>
#
# ## A model is a list of layers
#
# Calling one layer after the other can be left to `tf.keras.Sequential`, which takes a list of layers. Make `model` of
# your two layers, the same ones.

# %%
# solution
# gap: model = ...
model = tf.keras.Sequential([layer1, layer2])
# end
print(model(x))

# %%
checks.sequential(globals())

# %%
model.summary()

# %% [markdown]
# `model.trainable_variables` is the list that you joined by hand, `[W1, b1, W2, b2]`. The model holds the layers that
# you gave it, not copies; so it has learned XOR already.
#
# **Question.** The summary counts 6 and 3 numbers that are trained (*Param #*). How many has the 3-4-2 network of
# lesson 1?

# %%
# solution
# gap: numbers_of_3_4_2 = ...
numbers_of_3_4_2 = 3 * 4 + 4 + 4 * 2 + 2
# end

# %%
checks.numbers_of_3_4_2(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# A layer has a weight for each arrow into it, and a bias for each of its nodes.
#
# </details>
#
# ## More nodes
#
# With layers, a wider network is another number. Eight starts each with 2, 4 and 8 hidden nodes; each line is one
# start:


# %%
def losses_of(hidden, seed):
    """The loss before training and after every 100 steps, from one start."""
    tf.random.set_seed(seed)
    wide = tf.keras.layers.Dense(hidden, activation=tf.nn.sigmoid)
    network = tf.keras.Sequential([wide, tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)])

    def network_loss():
        return tf.reduce_sum(tf.square(network(x) - y_labels))

    losses = [network_loss().numpy()]
    for i in range(3000):
        optimizer.minimize(network_loss, network.trainable_variables)
        if (i + 1) % 100 == 0:
            losses.append(network_loss().numpy())
    return losses


figure, places = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True, layout="constrained")
for place, hidden in zip(places, [2, 4, 8], strict=True):
    for seed in range(8):
        place.plot(np.arange(31) * 100, losses_of(hidden, seed), lw=1)
    place.set(title=f"{hidden} hidden nodes", xlabel="step", yscale="log")
places[0].set_ylabel("loss")
plt.show()

# %% [markdown]
# **Question.** Two nodes are enough for XOR, as you have seen. Why do more nodes help?
#
# <details><summary>Answer</summary>
#
# With two nodes both must end up useful. With eight, it is enough that some two of them start well, and the slopes of
# the others help to get past flat places. Larger networks are often easier to train than the smallest that would do.
#
# </details>
#
# XOR has four patterns, and all of them are known. Deeper networks on real tables need more: better initial weights,
# better activations, more data, more computing, and an eye on rows that the network has not seen.
