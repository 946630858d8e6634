"""What users of scikit-learn's own networks rely on, asked of ours; see docs/decisions/0009-estimators.md."""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import approx_fprime
from sklearn.datasets import load_digits, load_iris, make_regression
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import minmax_scale, scale

from ffnn import FeedforwardClassifier, FeedforwardRegressor
from ffnn.errors import FeedforwardError

pytestmark = pytest.mark.slow  # each trains networks of its own shapes, which takes its time to compile

SMALL = {"recipe": "plain", "hidden": (8,), "restarts": 1, "epochs": 20, "learning_rate": 0.02, "random_state": 0}
KINDS = pytest.mark.parametrize("kind", [FeedforwardClassifier, FeedforwardRegressor])


def digits(classes):
    x, y = load_digits(n_class=classes, return_X_y=True)
    return minmax_scale(x[:200]), y[:200]


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def numbers():
    x, y = make_regression(n_samples=200, n_features=10, bias=20.0, noise=100.0, random_state=7)
    return x, scale(y)


def sizes(model):
    return [float(np.abs(weights).sum()) for weights in model.coefs_]


def test_l2_makes_weights_smaller():
    x, y = digits(2)
    free, bound = (FeedforwardClassifier(**SMALL, l2=l2).fit(x[:100], y[:100]) for l2 in (0.0, 1.0))
    assert all(less < more for less, more in zip(sizes(bound), sizes(free), strict=True))


@pytest.mark.parametrize("labels", [2, 3])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_one_step_goes_down_the_slope(labels, activation):
    """A step of plain descent is minus the rate times the slope of the loss, as finite differences find it."""
    draw = np.random.default_rng(42)
    x, y = scale(draw.random((5, 6))), np.arange(5) % labels
    model = FeedforwardClassifier(
        **SMALL | {"hidden": (4,), "learning_rate": 1e-2}, activation=activation, optimizer="sgd", momentum=0.0,
        batch_size=5, loss="cross_entropy",
    )  # fmt: skip
    model.partial_fit(x, y, classes=np.arange(labels))
    before = [array.astype(float) for array in [*model.coefs_, *model.intercepts_]]
    inputs = model.model_.encoder.encode(model.model_.read(pd.DataFrame(x, columns=model._columns), lambda _: None))
    model.partial_fit(x, y)
    after = [*model.coefs_, *model.intercepts_]
    bent = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "softplus": lambda z: np.logaddexp(0, z)}

    def loss(flat):
        cuts = np.cumsum([part.size for part in before])[:-1]
        w, v, b, c = (part.reshape(as_.shape) for part, as_ in zip(np.split(flat, cuts), before, strict=True))
        z = bent[activation](inputs.numbers.astype(float) @ w + b) @ v + c
        z = np.c_[np.zeros(5), z] if z.shape[1] == 1 else z
        return float(np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(5), y]))

    flat = np.concatenate([part.ravel() for part in before])
    step = np.concatenate([(new - old).ravel() for new, old in zip(after, before, strict=True)])
    np.testing.assert_allclose(step, -1e-2 * approx_fprime(flat, loss, 1e-6), atol=2e-6)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu"])
def test_digits_are_told_apart(classes, activation):
    x, y = digits(classes)
    model = FeedforwardClassifier(**SMALL | {"epochs": 30}, activation=activation, batch_size=16).fit(x[:150], y[:150])
    assert model.score(x[:150], y[:150]) > 0.95
    assert model.predict(x[150:]).shape == (50,)
    assert model.predict(x[150:]).dtype.kind == y.dtype.kind


def test_a_bend_is_worth_something_in_regression(numbers):
    x, y = numbers
    straight, bent = (
        FeedforwardRegressor(
            **SMALL | {"hidden": (50,), "epochs": 100}, activation=activation, batch_size=32, early_stopping=False
        )
        .fit(x, y)
        .score(x, y)
        for activation in ("linear", "relu")
    )
    assert straight == pytest.approx(LinearRegression().fit(x, y).score(x, y), abs=0.05)
    assert bent > 0.95


@KINDS
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_warm_start_begins_its_schedule_anew(iris, kind, schedule):
    rates = []
    model = kind(**SMALL | {"epochs": 4}, schedule=schedule, warm_start=True)
    model.fit(*iris, on_epoch=lambda record: rates.append(record.learning_rate) and None)
    first = list(rates)
    model.fit(*iris, on_epoch=lambda record: rates.append(record.learning_rate) and None)
    assert rates[len(first) :] == pytest.approx(first)
    assert (len(set(first)) == 1) == (schedule == "constant")


def test_several_numbers_are_predicted_together():
    x, y = make_regression(n_samples=200, n_features=10, n_targets=5, random_state=11)
    model = FeedforwardRegressor(**SMALL | {"hidden": (50,), "epochs": 60}, batch_size=16).fit(x, y)
    assert model.predict(x).shape == (200, 5)
    assert model.score(x, y) > 0.9


def test_classes_of_the_first_part_stay():
    model = FeedforwardClassifier(**SMALL).partial_fit([[3, 2], [1, 2]], [0, 1], classes=[0, 1])
    with pytest.raises(ValueError, match=r"those of the first call"):
        model.partial_fit([[3, 2]], [1], classes=[1, 2])


@pytest.mark.parametrize("classes", [2, 3])
def test_part_after_part_learns_what_a_fit_learns(classes):
    x, y = digits(classes)
    model = FeedforwardClassifier(**SMALL, batch_size=16)
    for _ in range(20):
        model.partial_fit(x, y, classes=np.unique(y))
    assert model.score(x, y) > 0.95
    fitted = FeedforwardClassifier(**SMALL, batch_size=16, schedule="constant").fit(x, y)
    assert np.mean(model.predict(x) == fitted.predict(x)) > 0.95


def test_a_class_may_come_in_a_later_part():
    model = FeedforwardClassifier(**SMALL)
    model.partial_fit([[1], [2], [3]], ["a", "b", "c"], classes=["a", "b", "c", "d"])
    model.partial_fit([[4]], ["d"])
    assert model.classes_.tolist() == ["a", "b", "c", "d"]
    assert model.predict_proba([[4]]).shape == (1, 4)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_parts_learn_numbers(numbers, momentum):
    x, y = numbers
    model = FeedforwardRegressor(
        **SMALL | {"hidden": (50,), "learning_rate": 0.05}, batch_size=50, optimizer="sgd", momentum=momentum
    )
    for _ in range(60):
        model.partial_fit(x, y)
    assert model.score(x, y) > 0.65


@pytest.mark.parametrize("classes", [None, [2]])
def test_parts_need_all_classes(classes):
    with pytest.raises(ValueError, match="class"):
        FeedforwardClassifier(**SMALL).partial_fit([[3, 2], [1, 6]], [1, 0], classes=classes)


def test_numbers_too_large_to_average_are_refused():
    draw = np.random.default_rng(0)
    x = np.finfo(np.float64).max * draw.random((10, 2))
    with pytest.raises(FeedforwardError, match="the numbers of column 'x0' are too large to average"):
        FeedforwardRegressor(**SMALL).fit(x, draw.normal(size=10))


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_say_what_is_predicted(classes):
    x, y = digits(classes)
    model = FeedforwardClassifier(**SMALL, batch_size=16).fit(x, y)
    shares = model.predict_proba(x)
    assert shares.shape == (200, classes)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_array_equal(model.classes_[shares.argmax(axis=1)], model.predict(x))
    np.testing.assert_array_equal(model.predict_log_proba(x), np.log(shares))
    auc = roc_auc_score(y, shares[:, 1]) if classes == 2 else roc_auc_score(y, shares, multi_class="ovr")
    assert auc > 0.99


def test_random_state_settles_the_order_of_rows():
    x, y = make_regression(n_samples=50, n_features=5, random_state=0)
    choices = SMALL | {"epochs": 1}
    first, again, other = (
        FeedforwardRegressor(**choices | {"random_state": seed}, batch_size=1).fit(x, y) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.coefs_[0], again.coefs_[0])
    assert not np.array_equal(first.coefs_[0], other.coefs_[0])


@pytest.mark.parametrize("made", [sparse.csr_matrix, sparse.csr_array])
def test_sparse_rows_train_as_dense_ones(made):
    x, y = digits(2)
    dense, thin = (FeedforwardClassifier(**SMALL).fit(rows[:50], y[:50]) for rows in (x, made(x)))
    np.testing.assert_array_equal(dense.predict_proba(x), thin.predict_proba(made(x)))
    np.testing.assert_array_equal(dense.predict_proba(x), dense.predict_proba(made(x)))


@KINDS
def test_progress_is_shown(kind, capfd):
    kind(**SMALL | {"epochs": 2}, verbose=True).fit([[3, 2], [1, 6], [2, 2], [5, 5]], [1, 0, 1, 0])
    assert "epoch" in capfd.readouterr().err


@KINDS
def test_early_stopping_ends_training_where_nothing_gets_better(kind):
    x, y = digits(2)
    model = kind(**SMALL | {"epochs": 500}, early_stopping=True, patience=5, schedule="constant").fit(x[:100], y[:100])
    assert len(model.validation_scores_) < 500
    assert len(model.validation_scores_) == len(model.loss_curve_) == model.n_iter_ + 5
    assert max(model.validation_scores_) == -model.best_loss_ == model.validation_scores_[model.n_iter_ - 1]


@pytest.mark.parametrize("schedule", ["constant", "cosine", "exponential"])
def test_a_rate_changes_by_its_schedule(iris, schedule):
    rates = []
    FeedforwardClassifier(**SMALL, schedule=schedule, warmup=0.0).fit(
        *iris, on_epoch=lambda record: rates.append(record.learning_rate) and None
    )
    assert (np.diff(rates) < 0).all() if schedule != "constant" else rates == pytest.approx([0.02] * 20)


def test_a_warm_start_keeps_its_classes(iris):
    x, y = iris
    three = np.repeat([0, 1, 2], [40, 40, 70])
    model = FeedforwardClassifier(**SMALL | {"epochs": 2}, warm_start=True).fit(x, y).fit(x, three)
    for labels in ([0, 1, 3], [0, 1, 2, 3]):
        with pytest.raises(ValueError, match="3"):
            model.fit(x, np.resize(labels, 150))
    assert model.classes_.tolist() == [0, 1, 2]


@KINDS
def test_each_warm_start_takes_all_its_epochs(iris, kind):
    model = kind(**SMALL | {"epochs": 3}, warm_start=True, early_stopping=False)
    for fits in (1, 2):
        model.fit(*iris)
        assert len(model.loss_curve_) == 3 * fits
        assert model.n_iter_ == 3


@pytest.mark.parametrize("patience", [2, 5, 10])
def test_patience_counts_epochs_that_are_no_better(patience):
    draw, losses = np.random.default_rng(0), []
    x, y = draw.normal(size=(100, 5)), draw.integers(2, size=100)  # nothing to learn but by heart
    model = FeedforwardClassifier(**SMALL | {"epochs": 500}, patience=patience, schedule="constant")
    model.fit(x, y, on_epoch=lambda record: losses.append(float(record.validation_loss[0])) and None)
    assert len(model.loss_curve_) == int(np.argmin(losses)) + 1 + patience < 500


def test_patience_as_long_as_training_never_stops():
    x, y = digits(2)
    model = FeedforwardClassifier(**SMALL | {"epochs": 60, "learning_rate": 1e-6}, patience=60)
    assert len(model.fit(x[:100], y[:100]).loss_curve_) == 60


def test_labels_may_be_words_where_rows_validate():
    draw = np.random.default_rng(42)
    y = draw.choice(np.array(["red", "green", "blue"], dtype=object), 200)
    model = FeedforwardClassifier(**SMALL, early_stopping=True).fit(draw.normal(size=(200, 10)), y)
    assert len(model.validation_scores_) == len(model.loss_curve_)
    assert np.isfinite(model.validation_scores_).all()
    assert set(model.predict(draw.normal(size=(20, 10)))) <= {"red", "green", "blue"}


def test_what_validates_has_its_share_of_each_class():
    """What says nothing is worth the entropy of the classes, if the rows that validate hold their shares."""
    x, y = np.random.default_rng(0).random((200, 1)), np.repeat([0, 1], [180, 20])
    losses = []
    for seed in range(5):
        model = FeedforwardClassifier(
            **SMALL | {"hidden": (), "random_state": seed, "epochs": 200, "learning_rate": 0.05},
            early_stopping=True, validation_fraction=0.5, patience=200, l2=10.0, loss="cross_entropy",
        ).fit(x, y)  # fmt: skip
        losses.append(model.best_loss_)
    np.testing.assert_allclose(losses, -0.9 * np.log(0.9) - 0.1 * np.log(0.1), atol=0.02)


@KINDS
def test_predictions_are_the_same_of_halved_precision(kind):
    x, y = digits(2)
    double, single = (kind(**SMALL | {"hidden": (5, 3)}).fit(rows[:150], y[:150]) for rows in (x, x.astype("f4")))
    of = "predict_proba" if kind is FeedforwardClassifier else "predict"
    np.testing.assert_allclose(getattr(double, of)(x), getattr(single, of)(x.astype("f4")), rtol=1e-2, atol=1e-4)


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_are_single_and_predictions_double(kind, dtype):
    x, y = digits(2)
    model = kind(**SMALL | {"epochs": 2}).fit(x.astype(dtype), y)
    assert {array.dtype for array in [*model.coefs_, *model.intercepts_]} == {np.dtype(np.float32)}
    assert model.predict(x.astype(dtype)).dtype == (y.dtype if kind is FeedforwardClassifier else np.float64)


def test_a_loaded_estimator_goes_on_part_by_part(tmp_path):
    x = np.array([[2.0], [3.0]])
    joblib.dump(FeedforwardRegressor(**SMALL | {"epochs": 50}).fit(x, [4.0, 5.0]), tmp_path / "model.pkl")
    model = joblib.load(tmp_path / "model.pkl")
    for _ in range(100):
        model.partial_fit(x, [1.0, 2.0])
    assert model.t_ == 100
    np.testing.assert_allclose(model.predict(x), [1, 2], atol=0.05)


@KINDS
def test_names_of_columns_stay_where_rows_validate(kind):
    draw = np.random.default_rng(0)
    x = pd.DataFrame(draw.normal(size=(20, 2)), columns=["width", "height"])
    y = pd.Series(np.arange(20) % 2, name="kind")
    model = kind(**SMALL, early_stopping=True, validation_fraction=0.2).fit(x, y)  # warnings are errors
    assert model.feature_names_in_.tolist() == ["width", "height"]


@KINDS
def test_a_warm_start_goes_on_where_rows_validate(iris, kind):
    model = kind(**SMALL | {"epochs": 5}, warm_start=True, early_stopping=True).fit(*iris)
    before = len(model.validation_scores_)
    model.set_params(epochs=10).fit(*iris)
    assert before < len(model.validation_scores_) <= before + 10


@KINDS
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_warm_start_of_more_epochs_takes_them_all(iris, kind, optimizer):
    model = kind(**SMALL | {"epochs": 5}, optimizer=optimizer, warm_start=True, early_stopping=False).fit(*iris)
    assert model.n_iter_ == 5
    assert model.set_params(epochs=10).fit(*iris).n_iter_ == 10


@KINDS
def test_parts_go_on_after_a_fit_in_which_rows_validate(iris, kind):
    model = kind(**SMALL, early_stopping=True).fit(*iris)
    before = [array.copy() for array in model.coefs_]
    model.partial_fit(*iris)
    assert model.t_ == 1
    assert not any(np.array_equal(old, new) for old, new in zip(before, model.coefs_, strict=True))


def test_weights_of_one_are_no_weights_where_rows_validate():
    x, y = make_regression(n_samples=100, n_features=2, n_informative=2, random_state=42)
    weighted, plain = (
        FeedforwardRegressor(**SMALL, early_stopping=True).fit(x, y, sample_weight=weights)
        for weights in (np.ones(100), None)
    )
    np.testing.assert_allclose(weighted.predict(x), plain.predict(x))


def test_no_hidden_layer_is_logistic_regression(iris):
    """A network of no hidden layer under cross-entropy is the linear model of the same loss."""
    x, y = scale(iris[0][50:]), iris[1][50:]
    choices = SMALL | {"hidden": (), "epochs": 300}
    model = FeedforwardClassifier(**choices, early_stopping=False, l2=0.0, loss="cross_entropy").fit(x, y)
    linear = LogisticRegression(C=100).fit(x, y)
    assert np.mean(model.predict(x) == linear.predict(x)) >= 0.97


def test_two_numbers_are_enough():
    model = FeedforwardRegressor(**SMALL).fit([[3.0, 2.0], [1.0, 6.0]], [1, 0])
    assert np.isfinite(model.predict([[3.0, 2.0]])).all()


def test_two_rows_of_two_classes_are_learned():
    x = [[3.0, 2.0], [1.0, 6.0]]
    fitted = FeedforwardClassifier(**SMALL | {"epochs": 100}, early_stopping=False).fit(x, [1, 0])
    assert fitted.predict(x).tolist() == [1, 0]


def test_two_rows_are_too_few_to_spare_any():
    with pytest.raises(FeedforwardError, match="2 rows are too few to hold out"):
        FeedforwardRegressor(**SMALL, early_stopping=True).fit([[3.0, 2.0], [1.0, 6.0]], [1, 0])


def test_the_only_row_of_a_class_trains():
    x, y = [[1, 2], [2, 3], [3, 4], [9, 9]], [0, 0, 0, 1]
    model = FeedforwardClassifier(**SMALL | {"epochs": 60}, early_stopping=True, patience=60).fit(x, y)
    assert model.predict([[9, 9]]).tolist() == [1]


def test_a_training_that_diverges_is_an_error_with_the_way_on():
    x, y = np.random.default_rng(0).normal(size=(150, 4)), np.arange(150)
    model = FeedforwardRegressor(
        **SMALL | {"learning_rate": 1000.0}, activation="linear", optimizer="sgd", early_stopping=True
    )
    with pytest.raises(FeedforwardError, match=r"training diverged in every restart .* try learning_rate="):
        model.fit(x, y)
