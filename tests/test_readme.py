from __future__ import annotations

import re
import runpy
import shlex
import sys
import warnings
from pathlib import Path

import pytest

from ffnn import TableWarning, cli

ROOT = Path(__file__).parents[1]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


@pytest.fixture
def folder_with_table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["write_table.py", "cancer.csv"])
    runpy.run_path(str(ROOT / "examples" / "write_table.py"), run_name="__main__")
    return tmp_path


@pytest.mark.slow
def test_every_block_of_the_readme_runs(folder_with_table, capsys):
    commands = [
        shlex.split(line)[1:]
        for block in blocks(ROOT / "README.md", "sh")
        for line in block.splitlines()
        if line.startswith("ffnn ")
    ]
    assert [command[0] for command in commands] == [
        "look",
        "train",
        "predict",
        "evaluate",
        "show",
        "train",
        "compare",
        "tricks",
        "playground",
    ]
    for command in commands[:-1]:  # the page has tests of its own
        shorter = ["--seeds", "2", "--epochs", "4"] if command[0] == "tricks" else []
        assert cli.run([*command, *shorter]) == 0, command
    names: dict[str, object] = {}
    programs = blocks(ROOT / "README.md", "python")
    assert len(programs) == 4
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableWarning)  # one cell of the table lies far outside those that trained
        for program in programs:
            exec(compile(program, "README.md", "exec"), names)
    assert names["scores"]["accuracy"] > 0.95
    assert (folder_with_table / "predictions.csv").exists()


def test_links_inside_the_project_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


@pytest.mark.slow
def test_docstring_examples_run():
    import doctest
    import importlib
    import pkgutil

    import ffnn

    examples = 0
    for module in pkgutil.walk_packages(ffnn.__path__, "ffnn."):
        failed, attempted = doctest.testmod(importlib.import_module(module.name))
        assert not failed, module.name
        examples += attempted
    assert examples > 2
