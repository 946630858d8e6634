"""Every run on outer splits, written down: two lines of JSON, one when it begins and one when it ends.

Each look at the outer splits makes them a little less unseen, so each is counted, the broken ones too.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ffnn
import standing
from ffnn.recipes import catalogue
from ffnn.recipes.recipe import Recipe
from measure import HERE, machine
from standing import Standings

FILE = HERE / "outer_runs.jsonl"


@contextmanager
def written_down(named: dict[str, str], tables: list[str], file: Path) -> Iterator[dict[str, Standings]]:
    """Write down that a run begins, and when it ends, however it ends, what it found.

    Args:
        named: Recipes as `catalogue.find` takes them, by name.
        tables: Names of the tables.
        file: Where it is written.

    Yields:
        A place for the standings of each recipe.
    """
    about = {
        "version": ffnn.__version__,
        "commit": commit(),
        "machine": machine(),
        "recipes": {name: overruled(catalogue.find(recipe)) for name, recipe in named.items()},
        "tables": tables,
    }
    found: dict[str, Standings] = {}
    append(file, {"event": "began", "date": now(), **about})
    try:
        yield found
    finally:
        results = {name: brief(standings, name) for name, standings in found.items()}
        append(file, {"event": "ended", "date": now(), **about, "results": results})


def append(file: Path, line: dict[str, Any]) -> None:
    """One more line of JSON."""
    with file.open("a") as log:
        log.write(json.dumps(line) + "\n")


def now() -> str:
    """Date and time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def commit() -> str:
    """The commit of this checkout, `+` after it where the source differs from it; empty where there is no git."""
    try:
        head = git("rev-parse", "--short=12", "HEAD").strip()
        return head + "+" * bool(git("status", "--porcelain", "--", "src", "benchmarks/*.py").strip())
    except (OSError, subprocess.CalledProcessError):
        return ""


def git(*arguments: str) -> str:
    """What git prints in this checkout."""
    return subprocess.run(["git", *arguments], cwd=HERE.parent, check=True, capture_output=True, text=True).stdout


def overruled(recipe: Recipe) -> dict[str, Any]:
    """The choices in which a recipe differs from the plain one."""
    plain = dataclasses.asdict(catalogue.find("plain"))
    return {name: choice for name, choice in dataclasses.asdict(recipe).items() if choice != plain[name]}


def brief(standings: Standings, ours: str) -> dict[str, Any]:
    """The scores of ours by table, and how it stands among all."""
    scores = {table: standing.figures(each[ours]) for table, each in standings.items()}
    return {"scores": scores, **standing.summary(standings, ours)}
