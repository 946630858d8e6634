from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from commands import run
from ffnn.advice import Advice, in_python
from ffnn.cli.arguments import in_shell
from ffnn.console import printing
from ffnn.console.terminal import console, print_lines, unbroken
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


@pytest.mark.parametrize("width", [20, 40, 80, 110])
@pytest.mark.parametrize("name", ["What is your favourite programming language", "it's what I say", "two  blanks", "x"])
@pytest.mark.parametrize("wording", [in_shell, in_python])
def test_advice_stands_in_one_line_however_narrow(name, width, wording):
    advice = Advice("columns", (name, "category"))
    advised = wording(advice)
    text = f"{name}: text, left out (30 different values in 40 rows; {unbroken(wording)(advice)} makes it an input)"
    out = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    print_lines([("columns", "1 text"), ("", text)], out)
    lines = out.file.getvalue().splitlines()
    assert all(line.startswith(" " * 9) for line in lines[1:])
    assert sum(advised in line for line in lines) == 1
    assert " ".join(" ".join(lines[1:]).split()) == " ".join(text.replace("\u00a0", " ").split())
    assert all(len(line) <= max(width, 9 + len(advised) + 1) for line in lines)


@pytest.mark.parametrize(("number", "said"), [(0, "0 restarts"), (1, "1 restart"), (1000, "1,000 restarts")])
def test_one_is_said_in_the_singular(number, said):
    assert printing.number_of(number, "restart") == said
