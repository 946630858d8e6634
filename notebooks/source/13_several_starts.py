# %% [markdown]
# # 13. Several starts
#
# Training begins at random weights. From some it ends in a good place, from others it does not. Here you train XOR from
# 100 starts, count those that get stuck, and do something about it.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_11_16.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_11_16 as checks
import ffnn.tf as tf
import pictures

x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
y_labels = tf.constant([[0], [1], [1], [0]], tf.float32)

# %% [markdown]
# ## 100 networks at once
#
# A weight matrix `[2, 2]` with one more axis in front, `[100, 2, 2]`, is 100 matrices. `tf.matmul` multiplies each of
# them, so the two equations stay as they are, and the output has shape `[100, 4, 1]`: start, pattern, output.

# %%
starts = 100


def draw(stddev, hidden=2):
    tf.random.set_seed(1)  # the same numbers at each call
    shapes = [2, hidden], [1, hidden], [hidden, 1], [1, 1]
    return [tf.Variable(tf.random.normal([starts, *shape], stddev=stddev)) for shape in shapes]


W1, b1, W2, b2 = draw(stddev=1.0)


def run_network(x):
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    return tf.sigmoid(tf.matmul(h1, W2) + b2)


print(run_network(x).shape)

# %% [markdown]
# Each network needs a loss of its own: the squared error summed over its four patterns, and not over the starts.


# %%
def calc_losses():
    y = run_network(x)
    # solution
    # gap: losses = ...  # shape [100]; tf.reduce_sum takes axis=[...]
    losses = tf.reduce_sum(tf.square(y - y_labels), axis=[1, 2])
    # end
    return losses


# %%
checks.losses_of_starts(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The axes are 0 (start), 1 (pattern) and 2 (output). Sum over those that are to go.
#
# </details>
#
# Now the sum of all 100 losses is minimised. No weight of one network occurs in the loss of another, so the gradient of
# the sum holds each network's own gradient: this is 100 separate trainings.


# %%
def train(steps):
    optimizer = tf.keras.optimizers.SGD(0.5)
    curves = []
    for i in range(steps + 1):
        if i % 100 == 0:
            curves.append(calc_losses().numpy())
        if i < steps:
            optimizer.minimize(lambda: tf.reduce_sum(calc_losses()), [W1, b1, W2, b2])
    return np.array(curves)


curves = train(5000)
final = curves[-1]
for curve in curves.T:
    plt.plot(100 * np.arange(51), curve, color=pictures.ORANGE if curve[-1] > 0.1 else pictures.BLUE, lw=0.5)
plt.xlabel("step")
plt.ylabel("loss")
plt.title("100 starts; orange: stuck")
plt.show()

# %% [markdown]
# Call a start *stuck* if its loss is still above 0.1 at the end. How many are? `final` holds the 100 losses.

# %%
# solution
# gap: stuck = ...  # a whole number
stuck = int(np.sum(final > 0.1))
# end
print(stuck)

# %%
checks.count_of_stuck(globals())

# %% [markdown]
# So about one start in five fails on a problem this small. Their losses are no accident:

# %%
rest = np.sort(final[final > 0.1])
print(np.round(rest, 2))
assert np.all(curves[-11] - curves[-1] < 0.01)  # the last 1,000 steps
assert np.all(np.isclose(rest, 1 / 2, atol=0.02) | np.isclose(rest, 2 / 3, atol=0.02))

# %% [markdown]
# **Question.** Why 0.5, and why 0.67?
#
# <details><summary>Answer</summary>
#
# A stuck network treats some patterns as one, and gives them the mean of their targets. Two patterns with targets 0 and
# 1, both answered 0.5, cost $0.25 + 0.25 = 0.5$. Three with targets 0, 1 and 1, all answered $2/3$, cost
# $4/9 + 1/9 + 1/9 = 2/3$. Gradient
# descent has all but stopped there: the slope is next to nothing.
#
# </details>
#
# ## The best of several
#
# Which start would you keep? Give its number, 0 to 99.

# %%
# solution
# gap: best = ...
best = int(np.argmin(final))
# end

# %%
checks.best_start(globals())

# %% [markdown]
# Suppose one start in five gets stuck. You take 5 new starts and keep the best. How probable is it that all 5 are
# stuck?

# %%
# solution
# gap: all_stuck = ...
all_stuck = 0.2**5
# end

# %%
checks.all_of_five(globals())

# %% [markdown]
# ## The vote
#
# Instead of choosing one, ask all. A start votes 1 for a pattern if its output is above 0.5. Which answer gets more
# than half of the votes, for each of the four patterns?

# %%
outputs = run_network(x).numpy()[:, :, 0]  # start, pattern
# solution
# gap: shares = ...  # the share of the starts that vote 1, shape [4]
# gap: vote = ...  # the answer of the majority, 0 or 1, shape [4]
shares = np.mean(outputs > 0.5, axis=0)
vote = (shares > 0.5).astype(int)
# end
print(shares, vote)

# %%
checks.vote_of_starts(globals())

# %% [markdown]
# Stuck networks are wrong in different ways, and the others outvote them. Let us see how often that works with a few
# starts: 2,000 times we take some of the 100 at random.

# %%
generator = np.random.default_rng(0)
sizes = [1, 3, 5, 7, 9]
right_best, right_vote = [], []
for size in sizes:
    chosen = generator.integers(0, starts, [2000, size])
    voted = np.mean(outputs[chosen] > 0.5, axis=1) > 0.5  # sample, pattern
    right_vote.append(np.mean(np.all(voted == [0, 1, 1, 0], axis=1)))
    right_best.append(np.mean(np.min(final[chosen], axis=1) < 0.1))
plt.plot(sizes, right_best, "o-", color=pictures.BLUE, label="the best is not stuck")
plt.plot(sizes, right_vote, "o-", color=pictures.ORANGE, label="the vote is right on all four")
plt.xlabel("starts")
plt.ylabel("share of the samples")
plt.xticks(sizes)
plt.legend()
plt.show()
assert right_best[-1] > 0.99
assert right_vote[-1] > right_vote[0] + 0.1
# %% [markdown]
# **Question.** The best is right more often than the vote. Why vote at all?
#
# <details><summary>Answer</summary>
#
# Here the four patterns are everything, and the loss tells the good starts from the bad. On real data the start with
# the least training loss may be the one that memorised most; choosing takes rows of its own, and uses them up. A vote,
# or the mean of the outputs, needs no choice, and errors that the networks do not share cancel. `ffnn.train` trains
# eight networks and predicts with the mean of their outputs (lesson 16).
#
# </details>
#
# Below: the best start, two that are stuck, and the mean of all. The black line is where the output is 0.5.

# %%
half, two_thirds = (int(np.argmin(np.abs(final - level))) for level in (1 / 2, 2 / 3))
figure, axes = plt.subplots(1, 4, figsize=(15, 3), layout="constrained")
for place, (number, title) in enumerate([(best, "best"), (half, "stuck at 0.5"), (two_thirds, "stuck at 0.67")]):
    pictures.surface(lambda grid, number=number: run_network(grid)[number], title, axes[place])
pictures.surface(lambda grid: np.mean(run_network(grid).numpy(), axis=0), "mean of all", axes[3])
plt.show()

# %% [markdown]
# ## Stuck, or just slow?
#
# The lecture draws its weights with a standard deviation of 0.1. The same count, and then again after more steps:

# %%
W1, b1, W2, b2 = draw(stddev=0.1)
curves = train(20000)
at = {step: int(np.sum(curves[step // 100] > 0.1)) for step in (2000, 5000, 10000, 20000)}
print(at)
assert at[2000] > 80
assert at[20000] < at[5000] / 2

# %% [markdown]
# **Question.** What is different here?
#
# <details><summary>Answer</summary>
#
# Small weights make a network that answers 0.5 to everything, where the slope is almost flat. Nearly all are there
# after 2,000 steps; most of them leave later. They were slow, not stuck: a count after a number of steps cannot tell
# the two apart. The size of the first weights (lesson 9) decides how long this takes.
#
# </details>
#
# **Question.** What else helps?
#
# <details><summary>Answer</summary>
#
# More hidden nodes, as the last cell shows: with more nodes there are more ways out.
#
# </details>

# %%
for hidden in (2, 4, 8):
    W1, b1, W2, b2 = draw(stddev=1.0, hidden=hidden)
    left = int(np.sum(train(5000)[-1] > 0.1))
    print(f"{hidden} hidden nodes: {left} of {starts} stuck")
assert left == 0
