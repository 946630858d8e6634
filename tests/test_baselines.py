from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

from ffnn.scores import baselines


@pytest.fixture(scope="module")
def numbers():
    return np.random.default_rng(0).normal(size=(400, 5)).astype(np.float32)


def constant(targets, classes, weights=None):
    numbers = np.zeros((len(targets), 1), np.float32)
    return baselines.fit_baselines(numbers, targets, classes, weights)["constant"]


def noisy_classes(numbers, classes):
    generator = np.random.default_rng(1)
    logits = numbers @ generator.normal(size=(5, classes)) + generator.gumbel(size=(400, classes))
    return logits.argmax(axis=1).astype(np.int32)


@pytest.mark.parametrize("classes", [2, 4])
def test_linear_classifier_gives_the_probabilities_of_logistic_regression(numbers, classes):
    codes = noisy_classes(numbers, classes)
    outputs = baselines.fit_baselines(numbers[:300], codes[:300], classes)["linear"](numbers[300:])
    oracle = LogisticRegression(C=1e6, max_iter=1000).fit(numbers[:300], codes[:300]).predict_proba(numbers[300:])
    np.testing.assert_allclose(softmax(outputs, axis=1), oracle, atol=0.02)


def test_linear_regressor_predicts_what_least_squares_does(numbers):
    generator = np.random.default_rng(2)
    targets = numbers @ generator.normal(size=(5, 1)) + generator.normal(0, 0.1, (400, 1)) + 0.5
    outputs = baselines.fit_baselines(numbers[:300], targets[:300].astype(np.float32), None)["linear"](numbers[300:])
    oracle = LinearRegression().fit(numbers[:300], targets[:300]).predict(numbers[300:])
    assert outputs.shape == (100, 1)
    np.testing.assert_allclose(outputs, oracle, atol=0.01)


def test_linear_regressor_is_ridge_regression_with_its_penalty(numbers):
    targets = numbers @ np.float32([[1], [-2], [0], [3], [0.5]])
    centred = numbers - numbers.mean(axis=0)
    outputs = baselines.fit_baselines(centred, targets - targets.mean(), None)["linear"](centred)
    oracle = Ridge(alpha=baselines.RIDGE * 400).fit(centred, targets - targets.mean()).predict(centred)
    np.testing.assert_allclose(outputs, oracle.reshape(outputs.shape), atol=1e-5)


def test_linear_survives_inputs_that_repeat_each_other(numbers):
    twice = np.column_stack([numbers, numbers, np.zeros(400, np.float32)])
    outputs = baselines.fit_baselines(twice, numbers[:, :1], None)["linear"](twice)
    np.testing.assert_allclose(outputs, numbers[:, :1], atol=0.01)


def test_constant_classifier_gives_the_shares_of_the_classes(numbers):
    codes = np.int32([0] * 250 + [1] * 100 + [2] * 50)
    oracle = DummyClassifier(strategy="prior").fit(numbers, codes).predict_proba(numbers[:7])
    outputs = constant(codes, 3)(numbers[:7])
    np.testing.assert_allclose(softmax(outputs, axis=1), oracle, atol=1e-12)


def test_constant_classifier_stays_finite_for_a_class_that_does_not_occur(numbers):
    outputs = constant(np.int32([0, 0, 2]), 3)(numbers)
    assert np.isfinite(outputs).all()
    np.testing.assert_allclose(softmax(outputs, axis=1)[0], [2 / 3, 0, 1 / 3], atol=1e-6)


def test_constant_regressor_gives_the_mean(numbers):
    targets = numbers[:, :1]
    oracle = DummyRegressor().fit(numbers, targets).predict(numbers[:7])
    np.testing.assert_allclose(constant(targets, None)(numbers[:7]), oracle.reshape(7, 1), atol=1e-6)


WEIGHTS = np.random.default_rng(3).integers(0, 4, 300)


@pytest.mark.parametrize("name", ["linear", "constant"])
@pytest.mark.parametrize("classes", [3, None])
def test_a_weight_counts_as_so_many_of_the_same_row(numbers, classes, name):
    targets = numbers[:, :2] ** 2 if classes is None else noisy_classes(numbers, 3)
    weighted = baselines.fit_baselines(numbers[:300], targets[:300], classes, np.float32(WEIGHTS))[name]
    repeated = np.repeat(np.arange(300), WEIGHTS)
    oracle = baselines.fit_baselines(numbers[repeated], targets[repeated], classes)[name]
    np.testing.assert_allclose(weighted(numbers), oracle(numbers), rtol=1e-3, atol=2e-3)
    assert (
        np.abs(weighted(numbers) - baselines.fit_baselines(numbers[:300], targets[:300], classes)[name](numbers)).max()
        > 0.01
    )


def test_weighted_classifiers_are_those_of_scikit_learn(numbers):
    codes, weights = noisy_classes(numbers, 3)[:300], np.float32(WEIGHTS / 10)
    found = baselines.fit_baselines(numbers[:300], codes, 3, weights)
    prior = DummyClassifier(strategy="prior").fit(numbers[:300], codes, weights).predict_proba(numbers)
    np.testing.assert_allclose(softmax(found["constant"](numbers), axis=1), prior, atol=1e-6)
    oracle = LogisticRegression(C=1e6, max_iter=1000).fit(numbers[:300], codes, weights).predict_proba(numbers)
    np.testing.assert_allclose(softmax(found["linear"](numbers), axis=1), oracle, atol=0.02)


def test_weighted_regressors_of_several_outputs_are_those_of_scikit_learn(numbers):
    targets, weights = np.float32(numbers[:, :3] ** 2 + numbers[:, 1:4]), np.float32(WEIGHTS / 10)
    found = baselines.fit_baselines(numbers[:300], targets[:300], None, weights)
    mean = DummyRegressor().fit(numbers[:300], targets[:300], weights).predict(numbers)
    np.testing.assert_allclose(found["constant"](numbers), mean, atol=1e-5)
    oracle = LinearRegression().fit(numbers[:300], targets[:300], weights).predict(numbers)
    assert found["linear"](numbers).shape == (400, 3)
    np.testing.assert_allclose(found["linear"](numbers), oracle, atol=0.02)


def test_least_squares_in_blocks_is_least_squares_at_once(numbers, monkeypatch):
    whole = baselines.fit_baselines(numbers, numbers[:, :2] ** 2, None)["linear"](numbers)
    monkeypatch.setattr(baselines, "BLOCK", 7)
    blocks = baselines.fit_baselines(numbers, numbers[:, :2] ** 2, None)["linear"](numbers)
    np.testing.assert_allclose(blocks, whole, rtol=1e-9, atol=1e-12)


def test_the_baselines_of_several_heads_stand_side_by_side(numbers):
    codes = np.column_stack([noisy_classes(numbers, classes) for classes in (2, 4)])
    outputs = baselines.fit_baselines(numbers, codes, (2, 4))
    for name, found in outputs.items():
        first, second = np.split(found(numbers), [2], axis=1)
        for part, code in zip((first, second), codes.T, strict=True):
            oracle = DummyClassifier(strategy="prior") if name == "constant" else LogisticRegression(C=1e4)
            expected = oracle.fit(numbers, code).predict_proba(numbers)
            np.testing.assert_allclose(softmax(part, axis=1), expected, atol=0.03)
