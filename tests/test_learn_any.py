"""Any small table at all: a model whose every number is finite, or one sentence."""

from __future__ import annotations

import json
import warnings

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ffnn import FeedforwardError, Recipe, TableWarning, train

ODD = [0.0, -0.0, 1.0, -1.0, 1e300, -1e300, 1.7e308, 1e-300, 5e-324, 1e99, 1e16, float("nan"), float("inf")]

NUMBERS = st.none() | st.sampled_from(ODD) | st.floats(-1e6, 1e6)
WORDS = st.none() | st.sampled_from(
    ["", " ", "NA", "nan", "red", "Rot", "é", "日本", "\x00", "1", "1.0", "007", "true"]
)
TRUTHS = st.none() | st.booleans()
DAYS = st.none() | st.datetimes()
CELLS = {
    "numbers": NUMBERS,
    "words": WORDS,
    "text": st.none() | st.text(max_size=4),
    "truths": TRUTHS,
    "days": DAYS,
    "few": st.sampled_from([1, 2, 2]),
    "constant": st.just(7.5),
    "missing": st.none(),
    "huge": st.sampled_from([1e300, -1e300, 1e299]),
    "tiny": st.sampled_from([1e-300, -1e-300, 2e-300]),
    "plain": st.floats(-3, 3),
}
TYPES = {"words": pl.String, "text": pl.String, "truths": pl.Boolean, "days": pl.Datetime("us"), "few": pl.Int64}

CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "scaling": st.sampled_from(["standard", "robust", "quantile"]),
        "whitening": st.sampled_from(["pca", "zca"]),
        "refit": st.booleans(),
        "keep": st.sampled_from(["average", "best"]),
        "class_weight": st.just("balanced"),
        "learning_rate": st.sampled_from([1e-3, 1.0, 1e30]),
    },
)


@st.composite
def tables(draw):
    """A table, its target, and choices for it."""
    rows = draw(st.integers(1, 40))
    kinds = draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=4))
    target = draw(st.sampled_from(["plain", "words", "truths", "few", "numbers", "huge", "tiny"]))
    columns = {}
    for name, kind in [*((f"{kind} {place}", kind) for place, kind in enumerate(kinds)), ("y", target)]:
        cells = draw(st.lists(CELLS[kind], min_size=rows, max_size=rows))
        columns[name] = pl.Series(cells, dtype=TYPES.get(kind, pl.Float64))
    choices = {}
    if draw(st.booleans()):
        columns["w"] = pl.Series(
            draw(st.lists(st.sampled_from([0.0, 1.0, 1e-15, 1e15, 3.0]), min_size=rows, max_size=rows))
        )
        choices["weights"] = "w"
    split = draw(st.sampled_from(["none", "fraction", "group", "time"]))
    if split in ("group", "time"):
        columns[split] = pl.Series(draw(st.lists(st.integers(0, 6), min_size=rows, max_size=rows)))
        choices[split] = split
    elif split == "none":
        choices["test_fraction"] = 0
    return pl.DataFrame(columns), choices, draw(CHOICES)


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(tables())
def test_any_table_gives_finite_numbers_or_one_sentence(drawn):
    check(*drawn)


@pytest.mark.slow
@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(tables())
def test_any_of_many_tables_gives_finite_numbers_or_one_sentence(drawn):
    check(*drawn)


def check(table, choices, of_recipe):
    said, model = "", None
    try:
        recipe = Recipe(hidden=(4,), restarts=2, epochs=2, **of_recipe)
        model = train(table, "y", recipe=recipe, **choices)
    except FeedforwardError as error:
        said = str(error)
    assert "\n" not in said
    if model is None:
        return
    json.dumps(model.scores, allow_nan=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)
        for rows in (table, table.with_columns(pl.selectors.numeric() * -1e300)):
            assert np.isfinite(model.outputs_for(rows, print)).all()
        try:
            json.dumps(model.evaluate(table, weights=choices.get("weights")), allow_nan=False)
        except FeedforwardError as error:
            pytest.fail(f"a table that trained is evaluated: {error}")
