from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

from feedforward.training import baselines


@pytest.fixture(scope="module")
def numbers():
    return np.random.default_rng(0).normal(size=(400, 5)).astype(np.float32)


def noisy_classes(numbers, classes):
    generator = np.random.default_rng(1)
    logits = numbers @ generator.normal(size=(5, classes)) + generator.gumbel(size=(400, classes))
    return logits.argmax(axis=1).astype(np.int32)


@pytest.mark.parametrize("classes", [2, 4])
def test_linear_classifier_gives_the_probabilities_of_logistic_regression(numbers, classes):
    codes = noisy_classes(numbers, classes)
    outputs = baselines.linear(numbers[:300], codes[:300], classes)(numbers[300:])
    oracle = LogisticRegression(C=1e6, max_iter=1000).fit(numbers[:300], codes[:300]).predict_proba(numbers[300:])
    np.testing.assert_allclose(softmax(outputs, axis=1), oracle, atol=0.02)


def test_linear_regressor_predicts_what_least_squares_does(numbers):
    generator = np.random.default_rng(2)
    targets = numbers @ generator.normal(size=(5, 1)) + generator.normal(0, 0.1, (400, 1)) + 0.5
    outputs = baselines.linear(numbers[:300], targets[:300].astype(np.float32), None)(numbers[300:])
    oracle = LinearRegression().fit(numbers[:300], targets[:300]).predict(numbers[300:])
    assert outputs.shape == (100, 1)
    np.testing.assert_allclose(outputs, oracle, atol=0.01)


def test_linear_regressor_is_ridge_regression_with_its_penalty(numbers):
    targets = numbers @ np.float32([[1], [-2], [0], [3], [0.5]])
    centred = numbers - numbers.mean(axis=0)
    outputs = baselines.linear(centred, targets - targets.mean(), None)(centred)
    oracle = Ridge(alpha=baselines.RIDGE * 400).fit(centred, targets - targets.mean()).predict(centred)
    np.testing.assert_allclose(outputs, oracle.reshape(outputs.shape), atol=1e-5)


def test_linear_survives_inputs_that_repeat_each_other(numbers):
    twice = np.column_stack([numbers, numbers, np.zeros(400, np.float32)])
    outputs = baselines.linear(twice, numbers[:, :1], None)(twice)
    np.testing.assert_allclose(outputs, numbers[:, :1], atol=0.01)


def test_constant_classifier_gives_the_shares_of_the_classes(numbers):
    codes = np.int32([0] * 250 + [1] * 100 + [2] * 50)
    oracle = DummyClassifier(strategy="prior").fit(numbers, codes).predict_proba(numbers[:7])
    outputs = baselines.constant(codes, 3)(numbers[:7])
    np.testing.assert_allclose(softmax(outputs, axis=1), oracle, atol=1e-12)


def test_constant_classifier_stays_finite_for_a_class_that_does_not_occur(numbers):
    outputs = baselines.constant(np.int32([0, 0, 2]), 3)(numbers)
    assert np.isfinite(outputs).all()
    np.testing.assert_allclose(softmax(outputs, axis=1)[0], [2 / 3, 0, 1 / 3], atol=1e-6)


def test_constant_regressor_gives_the_mean(numbers):
    targets = numbers[:, :1]
    oracle = DummyRegressor().fit(numbers, targets).predict(numbers[:7])
    np.testing.assert_allclose(baselines.constant(targets, None)(numbers[:7]), oracle.reshape(7, 1), atol=1e-6)
