# %% [markdown]
# # 10. Categories: one-hot encoding
#
# How does one give a network a profession?

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

professions = ["teacher", "doctor", "student", "unemployed"]
people = [0, 2, 2, 3, 1]  # a teacher, two students, an unemployed person, a doctor

# %% [markdown]
# Numbered from 0, the professions can be stored; but as a *quantity* the number makes no sense. A student is not two
# doctors, nor half way between a doctor and an unemployed person. So each profession gets an input of its own, which is
# 1 for people of that profession and 0 for all others. Encode the five people with `tf.one_hot`.

# %%
# solution
# gap: one_hot = ...
one_hot = tf.one_hot(people, 4)
# end
print(one_hot)

# %%
checks.professions_one_hot(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `tf.one_hot(numbers, depth)`: the depth is the number of categories.
#
# </details>
#
# ## And back
#
# `tf.argmax(y, axis=1)` says where in each row the largest number stands. What is
# `tf.argmax(tf.constant([[0, 0, 0, 0, 1], [0, 0, 0, 1, 0]]), axis=1)`? Answer before you let it compute.

# %%
# solution
# gap: answer = [..., ...]
answer = [4, 3]
# end

# %%
checks.argmax_of_the_slide(globals())

# %%
print(tf.argmax(tf.constant([[0, 0, 0, 0, 1], [0, 0, 0, 1, 0]]), axis=1))
np.testing.assert_array_equal(tf.argmax(tf.one_hot(people, 4), axis=1), people)

# %% [markdown]
# **Question.** A network's output is never quite 0 or 1. Does argmax work on (0.1, 0.7, 0.2)?
#
# <details><summary>Answer</summary>
#
# Yes: it gives 1, the category that the network favours. How much it favours it is lost.
#
# </details>
#
# ## How many are right?
#
# Six rows of outputs for four categories, and the right category of each row as an integer. How many rows are right?

# %%
y = tf.constant(
    [
        [0.7, 0.1, 0.1, 0.1],
        [0.2, 0.3, 0.4, 0.1],
        [0.1, 0.1, 0.2, 0.6],
        [0.3, 0.4, 0.2, 0.1],
        [0.0, 0.9, 0.1, 0.0],
        [0.1, 0.2, 0.3, 0.4],
    ]
)
y_targets = tf.constant([0, 2, 1, 1, 1, 3], tf.int64)

# solution
# gap: correct_prediction = ...  # for each row: is it right?
# gap: correct_count = ...
correct_prediction = tf.equal(tf.argmax(y, axis=1), y_targets)
correct_count = tf.reduce_sum(tf.cast(correct_prediction, tf.float32))
# end
print(correct_count)

# %%
checks.rows_that_are_right(globals())

# %% [markdown]
# ## How many inputs, how many outputs?
#
# - How many inputs for the age of a child, 1 to 10?
# - How many for the colour of eyes: brown, blue, green or grey?
# - How many for the position of a tennis ball?
# - How many *outputs* for a system that reads letters, A to Z?

# %%
# solution
# gap: age = ...
# gap: eyes = ...
# gap: ball = ...
# gap: letters = ...
age = 1
eyes = 4
ball = 3
letters = 26
# end

# %%
checks.numbers_of_inputs(globals())

# %% [markdown]
# <details><summary>Answers</summary>
#
# **Age: one.** Ages are ordered, and their differences mean something. (Ten one-hot inputs would work too, with more
# data: the network would have to learn about each year by itself.) Normalise it.
#
# **Eyes: one for each colour.** They have no order.
#
# **Tennis ball: three**, x, y and z, or two on a picture: real numbers, each with an order of its own. Speed might be
# worth three more.
#
# **Letters: 26.** Targets are categories as well, and are one-hot encoded: with a single output an unclear picture
# between "A" and "C" would be read as "B".
#
# </details>
#
# ## What numbers instead of categories cost
#
# Weekly hours of reading, by profession (made up): teachers 9, doctors 2, students 8, unemployed people 3, and each
# person a little different. A network without a hidden layer, `y = x W + b`, and one with three hidden nodes; each with
# the profession as a number 0 to 3, and one-hot.

# %%
generator = np.random.default_rng(0)
hours = np.array([9.0, 2.0, 8.0, 3.0])
who = generator.integers(0, 4, 200)
read = (hours[who] + generator.normal(0, 0.5, 200))[:, None]
number = (who[:, None] - who.mean()) / who.std()
categories = tf.one_hot(who, 4).numpy()


def train(inputs, hidden, steps=1000):
    """What the network says to each profession, and its mean squared error."""
    tf.keras.utils.set_random_seed(2)
    layers = [tf.keras.layers.Dense(hidden, activation="tanh")] if hidden else []
    model = tf.keras.Sequential([*layers, tf.keras.layers.Dense(1)])
    x, t = tf.constant(inputs, tf.float32), tf.constant(read, tf.float32)

    def calc_loss():
        return tf.reduce_mean(tf.square(model(x) - t))

    calc_loss()  # makes the variables
    optimizer = tf.keras.optimizers.SGD(0.05)
    for _ in range(steps):
        optimizer.minimize(calc_loss, model.trainable_variables)
    said = model(x).numpy()[:, 0]
    return [said[who == one].mean() for one in range(4)], calc_loss().numpy()


found = {
    "a number": train(number, 0),
    "a number, 3 hidden": train(number, 3),
    "one-hot": train(categories, 0),
    "one-hot, 3 hidden": train(categories, 3),
}
plt.figure(figsize=(8, 3))
plt.bar(np.arange(4), hours, width=0.8, color="lightgrey", label="true mean")
for place, (name, (said, _)) in enumerate(found.items()):
    colour = pictures.BLUE if "hot" in name else pictures.ORANGE
    marker = "s" if "hidden" in name else "o"
    plt.plot(np.arange(4) + 0.15 * (place - 1.5), said, marker, color=colour, label=name)
plt.xticks(range(4), professions)
plt.ylabel("hours")
plt.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
for name, (_, loss) in found.items():
    print(f"{name:20} mean squared error {loss:.2f}")
assert found["a number"][1] > 6
assert found["a number, 3 hidden"][1] > 3
assert found["one-hot"][1] < 0.4

# %% [markdown]
# From the number, a network without a hidden layer can only draw a line through the four professions, and there is no
# such line. One-hot, each profession has a weight of its own, and the smallest network is right at once. A hidden layer
# can bend the line, but it has to spend its nodes and its training on undoing our numbering; after these thousand steps
# it has hardly begun.
#
# **Question.** Two categories, yes and no: two inputs?
#
# <details><summary>Answer</summary>
#
# One is enough, 0 and 1 or -1 and 1: with two numbers there is only one difference.
#
# </details>
#
# **Question.** A new profession turns up after training. And then?
#
# <details><summary>Answer</summary>
#
# There is no input for it. One sets all to 0 (the network has never seen this), or keeps from the start an input
# "other" into which rare professions go; then it has learned what to say.
#
# </details>
