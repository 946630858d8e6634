"""A classifier and a regressor that train as `ffnn train` does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64, Shaped
from scipy import sparse
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import (
    assert_all_finite,
    check_array,
    check_consistent_length,
    check_random_state,
    estimator_html_repr,
)
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
from ffnn.tables.formats import frames
from ffnn.tables.rows import Rows
from ffnn.tables.targets import HeadsTarget, Task

if TYPE_CHECKING:
    from ffnn.training.restarts import Record

USUAL_FRACTION = 0.1
"""Of the samples that validate with `early_stopping=True`, as in scikit-learn."""

LEAST_PROBABILITY = np.finfo(np.float64).tiny
"""What a class counts at least for its log-odds, which are then finite."""

Estimator = TypeVar("Estimator", bound=type)

Kind: TypeAlias = Literal["one", "several", "indicators"]
"""What a classifier's y says: one label for each sample, one of each of several targets, or which of several labels."""


@dataclass(frozen=True, eq=False)
class Beside:
    """What `fit` is given besides samples, their true values and their weights.

    Attributes:
        groups: Group of each sample, which no fold parts.
        time: When each sample was, by which folds go.
        X: Samples that validate.
        answers: Their true values.
        on_epoch: Called with a record of each epoch.
    """

    groups: Any
    time: Any
    X: Features
    answers: pl.DataFrame
    on_epoch: Callable[[Any], object] | None


def explained(kind: Estimator) -> Estimator:
    """A class whose docstring says what each choice is, and what it is in the recipe `default`.

    Made with a name that is no parameter, such as one of scikit-learn's own networks, it names ours.
    """
    default, made = catalogue.find(), kind.__init__  # type: ignore[misc]

    @wraps(made)
    def __init__(self: Any, *arguments: Any, **given: Any) -> None:  # noqa: N807
        for name in given:
            if name not in signature(made).parameters:
                raise TypeError(f"{kind.__name__}() takes no {name!r}; {ours(kind, name)}")
        made(self, *arguments, **given)

    kind.__init__ = __init__  # type: ignore[misc]
    kind.__doc__ = with_choices(kind.__doc__, {name: explain(each, default, str) for name, each in CHOICES.items()})
    return kind


def ours(kind: type, name: str) -> str:
    """What a parameter of another library is called in an estimator, for a sentence."""
    return near(catalogue.ELSEWHERE.get(name, name), kind._get_param_names())  # type: ignore[attr-defined]


@dataclass(kw_only=True, eq=False, repr=False)
class Feedforward(Overrides, Tabular):
    """What the classifier and the regressor share: the choices of a training run, and how they train."""

    recipe: Recipe | str | PathLike[str] = "default"
    columns: Mapping[str, str] | None = None
    early_stopping: bool | None = None
    validation_fraction: float | None = None
    warm_start: bool = False
    time_limit: float | None = None
    verbose: bool = False
    random_state: int | np.random.RandomState | None = None

    def set_params(self, **parameters: Any) -> Feedforward:
        """Set parameters, as in scikit-learn; the error about a name of another library says ours."""
        for name in parameters:
            if name in catalogue.ELSEWHERE and name not in self._get_param_names():
                kind = type(self)
                raise ChoiceError(f"Invalid parameter {name!r} for estimator {kind.__name__}; {ours(kind, name)}")
        super().set_params(**parameters)
        return self

    def _train(
        self, X: Features, answers: pl.DataFrame, weights: np.ndarray | None, task: Task, beside: Beside, **recipe: Any
    ) -> None:
        """Train on the rows of X and their true values; `recipe` holds choices in another form than the user's."""
        from ffnn import learn  # with JAX, which predicting does without
        from ffnn.console.watch import TrainingWatch
        from ffnn.learning.plan import Event, Plan

        start = self._start()
        table = self._table(X, reset=True)
        check_consistent_length(table, answers, beside.groups, beside.time)
        declared = self._declared(table) if start is None else self.columns
        names = unused(answers.columns if start is None else start.target.names, table.columns)
        weight, group, time = unused(["weight", "group", "time"], [*table.columns, *names])
        further = {weight: weights, group: beside.groups, time: beside.time}
        table = with_columns(table, dict(zip(names, answers, strict=True)), further)
        validation = None
        if beside.X is not None:
            ones = {weight: None if weights is None else np.ones(len(beside.answers))}
            own = self._table(beside.X, reset=False)
            check_consistent_length(own, beside.answers)
            validation = with_columns(own, dict(zip(names, beside.answers, strict=True)), ones)
        verbose = switch("verbose", self.verbose, ChoiceError)
        watch = TrainingWatch() if verbose else nullcontext()

        def unwatched(event: Event) -> None:
            if isinstance(event, Plan):
                asked = event.problem.questioned(lambda _: FeedforwardRegressor.__name__)
                contract.warn_of_training((*asked, *(event.problem.lost if self._framed else ())))

        with watch as told, advised_by(self.get_params()):
            model: Model = learn.train(
                table,
                names,
                task=task,
                recipe=self.recipe,
                columns=declared,
                weights=None if weights is None else weight,
                test_fraction=0,
                validation=validation,
                validation_fraction=self._validation_fraction(),
                group=None if beside.groups is None else group,
                time=None if beside.time is None else time,
                time_limit=self.time_limit,
                sort_rows=True,
                seed=self._seed(),
                start=start,
                trivial=True,
                watch=told or unwatched,
                on_epoch=beside.on_epoch,
                **{**self._choices(), **recipe},
            )
        self._keep(model, went_on=start is not None)
        self._memory: list[np.ndarray] | None = None  # of the optimizer, between calls of `partial_fit`
        self.t_ = 0

    def _choices(self) -> dict[str, Any]:
        """The choices that take the place of the recipe's own."""
        return {name: getattr(self, name) for name in CHOICES if getattr(self, name) is not None}

    def _seed(self) -> int:
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _start(self) -> Model | None:
        """The model whose networks `fit` goes on from, if it is to."""
        return getattr(self, "model_", None) if switch("warm_start", self.warm_start, ChoiceError) else None

    def _validation_fraction(self) -> float | None:
        """Which fraction of the samples validates; None for folds, 0 for none."""
        stopping, fraction = self.early_stopping, self.validation_fraction
        if stopping is None:
            return fraction
        if switch("early_stopping", stopping, ChoiceError):
            return USUAL_FRACTION if fraction is None else fraction
        if fraction is not None:
            raise ChoiceError("with early_stopping=False no samples validate; leave validation_fraction out")
        return 0.0

    def _keep(self, model: Model, *, went_on: bool) -> None:
        """Set what is known after training."""
        before: tuple[list[float], ...] = (self.loss_curve_, self.validation_scores_) if went_on else ([], [])
        self.model_ = model
        self.history_ = cast(History, model.history)  # a trained model has one
        self.n_iter_ = int(self.history_.best_epoch.max())
        self.loss_curve_: list[float] = [*before[0], *self.history_.loss.mean(axis=0).tolist()]
        self.validation_scores_: list[float] = [*before[1], *(-self.history_.score.mean(axis=0)).tolist()]
        kept = self.history_.score[np.arange(len(self.history_.score)), self.history_.best_epoch - 1]
        self.best_loss_ = float(kept.mean())

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: the model as the bytes of its file, so that no class of its parts is named."""
        state = dict(super().__getstate__())
        if "model_" in state:
            state["model_"] = self.model_.to_bytes()
            del state["history_"]
        return state

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """The estimator of what `__getstate__` gave; before, a model was pickled part by part."""
        model = state.get("model_")
        if isinstance(model, bytes):
            model = Model.from_bytes(model)
            state = {**state, "model_": model, "history_": model.history}
        super().__setstate__(dict(state))

    def _train_on(
        self,
        X: Features,
        answers: pl.DataFrame,
        weights: np.ndarray | None,
        known: pl.DataFrame,
        task: Task,
        **recipe: Any,
    ) -> None:
        """Train for one epoch on a part of the samples; `known` holds, the first time, each label twice."""
        from ffnn.learning import increments  # with JAX

        first = not hasattr(self, "model_")
        table = self._table(X, reset=first)
        check_consistent_length(table, answers)
        with advised_by(self.get_params()):
            if first:
                self._memory, self.t_ = None, 0
                chosen = catalogue.find(self.recipe, **{**self._choices(), **recipe})
                self.model_ = increments.begun(table, self._declared(table), known, task, chosen, self._seed())
            answers = answers.rename(dict(zip(answers.columns, self.model_.target.names, strict=True)))
            cells, _ = contract.check(self.model_.schema.plain(table), self.model_.schema, self.model_.encoder, ())
            seed = int(np.random.SeedSequence((self._seed(), self.t_)).generate_state(1)[0])
            model, memory = increments.epoch(self.model_, Rows(cells, answers, weights), self._memory, seed)
        self._keep(model, went_on=False)
        self._memory, self.t_ = memory, self.t_ + 1

    def _html_repr(self) -> str:
        """What a notebook shows: scikit-learn's diagram, then the model once there is one."""
        model: Model | None = getattr(self, "model_", None)
        return str(estimator_html_repr(self)) + ("" if model is None else model._repr_html_())

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
        early_stopping: True: a tenth of the samples, or `validation_fraction`, validates every network; False: all
            samples train, for all epochs; None: each network validates on a fold of its own.
        validation_fraction: Fraction of the samples that validates every network, in place of folds.
        warm_start: Whether `fit` goes on from the networks of the fit before, with its encoder.
        time_limit: Training stops after this many seconds and keeps the best model so far.
        verbose: Whether to show plan and progress on standard error.
        random_state: An int or a NumPy RandomState; the same int and rows give the same model, in any order of rows.

    Attributes:
        classes_: The labels, sorted; of several targets a list of these; of indicators the numbers of the labels.
        model_: The trained `ffnn.Model`; its `save` writes the file that the command line takes.
        history_: How training went; see `ffnn.models.record.History`.
        n_iter_: The latest epoch that a restart kept.
        t_: How often `partial_fit` was called since `fit`.
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

    _kind: Kind = "one"

    def __sklearn_tags__(self) -> Any:
        """What may be given: several targets, and indicators of labels, too."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.classifier_tags.multi_label = True
        return tags

    def fit(
        self,
        X: Features,
        y: Any,
        sample_weight: Any = None,
        *,
        groups: Any = None,
        time: Any = None,
        X_val: Features = None,
        y_val: Any = None,
        on_epoch: Callable[[Record], object] | None = None,
        **others: Any,
    ) -> FeedforwardClassifier:
        """Train on samples and their labels.

        Args:
            X: DataFrame, array or sparse matrix [samples, features].
            y: Labels [samples]; of several targets that are trained together [samples, targets]; or a matrix of 0 and
                1, dense or sparse, that says which of several labels each sample has [samples, labels].
            sample_weight: How much each sample counts [samples]; 2 is the same as the sample twice, 0 as without it.
            groups: Group of each sample [samples]; none is both trained and validated on.
            time: When each sample was [samples], numbers or dates; folds are stretches of it.
            X_val: Samples of one's own that validate in place of folds, and train nothing.
            y_val: Their labels, as y.
            on_epoch: Called with a record of each epoch: losses, learning rate, seconds; training ends if it returns
                true. See `ffnn.training.restarts.Record`.
            **others: What other libraries call these; the error names ours.

        Raises:
            ValueError: X or y cannot be learned from, or a choice cannot be used.
            TypeError: A keyword is none of these.
        """
        refuse_others(others)
        labels = Labels.of(y)
        weights = checked_weights(sample_weight, labels.columns[0])
        if self._start() is None:
            self._kind, self.classes_ = labels.kind, labels.classes(weights)
        own = Labels.of(y_val).answers if given_both(X_val, y_val) else pl.DataFrame()
        beside = Beside(groups, time, X_val, own, on_epoch)
        answers = labels.answers.rename(
            dict(zip(labels.answers.columns, names_of(y, len(labels.columns)), strict=True))
        )
        self._train(X, answers, weights, "classification", beside, **self._weight_of_labels())
        return self

    def partial_fit(self, X: Features, y: Any, classes: Any = None, sample_weight: Any = None) -> FeedforwardClassifier:
        """Train for one epoch on a part of the samples, at a constant rate, without validation.

        What columns are, and how they are encoded, is decided by the first part; after `fit`, by its samples.

        Args:
            X: As for `fit`.
            y: Labels [samples].
            classes: All labels that any part will hold; needed the first time.
            sample_weight: How much each sample counts [samples].

        Raises:
            ValueError: The classes are not given the first time, or a label is none of them; or as `fit`.
        """
        y = checked_labels(y)
        first = not hasattr(self, "model_")
        if not first and self._kind != "one":
            raise ChoiceError("partial_fit is for one target; go on with several by warm_start=True and fit")
        if first and classes is None:
            raise ChoiceError("classes must be passed on the first call to partial_fit: no later part may bring others")
        if classes is not None:
            given = np.unique(checked_labels(classes))
            if not first and not np.array_equal(given, self.classes_):
                raise ChoiceError(f"classes are those of the first call to partial_fit, {self.classes_.tolist()}")
            self._kind, self.classes_ = "one", given
        if strangers := set(y.tolist()) - set(self.classes_.tolist()):
            raise TableError(f"y holds the label {min(strangers)!r}, which is none of the classes")
        if self.class_weight == "balanced":
            raise RecipeError("class_weight='balanced' needs all samples; give each class its weight for partial_fit")
        known = as_labels(np.repeat(self.classes_, 2)).alias("target").to_frame()
        weights = checked_weights(sample_weight, y)
        answers = as_labels(y).alias("target").to_frame()
        self._train_on(X, answers, weights, known, "classification", **self._weight_of_labels())
        return self

    def predict(self, X: Features) -> Shaped[np.ndarray, "samples ..."]:
        """The most probable label of each sample: [samples], or [samples, targets]; of indicators 0 or 1."""
        codes = [part.argmax(axis=1) for part in self._parts(X)]
        if self._kind == "one":
            return np.asarray(self.classes_[codes[0]])
        if self._kind == "indicators":
            return np.column_stack(codes)
        return targets.side_by_side([own[code] for own, code in zip(self.classes_, codes, strict=True)])

    def predict_proba(self, X: Features) -> Float64[np.ndarray, "samples classes"] | Any:
        """The probability of each class [samples, classes], in the order of `classes_`.

        Of several targets a list of these; of indicators the probability of 1 [samples, labels].
        """
        return self._formed(self._parts(X))

    def predict_log_proba(self, X: Features) -> Float64[np.ndarray, "samples classes"] | Any:
        """The logarithm of each probability."""
        with np.errstate(divide="ignore"):  # of an indicator that was always the same
            return self._formed([np.log(part) for part in self._parts(X)])

    def decision_function(self, X: Features) -> Float64[np.ndarray, "samples ..."] | Any:
        """The log-odds of each class [samples, classes], in the order of `classes_`; of two of the second [samples].

        Of several targets a list of these; of indicators the log-odds of 1 [samples, labels].
        """
        odds = [log_odds(part) for part in self._parts(X)]
        if self._kind == "indicators":
            return self._formed(odds)
        odds = [each[:, 1] if each.shape[1] == 2 else each for each in odds]
        return odds if self._kind == "several" else odds[0]

    def _parts(self, X: Features) -> list[Float64[np.ndarray, "samples classes"]]:
        """The probabilities of each target's classes."""
        outputs, target = self._outputs(X), self.model_.target
        parts = target.parts(outputs) if isinstance(target, HeadsTarget) else [outputs]
        if self._kind == "indicators":
            return [of_both(part, head.labels) for part, head in zip(parts, target.heads, strict=True)]
        return parts

    def _formed(self, parts: list[Float64[np.ndarray, "samples classes"]]) -> Any:
        """What is of each target's classes, in the form that the kind of y asks for."""
        if self._kind == "indicators":
            return np.column_stack([part[:, 1] for part in parts])
        return parts if self._kind == "several" else parts[0]

    def _weight_of_labels(self) -> dict[str, Any]:
        """The classes' weights by label as the model writes it."""
        if not isinstance(self.class_weight, Mapping):
            return {}
        if self._kind != "one":
            raise RecipeError("class_weight is for one target of classes; give sample_weight where there are several")
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
        early_stopping: True: a tenth of the samples, or `validation_fraction`, validates every network; False: all
            samples train, for all epochs; None: each network validates on a fold of its own.
        validation_fraction: Fraction of the samples that validates every network, in place of folds.
        warm_start: Whether `fit` goes on from the networks of the fit before, with its encoder.
        time_limit: Training stops after this many seconds and keeps the best model so far.
        verbose: Whether to show plan and progress on standard error.
        random_state: An int or a NumPy RandomState; the same int and rows give the same model, in any order of rows.

    Attributes:
        model_: The trained `ffnn.Model`; its `save` writes the file that the command line takes.
        history_: How training went; see `ffnn.models.record.History`.
        n_iter_: The latest epoch that a restart kept.
        t_: How often `partial_fit` was called since `fit`.
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

    def fit(
        self,
        X: Features,
        y: Any,
        sample_weight: Any = None,
        *,
        groups: Any = None,
        time: Any = None,
        X_val: Features = None,
        y_val: Any = None,
        on_epoch: Callable[[Record], object] | None = None,
        **others: Any,
    ) -> FeedforwardRegressor:
        """Train on samples and their numbers.

        Args:
            X: DataFrame, array or sparse matrix [samples, features].
            y: Numbers [samples] or [samples, targets].
            sample_weight: How much each sample counts [samples]; 2 is the same as the sample twice, 0 as without it.
            groups: Group of each sample [samples]; none is both trained and validated on.
            time: When each sample was [samples], numbers or dates; folds are stretches of it.
            X_val: Samples of one's own that validate in place of folds, and train nothing.
            y_val: Their numbers [samples].
            on_epoch: Called with a record of each epoch: losses, learning rate, seconds; training ends if it returns
                true. See `ffnn.training.restarts.Record`.
            **others: What other libraries call these; the error names ours.

        Raises:
            ValueError: X or y cannot be learned from, or a choice cannot be used.
            TypeError: A keyword is none of these.
        """
        refuse_others(others)
        answers = numbers_of(y)
        own = numbers_of(y_val) if given_both(X_val, y_val) else pl.DataFrame()
        beside = Beside(groups, time, X_val, own, on_epoch)
        self._train(X, answers, checked_weights(sample_weight, answers), "regression", beside)
        return self

    def partial_fit(self, X: Features, y: Any, sample_weight: Any = None) -> FeedforwardRegressor:
        """Train for one epoch on a part of the samples, at a constant rate, without validation.

        What columns are, and how they and y are scaled, is decided by the first part; after `fit`, by its samples.

        Args:
            X: As for `fit`.
            y: Numbers [samples] or [samples, targets].
            sample_weight: How much each sample counts [samples].

        Raises:
            ValueError: As `fit`.
        """
        answers = numbers_of(y)
        self._train_on(X, answers, checked_weights(sample_weight, answers), answers, "regression")
        return self

    def predict(self, X: Features) -> Float64[np.ndarray, "samples ..."]:
        """The number of each sample: [samples], or [samples, targets] if y had several columns."""
        outputs = self._outputs(X)
        return np.asarray(self.model_.decide(outputs))


OURS = {
    "eval_set": "X_val= and y_val=",
    "validation_data": "X_val= and y_val=",
    "validation_split": "validation_fraction= of the estimator",
    "callbacks": "on_epoch=",
    "early_stopping_rounds": "patience= of the estimator",
    "epochs": "epochs= of the estimator",
    "batch_size": "batch_size= of the estimator",
    "class_weight": "class_weight= of the estimator",
    "categorical_feature": "columns= of the estimator",
    "cat_features": "columns= of the estimator",
    "weights": "sample_weight=",
}
"""What the `fit` of other libraries calls what stands elsewhere here."""


def refuse_others(others: Mapping[str, Any]) -> None:
    """Raise a TypeError for keywords that `fit` does not take, with a hint at ours."""
    for name in others:
        hint = f"; here that is {OURS[name]}" if name in OURS else ""
        raise TypeError(f"fit() got an unexpected keyword argument {name!r}{hint}")


def given_both(X: Features, y: Any) -> bool:
    """Whether samples of one's own validate.

    Raises:
        ChoiceError: Their true values are not given, or only these.
    """
    if (X is None) != (y is None):
        raise ChoiceError("X_val and y_val are given together")
    return X is not None


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of one or several targets.

    Attributes:
        columns: Those of each target [samples].
        kind: What they were given as: one target, several, or a matrix of 0 and 1.
    """

    columns: list[Shaped[np.ndarray, " samples"]]
    kind: Kind

    @staticmethod
    def of(y: Any) -> Labels:
        """Labels as scikit-learn takes them.

        Raises:
            ValueError: They are missing, or no labels.
        """
        y = y.toarray() if sparse.issparse(y) else required(y)
        cells = y.to_numpy() if hasattr(y, "to_numpy") else np.asarray(y)
        if cells.ndim != 2 or cells.shape[1] == 1:
            return Labels([checked_labels(y)], "one")
        if cells.dtype.kind in "biuf" and np.isin(cells, [0, 1]).all():
            return Labels(list(cells.T.astype(np.int64)), "indicators")
        return Labels([checked_labels(of_one_type(column)) for column in cells.T], "several")

    @property
    def answers(self) -> pl.DataFrame:
        """The labels as columns of a table."""
        return pl.DataFrame([as_labels(column).alias(str(place)) for place, column in enumerate(self.columns)])

    def classes(self, weights: Float64[np.ndarray, " samples"] | None) -> Any:
        """What `classes_` says, of samples of a weight above 0."""
        if self.kind == "indicators":
            return np.arange(len(self.columns))
        known = [np.unique(column if weights is None else column[weights > 0]) for column in self.columns]
        return known if self.kind == "several" else known[0]


def of_one_type(column: Shaped[np.ndarray, " samples"]) -> Shaped[np.ndarray, " samples"]:
    """A column of an array of objects in the type that its cells have."""
    if column.dtype != object:
        return column
    cells = [np.nan if cell is None else cell for cell in column.tolist()]
    assert_all_finite(np.array(cells, object), input_name="y")
    return np.array(cells)


def of_both(part: Float64[np.ndarray, "samples classes"], labels: Sequence[Any]) -> Float64[np.ndarray, "samples 2"]:
    """The probabilities of 0 and of 1, though only one of them may have occurred."""
    both = np.zeros((len(part), 2))
    both[:, [int(label) for label in labels]] = part
    return both


def log_odds(probabilities: Float64[np.ndarray, "samples classes"]) -> Float64[np.ndarray, "samples classes"]:
    """log p - log (1 - p), finite for each probability."""
    probabilities = np.clip(probabilities, LEAST_PROBABILITY, None)
    return np.asarray(np.log(probabilities) - np.log(np.clip(1 - probabilities, LEAST_PROBABILITY, None)))


def checked_labels(y: Any) -> Shaped[np.ndarray, " samples"]:
    """Labels as an array of one dimension."""
    y = column_or_1d(required(y), warn=True)
    assert_all_finite(y, input_name="y")
    check_classification_targets(y)
    return np.asarray(y)


def numbers_of(y: Any) -> pl.DataFrame:
    """Numbers to predict as columns, of the names that they have."""
    numbers = check_array(required(y), ensure_2d=False, dtype=np.float64, input_name="y")
    if numbers.ndim > 1 and numbers.shape[1] == 1:
        numbers = column_or_1d(numbers, warn=True)
    columns = numbers.reshape(len(numbers), -1).T
    return pl.DataFrame(dict(zip(names_of(y, len(columns)), columns, strict=True)))


def with_columns(table: pl.DataFrame, answers: Mapping[str, pl.Series], further: Mapping[str, Any]) -> pl.DataFrame:
    """A table with true values, and with those further columns that there are, under these names."""
    beside = (frames.from_cells(name, cells) for name, cells in further.items() if cells is not None)
    return table.with_columns(*(cells.alias(name) for name, cells in answers.items()), *beside)


def required(y: Any) -> Any:
    """y, unless it is None."""
    if y is None:
        raise ValueError("this estimator requires y to be passed, but the target y is None")
    return y


def checked_weights(weights: Any, y: Any) -> Float64[np.ndarray, " samples"] | None:
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
