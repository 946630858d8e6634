"""Figures of the bench that are kept from run to run."""

from __future__ import annotations

import kept
from ffnn.recipes import catalogue
from kept import Learner, Results, fingerprint
from standing import Result

DEFAULT = Learner("default", "default", "0123", "python")


def result(seed):
    return Result("iris", "default", seed, 120, 30, 1.5, 0.01, error=0.1, log_loss=0.2, run="now")


def test_what_was_kept_is_there_in_the_next_run_and_each_figure_at_once(tmp_path):
    figures = Results(tmp_path / "new" / "inner.jsonl")
    figures.add(DEFAULT, result(0))
    figures.add(DEFAULT, result(3))
    again = Results(tmp_path / "new" / "inner.jsonl")
    assert again.of(DEFAULT, "iris", range(3)) == [result(0)]
    assert again.of(DEFAULT, "iris", range(10)) == figures.of(DEFAULT, "iris", range(10)) == [result(0), result(3)]


def test_a_figure_of_another_source_recipe_or_table_does_not_count(tmp_path):
    figures = Results(tmp_path / "inner.jsonl")
    figures.add(DEFAULT, result(0))
    assert figures.of(Learner("default", "default", "4567", "python"), "iris", range(3)) == []
    assert figures.of(Learner("plain", "plain", "0123", "python"), "iris", range(3)) == []
    assert figures.of(DEFAULT, "mpg", range(3)) == []


def test_a_recipes_fingerprint_follows_its_choices_and_the_source(tmp_path, monkeypatch):
    (tmp_path / "training").mkdir()
    (tmp_path / "tf").mkdir()
    for name in ("training/loop.py", "tf/gradients.py"):
        (tmp_path / name).write_text("x = 1\n")
    monkeypatch.setattr(kept, "SOURCE", tmp_path)
    recipe, other, peer = catalogue.find("plain"), catalogue.find("plain", epochs=3), fingerprint(None)
    before = fingerprint(recipe)
    assert len({before, fingerprint(other), peer}) == 3
    (tmp_path / "tf/gradients.py").write_text("x = 2\n")
    assert fingerprint(recipe) == before
    (tmp_path / "training/loop.py").write_text("x = 2\n")
    assert fingerprint(recipe) != before
    assert fingerprint(None) == peer
