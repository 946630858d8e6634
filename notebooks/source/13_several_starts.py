# %% [markdown]
# # 13. Several starts
#
# Gradient descent goes downhill from where it begins, and where it ends depends on that. How often does XOR get stuck?
# And what does one do with several trained networks?

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
# ## A hundred networks at once
#
# Tensors may have one axis more: `W1` of shape `[100, 2, 2]` holds the first weights of a hundred networks, and
# `tf.matmul` multiplies them one by one. The loss is the sum of all networks' losses; since a weight occurs in its own
# network alone, each network goes down its own slope.


# %%
class Networks:
    """Networks with one hidden layer, side by side, from random starts."""

    def __init__(self, number, hidden, inputs=2):
        shapes = [[number, inputs, hidden], [number, 1, hidden], [number, hidden, 1], [number, 1, 1]]
        self.variables = [tf.Variable(tf.random.normal(shape, seed=seed)) for seed, shape in enumerate(shapes)]

    def __call__(self, x):
        W1, b1, W2, b2 = self.variables
        return tf.sigmoid(tf.matmul(tf.sigmoid(tf.matmul(x, W1) + b1), W2) + b2)


def train_xor(hidden):
    """A hundred networks, and the loss of each."""
    networks = Networks(100, hidden)

    def each_loss():
        return tf.reduce_sum(tf.square(networks(x) - y_labels), axis=[1, 2])

    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(5000):
        optimizer.minimize(lambda: tf.reduce_sum(each_loss()), networks.variables)
    return networks, each_loss().numpy()


networks, losses = train_xor(hidden=2)

# %% [markdown]
# `losses` holds the loss of each network. Which share of them has learned XOR, say with a loss below 0.1?

# %%
# solution
# gap: solved = ...
solved = np.mean(losses < 0.1)
# end

# %%
checks.share_solved(globals())

# %%
plt.figure(figsize=(6, 2.6))
plt.hist(losses, bins=np.linspace(0, 1, 41), color=pictures.BLUE)
plt.xlabel("loss after 5000 steps")
plt.ylabel("networks")
plt.show()
assert 0.6 < np.mean(losses < 0.1) < 0.9
assert np.mean((losses > 0.45) & (losses < 0.7)) > 0.1

# %% [markdown]
# It is the one or the other: nearly 0, or about 0.5 and above. These got stuck. Here is one that got there, and two
# that did not.

# %%
examples = [np.argmin(losses), np.argmin(abs(losses - 0.5)), np.argmax(losses)]
all_weights = [variable.numpy() for variable in networks.variables]
figure, places = plt.subplots(1, 3, figsize=(11, 2.8), layout="constrained")
for place, one in zip(places, examples, strict=True):
    W1, b1, W2, b2 = (weights[one] for weights in all_weights)

    def run_network(x, W1=W1, b1=b1, W2=W2, b2=b2):
        return tf.sigmoid(tf.matmul(tf.sigmoid(tf.matmul(x, W1) + b1), W2) + b2)

    pictures.surface(run_network, title=f"loss {losses[one]:.2f}", axes=place)
plt.show()

# %% [markdown]
# **Question.** What has a network with loss 0.5 learned?
#
# <details><summary>Answer</summary>
#
# Two patterns well; for the two others it says 0.5: $2 \times 0.5^2 = 0.5$. Both hidden nodes have put their borders
# to the same use, and no small change makes it better: a *local minimum*, or a plateau so flat that it takes as long.
# (At 0.67, three patterns are given the same output 2/3: $(2/3)^2 + 2 \times (1/3)^2 = 0.67$.)
#
# </details>
#
# **Question.** Does it help to train for longer, or to have more hidden nodes?

# %%
shares = {2: np.mean(losses < 0.1)}
for hidden in (3, 4):
    shares[hidden] = np.mean(train_xor(hidden)[1] < 0.1)
for hidden, share in shares.items():
    print(f"{hidden} hidden nodes: {share:.0%} of 100 networks learn XOR")
assert shares[2] < 0.9 < shares[3]
assert shares[4] > 0.95

# %% [markdown]
# <details><summary>Answer</summary>
#
# More nodes help a great deal, though two would do: the more nodes, the likelier some of them begin in a useful place,
# and the more ways lead down. Longer training helps those on a plateau, not those in a local minimum.
#
# </details>
#
# ## What to do with several networks: take the best
#
# If one network learns XOR with a chance of 2 in 3, all of five fail with a chance of $(1/3)^5$, one in 243. With XOR
# the loss says who has succeeded. Start several times, keep the best: that is one use.
#
# ## Or let them vote
#
# With real data there is another. Rows of ten numbers, four of which decide about yes or no; 200 rows to learn from,
# and 25 networks with 10 hidden nodes, which learn nearly all of them by heart:

# %%
generator = np.random.default_rng(0)


def rows(number):
    inputs = generator.normal(size=(number, 10))
    yes = inputs[:, 0] + abs(inputs[:, 1]) + inputs[:, 2] * inputs[:, 3] > 0.8
    return inputs.astype(np.float32), yes[:, None]


seen, seen_labels = rows(200)
new, new_labels = rows(4000)
voters = Networks(25, 10, inputs=10)


def cross_entropy():
    p = voters(seen)
    return -tf.reduce_sum(tf.math.log(tf.where(seen_labels, p, 1 - p) + 1e-7)) / 200


optimizer = tf.keras.optimizers.Adam(0.05)
for _ in range(400):
    optimizer.minimize(cross_entropy, voters.variables)

# %% [markdown]
# `p` has a row for each network and a column for each point. Write the vote: True for the points for which more than
# half of the networks say more than 0.5.


# %%
def vote(p):
    # solution
    # gap: decision = ...
    decision = tf.reduce_mean(tf.cast(p > 0.5, tf.float32), axis=0) > 0.5
    # end
    return decision


# %%
checks.vote_of_all(globals())

# %%
p_seen, p_new = (voters(inputs).numpy()[:, :, 0] for inputs in (seen, new))
known = np.mean((p_seen > 0.5) == seen_labels[:, 0])
each = np.mean((p_new > 0.5) == new_labels[:, 0], axis=1)
sizes = range(1, 26, 2)
together = [np.mean(vote(p_new[:size]).numpy() == new_labels[:, 0]) for size in sizes]

print(f"the 200 rows: {known:.1%} right, on average")
print(f"new rows:     one network {each.mean():.1%} on average, from {each.min():.1%} to {each.max():.1%}")
print(f"              the vote of all {together[-1]:.1%}")
assert known > 0.98
assert together[-1] > each.mean() + 0.03

plt.figure(figsize=(6, 2.8))
plt.plot(sizes, together, ".-", color=pictures.BLUE, label="the vote")
plt.plot(np.arange(1, 26), each, "x", color=pictures.ORANGE, label="each network alone")
plt.axhline(each.mean(), color=pictures.ORANGE, lw=1, label="their mean")
plt.xlabel("number of voters")
plt.ylabel("right, of 4000 new rows")
plt.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# **Question.** Why is the vote better than a network on average?
#
# <details><summary>Answer</summary>
#
# All have nearly all of the 200 rows right, each in its own way. Where they agree is mostly what the data say; where
# they disagree, the mistakes of some are outvoted by the others. It helps the more, the more different their mistakes
# are. And to pick the best of them by its loss would be of no use here: on the 200 rows all are as good as perfect.
#
# </details>
#
# **Question.** Vote, or take the mean of the probabilities?
#
# <details><summary>Answer</summary>
#
# Both work. The mean lets a network that is sure count for more, and gives a probability; so does `ff.train`
# (lesson 16), which starts eight times and answers with the mean.
#
# </details>
