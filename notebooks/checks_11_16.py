"""Checks of lessons 11 to 16."""

from __future__ import annotations

import numpy as np

from checks import Wrong, array, check, close, slip
from ffnn import Model

# 11. Softmax and cross-entropy

Y = np.array([-0.2, 0.5, 0.1, 0.1])
P = np.exp(Y) / np.exp(Y).sum()


@check
def softmax_by_hand(p):
    """Softmax of the furniture's outputs."""
    found = array("p", p)
    slip(
        [
            ("those are the exponentials; divide each by their sum.", np.exp(Y)),
            ("the outputs are divided without the exponential; one is negative.", Y / Y.sum()),
            ("the exponentials are divided by the sum of the outputs; divide by their own sum.", np.exp(Y) / Y.sum()),
            ("that is one number; keep the four exponentials above the line.", 1.0),
            ("those do not sum to 1: exponential first, then divide.", np.exp(Y / Y.sum())),
        ],
        found,
        1e-5,
    )
    close("p", found, P, hint="tf.exp(y), divided by its sum.")
    return "Right: positive, and their sum is 1."


@check
def cross_entropy_of_the_table(L):
    """-log p of the table."""
    found = array("L", L)
    slip(
        [
            ("the minus sign is missing; a loss falls as the network gets better.", np.log(P[1])),
            ("that sums over all four; t leaves only the table's term.", -np.log(P).sum()),
            ("those are the four terms; take their sum.", -np.log(P) * [0, 1, 0, 0]),
            ("that is the mean of the four terms; the formula has their sum.", -np.log(P[1]) / 4),
            ("that is the logarithm to base 10; the natural one is wanted.", -np.log10(P[1])),
            ("that is the logarithm to base 2; the natural one is wanted.", -np.log2(P[1])),
            ("that is the table's output, not the logarithm of its probability.", -Y[1]),
            ("that is the table's probability; take its logarithm.", P[1]),
        ],
        found,
        1e-5,
    )
    close("L", found, -np.log(P[1]), hint="Multiply t and tf.math.log(p), sum, and change the sign.")
    return "Right: -log 0.352 = 1.043."


@check
def likelihood_of_three(likelihood, total):
    """The product of three probabilities, and the sum of their cross-entropies."""
    given = np.array([0.9, 0.5, 0.8])
    found = array("likelihood", likelihood)
    slip([("probabilities that hold together are multiplied, not added.", given.sum())], found)
    slip([("that is their mean; multiply them.", given.mean())], found)
    close("likelihood", found, given.prod(), hint="All three together: multiply.")
    found = array("total", total)
    slip([("the minus sign is missing.", np.log(given).sum())], found)
    slip([("that is the mean; the sum is wanted.", -np.log(given).mean())], found)
    close("total", found, -np.log(given).sum(), hint="The cross-entropy of a pattern is -log of its true label's p.")
    return "Right: 0.36, and 1.022 = -log 0.36."


@check
def loss_of_photos(photos, photo_labels, layer, calc_loss):
    """The mean cross-entropy of a layer's outputs."""
    found = array("calc_loss()", calc_loss())
    y = array("layer(photos)", layer(photos)).astype(float)
    p = softmax(y)
    losses = losses_of(p, photo_labels)
    slip(
        [
            ("softmax is missing: `cce` expects probabilities.", losses_of(y, photo_labels).mean()),
            ("softmax is taken twice; once is enough.", losses_of(softmax(p), photo_labels).mean()),
            (
                "softmax is over the photos; axis=1 is over the categories.",
                losses_of(softmax(y, 0), photo_labels).mean(),
            ),
            ("that is the sum over the photos; `cce` gives their mean.", losses.sum()),
        ],
        found,
        1e-4,
    )
    close("calc_loss()", found, losses.mean(), 1e-4, hint="p is softmax of y; the loss is cce(y_true=…, y_pred=p).")
    return "Right: the mean cross-entropy of the 100 photos."


def softmax(y, axis=1):
    """Probabilities of outputs."""
    return np.exp(y) / np.exp(y).sum(axis, keepdims=True)


def losses_of(p, labels):
    """Each row's cross-entropy, computed as `cce` does: what it gets is clipped and made to sum to 1."""
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -np.log(p[np.arange(len(p)), labels] / p.sum(1))


@check
def forty_sixty(photos, layer):
    """Probabilities of 0.40 and 0.60."""
    p = softmax(array("layer(photos)", layer(photos)).astype(float))[0]
    if not np.allclose(p, [0.4, 0.6], atol=1e-3):
        raise Wrong(f"the probabilities are {p.round(3)}; was the network trained with the right loss?")
    return "Right: 0.40 and 0.60, as the lecture says."


# 12. Classification and regression


@check
def kinds_of_tasks(tasks):
    """Four tasks: their kind, and their number of outputs."""
    wanted = {
        "price of a house": ("regression", 1, "a price is one number."),
        "letter A-Z in a picture": ("classification", 26, "one of 26 letters, a node for each."),
        "position of a tennis ball in a room": ("regression", 3, "a place is three numbers: length, width and height."),
        "species of a flower, one of three": ("classification", 3, "one of three species, a node for each."),
    }
    for task, (kind, nodes, why) in wanted.items():
        found = tasks.get(task, ...)
        if found is ...:
            raise Wrong(f"{task!r} is missing.")
        if tuple(found) != (kind, nodes):
            raise Wrong(f"{task}: {why}")
    return "Right: all four."


@check
def last_layer(last, free, t):
    """A layer of one node and no activation, trained."""
    if getattr(last, "units", None) != 1:
        raise Wrong("`last` is a Dense layer of one node, for there is one number.")
    probe = np.array([[-9.0], [9.0]], np.float32) * np.ones(16, np.float32)
    y = array("last", last(probe))
    kernel, bias = (array("last", variable) for variable in last.trainable_variables)
    if not np.allclose(y, probe @ kernel + bias, atol=1e-3):
        raise Wrong("`last` has an activation; a regression ends without one.")
    error = np.mean(np.square(array("free", free(np.linspace(-1, 1, len(t), dtype=np.float32)[:, None])) - t))
    if error > 0.05:
        raise Wrong(f"the mean squared error is still {error:.2f}; has the network been trained?")
    return f"Right: a mean squared error of {error:.5f}."


@check
def one_number(learned):
    """The mean of the labels."""
    found = array("learned", learned)
    slip([("that is the mean of the two labels, as if there were as many of each.", 1.5)], found)
    slip([("that is the most frequent label; the squared error of the others pulls it down.", 2.0)], found)
    slip([("there are 40 of 1 and 60 of 2, not the other way round.", 1.4)], found)
    close("learned", found, 1.6, hint="Squared error is least at the mean.")
    return "Right: 1.6, the mean."


@check
def favoured_category(p, labels, favoured, accuracy):
    """The largest of each row, and how often it is right."""
    found = array("favoured", favoured)
    slip([("those are probabilities; their places are wanted, np.argmax.", np.max(p, axis=1))], found)
    slip([("that looks down the columns; axis=1 looks along each row.", np.argmax(p, axis=0))], found)
    close("favoured", found, np.argmax(p, axis=1), hint="np.argmax(p, axis=1).")
    right = np.argmax(p, axis=1) == labels
    slip(
        [("that is a count; take the mean.", right.sum()), ("those are the wrong ones.", 1 - right.mean())],
        array("accuracy", accuracy),
    )
    close("accuracy", accuracy, right.mean(), hint="Compare with labels; True counts 1 in a mean.")
    return f"Right: {right.mean():.0%} are told apart."


# 13. Several starts

XOR = np.array([[0.0], [1], [1], [0]])


@check
def losses_of_starts(x, run_network, calc_losses):
    """A squared error for each start, summed over its patterns."""
    squared = np.square(array("run_network(x)", run_network(x)) - XOR)
    found, name = array("calc_losses()", calc_losses()), "calc_losses()"
    slip(
        [
            ("that is the sum over the starts too; each start needs its own.", squared.sum()),
            ("that is one mean over everything; each start needs its own sum.", squared.mean()),
            ("that sums over the starts, and leaves the patterns; it must be the other way round.", squared.sum(0)),
            ("that is the mean over the patterns; the lecture's loss is their sum.", squared.mean((1, 2))),
            ("the last axis is still there; it goes too.", squared.sum(1)),
            ("only the last axis has gone; the axis of the patterns goes too.", squared.sum(2)),
        ],
        found,
    )
    close(name, found, squared.sum((1, 2)), hint="Square the difference to y_labels, and sum over axes 1 and 2.")
    return f"Right: one loss for each of the {len(found)} starts."


@check
def count_of_stuck(final, stuck):
    """How many losses are above 0.1."""
    losses, found = array("final", final), array("stuck", stuck)
    slip([("that is how many are not stuck.", np.sum(losses <= 0.1))], found)
    slip([("that is their share; how many are there?", np.mean(losses > 0.1))], found)
    close("stuck", found, np.sum(losses > 0.1), hint="Compare `final` with 0.1: each True counts 1 in a sum.")
    return f"Right: {int(found)} of {len(losses)}."


@check
def best_start(final, best):
    """The number of the start with the least loss."""
    losses, found = array("final", final), array("best", best)
    slip([("that is the worst start.", losses.argmax())], found)
    if losses.argmin() != losses.min():
        slip([("that is its loss; its number is wanted.", losses.min())], found)
    close("best", found, losses.argmin(), hint="Which place of `final` holds the smallest number?")
    return f"Right: start {int(found)}, with a loss of {losses.min():.4f}."


@check
def all_of_five(all_stuck):
    """0.2 to the fifth."""
    found = array("all_stuck", all_stuck)
    slip([("that is the probability that all five are good.", 0.8**5)], found)
    slip([("that is the probability that at least one is good.", 1 - 0.2**5)], found)
    slip([("probabilities of independent events are multiplied, not added.", 5 * 0.2)], found)
    close("all_stuck", found, 0.2**5, hint="Each is stuck with probability 0.2, whatever the others do.")
    return "Right: 0.00032, about once in 3,000 times."


@check
def vote_of_starts(outputs, shares, vote):
    """The share of votes for 1, and the majority's answer."""
    votes = array("outputs", outputs) > 0.5
    found = array("shares", shares)
    slip([("those are the mean outputs; each start votes 0 or 1.", array("outputs", outputs).mean(0))], found)
    slip([("those are counts; divide by the number of starts.", votes.sum(0))], found)
    slip([("those are shares of patterns for each start; take the mean over the starts.", votes.mean(1))], found)
    close("shares", found, votes.mean(0), hint="Take the mean of `outputs > 0.5` over the starts.")
    close("vote", vote, votes.mean(0) > 0.5, hint="The majority says 1 where the share is above a half.")
    if list(array("vote", vote)) != [0, 1, 1, 0]:
        raise Wrong("the vote is counted well, and is not XOR: were the networks trained before?")
    return "Right: the majority knows XOR."


# 14. Universal approximation


@check
def bump_by_hand(step, bump):
    """1 between left and right, 0 elsewhere."""
    x = np.array([[0.1], [0.35], [0.5], [0.65], [0.9]])
    up, down = step(x, 0.3), step(x, 0.7)
    found = array("bump(x, 0.3, 0.7)", bump(x, 0.3, 0.7))
    slip(
        [
            ("the two steps are added: it is 2 on the right, and 1 in between.", up + down),
            ("it is the wrong way up: take the right step from the left one.", down - up),
            ("that is the left step alone; it never comes down.", up),
            ("that is the right step alone.", down),
        ],
        found,
        1e-3,
    )
    close("bump(x, 0.3, 0.7)", found, up - down, 1e-3, hint="At 0.1, 0.35, 0.5, 0.65, 0.9 it should be 0, 1, 1, 1, 0.")
    return "Right: 0, 1, 1, 1, 0."


@check
def factor_of_stairs(by_hand, factor):
    """The mean ratio of one error to the next, rounded."""
    errors = array("by_hand", by_hand)
    ratio = round(float(np.mean(errors[:-1] / errors[1:])))
    close("factor", factor, ratio, hint="Divide each of the printed errors by the next.")
    return f"Right: about {ratio}; twice as many bumps, half as wide."


@check
def enough_nodes(widths, trained, enough):
    """The first width whose error is below 0.1."""
    good = [width for width, error in zip(widths, trained, strict=True) if error < 0.1]
    if not good:
        raise Wrong("with this curve no width was enough; try more, or a smoother curve.")
    if enough in good[1:]:
        raise Wrong(f"{enough} nodes are enough, but fewer are, too.")
    close("enough", enough, good[0], hint="Look at `widths` and `trained`, pair by pair.")
    return f"Right: {good[0]} hidden nodes."


# 15. New data


@check
def new_pattern(run_network, y_new):
    """The 100 answers to (0.5, 0.5)."""
    wanted = array("y_new", run_network(np.array([[0.5, 0.5]], np.float32)))
    found = array("y_new", y_new)
    if found.shape != wanted.shape:
        raise Wrong(f"`y_new` has shape {list(found.shape)}; the input is one row, [[0.5, 0.5]].")
    close("y_new", found, wanted, hint="run_network([[0.5, 0.5]]).")
    return "Right: no line of the network had to change."


@check
def error_on_rows(model, x_train, t_train, x_new, t_new, error):
    """The mean squared error of a model, on any rows."""
    for x, t in [(x_train, t_train), (x_new, t_new)]:
        squared = np.square(array("model(x)", model(x)) - t)
        found = array("error(x, t)", error(x, t))
        slip(
            [
                ("that is the sum; with more rows it grows, so take the mean.", squared.sum()),
                ("that is the root of it; leave it squared.", np.sqrt(squared.mean())),
                ("that is the mean without the square; errors of both signs cancel.", (model(x).numpy() - t).mean()),
                ("that is the mean absolute error; square the differences.", np.sqrt(squared).mean()),
            ],
            found,
            1e-5,
        )
        if x is x_new and np.allclose(found, np.square(model(x_train).numpy() - t_train).mean()):
            raise Wrong("it takes the training rows whatever it is given; use its arguments x and t.")
        close("error(x, t)", found, squared.mean(), hint="tf.reduce_mean(tf.square(model(x) - t)).")
    return "Right: for the training rows and for new ones."


@check
def best_step(errors, best_step):
    """50 times the place of the least error on new rows."""
    found, new = array("best_step", best_step), array("errors", errors)[:, 1]
    slip([("that is the row of `errors`; there are 50 steps to a row.", new.argmin())], found)
    slip([("that is where the training error is least.", 50 * errors[:, 0].argmin())], found)
    slip([("that is the error; its step is wanted.", new.min())], found)
    close("best_step", found, 50 * new.argmin(), hint="Where is column 1 smallest?")
    return f"Right: after {int(found)} steps, with {new.min():.3f} on new rows; at the end it is {new[-1]:.3f}."


@check
def memorised(memory, x_lot, labels_lot, x_later, labels_later, seen, unseen):
    """Accuracy on rows that were trained on, and on others."""
    on_seen, on_unseen = (
        np.mean(memory.predict(x).argmax(1) == labels) for x, labels in [(x_lot, labels_lot), (x_later, labels_later)]
    )
    hint = "Compare np.argmax(memory.predict(x), axis=1) with the labels, and take the mean."
    close("seen", seen, on_seen, hint=hint)
    slip([("that is the accuracy on the rows that it trained on.", on_seen)], array("unseen", unseen))
    close("unseen", unseen, on_unseen, hint=hint)
    return f"Right: {on_seen:.0%} of what it has seen, {on_unseen:.0%} of the rest, as by tossing a coin."


# 16. A real table


@check
def trained_model(model):
    """A model of the diagnosis, from the 500 rows."""
    if not isinstance(model, Model):
        raise Wrong(f"`model` is {type(model).__name__}, and no model; ffnn.train gives one.")
    if model.target.names != ("diagnosis",):
        raise Wrong(f"`model` predicts {model.target.names[0]!r}; the target is 'diagnosis'.")
    counts = model.scores["rows"]
    if sum(counts.values()) != 500:
        raise Wrong(f"it learned from {sum(counts.values())} rows; cancer.csv has 500, and the new rows stay out.")
    if model.recipe.hidden != (32, 32) or model.recipe.restarts != 4:
        raise Wrong("it was trained by another recipe; pass recipe=recipe.")
    return f"Right: trained on {counts['train']} rows, and {counts['test']} are kept aside for the scores."


@check
def read_confusion(confusion, accuracy, missed, always_benign):
    """Three numbers of a matrix of counts."""
    counts = array("confusion", confusion)
    right, rows = np.trace(counts), counts.sum()
    slip([("that is a count; divide by the number of rows.", right)], array("accuracy", accuracy))
    slip([("that is the share of the wrong ones.", 1 - right / rows)], array("accuracy", accuracy))
    close("accuracy", accuracy, right / rows, hint="The right ones stand on the diagonal.")
    if counts[0, 1] != counts[1, 0]:
        slip([("those are benign ones called malignant.", counts[0, 1])], array("missed", missed))
    close("missed", missed, counts[1, 0], hint="Truly malignant is row 1, called benign is column 0.")
    called = ("that is the share that was called benign; who is right depends on the truth.", counts[:, 0].sum() / rows)
    if counts[0, 1] != counts[1, 0]:
        slip([called], array("always_benign", always_benign))
    close(
        "always_benign",
        always_benign,
        counts[0].sum() / rows,
        hint="Whoever always says benign is right about each benign row.",
    )
    return f"Right: {right} of {rows}, {counts[1, 0]} missed, and {counts[0].sum() / rows:.0%} for nothing."


@check
def new_patients(model, new, truth, predicted, probabilities, right, log_loss):
    """Predictions for the new rows, and how good they are."""
    said, known = np.asarray(predicted), model.predict_proba(new)
    if said.shape != truth.shape or not np.array_equal(said, model.predict(new)):
        raise Wrong("`predicted` is not what model.predict(new) gives.")
    close("probabilities", probabilities, known, hint="model.predict_proba(new).")
    found = array("right", right)
    slip([("that is a count; take the mean.", np.sum(said == truth))], found)
    slip([("that is the share of the wrong ones.", np.mean(said != truth))], found)
    close("right", right, np.mean(said == truth), hint="Compare predicted with truth; True counts 1 in a mean.")
    wanted, own = known[np.arange(len(truth)), (truth == "malignant").astype(int)], known.max(1)
    slip(
        [
            ("the minus sign is missing.", np.log(wanted).mean()),
            ("that is the sum; take the mean.", -np.log(wanted).sum()),
            ("that is of the label it prefers; take the probability of the true one.", -np.log(own).mean()),
            ("that is of the wrong label each time; labels are in the order benign, malignant.", swapped(wanted)),
            ("that is P(malignant) of every row, benign ones too.", -np.log(known[:, 1]).mean()),
        ],
        array("log_loss", log_loss),
    )
    close("log_loss", log_loss, -np.log(wanted).mean(), hint="Mean of -log of the true label's probability.")
    return f"Right: {np.mean(said == truth):.0%} of them, with a cross-entropy of {-np.log(wanted).mean():.3f}."


def swapped(p):
    """The cross-entropy of the other of two labels."""
    return -np.log(1 - p).mean()


@check
def saved_and_loaded(model, new, path, again):
    """The same predictions after saving and loading."""
    if not path.exists():
        raise Wrong(f"there is no file {path.name} yet: model.save(path).")
    if again is model:
        raise Wrong("`again` is the model itself; ffnn.load(path) reads the one in the file.")
    if not isinstance(again, Model) or not np.array_equal(again.predict_proba(new), model.predict_proba(new)):
        raise Wrong("`again` is not the model that was saved; ffnn.load(path) reads it.")
    return f"Right: the very same probabilities, from a file of {path.stat().st_size // 1000} kB."
