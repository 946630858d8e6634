# %% [markdown]
# # 8. Activation functions
#
# Step, sigmoid, tanh, ReLU: what their slopes do to the layers far from the output, and what it means for training.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_06_10.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_06_10 as checks
import ffnn.tf as tf
import pictures


def step(s):
    return tf.cast(s > 0, tf.float32)


functions = {"step": step, "sigmoid": tf.sigmoid, "tanh": tf.tanh, "relu": tf.nn.relu}

# %% [markdown]
# ## Slopes
#
# A tape watches variables by itself, a tensor only if asked: `tape.watch(s)`. Complete the function that gives the
# slope of an activation function `g` at each place in `s`.


# %%
def derivative(g, s):
    with tf.GradientTape() as tape:
        tape.watch(s)
        a = g(s)
    # solution
    # gap: slope = ...  # of a, for each s
    slope = tape.gradient(a, s, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    # end
    return slope


# %%
checks.derivative_by_tape(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `tape.gradient(a, s)`. The slope of the step is 0 wherever it has one, and TensorFlow says `None` to that; with
# `unconnected_gradients=tf.UnconnectedGradients.ZERO` it says 0.
#
# </details>

# %%
s = tf.constant(np.linspace(-5, 5, 501), tf.float32)
figure, places = plt.subplots(1, 4, figsize=(13, 2.7), sharey=True, layout="constrained")
for place, (name, g) in zip(places, functions.items(), strict=True):
    place.plot(s.numpy(), g(s).numpy(), color=pictures.BLUE, label="activation")
    place.plot(s.numpy(), derivative(g, s).numpy(), color=pictures.ORANGE, label="slope")
    place.set(title=name, xlabel="s", ylim=(-1.1, 2))
    place.grid(alpha=0.3)
places[0].legend()
plt.show()

# %% [markdown]
# How large is the slope at most?

# %%
# solution
# gap: greatest = {"step": ..., "sigmoid": ..., "tanh": ..., "relu": ...}
greatest = {"step": 0, "sigmoid": 0.25, "tanh": 1, "relu": 1}
# end

# %%
checks.greatest_slopes(globals())

# %% [markdown]
# **Question.** Why is the step of no use to gradient descent?
#
# <details><summary>Answer</summary>
#
# Its slope is 0 on both sides, and at 0 it has none. All the slopes of the loss are 0 then, and no weight moves.
#
# </details>
#
# **Question.** Sigmoid and tanh have the same form: $\tanh(s) = 2 g(2s) - 1$. What makes tanh the better one in
# hidden layers?
#
# <details><summary>Answer</summary>
#
# Its slope is four times as large at 0, and its values lie around 0, as normalised inputs do (lesson 7): the next layer
# is given numbers of both signs, instead of numbers around 0.5.
#
# </details>
#
# ## Vanishing gradients
#
# The slope of the loss comes from the output and goes back layer by layer: each time it is multiplied by weights and by
# the slope of the activation function. Twenty layers of 32 nodes with suitable random weights (lesson 9): how long is
# the gradient of each layer's weight matrix?

# %%
rows = tf.random.normal([100, 32], seed=100)


def gradient_lengths(g, initializer, depth=20):
    layers = [tf.Variable(initializer(seed=layer)([32, 32])) for layer in range(depth)]
    with tf.GradientTape() as tape:
        h = rows
        for W in layers:
            h = g(tf.matmul(h, W))
        loss = tf.reduce_mean(tf.square(h - 1))
    return [tf.norm(slope).numpy() for slope in tape.gradient(loss, layers)]


initializers = {
    "sigmoid": tf.keras.initializers.GlorotNormal,
    "tanh": tf.keras.initializers.GlorotNormal,
    "relu": tf.keras.initializers.HeNormal,
}
colours = {"sigmoid": pictures.GREY, "tanh": pictures.ORANGE, "relu": pictures.BLUE}
lengths = {name: gradient_lengths(functions[name], initializers[name]) for name in initializers}

plt.figure(figsize=(6.5, 3))
for name, length in lengths.items():
    plt.semilogy(range(1, 21), length, ".-", color=colours[name], label=name)
plt.xlabel("layer (20 is the last)")
plt.ylabel("length of the gradient")
plt.xticks([1, 5, 10, 15, 20])
plt.legend()
plt.show()

for name, length in lengths.items():
    print(f"{name:8} layer 20 has {length[-1] / length[0]:9.2g} times the gradient of layer 1")
assert lengths["sigmoid"][-1] > 1e9 * lengths["sigmoid"][0]
assert max(lengths["tanh"]) < 10 * min(lengths["tanh"])
assert max(lengths["relu"]) < 20 * min(lengths["relu"])

# %% [markdown]
# With sigmoids the first layer's gradient is more than a billion times shorter than the last one's: whatever the rate,
# the first layers stand still. With tanh and ReLU all layers have gradients of a similar length.
#
# **Question.** $0.25^{20}$ is about $10^{-12}$. Does it explain the picture?
#
# <details><summary>Answer</summary>
#
# Yes: between layer 20 and layer 1 there are 19 sigmoids, each a factor of at most 0.25, and the weights change it
# little. The slope of ReLU is 1 wherever a node is active: nothing is lost there, however many layers there are.
#
# </details>
#
# ## Training a deep network
#
# Two spirals, 300 points; eight hidden layers of 16 nodes.

# %%
generator = np.random.default_rng(0)
turn = generator.uniform(0.3, 1, 300) * 3 * np.pi
arm = generator.integers(0, 2, 300)
points = np.stack([turn * np.cos(turn + np.pi * arm), turn * np.sin(turn + np.pi * arm)], axis=1) / 6
points += generator.normal(0, 0.03, points.shape)


def deep_network(activation, kernel_initializer):
    tf.keras.utils.set_random_seed(1)
    Dense = tf.keras.layers.Dense
    layers = [Dense(16, activation=activation, kernel_initializer=kernel_initializer) for _ in range(8)]
    model = tf.keras.Sequential([*layers, Dense(2, activation="softmax")])
    optimizer = tf.keras.optimizers.SGD(0.02, momentum=0.9)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


figure, places = plt.subplots(1, 4, figsize=(13, 3), layout="constrained", width_ratios=[1.4, 1, 1, 1])
accuracy = {}
steps = np.linspace(-1.9, 1.9, 80)
grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
for place, name in zip(places[1:], colours, strict=True):
    model = deep_network(name, "he_normal" if name == "relu" else "glorot_uniform")
    history = model.fit(points, arm, epochs=150, batch_size=50, verbose=0).history
    accuracy[name] = history["accuracy"][-1]
    places[0].plot(history["loss"], color=colours[name], label=name)
    p = model.predict(grid)[:, 1].reshape(80, 80)
    place.contourf(steps, steps, p, levels=np.linspace(0, 1, 11), cmap="RdYlBu", alpha=0.5)
    for one, colour in enumerate((pictures.ORANGE, pictures.BLUE)):
        place.scatter(*points[arm == one].T, s=6, color=colour)
    place.set(title=f"{name}: {accuracy[name]:.0%} right", aspect="equal")
places[0].set(xlabel="epoch", ylabel="loss", yscale="log")
places[0].legend()
plt.show()
assert accuracy["sigmoid"] < 0.6
assert accuracy["tanh"] > 0.99
assert accuracy["relu"] > 0.99

# %% [markdown]
# The network of sigmoids learns nothing in this time: it is right about every other point. Those of tanh and ReLU have
# all points right.
#
# **Question.** A ReLU node whose sum is below 0 for every row has slope 0 everywhere. What happens to it?
#
# <details><summary>Answer</summary>
#
# None of its weights moves any more: the node is dead, unless the layers before it change what reaches it. Too high a
# rate can bring this about. Leaky ReLU keeps a small slope below 0 for this reason.
#
# </details>
#
# **Question.** And where does one use sigmoids today?
#
# <details><summary>Answer</summary>
#
# At the output, where a number between 0 and 1 is wanted, such as the probability of "yes". In one hidden layer, as for
# XOR, they do no harm either: a gradient that is 4 times too short does not vanish.
#
# </details>
