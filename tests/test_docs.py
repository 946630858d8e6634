"""What docs/lecture.md names is there: every test, every lesson; and no lesson is forgotten."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "lecture.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text().split("## ")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| slide")
]


def names(cells: list[str]) -> set[str]:
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_row_has_slide_program_notebook_and_a_view_in_the_playground():
    assert len(ROWS) > 40
    assert all(len(row) == 4 and row[0] and row[3] for row in ROWS)


@pytest.mark.parametrize("what", ["lesson", "trick"])
def test_the_views_in_the_playground_are_there(what):
    source = (ROOT / "src" / "ffnn" / "playground" / "static" / "panels" / f"{what}_list.js").read_text()
    titles = set(re.findall(r'title: "([^"]+)"', source))
    named = {title for row in ROWS for title in re.findall(rf'{what} "([^"]+)"', row[3])}
    assert named
    assert named <= titles, sorted(named - titles)
    assert what != "lesson" or named == titles, sorted(titles - named)  # no lesson is forgotten


def test_the_programs_are_tests():
    module = ast.parse((ROOT / "tests" / "test_tf_lecture.py").read_text())
    tests = {item.name for item in module.body if isinstance(item, ast.FunctionDef)}
    named = names([row[1] for row in ROWS])
    assert named
    assert named <= tests, sorted(named - tests)


NAMED = sorted(set(re.findall(r"`(\d\d_\w+)`", PAGE.read_text())))


@pytest.mark.parametrize("lesson", NAMED)
def test_a_lesson_has_its_source_and_its_notebooks(lesson):
    notebooks = ROOT / "notebooks"
    for file in (f"source/{lesson}.py", f"{lesson}.ipynb", f"solutions/{lesson}.ipynb"):
        assert (notebooks / file).exists(), f"docs/lecture.md names {lesson}, but there is no notebooks/{file}"


def test_no_lesson_is_forgotten():
    assert {source.stem for source in (ROOT / "notebooks" / "source").glob("*.py")} <= set(NAMED)


def test_the_readme_leads_there():
    assert "(docs/lecture.md)" in (ROOT / "README.md").read_text()


def test_nobody_is_told_to_install_what_is_not_ours_or_not_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = set(project["project"]["optional-dependencies"])
    groups = set(project["dependency-groups"])
    said = 0
    for file in (*(ROOT / "src").rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"):
        for words in re.findall(r"pip\s+install\s+([^`\n]*)", file.read_text()):
            said += 1
            found = re.match(r"(?:--group (?P<group>[\w-]+)|['\"]?(?:ffnn|\.)(?:\[(?P<extra>\w+)\])?['\"]?)", words)
            assert found, f"{file.name}: pip install {words}"
            assert found["group"] is None or found["group"] in groups
            assert found["extra"] is None or found["extra"] in extras
    assert said > 3
    assert project["project"]["name"] == "ffnn"
