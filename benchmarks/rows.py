"""Tables of many rows or columns, and many fits of a small one: reading, encoding, predicting, searching."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from measure import FFNN, HERE, Figure, in_turn, process, program, share, speed

ROWS = 1_000_000
MEGABYTES_A_SECOND = 100

IN_NOTATIONS = (
    pl.format("${}", "count0").alias("count0"),
    pl.format("{}%", "measure0").alias("measure0"),
    pl.format("{} kg", "measure1").alias("measure1"),
    pl.col("measure2").cast(pl.String).str.replace(".", ",", literal=True),
    pl.when("flag0").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("flag0"),
)
"""Columns of the table as people write them."""


def reading(pairs: int) -> list[Figure]:
    """Read 1,000,000 × 20 CSV cells and do all that comes before training, against Polars' own typed read.

    Then the same where five of the columns are in notations.
    """
    from ffnn.learning import problem

    with TemporaryDirectory() as name:
        path, written = Path(name) / "rows.csv", Path(name) / "written.csv"
        made(ROWS).write_csv(path)
        made(ROWS).with_columns(IN_NOTATIONS).write_csv(written)
        ours, notations, theirs = in_turn(
            pairs,
            lambda: seconds(lambda: problem.understand(path, "label")),
            lambda: seconds(lambda: problem.understand(written, "label")),
            lambda: seconds(lambda: pl.read_csv(path)),
        )
    what = "read and understand 1,000,000 CSV rows of 20 columns"
    return [
        share(f"{what}, against pl.read_csv", ours, theirs, at_most=1.5),
        share(f"{what}, five of them in notations, against the same", notations, theirs, at_most=2),
    ]


def encoding(pairs: int) -> list[Figure]:
    """Encode the same table's columns; theirs is what 100 MB/s of the table in memory would take."""
    from ffnn.tables.columns import schema
    from ffnn.tables.encoding.encoder import fit_encoder

    table = made(ROWS)
    seen = schema.infer(table, ("label",))
    cells = schema.conform(table, seen.inputs)
    encoder = fit_encoder(cells, seen)
    (ours,) = in_turn(pairs, lambda: seconds(lambda: encoder.encode(cells)))
    size = table.drop("label").estimated_size("mb")
    what = f"encode {size:.0f} MB of 1,000,000 rows, against {MEGABYTES_A_SECOND} MB/s"
    return [share(what, ours, size / MEGABYTES_A_SECOND, at_most=1, note=f"{size / ours:.0f} MB/s")]


def predicting(pairs: int) -> list[Figure]:
    """Predict 1,000,000 rows from Parquet to Parquet in a fresh process: one network 256-256 on either side.

    Theirs is a pipeline of scikit-learn's scaler, one-hot encoder and network. Then our peak memory.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        table = made(ROWS)
        table.head(5000).write_parquet(folder / "few.parquet")
        table.drop("label").write_parquet(folder / "rows.parquet")
        train = "train few.parquet --target label --restarts 1 --epochs 5 --no-compile-cache -o m.safetensors"
        process([FFNN, *train.split()], folder)
        theirs_py = [sys.executable, str(HERE / "theirs.py")]
        process([*theirs_py, "keep", "few.parquet", "label", "m.pickle"], folder)
        predict = [FFNN, "predict", "m.safetensors", "rows.parquet", "-o", "ours.parquet", "--quiet"]
        pickled = [*theirs_py, "predict_parquet", "m.pickle", "rows.parquet", "theirs.parquet"]
        ours, theirs = in_turn(pairs, lambda: process(predict, folder), lambda: process(pickled, folder))
        memory = program("ours.py", "memory", str(folder), *predict)
    what = "predict 1,000,000 rows, Parquet to Parquet, against a scikit-learn pipeline"
    return [
        speed(what, ours, theirs, at_least=3),
        Figure("the same, our peak memory against 1.5 GB", memory, 1.5, "GB", memory / 1.5, ("at most", 1.0)),
    ]


def widening(pairs: int) -> list[Figure]:
    """Check and conform a table of 8,000 columns, against four times what 2,000 columns take."""
    from ffnn.tables import contract
    from ffnn.tables.columns import schema
    from ffnn.tables.encoding.encoder import fit_encoder

    def checking(columns: int) -> Callable[[], float]:
        draw = np.random.default_rng(0)
        table = pl.DataFrame({f"measure{place}": draw.normal(size=50).round(3) for place in range(columns)})
        seen = schema.infer(table.with_columns(label=pl.lit("high")), ("label",))
        encoder = fit_encoder(schema.conform(table, seen.inputs), seen)
        return lambda: seconds(lambda: (contract.check(table, seen, encoder), schema.conform(table, seen.inputs)))

    ours, theirs = in_turn(pairs, checking(8000), checking(2000))
    return [share("check and conform 8,000 columns, against four times 2,000", ours, 4 * theirs, at_most=1.5)]


def searching(pairs: int) -> list[Figure]:
    """GridSearchCV over 12 learning rates × 5 folds on iris: one network of 100 neurons, 200 epochs, on either side."""
    ours, theirs = in_turn(pairs, lambda: program("ours.py", "search"), lambda: program("theirs.py", "search"))
    return [share("GridSearchCV, 12 rates in 5 folds of iris, against MLPClassifier", ours, theirs, at_most=1.5)]


def seconds(work: Callable[[], Any]) -> float:
    """Seconds that it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def made(rows: int) -> pl.DataFrame:
    """A table of 19 columns and a label: numbers of several kinds, categories, booleans, some cells missing."""
    draw = np.random.default_rng(0)
    columns: dict[str, Any] = {f"measure{place}": draw.normal(50, 20, rows).round(3) for place in range(8)}
    columns |= {f"count{place}": draw.integers(0, 1000, rows) for place in range(4)}
    for place, levels in enumerate((2, 5, 12, 40)):
        words = [f"level {number}" for number in range(levels)]
        columns[f"category{place}"] = pl.Series(words).gather(draw.integers(0, levels, rows))
    columns |= {f"flag{place}": draw.integers(0, 2, rows) == 1 for place in range(3)}
    label = np.where(columns["measure0"] + columns["count0"] / 50 + draw.normal(0, 20, rows) > 60, "high", "low")
    table = pl.DataFrame({**columns, "label": label})
    return table.with_columns(measure7=pl.when(draw.random(rows) < 0.05).then(None).otherwise("measure7"))
