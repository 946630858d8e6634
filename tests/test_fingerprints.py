from __future__ import annotations

import struct
import warnings
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from ffnn import TableWarning, read, train
from ffnn.errors import TableError
from ffnn.models.model import Model
from ffnn.tables import contract, fingerprints
from ffnn.tables.contract import Trained
from ffnn.tables.fingerprints import LARGEST, Fingerprints

CELLS = pl.DataFrame(
    {
        "size": [0.0, -0.0, 0.1, None, 2**53 - 1.0],
        "colour": ["red", "red", "blue", None, "Köln"],
        "day": [datetime(2026, 1, 1), datetime(2026, 1, 1), datetime(1969, 12, 31, 23), None, datetime(2026, 1, 2)],
    }
)
ANSWERS = np.array([0, 0, 1, 1, 0])[:, None]


def numbers(count, seed=0):
    return np.random.default_rng(seed).integers(0, 2**64, count, np.uint64)


def splitmix(state):
    """The second and later lines of `splitmix64`'s `next`, as its authors publish it, in Python's whole numbers."""
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
    return state ^ (state >> 31)


def test_the_mixing_is_that_of_splitmix64():
    state, drawn = 1234567, []
    for _ in range(3):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        drawn.append(int(fingerprints.mix(np.array([state], np.uint64))[0]))
    assert drawn == [6457827717110365317, 3203168211198807973, 9817491932198370423]  # Java's and Vigna's for this seed


def test_a_row_is_the_same_number_everywhere():
    import hashlib

    def of(size, colour, day, answer):
        state = 0
        parts = (
            struct.unpack("<Q", struct.pack("<d", size))[0],
            int.from_bytes(hashlib.blake2b(colour.encode(), digest_size=8).digest(), "little"),
            int(day.replace(tzinfo=UTC).timestamp() * 1e6) % 2**64,
            struct.unpack("<Q", struct.pack("<d", answer))[0],
        )
        for part in parts:
            state = splitmix((state + 0x9E3779B97F4A7C15) % 2**64 ^ part)
        return state

    found = fingerprints.numbers_of(CELLS, ANSWERS).tolist()
    float32 = struct.unpack("<f", struct.pack("<f", 0.1))[0]
    assert found[0] == found[1] == of(0.0, "red", datetime(2026, 1, 1), 0)
    assert found[2] == of(float32, "blue", datetime(1969, 12, 31, 23), 1)
    assert found[4] == of(2**53 - 1.0, "Köln", datetime(2026, 1, 2), 0)
    assert len(set(found)) == 4


def test_each_cell_and_each_answer_counts():
    same = fingerprints.numbers_of(CELLS, ANSWERS)
    for changed in (
        CELLS.with_columns(size=pl.lit(3.0)),
        CELLS.with_columns(colour=pl.lit("green")),
        CELLS.with_columns(day=pl.lit(datetime(2000, 1, 1))),
        CELLS.select("day", "colour", "size"),
    ):
        equal = fingerprints.numbers_of(changed, ANSWERS) == same
        assert not equal[[0, 1, 2, 4]].any()  # the fourth row has no cell
    assert not (fingerprints.numbers_of(CELLS, 1 - ANSWERS) == same).any()
    near = CELLS.with_columns(pl.col("size") - 1)  # of whole numbers each is another, though float32 holds fewer
    assert fingerprints.numbers_of(near, ANSWERS)[4] != same[4]


@pytest.mark.parametrize("count", [2, 10, 100, 5_000, 500_000])
def test_what_trained_is_known_and_little_else(count):
    kept = Fingerprints.of(numbers(count))
    assert kept.rows == count
    assert len(kept.bits) <= min(2 * count, LARGEST)
    assert kept.count(numbers(count)) == (count, count)
    found, looked = kept.count(numbers(200_000, seed=1))
    assert looked == 200_000
    assert found <= 0.01 * looked
    if count >= 100:
        assert found == pytest.approx(kept.false_alarms * looked, rel=0.4)


def test_of_more_rows_a_share_is_kept():
    kept = Fingerprints.of(numbers(2_000_000))
    assert len(kept.bits) <= LARGEST
    mixed = np.concatenate([numbers(30_000), numbers(70_000, seed=1)])
    found, looked = kept.count(mixed)
    assert looked == pytest.approx(25_000, rel=0.03)
    assert found == pytest.approx(7_500, rel=0.05)
    (told,) = contract.trained(kept, mixed)
    assert told.about
    assert told.count == pytest.approx(30_000, rel=0.05)
    assert str(told).startswith(f"about {told.count:,} of these 100,000 rows trained the model")


def test_what_chance_gives_is_not_told():
    kept = Fingerprints.of(numbers(5_000))
    told = [contract.trained(kept, numbers(10_000, seed)) for seed in range(1, 41)]
    assert sum(map(bool, told)) <= 2
    assert contract.trained(kept, numbers(5_000)[:1]) == (Trained("", "trained", 1, "", 1),)
    assert Fingerprints.of(numbers(0)) is None


@pytest.mark.parametrize(
    ("bits", "rows", "share"),
    [
        (np.zeros(0, np.uint8), 1, 1.0),
        (np.zeros(2, np.int8), 1, 1.0),
        (np.zeros((1, 2), np.uint8), 1, 1.0),
        (np.zeros(LARGEST + 1, np.uint8), 1, 1.0),
        (np.zeros(2, np.uint8), 0, 1.0),
        (np.zeros(2, np.uint8), 1, 0.0),
        (np.zeros(2, np.uint8), 1, 1.5),
        (np.zeros(2, np.uint8), 1, float("nan")),
    ],
)
def test_fingerprints_that_are_none_are_refused(bits, rows, share):
    with pytest.raises((TableError, TypeError), match=r"fingerprints are|bits"):
        Fingerprints(bits, rows, share)


# A model's own


def drawn(count, seed):
    generator = np.random.default_rng(seed)
    size, colour = generator.normal(size=count), generator.choice(["red", "green", "blue"], count)
    day = pl.Series(generator.integers(0, 900, count) * 86_400_000_000).cast(pl.Datetime("us"))
    return pl.DataFrame(
        {"size": size, "colour": colour, "day": day, "y": np.where(size + (colour == "red") > 0, "up", "down")}
    )


TABLE = drawn(120, 0)
CHOICES = {"recipe": "plain", "hidden": (4,), "epochs": 2, "restarts": 2}


@pytest.fixture(scope="module")
def model():
    return train(TABLE, "y", refit=False, **CHOICES)


def told(model, table, **choices):
    """What `evaluate` finds."""
    found = []
    model.evaluate(table, tell=found.extend, **choices)
    return [(each.count, each.rows) for each in found if isinstance(each, Trained)]


def test_rows_are_recognised_wherever_they_come_from(model, tmp_path):
    trained = model.scores["rows"]["train"]
    mixed = pl.concat([TABLE, drawn(80, 1)]).sample(fraction=1.0, shuffle=True, seed=0)
    mixed.write_csv(tmp_path / "t.csv")
    mixed.write_csv(tmp_path / "semicolons.csv", separator=";", decimal_comma=True)
    mixed.write_parquet(tmp_path / "t.parquet")
    turned = mixed.select("y", "day", "colour", "size")
    narrow = mixed.with_columns(pl.col("size").cast(pl.Float32), pl.col("colour").cast(pl.Categorical))
    sources = (mixed, turned, narrow, mixed.to_pandas(), *(tmp_path / each for each in ("t.csv", "t.parquet")))
    for source in sources:
        assert told(model, source) == [(trained, 200)]
    assert told(model, read(tmp_path / "semicolons.csv", decimal=",")) == [(trained, 200)]
    assert told(model, drawn(80, 1)) == []
    assert (
        told(model, TABLE.with_columns(y=pl.when(pl.col("y") == "up").then(pl.lit("down")).otherwise(pl.lit("up"))))
        == []
    )


def test_a_refit_trains_on_all_rows():
    assert told(train(TABLE, "y", refit=True, **CHOICES), TABLE) == [(120, 120)]
    assert told(train(TABLE, "y", test_fraction=0, refit=False, **CHOICES), TABLE) == [(120, 120)]


def test_numbers_are_answers_too():
    table = TABLE.with_columns(y=pl.col("size") ** 2, z=pl.col("size") * 2)
    several = train(table, ["y", "z"], test=drawn(20, 2).with_columns(y=pl.lit(0.5), z=pl.lit(0.1)), **CHOICES)
    assert told(several, table) == [(120, 120)]
    assert told(several, table.with_columns(z=pl.col("z") + 1.0)) == []


def test_it_is_said_in_one_warning_and_is_no_difference(model):
    trained = model.scores["rows"]["train"]
    said = f"^{trained} of these 120 rows trained the model, so its scores on new rows are likely worse$"
    with pytest.warns(TableWarning, match=said):
        model.evaluate(TABLE)
    with pytest.warns(TableWarning, match=said):
        model.evaluate(TABLE, strict=True)
    with pytest.warns(
        TableWarning, match=r"^the table differs from the training table: 'x': .*; \d+ of these 120 rows"
    ):
        model.evaluate(TABLE.with_columns(x=pl.lit(1)))
    other = train(TABLE, "y", seed=1, refit=True, **CHOICES)
    with pytest.warns(TableWarning) as warned:
        model.compare(other, TABLE)
    assert [str(each.message).partition(",")[0] for each in warned] == [
        f"{trained} of these 120 rows trained the first model",
        "120 of these 120 rows trained the second model",
    ]


def test_whoever_wants_none_keeps_none(model):
    silent = train(TABLE, "y", refit=False, fingerprints=False, **CHOICES)
    assert silent.fingerprints is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        silent.evaluate(TABLE)
        Model.from_bytes(silent.to_bytes()).evaluate(TABLE)
    assert replace(model, fingerprints=None).to_bytes() == silent.to_bytes()


def test_a_file_keeps_them(model):
    again = Model.from_bytes(model.to_bytes())
    assert told(again, TABLE) == told(model, TABLE)
    assert again.to_bytes() == model.to_bytes() == train(TABLE, "y", refit=False, **CHOICES).to_bytes()
