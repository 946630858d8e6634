# %% [markdown]
# # 11. Softmax and cross-entropy
#
# How outputs become probabilities, and which loss makes them true ones.

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

furniture = ["chair", "table", "wardrobe", "door"]
y = np.array([-0.2, 0.5, 0.1, 0.1])

# %% [markdown]
# ## Furniture
#
# A network with four outputs looks at a piece of furniture and says $y = (-0.2, 0.5, 0.1, 0.1)$: chair, table,
# wardrobe, door.
#
# **Question.** Which piece does it mean? How sure is it?
#
# <details><summary>Answer</summary>
#
# A table: 0.5 is the largest. Not very sure, it seems, for the others are not much smaller; but as they stand the
# numbers cannot say *how* sure. They are no probabilities: one is negative.
#
# </details>
#
# Probabilities are positive and sum to 1. The exponential makes any number positive and keeps the order; then divide by
# the sum:
#
# $$p_i = \frac{e^{y_i}}{\sum_k e^{y_k}}$$


# %%
def softmax(y):
    # solution
    # gap: p = ...  # with np.exp and np.sum
    p = np.exp(y) / np.sum(np.exp(y))
    # end
    return p


# %%
checks.softmax_by_hand(globals())

# %%
p = softmax(y)
for name, one in zip(furniture, p, strict=True):
    print(f"{name:10} {one:.3f}")
np.testing.assert_allclose(p[1], 0.352, atol=5e-4)
np.testing.assert_allclose(tf.keras.activations.softmax(tf.constant([y]), axis=1)[0], p, rtol=1e-6)

# %% [markdown]
# **Question.** Does $P(\text{table}) = 0.352$?
#
# <details><summary>Answer</summary>
#
# Yes: $e^{0.5} = 1.649$, and the sum is $0.819 + 1.649 + 1.105 + 1.105 = 4.678$. So it is about one in three: rather a
# table than any other piece, and more likely no table than one.
#
# </details>
#
# **Question.** What happens to the probabilities if 100 is added to all four outputs? And if all are multiplied by 10?
#
# <details><summary>Answer</summary>
#
# Adding changes nothing: above and below the fraction line all is multiplied by $e^{100}$. Multiplying makes the
# network surer: the differences count, and they are ten times larger.
#
# </details>

# %%
np.testing.assert_allclose(softmax(y + 100), p)
print("ten times y:", softmax(10 * y).round(3))

# %% [markdown]
# ## Cross-entropy
#
# It *is* a table: $t = (0, 1, 0, 0)$. The cross-entropy loss of this one pattern is $L = -\sum_i t_i \log p_i$. How
# large is it?

# %%
# solution
# gap: table_loss = ...
table_loss = -np.log(p[1])
# end

# %%
checks.loss_of_a_table(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# $t_i$ is 0 everywhere but at index 1, so that one term of the sum is left.
#
# </details>
#
# TensorFlow's loss takes the category's *number*, not the one-hot row, and probabilities, to which softmax has been
# applied. (With `from_logits=True` it takes $y$ and applies softmax itself, which is also safe for very large $y$.)

# %%
cce = tf.keras.losses.SparseCategoricalCrossentropy()
np.testing.assert_allclose(tf.reduce_mean(cce(y_true=[1], y_pred=[p])), -np.log(p[1]), rtol=1e-6)
from_logits = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
np.testing.assert_allclose(from_logits(y_true=[1], y_pred=[y]), -np.log(p[1]), rtol=1e-6)

# %% [markdown]
# **Question.** To make $L$ smaller, which outputs must move, and which way?
#
# <details><summary>Answer</summary>
#
# $y_1$ up, and the three others down: what counts is $y_1$ compared with them. The slopes are simply $p - t$.
#
# </details>

# %%
outputs = tf.Variable([y], dtype=tf.float32)
with tf.GradientTape() as tape:
    L = cce(y_true=[1], y_pred=tf.keras.activations.softmax(outputs, axis=1))
slopes = tape.gradient(L, outputs).numpy()
print("slopes", slopes, " p - t", p - [0, 1, 0, 0])
np.testing.assert_allclose(slopes[0], p - [0, 1, 0, 0], atol=1e-6)

# %% [markdown]
# ## Where the formula comes from
#
# Ask: how probable are *all* the labels of the training data, if the network is right about the probabilities? One
# label has probability $p_{label}$; all together have the product. The best weights are those that make the product
# largest: *maximum likelihood*. The logarithm turns the product into a sum and keeps its highest place where it is; the
# minus turns highest into lowest. And there it stands: the sum of $-\log p_{label}$ over all patterns.
#
# For example, ten labels, of which four are "1", and a network that says the same $p$ for "1" to all:

# %%
chances = np.linspace(0.01, 0.99, 99)
likelihood = chances**4 * (1 - chances) ** 6
entropy = -(4 * np.log(chances) + 6 * np.log(1 - chances))
figure, places = plt.subplots(1, 2, figsize=(10, 2.8), layout="constrained")
places[0].plot(chances, likelihood, color=pictures.BLUE)
places[0].set(title="probability of all ten labels", xlabel="p")
places[1].plot(chances, entropy, color=pictures.ORANGE)
places[1].set(title="cross-entropy, summed over them", xlabel="p")
for place in places:
    place.axvline(0.4, color=pictures.GREY, ls=":")
plt.show()
assert np.argmax(likelihood) == np.argmin(entropy)
np.testing.assert_allclose(chances[np.argmin(entropy)], 0.4)

# %% [markdown]
# ## Dogs and cats
#
# Sixty "photos" of dogs and forty of cats: each is a fixed dog, or a fixed cat, of 8 × 8 pixels, under much noise. A
# network with 16 hidden nodes can memorise them.

# %%
generator = np.random.default_rng(0)
dog, cat = generator.normal(size=(2, 64))


def photos(animal, number):
    return animal + generator.normal(0, 3, (number, 64))


train_images = np.concatenate([photos(dog, 60), photos(cat, 40)])
train_labels = np.array([0] * 60 + [1] * 40)
new_dogs = photos(dog, 500)
means, stds = train_images.mean(axis=0), train_images.std(axis=0)

figure, places = plt.subplots(1, 6, figsize=(11, 1.9), layout="constrained")
shown = {"the dog": dog, "photos of it": train_images[0], " ": train_images[1]}
shown |= {"the cat": cat, "photos of that": train_images[60], "  ": train_images[61]}
for place, (title, image) in zip(places, shown.items(), strict=True):
    place.imshow(image.reshape(8, 8), cmap="gray", vmin=-6, vmax=6)
    place.set_title(title)
    place.axis("off")
plt.show()

# %%
tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(16, activation=tf.tanh), tf.keras.layers.Dense(2, activation=tf.nn.softmax)]
)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy())
model.fit((train_images - means) / stds, train_labels, epochs=200, batch_size=100, verbose=0)

p_dog = model.predict((train_images - means) / stds)[:, 0]
p_dog_new = model.predict((new_dogs - means) / stds)[:, 0]
print(f"dogs it has seen:     P(dog) from {p_dog[:60].min():.3f}")
print(f"cats it has seen:     P(dog) up to {p_dog[60:].max():.3f}")
print(f"500 new dog photos:   P(dog) from {p_dog_new.min():.3f}; above 0.5 for {(p_dog_new > 0.5).mean():.0%}")
assert p_dog[:60].min() > 0.98
assert p_dog[60:].max() < 0.02
assert 0.85 < (p_dog_new > 0.5).mean() < 0.99
assert p_dog_new.min() < 0.1

plt.figure(figsize=(6, 2.6))
bins = np.linspace(0, 1, 26)
plt.hist(p_dog[:60], bins, density=True, color=pictures.GREY, alpha=0.6, label="60 dogs it has seen")
plt.hist(p_dog_new, bins, density=True, histtype="step", color=pictures.BLUE, lw=2, label="500 new ones")
plt.yscale("log")
plt.xlabel("P(dog)")
plt.legend(loc="upper center")
plt.show()

# %% [markdown]
# Every photo of the training data has its own label with a probability of almost 1, for it can be told from all others.
# For a *new* photo of the same dog we hope that it is similar enough. For most it is, but not for all: some new dogs
# are called cats, and with great confidence. Lesson 15 goes on from here.
#
# ## One hundred times the same photo
#
# Now all photos are identical; 40 are labelled "1" and 60 "2" (0 and 1 below: category numbers begin at 0).

# %%
same = tf.ones([100, 3])
labels = np.array([0] * 40 + [1] * 60)
layer = tf.keras.layers.Dense(2, kernel_initializer=tf.keras.initializers.RandomNormal(stddev=1.0, seed=3))


def run_network(x):
    return tf.keras.activations.softmax(layer(x), axis=1)


def calc_loss():
    return tf.reduce_mean(cce(y_true=labels, y_pred=run_network(same)))


calc_loss()  # makes the layer's variables
optimizer = tf.keras.optimizers.SGD(0.1)
said, losses = [], []
for _ in range(100):
    said.append(run_network(same[:1]).numpy()[0])
    losses.append(calc_loss().numpy())
    optimizer.minimize(calc_loss, layer.trainable_variables)

# %% [markdown]
# To which probability of the first category has it converged? Write what you expect, then look.

# %%
# solution
# gap: share = ...
share = 0.4
# end

# %%
checks.share_of_identical_photos(globals())

# %%
plt.figure(figsize=(6, 2.6))
for one, colour in enumerate((pictures.ORANGE, pictures.BLUE)):
    plt.plot(np.array(said)[:, one], color=colour, label=f'P("{one + 1}")')
plt.plot(losses, color=pictures.GREY, label="loss")
plt.ylim(0)
plt.xlabel("step")
plt.legend()
plt.show()
print("in the end", said[-1], "loss", losses[-1])
np.testing.assert_allclose(said[-1], [0.4, 0.6], atol=1e-3)
np.testing.assert_allclose(losses[-1], 0.673, atol=1e-3)

# %% [markdown]
# **Question.** The loss ends at 0.673, not at 0. Has training failed?
#
# <details><summary>Answer</summary>
#
# No. Nothing in the photos tells "1" from "2", so 0.40 and 0.60 are the truth, and no probabilities make the labels
# likelier: $-(0.4 \log 0.4 + 0.6 \log 0.6) = 0.673$ is what must remain. It is the *entropy* of the labels.
#
# </details>
#
# ## Why not squared error?
#
# Two categories, and the second is right. Let the network's $y_2 - y_1$ range from "quite sure, and wrong" to "quite
# sure, and right". Both losses are functions of it.

# %%
difference = tf.Variable(np.linspace(-8, 8, 161), dtype=tf.float32)


def probabilities():
    return tf.nn.softmax(tf.stack([tf.zeros_like(difference), difference], axis=1))


with tf.GradientTape(persistent=True) as tape:
    p_right = probabilities()[:, 1]
    squared = tf.square(1 - p_right) + tf.square(probabilities()[:, 0])
    cross = -tf.math.log(p_right)
slope_squared = tape.gradient(squared, difference).numpy()
slope_cross = tape.gradient(cross, difference).numpy()

figure, places = plt.subplots(1, 2, figsize=(10, 2.8), layout="constrained")
for place, one, other, title in zip(
    places, (squared.numpy(), slope_squared), (cross.numpy(), slope_cross), ("loss", "slope"), strict=True
):
    place.plot(difference.numpy(), one, color=pictures.ORANGE, label="squared error")
    place.plot(difference.numpy(), other, color=pictures.BLUE, label="cross-entropy")
    place.set(title=title, xlabel="$y_2 - y_1$")
places[0].legend()
plt.show()
assert abs(slope_squared[0]) < 0.01
assert abs(slope_cross[0]) > 0.99

# %% [markdown]
# Quite sure and wrong, on the left: cross-entropy pulls with full strength, a slope of almost -1. The squared error has
# its worst value there, but is flat: the slope of softmax, nearly 0, stands in it as a factor. So it learns least where
# it is most wrong. How long does it take to get out of there?


# %%
def steps_until_right(loss):
    """Steps of rate 0.5 from y_2 - y_1 = -8 until the right category has P > 0.9."""
    y = tf.Variable([[4.0, -4.0]])
    optimizer = tf.keras.optimizers.SGD(0.5)
    for step in range(100_000):
        if step % 10 == 0 and tf.nn.softmax(y).numpy()[0, 1] > 0.9:
            return step
        optimizer.minimize(lambda: loss(tf.nn.softmax(y)), [y])
    return None


steps_cross = steps_until_right(lambda p: cce(y_true=[1], y_pred=p))
steps_squared = steps_until_right(lambda p: tf.reduce_sum(tf.square(p - [[0.0, 1.0]])))
print("cross-entropy:", steps_cross, "steps; squared error:", steps_squared, "steps")
assert steps_cross < 50
assert steps_squared > 20 * steps_cross

# %% [markdown]
# More than twenty times as long. So: softmax and cross-entropy for categories; squared error for numbers, which is what
# the next lesson is about.
