from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.utils.class_weight import compute_class_weight

from ffnn.errors import RecipeError
from ffnn.learning import preparing
from ffnn.learning.preparing import network_of
from ffnn.networks.layers import Dense, Dropout, LayerNorm, Network, Numbers
from ffnn.recipes.recipe import Recipe
from ffnn.tables.columns import schema
from ffnn.tables.rows import Rows

CODES = np.repeat([0, 1, 2], [30, 15, 5])
LABELS = np.array(["a", "b", "c"])
WEIGHTS = np.random.default_rng(1).uniform(0.1, 9, 50)


def prepared(recipe=None, *, task="classification", weights=None, answers=None):
    cells = pl.DataFrame({"x": np.random.default_rng(0).normal(5, 2, 50)})
    answers = pl.DataFrame({"y": LABELS[CODES]}) if answers is None else answers
    seen = schema.infer(pl.concat([cells, answers], how="horizontal"), tuple(answers.columns))
    return preparing.prepare(Rows(cells, answers, weights), seen, task, recipe or Recipe(hidden=(4,)), 0), cells


def test_rows_that_all_count_alike_have_no_weights():
    assert prepared()[0].weights is None


def test_weights_are_one_on_average():
    weights = prepared(weights=WEIGHTS)[0].weights
    assert weights.dtype == np.float32
    np.testing.assert_allclose(weights, WEIGHTS / WEIGHTS.mean(), rtol=1e-6)


def test_weights_reach_the_statistics_of_inputs_and_targets():
    numbers = np.random.default_rng(2).normal(-3, 7, 50)
    found, cells = prepared(task="regression", weights=WEIGHTS, answers=pl.DataFrame({"y": numbers}))
    x = cells["x"].to_numpy()
    column = found.encoder.columns[0]
    mean = np.average(x, weights=WEIGHTS)
    assert column.mean == pytest.approx(mean, rel=1e-12)
    assert column.deviation == pytest.approx(np.average((x - mean) ** 2, weights=WEIGHTS) ** 0.5, rel=1e-12)
    assert found.target.means[0] == pytest.approx(np.average(numbers, weights=WEIGHTS), rel=1e-12)
    np.testing.assert_allclose(
        found.targets[:, 0], (numbers - found.target.means[0]) / found.target.deviations[0], atol=1e-6
    )


def test_balanced_classes_weigh_what_scikit_learn_says():
    found, _ = prepared(Recipe(hidden=(4,), class_weight="balanced"))
    factors = compute_class_weight("balanced", classes=LABELS, y=LABELS[CODES])
    np.testing.assert_allclose(found.weights, factors[CODES] / factors[CODES].mean(), rtol=1e-6)
    np.testing.assert_allclose(np.bincount(CODES, found.weights), 50 / 3, rtol=1e-6)


def test_balanced_classes_have_equal_sums_of_row_weights():
    found, _ = prepared(Recipe(hidden=(4,), class_weight="balanced"), weights=WEIGHTS)
    np.testing.assert_allclose(np.bincount(CODES, found.weights), 50 / 3, rtol=1e-6)
    within = CODES == 1
    np.testing.assert_allclose(found.weights[within] / found.weights[within][0], WEIGHTS[within] / WEIGHTS[within][0])


@pytest.mark.parametrize("unit", [1.0, 1e-300, 1e300])
def test_a_mapping_multiplies_the_rows_of_each_class_whatever_its_unit(unit):
    found, _ = prepared(Recipe(hidden=(4,), class_weight={"b": 3 * unit, "a": unit, "c": 0}), weights=WEIGHTS)
    product = WEIGHTS * np.array([1, 3, 0])[CODES]
    np.testing.assert_allclose(found.weights, product / product.mean(), rtol=1e-6)


def test_a_class_that_is_not_named_counts_once():
    found, _ = prepared(Recipe(hidden=(4,), class_weight={"c": 4}))
    product = np.array([1, 1, 4])[CODES]
    np.testing.assert_allclose(found.weights, product / product.mean(), rtol=1e-6)


def test_class_weights_do_not_reach_the_statistics_of_the_inputs():
    assert prepared(Recipe(hidden=(4,), class_weight="balanced"))[0].encoder == prepared()[0].encoder


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"aa": 1.0}, "class_weight names an unknown class 'aa'; did you mean 'a'?"),
        ({"d": 1.0}, "class_weight names an unknown class 'd'; known: a, b, c"),
        ({"a": 0, "b": 0, "c": 0}, "class_weight gives every class that occurs the weight 0"),
    ],
)
def test_class_weights_that_fit_no_class_are_refused(chosen, said):
    with pytest.raises(RecipeError) as error:
        prepared(Recipe(hidden=(4,), class_weight=chosen))
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("chosen", ["balanced", {"1": 2.0}])
def test_class_weights_are_not_for_numbers(chosen):
    with pytest.raises(RecipeError, match="class_weight is for classes; this target is a number"):
        prepared(
            Recipe(hidden=(4,), class_weight=chosen), task="regression", answers=pl.DataFrame({"y": np.arange(50.0)})
        )


@pytest.mark.parametrize(
    ("task", "choices", "loss"),
    [
        ("classification", {}, "cross_entropy"),
        ("regression", {}, "mean_squared_error"),
        ("regression", {"loss": "huber"}, "huber"),
    ],
)
def test_the_task_chooses_the_loss_where_the_recipe_does_not(task, choices, loss):
    assert preparing.loss_for(task, Recipe(**choices)) == loss


def test_the_network_has_an_output_for_each_class_or_target():
    assert prepared()[0].network.widths(1)[-1] == 3
    draw = np.random.default_rng(3).normal(size=(50, 2))
    found, _ = prepared(task="regression", answers=pl.DataFrame(draw, ["y", "z"]))
    assert found.network.widths(1)[-1] == 2
    assert found.targets.shape == (50, 2)


def test_network_is_hidden_layers_then_linear_outputs():
    recipe = Recipe(hidden=(7, 4), activation="tanh", kernel_initializer="he_normal")
    assert network_of(recipe, 3) == Network(
        (Numbers(), Dense(7, "tanh", "he_normal"), Dense(4, "tanh", "he_normal"), Dense(3, "linear", "he_normal"))
    )


def test_normalisation_and_dropout_follow_each_hidden_layer():
    recipe = Recipe(hidden=(7, 4), layer_norm=True, dropout=0.2)
    kinds = [Numbers, Dense, LayerNorm, Dropout, Dense, LayerNorm, Dropout, Dense]
    assert [type(layer) for layer in network_of(recipe, 1).layers] == kinds
    assert network_of(recipe, 1).layers[3] == Dropout(0.2)


def test_no_hidden_layer_makes_a_linear_model():
    assert network_of(Recipe(hidden=()), 2).layers == (Numbers(), Dense(2))


def test_open_layers_make_no_network():
    with pytest.raises(RecipeError, match="None until the table is known"):
        network_of(Recipe(hidden=None), 2)
