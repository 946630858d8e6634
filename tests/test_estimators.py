from __future__ import annotations

import pickle
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import logit, softmax
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes, load_iris, make_regression
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.estimator_checks import parametrize_with_checks

from ffnn import FeedforwardClassifier, FeedforwardRegressor, Recipe, TableWarning, load
from ffnn.errors import FeedforwardError, TableError
from ffnn.estimators import networks
from ffnn.recipes import catalogue
from ffnn.recipes.recipe import CHOICES
from ffnn.tables.formats import reading
from ffnn.training import loop

SMALL = {"hidden": (8,), "restarts": 2, "epochs": 20, "learning_rate": 0.02, "random_state": 0}


@parametrize_with_checks([kind(recipe="plain", **SMALL) for kind in (FeedforwardClassifier, FeedforwardRegressor)])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([FeedforwardClassifier(), FeedforwardRegressor()])
def test_scikit_learns_checks_with_the_default_recipe(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def people():
    """A DataFrame with words, booleans, dates and missing cells, and who said yes."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": np.where(draw.random(300) < 0.1, np.nan, draw.normal(40, 10, 300)),
            "town": pd.Categorical(draw.choice(["Ulm", "Bonn", "Kiel"], 300)),
            "member": draw.random(300) < 0.5,
            "since": pd.date_range("2020-01-01", periods=300, freq="3D"),
            "note": draw.choice(["a", "b", None], 300),
        }
    )
    said = np.where((frame["town"] == "Ulm") | (frame["age"].fillna(40) > 50), "yes", "no")
    return frame, said


def test_labels_come_back_and_probabilities_sum_to_one(iris):
    x, y = iris
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    model = FeedforwardClassifier(**{**SMALL, "epochs": 60}).fit(x, names)
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    probabilities = model.predict_proba(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    assert (model.predict(x) == model.classes_[probabilities.argmax(axis=1)]).all()
    np.testing.assert_allclose(model.predict_log_proba(x), np.log(probabilities))
    assert model.score(x, names) > 0.9
    assert model.n_iter_ == model.history_.best_epoch.max() <= 60
    assert model.history_.loss.shape == (2, 60)


def test_every_choice_of_a_recipe_is_a_parameter():
    parameters = set(FeedforwardClassifier().get_params())
    assert parameters == set(FeedforwardRegressor().get_params())
    assert set(Recipe.__dataclass_fields__) <= parameters
    assert {"recipe", "columns", "time_limit", "random_state"} <= parameters


@pytest.mark.parametrize("kind", [FeedforwardClassifier, FeedforwardRegressor])
def test_the_documentation_explains_every_parameter(kind):
    explained = kind.__doc__.partition("    Args:\n")[2].partition("    Attributes:\n")[0]
    assert re.findall(r"^        (\w+): ", explained, re.MULTILINE) == [
        "recipe", *CHOICES, "columns", "early_stopping", "validation_fraction", "warm_start", "time_limit", "verbose",
        "random_state",
    ]  # fmt: skip
    assert "        dropout: Dropout rate of the hidden layers.  [default: 0.15; 0<=x<1]\n" in explained


def test_the_documentation_follows_a_default_that_is_changed(monkeypatch):
    monkeypatch.setitem(catalogue.RECIPES, "default", replace(catalogue.RECIPES["default"], dropout=0.375))

    @networks.explained
    class Mine:
        """Mine.

        Args:
            <choices>
        """

    assert "dropout: Dropout rate of the hidden layers.  [default: 0.375; 0<=x<1]\n" in Mine.__doc__


def test_a_data_frame_keeps_its_kinds(people, tmp_path):
    frame, said = people
    model = FeedforwardClassifier(**SMALL).fit(frame, said)
    kinds = {column.name: column.kind for column in model.model_.schema.columns}
    assert kinds == {"age": "number", "town": "category", "member": "boolean", "since": "date", "note": "category"}
    assert model.feature_names_in_.tolist() == list(frame.columns)
    assert model.score(frame, said) > 0.8
    np.testing.assert_array_equal(model.predict(reading.table_of(frame)), model.predict(frame))
    model.model_.save(tmp_path / "people.safetensors")
    probabilities = load(tmp_path / "people.safetensors").predict_proba(frame)
    np.testing.assert_array_equal(probabilities, model.predict_proba(frame))


def test_what_a_data_frame_holds_for_the_first_time_is_said(people):
    frame, said = people
    model = FeedforwardClassifier(**SMALL).fit(frame, said)
    with pytest.warns(TableWarning, match="'town': 300 cells hold a level that training did not see, such as 'Rom'"):
        model.predict(frame.assign(town="Rom"))


def test_kinds_may_be_declared(people):
    frame, said = people
    model = FeedforwardClassifier(**SMALL, columns={"since": "ignore", "age": "category"}).fit(frame, said)
    kinds = {column.name: column.kind for column in model.model_.schema.columns}
    assert (kinds["since"], kinds["age"]) == ("ignore", "category")


def test_numbers_of_a_frame_are_numbers_even_where_they_count_the_rows():
    frame = pd.DataFrame({"id": np.arange(60), "constant": 1.0})
    model = FeedforwardRegressor(**SMALL).fit(frame, np.arange(60) * 2.0)
    assert {column.kind for column in model.model_.schema.columns} == {"number"}


def test_columns_without_names_go_by_their_places(people):
    frame, said = people
    fitted = FeedforwardClassifier(recipe="plain", **SMALL).fit(frame, said)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        assert (fitted.predict(frame.to_numpy()) == fitted.predict(frame)).all()
    crossed = frame.rename(columns={"age": "x1", "town": "x0"})
    fitted.fit(crossed, said)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        assert (fitted.predict(crossed.to_numpy()) == fitted.predict(crossed)).all()
    numbers = frame[["age", "member"]].to_numpy(float)
    fitted = FeedforwardClassifier(recipe="plain", **SMALL).fit(numbers, said)
    with pytest.warns(UserWarning, match="X has feature names"):
        assert (fitted.predict(frame[["age", "member"]].astype(float)) == fitted.predict(numbers)).all()


def test_names_say_nothing_where_fit_saw_none(iris):
    inputs, labels = iris
    fitted = FeedforwardClassifier(recipe="plain", **SMALL).fit(inputs, labels)
    with pytest.warns(UserWarning, match="X has feature names"):
        crossed = fitted.predict_proba(pd.DataFrame(inputs, columns=["x3", "x2", "x1", "x0"]))
    np.testing.assert_array_equal(crossed, fitted.predict_proba(inputs))
    np.testing.assert_array_equal(fitted.predict_proba(inputs.astype(np.longdouble)), crossed)
    hidden = np.ma.masked_array(inputs, mask=inputs > 5)
    np.testing.assert_array_equal(fitted.predict_proba(hidden), fitted.predict_proba(hidden.filled(np.nan)))


def test_what_an_array_holds_for_the_first_time_is_said_where_fit_saw_a_frame(people):
    frame, said = people
    fitted = FeedforwardClassifier(recipe="plain", **SMALL).fit(frame, said)
    unseen = frame.head(1).astype({"town": str}).assign(town="Oslo").to_numpy()
    with (
        pytest.warns(UserWarning, match="feature names"),
        pytest.warns(TableWarning, match="'town': .* see, such as 'O"),
    ):
        fitted.predict(unseen)


def test_log_odds_are_those_of_the_probabilities(iris):
    inputs, labels = iris
    several = FeedforwardClassifier(recipe="plain", **SMALL).fit(inputs, labels)
    np.testing.assert_allclose(several.decision_function(inputs), logit(several.predict_proba(inputs)), rtol=1e-9)
    two = FeedforwardClassifier(recipe="plain", **SMALL).fit(inputs, labels == 1)
    np.testing.assert_allclose(two.decision_function(inputs), logit(two.predict_proba(inputs)[:, 1]), rtol=1e-9)


def test_weights_and_biases_make_the_predictions(iris):
    inputs, labels = iris
    one = SMALL | {"restarts": 1, "hidden": (8, 5)}
    fitted = FeedforwardClassifier(recipe="plain", activation="relu", **one).fit(inputs, labels)
    (first, second, last), biases = fitted.coefs_, fitted.intercepts_
    assert first.shape == (len(fitted.get_feature_names_out()), 8)
    scaled = fitted.model_.encode(reading.table_of(inputs)).numbers
    hidden = np.maximum(np.maximum(scaled @ first + biases[0], 0) @ second + biases[1], 0)
    np.testing.assert_allclose(softmax(hidden @ last + biases[2], axis=1), fitted.predict_proba(inputs), atol=1e-5)


def test_weights_are_not_given_where_there_are_several(iris):
    with pytest.raises(AttributeError, match=r"2 networks have no coefs_ of their own; train one: restarts=1"):
        _ = FeedforwardClassifier(recipe="plain", **SMALL).fit(*iris).coefs_
    fitted = FeedforwardClassifier(**SMALL | {"restarts": 1, "epochs": 1}).fit(*iris)
    with pytest.raises(AttributeError, match=r"a layer of kind periodic has no coefs_; recipe='plain' has"):
        _ = fitted.intercepts_
    assert not hasattr(FeedforwardClassifier(), "coefs_")


def test_losses_are_means_of_what_each_restart_had(iris):
    fitted = FeedforwardClassifier(recipe="plain", **SMALL).fit(*iris)
    history = fitted.history_
    np.testing.assert_allclose(fitted.loss_curve_, (history.loss[0] + history.loss[1]) / 2, rtol=1e-6)
    np.testing.assert_allclose(fitted.validation_scores_, -(history.score[0] + history.score[1]) / 2, rtol=1e-6)
    kept = [scores[epoch - 1] for scores, epoch in zip(history.score, history.best_epoch, strict=True)]
    assert fitted.best_loss_ == pytest.approx(sum(kept) / 2)


def test_columns_in_another_order_are_refused_as_by_scikit_learn(people):
    frame, said = people
    model = FeedforwardClassifier(**SMALL).fit(frame, said)
    with pytest.raises(ValueError, match="same order"):
        model.predict(frame[frame.columns[::-1]])


@pytest.mark.slow
def test_weights_count_as_copies_exactly():
    x, y = make_regression(60, 4, random_state=0)
    weights = np.random.default_rng(0).integers(0, 4, 60)
    order = np.random.default_rng(1).permutation(weights.sum())
    weighed = FeedforwardRegressor(**SMALL).fit(x, y, sample_weight=weights)
    repeated = FeedforwardRegressor(**SMALL).fit(x.repeat(weights, axis=0)[order], y.repeat(weights)[order])
    np.testing.assert_array_equal(weighed.predict(x), repeated.predict(x))
    plain = FeedforwardRegressor(**SMALL).fit(x, y)
    assert np.abs(weighed.predict(x) - plain.predict(x)).max() > 1e-3


def test_class_weights_are_those_of_scikit_learn(iris):
    x, y = iris
    x, y = x[:120], y[:120]
    balanced = FeedforwardClassifier(**SMALL, class_weight="balanced").fit(x, y)
    factors = compute_class_weight("balanced", classes=np.unique(y), y=y)
    mapped = FeedforwardClassifier(**SMALL, class_weight=dict(enumerate(factors))).fit(x, y)
    np.testing.assert_allclose(balanced.predict_proba(x), mapped.predict_proba(x), rtol=1e-5)
    written = FeedforwardClassifier(**SMALL, class_weight={str(label): factor for label, factor in enumerate(factors)})
    np.testing.assert_array_equal(written.fit(x, y).predict_proba(x), mapped.predict_proba(x))
    assert np.abs(FeedforwardClassifier(**SMALL).fit(x, y).predict_proba(x) - mapped.predict_proba(x)).max() > 1e-3


@pytest.mark.parametrize(
    ("estimator", "said"),
    [
        (FeedforwardClassifier(class_weight={"rose": 2.0}), "class_weight names a class 'rose' that is not in y"),
        (FeedforwardClassifier(hidden=(0,)), "hidden must be a whole number of at least 1; got 0"),
        (FeedforwardClassifier(recipe="defalt"), "did you mean 'default'"),
        (FeedforwardClassifier(optimizer="adm"), "did you mean 'adam'"),
        (FeedforwardClassifier(columns={"nose": "number"}), "no column 'nose'"),
        (FeedforwardClassifier(columns={"target": "number"}), "no column 'target'; columns: x0, x1, x2, x3$"),
        (FeedforwardClassifier(columns=["x0"]), "columns gives the type of each column by its name"),
        (FeedforwardClassifier(verbose="no"), "verbose must be true or false; got 'no'"),
        (FeedforwardClassifier(time_limit=-1), "time limit must be a positive number"),
        (FeedforwardRegressor(class_weight="balanced"), "class_weight is for classes"),
        (FeedforwardRegressor(label_smoothing=0.1), "label smoothing is for classes"),
    ],
)
def test_choices_that_cannot_be_honoured_are_refused_in_fit(iris, estimator, said):
    with pytest.raises(FeedforwardError, match=said):
        estimator.fit(*iris)


def test_columns_of_one_name_are_refused_as_by_train(iris):
    twice = pd.DataFrame(iris[0][:, :2], columns=["a", "a"])
    with pytest.raises(TableError, match="the table has more than one column named 'a'"):
        FeedforwardClassifier().fit(twice, iris[1])


def test_infinite_numbers_are_refused(iris, people):
    x, y = iris
    with pytest.raises(ValueError, match="infinity"):
        FeedforwardClassifier(**SMALL).fit(np.where(x > 7.5, np.inf, x), y)
    frame, said = people
    with pytest.raises(ValueError, match=r"'age' must hold finite numbers, but row 1 holds 'inf'$"):
        FeedforwardClassifier(**SMALL).fit(frame.assign(age=np.inf), said)


def test_missing_numbers_are_learned_from(iris):
    x, y = iris
    holes = np.where(np.random.default_rng(0).random(x.shape) < 0.1, np.nan, x)
    plain = FeedforwardClassifier(recipe="plain", **SMALL)
    assert plain.fit(holes, y).score(holes, y) > 0.9


@pytest.mark.parametrize("made", [sparse.csr_matrix, sparse.coo_array, sparse.csc_array])
def test_sparse_rows_are_as_dense_ones(iris, made):
    x, y = iris
    x = np.where(x < 1, 0, x)
    dense = FeedforwardClassifier(**SMALL).fit(x, y)
    np.testing.assert_array_equal(
        FeedforwardClassifier(**SMALL).fit(made(x), y).predict_proba(made(x)), dense.predict_proba(x)
    )


def test_a_sparse_matrix_too_large_to_be_dense_is_refused():
    huge = sparse.csr_matrix((10, 2**29))
    with pytest.raises(FeedforwardError, match="too large to be made dense: more than 16 GiB"):
        FeedforwardRegressor().fit(huge, np.arange(10.0))


def test_several_targets_are_learned_together():
    x, y = make_regression(200, 5, n_targets=3, random_state=0)
    model = FeedforwardRegressor(**{**SMALL, "epochs": 60}).fit(x, y)
    assert model.predict(x).shape == (200, 3)
    assert model.score(x, y) > 0.8


def test_a_fit_is_the_same_for_the_same_random_state(iris):
    x, y = iris
    first, second = (FeedforwardClassifier(**SMALL).fit(x, y).predict_proba(x) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    other = FeedforwardClassifier(**{**SMALL, "random_state": 1}).fit(x, y).predict_proba(x)
    assert (first != other).any()


@pytest.mark.slow
def test_a_grid_search_over_rates_compiles_once(iris):
    x, y = iris
    one = FeedforwardClassifier(**{**SMALL, "hidden": (9,)})
    before = loop.run_chunk._cache_size()
    search = GridSearchCV(one, {"learning_rate": [0.001, 0.003, 0.01, 0.03]}, cv=5).fit(x, y)
    assert loop.run_chunk._cache_size() == before + 2  # the folds have 120 rows; the last fit has all 150
    assert search.best_score_ > 0.8
    assert set(search.best_params_) == {"learning_rate"}


def test_it_stands_in_pipelines_scores_clones_and_pickles(iris):
    x, y = iris
    pipeline = make_pipeline(StandardScaler(), FeedforwardClassifier(**SMALL)).set_output(transform="pandas")
    assert cross_val_score(pipeline, x, y, cv=3).mean() > 0.8
    pipeline.fit(x, y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(pipeline)).predict_proba(x), pipeline.predict_proba(x))
    copy = clone(pipeline)
    with pytest.raises(NotFittedError):
        copy.predict(x)
    assert copy[-1].get_params() == FeedforwardClassifier(**SMALL).get_params()


def test_a_pickle_holds_the_model_as_the_bytes_of_its_file(people):
    x, y = people
    model = FeedforwardClassifier(**SMALL).fit(x, y)
    state = model.__getstate__()
    assert state["model_"] == model.model_.to_bytes()
    assert {type(value).__module__.partition(".")[0] for value in state.values()} <= {"builtins", "numpy"}
    raw = pickle.dumps(model)
    assert raw.count(b"ffnn") == 1 + state["model_"].count(b"ffnn")  # the name of the estimator's class
    again = pickle.loads(raw)
    np.testing.assert_array_equal(again.predict_proba(x), model.predict_proba(x))
    np.testing.assert_array_equal(again.history_.score, model.history_.score)
    assert pickle.dumps(again) == raw


def test_a_pickle_of_the_parts_of_a_model_still_loads(iris):
    x, y = iris
    model = FeedforwardClassifier(**SMALL).fit(x, y)
    again = FeedforwardClassifier()
    again.__setstate__(dict(vars(model)))  # what scikit-learn's own `__getstate__` gave
    np.testing.assert_array_equal(again.predict_proba(x), model.predict_proba(x))


def test_what_was_learned_part_by_part_goes_on_after_a_pickle(iris):
    x, y = iris
    model = FeedforwardClassifier(**SMALL).partial_fit(x, y, classes=[0, 1, 2])
    again = pickle.loads(pickle.dumps(model))
    for each in (model, again):
        each.partial_fit(x, y)
    np.testing.assert_array_equal(again.predict_proba(x), model.predict_proba(x))


def test_a_pipeline_may_encode_columns_itself(people):
    frame, said = people
    scaled = make_column_transformer((StandardScaler(), ["age"]), ("passthrough", ["town", "member"]))
    pipeline = make_pipeline(scaled.set_output(transform="pandas"), FeedforwardClassifier(**SMALL))
    assert pipeline.fit(frame, said).score(frame, said) > 0.8


def test_progress_is_shown_where_it_is_asked_for(iris, capfd):
    FeedforwardClassifier(**SMALL).fit(*iris)
    assert capfd.readouterr() == ("", "")
    FeedforwardClassifier(**SMALL, verbose=True).fit(*iris)
    assert "epoch 20/20" in capfd.readouterr().err


@pytest.mark.slow
def test_real_numbers_are_learned():
    x, y = load_diabetes(return_X_y=True)
    scores = cross_val_score(FeedforwardRegressor(hidden=(16,), restarts=4, epochs=60, random_state=0), x, y, cv=3)
    assert scores.mean() > 0.4


def test_columns_of_a_frame_that_are_left_out_are_named_where_nobody_watches(people, capfd):
    x, y = people
    remarks = [f"a sentence of {row % 160 * 7} words" for row in range(len(x))]
    lossy = x.assign(remarks=remarks)
    estimator = FeedforwardClassifier(recipe="plain", hidden=(4,), restarts=1, epochs=2)
    with pytest.warns(
        TableWarning, match="^of the training table: 'remarks' is left out: .* makes it an input$"
    ) as warned:
        estimator.fit(lossy, y)
    assert len(warned) == 1
    clone(estimator).set_params(columns={"remarks": "ignore"}).fit(lossy, y)
    clone(estimator).set_params(verbose=True).fit(lossy, y)
    assert "remarks: text, left out" in capfd.readouterr().err


def test_classes_that_may_be_numbers_are_questioned():
    x, y = np.arange(90.0)[:, None] % 7, np.arange(30).repeat(3)
    estimator = FeedforwardClassifier(recipe="plain", hidden=(4,), restarts=1, epochs=1)
    said = "'target': 30 classes in 90 rows may be a number; FeedforwardRegressor predicts one$"
    with pytest.warns(TableWarning, match=said):
        estimator.fit(x, y)


@pytest.mark.parametrize("hidden", [16, np.array([64, 32]), (8,)])
def test_widths_are_a_number_an_array_or_several(iris, hidden):
    x, y = iris
    fitted = clone(FeedforwardClassifier(hidden=hidden, recipe="plain", restarts=1, epochs=2)).fit(x, y)
    assert [len(bias) for bias in fitted.intercepts_] == [*np.atleast_1d(hidden), 3]


@pytest.mark.parametrize("kind", [FeedforwardClassifier, FeedforwardRegressor])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("hidden_layer_sizes", "hidden"),
        ("max_iter", "epochs"),
        ("solver", "optimizer"),
        ("alpha", "l2"),
        ("learning_rate_init", "learning_rate"),
        ("n_iter_no_change", "patience"),
        ("tol", "patience"),
        ("nesterovs_momentum", "nesterov"),
        ("epoch", "epochs"),
    ],
)
def test_names_of_scikit_learns_networks_name_ours(kind, theirs, ours):
    assert ours in kind().get_params()
    with pytest.raises(TypeError, match=rf"^{kind.__name__}\(\) takes no '{theirs}'; did you mean '{ours}'"):
        kind(**{theirs: 1})
    with pytest.raises(ValueError, match=rf"^Invalid parameter '{theirs}' for estimator {kind.__name__}"):
        kind().set_params(**{theirs: 1})
    if theirs in MLPClassifier().get_params():
        with pytest.raises(ValueError, match=f"did you mean '{ours}'"):
            kind().set_params(**{theirs: 1})


def test_every_parameter_of_scikit_learns_networks_is_taken_or_refused_with_names():
    taken = FeedforwardClassifier().get_params()
    for theirs in {*MLPClassifier().get_params(), *MLPRegressor().get_params()} - {*taken}:
        with pytest.raises(TypeError, match=r"did you mean|known: "):
            FeedforwardClassifier(**{theirs: 1})


# What there is nothing to learn from, as scikit-learn's networks take it


QUICK = {"recipe": "plain", "hidden": (4,), "restarts": 2, "epochs": 2, "random_state": 0}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("number", [0.0, -3.5, 1e6])
@pytest.mark.parametrize("choices", [{}, {"clip_outputs": True}])
def test_numbers_that_are_all_the_same_are_learned(iris, number, choices):
    x, _ = iris
    y = np.full(len(x), number)
    assert MLPRegressor(max_iter=1).fit(x, y).predict(x).shape == (len(x),)
    predicted = FeedforwardRegressor(**QUICK, **choices).fit(x, y).predict(x)
    np.testing.assert_allclose(predicted, number, atol=0 if choices else 2)
    both = FeedforwardRegressor(**QUICK, clip_outputs=True).fit(x, np.c_[x[:, 0], y]).predict(x)
    np.testing.assert_array_equal(both[:, 1], number)


@pytest.mark.parametrize("labels", [[1.0], ["only"], [True], [7]])
def test_a_single_class_is_predicted(iris, labels, tmp_path):
    x, _ = iris
    y = np.repeat(labels, len(x))
    fitted = FeedforwardClassifier(**QUICK).fit(x, y)
    assert fitted.classes_.tolist() == labels
    assert fitted.predict(x).tolist() == y.tolist()
    assert fitted.score(x, y) == 1
    np.testing.assert_array_equal(fitted.predict_proba(x), np.ones((len(x), 1)))
    assert fitted.decision_function(x).shape == (len(x), 1)
    fitted.model_.save(tmp_path / "m.safetensors")
    assert set(load(tmp_path / "m.safetensors").predict_proba(fitted._table(x, reset=False)).ravel()) == {1.0}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore:The number of unique classes is greater:UserWarning")
@pytest.mark.parametrize("count", [2, 3])
def test_as_few_rows_as_can_be_are_learned(iris, count):
    x, _ = iris
    x = x[:count]
    assert np.isfinite(FeedforwardRegressor(**QUICK).fit(x, np.arange(count)).predict(x)).all()
    for y in (np.arange(count), np.zeros(count, int), np.array(["a", "b", "b"])[:count]):
        assert MLPClassifier(max_iter=1).fit(x, y).predict(x).shape == (count,)
        probabilities = FeedforwardClassifier(**QUICK).fit(x, y).predict_proba(x)
        assert probabilities.shape == (count, len(np.unique(y)))
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)
