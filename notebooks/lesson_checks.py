"""Checks of the lessons after the lecture's exercises; what they are is told in `checks.py`."""

from __future__ import annotations

import numpy as np

from checks import Wrong, array, check, close, shape, slip

# 6. Gradient descent


@check
def slope_of_the_parabola(slope_at):
    """The derivative of (w - 3)² + 1, by tape."""
    for place in (0.0, 5.0):
        close(f"slope_at({place})", slope_at(place), 2 * (place - 3), hint="Ask the tape: tape.gradient(L, w).")
    return "Right: -6 at w = 0, and 4 at w = 5."


@check
def descent(descend):
    """Ten steps on the parabola."""
    start, eta = 0.0, 0.1
    found = array("descend(start=0.0, eta=0.1, steps=10)", descend(start=start, eta=eta, steps=10))
    if np.all(found == start):
        raise Wrong("w does not move; give the new value to w.assign(...).")
    wanted = 3 - 3 * (1 - 2 * eta) ** np.arange(11)
    slip([("it walks uphill; the step is subtracted.", 3 - 3 * (1 + 2 * eta) ** np.arange(11))], found, 1e-3)
    slip([("the steps lack the rate: eta times the slope.", 3 - 3 * (-1.0) ** np.arange(11))], found, 1e-3)
    close("descend(start=0.0, eta=0.1, steps=10)", found, wanted, hint="A step is w - eta * slope.")
    return "Right: each step goes a fifth of the way that is left, and ten steps end at 2.68."


@check
def rates(at_once, too_large):
    """Of (1 - 2 eta) d."""
    close("at_once", at_once, 0.5, hint="After one step nothing may be left: 1 - 2 eta = 0.")
    slip([("at that rate the distance is 0 after one step.", 0.5)], array("too_large", too_large))
    close("too_large", too_large, 1.0, hint="Where does 1 - 2 eta become -1?")
    return "Right: 0.5 arrives at once; at 1.0 it jumps to and fro for ever, and above it diverges."


# 7. Normalised inputs


@check
def normalised(inputs, column_means, column_stds, normal):
    """The slide's four rows."""
    inputs = shape("inputs", inputs, (4, 2))
    found = array("column_means", column_means)
    slip([("those are means of rows; axis=0 goes down the columns.", inputs.mean(axis=1))], found)
    slip([("that is the mean of all eight numbers; each column needs its own: axis=0.", inputs.mean())], found)
    close("column_means", column_means, inputs.mean(axis=0))
    found = array("column_stds", column_stds)
    slip([("those are variances; take np.std.", inputs.var(axis=0))], found)
    slip([("those divide by n - 1; the slide's np.std divides by n.", inputs.std(axis=0, ddof=1))], found)
    close("column_stds", column_stds, inputs.std(axis=0))
    close("normal", normal, (inputs - inputs.mean(axis=0)) / inputs.std(axis=0), hint="Subtract first, then divide.")
    return "Right: both columns have mean 0 and standard deviation 1."


@check
def new_rows(inputs, new, new_normal):
    """New rows, by the statistics of the old ones."""
    inputs, new = np.asarray(inputs), np.asarray(new)
    found = array("new_normal", new_normal)
    own = "those are the new rows' own means and standard deviations; the network has learned by the old ones."
    slip([(own, (new - new.mean(axis=0)) / new.std(axis=0))], found)
    slip([("the means are subtracted, and the division is missing.", new - inputs.mean(axis=0))], found)
    close("new_normal", new_normal, (new - inputs.mean(axis=0)) / inputs.std(axis=0))
    return "Right: (5, 5) means the same to the network as it did in training."


# 8. Activation functions


@check
def derivative_by_tape(derivative):
    """The slope of tanh and of a square, at three places."""
    import feedforward.tf as tf

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
def glorot_formula(glorot):
    """Two shapes, one of them not square."""
    for n, m in ((300, 300), (2, 8)):
        found = array(f"glorot({n}, {m})", glorot(n, m))
        slip([("that is the variance; the formula has a square root.", 2 / (n + m))], found)
        close(f"glorot({n}, {m})", found, np.sqrt(2 / (n + m)))
    return "Right: the larger the layers, the smaller the weights."


@check
def twins(same_for_ever):
    """Whether equal nodes stay equal."""
    if same_for_ever not in (True, False):
        raise Wrong("`same_for_ever` is True or False.")
    if not same_for_ever:
        raise Wrong("look at the columns of W1 after training: each column belongs to a node.")
    return "Right: what is equal, and is moved by equal slopes, stays equal."


# 10. One-hot


@check
def professions_one_hot(one_hot):
    """Teacher, student, student, unemployed, doctor, as 0, 2, 2, 3, 1."""
    found = array("one_hot", one_hot)
    slip([("each row of data is a row: four columns, one for each profession.", np.eye(4)[[0, 2, 2, 3, 1]].T)], found)
    close("one_hot", found, np.eye(4)[[0, 2, 2, 3, 1]], hint="A row for each person, with a single 1 in it.")
    return "Right: one 1 in each row, in the column of the profession."


@check
def argmax_of_the_slide(answer):
    """Where the 1 stands in 00001 and in 00010."""
    found = array("answer", answer)
    slip([("positions are counted from 0.", [5, 4]), ("that is along the other axis.", [0, 0, 0, 1, 0])], found)
    close("answer", found, [4, 3], hint="For each row: the position of its largest number, counted from 0.")
    return "Right: 4 and 3."


@check
def rows_that_are_right(y, y_targets, correct_count):
    """How many rows have their largest number at the target."""
    right = np.argmax(np.asarray(y), axis=1) == np.asarray(y_targets)
    found = array("correct_count", correct_count)
    slip([("that is the share; the sum gives the count.", right.mean())], found)
    slip([("that is how many are wrong.", (~right).sum())], found)
    close("correct_count", found, right.sum(), hint="tf.equal, then tf.cast to numbers, then tf.reduce_sum.")
    return f"Right: {right.sum()} of {len(right)} rows."


@check
def numbers_of_inputs(age, eyes, ball, letters):
    """The slides' four questions."""
    if age != 1:
        raise Wrong("`age`: 7 is between 6 and 8, and the difference of two ages means something. One number will do.")
    if eyes != 4:
        raise Wrong("`eyes`: brown, blue, green and grey have no order; each needs an input of its own.")
    if ball not in (2, 3):
        raise Wrong("`ball`: a position has coordinates; how many are there on a screen, or in a room?")
    if letters != 26:
        raise Wrong("`letters`: from A to Z; each letter is a category.")
    return "Right: ordered quantities are numbers, categories are one-hot."


# 11. Softmax and cross-entropy


@check
def softmax_by_hand(softmax):
    """On the furniture, and on sums that are far from 1."""
    for sums in ([-0.2, 0.5, 0.1, 0.1], [3.0, 0.0, 1.0]):
        powers = np.exp(sums)
        found = array("softmax(y)", softmax(np.array(sums)))
        slip([("all are positive now, but they do not sum to 1; divide by their sum.", powers)], found)
        slip([("divided by its sum, but a negative one stays negative; use np.exp.", sums / np.sum(sums))], found)
        close("softmax(y)", found, powers / powers.sum())
    return "Right: all are positive, and they sum to 1."


@check
def loss_of_a_table(p, table_loss):
    """-log p_1."""
    p = np.asarray(p)
    found = array("table_loss", table_loss)
    slip([("a loss is to be made small, and a probability large: mind the minus.", np.log(p[1]))], found)
    slip([("that is the logarithm to base 10.", -np.log10(p[1])), ("base 2; take np.log.", -np.log2(p[1]))], found)
    close("table_loss", found, -np.log(p[1]), hint="Only the table's probability counts: its index is 1.")
    return "Right: -log 0.352 = 1.044."


@check
def share_of_identical_photos(share):
    """40 of 100."""
    close("share", share, 0.4, 1e-3, "40 of the 100 labels are category 1.")
    return "Right: 0.40, the share of the labels."


# 12. Classification and regression


@check
def last_layers(endings):
    """Softmax for categories, none for numbers."""
    for problem, wanted in {
        "which letter is this?": "softmax",
        "what does this house cost?": "linear",
        "barley, rye, oat or wheat?": "softmax",
        "how warm will it be tomorrow?": "linear",
    }.items():
        found = endings[problem]
        if found not in ("softmax", "linear"):
            raise Wrong(f'"{problem}": write "softmax" or "linear".')
        if found != wanted:
            raise Wrong(f'"{problem}": is the answer one of a few categories, or a number?')
    return "Right."


@check
def favoured(model, points, favourite):
    """The most probable category of each point."""
    p = np.asarray(model(points))
    found = array("favourite", favourite)
    slip([("that is the probability; argmax says which category has it.", p.max(axis=1))], found)
    slip([("that is along the wrong axis; a row belongs to a point.", p.argmax(axis=0))], found)
    close("favourite", found, p.argmax(axis=1))
    return "Right."


@check
def root_mean_squared_error(rmse):
    """Two numbers that are off by 3 and 1."""
    found = array("rmse", rmse([[1.0], [2.0]], [[4.0], [1.0]]))
    slip([("that is the mean of the squares; take its root.", 5.0)], found)
    slip([("that is the root of the sum; take the mean of the squares.", np.sqrt(10))], found)
    slip([("the squares are missing: that is the mean distance.", 2.0)], found)
    close("rmse([[1], [2]], [[4], [1]])", found, np.sqrt(5), hint="Difference, square, mean, root.")
    return "Right: the error is in the target's own unit."


# 13. Several starts


@check
def share_solved(losses, solved):
    """The share of the networks whose loss is below 0.1."""
    below = np.asarray(losses) < 0.1
    found = array("solved", solved)
    slip(
        [("that is how many; the mean gives the share.", below.sum()), ("that is who got stuck.", 1 - below.mean())],
        found,
    )
    close("solved", found, below.mean(), hint="losses < 0.1 is an array of True and False; its mean is a share.")
    return f"Right: {found:.0%} of the networks have learned XOR."


@check
def vote_of_all(vote):
    """Three networks, four rows."""
    said = np.array([[0.9, 0.6, 0.1, 0.9], [0.8, 0.6, 0.2, 0.1], [0.2, 0.1, 0.3, 0.2]], np.float32)
    found = array("vote(p)", vote(said))
    slip([("that is the mean of the probabilities; count heads: p > 0.5 first.", said.mean(axis=0) > 0.5)], found)
    slip([("those are shares; more than half decides.", (said > 0.5).mean(axis=0))], found)
    close("vote(p)", found, [1, 1, 0, 0], hint="For each row: do more than half of the networks say more than 0.5?")
    return "Right: one network, one voice."


# 14. Universal approximation


@check
def bump_by_hand(bump):
    """Near 1 from 0.3 to 0.6, and near 0 outside."""
    import feedforward.tf as tf

    places = np.array([[0.0], [0.15], [0.4], [0.5], [0.75], [1.0]], np.float32)
    found = shape("bump(x)", bump(tf.constant(places)), (6, 1)).ravel()
    slip([("it is a dent, not a bump: change the signs of W2.", [0, 0, -1, -1, 0, 0])], found, 0.1)
    slip([("both steps go up, and add up to 2; the second must be subtracted.", [0, 0, 1, 1, 2, 2])], found, 0.1)
    slip(
        [("it goes up and not down again; b1 places the second step, W2 turns it over.", [0, 0, 1, 1, 1, 1])],
        found,
        0.1,
    )
    close("bump at 0, 0.15, 0.4, 0.5, 0.75, 1", found, [0, 0, 1, 1, 0, 0], 0.1, "A node's step is where 50 x + b is 0.")
    return "Right: two hidden nodes, one bump."


# 15. New data


@check
def three_parts(order, train_rows, judge_rows, test_rows):
    """The first 20 of the shuffled rows, the next 20, and the others."""
    parts = {"train_rows": train_rows, "judge_rows": judge_rows, "test_rows": test_rows}
    found = [array(name, rows) for name, rows in parts.items()]
    if np.array_equal(np.sort(found[0]), np.arange(20)):
        raise Wrong("`train_rows` are the 20 leftmost points; take them from `order`, which is shuffled.")
    every = np.concatenate([rows.ravel() for rows in found])
    if len(set(every)) < len(every):
        raise Wrong(f"{len(every) - len(set(every))} rows are in two parts; a test with rows already seen is no test.")
    for (name, _), rows, wanted in zip(parts.items(), found, (20, 20, 60), strict=True):
        if len(rows) != wanted:
            raise Wrong(f"`{name}` has {len(rows)} rows, and {wanted} are wanted.")
    if set(every) != set(order):
        raise Wrong("some rows are in no part.")
    return "Right: 20 rows to learn from, 20 to judge by, 60 for the end."


@check
def best_epoch(judged, stop):
    """Where the error of the judging rows is least."""
    judged = np.asarray(judged)
    found = array("stop", stop)
    slip([("that is the least error itself; at which position does it stand?", judged.min())], found)
    slip([("that is where the error is largest.", judged.argmax())], found)
    close("stop", found, judged.argmin(), hint="np.argmin")
    return (
        f"Right: position {judged.argmin()} of {len(judged)}; after it, the network gets better on its own rows only."
    )


# 16. Tables


@check
def trained_on_the_table(model):
    """A model of the diagnosis."""
    if not hasattr(model, "scores"):
        raise Wrong("`model` is no model; it is what ff.train returns.")
    if model.target.name != "diagnosis":
        raise Wrong(f'it predicts {model.target.name!r}; say target="diagnosis".')
    return f"Right: trained on {model.scores['rows']['train']} rows, {model.scores['rows']['test']} held out."


@check
def accuracy_by_hand(model, confusion, accuracy):
    """The diagonal, over all."""
    confusion = np.asarray(confusion)
    found = array("accuracy", accuracy)
    slip([("that is how many are right; divide by all of them.", np.trace(confusion))], found)
    slip([("that is the share of those that are wrong.", 1 - np.trace(confusion) / confusion.sum())], found)
    close("accuracy", found, model.scores["test"]["accuracy"], hint="The diagonal holds those that are right.")
    return "Right, as in the scores."


@check
def new_patients(model, new, labels, p_malignant):
    """Labels, and the second column of the probabilities."""
    if not np.array_equal(labels, model.predict(new)):
        raise Wrong("`labels` are not what the model predicts for `new`.")
    wanted = model.predict_proba(new)
    slip(
        [("that is P(benign): the order of the columns is that of the labels.", wanted[:, 0])], array("p", p_malignant)
    )
    close("p_malignant", p_malignant, wanted[:, 1], hint="model.predict_proba(new) has a column for each class.")
    return "Right."


@check
def loaded_again(model, new, again):
    """The loaded model gives the same probabilities."""
    if again is model:
        raise Wrong("`again` is the same object; load it from the file.")
    if not np.array_equal(again.predict_proba(new), model.predict_proba(new)):
        raise Wrong("`again` predicts something else; has another model been loaded?")
    return "Right: the same probabilities, to the last bit."
