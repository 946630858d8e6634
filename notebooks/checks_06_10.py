"""Checks of lessons 6 to 10."""

from __future__ import annotations

import numpy as np

from checks import Wrong, array, check, close, filled, shape, sigmoid, slip

# 6. Downhill on a quadratic


@check
def slope_of_the_parabola(slope):
    """L = (w - 3)², at w = 0."""
    if slope is None:
        raise Wrong("`slope` is None; ask for the gradient of L by the variable w, both as they stand under the tape.")
    found = array("slope", slope)
    slip([("9 is the loss at w = 0; its slope is wanted.", 9), ("the sign is lost.", 6)], found)
    close("slope", slope, -6, hint="The slope of (w - 3)² is 2 (w - 3), here at w = 0.")
    return "Right: -6. The loss falls as w grows."


@check
def descent(descend, parabola):
    """On the parabola from 0: each step multiplies the distance to 3 by 1 - 2 eta."""
    eta, steps = 0.1, 5
    path = shape("descend(0.0, parabola, 0.1, 5)", descend(0.0, parabola, eta, steps), (steps + 1,))
    slips = [
        ("w never moves; give it its new value by w.assign(...).", np.zeros(steps + 1)),
        ("you walk uphill: the step goes against the slope, so subtract it.", led(-eta, steps)),
        ("the learning rate is missing: subtract eta times the slope.", led(1, steps)),
    ]
    slip(slips, path, 1e-4)
    hint = "One step leads from w to w - eta * slope; the first from 0 to 0.6."
    close("descend(0.0, parabola, 0.1, 5)", path, led(eta, steps), hint=hint)
    other = array("descend(1.0, np.square…, 0.25, 1)", descend(1.0, lambda w: w * w, 0.25, 1))
    close("descend(1.0, lambda w: w * w, 0.25, 1)", other, [1, 0.5], hint="Use the parameters `calc_loss` and `eta`.")
    return "Right: five steps lead from 0 to 2.017, and on to 3."


def led(eta: float, steps: int) -> np.ndarray:
    """Where steps of gradient descent lead on (w - 3)² from 0."""
    return 3 - 3 * (1 - 2 * eta) ** np.arange(steps + 1)


@check
def rates_of_the_parabola(single_step, limit):
    """The factor 1 - 2 eta is 0, and -1."""
    close("single_step", single_step, 0.5, hint="1 - 2 eta must be 0.")
    slip([("from 0.5 on the steps jump over the minimum, yet they come nearer.", 0.5)], array("limit", limit))
    close("limit", limit, 1, hint="Below it, 1 - 2 eta is above -1; at it, w jumps between two places for ever.")
    return "Right: 0.5 arrives at once, and above 1 each step leads further away."


@check
def limit_of_the_valley(limit_of_valley):
    """2 / 20."""
    slips = [
        ("that is the limit along the valley; across it the limit is lower.", 1),
        ("at this rate the steep direction arrives in a single step; the limit is twice as large.", 0.05),
    ]
    slip(slips, array("limit_of_valley", limit_of_valley))
    close("limit_of_valley", limit_of_valley, 0.1, hint="Across the valley the factor is 1 - 20 eta.")
    return "Right: 2 / 20 = 0.1."


@check
def by_minimize(w, start, paths):
    """25 steps of SGD at rate 0.08, against those of `descend`."""
    filled("paths", paths)
    found = shape("w", w, (2,))
    slip([("w still stands at its start; is `minimize` called, with [w]?", start)], found)
    hint = "Take 25 steps, with the rate 0.08, and run the cell from its first line on."
    close("w", found, paths[0.08][-1], 1e-4, hint)
    return "Right: the same place as by hand."


# 7. Normalised inputs


@check
def normalised_columns(inputs, column_means, column_stds, normalised):
    """The slide's columns: means 5 and 2.75, standard deviations 5 and 4.206."""
    x = np.array([[0.0, 0], [0, 10], [10, 0], [10, 1]])
    close("inputs", inputs, x, hint="Leave it as it is; run the cell from its first line on.")
    means, stds = array("column_means", column_means), array("column_stds", column_stds)
    for name, found in [("column_means", means), ("column_stds", stds)]:
        if found.size == 1:
            raise Wrong(f"`{name}` is one number for all inputs together; one for each column is wanted: axis=0.")
        if found.shape == (4,):
            raise Wrong(f"`{name}` has a number for each row; one for each column is wanted: axis=0.")
    close("column_means", means.ravel(), x.mean(axis=0))
    slip(
        [
            ("`column_stds` is the variance; its square root is wanted, which is np.std.", x.var(axis=0)),
            ("`column_stds` divides by 3; np.std, as it is, divides by the number of rows, 4.", x.std(axis=0, ddof=1)),
        ],
        stds.ravel(),
    )
    close("column_stds", stds.ravel(), x.std(axis=0))
    found = shape("normalised", normalised, (4, 2))
    standardised(found, x, "normalised")
    return "Right: each column has mean 0 and variance 1."


@check
def normalised_new_data(new, new_normalised):
    """With the statistics of the training data."""
    found = shape("new_normalised", new_normalised, (1, 2))
    if np.isnan(found).any() or not found.any():
        raise Wrong("those are the new row's own mean and deviation; take those of the training data, which you kept.")
    standardised(found, array("new", new), "new_normalised")
    return (
        "Right: 5 is the mean of the first column, so 0; 7 lies about one standard deviation above that of the second."
    )


def standardised(found: np.ndarray, x: np.ndarray, name: str) -> None:
    """Refuse rows x that are not normalised by the statistics of the slide's inputs."""
    means, stds = np.array([5, 2.75]), np.sqrt([25, 17.6875])
    slips = [
        (f"`{name}` is only centred; divide by the standard deviations too.", x - means),
        (f"`{name}` is only scaled; subtract the means first.", x / stds),
        (f"`{name}`: a division comes before a subtraction; put brackets around the difference.", x - means / stds),
        (f"`{name}` is divided by the variances; divide by the standard deviations.", (x - means) / stds**2),
        (f"`{name}` is multiplied by the standard deviations; divide by them.", (x - means) * stds),
    ]
    slip(slips, found)
    close(name, found, (x - means) / stds, hint="It is (x - column_means) / column_stds.")


@check
def whitened(body_normalised, values, vectors, white):
    """The covariance is the unit matrix."""
    cloud, turn, variances = array("", body_normalised), array("", vectors), array("", values)
    found = shape("white", white, cloud.shape)
    turned = cloud @ turn
    slips = [
        ("the cloud is turned onto its axes, but its columns have the variances `values` still.", turned),
        ("you divide by the variances; divide by their square roots.", turned / variances),
        ("you multiply by the standard deviations; divide by them.", turned * np.sqrt(variances)),
        ("the columns are scaled before they are turned: multiply by `vectors` first.", cloud / np.sqrt(variances)),
    ]
    slip(slips, found)
    covariance = found.T @ found / len(found)
    if not np.allclose(covariance, np.eye(2), atol=1e-4):
        shown = np.array2string(covariance, precision=4, separator=", ").replace("\n", "")
        raise Wrong(f"the covariance of `white` is {shown}; the unit matrix is wanted.")
    return "Right: the covariance is the unit matrix."


# 8. Activation functions


@check
def derivative_by_tape(derivative):
    """The slope of tanh and of a square, at three places."""
    import ffnn.tf as tf

    s = tf.constant([-1.0, 0.0, 2.0])
    found = array("derivative(tf.tanh, s)", derivative(tf.tanh, s))
    slip([("that is the function itself.", np.tanh(s.numpy()))], found)
    close(
        "derivative(tf.tanh, s)", found, 1 - np.tanh(s.numpy()) ** 2, hint="tape.gradient(a, s) has a slope for each s."
    )
    close("derivative(tf.square, s)", derivative(tf.square, s), 2 * s.numpy())
    return "Right: tape.gradient(a, s) gives each place its own slope."


@check
def greatest_slopes(greatest):
    """The top of each derivative."""
    for name, wanted in {"step": 0, "sigmoid": 0.25, "tanh": 1, "relu": 1}.items():
        close(f'greatest["{name}"]', greatest[name], wanted, 0.02, "Read it off the orange curve.")
    return "Right. A signal that comes back through twenty sigmoids is multiplied by at most a quarter twenty times."


# 9. Initial weights


@check
def gradient_of_equal_weights(gradient):
    """By backpropagation: XOR, 2-2-1, sigmoids, all weights and biases 0.5."""
    if gradient is None:
        raise Wrong("`gradient` is None; call calc_loss() under the tape, and ask for the gradient of L by W1.")
    x, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    half = np.full((2, 2), 0.5)
    h1 = sigmoid(x @ half + 0.5)
    y = sigmoid(h1 @ half[:, :1] + 0.5)
    back = 2 * (y - t) * y * (1 - y)
    wanted = x.T @ (back @ half[:1] * h1 * (1 - h1))
    hint = "Are all weights still 0.5? Then it is tape.gradient(L, W1)."
    close("gradient", gradient, wanted, hint=hint)
    return "Right. Look at its two columns."


@check
def glorot_deviation(glorot):
    """sqrt(2 / (n + m))."""
    n, m = 300, 100
    found = array("glorot(300, 100)", glorot(n, m))
    slips = [
        ("that is the variance; the standard deviation is its square root.", 2 / (n + m)),
        ("that is sqrt(1 / (n + m)); the 2 is missing.", np.sqrt(1 / (n + m))),
        ("the 2 belongs under the root as well.", 2 / np.sqrt(n + m)),
        ("n + m belongs under the root as well.", np.sqrt(2) / (n + m)),
        ("n and m are added, not multiplied.", np.sqrt(2 / (n * m))),
        ("put brackets around n + m.", np.sqrt(2 / n + m)),
        ("that is the limit of a uniform distribution; the standard deviation is wanted.", np.sqrt(6 / (n + m))),
    ]
    slip(slips, found)
    close("glorot(300, 100)", found, np.sqrt(0.005))
    close("glorot(3, 5)", glorot(3, 5), 0.5)
    return "Right: for example 0.0707 for 300 inputs and 100 nodes."


@check
def glorot_limit(limit):
    """sqrt(6 / (n + m))."""
    n, m = 300, 100
    found = array("limit(300, 100)", limit(n, m))
    slips = [
        ("that is the standard deviation; the limit is sqrt(3) times as large.", np.sqrt(2 / (n + m))),
        ("3 times is too much: the standard deviation is a / sqrt(3).", 3 * np.sqrt(2 / (n + m))),
        ("the limit is larger than the standard deviation: multiply by sqrt(3).", np.sqrt(2 / 3 / (n + m))),
    ]
    slip(slips, found)
    close("limit(300, 100)", found, np.sqrt(0.015))
    close("limit(1, 5)", limit(1, 5), 1)
    return "Right: sqrt(6 / (n + m))."


@check
def he_deviation(he):
    """sqrt(2 / n)."""
    found = array("he(50)", he(50))
    slips = [
        ("that is the variance; take its square root.", 2 / 50),
        ("that makes n times the variance 1; it should be 2.", np.sqrt(1 / 50)),
        ("the 2 belongs under the root as well.", 2 / np.sqrt(50)),
    ]
    slip(slips, found)
    close("he(50)", found, 0.2, hint="n σ² = 2, so σ² = 2 / n.")
    close("he(200)", he(200), 0.1)
    return "Right: sqrt(2 / n)."


# 10. Categories: one-hot


@check
def encoded_professions(professions, encoded):
    """Counted from 0, in four columns."""
    indices, rows = array("professions", professions) - 1, np.eye(5)
    found = array("encoded", encoded)
    slips = [
        (
            "tf.one_hot counts from 0, so here 4 falls out: every row is one place too far to the right.",
            np.vstack([rows[:4, :4], np.zeros(4)])[indices + 1],
        ),
        ("there are four professions, so four columns; take 1 from the numbers.", rows[indices + 1]),
        ("there are four professions, so four columns.", rows[indices]),
        ("a person is a row here, not a column.", rows[indices, :4].T),
    ]
    slip(slips, found)
    close("encoded", found, rows[indices, :4], hint="A 1 in each row, where the profession stands.")
    return "Right: a row for each person, with a single 1."


@check
def how_many(age, eyes, ball, letters):
    """1, 5, 3, 26."""
    slip([("age: that is one-hot, which forgets that 7 is between 6 and 8.", 10)], array("age", age))
    close("age", age, 1, hint="An age is a number already.")
    slip([("eyes: that gives the colours an order, which they do not have.", 1)], array("eyes", eyes))
    close("eyes", eyes, 5, hint="One for each of the five colours.")
    slip([("ball: two are enough for a picture; in the air there is a height too.", 2)], array("ball", ball))
    close("ball", ball, 3, hint="How many numbers say where something is in space?")
    slip([("letters: then B would lie halfway between A and C.", 1)], array("letters", letters))
    close("letters", letters, 26, hint="One for each letter.")
    return "Right: 1, 5, 3 and 26."


@check
def argmax_by_hand(places):
    """The slide's two rows."""
    found = shape("places", places, (2,))
    slips = [
        ("places are counted from 0.", [5, 4]),
        ("argmax says where the largest number stands, not how large it is.", [1, 1]),
    ]
    slip(slips, found)
    close("places", found, [4, 3], hint="axis=1 looks along each row.")
    return "Right: [4, 3]."


@check
def counted(correct_count):
    """Four rows, two of them right."""
    y = np.array([[0.1, 0.7, 0.2, 0], [0.2, 0.5, 0.2, 0.1], [0, 0.1, 0.2, 0.7], [0.6, 0, 0.3, 0.1]], np.float32)
    targets = np.array([1, 0, 3, 2])
    found = array("correct_count(y, y_targets)", correct_count(y, targets))
    if found.shape == (4,):
        raise Wrong("the function returns a number for each row; add them up by tf.reduce_sum.")
    slips = [
        ("that is the share of right rows; the number of them is wanted: tf.reduce_sum.", 0.5),
        ("argmax looks down the columns; along the rows is axis=1.", (y.argmax(axis=0) == targets).sum()),
    ]
    slip(slips, found)
    close("correct_count(y, y_targets)", found, 2, hint="Of four rows, two are right here.")
    return "Right: it counts 2 of 4."
