"""Who learns: ours and the peers, each on given splits of one table, scored alike: `python benchmarks/learners.py JOB`.

A job is JSON: what `learn` takes, by name. A line of JSON is printed for each seed. Nothing is imported but what the
learner needs, so that peers can live in an environment without ours.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

import splits
from splits import Table

if TYPE_CHECKING:
    import pandas as pd

LEAST_PROBABILITY = 1e-9
"""What a smaller probability counts as, or that of a class which no training row shows."""

CORES = os.cpu_count() or 1

Prepare: TypeAlias = "Callable[[pd.DataFrame, list[str], np.ndarray], pd.DataFrame]"
"""Inputs, their categories and the rows that learn, to the inputs that a peer takes."""


@dataclass(frozen=True)
class Peer:
    """Someone else's learner, with its own defaults.

    Attributes:
        packages: What it needs to import.
        build: From whether it classifies, a seed, the numeric columns and the categories to an unfitted estimator.
        prepare: What makes of the table's inputs those that it takes.
        most_columns: Inputs of which it takes no more within reasonable time.
        most_scores: The same for inputs × classes.
    """

    packages: tuple[str, ...]
    build: Callable[[bool, int, list[str], list[str]], Any]
    prepare: Prepare
    most_columns: float = float("inf")
    most_scores: float = float("inf")


def main() -> None:
    """Run the job that the command line gives."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    for figures in learn(**json.loads(sys.argv[1])):
        print(json.dumps(figures), flush=True)


def learn(
    learner: str, recipe: str | None, table: str, data: str, split: str, seeds: list[int]
) -> Iterator[dict[str, Any]]:
    """Yield the figures of a learner on each split of a table.

    Args:
        learner: Name of one of `PEERS`; any other is ours.
        recipe: Name or file of our recipe.
        table: Its name.
        data: Folder of the tables.
        split: `outer` or `inner`.
        seeds: Of the splits, and of the learner's own randomness.
    """
    about = splits.described(Path(data))[table]
    rows = splits.read(Path(data), about)
    inputs, cells = rows.drop(columns=[about.target]), rows[about.target]
    answers, classes = answers_of(cells, about)
    if learner in PEERS and (reason := too_large(PEERS[learner], inputs.shape[1], len(classes))):
        print(f"left out: {reason}", file=sys.stderr)
        return
    for seed in seeds:
        parts = splits.SPLITS[split](len(rows), seed)
        if learner in PEERS:
            made = by_peer(PEERS[learner], inputs, answers, classes, about, parts, seed)
        else:
            made = by_ours(rows, classes, about, parts, seed, recipe)
        outputs, fit_seconds, predict_seconds = made
        counts = {"train": len(parts.train), "test": len(parts.test)}
        seconds = {"fit_seconds": round(fit_seconds, 3), "predict_seconds": round(predict_seconds, 4)}
        yield {"seed": seed, **counts, **seconds, **scores(outputs, answers[parts.test])}


def too_large(peer: Peer, columns: int, classes: int) -> str:
    """Why a peer sits a table out; empty if it does not."""
    if columns > peer.most_columns:
        return f"{columns} columns are more than {peer.most_columns}"
    if columns * classes > peer.most_scores:
        return f"{columns} columns times {classes} classes are more than {peer.most_scores}"
    return ""


def answers_of(cells: pd.Series, table: Table) -> tuple[np.ndarray, list[str]]:
    """A target as class numbers and the classes, or as numbers."""
    if not table.classifies:
        return cells.to_numpy(np.float64), []
    labels = cells.astype(str)
    classes = sorted(labels.unique())
    number = {label: place for place, label in enumerate(classes)}
    return labels.map(number).to_numpy(np.int64), classes


def by_ours(
    rows: pd.DataFrame, classes: list[str], table: Table, parts: splits.Split, seed: int, recipe: str | None
) -> tuple[np.ndarray, float, float]:
    """The outputs of `ffnn.train` on the rows that judge; seconds to fit, compiling included, and to predict."""
    import ffnn
    from ffnn.tables.targets import ClassTarget

    training, tests = rows.iloc[parts.train], rows.iloc[parts.test].drop(columns=[table.target])
    task = "classification" if table.classifies else "regression"
    begin = time.perf_counter()
    model = ffnn.train(training, table.target, task=task, recipe=recipe, test_fraction=0, seed=seed)
    fitted = time.perf_counter()
    labels = model.target.labels if isinstance(model.target, ClassTarget) else ()
    outputs = model.predict_proba(tests) if table.classifies else model.predict(tests)
    predicted = time.perf_counter()
    if table.classifies:
        outputs = spread(outputs, [classes.index(label) for label in map(str, labels)], len(classes))
    return outputs, fitted - begin, predicted - fitted


def by_peer(
    peer: Peer,
    inputs: pd.DataFrame,
    answers: np.ndarray,
    classes: list[str],
    table: Table,
    parts: splits.Split,
    seed: int,
) -> tuple[np.ndarray, float, float]:
    """The outputs of a peer on the rows that judge; seconds to fit and to predict, its inputs being prepared."""
    words = splits.categories(inputs)
    numbers = [name for name in inputs if name not in words]
    prepared = peer.prepare(plain(inputs, words), words, parts.train)
    known = answers[parts.train]
    present = np.unique(known)  # a class that no training row shows has no number of the peer's own
    if table.classifies:
        known = np.searchsorted(present, known)
    estimator = peer.build(table.classifies, seed, numbers, words)
    training, tests = prepared.iloc[parts.train], prepared.iloc[parts.test]
    begin = time.perf_counter()
    estimator.fit(training, known)
    fitted = time.perf_counter()
    outputs = estimator.predict_proba(tests) if table.classifies else estimator.predict(tests)
    predicted = time.perf_counter()
    if table.classifies:
        outputs = spread(outputs, present, len(classes))
    return np.asarray(outputs), fitted - begin, predicted - fitted


def spread(probabilities: np.ndarray, places: Any, classes: int) -> np.ndarray:
    """Probabilities of the classes that training showed, as those of all classes: float64[rows, classes]."""
    whole = np.full((len(probabilities), classes), LEAST_PROBABILITY)
    whole[:, places] = np.clip(probabilities, LEAST_PROBABILITY, 1)
    return np.asarray(whole / whole.sum(axis=1, keepdims=True))


def scores(outputs: np.ndarray, answers: np.ndarray) -> dict[str, float]:
    """The share of wrong rows and the mean log loss of probabilities [rows, classes]; the RMSE of numbers [rows]."""
    if outputs.ndim == 1:
        return {"rmse": float(np.sqrt(np.mean((outputs - answers) ** 2)))}
    error = np.mean(outputs.argmax(axis=1) != answers)
    log_loss = -np.mean(np.log(outputs[np.arange(len(answers)), answers]))
    return {"error": float(error), "log_loss": float(log_loss)}


def plain(inputs: pd.DataFrame, words: list[str]) -> pd.DataFrame:
    """Inputs as numbers in float64 and categories as text; None where a category is missing."""
    texts = {name: inputs[name].astype(object).where(inputs[name].notna(), None) for name in words}
    texts = {name: cells.map(lambda cell: cell if cell is None else str(cell)) for name, cells in texts.items()}
    return inputs.assign(**{name: inputs[name].astype("float64") for name in inputs if name not in texts}, **texts)


def as_it_is(inputs: pd.DataFrame, words: list[str], train: np.ndarray) -> pd.DataFrame:  # noqa: ARG001
    """Inputs for a peer that prepares them itself."""
    return inputs


def typed(inputs: pd.DataFrame, words: list[str], train: np.ndarray) -> pd.DataFrame:  # noqa: ARG001
    """Categories by pandas' own type."""
    return inputs.assign(**{name: inputs[name].astype("category") for name in words})


def named(inputs: pd.DataFrame, words: list[str], train: np.ndarray) -> pd.DataFrame:  # noqa: ARG001
    """A missing category as one more."""
    return inputs.assign(**{name: inputs[name].fillna("missing") for name in words})


def filled(inputs: pd.DataFrame, words: list[str], train: np.ndarray) -> pd.DataFrame:
    """No gaps: a missing number is the training rows' mean, and a column says so; a missing category is one more."""
    made: dict[str, Any] = {name: inputs[name].fillna("missing").astype("category") for name in words}
    for name in inputs:
        if name not in words and inputs[name].isna().any():
            made[name] = inputs[name].fillna(inputs[name].iloc[train].mean())
            made[f"{name}_na"] = inputs[name].isna().astype(float)
    return inputs.assign(**made)


def scikit_learn(classifies: bool, seed: int, numbers: list[str], words: list[str], **choices: Any) -> Any:
    """scikit-learn's network with early stopping, behind the preparation that its documentation recommends."""
    from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    scaled = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    encoded = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"),
        OneHotEncoder(handle_unknown="ignore", min_frequency=3),
    )
    columns = ColumnTransformer([("numbers", scaled, numbers), ("words", encoded, words)])
    choices |= {"random_state": seed, "early_stopping": True, "max_iter": 500}
    if classifies:
        return make_pipeline(columns, MLPClassifier(**choices))
    return make_pipeline(columns, TransformedTargetRegressor(MLPRegressor(**choices), transformer=StandardScaler()))


def scikit_learn_256(classifies: bool, seed: int, numbers: list[str], words: list[str]) -> Any:
    """The same with the hidden layers that ours has."""
    return scikit_learn(classifies, seed, numbers, words, hidden_layer_sizes=(256, 256))


def lightgbm(classifies: bool, seed: int, numbers: list[str], words: list[str]) -> Any:  # noqa: ARG001
    from lightgbm import LGBMClassifier, LGBMRegressor

    return (LGBMClassifier if classifies else LGBMRegressor)(random_state=seed, n_jobs=CORES, verbose=-1)


def xgboost(classifies: bool, seed: int, numbers: list[str], words: list[str]) -> Any:  # noqa: ARG001
    from xgboost import XGBClassifier, XGBRegressor

    choices = {"random_state": seed, "n_jobs": CORES, "enable_categorical": True, "tree_method": "hist"}
    return (XGBClassifier if classifies else XGBRegressor)(**choices)


def catboost(classifies: bool, seed: int, numbers: list[str], words: list[str]) -> Any:  # noqa: ARG001
    from catboost import CatBoostClassifier, CatBoostRegressor

    choices = {"random_seed": seed, "thread_count": CORES, "verbose": False, "allow_writing_files": False}
    return (CatBoostClassifier if classifies else CatBoostRegressor)(**choices, cat_features=words)


def realmlp(classifies: bool, seed: int, numbers: list[str], words: list[str]) -> Any:  # noqa: ARG001
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    choices = {"random_state": seed, "device": "cpu", "n_threads": CORES, "verbosity": 0}
    return (RealMLP_TD_Classifier if classifies else RealMLP_TD_Regressor)(**choices)


def tabm(classifies: bool, seed: int, numbers: list[str], words: list[str]) -> Any:  # noqa: ARG001
    from pytabkit import TabM_D_Classifier, TabM_D_Regressor

    choices = {"random_state": seed, "device": "cpu", "n_threads": CORES, "verbosity": 0}
    return (TabM_D_Classifier if classifies else TabM_D_Regressor)(**choices)


PEERS = {
    "sk": Peer(("sklearn",), scikit_learn, as_it_is),
    "sk256": Peer(("sklearn",), scikit_learn_256, as_it_is),
    "lgbm": Peer(("lightgbm",), lightgbm, typed),
    "xgb": Peer(("xgboost",), xgboost, typed),
    "catboost": Peer(("catboost",), catboost, named, most_scores=500),
    "realmlp": Peer(("pytabkit",), realmlp, filled, most_columns=500),
    "tabm": Peer(("pytabkit",), tabm, filled),
}

if __name__ == "__main__":
    main()
