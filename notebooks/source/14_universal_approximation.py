# %% [markdown]
# # 14. Universal approximation
#
# One hidden layer with enough nodes comes as near as you like to any continuous function on a bounded region (Cybenko
# 1989; Hornik, Stinchcombe and White 1989). Why, and how many nodes is "enough"?

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

x = np.linspace(0, 1, 101, dtype=np.float32)[:, None]

# %% [markdown]
# ## A bump from two nodes
#
# A sigmoid with a large weight is nearly a step: `tf.sigmoid(50 * x + b)` goes from 0 to 1 where $50 x + b = 0$. A step
# up at 0.3 less a step up at 0.6 is a bump in between. Fill in the biases and the output weights.

# %%
W1 = tf.constant([[50.0, 50.0]])

# solution
# gap: b1 = tf.constant([[..., ...]])  # steps at 0.3 and 0.6
# gap: W2 = tf.constant([[...], [...]])  # one up, one down
b1 = tf.constant([[-15.0, -30.0]])
W2 = tf.constant([[1.0], [-1.0]])
# end


def bump(x):
    return tf.matmul(tf.sigmoid(tf.matmul(x, W1) + b1), W2)


# %%
checks.bump_by_hand(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# $50 \times 0.3 + b = 0$ gives $b = -15$.
#
# </details>
#
# ## A curve from bumps
#
# Now cut the region into strips, and give each a bump as high as the curve is there. No training: all weights are
# written down. The steps get steeper as the strips get narrower.


# %%
def curve(x):
    return np.sin(6 * x) * (1 - x) + x**2


def built_of_bumps(strips):
    """The curve as a network with two nodes for each strip."""
    edges = np.linspace(0, 1, strips + 1)
    left, right = edges[:-1], edges[1:]
    steep = 20 * strips
    first = np.full((1, 2 * strips), steep)
    bias = -steep * np.concatenate([left, right])[None]
    height = curve((left + right) / 2)
    second = np.concatenate([height, -height])[:, None]
    hidden = tf.sigmoid(tf.matmul(x, tf.constant(first, tf.float32)) + tf.constant(bias, tf.float32))
    return tf.matmul(hidden, tf.constant(second, tf.float32)).numpy()


figure, places = plt.subplots(1, 4, figsize=(13, 2.7), sharey=True, layout="constrained")
inside = slice(5, 96)
error = {}
for place, strips in zip(places, (4, 8, 16, 32), strict=True):
    y = built_of_bumps(strips)
    error[strips] = float(np.abs(y - curve(x))[inside].max())
    place.plot(x, curve(x), color=pictures.GREY)
    place.plot(x, y, color=pictures.BLUE)
    place.set_title(f"{2 * strips} nodes: off by at most {error[strips]:.2f}")
plt.show()
assert error[4] > 1.5 * error[8] > 1.5**2 * error[16] > 1.5**3 * error[32]

# %% [markdown]
# (At the two ends half a step is missing, so "at most" leaves out 5 % on each side.) Twice as many strips, about half
# the error: as near as you like. This is the idea of the proof; in two dimensions the strips become little squares, in
# ten dimensions there are a great many of them.
#
# ## What training finds
#
# A trained network places its nodes where they are needed. Three curves; or write your own into `curves`. For each
# width, four networks from different starts for each curve, all side by side as in lesson 13; the best of the four
# counts.

# %%
curves = {
    "wave": lambda x: np.sin(9 * x) * np.exp(-2 * x),
    "corner": lambda x: np.abs(x - 0.6),
    "jump": lambda x: np.where(x < 0.4, 0.2, 0.8),
}
widths = [1, 2, 4, 8, 16, 32]
targets = np.stack([function(x) for function in curves.values()])[:, None].astype(np.float32)


def fit_curves(width, starts=4, steps=1500):
    """For each curve the best network's output, and its root mean squared error."""
    size = [len(curves), starts]
    W1 = tf.Variable(tf.random.normal([*size, 1, width], stddev=6, seed=1))
    b1 = tf.Variable(-W1.numpy() * np.linspace(0, 1, width + 2, dtype=np.float32)[1:-1])
    W2 = tf.Variable(tf.random.normal([*size, width, 1], stddev=0.3, seed=2))
    b2 = tf.Variable(tf.zeros([*size, 1, 1]))

    def run_networks():
        return tf.matmul(tf.tanh(tf.matmul(x, W1) + b1), W2) + b2

    def each_loss():
        return tf.reduce_mean(tf.square(run_networks() - targets), axis=[2, 3])

    optimizer = tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(0.03, steps))
    for _ in range(steps):
        optimizer.minimize(lambda: tf.reduce_sum(each_loss()), [W1, b1, W2, b2])
    losses, y = each_loss().numpy(), run_networks().numpy()
    best = losses.argmin(axis=1)
    row = np.arange(len(curves))
    return y[row, best, :, 0], np.sqrt(losses[row, best])


fits = {width: fit_curves(width) for width in widths}

# %%
figure, places = plt.subplots(1, 4, figsize=(14, 3), layout="constrained")
colours = [pictures.BLUE, pictures.ORANGE, "#7a3fa0"]
errors = np.array([fits[width][1] for width in widths])
for place, row, name, colour in zip(places[1:], range(3), curves, colours, strict=True):
    places[0].loglog(widths, errors[:, row], ".-", color=colour, label=name)
    place.plot(x, targets[row, 0], color=pictures.GREY, lw=3)
    for width, style in ((1, ":"), (4, "--"), (32, "-")):
        place.plot(x, fits[width][0][row], style, color=colour, lw=1, label=f"width {width}")
    place.set_title(name)
    place.legend(fontsize="small")
places[0].set(xlabel="width of the hidden layer", ylabel="error", xticks=widths, xticklabels=widths)
places[0].minorticks_off()
places[0].legend()
plt.show()
for width, row in zip(widths, errors, strict=True):
    print(f"width {width:2}:", "  ".join(f"{name} {one:.4f}" for name, one in zip(curves, row, strict=True)))
wave, corner, jump = errors.T
assert wave[0] > 10 * wave[-1]
assert corner[0] > 10 * corner[-1]
assert jump[0] < 4 * jump[-1]

# %% [markdown]
# Wider is better, on the whole: for the wave and the corner the widest network is more than ten times better than the
# narrowest. Not so for the jump.
#
# **Question.** Why do more nodes help so little with the jump?
#
# <details><summary>Answer</summary>
#
# It needs a single node, with a very large weight: the larger, the steeper. Training has to make that weight grow, and
# is long about it. And the theorem promises nothing here: the jump is not continuous, and however large the weight, a
# point close to the jump is badly off.
#
# </details>
#
# **Question.** The theorem says that such weights exist. What does it not say?
#
# <details><summary>Answer</summary>
#
# That training finds them (a wide network's error need not be below a narrow one's); how many nodes it takes; what
# happens outside of the region; and what is between the training points when they are few and noisy (lesson 15).
#
# </details>
#
# **Question.** If one hidden layer is enough, why have more?
#
# <details><summary>Answer</summary>
#
# Because it may take a great many nodes. A second layer builds on what the first has found: bumps of bumps, edges to
# shapes to objects. For the same number of weights deep networks often come nearer.
#
# </details>
