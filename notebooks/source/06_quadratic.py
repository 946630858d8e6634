# %% [markdown]
# # 6. Downhill on a quadratic
#
# Training walks downhill on a loss, and the *learning rate* $\eta$ says how far each step goes. Here the loss is a
# quadratic: simple enough to see every step, and to foretell it.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks_06_10.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import checks_06_10 as checks
import ffnn.tf as tf
import pictures

# %% [markdown]
# ## One number
#
# Let $L(w) = (w - 3)^2$, and start at $w = 0$. A *gradient tape* watches what is computed from a variable, and then
# says how the result changes with it. Let the tape compute $\partial L / \partial w$.


# %%
def parabola(w):
    return tf.square(w - 3)


w = tf.Variable(0.0)
with tf.GradientTape() as tape:
    L = parabola(w)
# solution
# gap: slope = ...  # of L by w
slope = tape.gradient(L, w)
# end
print(slope)

# %%
checks.slope_of_the_parabola(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `tape.gradient(what, by)` is the derivative of `what` by the variable `by`.
#
# </details>
#
# **Question.** What is the slope with pen and paper? What does its sign say?
#
# <details><summary>Answer</summary>
#
# $L'(w) = 2(w - 3)$, so $-6$ at $w = 0$. It is negative: the loss falls as $w$ grows. A step *against* the slope goes
# to the right, and that is where the minimum is.
#
# </details>
#
# ## Many steps
#
# Gradient descent repeats $w \leftarrow w - \eta \, \partial L / \partial w$. Write the step. `w.assign(value)` gives a
# variable a new value.


# %%
def descend(start, calc_loss, eta, steps):
    """Where each step leads, the start first."""
    w = tf.Variable(start)
    path = [w.numpy()]
    for _ in range(steps):
        # solution
        # gap: with tf.GradientTape() as tape:
        # gap:     L = ...  # the loss at w
        # gap: slope = ...
        # gap: w.assign(...)  # one step
        with tf.GradientTape() as tape:
            L = calc_loss(w)
        slope = tape.gradient(L, w)
        w.assign(w - eta * slope)
        # end
        path.append(w.numpy())
    return np.array(path)


# %%
checks.descent(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The three lines are: `L = calc_loss(w)` under the tape, the slope as above, and `w.assign(w - eta * slope)`. Write
# `assign`, not `w = w - …`: that would make `w` a plain tensor, and the next tape watches variables alone.
#
# </details>
#
# Twelve steps with four rates:

# %%
rates = [0.02, 0.3, 0.9, 1.05]
grid = np.linspace(-2.5, 8.5, 111)
figure, places = plt.subplots(1, 4, figsize=(10, 2.5), sharey=True, layout="constrained")
for place, eta in zip(places, rates, strict=True):
    path = descend(0.0, parabola, eta, 12)
    place.plot(grid, (grid - 3) ** 2, color=pictures.GREY, lw=1)
    place.plot(path, (path - 3) ** 2, "o-", color=pictures.BLUE, ms=4, lw=1)
    place.set(title=rf"$\eta$ = {eta}", xlabel="w", xlim=(-2.5, 8.5), ylim=(-2, 30))
places[0].set_ylabel("loss")
plt.show()

creeping, arriving, jumping, diverging = [np.abs(descend(0.0, parabola, eta, 12) - 3) for eta in rates]
assert creeping[-1] > 1.5
assert arriving[-1] < 1e-3
assert jumping[-1] < 0.3
assert (np.diff(diverging) > 0).all()

# %% [markdown]
# **Question.** Which rate is too small, which too large, and what does the third one do?
#
# <details><summary>Answer</summary>
#
# 0.02 creeps: after twelve steps it is still nearer to its start than to the minimum. 0.3 arrives. 0.9 jumps over the
# minimum at each step and still comes nearer. 1.05 jumps so far that each step ends higher than the one before: it
# *diverges*.
#
# </details>
#
# ## Foretell it
#
# Put the slope into the step: $w - 3$ becomes $(w - 3) - 2\eta(w - 3) = (1 - 2\eta)(w - 3)$. So each step multiplies
# the distance to the minimum by $1 - 2\eta$. Which rate arrives in a single step? And above which rate does every step
# lead further away?

# %%
# solution
# gap: single_step = ...
# gap: limit = ...
single_step = 0.5
limit = 1.0
# end

# %%
checks.rates_of_the_parabola(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# In a single step: the factor is 0. Further away: the factor is above 1 or below $-1$.
#
# </details>
#
# The 2 in the factor is the *curvature* $L''$. The same holds for any curve: the more it bends, the smaller the
# steps must be; the limit is $2 / L''$.
#
# ## Two numbers
#
# Now $L(w) = (w_1 - 3)^2 + 10\,(w_2 + 1)^2$: a valley, ten times as steep across as along. The tape gives both slopes
# at once, so your `descend` works as it is.


# %%
def valley(w):
    return tf.square(w[0] - 3) + 10 * tf.square(w[1] + 1)


start = [-1.0, 0.5]
paths = {eta: descend(start, valley, eta, 25) for eta in (0.005, 0.08, 0.102)}


# %%
def contours(place):
    across, along = np.linspace(-3.4, 1.4, 121), np.linspace(-2, 8, 161)
    heights = (along - 3) ** 2 + 10 * (across[:, None] + 1) ** 2
    place.contour(along, across, np.sqrt(heights), levels=10, colors=pictures.GREY, linewidths=0.6)
    place.plot(3, -1, "*", color="black", ms=9)


figure, places = plt.subplots(1, 3, figsize=(10, 2.8), sharey=True, layout="constrained")
for place, (eta, path) in zip(places, paths.items(), strict=True):
    contours(place)
    place.plot(*path.T, "o-", color=pictures.BLUE, ms=3, lw=1)
    place.set(title=rf"$\eta$ = {eta}", xlabel="$w_1$", xlim=(-2, 8), ylim=(-3.4, 1.4))
places[0].set_ylabel("$w_2$")
plt.show()


# %%
def heights(path, steepness=10):
    return (path[:, 0] - 3) ** 2 + steepness * (path[:, 1] + 1) ** 2


plt.figure(figsize=(5, 2.6))
for (eta, path), colour in zip(paths.items(), [pictures.GREY, pictures.BLUE, pictures.ORANGE], strict=True):
    plt.plot(heights(path), label=rf"$\eta$ = {eta}", color=colour)
plt.yscale("log")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend()
plt.show()

too_large = heights(paths[0.102])
assert too_large[3] < too_large[0] < too_large[-1]

# %% [markdown]
# **Question.** With $\eta$ = 0.102 the loss falls for a few steps and then grows. Why?
#
# <details><summary>Answer</summary>
#
# Along the valley each step multiplies the distance by $1 - 2\eta = 0.796$, which is well. Across it the factor is
# $1 - 20\eta = -1.04$, which is too large. At first the gain along the valley outweighs the loss across it.
#
# </details>
#
# The steep direction sets the limit for all. Above which rate does this descent diverge?

# %%
# solution
# gap: limit_of_valley = ...
limit_of_valley = 2 / 20
# end

# %%
checks.limit_of_the_valley(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The curvature across the valley is 20.
#
# </details>
#
# ## A long valley is slow
#
# The steep direction bounds the rate, and the flat direction must do with it. How many steps does the *best* rate need
# until the loss is below $10^{-6}$, if the valley is 1, 10 or 100 times as steep across as along?

# %%
needed = {}
for steepness in (1, 10, 100):

    def steeper(w, steepness=steepness):
        return tf.square(w[0] - 3) + steepness * tf.square(w[1] + 1)

    best = 2 / (2 + 2 * steepness)  # both directions shrink alike: 1 - 2 eta = -(1 - 2 steepness eta)
    path = descend(start, steeper, best, 1000)
    needed[steepness] = int(np.argmax(heights(path, steepness) < 1e-6))
    print(f"{steepness:4} times as steep: rate {best:.4f}, {needed[steepness]} steps")
assert needed[1] == 1
assert 8 < needed[100] / needed[10] < 12

# %% [markdown]
# Ten times as steep, ten times as many steps. A round bowl needs a single one. So it pays to make the valley round
# before walking: that is what lesson 7 does, by looking at the inputs.
#
# ## With an optimizer
#
# The tape and the assignment are what an optimizer's `minimize` does. Take 25 steps with $\eta$ = 0.08 by
# `tf.keras.optimizers.SGD`. The loss is a function without arguments, here `lambda: valley(w)`.

# %%
w = tf.Variable(start)
# solution
# gap: optimizer = ...
# gap: for _ in range(25):
# gap:     ...  # one step
optimizer = tf.keras.optimizers.SGD(0.08)
for _ in range(25):
    optimizer.minimize(lambda: valley(w), [w])
# end
print("by minimize:", w.numpy(), " by hand:", paths[0.08][-1])

# %%
checks.by_minimize(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `optimizer.minimize(function, [variables])`.
#
# </details>
#
# **Question.** The minimum is where both slopes are 0; one could solve for that. Why walk?
#
# <details><summary>Answer</summary>
#
# For a quadratic the slopes are linear in $w$, so it takes one system of linear equations. For a network they are not
# linear: there is no formula for the place where they vanish. The slope where one stands can always be had.
#
# </details>
#
# **Question.** A network's loss is no quadratic. What is this lesson worth then?
#
# <details><summary>Answer</summary>
#
# Near a minimum, every smooth loss with curvature looks like a quadratic; there the rules hold: too large a rate jumps
# to and fro across the steepest direction, too small a one creeps along the flattest. A loss curve that jumps up and
# down asks for a smaller rate; one that sinks slowly and smoothly may bear a larger one.
#
# </details>
