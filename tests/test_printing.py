from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest

from commands import run
from ffnn.console import printing
from ffnn.console.terminal import console
from ffnn.models.model import Model
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.tables.columns import schema
from ffnn.tables.encoding.encoder import fit_encoder
from ffnn.tables.targets import ClassTarget


@pytest.fixture(scope="module")
def wide() -> Model:
    """A model of 60 columns that was never trained."""
    rows = np.random.default_rng(0).normal(size=(30, 60)).round(3)
    table = pl.DataFrame(rows, [f"x{place:02}" for place in range(60)]).with_columns(y=pl.Series([0, 1] * 15))
    seen = schema.infer(table, ("y",))
    network = Network((Numbers(), Dense(2)))
    parameters = (
        {},
        {"kernel": np.zeros((1, 60, 2), np.float32), "bias": np.zeros((1, 2), np.float32)},
    )
    encoder = fit_encoder(schema.conform(table, seen.inputs), seen)
    return Model(seen, encoder, ClassTarget("y", (0, 1)), network, parameters, "playground")


def named(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines() if line.startswith("x")]


def test_of_many_columns_the_first_are_shown_and_the_others_counted(wide, tmp_path, capfd):
    path = tmp_path / "wide.safetensors"
    wide.save(path)
    _, out, _ = run(capfd, "show", path)
    assert named(out) == [f"x{place:02}" for place in range(40)]
    assert "… and 20 more columns; --all prints every one" in out
    _, out, _ = run(capfd, "show", path, "--all")
    assert named(out) == [f"x{place:02}" for place in range(60)]
    assert "more columns" not in out


def test_of_few_columns_none_is_left_out(wide):
    out = io.StringIO()
    few = Model(schema.Schema(wide.schema.columns[:40]), wide.encoder, wide.target, wide.network, wide.parameters)
    printing.print_columns(few, console(out))
    assert len(named(out.getvalue())) == 40
    assert "more columns" not in out.getvalue()
