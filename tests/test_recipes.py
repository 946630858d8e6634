from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.errors import RecipeError
from ffnn.recipes import catalogue
from ffnn.recipes.recipe import CHOICES, Recipe


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_without_a_recipe_it_is_the_default_one():
    assert catalogue.find() == catalogue.find(None) == catalogue.find("default") == catalogue.RECIPES["default"]


def test_plain_is_what_the_lecture_teaches():
    assert catalogue.find("plain") == Recipe()
    assert Recipe().optimizer == "adam"
    assert Recipe().activation == "relu"


def test_a_recipe_is_overruled_by_explicit_choices():
    given = Recipe(hidden=(3,), epochs=7, batch_size=8)
    assert catalogue.find(given) is not None
    assert catalogue.find(given, epochs=9, batch_size=None) == Recipe(hidden=(3,), epochs=9)
    assert catalogue.find("plain", optimizer="sgd", momentum=0.9) == Recipe(optimizer="sgd", momentum=0.9)


def test_a_file_overrules_the_default_or_its_base(file):
    text = "hidden = [8, 4]\nlearning_rate = 1\nclass_weight = {b = 2, 'a b' = 0.5}\n"
    expected = Recipe(hidden=(8, 4), learning_rate=1.0, class_weight={"b": 2.0, "a b": 0.5})
    path = file('base = "plain"\n' + text)
    for one in (path, str(path)):
        assert catalogue.find(one) == expected
    assert catalogue.find(path, epochs=3).epochs == 3
    assert catalogue.find(file(text)).hidden == (8, 4)


@pytest.mark.usefixtures("unchecked_types")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = 5\nhiden = [4]", r"mine\.toml: there is no choice 'hiden' in a recipe; did you mean 'hidden'\?"),
        ("epochs = 5\nhidden = 4]", r"mine\.toml: this is not valid TOML: .*line 2"),
        ("epochs = 5\nepochs = 6\n", r"not valid TOML: .*line 2"),
        (b"epochs = 5 # \xff", r"not valid TOML: .*utf-8"),
        ("epochs = " + "[" * 5000 + "]" * 5000, "mine.toml"),
        ("epochs = 2.5", r"epochs must be a whole number of at least 1; got 2\.5"),
        ("epochs = '5'", "epochs must be a whole number"),
        ("hidden = 8.5", "hidden must be a list of whole numbers"),
        ("learning_rate = nan", "learning_rate must be positive"),
        (f"learning_rate = {10**400}", "learning_rate must lie from 1e-37"),
        ("nesterov = 1", "nesterov must be true or false; got 1"),
        ("activation = ['relu']", r"there is no activation \('relu',\)"),
        ("kernel_initializer = ['relu']", "there is no initializer"),
        ("optimizer = {a = 1}", "there is no optimizer"),
        ("loss = 3", "there is no loss 3"),
        ("base = 'plian'", "base: there is no recipe 'plian'; did you mean 'plain'"),
        ("base = ['plain']", "base: there is no recipe"),
        ("[class_weight]\na = -1", "class_weight of 'a' must be at least 0 and finite; got -1"),
        ("optimizer = 'adam'\nmomentum = 0.5", "momentum and nesterov belong to optimizer sgd"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_names_it(file, text, message):
    with pytest.raises(RecipeError, match=message) as raised:
        catalogue.find(file(text))
    assert "mine.toml" in str(raised.value)


@pytest.mark.usefixtures("unchecked_types")
def test_a_recipe_that_there_is_not_is_an_error(tmp_path):
    with pytest.raises(RecipeError, match=r"no recipe 'defaultt'; did you mean 'default'\? \(a file's name ends in"):
        catalogue.find("defaultt")
    with pytest.raises(RecipeError, match=r"absent\.toml cannot be read: No such file"):
        catalogue.find(tmp_path / "absent.toml")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(RecipeError, match=r"folder\.toml cannot be read: Is a directory"):
        catalogue.find(tmp_path / "folder.toml")
    with pytest.raises(RecipeError, match=r"a recipe is given as a Recipe, a name or a \.toml file; got 3"):
        catalogue.find(3)


def test_an_unknown_choice_names_those_near():
    with pytest.raises(RecipeError, match="no choice 'learning_rat' in a recipe; did you mean 'learning_rate'"):
        catalogue.find("plain", learning_rat=0.1)


def test_an_activation_without_a_hidden_layer_is_refused():
    with pytest.raises(RecipeError, match="activation is for hidden layers, and there are none"):
        catalogue.find("plain", hidden=(), activation="tanh")
    assert catalogue.find("plain", hidden=(), patience=3) == Recipe(hidden=(), patience=3)


@pytest.mark.parametrize(
    ("choices", "kept"),
    [
        ({"hidden": ()}, {"dropout": 0.0, "layer_norm": False}),
        ({"kernel_initializer": "he_normal"}, {"parametrization": "standard"}),
        ({"optimizer": "adam"}, {"weight_decay": 0.0, "fade": True}),
        ({"optimizer": "sgd", "dropout": 0.0}, {"weight_decay": 0.0, "beta_2": 0.999, "fade": False}),
    ],
)
def test_what_cannot_stay_beside_a_choice_goes_with_what_it_replaces(choices, kept):
    found = catalogue.find("default", **choices)
    assert {name: getattr(found, name) for name in {**choices, **kept}} == {**choices, **kept}


def test_what_is_chosen_beside_it_stays_and_is_refused():
    with pytest.raises(RecipeError, match="weight_decay belongs to optimizer adamw"):
        catalogue.find("default", optimizer="adam", weight_decay=0.1)


@pytest.mark.parametrize("name", catalogue.RECIPES)
def test_the_recipes_are_written_as_toml_and_read_back(name, file):
    recipe = catalogue.find(name)
    assert catalogue.find(file(catalogue.to_toml(recipe))) == recipe


texts = st.text(st.characters(codec="utf-8"))
numbers = st.just(0.0) | st.floats(1e-37, 1e37)
shares = st.just(0.0) | st.floats(2.0**-120, 1, exclude_max=True, width=32)
choices = st.fixed_dictionaries(
    {
        "hidden": st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=3).map(tuple),
        "activation": st.sampled_from(["relu", "tanh"]),
        "kernel_initializer": st.sampled_from(["he_normal", "normal(0.1)"]),
        "embedding": st.integers(0, 100),
        "layer_norm": st.booleans(),
        "dropout": shares,
        "batch_size": st.none() | st.integers(1, 10**6),
        "optimizer": st.sampled_from(["adamw", "lion"]),
        "learning_rate": st.floats(1e-37, 1e37),
        "schedule": st.sampled_from(["cosine", "exponential"]),
        "final_rate": st.none() | st.floats(1e-9, 0.9),
        "weight_decay": numbers,
        "l1": numbers,
        "clip_norm": st.none() | st.floats(1e-9, 1e9),
        "loss": st.none() | st.just("huber"),
        "keep": st.sampled_from(["average", "best"]),
        "whitening": st.none() | st.just("zca"),
        "class_weight": st.none() | st.just("balanced") | st.dictionaries(texts, numbers, min_size=1),
    }
)


@settings(deadline=None)
@given(choices)
def test_a_recipe_written_as_toml_is_read_back_as_it_was(chosen):
    recipe = Recipe(**chosen)
    text = catalogue.to_toml(recipe)
    assert catalogue.from_toml(text.encode()) == recipe
    for name in CHOICES:
        assert (name in tomllib.loads(text)) == (getattr(recipe, name) is not None)
        assert f"\n{name} = " in text or f"\n# {name}: none\n" in text


def test_a_linear_recipe_is_read_back_too(tmp_path):
    path = Path(tmp_path / "linear.toml")
    recipe = Recipe(hidden=(), activation="tanh", class_weight={'"\\\n\x7f😀': 1.0})
    path.write_text(catalogue.to_toml(recipe), "utf-8")
    assert catalogue.find(path) == recipe


@pytest.mark.parametrize("hidden", [[], range(0), np.array([], int)])
def test_no_hidden_layer_is_said_by_any_empty_sequence(hidden):
    assert catalogue.find(None, hidden=hidden) == catalogue.find(None, hidden=())


def test_widths_may_be_an_array():
    assert catalogue.find("plain", hidden=np.array([8, 4])).hidden == (8, 4)


@pytest.mark.parametrize("hidden", [np.array(5), 3.5, {}.__class__])
def test_what_is_no_sequence_of_widths_is_refused_in_a_sentence(hidden):
    with pytest.raises(RecipeError, match="hidden must be a list of whole numbers"):
        catalogue.find("plain", hidden=hidden)


@pytest.mark.parametrize("name", ["dropout", "weight_decay", "optimizer"])
def test_an_array_is_no_value_of_a_single_choice(name):
    with pytest.raises(RecipeError, match=name):
        catalogue.find("plain", **{name: np.array([0.1, 0.2])})


USUAL = {
    "hidden": (16,), "activation": "tanh", "kernel_initializer": "he_normal", "parametrization": "standard",
    "layer_norm": True, "embedding": 4, "periodic": True, "input_scale": True, "dropout": 0.2, "restarts": 2,
    "epochs": 5, "patience": 3, "batch_size": 16, "optimizer": "sgd", "learning_rate": 0.01, "beta_2": 0.9,
    "weight_decay": 0.01, "l2": 0.001, "clip_norm": 1.0, "label_smoothing": 0.1, "scaling": "standard",
}  # fmt: skip
"""A usual value for most choices."""


@pytest.mark.parametrize("base", catalogue.RECIPES)
@pytest.mark.parametrize("name", USUAL)
def test_a_choice_alone_is_taken_from_a_file_as_it_is_from_a_keyword(file, base, name):
    written = catalogue.format_toml(USUAL[name])
    try:
        expected = catalogue.find(base, **{name: USUAL[name]})
    except RecipeError as error:
        with pytest.raises(RecipeError, match=str(error).partition(";")[0]):
            catalogue.find(file(f'base = "{base}"\n{name} = {written}\n'))
    else:
        assert catalogue.find(file(f'base = "{base}"\n{name} = {written}\n')) == expected
        assert getattr(expected, name) == USUAL[name]


def test_an_activation_needs_layers_but_they_may_still_be_open():
    assert catalogue.find(activation="tanh").activation == "tanh"
    with pytest.raises(RecipeError, match="there are none"):
        catalogue.find(hidden=(), activation="tanh")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("dropout", "0.1", "dropout must be a number; got '0.1'"),
        ("restarts", "2", "restarts must be a whole number of at least 1; got '2'"),
        ("epochs", 2**31, "epochs must be a whole number of at most 2147483647; got 2147483648"),
        ("learning_rate", 1e39, "learning_rate must lie from 1e-37 to 1e+37, as float32 tells; got 1e+39"),
        ("learning_rate", 1e-46, "learning_rate must lie from 1e-37 to 1e+37, as float32 tells; got 1e-46"),
        ("l2", 1e39, "l2 must lie from 1e-37 to 1e+37, as float32 tells; got 1e+39"),
        ("class_weight", {"yes": True}, "class_weight of 'yes' must be a number; got True"),
    ],
)
def test_a_value_that_cannot_be_is_shown_as_it_was_given(name, value, sentence):
    with pytest.raises(RecipeError) as told:
        catalogue.find(**{name: value})
    assert str(told.value) == sentence


def test_labels_of_class_weights_are_kept_as_they_are_written():
    assert catalogue.find(class_weight={True: 2, False: 1}).class_weight == {"true": 2, "false": 1}
    assert catalogue.find(class_weight={0: 2, -3: 1}).class_weight == {"0": 2, "-3": 1}


@pytest.mark.parametrize(
    ("written", "choices", "given_up"),
    [
        (
            "optimizer = 'sgd'\nmomentum = 0.9\nnesterov = true\n",
            {"optimizer": "adam"},
            {"momentum": 0, "nesterov": False},
        ),
        ("periodic = true\nfrequency = 2\n", {"periodic": False}, {"frequency": None}),
        (
            "schedule = 'cosine'\nfinal_rate = 0.1\nwarmup = 0.2\n",
            {"schedule": "cycles"},
            {"final_rate": None, "warmup": 0},
        ),
        ("schedule = 'cosine'\nfinal_rate = 0.1\n", {"schedule": "constant"}, {"final_rate": None}),
        ("keep = 'best'\n", {"restarts": 1}, {"keep": "average"}),
        ("hidden = [8]\ndropout = 0.1\nlayer_norm = true\n", {"hidden": ()}, {"dropout": 0, "layer_norm": False}),
    ],
)
def test_what_hangs_on_an_overruled_choice_is_given_up_unless_it_is_asked_for(file, written, choices, given_up):
    path = file("base = 'plain'\n" + written)
    found = catalogue.find(path, **choices)
    assert {name: getattr(found, name) for name in given_up} == given_up
    kept = catalogue.find(path)
    for name, plain in given_up.items():
        if getattr(kept, name) != plain:
            with pytest.raises(RecipeError):
                catalogue.find(path, **choices, **{name: getattr(kept, name)})
