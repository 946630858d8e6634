"""What is published: the wheel holds what the package needs, the source distribution what its own tests need."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest
from flit_core import buildapi

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "ffnn"
TESTED = ("benchmarks", "docs", "examples", "notebooks", "requirements", "src", "tests", "tools")
"""Folders that the tests read."""

MADE = {"__pycache__", ".ipynb_checkpoints", ".hypothesis", "results"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Where wheel and source distribution lie."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return folder / buildapi.build_wheel(str(folder)), folder / buildapi.build_sdist(str(folder))


@pytest.fixture(scope="module")
def wheel(built):
    with zipfile.ZipFile(built[0]) as wheel:
        return set(wheel.namelist())


@pytest.fixture(scope="module")
def source(built):
    with tarfile.open(built[1]) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def files(folder: Path) -> set[str]:
    """Files in a folder, from the project's root, but for what programs made there."""
    found = (file.relative_to(ROOT) for file in folder.rglob("*") if file.is_file())
    return {file.as_posix() for file in found if MADE.isdisjoint(file.parts)}


def test_the_wheel_holds_the_page(wheel):
    page = {name.removeprefix("src/") for name in files(PACKAGE / "playground" / "static")}
    assert {name for name in wheel if "/playground/static/" in name} == page
    assert "ffnn/playground/static/index.html" in page


def test_the_wheel_holds_stubs_and_the_mark_of_types(wheel):
    stubs = {name.removeprefix("src/") for name in files(PACKAGE) if name.endswith((".pyi", "py.typed"))}
    assert len(stubs) > 2
    assert stubs <= wheel


def test_the_source_holds_what_its_own_tests_need(source):
    wanted = {name for folder in TESTED for name in files(ROOT / folder)}
    roots = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "package.json", "pyproject.toml"}
    assert sorted((wanted | roots | {".ci/run", "tsconfig.json"}) - source) == []
