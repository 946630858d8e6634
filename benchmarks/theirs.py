"""The programs of the peers, each run in a process of its own that imports no more than it needs.

`python benchmarks/theirs.py NAME ARGUMENTS…`: those that measure themselves print their figures as JSON.
"""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path
from typing import Any

from measure import serve


def keep(table: str, target: str, model: str) -> None:
    """Fit a pipeline to a table, with numbers imputed and scaled and words one-hot encoded, and pickle it."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rows = frame(table)
    encoder = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), make_column_selector(dtype_include="number")),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
    )
    pipeline = make_pipeline(encoder, MLPClassifier((256, 256), max_iter=5, random_state=0))
    Path(model).write_bytes(pickle.dumps(pipeline.fit(rows.drop(columns=target), rows[target])))


def frame(table: str) -> Any:
    """A CSV or Parquet file as a pandas DataFrame."""
    import pandas as pd

    if table.endswith(".csv"):
        return pd.read_csv(table)
    import polars as pl

    return pd.DataFrame({column.name: column.to_numpy() for column in pl.read_parquet(table)})


def predict(model: str, table: str) -> None:
    """Unpickle a pipeline and print its prediction of every row."""
    print("\n".join(pickle.loads(Path(model).read_bytes()).predict(frame(table))))


def predict_parquet(model: str, table: str, out: str) -> None:
    """Unpickle a pipeline and write every row's prediction and probabilities as Parquet."""
    import polars as pl

    pipeline, rows = pickle.loads(Path(model).read_bytes()), frame(table)
    probabilities = pipeline.predict_proba(rows)
    made = {"prediction": pipeline.classes_[probabilities.argmax(axis=1)]}
    made |= {f"probability_{label}": probabilities[:, place] for place, label in enumerate(pipeline.classes_)}
    pl.DataFrame(made).write_parquet(out)


def search() -> float:
    """Seconds of a grid search over 12 learning rates and 5 folds of iris, its parallel workers switched off."""
    import warnings

    from sklearn.datasets import load_iris
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    begin = time.perf_counter()
    rates = {"learning_rate_init": [0.0001 * 2**power for power in range(12)]}
    GridSearchCV(MLPClassifier(max_iter=200, n_iter_no_change=200, random_state=0), rates, cv=5).fit(
        *load_iris(return_X_y=True)
    )
    return time.perf_counter() - begin


def train(table: str, target: str, model: str) -> None:
    """Train one network for 100 epochs on 80 % of a CSV file of numbers, print its accuracy on the rest, keep it."""
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = pd.read_csv(table)
    x, x_test, y, y_test = train_test_split(
        rows.drop(columns=target), rows[target], test_size=0.2, stratify=rows[target], random_state=0
    )
    network = MLPClassifier((256, 256), batch_size=64, max_iter=100, n_iter_no_change=1000, random_state=0)
    pipeline = make_pipeline(StandardScaler(), network).fit(x, y)
    print(pipeline.score(x_test, y_test))
    Path(model).write_bytes(pickle.dumps(pipeline))


def torch_epoch(epochs: str) -> list[float]:
    """Seconds of each warm epoch of 784-512-256-10 on 60,000 random rows, batch 128, Adam, in PyTorch's eager mode."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    inputs, classes = torch.randn(60_000, 784), torch.randint(10, (60_000,))
    network = torch.nn.Sequential(
        torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10)
    )
    optimizer = torch.optim.Adam(network.parameters())
    times = []
    for _ in range(1 + int(epochs)):
        begin = time.perf_counter()
        for batch in torch.randperm(60_000).split(128):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(inputs[batch]), classes[batch]).backward()
            optimizer.step()
        times.append(time.perf_counter() - begin)
    return times[1:]


def tensorflow_xor(steps: str) -> float:
    """Seconds of some warm full-batch steps of XOR 2-2-1, sigmoid, on TensorFlow's eager tape."""
    import tensorflow as tf

    x, y = tf.constant([[0.0, 0], [0, 1], [1, 0], [1, 1]]), tf.constant([[0.0], [1], [1], [0]])
    variables = [tf.Variable(tf.random.normal(shape)) for shape in ((2, 2), (2,), (2, 1), (1,))]
    kernel1, bias1, kernel2, bias2 = variables

    def run(steps: int) -> None:
        for _ in range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((tf.sigmoid(tf.sigmoid(x @ kernel1 + bias1) @ kernel2 + bias2) - y) ** 2)
            for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
                variable.assign_sub(0.5 * gradient)

    run(100)
    begin = time.perf_counter()
    run(int(steps))
    return time.perf_counter() - begin


def arrays(file: str, epochs: str, batch: str, seed: str, dtype: str = "float32") -> dict[str, Any]:
    """Seconds to fit scikit-learn's network to encoded rows, and the classes that it predicts for the test rows."""
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    rows = np.load(file)
    inputs = rows["inputs"].astype(dtype)
    network = MLPClassifier(
        (256, 256), solver="adam", learning_rate_init=1e-3, batch_size=int(batch), max_iter=int(epochs),
        n_iter_no_change=1000, early_stopping=False, alpha=0, random_state=int(seed),
    )  # fmt: skip
    begin = time.perf_counter()
    network.fit(inputs, rows["classes"])
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "predicted": network.predict(rows["test_inputs"]).tolist()}


if __name__ == "__main__":
    programs = (keep, predict, predict_parquet, train, search, torch_epoch, tensorflow_xor, arrays)
    serve({function.__name__: function for function in programs})
