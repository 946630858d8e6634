"""The usual ten lines of libraries that stand on scikit-learn's contract, each skipped where it is not installed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ffnn import FeedforwardClassifier, FeedforwardRegressor

SMALL = {"recipe": "plain", "hidden": (8,), "restarts": 1, "epochs": 20, "learning_rate": 0.02, "random_state": 0}

OWN = ["ffnn.estimators.networks.FeedforwardClassifier"]
"""The one type that a file of skops, which is MLflow's default format, asks to trust."""

# The libraries' own warnings, about one another and about what they will change, are not ours to raise.
pytestmark = pytest.mark.filterwarnings(
    "default::DeprecationWarning",
    "default::FutureWarning",
    "default::PendingDeprecationWarning",
    "ignore:.*Any type hint is inferred",  # MLflow of its own functions
)


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True, as_frame=True)


@pytest.fixture(scope="module")
def classifier(iris):
    """A classifier that was fitted on a frame."""
    return FeedforwardClassifier(**SMALL).fit(*iris)


@pytest.fixture(scope="module")
def classifier_of_an_array(iris):
    x, y = iris
    return FeedforwardClassifier(**SMALL).fit(x.to_numpy(), y.to_numpy())


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True)


@pytest.mark.parametrize("algorithm", ["permutation", "exact"])
@pytest.mark.parametrize("framed", [True, False])
def test_shap_adds_up(iris, classifier, classifier_of_an_array, framed, algorithm):
    shap = pytest.importorskip("shap")
    x, _ = iris
    model, rows = (classifier, x) if framed else (classifier_of_an_array, x.to_numpy())
    explained = shap.Explainer(model.predict_proba, rows[:20], algorithm=algorithm, seed=0)(rows[60:63])
    assert explained.values.shape == (3, 4, 3)
    np.testing.assert_allclose(
        explained.values.sum(axis=1) + explained.base_values, model.predict_proba(rows[60:63]), atol=1e-5
    )
    np.testing.assert_allclose(explained.base_values[0], model.predict_proba(rows[:20]).mean(axis=0), atol=1e-5)


def test_shaps_kernel_adds_up(iris, classifier_of_an_array):
    shap = pytest.importorskip("shap")
    rows, model = iris[0].to_numpy(), classifier_of_an_array
    values = shap.KernelExplainer(model.predict_proba, rows[:10]).shap_values(rows[60:62], nsamples=30, silent=True)
    expected = model.predict_proba(rows[60:62]) - model.predict_proba(rows[:10]).mean(axis=0)
    np.testing.assert_allclose(np.sum(values, axis=1), expected, atol=1e-5)


def test_lime_names_the_columns(iris, classifier_of_an_array):
    lime = pytest.importorskip("lime.lime_tabular")
    x, _ = iris
    explainer = lime.LimeTabularExplainer(
        x.to_numpy(), feature_names=list(x), class_names=["a", "b", "c"], random_state=0, discretize_continuous=False
    )
    model = classifier_of_an_array
    told = explainer.explain_instance(x.to_numpy()[0], model.predict_proba, num_samples=200, labels=[0])
    assert {name for name, _ in told.as_list(label=0)} == set(x)
    np.testing.assert_allclose(told.predict_proba, model.predict_proba(x.to_numpy()[:1])[0])
    weights = dict(told.as_list(label=0))
    assert weights["petal length (cm)"] < 0  # setosa, class 0, has the short petals


def test_optuna_searches_and_prunes(iris):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    states = optuna.trial.TrialState
    x, x_val, y, y_val = train_test_split(*iris, random_state=0, stratify=iris[1])

    def objective(trial):
        model = FeedforwardClassifier(
            **SMALL
            | {
                "hidden": (trial.suggest_int("hidden", 4, 8, step=4),),
                "learning_rate": trial.suggest_float("learning_rate", 1e-4, 0.1, log=True),
            }
        )

        def worse(record):
            trial.report(-float(record.validation_loss.mean()), record.epoch)
            return trial.should_prune()

        model.fit(x, y, X_val=x_val, y_val=y_val, on_epoch=worse)
        if trial.should_prune():
            raise optuna.TrialPruned
        return model.score(x_val, y_val)

    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.RandomSampler(seed=0),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=1),
    )
    study.enqueue_trial({"hidden": 8, "learning_rate": 0.05})
    study.enqueue_trial({"hidden": 8, "learning_rate": 1e-4})
    study.optimize(objective, n_trials=4)
    complete, pruned = (study.get_trials(states=[state]) for state in (states.COMPLETE, states.PRUNED))
    assert len(complete) + len(pruned) == 4
    assert 1 in [trial.number for trial in pruned]
    assert all(len(trial.intermediate_values) < SMALL["epochs"] for trial in pruned)
    assert study.best_value == max(trial.value for trial in complete) > 0.9


def test_optuna_prunes_from_within_an_epoch(iris):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def objective(trial):
        def prune(record):
            trial.report(float(record.loss.mean()), record.epoch)
            if trial.should_prune():
                raise optuna.TrialPruned

        return FeedforwardClassifier(**SMALL).fit(*iris, on_epoch=prune).score(*iris)

    study = optuna.create_study(pruner=optuna.pruners.ThresholdPruner(upper=0))
    study.optimize(objective, n_trials=1)
    assert study.trials[0].state == optuna.trial.TrialState.PRUNED
    assert list(study.trials[0].intermediate_values) == [1]


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")  # it tries any estimator out on an array
def test_mapies_sets_cover(iris):
    classification = pytest.importorskip("mapie.classification")
    metrics = pytest.importorskip("mapie.metrics.classification")
    x, x_new, y, y_new = train_test_split(*iris, random_state=0, stratify=iris[1], test_size=50)
    x, x_own, y, y_own = train_test_split(x, y, random_state=0, stratify=y, test_size=50)
    model = classification.SplitConformalClassifier(FeedforwardClassifier(**SMALL), confidence_level=0.9, prefit=False)
    labels, sets = model.fit(x, y).conformalize(x_own, y_own).predict_set(x_new)
    assert sets.shape == (50, 3, 1)
    assert set(labels) <= {0, 1, 2}
    assert 0.75 <= metrics.classification_coverage_score(y_new, sets)[0] <= 1


def test_mapies_intervals_cover(diabetes):
    regression = pytest.importorskip("mapie.regression")
    x, x_new, y, y_new = train_test_split(*diabetes, random_state=0, test_size=142)
    model = regression.CrossConformalRegressor(FeedforwardRegressor(**SMALL), confidence_level=0.8, cv=3)
    numbers, intervals = model.fit_conformalize(x, y).predict_interval(x_new)
    assert numbers.shape == (142,)
    inside = (intervals[:, 0, 0] <= y_new) & (y_new <= intervals[:, 1, 0])
    assert 0.65 <= inside.mean() <= 1


def test_imbalanced_learn_draws_rows_before(iris):
    pipeline = pytest.importorskip("imblearn.pipeline")
    over = pytest.importorskip("imblearn.over_sampling")
    x, y = iris
    kept = np.r_[0:50, 50:60, 100:150]
    model = pipeline.make_pipeline(over.RandomOverSampler(random_state=0), FeedforwardClassifier(**SMALL))
    model.fit(x.iloc[kept], y.iloc[kept])
    drawn = over.RandomOverSampler(random_state=0).fit_resample(x.iloc[kept], y.iloc[kept])
    assert np.bincount(drawn[1]).tolist() == [50, 50, 50]
    by_hand = FeedforwardClassifier(**SMALL).fit(*drawn)
    np.testing.assert_allclose(model.predict_proba(x), by_hand.predict_proba(x))


def test_a_search_over_nested_names_tells_of_epochs_as_with_skorch(iris):
    x, y = iris
    losses = []
    pipeline = make_pipeline(StandardScaler(), FeedforwardClassifier(**SMALL))
    rates = {"feedforwardclassifier__learning_rate": [1e-5, 0.05]}
    search = GridSearchCV(pipeline, rates, cv=2, error_score="raise")
    search.fit(x, y, feedforwardclassifier__on_epoch=lambda record: losses.append(float(record.loss.mean())))
    assert search.best_params_ == {"feedforwardclassifier__learning_rate": 0.05}
    assert len(losses) == (2 * 2 + 1) * SMALL["epochs"]
    assert min(losses) < 0.7 * max(losses)


@pytest.mark.parametrize("flavor", ["sklearn", "pyfunc"])
def test_mlflow_gives_back_the_same_model(iris, classifier, tmp_path, flavor):
    mlflow = pytest.importorskip("mlflow")
    pytest.importorskip("mlflow.sklearn")
    x, _ = iris
    mlflow.sklearn.save_model(classifier, tmp_path / "model", skops_trusted_types=OWN)
    loaded = getattr(mlflow, flavor).load_model(str(tmp_path / "model"))
    np.testing.assert_array_equal(loaded.predict(x), classifier.predict(x))


def test_mlflow_logs_a_run_and_its_model(iris, classifier, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    pytest.importorskip("mlflow.sklearn")
    monkeypatch.chdir(tmp_path)
    x, _ = iris
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/runs.db")
    with mlflow.start_run():
        mlflow.log_params({name: value for name, value in classifier.get_params().items() if value is not None})
        logged = mlflow.sklearn.log_model(classifier, name="model", input_example=x[:2], skops_trusted_types=OWN)
    loaded = mlflow.sklearn.load_model(logged.model_uri)
    np.testing.assert_array_equal(loaded.predict_proba(x), classifier.predict_proba(x))


@pytest.mark.parametrize("kind", [FeedforwardClassifier, FeedforwardRegressor])
def test_skops_trusts_the_estimator_alone(iris, kind):
    io = pytest.importorskip("skops.io")
    x, y = iris
    model = kind(**SMALL).fit(x, y)
    written = io.dumps(model)
    own = io.get_untrusted_types(data=written)
    assert own == [f"ffnn.estimators.networks.{kind.__name__}"]
    loaded = io.loads(written, trusted=own)
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    np.testing.assert_array_equal(loaded.history_.loss, model.history_.loss)


def test_a_frame_with_words_goes_through_skops(tmp_path):
    io = pytest.importorskip("skops.io")
    draw = np.random.default_rng(0)
    x = pd.DataFrame({"age": draw.normal(40, 10, 60), "town": draw.choice(["Ulm", "Bonn"], 60)})
    y = np.where(x["town"] == "Ulm", "yes", "no")
    model = FeedforwardClassifier(**SMALL).fit(x, y)
    io.dump(model, tmp_path / "model.skops")
    loaded = io.load(tmp_path / "model.skops", trusted=OWN)
    assert loaded.predict(x).tolist() == model.predict(x).tolist()
