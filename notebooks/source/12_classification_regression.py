# %% [markdown]
# # 12. Classification and regression
#
# Which category, or how much? The hidden layers are the same; what differs is the end of the network, the loss, and how
# the answer is read.
#
# | | classification | regression |
# |---|---|---|
# | the answer | one of several categories | a real number, or several |
# | outputs | one for each category | one for each number |
# | last activation | softmax: probabilities | none |
# | loss | cross-entropy | squared error |
# | reading it | argmax: the favoured category | the output itself |
# | how good it is | accuracy | root mean squared error |

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

# %% [markdown]
# Which last layer, `"softmax"` or `"linear"`?

# %%
# solution
# gap: endings = {
# gap:     "which letter is this?": ...,
# gap:     "what does this house cost?": ...,
# gap:     "barley, rye, oat or wheat?": ...,
# gap:     "how warm will it be tomorrow?": ...,
# gap: }
endings = {
    "which letter is this?": "softmax",
    "what does this house cost?": "linear",
    "barley, rye, oat or wheat?": "softmax",
    "how warm will it be tomorrow?": "linear",
}
# end

# %%
checks.last_layers(globals())

# %% [markdown]
# ## Classification
#
# Three kinds of points on a plane, which overlap a little.

# %%
generator = np.random.default_rng(0)
kinds = np.arange(300) % 3
angle = generator.normal(kinds * 2 * np.pi / 3, 0.5)
points = (generator.uniform(0.3, 1.5, 300) * np.stack([np.cos(angle), np.sin(angle)])).T.astype(np.float32)

tf.keras.utils.set_random_seed(1)
model = tf.keras.Sequential(
    [tf.keras.layers.Dense(16, activation=tf.tanh), tf.keras.layers.Dense(3, activation=tf.nn.softmax)]
)
model.compile(tf.keras.optimizers.Adam(0.01), tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(points, kinds, epochs=100, verbose=0)

# %% [markdown]
# `model(points)` has a row of three probabilities for each point. Which category does the network favour for each?

# %%
# solution
# gap: favourite = ...
favourite = tf.argmax(model(points), axis=1)
# end

# %%
checks.favoured(globals())

# %%
colours = [pictures.BLUE, pictures.ORANGE, "#7a3fa0"]
accuracy = np.mean(favourite.numpy() == kinds)
steps = np.linspace(-1.8, 1.8, 90)
grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
p = model.predict(grid).reshape(90, 90, 3)
sure = p.max(axis=-1)

figure, places = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for place, image, title in zip(places, (p.argmax(axis=-1), sure), ("favourite", "how sure it is"), strict=True):
    if image is sure:
        plt.colorbar(
            place.contourf(steps, steps, sure, levels=np.linspace(1 / 3, 1, 9), cmap="Greys"), ax=place, format="%.2f"
        )
    else:
        place.contourf(steps, steps, image, levels=[-0.5, 0.5, 1.5, 2.5], colors=colours, alpha=0.25)
    for kind, colour in enumerate(colours):
        place.scatter(*points[kinds == kind].T, s=8, color=colour)
    place.set(title=title, aspect="equal")
plt.show()
print(f"{accuracy:.1%} right; probabilities of the first point: {model.predict(points[:1])[0].round(3)}")
assert accuracy > 0.9

# %% [markdown]
# **Question.** What do the probabilities say that the favourite does not?
#
# <details><summary>Answer</summary>
#
# How sure the network is: hardly at all along the borders, and in the middle where three categories meet. Whoever
# decides by them, say whether to ask a person, wants to know. Far outside the data it is very sure as well, and has no
# reason to be.
#
# </details>
#
# ## Regression
#
# A curve with noise, between about -3 and 5. The same hidden layer; three last layers.

# %%
x = np.linspace(-2, 2, 120, dtype=np.float32)[:, None]
true_curve = 3 * np.sin(2 * x) + x**2 / 2
t = (true_curve + generator.normal(0, 0.3, x.shape)).astype(np.float32)


def fitted(activation):
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential(
        [tf.keras.layers.Dense(16, activation=tf.tanh), tf.keras.layers.Dense(1, activation=activation)]
    )
    model.compile(tf.keras.optimizers.Adam(0.02), "mse")
    model.fit(x, t, epochs=300, batch_size=40, verbose=0)
    return model.predict(x)


# %% [markdown]
# To say how good it is, write the root mean squared error: it is in the unit of the target, and can be compared with
# the noise. (For training one takes the sum or the mean of the squares; both are smallest at the same weights. With the
# sum, twice as many rows make slopes twice as large, so the rate must fit the number of rows.)


# %%
def rmse(y, t):
    # solution
    # gap: error = ...
    error = tf.sqrt(tf.reduce_mean(tf.square(tf.subtract(y, t))))
    # end
    return error


# %%
checks.root_mean_squared_error(globals())

# %%
fits = {"none": fitted(None), "sigmoid": fitted(tf.nn.sigmoid), "softmax": fitted(tf.nn.softmax)}
plt.figure(figsize=(7, 3.2))
plt.plot(x, t, ".", color="lightgrey")
for (name, y), colour in zip(fits.items(), colours, strict=True):
    plt.plot(x, y, color=colour, label=f"{name}: error {rmse(y, t).numpy():.2f}")
plt.legend(title="last activation", loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
assert rmse(fits["none"], t) < 0.4
assert fits["sigmoid"].min() >= 0
assert fits["sigmoid"].max() <= 1
np.testing.assert_allclose(fits["softmax"], 1)

# %% [markdown]
# **Question.** Why is the curve of softmax flat, at exactly 1?
#
# <details><summary>Answer</summary>
#
# Softmax makes its outputs sum to 1. A single output is the whole sum, so it is 1 whatever comes in: nothing can be
# learned. A sigmoid can only say something between 0 and 1. For a number without bounds the last layer has no
# activation.
#
# </details>
#
# **Question.** The error without an activation is near 0.3 and gets no smaller. Why?
#
# <details><summary>Answer</summary>
#
# The noise has a standard deviation of 0.3. Nobody can foretell it; a smaller error would mean that the network has
# learned the noise by heart, and on new data it would be worse for that (lesson 15).
#
# </details>
#
# **Question.** The stars of a review, 1 to 5: classification or regression?
#
# <details><summary>Answer</summary>
#
# Both can be defended. As categories, the network may say "either 1 or 5", which a number cannot; as a number, it knows
# that 4 is nearer to 5 than 1 is. If mistakes by one star matter little, take the number.
#
# </details>
