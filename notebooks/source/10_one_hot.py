# %% [markdown]
# # 10. Categories: one-hot
#
# A network takes numbers. A profession is none. Here is how categories go in, how they come out, and how to count the
# right answers.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_06_10.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_06_10 as checks
import ffnn.tf as tf
import pictures

# %% [markdown]
# ## One input for each category
#
# 1 = teacher, 2 = doctor, 3 = student, 4 = unemployed. The numbers are names: a student is not three teachers, nor
# anything between a doctor and an unemployed person. So do not put the number into one input. Take four inputs, one for
# each profession, of which exactly one is 1: a teacher is (1, 0, 0, 0), a doctor (0, 1, 0, 0), and so on.
#
# `tf.one_hot(indices, depth)` does it. It counts the categories from 0. Encode these five people:

# %%
professions = np.array([1, 3, 4, 2, 3])

# solution
# gap: encoded = ...  # tf.one_hot(..., ...)
encoded = tf.one_hot(professions - 1, 4)
# end
print(encoded)

# %%
checks.encoded_professions(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The teacher must be 0, and the unemployed person 3. There are four categories.
#
# </details>
#
# **Question.** `tf.one_hot(4, 4)` is (0, 0, 0, 0), without an error. When is this dangerous, and when useful?
#
# <details><summary>Answer</summary>
#
# Dangerous here: forget that it counts from 0, and every unemployed person has no profession at all, while nobody is a
# teacher. Useful for a category that was not there in training: no input is on.
#
# </details>
#
# ## How many?
#
# How many inputs would you use for the age of a child (1 to 10)? For the colour of eyes, if the form offers brown,
# blue, green, grey and other? For the position of a tennis ball in the air? And how many *outputs* has a network that
# reads a letter of the alphabet, A to Z?

# %%
# solution
# gap: age = ...
# gap: eyes = ...
# gap: ball = ...
# gap: letters = ...
age = 1
eyes = 5
ball = 3
letters = 26
# end

# %%
checks.how_many(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# Ask of each: do the numbers have an order, and do differences mean something? Then they are numbers already.
#
# </details>
# <details><summary>Answers</summary>
#
# Age: one. Ages have an order, and 7 is between 6 and 8. (Normalised, as in lesson 7.)
#
# Eyes: five, one for each colour, since colours of eyes have no order.
#
# Ball: three numbers, for three directions in space; two would do for a place in a picture. No one-hot.
#
# Letters: 26, one for each letter. B is not the mean of A and C.
#
# </details>
#
# ## Back again: argmax
#
# `tf.argmax` says *where* the largest number of each row stands. Pen and paper: what is
# `tf.argmax(tf.constant([[0,0,0,0,1], [0,0,0,1,0]]), axis=1)`?

# %%
# solution
# gap: places = [..., ...]
places = [4, 3]
# end

# %%
checks.argmax_by_hand(globals())

# %% [markdown]
# So it undoes one-hot. And it works as well where the rows are not exactly one-hot, such as the outputs of a network:

# %%
assert np.array_equal(tf.argmax(encoded, axis=1) + 1, professions)
print(tf.argmax([[0.1, 0.7, 0.2], [0.5, 0.2, 0.4]], axis=1))

# %% [markdown]
# ## How many are right?
#
# `y` holds a row of outputs for each pattern, `y_targets` the number of each right category (not one-hot). Count the
# rows whose largest output is the right one. `tf.equal` compares; `tf.cast(…, tf.float32)` makes 1 of true and 0 of
# false.


# %%
def correct_count(y, y_targets):
    # solution
    # gap: correct_prediction = ...  # for each row: is it right?
    # gap: count = ...
    correct_prediction = tf.equal(tf.argmax(y, axis=1), y_targets)
    count = tf.reduce_sum(tf.cast(correct_prediction, tf.float32))
    # end
    return count


# %%
checks.counted(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `tf.equal(tf.argmax(y, axis=1), y_targets)` holds true and false, and `tf.reduce_sum` adds up ones and zeros.
#
# </details>
#
# **Question.** With `y_targets = tf.constant([0, 2])` TensorFlow stops with an error about `int64` and `int32`. Why?
#
# <details><summary>Answer</summary>
#
# `tf.argmax` returns `int64`, and a `tf.constant` of whole numbers is `int32`; TensorFlow never converts one into the
# other by itself. Write `tf.constant([0, 2], tf.int64)`, or `tf.cast(y_targets, tf.int64)`.
#
# </details>

# %%
try:
    tf.equal(tf.argmax([[0.9, 0.0, 0.1], [0.0, 0.0, 1.0]], axis=1), tf.constant([0, 2]))
except tf.errors.InvalidArgumentError as error:
    print(error)

# %% [markdown]
# ## Numbered inputs against one-hot, measured
#
# Made-up incomes of 200 people, in thousands a year, and a network that is to say a person's income. It gets the
# profession as a number (normalised), or one-hot.

# %%
rng = np.random.default_rng(0)
profession = rng.integers(1, 5, 200)
income = np.array([35, 70, 8, 12])[profession - 1] + rng.normal(0, 3, 200)
target = ((income - income.mean()) / income.std()).astype(np.float32)[:, None]
numbered = ((profession - profession.mean()) / profession.std()).astype(np.float32)[:, None]
one_hot = tf.one_hot(profession - 1, 4).numpy()


def train(x, hidden):
    """Train a network with those hidden nodes; return it, and its loss at every tenth step."""
    tf.random.set_seed(1)
    layers = [tf.keras.layers.Dense(nodes, activation="tanh") for nodes in hidden]
    model = tf.keras.Sequential([*layers, tf.keras.layers.Dense(1)])
    model(x)

    def calc_loss():
        return tf.reduce_mean(tf.square(model(x) - target))

    optimizer, losses = tf.keras.optimizers.SGD(0.1), []
    for step in range(1001):
        if step % 10 == 0:
            losses.append(float(calc_loss()))
        optimizer.minimize(calc_loss, model.trainable_variables)
    return model, losses


runs = {
    "a number, no hidden layer": (numbered, [], pictures.ORANGE, "-"),
    "a number, 8 hidden nodes": (numbered, [8], pictures.ORANGE, "--"),
    "one-hot, no hidden layer": (one_hot, [], pictures.BLUE, "-"),
}
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
left.plot(profession + rng.uniform(-0.1, 0.1, 200), income, ".", color=pictures.GREY, ms=3)
firsts = [int(np.argmax(profession == number)) for number in (1, 2, 3, 4)]  # a person of each profession
learnt, arrived = {}, {}
for name, (x, hidden, colour, dashes) in runs.items():
    model, learnt[name] = train(x, hidden)
    said = model(x[firsts]).numpy() * income.std() + income.mean()
    left.plot([1, 2, 3, 4], said, f"o{dashes}", color=colour, ms=4)
    right.plot(np.arange(101) * 10, learnt[name], dashes, color=colour, label=name)
    arrived[name] = 10 * int(np.argmax(np.less(learnt[name], 0.05))) or None
    print(f"{name:26}: loss {learnt[name][-1]:.3f}, below 0.05 from step {arrived[name]}")
left.set(xticks=[1, 2, 3, 4], ylabel="income", title="what it says")
left.set_xticklabels(["teacher", "doctor", "student", "unempl."])
right.set(yscale="log", xlabel="step", title="loss")
right.legend(fontsize=8)
plt.show()
straight, bent, direct = learnt
assert learnt[straight][-1] > 0.5
assert arrived[straight] is None
assert learnt[bent][-1] < 0.03
assert learnt[direct][-1] < 0.03
assert arrived[bent] > 2 * arrived[direct]

# %% [markdown]
# **Question.** What goes wrong with the number, and why do hidden nodes mend it?
#
# <details><summary>Answer</summary>
#
# Without a hidden layer, the income must rise or fall steadily with the number of the profession: a straight line,
# which misses all four. Hidden nodes can bend it, but they have to learn a shape that exists only because of our
# numbering. One-hot gives each profession a weight of its own, and there is nothing to bend.
#
# </details>
#
# ## Numbered targets against one-hot
#
# The same for outputs. Three kinds of points, 0, 1 and 2, and no hidden layer. One network has a single output, trained
# to say the number; the nearest number counts. The other has three outputs, trained on one-hot targets; the largest
# counts.

# %%
kind = rng.permutation(np.repeat([0, 1, 2], 100))
centres = np.array([[0, 1.2], [-1, -0.6], [1, -0.6]])
points = (centres[kind] + 0.4 * rng.normal(size=(300, 2))).astype(np.float32)


def train_outputs(targets):
    """A layer trained to give these targets, by squared error."""
    tf.random.set_seed(1)
    layer = tf.keras.layers.Dense(targets.shape[1])
    layer(points)
    optimizer = tf.keras.optimizers.SGD(0.2)
    for _ in range(500):
        optimizer.minimize(lambda: tf.reduce_mean(tf.square(layer(points) - targets)), layer.trainable_variables)
    return layer


single = train_outputs(kind.astype(np.float32)[:, None])
three = train_outputs(tf.one_hot(kind, 3).numpy())


def nearest(x):
    """The one-hot row of the number that is nearest to the single output."""
    return tf.one_hot(np.clip(np.round(single(x).numpy().ravel()), 0, 2).astype(int), 3)


figure, places = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
steps = np.linspace(-2.6, 2.6, 105, dtype=np.float32)
grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
counts = {}
for place, (name, answer) in zip(places, {"one number": nearest, "one-hot": three}.items(), strict=True):
    counts[name] = int(correct_count(answer(points), kind))
    place.contourf(steps, steps, tf.argmax(answer(grid), axis=1).numpy().reshape(105, 105), levels=2, cmap="Pastel1")
    place.scatter(*points.T, s=6, c=kind, cmap="Set1", vmax=8)
    place.set(title=f"{name}: {counts[name]} of 300 right", aspect="equal")
plt.show()
assert counts["one number"] < 270
assert counts["one-hot"] > 290

# %% [markdown]
# **Question.** Why are the borders of the first network parallel?
#
# <details><summary>Answer</summary>
#
# Its single output rises in one direction. On the way from kind 0 to kind 2 it must pass through 1, so there is always
# a stripe of "kind 1" between them, whether or not any point of kind 1 lives there. With three outputs, no kind lies
# between two others.
#
# </details>
#
# Squared error works for such targets, but there is a better loss for categories: cross-entropy, on outputs that are
# made into probabilities.
