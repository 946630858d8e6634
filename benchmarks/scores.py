"""Scores beside scikit-learn's network on the same rows: `python benchmarks/scores.py [NAME…]`.

Of each table a random fifth is held out. Ours trains with every default; theirs is one network with the same hidden
layers and early stopping, behind the usual preparation of columns.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, log_loss, root_mean_squared_error
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import feedforward as ff

if TYPE_CHECKING:
    import pandas as pd

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@dataclass(frozen=True)
class Table:
    """A table to be learned.

    Attributes:
        file: Its file in the shared folder.
        target: The column to predict.
        classifies: Whether the target is a class.
        most: Rows to train on, and rows to score on, at most.
    """

    file: str
    target: str
    classifies: bool = True
    most: int | None = None


TABLES = {
    "titanic": Table("titanic.csv", "Survived"),
    "adult": Table("adult.parquet", "income"),
    "california_housing": Table("california_housing.csv", "median_house_value", classifies=False),
    "letter": Table("letter.csv", "lettr"),
    "covertype": Table("covertype.parquet", "Cover_Type", most=20_000),
}


def main() -> None:
    """Print one line for each side of each table."""
    names = sys.argv[1:] or list(TABLES)
    if unknown := set(names) - set(TABLES):
        sys.exit(f"there is no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    for name in names:
        table = TABLES[name]
        if not (DATA / table.file).exists():
            print(f"{name:<20} skipped: table absent")
            continue
        training, tests = split(read(DATA / table.file), table.most)
        for side, fit in (("feedforward", ours), ("scikit-learn", theirs)):
            begin = time.perf_counter()
            scores = fit(training, tests, table)
            seconds = time.perf_counter() - begin
            values = "  ".join(f"{score} {value:<8.5g}" for score, value in scores.items())
            rows = f"{len(training)} + {len(tests)} rows"
            print(f"{name:<20} {side:<13} {values:<38} {seconds:7.1f} s  {rows}", flush=True)


def read(path: Path) -> pl.DataFrame:
    """A file as a table, each column of the type that all its cells agree on."""
    return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=None)


def split(rows: pl.DataFrame, most: int | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Random rows to train on, four fifths, and the others to score on; of either, `most` at most."""
    order = np.random.default_rng(0).permutation(len(rows))
    there = len(rows) * 4 // 5
    return rows[order[:there][:most]], rows[order[there:][:most]]


def ours(training: pl.DataFrame, tests: pl.DataFrame, table: Table) -> dict[str, float]:
    """The scores of `feedforward.train` on the test rows."""
    task = "classification" if table.classifies else "regression"
    scores = ff.train(training, table.target, task=task, test=tests).scores["test"]
    return {name: scores[name] for name in ("accuracy", "log_loss", "rmse") if name in scores}


def theirs(training: pl.DataFrame, tests: pl.DataFrame, table: Table) -> dict[str, float]:
    """The scores of scikit-learn's network on the test rows."""
    model, frame = pipeline(training.drop(table.target), table.classifies), to_pandas(tests.drop(table.target))
    answers, truth = training[table.target].to_numpy(), tests[table.target].to_numpy()
    model.fit(to_pandas(training.drop(table.target)), answers)
    if not table.classifies:
        return {"rmse": root_mean_squared_error(truth, model.predict(frame))}
    probabilities = model.predict_proba(frame)
    predicted = model.classes_[probabilities.argmax(axis=1)]
    return {
        "accuracy": accuracy_score(truth, predicted),
        "log_loss": log_loss(truth, probabilities, labels=model.classes_),
    }


def pipeline(inputs: pl.DataFrame, classifies: bool) -> Any:
    """Gaps filled, numbers scaled, the rest one-hot encoded; then one network. A regression's target is scaled too."""
    numbers = [name for name in inputs.columns if inputs[name].dtype.is_numeric()]
    words = [name for name in inputs.columns if name not in numbers]
    scaled = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    encoded = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"),
        OneHotEncoder(handle_unknown="ignore", min_frequency=3),
    )
    columns = ColumnTransformer([("numbers", scaled, numbers), ("words", encoded, words)])
    network = MLPClassifier if classifies else MLPRegressor
    steps: Pipeline = make_pipeline(
        columns, network(hidden_layer_sizes=(256, 256), early_stopping=True, max_iter=500, random_state=0)
    )
    return steps if classifies else TransformedTargetRegressor(steps, transformer=StandardScaler())


def to_pandas(table: pl.DataFrame) -> pd.DataFrame:
    """A table as scikit-learn takes it: numbers as float64, all else as text, gaps as NaN."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for column in table:
        if column.dtype.is_numeric():
            columns[column.name] = column.cast(pl.Float64).to_numpy()
        else:
            cells = [np.nan if cell is None else cell for cell in column.cast(pl.String)]
            columns[column.name] = pd.Series(cells, dtype=object)
    return pd.DataFrame(columns)


if __name__ == "__main__":
    main()
