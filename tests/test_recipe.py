from __future__ import annotations

import dataclasses
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.errors import RecipeError
from ffnn.recipes.recipe import OPTIMIZERS, Recipe


@pytest.mark.usefixtures("unchecked_types")
@pytest.mark.parametrize("name", ["restarts", "epochs", "patience", "batch_size"])
@pytest.mark.parametrize("number", [0, -3, 2.5, "8"])
def test_counts_must_be_whole_numbers_from_one(name, number):
    with pytest.raises(RecipeError, match=f"{name} must be a whole number of at least 1; got {number!r}"):
        Recipe(**{name: number})
    assert getattr(Recipe(**{name: 1}), name) == 1


@pytest.mark.usefixtures("unchecked_types")
@pytest.mark.parametrize("number", [0, -1, 2.0])
def test_hidden_layers_have_at_least_one_neuron(number):
    with pytest.raises(RecipeError, match=f"hidden must be a whole number of at least 1; got {number}"):
        Recipe(hidden=(8, number))


@pytest.mark.parametrize("name", ["dropout", "momentum", "label_smoothing", "warmup"])
@pytest.mark.parametrize("number", [-0.1, 1, 1.5, math.nan, math.inf])
def test_shares_are_at_least_zero_and_less_than_one(name, number):
    with pytest.raises(RecipeError, match=f"{name} must be at least 0 and less than 1; got {number}"):
        Recipe(optimizer="sgd", **{name: number})
    for allowed in (0, 0.999):
        assert getattr(Recipe(optimizer="sgd", **{name: allowed}), name) == allowed


@pytest.mark.parametrize("name", ["dropout", "beta_2"])
def test_a_share_is_less_than_one_in_float32_too(name):
    with pytest.raises(RecipeError, match=f"{name} must be at least 0 and less than 1, but 0.99999999999 is 1 in flo"):
        Recipe(**{name: 0.99999999999})


@pytest.mark.parametrize("number", [0, -1e-3, math.inf, math.nan])
def test_learning_rate_is_positive_and_finite(number):
    said = "must lie from 1e-37 to 1e\\+37, as float32 tells" if number == math.inf else "must be positive"
    with pytest.raises(RecipeError, match=f"learning_rate {said}; got {number}"):
        Recipe(learning_rate=number)


@pytest.mark.parametrize("name", ["weight_decay", "l1", "l2"])
@pytest.mark.parametrize("number", [-1e-3, math.inf, math.nan])
def test_decay_and_penalties_are_not_negative_and_finite(name, number):
    said = "must lie from 1e-37 to 1e\\+37, as float32 tells" if number == math.inf else "must be at least 0"
    with pytest.raises(RecipeError, match=f"{name} {said}; got {number}"):
        Recipe(optimizer="lion", **{name: number})


@pytest.mark.parametrize("number", [0, -1.0, math.inf, math.nan])
def test_the_largest_norm_is_positive_and_finite(number):
    said = "must lie from 1e-37 to 1e\\+37, as float32 tells" if number == math.inf else "must be positive"
    with pytest.raises(RecipeError, match=f"clip_norm {said}; got {number}"):
        Recipe(clip_norm=number)


@pytest.mark.parametrize("number", [-0.1, 1, math.nan])
def test_the_rate_that_is_left_is_a_share(number):
    with pytest.raises(RecipeError, match=f"final_rate must be at least 0 and less than 1; got {number}"):
        Recipe(schedule="cosine", final_rate=number)
    assert Recipe(schedule="cosine", final_rate=0).final_rate == 0


@pytest.mark.usefixtures("unchecked_types")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("equal", "class_weight must be balanced, or a number for each class by its label; got 'equal'"),
        ({}, "class_weight must be balanced, or a number for each class"),
        ({None: 2.0}, "class_weight must be balanced, or a number for each class by its label"),
        (["a"], "class_weight must be balanced"),
        (np.ones(2), "class_weight must be balanced"),
        ({"a": 1, "b": -1}, "class_weight of 'b' must be at least 0 and finite; got -1"),
        ({"a": "much"}, "class_weight of 'a' must be a number; got 'much'"),
        ({"a": math.inf}, "class_weight of 'a' must be at least 0 and finite; got inf"),
        ({1: 2, "1": 3}, "class_weight names the class '1' twice; give each class one weight"),
    ],
)
def test_class_weights_are_balanced_or_numbers_by_label(given, message):
    with pytest.raises(RecipeError, match=message):
        Recipe(class_weight=given)


def test_class_weights_are_a_copy_of_their_own():
    given = {"a": 1, "b": 0}
    recipe = Recipe(class_weight=given)
    given["a"] = 7
    assert recipe.class_weight == {"a": 1.0, "b": 0.0}
    assert recipe == Recipe(class_weight={"b": 0.0, "a": 1.0})
    assert recipe != Recipe()
    assert hash(recipe) == hash(Recipe(class_weight={"a": 1.0, "b": 0.0}))


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(class_weight="balanced", refit=True, whitening="pca", scaling="robust"),
        Recipe(class_weight={"a": 0.5, "ß": 2}, clip_norm=1, schedule="cosine", final_rate=0.1, warmup=0.05),
    ],
)
def test_a_recipe_goes_to_json_and_back(recipe):
    text = msgspec.json.encode(msgspec.to_builtins(recipe))
    assert msgspec.convert(msgspec.json.decode(text), Recipe) == recipe


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"activation": "rleu"}, "no activation 'rleu'; did you mean 'relu'"),
        ({"kernel_initializer": "glorot_unifrom"}, "no initializer 'glorot_unifrom'; did you mean 'glorot_uniform'"),
        ({"kernel_initializer": "normal(-1)"}, "not negative; got -1"),
        ({"loss": "hubert"}, "no loss 'hubert'; did you mean 'huber'"),
        ({"optimizer": "adma"}, "no optimizer 'adma'; did you mean 'adam'"),
        ({"optimizer": "newton"}, "known: sgd, adam, adamw, rmsprop, adagrad, lion"),
        ({"schedule": "cosin"}, "no schedule 'cosin'; did you mean 'cosine'"),
        ({"keep": "all"}, "no keep 'all'; known: average, best"),
        ({"scaling": "standardt"}, "no scaling 'standardt'; did you mean 'standard'"),
        ({"whitening": "zac"}, "no whitening 'zac'; did you mean 'zca'"),
    ],
)
def test_unknown_names_are_refused_with_known_ones(choice, message):
    with pytest.raises(RecipeError, match=message):
        Recipe(**choice)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"optimizer": "adam", "momentum": 0.9},
            "momentum and nesterov belong to optimizer sgd; the optimizer here is adam",
        ),
        ({"optimizer": "adamw", "nesterov": True}, "belong to optimizer sgd; the optimizer here is adamw"),
        ({"optimizer": "sgd", "nesterov": True}, "nesterov needs a momentum above 0"),
        ({"optimizer": "sgd", "weight_decay": 0.1}, "weight_decay belongs to optimizer adamw or lion; sgd has none"),
        ({"optimizer": "adam", "weight_decay": 0.1}, "weight_decay belongs to optimizer adamw or lion; adam has none"),
        ({"hidden": (), "dropout": 0.1}, "dropout and layer_norm need hidden layers, and there are none"),
        ({"final_rate": 0.0}, "final_rate needs a schedule that falls"),
        ({"schedule": "exponential", "final_rate": 0}, "final_rate must be above 0 for an exponential schedule"),
        ({"keep": "best", "restarts": 1}, "keep best chooses among restarts, and there is one"),
    ],
)
def test_a_choice_without_effect_beside_the_others_is_refused(choice, message):
    with pytest.raises(RecipeError, match=message):
        Recipe(**choice)


@pytest.mark.parametrize(
    "choice",
    [
        {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
        {"optimizer": "adamw", "weight_decay": 0.01},
        {"optimizer": "lion", "weight_decay": 0.01, "schedule": "exponential", "final_rate": 0.5, "warmup": 0.1},
        {"l1": 0.1, "l2": 0.2, "clip_norm": 1.0, "keep": "best", "refit": True, "whitening": "zca"},
        *({"optimizer": name} for name in OPTIMIZERS),
        {"hidden": ()},
        {"loss": "huber", "batch_size": 1, "kernel_initializer": "normal(0.1)", "activation": "mish"},
    ],
)
def test_choices_that_go_together_are_kept_as_given(choice):
    recipe = Recipe(**choice)
    assert {name: getattr(recipe, name) for name in choice} == choice


@pytest.mark.usefixtures("unchecked_types")
def test_a_recipe_is_frozen_and_hashable_even_when_hidden_comes_as_a_list():
    recipe = Recipe(hidden=[8, 4])
    assert recipe.hidden == (8, 4)
    assert hash(recipe) == hash(Recipe(hidden=(8, 4)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.epochs = 3


@pytest.mark.parametrize(
    ("rows", "batch"), [(1, 1), (20, 20), (64, 64), (1000, 64), (2048, 128), (4096, 256), (8192, 256), (10**7, 256)]
)
def test_batch_size_chosen_is_about_a_sixteenth_of_the_rows_from_64_to_256(rows, batch):
    assert Recipe().batch_rows(rows) == batch


@settings(deadline=None)
@given(st.integers(1, 10**8), st.none() | st.integers(1, 10**6))
def test_a_batch_never_holds_more_than_the_rows_or_what_was_asked(rows, asked):
    batch = Recipe(batch_size=asked).batch_rows(rows)
    assert batch == min(asked, rows) if asked else 1 <= batch <= min(rows, 256)


@pytest.mark.usefixtures("unchecked_types")
@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"hidden": 8.0}, "hidden must be a list of whole numbers"),
        ({"hidden": True}, "hidden must be a list of whole numbers"),
        ({"hidden": 0}, "each layer of hidden must be"),
        ({"hidden": "8"}, "hidden must be a list of whole numbers"),
        ({"hidden": b"\x08"}, "hidden must be a list of whole numbers"),
        ({"hidden": {8, 4}}, "hidden must be a list of whole numbers"),
        ({"hidden": {8: 1}}, "hidden must be a list of whole numbers"),
        ({"hidden": np.array(8)}, "hidden must be a list of whole numbers"),
        ({"hidden": [[3]]}, r"each layer of hidden must be a whole number of at least 1; got \[3\]"),
        ({"learning_rate": "fast"}, "learning_rate must be a number; got 'fast'"),
        ({"dropout": None}, "dropout must be a number; got None"),
        ({"calibrate": 1}, "calibrate must be true or false; got 1"),
        ({"kernel_initializer": None}, "there is no initializer None; known: "),
        ({"restarts": True}, "restarts must be a whole number"),
        ({"embedding": 8.0}, "embedding must be a whole number of at least 0; got 8.0"),
        ({"embedding": -1}, "embedding must be a whole number of at least 0; got -1"),
        ({"embedding": False}, "embedding must be a whole number of at least 0; got False"),
        ({"layer_norm": 1}, "layer_norm must be true or false; got 1"),
        ({"refit": "no"}, "refit must be true or false; got 'no'"),
        ({"nesterov": None}, "nesterov must be true or false; got None"),
        ({"clip_norm": "1"}, "clip_norm must be a number; got '1'"),
        ({"learning_rate": 10**400}, "learning_rate must lie from 1e-37 to 1e\\+37"),
        ({"optimizer": ["adam"]}, "there is no optimizer"),
        ({"activation": ["relu"]}, "there is no activation"),
        ({"kernel_initializer": ["zeros"]}, "there is no initializer"),
        ({"loss": ["huber"]}, "there is no loss"),
    ],
)
def test_a_choice_of_the_wrong_type_is_a_recipe_error(choice, message):
    with pytest.raises(RecipeError, match=message):
        Recipe(**choice)


@pytest.mark.usefixtures("unchecked_types")
def test_numbers_of_numpy_are_as_good_as_those_of_python():
    recipe = Recipe(hidden=np.array([8, 4]), restarts=np.int64(3), learning_rate=np.float32(0.5), refit=np.True_)
    assert recipe == Recipe(hidden=(8, 4), restarts=3, learning_rate=0.5, refit=True)
    assert type(recipe.refit) is bool
    assert type(recipe.restarts) is int
    assert type(recipe.learning_rate) is float


@pytest.mark.parametrize("hidden", [16, np.int64(16), [16], np.array([16]), np.array([16], np.uint8)])
def test_one_layer_may_be_a_number_alone_or_an_array(hidden):
    assert Recipe(hidden=hidden).hidden == (16,)
    assert type(Recipe(hidden=hidden).hidden[0]) is int
