from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffnn.playground.errors import PlaygroundError
from ffnn.playground.settings import DATASETS, Settings, changed, differing
from ffnn.recipes.recipe import CHOICES

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["regression", "classification", "drawn", "table", "reg-plane", "xor", "cross_entropy", "l1", "adam"]
    ),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)
NAMES = st.sampled_from([*Settings.__struct_fields__, "", "nothing"])


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_choices_give_settings_that_hold_or_one_sentence(choices):
    settings, said = Settings(), ""
    try:
        settings = changed(settings, choices)
    except PlaygroundError as error:
        said = str(error)
    assert "\n" not in said
    assert len(said) < 300
    assert settings.dataset in DATASETS[settings.problem]
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings  # a link can hold them


SHARED = {
    "hidden": "hidden",
    "activation": "activation",
    "kernel_initializer": "kernel_initializer",
    "loss": "loss",
    "optimizer": "optimizer",
    "learning_rate": "learning_rate",
    "batch": "batch_size",
    "restarts": "restarts",
}
"""Settings that are choices of a recipe too, of which the page offers a part."""


@pytest.mark.parametrize("name", SHARED)
def test_what_the_page_offers_of_a_choice_a_recipe_takes(name):
    offered = next(field.type for field in msgspec.inspect.type_info(Settings).fields if field.name == name)
    match offered:
        case msgspec.inspect.LiteralType(values):
            ends = list(values)
        case msgspec.inspect.VarTupleType(item):
            ends = [(), (item.ge, item.le)]
        case number:
            ends = [number.ge, number.le]
    for value in ends:
        assert CHOICES[SHARED[name]].check(value) == value


def test_a_problem_brings_what_fits_it():
    softmax = changed(Settings(), {"loss": "cross_entropy", "dataset": "xor"})
    numbers = changed(softmax, {"problem": "regression"})
    assert (numbers.dataset, numbers.loss) == ("reg-plane", "mean_squared_error")
    assert changed(numbers, {"problem": "classification"}).dataset == "circle"
    drawn = changed(Settings(), {"dataset": "drawn"})
    assert changed(drawn, {"problem": "regression"}).dataset == "drawn"


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"noise": 99}, "noise cannot be 99: expected a whole number <= 50"),
        ({"hidden": [33]}, "hidden cannot be [33]: expected a whole number <= 32"),
        ({"hidden": [1] * 11}, "hidden cannot be"),
        ({"features": []}, "features cannot be []"),
        ({"features": ["x", "x"]}, "each feature can be chosen once"),
        ({"dataset": "reg-plane"}, "reg-plane is not a dataset for classification"),
        ({"problem": "regression", "loss": "cross_entropy"}, "cross_entropy is for classes"),
        ({"dataset": "drawn", "drawn": [[0, 0, 6]]}, "numbered from 0 to 5"),
        ({"drawn": [[0, 0, 0]] * 1001}, "drawn cannot be"),
        ({"speed": "fast"}, 'speed cannot be "fast"'),
        ({"colour": 1}, "`colour`"),
    ],
)
def test_what_cannot_be_is_told(choices, said):
    with pytest.raises(PlaygroundError) as caught:
        changed(Settings(), choices)
    assert said in str(caught.value)


def test_only_what_differs_counts():
    assert differing(Settings(), changed(Settings(), {"noise": 5, "batch": 10})) == {"noise"}
