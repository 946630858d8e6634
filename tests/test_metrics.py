from __future__ import annotations

import warnings

import jaxtyping
import numpy as np
import pytest
from sklearn import metrics as sklearn

from ffnn.scores import metrics

SEEDS = pytest.mark.parametrize("seed", range(5))


def random_case(seed, classes, rows=200, decimals=None):
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(classes), rows)
    if decimals is not None:
        probabilities = np.round(probabilities, decimals) + 0.01
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    codes = np.concatenate([np.arange(classes), generator.integers(0, classes, rows - classes)])
    return codes, probabilities


@SEEDS
@pytest.mark.parametrize("classes", [2, 3, 7])
def test_scores_of_classes_equal_scikit_learns(seed, classes):
    codes, probabilities = random_case(seed, classes)
    scores = metrics.classification(codes, probabilities)
    predicted = probabilities.argmax(axis=1)
    assert scores["rows"] == 200
    assert scores["accuracy"] == pytest.approx(sklearn.accuracy_score(codes, predicted), abs=1e-12)
    assert scores["balanced_accuracy"] == pytest.approx(sklearn.balanced_accuracy_score(codes, predicted), abs=1e-12)
    assert scores["log_loss"] == pytest.approx(sklearn.log_loss(codes, probabilities), abs=1e-12)
    assert scores["confusion"] == sklearn.confusion_matrix(codes, predicted).tolist()
    oracle = (
        sklearn.roc_auc_score(codes, probabilities[:, 1])
        if classes == 2
        else sklearn.roc_auc_score(codes, probabilities, multi_class="ovr", average="macro")
    )
    assert scores["auc"] == pytest.approx(oracle, abs=1e-12)


@SEEDS
@pytest.mark.parametrize("classes", [2, 4])
def test_ties_count_half_in_the_area_under_the_curve(seed, classes):
    codes, probabilities = random_case(seed, classes, decimals=1)
    assert len(np.unique(probabilities[:, 1])) < 100
    oracle = sklearn.roc_auc_score(codes, probabilities[:, 1] if classes == 2 else probabilities, multi_class="ovr")
    assert metrics.classification(codes, probabilities)["auc"] == pytest.approx(oracle, abs=1e-12)


def test_equal_probabilities_have_an_area_of_one_half():
    scores = metrics.classification(np.array([0, 1, 1]), np.full((3, 2), 0.5))
    assert scores["auc"] == 0.5


@SEEDS
def test_scores_of_numbers_equal_scikit_learns(seed):
    generator = np.random.default_rng(seed)
    numbers = generator.normal(50, 10, 200)
    predicted = numbers + generator.normal(0, 3, 200)
    scores = metrics.regression(numbers, predicted)
    assert scores["rows"] == 200
    assert scores["rmse"] == pytest.approx(sklearn.root_mean_squared_error(numbers, predicted), rel=1e-12)
    assert scores["mae"] == pytest.approx(sklearn.mean_absolute_error(numbers, predicted), rel=1e-12)
    assert scores["r2"] == pytest.approx(sklearn.r2_score(numbers, predicted), rel=1e-12)


def test_an_unknown_class_is_always_wrong():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [0.6, 0.4]])
    scores = metrics.classification(np.array([0, 1, -1, -1]), probabilities)
    assert scores["rows"] == 4
    assert scores["accuracy"] == 0.5
    assert scores["confusion"] == [[1, 0], [0, 1], [1, 1]]  # the last row is that of other classes
    smallest = np.finfo(np.float32).eps
    assert scores["log_loss"] == pytest.approx(-np.log([0.9, 0.8, smallest, smallest]).mean())


def test_an_unknown_class_is_wrong_even_where_the_last_class_is_predicted():
    scores = metrics.classification(np.array([-1, 0]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert scores["accuracy"] == 0.5


def test_a_class_that_does_not_occur_is_left_out_of_balanced_accuracy():
    probabilities = np.eye(3)[[0, 1, 1]]
    assert metrics.classification(np.array([0, 0, 1]), probabilities)["balanced_accuracy"] == 0.75


def test_a_class_that_does_not_occur_is_left_out_of_the_mean_area():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1]])
    codes = np.array([0, 0, 1, 1])
    oracle = np.mean([sklearn.roc_auc_score(codes == number, probabilities[:, number]) for number in (0, 1)])
    assert metrics.classification(codes, probabilities)["auc"] == pytest.approx(oracle)


def test_what_one_class_alone_cannot_tell_is_none():
    assert metrics.classification(np.array([1, 1]), np.array([[0.5, 0.5], [0.1, 0.9]]))["auc"] is None


def test_what_only_unknown_classes_cannot_tell_is_none():
    scores = metrics.classification(np.array([-1, -1]), np.array([[0.5, 0.5], [0.1, 0.9]]))
    assert (scores["auc"], scores["balanced_accuracy"], scores["accuracy"]) == (None, 0.0, 0.0)


def test_every_unknown_class_has_a_recall_of_0_as_in_scikit_learn():
    draw = np.random.default_rng(0)
    probabilities = draw.dirichlet(np.ones(3), 200)
    codes = draw.integers(-3, 3, 200)
    scores = metrics.classification(codes, probabilities)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns of classes that are never predicted
        oracle = sklearn.balanced_accuracy_score(codes, probabilities.argmax(axis=1))
    assert scores["balanced_accuracy"] == pytest.approx(oracle)
    assert np.sum(scores["confusion"]) == 200


@pytest.mark.parametrize("number", [7.0, 0.1, 1e9 + 0.1])
def test_equal_numbers_have_no_r2(number):
    scores = metrics.regression(np.full(3, number), np.array([1.0, 2.0, 3.0]))
    assert scores["r2"] is None
    assert scores["mae"] == pytest.approx(np.abs(np.array([1, 2, 3]) - number).mean())


def test_a_sure_and_wrong_row_leaves_the_log_loss_finite():
    assert metrics.classification(np.array([0]), np.array([[0.0, 1.0]]))["log_loss"] == pytest.approx(
        -np.log(np.finfo(np.float32).eps)
    )


@SEEDS
@pytest.mark.parametrize("classes", [2, 4])
def test_weighted_scores_of_classes_equal_scikit_learns(seed, classes):
    codes, probabilities = random_case(seed, classes, decimals=1)
    weights = np.random.default_rng(seed).exponential(size=200)
    scores = metrics.classification(codes, probabilities, weights)
    predicted = probabilities.argmax(axis=1)
    assert scores["accuracy"] == pytest.approx(sklearn.accuracy_score(codes, predicted, sample_weight=weights))
    balanced = sklearn.balanced_accuracy_score(codes, predicted, sample_weight=weights)
    assert scores["balanced_accuracy"] == pytest.approx(balanced)
    assert scores["log_loss"] == pytest.approx(sklearn.log_loss(codes, probabilities, sample_weight=weights))
    each = [
        sklearn.roc_auc_score(codes == number, probabilities[:, number], sample_weight=weights)
        for number in range(classes)
    ]
    assert scores["auc"] == pytest.approx(each[1] if classes == 2 else np.mean(each))
    assert scores["confusion"] == sklearn.confusion_matrix(codes, predicted).tolist()


@SEEDS
def test_weighted_scores_of_numbers_equal_scikit_learns(seed):
    generator = np.random.default_rng(seed)
    numbers = generator.normal(50, 10, 200)
    predicted, weights = numbers + generator.normal(0, 3, 200), generator.exponential(size=200)
    scores = metrics.regression(numbers, predicted, weights)
    assert scores["rmse"] == pytest.approx(sklearn.root_mean_squared_error(numbers, predicted, sample_weight=weights))
    assert scores["mae"] == pytest.approx(sklearn.mean_absolute_error(numbers, predicted, sample_weight=weights))
    assert scores["r2"] == pytest.approx(sklearn.r2_score(numbers, predicted, sample_weight=weights))


def test_several_targets_are_scored_one_by_one_and_share_their_mean_r2():
    generator = np.random.default_rng(0)
    numbers = generator.normal(size=(100, 3)) * [1, 10, 100]
    predicted = numbers + generator.normal(size=(100, 3)) * [0.1, 5, 20]
    scores = metrics.regressions(["a", "b", "c"], numbers, predicted)
    assert scores["rows"] == 100
    assert scores["r2"] == pytest.approx(sklearn.r2_score(numbers, predicted))
    assert list(scores["targets"]) == ["a", "b", "c"]
    rmse = sklearn.root_mean_squared_error(numbers, predicted, multioutput="raw_values")
    assert [each["rmse"] for each in scores["targets"].values()] == pytest.approx(rmse)


def test_the_paired_interval_is_that_of_the_paired_t_test_for_many_rows():
    from scipy import stats

    generator = np.random.default_rng(0)
    first = generator.exponential(size=5000)
    second = first + generator.normal(0.02, 0.3, 5000)
    found = metrics.paired(first, second)
    oracle = stats.ttest_rel(second, first).confidence_interval(0.95)
    assert found["difference"] == pytest.approx((second - first).mean())
    assert (found["low"], found["high"]) == pytest.approx((oracle.low, oracle.high), rel=1e-2)
    assert (found["first"], found["second"]) == pytest.approx((first.mean(), second.mean()))


def test_a_single_row_has_no_interval():
    found = metrics.paired(np.array([1.0]), np.array([2.0]))
    assert (found["difference"], found["low"], found["high"]) == (1.0, None, None)


def test_the_spread_of_scores_is_their_standard_deviation_however_large():
    assert metrics.spread([1.0, 2.0, 4.0]) == pytest.approx(np.std([1.0, 2.0, 4.0]))
    assert metrics.spread([0.0, -5e197]) == pytest.approx(2.5e197)


@pytest.mark.parametrize("strangers", [1, 2, 3, 60])
def test_there_may_be_more_unknown_classes_than_known_ones(strangers):
    probabilities = np.tile([[0.7, 0.3]], (strangers + 1, 1))
    scores = metrics.classification(np.array([0, *range(-strangers, 0)]), probabilities)
    smallest = np.finfo(np.float32).eps
    assert scores["log_loss"] == pytest.approx(-np.log([0.7, *[smallest] * strangers]).mean())
    assert scores["balanced_accuracy"] == pytest.approx(1 / (strangers + 1))
    assert scores["confusion"] == [[1, 0], [0, 0], [strangers, 0]]


def test_every_test_checks_shapes_at_run_time():
    with pytest.raises(jaxtyping.TypeCheckError, match="values"):
        metrics.root_mean_square(np.ones((2, 2)))


def test_several_targets_of_classes_share_means_and_a_subset_accuracy():
    generator = np.random.default_rng(0)
    parts = [generator.dirichlet(np.ones(classes), 200) for classes in (2, 3)]
    codes = np.column_stack([generator.integers(0, classes, 200) for classes in (2, 3)])
    weights = generator.exponential(size=200)
    scores = metrics.classifications(["a", "b"], codes, parts, weights)
    predicted = [part.argmax(axis=1) for part in parts]
    each = [sklearn.accuracy_score(*pair, sample_weight=weights) for pair in zip(codes.T, predicted, strict=True)]
    assert [its["accuracy"] for its in scores["targets"].values()] == pytest.approx(each)
    assert scores["accuracy"] == pytest.approx(np.mean(each))
    logs = [sklearn.log_loss(*pair, sample_weight=weights) for pair in zip(codes.T, parts, strict=True)]
    assert scores["log_loss"] == pytest.approx(np.mean(logs))
    one_hot = [np.column_stack([np.eye(2)[a], np.eye(3)[b]]) for a, b in (codes.T, predicted)]  # all right or none
    assert scores["subset_accuracy"] == pytest.approx(sklearn.accuracy_score(*one_hot, sample_weight=weights))
    confusion = scores["targets"]["b"]["confusion"]
    assert confusion == sklearn.confusion_matrix(codes[:, 1], predicted[1]).tolist()
