"""A classifier of several targets, and of indicators, as MLPClassifier and scikit-learn's forests have them."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import logit
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier
from sklearn.utils import get_tags

from ffnn import FeedforwardClassifier

SMALL = {"recipe": "plain", "hidden": (16,), "restarts": 2, "epochs": 40, "learning_rate": 0.02, "random_state": 0}


@pytest.fixture(scope="module")
def indicated():
    x, y = make_multilabel_classification(300, 10, n_classes=4, n_labels=2, random_state=0)
    return (x - x.mean(axis=0)) / x.std(axis=0), y


@pytest.fixture(scope="module")
def several():
    x = np.random.default_rng(0).normal(size=(300, 3))
    return x, np.column_stack([np.digitize(x[:, 0], [-0.5, 0.5]), 5 * (x[:, 1] > 0)])


@pytest.fixture(scope="module")
def of_indicators(indicated):
    return FeedforwardClassifier(**SMALL).fit(*indicated)


@pytest.fixture(scope="module")
def of_several(several):
    return FeedforwardClassifier(**SMALL).fit(*several)


def test_indicators_come_back_as_from_mlpclassifier(indicated, of_indicators):
    x, y = indicated
    theirs = MLPClassifier((16,), max_iter=60, learning_rate_init=0.02, random_state=0, early_stopping=True).fit(x, y)
    for method in ("predict", "predict_proba"):
        ours, other = (getattr(model, method)(x) for model in (of_indicators, theirs))
        assert (ours.shape, ours.dtype.kind) == (other.shape, other.dtype.kind)
    assert of_indicators.predict(x).dtype == y.dtype
    assert of_indicators.classes_.tolist() == theirs.classes_.tolist()
    assert of_indicators.score(x, y) == accuracy_score(y, of_indicators.predict(x))
    assert of_indicators.score(x, y) > theirs.score(x, y) - 0.05


def test_probabilities_and_log_odds_of_indicators_are_those_of_1(indicated, of_indicators):
    x, _ = indicated
    probabilities = of_indicators.predict_proba(x)
    assert (of_indicators.predict(x) == (probabilities > 0.5)).all()
    np.testing.assert_allclose(of_indicators.predict_log_proba(x), np.log(probabilities))
    np.testing.assert_allclose(of_indicators.decision_function(x), logit(probabilities), rtol=1e-6)
    each = of_indicators.model_.predict_proba(x)
    np.testing.assert_allclose(probabilities, np.column_stack([part[:, 1] for part in each]))


@pytest.mark.parametrize("form", [sparse.csr_matrix, pd.DataFrame, np.ndarray.tolist, lambda y: y.astype(bool)])
def test_indicators_may_have_any_form(indicated, of_indicators, form):
    x, y = indicated
    model = FeedforwardClassifier(**SMALL).fit(x, form(y))
    np.testing.assert_array_equal(model.predict_proba(x), of_indicators.predict_proba(x))


def test_several_targets_come_back_as_from_a_forest(several, of_several):
    x, y = several
    forest = RandomForestClassifier(10, random_state=0).fit(x, y)
    assert of_several.predict(x).shape == forest.predict(x).shape
    assert (of_several.predict(x) == y).mean() > 0.9
    assert [classes.tolist() for classes in of_several.classes_] == [classes.tolist() for classes in forest.classes_]
    for ours, theirs in zip(of_several.predict_proba(x), forest.predict_proba(x), strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours.sum(axis=1), 1)
    for part, log in zip(of_several.predict_proba(x), of_several.predict_log_proba(x), strict=True):
        np.testing.assert_allclose(log, np.log(part))
    assert [odds.shape for odds in of_several.decision_function(x)] == [(300, 3), (300,)]
    assert set(of_several.predict(x)[:, 1]) == {0, 5}


def test_words_and_numbers_of_a_frame_stay_what_they_are(several):
    x, y = several
    frame = pd.DataFrame({"mood": np.array(["glad", "sad", "so"])[y[:, 0]], "number": y[:, 1]})
    model = FeedforwardClassifier(**SMALL).fit(x, frame)
    assert model.model_.target.names == ("mood", "number")
    assert [classes.tolist() for classes in model.classes_] == [["glad", "sad", "so"], [0, 5]]
    predicted = model.predict(x)
    assert predicted.dtype == object
    assert (predicted == frame.to_numpy()).mean() > 0.9


def test_a_pickled_classifier_of_several_predicts_the_same(several, of_several, of_indicators, indicated):
    for model, x in ((of_several, several[0]), (of_indicators, indicated[0])):
        np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(x), model.predict(x))


def test_samples_of_ones_own_validate_and_weights_count(several):
    x, y = several
    weights = (y[:, 0] != 2).astype(float)
    model = FeedforwardClassifier(**SMALL).fit(x, y, weights, X_val=x[weights > 0][:50], y_val=y[weights > 0][:50])
    assert model.classes_[0].tolist() == [0, 1]
    again = FeedforwardClassifier(**{**SMALL, "warm_start": True}).fit(x, y)
    assert len(again.fit(x, y).loss_curve_) == 80


def test_cross_validation_scores_indicators(indicated):
    model = FeedforwardClassifier(**{**SMALL, "restarts": 1, "epochs": 10})
    assert cross_val_score(model, *indicated, cv=2).shape == (2,)


def test_tags_say_what_may_be_given():
    tags = get_tags(FeedforwardClassifier())
    assert tags.target_tags.multi_output
    assert tags.classifier_tags.multi_label


def test_what_several_targets_cannot_have_is_refused(several, of_several):
    x, y = several
    with pytest.raises(ValueError, match="class_weight is for one target"):
        FeedforwardClassifier(**SMALL, class_weight={0: 2}).fit(x, y)
    with pytest.raises(ValueError, match="class_weight is for one target"):
        FeedforwardClassifier(**SMALL, class_weight="balanced").fit(x, y)
    with pytest.raises(ValueError, match="partial_fit is for one target"):
        of_several.partial_fit(x, y[:, 0])
    holes = y.astype(object)
    holes[3, 0] = None
    with pytest.raises(ValueError, match="contains NaN"):
        FeedforwardClassifier(**SMALL).fit(x, holes)
    with pytest.raises(ValueError, match="Unknown label type"):
        FeedforwardClassifier(**SMALL).fit(x, x)


def test_an_indicator_that_is_always_the_same_is_learned_as_in_scikit_learns_network():
    x = np.random.default_rng(0).normal(size=(60, 3))
    y = np.column_stack([x[:, 0] > 0, np.zeros(60), np.ones(60)]).astype(int)
    fitted = FeedforwardClassifier(recipe="plain", hidden=(8,), restarts=2, epochs=3, random_state=0).fit(x, y)
    assert fitted.predict_proba(x)[:, 1:].tolist() == [[0.0, 1.0]] * 60
    assert fitted.predict(x)[:, 1:].tolist() == [[0, 1]] * 60
    assert fitted.predict_log_proba(x)[:, 1:].tolist() == [[-np.inf, 0.0]] * 60
    assert np.isfinite(fitted.decision_function(x)).all()
    assert fitted.score(x, y) == (fitted.predict(x)[:, 0] == y[:, 0]).mean()
