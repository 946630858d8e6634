# %% [markdown]
# # 5. Challenge: a compiled step
#
# The training loop of lesson 3 runs its line 20,000 times. Here that line moves into a function of its own, which is
# compiled.

# %%
import sys

sys.path += ["..", "notebooks"]  # where checks.py and pictures.py stand
import time

import matplotlib.pyplot as plt

import checks
import ffnn.tf as tf
import pictures

x = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
y_labels = tf.constant([[0], [1], [1], [0]], tf.float32)

W1 = tf.Variable(tf.random.truncated_normal([2, 2], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([1, 2], stddev=0.1, seed=2))
W2 = tf.Variable(tf.random.truncated_normal([2, 1], stddev=0.1, seed=3))
b2 = tf.Variable(tf.random.truncated_normal([1, 1], stddev=0.1, seed=4))
variables = [W1, b1, W2, b2]
start = [variable.numpy() for variable in variables]


def run_network(x):
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    y = tf.sigmoid(tf.matmul(h1, W2) + b2)
    return y


def calc_loss():
    return tf.reduce_sum(tf.square(tf.subtract(run_network(x), y_labels)))


def rewind():
    """Put all weights and biases back to where they started."""
    for variable, value in zip(variables, start, strict=True):
        variable.assign(value)


optimizer = tf.keras.optimizers.SGD(0.5)

# %% [markdown]
# ## The function
#
# Put the line that computes gradients and moves the weights into a function `step` without parameters, and write
# `@tf.function` above it.

# %%
# solution
# gap: def step():
# gap:     ...  # one step of the optimizer


@tf.function
def step():
    optimizer.minimize(calc_loss, [W1, b1, W2, b2])


# end

# %%
checks.compiled_step(globals())

# %% [markdown]
# <details><summary>Hint</summary>
#
# The line is `optimizer.minimize(calc_loss, [W1, b1, W2, b2])`. A *decorator* such as `@tf.function` stands on a line
# of its own, directly above `def`.
#
# </details>

# %%
rewind()
for i in range(20000):
    step()
    if (i % 1000) == 0:
        print("iteration ", i, " loss", calc_loss().numpy())
print(run_network(x))

# %%
checks.trained(globals())

# %% [markdown]
# **Question.** Why do this?
#
# <details><summary>Answer</summary>
#
# Speed. A step is some thirty small operations: products, sums, sigmoids, their derivatives, assignments. Each takes
# far less time than Python and the library need to start it. With `@tf.function`, Python runs the body once and writes
# the operations down (this is called *tracing*); from then on a call starts the whole program at once, compiled.
# A program known as a whole can also be made better: operations are merged, and numbers that nobody asks for are not
# kept. And it can be saved and run where there is no Python.
#
# </details>
#
# ## Python runs once
#
# The function below prints twice: `print` is Python's, `tf.print` is an operation like any other. It is called three
# times. How often does each line appear? Think first.

# %%
# solution
# gap: printed_by_print = ...
# gap: printed_by_tf_print = ...
printed_by_print = 1
printed_by_tf_print = 3
# end


@tf.function
def twice(number):
    print("print")
    tf.print("tf.print", number)
    return 2 * number


for number in [1.0, 2.0, 3.0]:
    twice(tf.constant(number))

# %%
checks.printed(globals())

# %% [markdown]
# What Python looks up while it traces stays as it was. `rate` changes below; what does the second call give?

# %%
rate = 2.0


@tf.function
def scaled(number):
    return rate * number


print(scaled(tf.constant(1.0)))
rate = 3.0

# solution
# gap: second_call = ...  # a number; before you run scaled(tf.constant(1.0)) again
second_call = 2.0
# end

# %%
checks.frozen_rate(globals())

# %% [markdown]
# <details><summary>How to write it so that the rate can change</summary>
#
# Make it a `tf.Variable`, or a parameter that is given a tensor. A parameter given a Python number works too, but is
# traced again for each new number.
#
# </details>
#
# **Question.** `twice` is then called with `tf.constant([1.0, 2.0])`. Is "print" printed again?
#
# <details><summary>Answer</summary>
#
# Yes: a program holds for one shape and one kind of numbers, so another shape is traced anew. Once.
#
# </details>
#
# **Question.** What about `if` and `for` inside?
#
# <details><summary>Answer</summary>
#
# An `if` on Python's values is decided while tracing. An `if` on a tensor's value cannot be, since there is no value
# yet: here it is an error that names `tf.cond`; TensorFlow rewrites simple cases into `tf.cond` by itself. A loop
# over `range(100)` writes the body down a hundred times.
#
# </details>
#
# ## How much faster?
#
# Four forms of the same step: `minimize` and the tape, each plain and compiled. Each takes 20,000 steps; the first
# step, which holds tracing and compiling, is timed by itself.


# %%
def minimize():
    optimizer.minimize(calc_loss, [W1, b1, W2, b2])


def tape_form():
    with tf.GradientTape() as tape:
        L = calc_loss()
    for variable, slope in zip(variables, tape.gradient(L, variables), strict=True):
        variable.assign(variable - slope * 0.5)


def seconds(one_step, steps):
    """The time that so many steps take, until the result is there."""
    begin = time.perf_counter()
    for _ in range(steps):
        one_step()
    run_network(x).numpy()
    return time.perf_counter() - begin


forms = {
    "minimize": minimize,
    "minimize, @tf.function": tf.function(minimize),
    "tape": tape_form,
    "tape, @tf.function": tf.function(tape_form),
}
first, later = {}, {}
for name, form in forms.items():
    rewind()
    first[name] = seconds(form, 1)
    seconds(form, 1000)
    later[name] = seconds(form, 20000)
    print(f"{name:24} first step {first[name]:5.2f} s   20,000 steps {later[name]:5.2f} s")

# %%
plt.figure(figsize=(6, 2.2))
plt.barh(list(later), [time / 20000 * 1e6 for time in later.values()], color=pictures.BLUE)
plt.gca().invert_yaxis()
plt.xlabel("microseconds a step")
plt.show()

# %% [markdown]
# Compiled steps are faster here, but the plain ones are not slow: this library writes down what a plain loop does, too,
# and compiles it when it sees it repeat. Elsewhere the difference is what makes the challenge worth it: TensorFlow 2.21
# took 4.6 ms for a plain step of `minimize` (with legacy Keras) and 0.36 ms for a compiled one, on two busy cores.
#
# **Question.** Tracing and compiling cost time, too, in the first step. When is `@tf.function` not worth it?
#
# <details><summary>Answer</summary>
#
# When the function runs only a few times, or is traced again and again because the shapes or Python arguments change.
# And while you are looking for a mistake: a plain step can be looked at line by line.
#
# </details>
#
# That was the lecture's network. The lessons that follow make it better at real work.
