"""Training itself: how fast, how near to the machine's limit, what restarts cost; against peers that train the same."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from measure import HERE, Figure, in_turn, installed, program, share, speed, without

WIDTHS = (784, 512, 256, 10)
ROWS = 60_000
EPOCHS = 4
XOR_STEPS, TAPE_STEPS = 20_000, 1_000
ADULT = HERE.parent.parent / "shared" / "data" / "adult.parquet"


def epoch(pairs: int) -> list[Figure]:
    """An epoch of 60,000 random rows through 784-512-256-10, batch 128, Adam, against PyTorch and against a product."""
    measured: list[dict[str, list[float]]] = []

    def ours_seconds() -> float:
        measured.append(program("ours.py", "epoch", str(EPOCHS)))
        return min(measured[-1]["epochs"])

    what = "epoch of 784-512-256-10, batch 128, against PyTorch eager"
    if installed("torch"):
        ours, theirs = in_turn(pairs, ours_seconds, lambda: min(program("theirs.py", "torch_epoch", str(EPOCHS))))
        against_torch = speed(what, ours, theirs, at_least=2)
    else:
        (ours,) = in_turn(pairs, ours_seconds)
        against_torch = without(what, ours, ("at least", 2), "PyTorch is not installed")
    product = min(second for run in measured for second in run["products"])
    return [against_torch, of_product(epoch_operations() / ours / 1e9, 2 * 2048**3 / product / 1e9)]


def epoch_operations() -> int:
    """Additions and multiplications of the products of an epoch.

    Each layer has a forward product and one for its kernel's gradient; all but the first, one for its inputs' gradient.
    """
    sizes = [inputs * units for inputs, units in pairwise(WIDTHS)]
    return 2 * ROWS * (3 * sum(sizes) - sizes[0])


def of_product(ours: float, theirs: float) -> Figure:
    """Our share of the operations in a second that a large product reaches."""
    what = "epoch of 784-512-256-10, against a 2048³ product in JAX"
    return Figure(what, ours, theirs, "GFLOP/s", ours / theirs, ("at least", 0.55))


def default(pairs: int) -> list[Figure]:
    """The default recipe on 20,000 rows, in operations, against a product."""
    runs = [program("ours.py", "default", str(EPOCHS)) for _ in range(pairs)]
    ours, product = (min(second for run in runs for second in run[name]) for name in ("epochs", "products"))
    what = "default recipe on 20,000 rows of 11 numbers, against a 2048³ product in JAX"
    mine, theirs = default_operations() / ours / 1e9, 2 * 2048**3 / product / 1e9
    return [Figure(what, mine, theirs, "GFLOP/s", mine / theirs, ("at least", 0.35))]


def default_operations() -> int:
    """Additions and multiplications of the layers' products of an epoch of 8 restarts.

    Each trains on 7/8 of the rows, with three products a layer, and is judged by the rest, with one. What turns numbers
    into mixtures of cosines is left out.
    """
    widths = (4 * 11, 256, 256, 256, 2)
    return 8 * (6 * 17_500 + 2 * 2_500) * sum(inputs * units for inputs, units in pairwise(widths))


def restarts(pairs: int) -> list[Figure]:
    """8 restarts against one: on iris, where compiling is most of the wait, and on 26,000 rows, where products are."""
    compiled: dict[str, list[float]] = {"8": [], "1": []}

    def first(count: str) -> float:
        call, *later = program("ours.py", "iris", count)
        compiled[count] += later
        return float(call)

    eight, one = in_turn(pairs, lambda: first("8"), lambda: first("1"))
    wide = program("ours.py", "wide", str(pairs))
    return [
        share("8 restarts on iris against 1: first call, compiling", eight, one, at_most=2),
        share("8 restarts on iris against 1: compiled", min(compiled["8"]), min(compiled["1"]), note="no target"),
        share(
            "epoch of 8 restarts on 26,000 rows against 1: compiled", min(wide["eight"]), min(wide["one"]), at_most=8
        ),
    ]


def xor(pairs: int) -> list[Figure]:
    """20,000 full-batch steps of XOR 2-2-1 against TensorFlow's eager tape, which takes 1,000 warm steps, times 20."""
    compiled: list[float] = []

    def first() -> float:
        call, *later = program("ours.py", "xor")
        compiled.extend(later)
        return float(call)

    whats = [f"XOR, 20,000 steps, {when}, against TensorFlow's tape" for when in ("first call, compiling", "compiled")]
    if not installed("tensorflow"):
        (ours,) = in_turn(pairs, first)
        limits = (("at least", 25.0), ("at least", 300.0))
        sides = zip(whats, (ours, min(compiled)), limits, strict=True)
        return [without(what, side, limit, "TensorFlow is not installed") for what, side, limit in sides]
    ours, tape = in_turn(pairs, first, lambda: float(program("theirs.py", "tensorflow_xor", str(TAPE_STEPS))))
    tape *= XOR_STEPS / TAPE_STEPS
    note = "the tape: 1,000 warm steps times 20"
    return [
        speed(whats[0], ours, tape, at_least=25, note=note),
        speed(whats[1], min(compiled), tape, at_least=300, note=note),
    ]


def adult(pairs: int) -> list[Figure]:
    """50 epochs on adult against scikit-learn's network, with the same choices and rows; compiling is part of ours.

    Three pairs at most, as they take minutes, each from a seed of its own. Both sides compute in float32, which
    scikit-learn does when the rows are float32; what its own encoders give it is float64, timed once beside them.
    """
    what = "adult, 50 epochs, against scikit-learn"
    if not ADULT.exists():
        return [without(what, None, ("at least", 4), "skipped: table absent")]
    with TemporaryDirectory() as name:
        file = Path(name) / "adult.npz"
        classes = write_encoded(file)
        run = [str(file), "50", "256"]
        ours, theirs = [], []
        for seed in map(str, range(min(pairs, 3))):
            ours.append(program("ours.py", "arrays", *run, seed))
            theirs.append(program("theirs.py", "arrays", *run, seed))
        double = program("theirs.py", "arrays", *run, "0", "float64")["seconds"]
    fastest, rival = (min(side["seconds"] for side in sides) for sides in (ours, theirs))
    return [
        speed(what, fastest, rival, at_least=4, note=f"{len(ours)} pairs"),
        speed(f"{what} in float64", fastest, double, note="no target"),
        accuracy(ours, theirs, classes),
    ]


def accuracy(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], classes: np.ndarray) -> Figure:
    """The share of test rows that each side gets right, over all seeds; the standard error is of the difference."""
    right, rival = (np.array([side["predicted"] for side in sides]) == classes for sides in (ours, theirs))
    error = np.std(np.mean(right.astype(float) - rival, axis=0)) / np.sqrt(len(classes))
    mine, other = float(right.mean()), float(rival.mean())
    note = f"difference {mine - other:+.4f}, its standard error {error:.4f}"
    what = "adult, accuracy after 50 epochs, against scikit-learn"
    return Figure(what, mine, other, "", mine / other, ("at least", 1), note)


def write_encoded(file: Path) -> np.ndarray:
    """Encode adult as `ffnn.train` does, a fifth of it held out, for both sides; the test rows' classes."""
    from ffnn.tables import splitting, targets
    from ffnn.tables.columns import schema
    from ffnn.tables.encoding.encoder import fit_encoder
    from ffnn.tables.formats import reading

    rows = reading.table_of(ADULT)
    answers = rows.select("income")
    classes = np.asarray(targets.fit_target(answers, "classification").encode(answers))
    columns = schema.infer(rows, ("income",))
    cells = schema.conform(rows, columns.inputs)
    held = splitting.hold_out(len(rows), 0.2, np.random.default_rng(0), classes=classes)
    encoder = fit_encoder(cells.filter(~held), columns)
    inputs, test_inputs = (encoder.encode(cells.filter(side)).numbers for side in (~held, held))
    np.savez(file, inputs=inputs, classes=classes[~held], test_inputs=test_inputs)
    return np.asarray(classes[held])
