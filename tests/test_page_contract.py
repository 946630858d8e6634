"""What the page knows of the server is what the server says."""

from __future__ import annotations

import json
import re
from concurrent.futures import Future

import polars as pl
import pytest

import page_contract
from courses import picture, trainer, unpacked
from ffnn.playground import commands
from ffnn.playground.data import LARGEST, Table
from ffnn.playground.errors import MalformedError, PlaygroundError
from ffnn.playground.pictures import scene_message
from ffnn.playground.settings import Settings, changed
from ffnn.playground.trainer import Trainer

WRITTEN = page_contract.PLACE.read_text()

ARRAYS = {"u1": "Uint8Array", "i4": "Int32Array", "f4": "Float32Array"}


def test_the_page_has_the_newest_contract():
    assert page_contract.text() == WRITTEN, "the page's contract is old; renew it: make contract"


def constant(name: str):
    """A constant of the page, read as JSON."""
    found = re.search(rf"^export const {name} = (.*?);$", WRITTEN, re.MULTILINE | re.DOTALL)
    assert found, name
    return json.loads(re.sub(r",\n}", "\n}", found[1]))


def properties(name: str) -> dict[str, tuple[str, bool]]:
    """Type of each property of an object, by name, and whether it may be absent."""
    block = re.search(rf"@typedef {{object}} {name} (.*?)\*/", WRITTEN, re.DOTALL)
    assert block, name
    found = re.findall(r"@property {(.+)} (\[?)(\w+)\]? ", block[1])
    return {each: (kind, bool(absent)) for kind, absent, each in found}


def test_the_page_begins_with_the_settings_that_a_session_begins_with():
    header, _ = unpacked(scene_message(Trainer(lambda _: Future()), reset=True))
    assert constant("DEFAULTS") == header["settings"]


def test_every_option_is_taken_and_no_other():
    for name, options in constant("OPTIONS").items():
        for option in options:
            if name == "dataset":
                problem = next(each for each, fitting in constant("DATASETS").items() if option in fitting)
                assert changed(Settings(), {"problem": problem, name: option}).dataset == option
            else:
                assert getattr(changed(Settings(), {name: option}), name) == option
        with pytest.raises(PlaygroundError):
            changed(Settings(), {name: "another"})


def test_the_ends_of_every_range_are_taken_and_nothing_beyond():
    for name, ends in constant("RANGES").items():
        step = 1 if name in constant("WHOLE") else 1e-7
        for end, beyond in zip(ends, (ends[0] - step, ends[1] + step), strict=True):
            assert getattr(changed(Settings(), {name: end}), name) == end
            with pytest.raises(PlaygroundError):
                changed(Settings(), {name: beyond})
        fraction = ends[0] + 0.5
        if name in constant("WHOLE"):
            with pytest.raises(PlaygroundError):
                changed(Settings(), {name: fraction})
        else:
            changed(Settings(), {name: fraction})


@pytest.mark.parametrize(
    ("name", "most", "beyond"),
    [
        ("hidden", lambda: [constant("WIDEST")] * constant("MOST_LAYERS"), lambda: [1] * (constant("MOST_LAYERS") + 1)),
        ("hidden", lambda: [constant("WIDEST")], lambda: [constant("WIDEST") + 1]),
        ("drawn", lambda: [[0, 0, 0]] * constant("MOST_DRAWN"), lambda: [[0, 0, 0]] * (constant("MOST_DRAWN") + 1)),
        ("drawn", lambda: [[constant("FARTHEST_DRAWN"), 0, 0]], lambda: [[constant("FARTHEST_DRAWN") + 1, 0, 0]]),
        ("drawn", lambda: [[0, 0, constant("MOST_CLASSES") - 1]], lambda: [[0, 0, constant("MOST_CLASSES")]]),
        ("target", lambda: "a" * constant("LONGEST_NAME"), lambda: "a" * (constant("LONGEST_NAME") + 1)),
    ],
)
def test_as_much_as_the_page_allows_is_taken_and_no_more(name, most, beyond):
    drawn = changed(Settings(), {"dataset": "drawn"})
    changed(drawn, {name: most()})
    with pytest.raises(PlaygroundError):
        changed(drawn, {name: beyond()})


@pytest.mark.parametrize("choices", [{}, {"problem": "regression"}, {"restarts": 2, "loss": "cross_entropy"}])
def test_messages_hold_what_the_page_is_told_that_they_hold(choices):
    its = trainer(**choices)
    for name, message in {
        "Scene": unpacked(scene_message(its, reset=True)),
        "Frame": picture(its, row=0, neuron=(0, 1)),
    }.items():
        header, arrays = message
        told = properties(name)
        found = {each: type(value).__name__ for each, value in header.items() if each != "arrays"}
        found |= {each: ARRAYS[kind] for each, kind, _ in header["arrays"]}
        assert found.keys() | {"shapes"} == told.keys()
        for each, kind in found.items():
            if each in arrays:
                assert kind == told[each][0]
            elif kind in SIMPLE:
                assert SIMPLE[kind] in told[each][0] or '"' in told[each][0], each


SIMPLE = {"str": "string", "bool": "boolean", "int": "number", "float": "number", "NoneType": "null"}


@pytest.mark.parametrize(
    "command",
    [{"do": "step", "epochs": 2}, {"do": "edit", "layer": 0, "row": None, "unit": 1, "value": 0.5}, {"do": "look"}],
)
def test_a_command_as_the_page_is_told_to_send_it_is_read(command):
    described = next(each for each in re.findall(r"{do: [^}]+}", WRITTEN) if f'"{command["do"]}"' in each)
    assert all(re.search(rf"\b{name}\??: ", described) for name in command)
    commands.read(json.dumps(command))
    with pytest.raises(MalformedError):
        commands.read(json.dumps({**command, "other": 1}))


@pytest.mark.parametrize(
    ("most", "command"),
    [
        ("LARGEST_WEIGHT", lambda number: {"do": "edit", "layer": 0, "row": None, "unit": 1, "value": number}),
        ("FARTHEST_PLACE", lambda number: {"do": "look", "at": [number, -number]}),
    ],
)
def test_a_number_that_the_page_sends_is_read_and_none_beyond(most, command):
    commands.read(json.dumps(command(constant(most))))
    with pytest.raises(MalformedError):
        commands.read(json.dumps(command(1.01 * constant(most))))


def test_every_place_of_a_table_can_be_looked_at():
    its = trainer()
    its.open(
        Table("t", pl.DataFrame({"a": [-LARGEST, LARGEST] * 8, "b": [-LARGEST, LARGEST] * 8, "c": ["x", "y"] * 8}))
    )
    for corner in zip(*its.scene.plane.domain, strict=True):
        assert abs(corner[0]) <= constant("FARTHEST_PLACE")
        assert picture(its, at=corner)[0]["look"]["at"] == list(corner)
