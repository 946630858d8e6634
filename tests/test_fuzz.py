"""Thousands of damaged files: each is read, or refused in one sentence; nothing else ever comes out."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from rich.console import Console

import ffnn
from ffnn.console import printing
from ffnn.errors import FeedforwardError
from ffnn.models import container, packing
from ffnn.models.file import load
from ffnn.models.model import Model
from ffnn.tables.columns import schema
from ffnn.tables.formats import reading

LONGEST = 5.0
"""Seconds that one file may take."""

TINY = ffnn.Recipe(hidden=(4,), restarts=2, epochs=2)


def seed_table() -> pl.DataFrame:
    draw = np.random.default_rng(0)
    side = draw.integers(0, 2, 60)
    numbers = pl.Series(draw.normal(size=60) + 3.0 * side).round(3)
    return pl.DataFrame(
        {
            "key": [f"k{row:03}" for row in range(60)],
            "x": pl.select(pl.when(pl.int_range(60) == 7).then(None).otherwise(numbers)).to_series(),
            "z": 1e6 * draw.normal(size=60),
            "on": draw.choice(["true", "false"], 60),
            "colour": draw.choice(["red", "green, dark", 'the "blue"'], 60),
            "day": [f"2026-{1 + row % 12:02}-{1 + row % 28:02}" for row in range(60)],
            "label": np.where(side == 1, "up", "down"),
        }
    )


@pytest.fixture(scope="module")
def models() -> tuple[Model, ...]:
    table = seed_table()
    number = ffnn.Recipe(hidden=(4,), restarts=2, epochs=2, scaling="robust", whitening="pca", layer_norm=True)
    return ffnn.train(table, "label", recipe=TINY), ffnn.train(table, ["z", "x"], recipe=number)


PARTS = (["x"], ["colour"], ["day"], ["on", "z"], ["key", "x", "on", "colour", "day", "z"])
"""Input columns of the tables that are damaged; few at a time, for speed."""


def dressed(table: pl.DataFrame) -> list[bytes]:
    """The same table in several dresses."""
    plain = table.write_csv()
    return [
        plain.encode(),
        table.write_csv(separator=";", quote_style="always").encode(),
        b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode(),
        table.write_csv(separator="\t").encode(),
        ("\n".join(plain.split("\n")[:4]) + "\n").encode(),
    ]


@pytest.fixture(scope="module")
def parts() -> list[tuple[list[bytes], Model]]:
    """Tables of a few columns each, and a model of each."""
    tables = [seed_table().select(*columns, "label") for columns in PARTS]
    return [(dressed(table), ffnn.train(table, "label", recipe=TINY)) for table in tables]


PIECES = [
    *(
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b" ",
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
    ),
    *(b"1e400", b"-inf", b"nan", b"1e308", b"99999999999999999999", b"007", b"1_000", b"0x1p3", "\u2028".encode()),
    *("٣".encode(), b"NA", b"?", b"true", b"0001-01-01", b"2026-02-30", b"x,x", b"label", b"{", b"PAR1"),
]


def mutated(raw: bytes, draw: np.random.Generator, most: int = 2) -> bytes:
    """Bytes flipped, inserted, deleted, doubled, cut off, or overwritten by what tables stumble over."""
    changed = bytearray(raw)
    for _ in range(draw.integers(1, most + 1)):
        place = int(draw.integers(0, len(changed) + 1)) if draw.random() < 0.7 else int(draw.integers(0, 40))
        place = min(place, len(changed))
        length = int(draw.integers(1, 1 + draw.choice([1, 4, 200])))
        match draw.integers(0, 7):
            case 0 if place < len(changed):
                changed[place] ^= 1 << int(draw.integers(0, 8))
            case 1:
                changed[place:place] = PIECES[draw.integers(0, len(PIECES))]
            case 2:
                del changed[place : place + length]
            case 3:
                changed[place:place] = changed[place : place + length]
            case 4 if draw.random() < 0.2:
                del changed[place:]
            case 5:
                piece = PIECES[draw.integers(0, len(PIECES))]
                changed[place : place + len(piece)] = piece
            case _:
                changed[place : place + 1] = bytes([draw.integers(0, 256)])
    return bytes(changed)


class Stopwatch:
    """Counts how cases end, and how long the longest took."""

    def __init__(self) -> None:
        self.longest, self.counts = 0.0, {"sound": 0, "refused": 0}

    def done(self, began: float, how: str) -> None:
        self.longest = max(self.longest, time.monotonic() - began)
        self.counts[how] += 1
        assert self.longest < LONGEST


def or_refused(function: Callable[..., Any], *arguments: object) -> Any:
    """What a function returns; None if it refuses in one sentence."""
    try:
        return function(*arguments)
    except FeedforwardError as error:
        said = str(error)
    assert not re.search("[\n\r]", said), said
    return None


def check_outputs(model: Model, outputs: np.ndarray) -> None:
    assert np.isfinite(outputs).all()
    if model.target.classes:
        np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-6)


def damaged_tables(parts: list[tuple[list[bytes], Model]], path: Path, count: int, seed: int = 1) -> dict[str, int]:
    watch, draw = Stopwatch(), np.random.default_rng(seed)
    for case in range(count):
        raws, model = parts[case % 8 % len(parts)]
        path.write_bytes(mutated(raws[draw.integers(0, len(raws))], draw))
        began = time.monotonic()
        read = or_refused(reading.read, path)
        if read is not None:
            table = read.table
            seen = or_refused(schema.infer, table, (table.columns[-1],))
            if seen is not None and case % 4 == 0:
                or_refused(schema.conform, table, seen.inputs)
            predicted = or_refused(partial(model.predictions, tell=lambda _: None), table)
            if predicted is not None:
                check_outputs(model, predicted.select(pl.col(pl.Float64)).to_numpy())
        watch.done(began, "refused" if read is None else "sound")
    return watch.counts


@pytest.mark.slow
def test_damaged_tables_are_predicted_or_refused(parts, tmp_path):
    counts = damaged_tables(parts, tmp_path / "t.csv", 300)
    assert min(counts.values()) > 30


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))  # so that the workers share them
def test_ten_thousand_damaged_tables(parts, tmp_path, seed):
    assert sum(damaged_tables(parts, tmp_path / "t.csv", 1250, seed).values()) == 1250


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ffnn.TableWarning")  # what is odd is told, and the rest is read
def test_damaged_tables_are_trained_on_or_refused(tmp_path):
    watch, draw, raw = Stopwatch(), np.random.default_rng(2), dressed(seed_table())[0]
    for _ in range(40):
        (tmp_path / "t.csv").write_bytes(mutated(raw, draw))
        began = time.monotonic()
        model = or_refused(partial(ffnn.train, recipe=TINY), tmp_path / "t.csv", "label")
        if model is not None:
            predicted = model.predictions(tmp_path / "t.csv", tell=lambda _: None)
            check_outputs(model, predicted.select(pl.col(pl.Float64)).to_numpy())
        watch.done(began, "refused" if model is None else "sound")
    assert min(watch.counts.values()) > 5


VALUES = [
    *(None, True, -1, 0, 1, 2**31, 2**70, 0.5, -0.5, 1e308, 5e-324, "", "x", "relu", "number"),
    *([], {}, [1], ["a", "a"], {"type": "Dense"}),
]


def edited(value: object, draw: np.random.Generator) -> object:
    """JSON with one thing in it replaced, left out, doubled or renamed."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        name = list(value)[draw.integers(0, len(value))]
        match draw.integers(0, 20):
            case 0:
                return {key: inner for key, inner in value.items() if key != name}
            case 1:
                return {**value, "more": 1}
            case _:
                return {**value, name: edited(value[name], draw)}
    if isinstance(value, list) and value and draw.random() < 0.9:
        place = int(draw.integers(0, len(value)))
        match draw.integers(0, 12):
            case 0:
                return value[:place] + value[place + 1 :]
            case 1:
                return [*value, value[place]]
            case 2:
                return value[::-1]
            case _:
                return [*value[:place], edited(value[place], draw), *value[place + 1 :]]
    if isinstance(value, int | float) and not isinstance(value, bool) and draw.random() < 0.5:
        return max(-1e308, min(1e308, value * [-1, 0, 2, 1e30, 1e-30, 0.5][draw.integers(0, 6)]))
    return VALUES[draw.integers(0, len(VALUES))]


def edited_tensors(tensors: container.Tensors, draw: np.random.Generator) -> container.Tensors:
    """Tensors with one of another shape, type or name, or with odd numbers in it."""
    name = list(tensors)[draw.integers(0, len(tensors))]
    array = tensors[name].copy()
    match draw.integers(0, 7):
        case 0:
            return {key: value for key, value in tensors.items() if key != name}
        case 1:
            return {**tensors, name: array.astype([np.float64, np.int32, np.uint8, np.float16][draw.integers(0, 4)])}
        case 2:
            return {**tensors, name: array[..., :-1]}
        case 3:
            return {**tensors, name: array.reshape(-1)}
        case 4:
            return {**tensors, name + "x": array}
        case _ if array.size:
            odd = [np.nan, np.inf, 3e38, -3e38, 0, -1, 1e-45, 2**31 - 1][draw.integers(0, 8)]
            with np.errstate(all="ignore"):
                array.reshape(-1)[draw.integers(0, array.size)] = np.array(odd).astype(array.dtype)
            return {**tensors, name: array}
    return {**tensors, name: array}


def forged(model: Model, raw: bytes, draw: np.random.Generator) -> bytes:
    """A damaged model file: bytes anywhere, the header's length, or content whose digest is right."""
    document, tensors = packing.pack(model)
    match draw.integers(0, 8):
        case 0:
            return mutated(raw, draw)
        case 1:
            return raw[: int(draw.integers(0, len(raw)))]
        case 2:
            length = int(draw.choice([0, 1, 7, 100, len(raw), 2**31, 2**40, 2**63 - 1]))
            return length.to_bytes(8, "little") + raw[8:]
        case 3 | 4:
            return container.to_bytes(json.loads(json.dumps(document)), edited_tensors(tensors, draw))
    document = json.loads(json.dumps(document))
    for _ in range(draw.integers(1, 3)):
        changed = edited(document, draw)
        document = changed if isinstance(changed, dict) else document
    return container.to_bytes(document, tensors)


def damaged_models(models: tuple[Model, ...], path: Path, count: int, seed: int = 3) -> dict[str, int]:
    watch, draw, table = Stopwatch(), np.random.default_rng(seed), seed_table()
    raws = [model.to_bytes() for model in models]
    with (path.parent / "out.txt").open("w") as out:
        for case in range(count):
            which = case % len(models)
            path.write_bytes(forged(models[which], raws[which], draw))
            began = time.monotonic()
            model = or_refused(load, path)
            if model is None:
                watch.done(began, "refused")
                continue
            predicted = or_refused(partial(model.predictions, tell=lambda _: None), table)
            if predicted is not None:
                check_outputs(model, predicted.select(pl.col(pl.Float64)).to_numpy())
            printing.print_model(model, Console(file=out, width=80), every_restart=True)
            watch.done(began, "sound")
            out.seek(0)
            out.truncate()
    return watch.counts


def test_damaged_models_are_sound_or_refused(models, tmp_path):
    counts = damaged_models(models, tmp_path / "m.safetensors", 300)
    assert min(counts.values()) > 30


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_damaged_models(models, tmp_path, seed):
    assert sum(damaged_models(models, tmp_path / "m.safetensors", 2500, seed).values()) == 2500
