"""What settings mean, against NumPy."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, softmax

from ffnn.playground import scene
from ffnn.playground.data import Table
from ffnn.playground.settings import Settings, changed
from ffnn.training import restarts

DRAW = np.random.default_rng(0)
THREE = [[x % 7 - 3, x % 5 - 2, x % 3] for x in range(30)]


def of(**choices) -> scene.Scene:
    return scene.build(changed(Settings(), {"points": 40, "hidden": [3], **choices}), None)


def of_table(frame: dict, **choices) -> scene.Scene:
    settings = changed(Settings(), {"dataset": "table", "inputs": "normalised", "hidden": [3], **choices})
    return scene.build(settings, Table("t.csv", pl.DataFrame(frame)))


SCENES = {
    "two classes, squared": (of(), (2, 3, 1), ["tanh", "tanh"]),
    "two classes, softmax": (of(loss="cross_entropy", activation="relu"), (2, 3, 2), ["relu", "linear"]),
    "three classes, squared": (of(dataset="drawn", drawn=THREE), (2, 3, 3), ["tanh", "tanh"]),
    "three classes, softmax": (of(dataset="drawn", drawn=THREE, loss="cross_entropy"), (2, 3, 3), ["tanh", "linear"]),
    "numbers": (of(problem="regression", activation="silu"), (2, 3, 1), ["silu", "linear"]),
    "no hidden layer": (of(hidden=[], features=["x", "x2", "siny"]), (3, 1), ["tanh"]),
}


@pytest.fixture(params=SCENES, ids=list(SCENES))
def shaped(request):
    return SCENES[request.param]


def test_widths_and_activations(shaped):
    its, widths, activations = shaped
    assert its.widths == widths
    assert [layer.activation for layer in its.dense] == activations


def test_sums_and_values_are_those_of_numpy(shaped):
    its, _, _ = shaped
    functions = {"tanh": np.tanh, "linear": lambda s: s, "relu": lambda s: s * (s > 0), "silu": lambda s: s * expit(s)}
    own = [{name: array[0] for name, array in layer.items()} for layer in its.initial()]
    values = its.inputs.numbers.astype(np.float64)
    for layer, parameters, (sums, found) in zip(
        its.dense, own[1:], scene.forward(its, tuple(own), its.inputs), strict=True
    ):
        expected = values @ parameters["kernel"] + parameters["bias"]
        np.testing.assert_allclose(sums, expected, rtol=1e-4, atol=1e-5)
        values = functions[layer.activation](expected)
        np.testing.assert_allclose(found, values, rtol=1e-4, atol=1e-5)


def test_goals_of_squared_error_are_one_and_minus_one():
    two, three, softmaxed = (SCENES[name][0] for name in [*list(SCENES)[::2][:2], "three classes, softmax"])
    assert np.array_equal(two.targets[:, 0], two.data.answers["label"].to_numpy())
    classes = three.data.answers["label"].to_numpy()
    assert np.array_equal(three.targets, np.where(np.eye(3)[classes] == 1, 1, -1))
    assert np.array_equal(softmaxed.targets, classes)
    assert softmaxed.targets.dtype == np.int32


def test_probabilities_of_tanh_are_one_plus_its_value_by_two():
    sums = DRAW.normal(0, 3, (20, 1)).astype(np.float32)
    found = SCENES["two classes, squared"][0].probabilities(sums)
    np.testing.assert_allclose(found, np.concatenate([1 - np.tanh(sums), 1 + np.tanh(sums)], axis=1) / 2, atol=1e-6)


def test_probabilities_of_several_classes_are_softmax():
    sums = DRAW.normal(0, 3, (20, 3)).astype(np.float32)
    np.testing.assert_allclose(
        SCENES["three classes, softmax"][0].probabilities(sums), softmax(sums, axis=1), rtol=1e-5
    )
    found = SCENES["three classes, squared"][0].probabilities(sums)  # in the ratio of the p/(1-p) of each tanh
    odds = (1 + np.tanh(sums.astype(np.float64))) / (1 - np.tanh(sums.astype(np.float64)))
    np.testing.assert_allclose(found, odds / odds.sum(axis=1, keepdims=True), rtol=1e-4)


@pytest.mark.parametrize("name", [name for name in SCENES if name != "numbers"])
def test_infinite_sums_have_probabilities_and_no_warning(name):
    its = SCENES[name][0]
    outputs = its.widths[-1]
    for value in (np.inf, -np.inf, 3e38, np.nan):
        sums = np.full((its.side**2, outputs), value, np.float32)
        sums[:, 0] = 1.0 if outputs > 1 else value
        found = its.field(sums)
        if np.isnan(value):
            continue
        assert np.isfinite(its.probabilities(sums)).all()
        likeliest = int(value > 0) if outputs == 1 else 0 if value < 0 else 1
        assert (its.answers(sums) == likeliest).all()
        assert (found[0] == (255 * likeliest if len(found) == 1 else likeliest)).all()


def test_the_map_of_several_classes_tells_the_likeliest_and_how_likely():
    its = SCENES["three classes, softmax"][0]
    sums = DRAW.normal(0, 3, (its.side**2, 3)).astype(np.float32)
    likeliest, certain = its.field(sums)
    probable = softmax(sums, axis=1).reshape(100, 100, 3)
    assert np.array_equal(likeliest, probable.argmax(axis=2))
    np.testing.assert_allclose(certain, probable.max(axis=2) * 255, atol=1)


def test_the_map_of_numbers_goes_from_one_end_of_the_scale_to_the_other():
    toy = SCENES["numbers"][0]
    assert toy.scale == (-1, 1)
    values = np.linspace(-2, 2, 10_000, dtype=np.float32)
    found = toy.field(values[:, None])[0].ravel()
    np.testing.assert_allclose(found, (np.clip(values, -1, 1) + 1) * 127.5, atol=0.51)
    drawn = of(problem="regression", dataset="drawn", drawn=[[x, 0, 100 + x] for x in range(11)])
    low, high = drawn.scale
    assert 98 < low < 100 < 110 < high < 112
    ends = np.repeat(np.float32([low, high]), 5000)[:, None]
    assert drawn.field(ends)[0].ravel()[[0, -1]].tolist() == [0, 255]


def test_a_constant_number_can_be_drawn():
    its = of(problem="regression", dataset="drawn", drawn=[[x, 0, 7] for x in range(5)])
    low, high = its.scale
    assert low < 7 < high


def test_losses_are_mean_squares_and_mean_logarithms():
    rows = np.arange(10, dtype=np.int32)
    two, three, soft = (SCENES[f"{name}"][0] for name in ("two classes, squared", "three classes, squared", "numbers"))
    for its in (two, three, soft):
        values = DRAW.normal(size=(10, its.widths[-1])).astype(np.float32)
        assert its.loss(values, rows) == pytest.approx(np.mean((values - its.targets[:10]) ** 2), rel=1e-5)
    softmaxed = SCENES["three classes, softmax"][0]
    values = DRAW.normal(size=(10, 3)).astype(np.float32)
    expected = -np.log(softmax(values, axis=1)[rows, softmaxed.targets[:10]]).mean()
    assert softmaxed.loss(values, rows) == pytest.approx(expected, rel=1e-5)
    assert softmaxed.loss(values[:0], rows[:0]) == 0.0


def test_normalised_inputs_have_mean_0_and_deviation_1_over_the_rows_that_train():
    its = of(inputs="normalised", features=["x", "x2"])
    training = its.inputs.numbers[its.data.training].astype(np.float64)
    np.testing.assert_allclose(training.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(training.std(axis=0), 1, rtol=1e-4)
    raw = of(inputs="raw", features=["x", "x2"])
    np.testing.assert_allclose(raw.inputs.numbers, raw.data.cells.to_numpy(), rtol=1e-5)


def test_first_weights_are_those_of_training():
    its = of(restarts=3, seed=5)
    recipe = its.recipe.__class__(**{**vars(its.recipe), "epochs": 1, "learning_rate": 1e-30, "batch_size": None})
    trained = restarts.train(its.network, its.inputs, its.targets, recipe, loss="mean_squared_error", seed=5)
    for ours, theirs in zip(its.initial(), trained.parameters, strict=True):
        for name, array in ours.items():
            np.testing.assert_allclose(array, theirs[name], rtol=0, atol=1e-25)


def test_penalties_are_what_was_chosen():
    assert (of(penalty="l1", penalty_rate=0.5).recipe.l1, of(penalty="l1", penalty_rate=0.5).recipe.l2) == (0.5, 0)
    assert (of(penalty="l2", penalty_rate=0.5).recipe.l1, of(penalty="l2", penalty_rate=0.5).recipe.l2) == (0, 0.5)
    assert of(penalty="none", penalty_rate=0.5).recipe.l2 == 0


def test_names_and_truth_of_a_table():
    label = ["ä", "b", "c"] * 20
    its = of_table({"x": DRAW.normal(size=60), "label": label})
    assert its.classes == ("b", "c", "ä")
    assert its.output_names == ("b", "c", "ä")
    assert its.truth.tolist() == [its.classes.index(name) for name in label]
    two = of_table({"x": DRAW.normal(size=60), "label": [True, False] * 30})
    assert (two.classes, two.output_names) == (("false", "true"), ("label",))
    number = of_table({"x": DRAW.normal(size=60), "y": np.arange(60) * 0.5}, problem="regression")
    assert number.classes is None
    np.testing.assert_allclose(number.truth, np.arange(60) * 0.5)


def test_a_large_network_has_a_coarser_map():
    assert of(hidden=[32, 32]).side == 100
    assert of(hidden=[32, 32, 1]).side == 50
    assert len(of(hidden=[32] * 10).plane.grid.numbers) == 2500
