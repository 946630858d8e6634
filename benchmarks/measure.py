"""How everything here is measured: two sides in turn (A B A B …), and of each side the smallest of its times.

The smallest, because whatever else the machine does can only add to a time.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FFNN = str(Path(sys.executable).with_name("ffnn"))
PACKAGES = ("numpy", "jax", "scikit-learn", "torch", "tensorflow")


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        what: What is compared, ours against theirs.
        ours: Our side, in `unit`.
        theirs: Their side, in `unit`; None where it was not measured.
        unit: Of both sides.
        ratio: What is judged; None where it was not measured.
        target: What the ratio must reach, as `at most x` or `at least x`; None for a figure without a target.
        note: What else a reader must know, such as why nothing was measured.
    """

    what: str
    ours: float | None
    theirs: float | None
    unit: str
    ratio: float | None
    target: tuple[str, float] | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """`met` or `missed`; empty where there is no target or no figure."""
        if self.target is None or self.ratio is None:
            return ""
        word, limit = self.target
        reached = self.ratio <= limit if word == "at most" else self.ratio >= limit
        return "met" if reached else "missed"


def share(what: str, ours: float, theirs: float, at_most: float | None = None, note: str = "") -> Figure:
    """A figure of two times whose ratio is ours / theirs."""
    return Figure(what, ours, theirs, "s", ours / theirs, bound("at most", at_most), note)


def speed(what: str, ours: float, theirs: float, at_least: float | None = None, note: str = "") -> Figure:
    """A figure of two times whose ratio is how many times faster ours is."""
    return Figure(what, ours, theirs, "s", theirs / ours, bound("at least", at_least), note)


def bound(word: str, limit: float | None) -> tuple[str, float] | None:
    """A target, if there is one."""
    return None if limit is None else (word, limit)


def without(what: str, ours: float | None, target: tuple[str, float], note: str) -> Figure:
    """A figure whose other side is not there."""
    return Figure(what, ours, None, "s", None, target, note)


def installed(package: str) -> bool:
    """Whether a peer can be imported."""
    return find_spec(package) is not None


def machine() -> str:
    """What the figures were measured on and with."""
    packages = [f"{package} {found}" for package in PACKAGES if (found := version_of(package))]
    return ", ".join([f"{os.cpu_count()} cores", f"Python {platform.python_version()}", *packages])


def version_of(package: str) -> str | None:
    """The version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def in_turn(pairs: int, *sides: Callable[[], float]) -> list[float]:
    """Call the sides in turn, `pairs` times; the smallest result of each."""
    times = [[side() for side in sides] for _ in range(pairs)]
    return [min(column) for column in zip(*times, strict=True)]


def process(command: list[str], folder: Path | None = None, **environment: str) -> float:
    """Seconds that a whole process takes, from its start to its end."""
    begin = time.perf_counter()
    execute(command, folder, environment)
    return time.perf_counter() - begin


def program(file: str, *arguments: str) -> Any:
    """Run one of the programs of `ours.py` or `theirs.py` in a process of its own; what it measured."""
    return json.loads(execute([sys.executable, str(HERE / file), *arguments], None, {}).splitlines()[-1])


def execute(command: list[str], folder: Path | None, environment: dict[str, str]) -> str:
    """Standard output of a command that must succeed, compiled programs of earlier runs out of its reach."""
    inherited = {name: value for name, value in os.environ.items() if name != "JAX_COMPILATION_CACHE_DIR"}
    done = subprocess.run(command, cwd=folder, env=inherited | environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {done.returncode}:\n{done.stderr}")
    return done.stdout


def serve(programs: dict[str, Callable[..., Any]]) -> None:
    """Run the program that the command line names, with the rest of the line; print what it measured as JSON."""
    name, *arguments = sys.argv[1:]
    print(json.dumps(programs[name](*arguments)))
