"""What `fit` takes besides samples, and estimators that go on: in scikit-learn's own manner, with its names."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn import set_config
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from ffnn import FeedforwardClassifier, FeedforwardRegressor, train
from ffnn.errors import ChoiceError, TableError

SMALL = {"recipe": "plain", "hidden": (8,), "restarts": 2, "epochs": 6, "learning_rate": 0.02, "random_state": 0}
DESCENT = {  # one step of plain gradient descent an epoch, which NumPy takes too
    "recipe": "plain", "hidden": (), "restarts": 1, "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 10_000,
    "scaling": "standard", "loss": "mean_squared_error", "random_state": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_partial_fit_takes_the_steps_of_gradient_descent(diabetes, momentum):
    x, y = diabetes
    regressor, weights = FeedforwardRegressor(**DESCENT, momentum=momentum), []
    for _ in range(5):
        regressor = regressor.partial_fit(x, y)
        if len(weights) == 3:  # what the optimizer remembers goes through pickle
            regressor = pickle.loads(pickle.dumps(regressor))
        weights.append((regressor.coefs_[0].copy(), regressor.intercepts_[0].copy()))
    inputs, answers = (x - x.mean(axis=0)) / x.std(axis=0), ((y - y.mean()) / y.std())[:, None]
    for (kernel0, bias0), (kernel, bias), (then, bias_then) in zip(weights, weights[1:], weights[2:], strict=False):
        error = inputs @ kernel + bias - answers
        slope, slope_of_bias = 2 * inputs.T @ error / len(x), 2 * error.mean(axis=0)
        assert then == pytest.approx(kernel - 0.1 * slope + momentum * (kernel - kernel0), abs=1e-6)
        assert bias_then == pytest.approx(bias - 0.1 * slope_of_bias + momentum * (bias - bias0), abs=1e-6)
    assert regressor.n_iter_ == regressor.t_ == len(regressor.loss_curve_) == 5
    assert regressor.loss_curve_[-1] < regressor.loss_curve_[0]


def test_partial_fit_of_parts_learns_what_the_whole_holds(iris):
    x, y = iris
    classifier = FeedforwardClassifier(**{**SMALL, "learning_rate": 0.05})
    order = np.random.default_rng(0).permutation(150)
    for _ in range(20):
        for part in np.array_split(order, 5):
            assert classifier.partial_fit(x[part], y[part], classes=[0, 1, 2]) is classifier
    assert classifier.score(x, y) > 0.9
    assert classifier.classes_.tolist() == [0, 1, 2]
    encoder = classifier.model_.encoder
    assert encoder.columns[0].mean == pytest.approx(x[order[:30], 0].mean())  # that of the first part


def test_partial_fit_goes_on_from_fit(diabetes):
    x, y = diabetes
    regressor = FeedforwardRegressor(**SMALL).fit(x, y)
    before, error = regressor.model_.encoder, np.mean((regressor.predict(x) - y) ** 2)
    for _ in range(20):
        regressor.partial_fit(x[:200], y[:200])
    assert regressor.model_.encoder == before
    assert np.mean((regressor.predict(x) - y) ** 2) < error
    assert regressor.n_iter_ == SMALL["epochs"] + 20


def test_the_first_part_may_hold_one_class_and_words(iris):
    frame = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0], "town": ["Ulm", "Bonn", "Ulm", "Bonn"]})
    classifier = FeedforwardClassifier(**SMALL).partial_fit(frame, ["no"] * 4, classes=["yes", "no"])
    assert classifier.partial_fit(frame, ["yes", "no", "yes", "no"]).predict_proba(frame).shape == (4, 2)
    assert classifier.classes_.tolist() == ["no", "yes"]


def test_partial_fit_says_what_it_lacks(iris):
    x, y = iris
    classifier = FeedforwardClassifier(**SMALL)
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        classifier.partial_fit(x, y)
    with pytest.raises(ValueError, match="balanced"):
        FeedforwardClassifier(**SMALL, class_weight="balanced").partial_fit(x, y, classes=[0, 1, 2])
    with pytest.raises(TableError, match="y holds the label 2, which is none of the classes"):
        classifier.partial_fit(x, y, classes=[0, 1])
    classifier.partial_fit(x[:100], y[:100], classes=[0, 1])
    with pytest.raises(ChoiceError, match="classes are those of the first call to partial_fit"):
        classifier.partial_fit(x, y, classes=[0, 1, 2])


def test_a_warm_start_is_one_long_descent(diabetes):
    x, y = diabetes
    descent = {**DESCENT, "early_stopping": False}
    long = FeedforwardRegressor(**descent, epochs=20).fit(x, y)
    twice = FeedforwardRegressor(**descent, epochs=10, warm_start=True).fit(x, y)
    half = twice.coefs_[0].copy()
    twice.fit(x, y)
    assert np.abs(half - long.coefs_[0]).max() > 0.01
    assert twice.coefs_[0] == pytest.approx(long.coefs_[0], abs=1e-5)
    assert twice.loss_curve_ == pytest.approx(long.loss_curve_, abs=1e-5)
    cold = FeedforwardRegressor(**descent, epochs=10).fit(x, y)
    assert cold.fit(x, y).coefs_[0] == pytest.approx(half)


def test_a_warm_start_keeps_the_classes_and_the_names(iris):
    x, y = iris
    classifier = FeedforwardClassifier(**SMALL, warm_start=True).fit(x, y)
    loss = classifier.loss_curve_[-1]
    classifier.fit(x[:100], pd.Series(y[:100], name="kind"))
    assert classifier.classes_.tolist() == [0, 1, 2]
    assert classifier.model_.target.names == ("target",)
    assert classifier.loss_curve_[-1] < loss
    with pytest.raises(ValueError, match="knows no label"):
        classifier.fit(x, y + 1)


def test_a_warm_start_has_as_many_networks_as_before(iris):
    classifier = FeedforwardClassifier(**SMALL, warm_start=True).fit(*iris)
    with pytest.raises(ChoiceError, match=r"training goes on with the 2 networks .* restarts=5 cannot change that"):
        classifier.set_params(restarts=5).fit(*iris)
    kept = FeedforwardClassifier(**SMALL | {"restarts": 3}, keep="best", warm_start=True).fit(*iris).fit(*iris)
    assert kept.model_.restarts == 1


def test_the_first_part_may_hold_one_number():
    x = np.random.default_rng(0).normal(size=(20, 2))
    regressor = FeedforwardRegressor(**SMALL).partial_fit(x, np.full(20, 3.0))
    assert np.isfinite(regressor.partial_fit(x, x[:, 0]).predict(x)).all()


# What validates


def test_early_stopping_says_what_validates(iris):
    x, y = iris
    on = FeedforwardClassifier(**SMALL, early_stopping=True).fit(x, y)
    fraction = FeedforwardClassifier(**SMALL, validation_fraction=0.1).fit(x, y)
    assert np.array_equal(on.history_.score, fraction.history_.score)
    off = FeedforwardClassifier(**SMALL, early_stopping=False).fit(x, y)
    assert off.history_.best_epoch.tolist() == [6, 6]
    assert "validation" not in off.model_.scores
    assert "validation" in FeedforwardClassifier(**SMALL).fit(x, y).model_.scores
    with pytest.raises(ChoiceError, match="with early_stopping=False no samples validate"):
        FeedforwardClassifier(**SMALL, early_stopping=False, validation_fraction=0.1).fit(x, y)


def test_samples_of_ones_own_validate(iris):
    x, y = iris
    fitted = FeedforwardClassifier(**SMALL).fit(x[::2], y[::2], X_val=x[1::2], y_val=y[1::2])
    assert fitted.model_.scores["rows"] == {"train": 75, "test": 0, "validation": 75}
    assert fitted.model_.scores["validation"]["accuracy"] == fitted.score(x[1::2], y[1::2])
    turned = FeedforwardClassifier(**SMALL).fit(x[::2], y[::2], X_val=x[1::2], y_val=2 - y[1::2])
    assert np.array_equal(turned.history_.loss, fitted.history_.loss)
    assert not np.array_equal(turned.history_.score, fitted.history_.score)
    frame, numbers = pd.DataFrame(x), pd.Series(x[:, 0], name="n")
    weights = np.ones(75)
    told = FeedforwardRegressor(**SMALL).fit(frame[::2], numbers[::2], weights, X_val=frame[1::2], y_val=numbers[1::2])
    assert told.model_.scores["rows"]["validation"] == 75
    with pytest.raises(ChoiceError, match="X_val and y_val are given together"):
        FeedforwardClassifier(**SMALL).fit(x, y, X_val=x)
    with pytest.raises(ValueError, match="features"):
        FeedforwardClassifier(**SMALL).fit(x, y, X_val=x[:, :2], y_val=y)


@pytest.mark.parametrize(
    ("name", "ours"),
    [("eval_set", "X_val= and y_val="), ("callbacks", "on_epoch="), ("epochs", "epochs= of the estimator"), ("zz", "")],
)
def test_what_other_libraries_call_it_leads_to_ours(iris, name, ours):
    with pytest.raises(TypeError, match=rf"^fit\(\) got an unexpected keyword argument '{name}'.*{ours}$"):
        FeedforwardClassifier(**SMALL).fit(*iris, **{name: 1})


def test_each_epoch_is_told_and_may_be_the_last(iris):
    told = []
    fitted = FeedforwardClassifier(**SMALL).fit(*iris, on_epoch=lambda record: told.append(record) or record.epoch == 3)
    assert [record.epoch for record in told] == [1, 2, 3]
    assert [record.validation_loss.mean() for record in told] == pytest.approx([-x for x in fitted.validation_scores_])
    assert len(fitted.loss_curve_) == 3


# Groups and times


def test_no_group_is_both_trained_and_validated_on():
    draw = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 10)
    x, y = draw.normal(size=(20, 3))[groups], draw.normal(size=20)[groups]  # samples of a group are equal
    x = x + 1e-3 * draw.normal(size=x.shape)
    long = {**SMALL, "hidden": (64,), "epochs": 200, "learning_rate": 0.01, "patience": 200}
    apart = FeedforwardRegressor(**long).fit(x, y, groups=groups)
    mixed = FeedforwardRegressor(**long).fit(x, y)
    assert mixed.best_loss_ < 0.1
    assert apart.best_loss_ > 5 * mixed.best_loss_
    words = FeedforwardRegressor(**long).fit(x, y, groups=[f"group {number}" for number in groups])
    assert words.best_loss_ > 5 * mixed.best_loss_
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        FeedforwardRegressor(**SMALL).fit(x, y, groups=groups[:9])


def test_times_are_as_train_takes_them(diabetes):
    x, y = diabetes
    days = pd.date_range("2024-01-01", periods=len(y), freq="D")
    order = np.random.default_rng(0).permutation(len(y))
    fitted = FeedforwardRegressor(**SMALL).fit(x[order], y[order], time=days[order])
    frame = pd.DataFrame(x, columns=[f"x{place}" for place in range(x.shape[1])]).assign(target=y, time=days)
    chosen = {name: value for name, value in SMALL.items() if name != "random_state"}
    seed = int(np.random.RandomState(0).randint(2**31 - 1))
    kinds = {f"x{place}": "number" for place in range(x.shape[1])}
    same = train(frame, "target", time="time", columns=kinds, test_fraction=0, sort_rows=True, seed=seed, **chosen)
    assert np.array_equal(same.history.score, fitted.history_.score)
    random = FeedforwardRegressor(**SMALL).fit(x, y)
    assert not np.array_equal(random.history_.score, fitted.history_.score)


def test_groups_and_weights_are_routed(diabetes):
    x, y = diabetes
    groups = np.arange(len(y)) // 20
    set_config(enable_metadata_routing=True)
    try:
        told = []
        regressor = FeedforwardRegressor(**SMALL).set_fit_request(groups=True, sample_weight=True, on_epoch=True)
        regressor.set_score_request(sample_weight=True)
        pipeline = make_pipeline(FunctionTransformer(), regressor)
        metadata = {"groups": groups, "sample_weight": np.ones(len(y)), "on_epoch": told.append}
        scores = cross_val_score(pipeline, x, y, cv=GroupKFold(3), params=metadata, error_score="raise")
        search = GridSearchCV(pipeline, {"feedforwardregressor__epochs": [2, 3]}, cv=GroupKFold(2), error_score="raise")
        search.fit(x, y, **metadata)
    finally:
        set_config(enable_metadata_routing=False)
    assert np.isfinite(scores).all()
    assert len(told) == 3 * 6 + 2 * (2 + 3) + search.best_params_["feedforwardregressor__epochs"]


def test_the_score_of_weighted_samples_is_that_of_the_samples_so_often(iris, diabetes):
    x, y = iris
    times = np.random.default_rng(0).integers(0, 4, len(y))
    fitted = FeedforwardClassifier(**SMALL).fit(x, y)
    assert fitted.score(x, y, times) == pytest.approx(fitted.score(np.repeat(x, times, axis=0), np.repeat(y, times)))
    x, y = diabetes
    times = np.random.default_rng(0).integers(0, 4, len(y))
    regressor = FeedforwardRegressor(**SMALL).fit(x, y)
    assert regressor.score(x, y, times) == pytest.approx(
        regressor.score(np.repeat(x, times, axis=0), np.repeat(y, times))
    )
