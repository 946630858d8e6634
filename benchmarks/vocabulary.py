"""The lecture's programs under `ffnn.tf` against TensorFlow, whose words they use."""

from __future__ import annotations

from functools import partial

from measure import Figure, in_turn, installed, program, share, speed, without

OURS, THEIRS = "ffnn.tf", "tensorflow"
STEPS = 20_000
EPOCHS = 4
THEIR_STEPS = {
    "minimize": 1_000,
    "tape": 1_000,
    "function": 10_000,
}  # their time grows with the steps: measured on fewer
WHAT = {
    "minimize": ("exercise 3 as printed, 20,000 steps, against TensorFlow's legacy Keras", 40),
    "tape": ("exercise 3 by gradient tape, 20,000 steps, against TensorFlow's tape", 20),
    "function": ("exercise 3 under tf.function, 20,000 steps, against TensorFlow's", 10),
}


def lecture(pairs: int) -> list[Figure]:
    """Exercise 3 in its three forms, and the wait for the first tensor."""
    return [*(loop(form, pairs) for form in WHAT), first_tensor(pairs)]


def fit(pairs: int) -> list[Figure]:
    """An epoch of `Sequential.fit`: the first call, which compiles, and the best of those after it."""
    what = "Sequential.fit, 60,000 rows, 784-512-256-10, batch 128, one epoch: "
    parts = {
        what + "first call, compiling": lambda taken: taken[0],
        what + "once compiled": lambda taken: min(taken[1:]),
    }
    runs: dict[str, list[list[float]]] = {OURS: [], THEIRS: []}

    def once(module: str) -> float:
        runs[module].append(program("lecture.py", "fitting", module, str(EPOCHS)))
        return sum(runs[module][-1])

    sides = [partial(once, OURS), *([partial(once, THEIRS)] if installed(THEIRS) else [])]
    in_turn(pairs, *sides)
    return [
        speed(name, min(map(part, runs[OURS])), min(map(part, runs[THEIRS])), at_least=2)
        if runs[THEIRS]
        else without(name, min(map(part, runs[OURS])), ("at least", 2), "TensorFlow is not installed")
        for name, part in parts.items()
    ]


def loop(form: str, pairs: int) -> Figure:
    """One form of exercise 3."""
    what, target = WHAT[form]
    ours = partial(taken, OURS, form, STEPS)
    if not installed(THEIRS) or not installed("tf_keras"):
        (alone,) = in_turn(pairs, ours)
        return without(what, alone, ("at least", target), "TensorFlow or tf_keras is not installed")
    mine, other = in_turn(pairs, ours, partial(taken, THEIRS, form, THEIR_STEPS[form]))
    return speed(what, mine, other, at_least=target)


def taken(module: str, form: str, steps: int) -> float:
    """Seconds of 20,000 steps, from so many."""
    return float(program("lecture.py", "seconds", module, form, str(steps))) * STEPS / steps


def first_tensor(pairs: int) -> Figure:
    """Importing and the first tensor."""
    what = "import ffnn.tf and a first tensor, against TensorFlow"
    ours = partial(waited, OURS)
    if not installed(THEIRS):
        (alone,) = in_turn(pairs, ours)
        return without(what, alone, ("at most", 0.5), "TensorFlow is not installed")
    mine, other = in_turn(pairs, ours, partial(waited, THEIRS))
    return share(what, mine, other, at_most=0.5)


def waited(module: str) -> float:
    """Seconds until the first tensor."""
    return float(program("lecture.py", "importing", module))
