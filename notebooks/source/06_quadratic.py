# %% [markdown]
# # 6. Gradient descent on a bowl
#
# Before a loss with nine weights, one with a single weight, whose lowest place you can find on paper. It shows what the
# learning rate does, and why the shape of the loss decides how fast training goes.

# %%
import sys

sys.path += ["..", "notebooks"]  # where lesson_checks.py and pictures.py stand
import matplotlib.pyplot as plt
import numpy as np

import feedforward.tf as tf
import lesson_checks as checks
import pictures

w = tf.Variable(0.0)


def calc_loss():
    return tf.square(w - 3) + 1


# %% [markdown]
# **Question.** Where is $L = (w - 3)^2 + 1$ smallest, and how small is it there?
#
# <details><summary>Answer</summary>
#
# A square is never below 0, and this one is 0 at $w = 3$. There the loss is 1: the smallest loss need not be 0.
#
# </details>
#
# ## The slope, by tape
#
# `tf.GradientTape` writes down what is computed inside its `with` block. Afterwards `tape.gradient(L, w)` gives the
# slope $\partial L / \partial w$ at the place where $w$ was.


# %%
def slope_at(place):
    w.assign(place)
    with tf.GradientTape() as tape:
        L = calc_loss()
    # solution
    # gap: slope = ...  # ask the tape
    slope = tape.gradient(L, w)
    # end
    return slope


# %%
checks.slope_of_the_parabola(globals())

# %% [markdown]
# On paper the slope is $2 (w - 3)$: below 0 to the left of 3, above 0 to the right. A step *against* the slope goes
# towards 3 from either side.
#
# ## Steps
#
# Write the step $w \leftarrow w - \eta \, \partial L / \partial w$. The function returns all the places it came by.


# %%
def descend(start, eta, steps):
    w.assign(start)
    places = [start]
    for _ in range(steps):
        slope = slope_at(w.numpy())
        # solution
        # gap: ...  # one step of w, by w.assign
        w.assign(w - eta * slope)
        # end
        places.append(w.numpy().item())
    return places


print(descend(start=0.0, eta=0.1, steps=5))

# %%
checks.descent(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# `w.assign(...)` takes the new value: the old one, less $\eta$ times the slope.
#
# </details>
#
# ## Four learning rates

# %%
figure, places = plt.subplots(1, 4, figsize=(13, 2.8), sharey=True, layout="constrained")
curve = np.linspace(-3, 9, 101)
for place, eta in zip(places, [0.02, 0.3, 0.95, 1.05], strict=True):
    path = np.array(descend(start=0.0, eta=eta, steps=12))
    place.plot(curve, (curve - 3) ** 2 + 1, color=pictures.GREY)
    place.plot(path, (path - 3) ** 2 + 1, ".-", color=pictures.BLUE)
    place.set(title=f"rate {eta}: ends at {path[-1]:.2f}", xlabel="w", xlim=(-3, 9), ylim=(0, 30))
places[0].set_ylabel("loss")
plt.show()

# %% [markdown]
# Too small a rate creeps. A larger one arrives. Still larger, each step jumps over the lowest place and lands nearly as
# far away on the other side; and above some rate each jump lands further away than it began: training *diverges*, and a
# loss that grows without end, to `inf` and `nan`, is how one sees it.
#
# Find two rates with pen and paper. A step takes the distance to 3 from $d$ to $d - \eta \cdot 2d = (1 - 2\eta)\,d$.

# %%
# solution
# gap: at_once = ...  # the rate that arrives in one step
# gap: too_large = ...  # the rate from which on the distance shrinks no more
at_once = 0.5
too_large = 1.0
# end

# %%
checks.rates(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# It arrives at once if $1 - 2\eta = 0$. The distance shrinks as long as $1 - 2\eta$ lies between -1 and 1.
#
# </details>
#
# ## Two weights
#
# $L = \frac{1}{2} (x^2 + 10 y^2)$ is a long narrow valley: ten times steeper across than along. One rate serves both
# weights.

# %%
v = tf.Variable([9.0, 1.5])
steepness = tf.constant([1.0, 10.0])


def valley():
    return 0.5 * tf.reduce_sum(steepness * tf.square(v))


def path_of(optimizer, steps=40):
    v.assign([9.0, 1.5])
    path = [v.numpy()]
    for _ in range(steps):
        optimizer.minimize(valley, [v])
        path.append(v.numpy())
    return np.array(path)


paths = {
    "rate 0.02: slow": path_of(tf.keras.optimizers.SGD(0.02)),
    "rate 0.17: fast along, zigzag across": path_of(tf.keras.optimizers.SGD(0.17)),
    "rate 0.21: too large across": path_of(tf.keras.optimizers.SGD(0.21), steps=14),
    "rate 0.04, momentum 0.7": path_of(tf.keras.optimizers.SGD(0.04, momentum=0.7)),
}
grid_x, grid_y = np.meshgrid(np.linspace(-10, 10, 81), np.linspace(-6, 6, 61))
figure, places = plt.subplots(2, 2, figsize=(8.5, 4.6), sharex=True, sharey=True, layout="constrained")
for place, (title, path) in zip(places.flat, paths.items(), strict=True):
    place.contour(grid_x, grid_y, 0.5 * (grid_x**2 + 10 * grid_y**2), levels=np.arange(1, 14, 2) ** 2, cmap="Blues_r")
    place.plot(path[:, 0], path[:, 1], ".-", color=pictures.ORANGE)
    place.plot(0, 0, "+", color="black", ms=12)
    place.set(title=title, xlim=(-10, 10), ylim=(-6, 6))
plt.show()

# %%
distance = {title: np.linalg.norm(path[-1]) for title, path in paths.items()}
for title, left in distance.items():
    print(f"{title:40} {left:10.4f} away in the end")
along, across = 1 - 0.17 * 1, 1 - 0.17 * 10
np.testing.assert_allclose(paths["rate 0.17: fast along, zigzag across"][1], [9 * along, 1.5 * across], rtol=1e-5)

# %% [markdown]
# **Question.** Across the valley the slope is $10 y$. From which rate on does it diverge there, and how fast can it go
# along the valley, then?
#
# <details><summary>Answer</summary>
#
# A step multiplies $y$ by $1 - 10\eta$, so $\eta$ must stay below $2/10 = 0.2$. Along the valley a step multiplies $x$
# by $1 - \eta$, which is above 0.8 then: the steep direction sets the rate, and the flat one has to wait. The more
# uneven the valley, the longer. A valley that is equally steep all around needs no waiting, and to make it rounder is
# what the next lesson does.
#
# </details>
#
# **Question.** What does momentum do?
#
# <details><summary>Answer</summary>
#
# It keeps a part of the last step and adds the new one to it. Slopes that point the same way time after time add up;
# those that change their sign cancel. So it gains speed along the valley, where the slope is small but steady.
#
# </details>
#
# **Question.** The loss of a network is no bowl. What of this still holds?
#
# <details><summary>Answer</summary>
#
# Close to a lowest place nearly every smooth loss looks like a bowl, steeper in some directions than in others, so the
# rates behave in the same way there. Further away there are plateaus (lesson 3 has one) and several valleys, and where
# one ends depends on where one begins (lesson 13).
#
# </details>
