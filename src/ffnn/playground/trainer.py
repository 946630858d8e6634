"""What a page has before it: a scene, perhaps a table, and the course of the training in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ffnn.playground import scene
from ffnn.playground.course import Aside, Course
from ffnn.playground.data import Table, problem_of
from ffnn.playground.scene import Scene
from ffnn.playground.settings import LIVE, PLANE, Settings, changed, differing

COLUMNS = frozenset({"target", "categories"})
"""Choices that change which columns are inputs of numbers: with them the plane is chosen anew."""


class Trainer:
    """All of one page but its thread and its messages.

    Attributes:
        table: The table that is open, if any.
        scene: What the settings mean.
        course: Training in that scene.
        generation: Rises with each scene.
        anew: Whether training began anew with the newest scene.
    """

    def __init__(self, aside: Aside, table: Table | None = None) -> None:
        """`aside` does something in another thread; `course.done` is to be called when it has.

        Raises:
            TableError: The table cannot be learned from.
        """
        self._aside, self.table, self.generation = aside, table, 0
        self._show(scene.build(learning(table, Settings()) if table else Settings(), table))

    def set(self, choices: Mapping[str, Any]) -> None:
        """Change settings; while it trains where that can be, else by beginning anew.

        Raises:
            PlaygroundError: The choices are not ones that can be had; nothing has changed.
            TableError: The table does not allow them; nothing has changed.
        """
        before = self.scene.settings
        settings = changed(before, choices)
        chosen = settings.dataset == "table" and {"dataset", "target"} & choices.keys() and "problem" not in choices
        if chosen and self.table is not None:
            settings = changed(settings, {"problem": problem_of(settings, self.table)})
        if differing(before, settings) & COLUMNS:
            settings = changed(settings, {name: "" for name in ("across", "up") if name not in choices})
        if differing(before, settings) <= LIVE:
            self._go_on(self.scene.with_settings(settings))
        else:
            self._begin(scene.build(settings, self.table))

    def open(self, table: Table) -> None:
        """Learn from a table: at first its last column.

        Raises:
            TableError: It cannot be learned from; nothing has changed.
        """
        new = scene.build(learning(table, self.scene.settings), table)
        self.table = table
        self._begin(new)

    def reset(self) -> None:
        """Back to the very weights that training began with."""
        self._begin(self.scene)

    def _begin(self, new: Scene) -> None:
        self.course.end()
        self._show(new)

    def _show(self, new: Scene) -> None:
        self.scene, self.generation, self.anew = new, self.generation + 1, True
        self.course = Course(new, self._aside)

    def _go_on(self, new: Scene) -> None:
        before, self.scene = self.scene, new
        if differing(before.settings, new.settings) & PLANE:
            self.generation += 1
        self.course.change(new)


def learning(table: Table, settings: Settings) -> Settings:
    """Settings that learn a table's last column; normalised, as columns have units of their own.

    Raises:
        TableError: That column holds nothing to learn.
    """
    choices = {"dataset": "table", "target": "", "across": "", "up": "", "row": 0, "inputs": "normalised"}
    return changed(settings, {**choices, "problem": problem_of(changed(settings, choices), table)})
