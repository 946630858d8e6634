"""A classifier and a regressor that train as `ffnn train` does."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from os import PathLike
from typing import Any, TypeVar, cast

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64, Shaped
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import assert_all_finite, check_array, check_consistent_length, check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d

from ffnn.errors import ChoiceError, RecipeError, TableError, near
from ffnn.estimators.features import Features, Tabular, advised_by, is_frame
from ffnn.learning.problem import unused
from ffnn.models.model import Model
from ffnn.models.record import History
from ffnn.networks.layers import Dense, Dropout, Numbers
from ffnn.recipes import catalogue
from ffnn.recipes.choices import switch, with_choices
from ffnn.recipes.explaining import explain
from ffnn.recipes.given import Overrides
from ffnn.recipes.recipe import CHOICES, Recipe
from ffnn.tables import contract, targets
from ffnn.tables.columns.cells import text_of
from ffnn.tables.targets import Task

LEAST_PROBABILITY = np.finfo(np.float64).tiny
"""What a class counts at least for its log-odds, which are then finite."""

Estimator = TypeVar("Estimator", bound=type)


def explained(kind: Estimator) -> Estimator:
    """A class whose docstring says what each choice is, and what it is in the recipe `default`."""
    default = catalogue.find()
    kind.__doc__ = with_choices(kind.__doc__, {name: explain(each, default, str) for name, each in CHOICES.items()})
    return kind


@dataclass(kw_only=True, eq=False, repr=False)
class Feedforward(Overrides, Tabular):
    """What the classifier and the regressor share: the choices of a training run, and how they train."""

    recipe: Recipe | str | PathLike[str] = "default"
    columns: Mapping[str, str] | None = None
    time_limit: float | None = None
    verbose: bool = False
    random_state: int | np.random.RandomState | None = None

    def _train(self, X: Features, answers: pl.DataFrame, weights: np.ndarray | None, task: Task, **recipe: Any) -> None:
        """Train on the rows of X and their true values; `recipe` holds choices in another form than the user's."""
        from ffnn import learn  # with JAX, which predicting does without
        from ffnn.console.watch import TrainingWatch

        table = self._table(X, reset=True)
        check_consistent_length(table, answers)
        declared = self._declared(table)
        names = unused(answers.columns, table.columns)
        (weight,) = unused(["weight"], [*table.columns, *names])
        table = table.with_columns(answers.rename(dict(zip(answers.columns, names, strict=True))))
        if weights is not None:
            table = table.with_columns(pl.Series(weight, weights))
        chosen = {name: getattr(self, name) for name in CHOICES if getattr(self, name) is not None}
        verbose = switch("verbose", self.verbose, ChoiceError)
        watch = TrainingWatch() if verbose else nullcontext()
        with watch as told, advised_by(self.get_params()):
            self.model_: Model = learn.train(
                table,
                names,
                task=task,
                recipe=self.recipe,
                columns=declared,
                weights=None if weights is None else weight,
                test_fraction=0,
                time_limit=self.time_limit,
                sort_rows=True,
                seed=int(check_random_state(self.random_state).randint(2**31 - 1)),
                watch=told,
                **{**chosen, **recipe},
            )
        self.history_ = cast(History, self.model_.history)  # a trained model has one
        self.n_iter_ = int(self.history_.best_epoch.max())
        self.loss_curve_ = self.history_.loss.mean(axis=0).tolist()
        self.validation_scores_ = (-self.history_.score.mean(axis=0)).tolist()
        kept = self.history_.score[np.arange(len(self.history_.score)), self.history_.best_epoch - 1]
        self.best_loss_ = float(kept.mean())

    def get_feature_names_out(self, input_features: Any = None) -> Shaped[np.ndarray, " inputs"]:  # noqa: ARG002
        """A name for each number that enters the networks, in the order of the rows of `coefs_[0]`.

        Args:
            input_features: Ignored; the names are those that `fit` saw.
        """
        check_is_fitted(self)
        return np.asarray(self.model_.encoder.inputs, dtype=object)

    @property
    def coefs_(self) -> list[Float32[np.ndarray, "inputs units"]]:
        """The weights of each layer, where one network of plain layers was trained: see `get_feature_names_out`.

        Raises:
            AttributeError: There are several networks, or layers of other kinds.
        """
        return [layer["kernel"] for layer in self._plain_layers()]

    @property
    def intercepts_(self) -> list[Float32[np.ndarray, " units"]]:
        """The biases of each layer; the rest as for `coefs_`."""
        return [layer["bias"] for layer in self._plain_layers()]

    def _plain_layers(self) -> list[dict[str, np.ndarray]]:
        """The parameters of each layer, where there is one network and it has no other layers than plain ones."""
        check_is_fitted(self)
        if self.model_.restarts != 1:
            raise AttributeError(f"{self.model_.restarts} networks have no coefs_ of their own; train one: restarts=1")
        layers = self.model_.network.layers
        if other := next((layer for layer in layers if not isinstance(layer, Numbers | Dense | Dropout)), None):
            kind = type(other).__name__.lower()
            raise AttributeError(
                f"a network with a layer of kind {kind} has no coefs_; recipe='plain' has plain layers"
            )
        return [{name: array[0] for name, array in layer.items()} for layer in self.model_.parameters if layer]

    def _outputs(self, X: Features) -> Float64[np.ndarray, "samples outputs"]:
        """The model's outputs; arrays cannot differ from one another in ways worth a warning."""
        check_is_fitted(self)
        tell = contract.warn if is_frame(X) or self._framed else lambda _: None
        return self.model_.outputs_for(self.model_.read(self._table(X, reset=False), tell), tell)


@explained
class FeedforwardClassifier(ClassifierMixin, Feedforward):  # type: ignore[misc]
    """A classifier of feedforward networks, with scikit-learn's contract.

    Args:
        recipe: A recipe's name, a TOML file or a `ffnn.Recipe`. Each choice below that is not None takes the place of
            the recipe's own; the default in brackets is that of the recipe `default`.
        <choices>
        columns: Types of a DataFrame's columns that override the inferred ones, by name.
        time_limit: Training stops after this many seconds and keeps the best model so far.
        verbose: Whether to show plan and progress on standard error.
        random_state: An int or a NumPy RandomState; the same int and rows give the same model, in any order of rows.

    Attributes:
        classes_: The labels, sorted.
        model_: The trained `ffnn.Model`; its `save` writes the file that the command line takes.
        history_: How training went; see `ffnn.models.record.History`.
        n_iter_: The latest epoch that a restart kept.
        loss_curve_: The training loss of each epoch, the mean over the restarts.
        validation_scores_: Minus the validation loss of each epoch, the mean over the restarts.
        best_loss_: The validation loss of the epochs that were kept, the mean over the restarts.
        coefs_, intercepts_: Weights and biases of each layer, where one network of plain layers was trained.
        n_features_in_, feature_names_in_: As in scikit-learn.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> classifier = FeedforwardClassifier(hidden=(16,), restarts=2, epochs=20, random_state=0).fit(X, y)
        >>> classifier.predict_proba(X).shape
        (150, 3)
    """

    def fit(self, X: Features, y: Any, sample_weight: Any = None) -> FeedforwardClassifier:
        """Train on samples and their labels.

        Args:
            X: DataFrame, array or sparse matrix [samples, features].
            y: Labels [samples].
            sample_weight: How much each sample counts [samples]; 2 is the same as the sample twice, 0 as without it.

        Raises:
            ValueError: X or y cannot be learned from, or a choice cannot be used.
        """
        (name,) = names_of(required(y), 1)
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        weights = checked_weights(sample_weight, y)
        self.classes_ = np.unique(y if weights is None else y[weights > 0])
        answers = as_labels(y).alias(name)
        self._train(X, answers.to_frame(), weights, "classification", **self._weight_of_labels())
        return self

    def predict(self, X: Features) -> Shaped[np.ndarray, " samples"]:
        """The most probable label of each sample."""
        outputs = self._outputs(X)
        return np.asarray(self.classes_[outputs.argmax(axis=1)])

    def predict_proba(self, X: Features) -> Float64[np.ndarray, "samples classes"]:
        """The probability of each class, in the order of `classes_`."""
        return self._outputs(X)

    def predict_log_proba(self, X: Features) -> Float64[np.ndarray, "samples classes"]:
        """The logarithm of each probability."""
        return np.asarray(np.log(self._outputs(X)))

    def decision_function(self, X: Features) -> Float64[np.ndarray, "samples ..."]:
        """The log-odds of each class [samples, classes], in the order of `classes_`; of two of the second [samples]."""
        probabilities = np.clip(self._outputs(X), LEAST_PROBABILITY, None)
        others = np.clip(1 - probabilities, LEAST_PROBABILITY, None)
        odds = np.log(probabilities) - np.log(others)
        return np.asarray(odds[:, 1] if odds.shape[1] == 2 else odds)

    def _weight_of_labels(self) -> dict[str, Any]:
        """The classes' weights by label as the model writes it."""
        if not isinstance(self.class_weight, Mapping):
            return {}
        written = map(targets.format_label, targets.labels_of(as_labels(self.classes_)))
        known = dict(zip(self.classes_.tolist(), written, strict=True))
        as_written = {text: text for text in known.values()} | known
        for label in self.class_weight:
            if label not in as_written:
                raise RecipeError(
                    f"class_weight names a class {label!r} that is not in y; {near(label, map(str, known))}"
                )
        return {"class_weight": {as_written[label]: weight for label, weight in self.class_weight.items()}}


@explained
class FeedforwardRegressor(RegressorMixin, Feedforward):  # type: ignore[misc]
    """A regressor of feedforward networks for one or several targets, with scikit-learn's contract.

    Args:
        recipe: A recipe's name, a TOML file or a `ffnn.Recipe`. Each choice below that is not None takes the place of
            the recipe's own; the default in brackets is that of the recipe `default`.
        <choices>
        columns: Types of a DataFrame's columns that override the inferred ones, by name.
        time_limit: Training stops after this many seconds and keeps the best model so far.
        verbose: Whether to show plan and progress on standard error.
        random_state: An int or a NumPy RandomState; the same int and rows give the same model, in any order of rows.

    Attributes:
        model_: The trained `ffnn.Model`; its `save` writes the file that the command line takes.
        history_: How training went; see `ffnn.models.record.History`.
        n_iter_: The latest epoch that a restart kept.
        loss_curve_: The training loss of each epoch, the mean over the restarts.
        validation_scores_: Minus the validation loss of each epoch, the mean over the restarts.
        best_loss_: The validation loss of the epochs that were kept, the mean over the restarts.
        coefs_, intercepts_: Weights and biases of each layer, where one network of plain layers was trained.
        n_features_in_, feature_names_in_: As in scikit-learn.

    Example:
        >>> from sklearn.datasets import load_diabetes
        >>> X, y = load_diabetes(return_X_y=True)
        >>> regressor = FeedforwardRegressor(hidden=(16,), restarts=2, epochs=20, random_state=0).fit(X, y)
        >>> regressor.predict(X).shape
        (442,)
    """

    def __sklearn_tags__(self) -> Any:
        """What may be given: several targets too."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags

    def fit(self, X: Features, y: Any, sample_weight: Any = None) -> FeedforwardRegressor:
        """Train on samples and their numbers.

        Args:
            X: DataFrame, array or sparse matrix [samples, features].
            y: Numbers [samples] or [samples, targets].
            sample_weight: How much each sample counts [samples]; 2 is the same as the sample twice, 0 as without it.

        Raises:
            ValueError: X or y cannot be learned from, or a choice cannot be used.
        """
        given = required(y)
        y = check_array(given, ensure_2d=False, dtype=np.float64, input_name="y")
        if y.ndim > 1 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        columns = y.reshape(len(y), -1).T
        answers = pl.DataFrame(dict(zip(names_of(given, len(columns)), columns, strict=True)))
        self._train(X, answers, checked_weights(sample_weight, y), "regression")
        return self

    def predict(self, X: Features) -> Float64[np.ndarray, "samples ..."]:
        """The number of each sample: [samples], or [samples, targets] if y had several columns."""
        outputs = self._outputs(X)
        return np.asarray(self.model_.decide(outputs))


def required(y: Any) -> Any:
    """y, unless it is None."""
    if y is None:
        raise ValueError("this estimator requires y to be passed, but the target y is None")
    return y


def checked_weights(weights: Any, y: np.ndarray) -> Float64[np.ndarray, " samples"] | None:
    """The samples' weights as numbers, if there are any.

    Raises:
        ValueError: There is not one for each sample, or one is negative, or all are 0.
    """
    if weights is None:
        return None
    numbers = _check_sample_weight(weights, y, dtype=np.float64, ensure_non_negative=True)
    if not numbers.any():
        raise TableError("every sample weight is zero; at least one must be above")
    return np.asarray(numbers)


def names_of(y: Any, count: int) -> list[str]:
    """The names of so many targets: those that a Series or a DataFrame has, else `target`, or with numbers."""
    given = getattr(y, "columns", [getattr(y, "name", None)])
    names = [str(name) for name in given if name is not None and str(name)]
    if len(set(names)) == count:
        return names
    return ["target"] if count == 1 else [f"target_{place}" for place in range(count)]


def as_labels(y: Shaped[np.ndarray, " samples"]) -> pl.Series:
    """Labels as a column in which `targets.labels_of` finds the same: words stay words, whatever they look like."""
    if y.dtype.kind in "biuf":
        return pl.Series(y.astype(np.float64) if y.dtype.kind == "f" else y)
    if all(isinstance(label, bool | np.bool_) for label in y):
        return pl.Series(y.astype(bool))
    if y.dtype.kind in "mM":
        words, known = text_of(pl.Series(y)), text_of(pl.Series(np.unique(y)))
    else:
        words, known = (pl.Series([str(label) for label in part.tolist()]) for part in (y, np.unique(y)))
    return words.cast(pl.Enum(known.unique(maintain_order=True)))
