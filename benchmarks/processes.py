"""Whole processes, as a user waits for them: importing, help, predicting, training from a table."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from measure import FFNN, HERE, Figure, in_turn, process, share

THEIRS = [sys.executable, str(HERE / "theirs.py")]


def importing(pairs: int) -> list[Figure]:
    """`import ffnn` against `import numpy`, each in a fresh interpreter, whose own start is part of both."""
    ours, numpy = in_turn(pairs, lambda: run_python("import ffnn"), lambda: run_python("import numpy"))
    what = f"import ffnn, against 1.5 times import numpy ({numpy:.3f} s) + 0.1 s"
    return [share(what, ours, 1.5 * numpy + 0.1, at_most=1)]


def helping(pairs: int) -> list[Figure]:
    """`ffnn --help` against half a second."""
    (ours,) = in_turn(pairs, lambda: process([FFNN, "--help"]))
    return [share("ffnn --help, against half a second", ours, 0.5, at_most=1)]


def predicting(pairs: int) -> list[Figure]:
    """Load a model and predict 1,000 rows of a CSV file, in a fresh process; our model is a mean of 8 restarts.

    Theirs is one pickled pipeline with the same hidden layers, which pandas feeds.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_tumours(folder / "rows.csv")
        train = "train rows.csv --target diagnosis --epochs 5 --no-compile-cache -o m.safetensors"
        process([FFNN, *train.split()], folder)
        process([*THEIRS, "keep", "rows.csv", "diagnosis", "m.pickle"], folder)
        ours, theirs = in_turn(
            pairs,
            lambda: process([FFNN, "predict", "m.safetensors", "rows.csv"], folder),
            lambda: process([*THEIRS, "predict", "m.pickle", "rows.csv"], folder),
        )
    return [share("load and predict 1,000 rows (8 restarts), against a scikit-learn pickle", ours, theirs, at_most=0.4)]


def training(pairs: int) -> list[Figure]:
    """8 restarts × 100 epochs on iris from the command line, against a scikit-learn script that trains one network.

    Cold: with an empty cache of compiled programs. Warm: with the one that the cold run leaves.
    """
    choices = "--target species --restarts 8 --epochs 100 --patience 100"
    train = [FFNN, "train", "iris.csv", *choices.split()]
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_iris(folder / "iris.csv")
        caches = (str(folder / f"cache{number}") for number in range(pairs))
        cache = ""

        def cold() -> float:
            nonlocal cache
            cache = next(caches)
            return process(train, folder, XDG_CACHE_HOME=cache)

        ours_cold, ours_warm, theirs = in_turn(
            pairs,
            cold,
            lambda: process(train, folder, XDG_CACHE_HOME=cache),
            lambda: process([*THEIRS, "train", "iris.csv", "species", "iris.pickle"], folder),
        )
    return [
        share("train 8 restarts on iris, cold, against 1 network of scikit-learn", ours_cold, theirs, at_most=2.0),
        share("train 8 restarts on iris, warm, against 1 network of scikit-learn", ours_warm, theirs, at_most=1.4),
    ]


def run_python(code: str) -> float:
    """Seconds that a fresh interpreter takes with a line of code."""
    return process([sys.executable, "-c", code])


def write_iris(path: Path) -> None:
    """Fisher's iris, out of scikit-learn."""
    from sklearn.datasets import load_iris

    bunch = load_iris()
    columns = {name: bunch.data[:, place] for place, name in enumerate(bunch.feature_names)}
    pl.DataFrame({**columns, "species": bunch.target_names[bunch.target].tolist()}).write_csv(path)


def write_tumours(path: Path) -> None:
    """1,000 rows of scikit-learn's breast cancer table, each jittered by 1 %, plus a column of words."""
    from sklearn.datasets import load_breast_cancer

    bunch, generator = load_breast_cancer(), np.random.default_rng(0)
    picked = generator.integers(len(bunch.data), size=1000)
    numbers = bunch.data[picked] * generator.normal(1, 0.01, (1000, bunch.data.shape[1]))
    columns = {name: numbers[:, place] for place, name in enumerate(bunch.feature_names)}
    size = np.array(["small", "medium", "large"])[np.searchsorted([11, 15], numbers[:, 0])]
    diagnosis = bunch.target_names[bunch.target[picked]]
    pl.DataFrame({**columns, "size": size.tolist(), "diagnosis": diagnosis.tolist()}).write_csv(path)
