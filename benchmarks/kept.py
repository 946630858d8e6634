"""Figures that are there already, kept by what they depend on: none is made twice, none outlives its source."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import ffnn
from ffnn.recipes import catalogue
from ffnn.recipes.recipe import Recipe
from measure import HERE
from standing import Result

SOURCE = Path(ffnn.__file__).parent


@dataclass(frozen=True)
class Learner:
    """Who learns.

    Attributes:
        name: Of a recipe of ours, or of a peer.
        recipe: What `ffnn.train` takes as its recipe; None for a peer.
        version: A digest of what its figures depend on; see `fingerprint`.
        python: The interpreter that runs it.
    """

    name: str
    recipe: str | None
    version: str
    python: str


def fingerprint(recipe: Recipe | None) -> str:
    """A digest of a recipe's choices and of the source that trains and measures it; for a peer, of the bench alone."""
    files = [HERE / "splits.py", HERE / "learners.py"]
    if recipe:
        files += sorted(path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] != "tf")
    digest = hashlib.sha256(catalogue.to_toml(recipe).encode() if recipe else b"")
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Results:
    """The figures of one kind of split, in a file of JSON lines that only grows."""

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, threading.Lock()
        self.found: dict[tuple[str, str, str, int], Result] = {}
        names = {field.name for field in fields(Result)}
        for text in path.read_text().splitlines() if path.exists() else ():
            line = json.loads(text)
            result = Result(**{name: value for name, value in line.items() if name in names})
            self.found[key(line["version"], result)] = result

    def of(self, learner: Learner, table: str, seeds: range) -> list[Result]:
        """What is there of a learner on a table."""
        keys = [(learner.name, learner.version, table, seed) for seed in seeds]
        return [self.found[key] for key in keys if key in self.found]

    def add(self, learner: Learner, result: Result) -> None:
        """Keep a figure, at once."""
        there = {name: value for name, value in asdict(result).items() if value is not None}
        with self.lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a") as file:
                file.write(json.dumps({"version": learner.version, **there}) + "\n")
            self.found[key(learner.version, result)] = result


def key(version: str, result: Result) -> tuple[str, str, str, int]:
    """What a figure is kept by."""
    return result.learner, version, result.table, result.seed
