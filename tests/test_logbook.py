"""The log of runs on outer splits."""

from __future__ import annotations

import json

import pytest

import logbook
from standing import Result, side_by_side


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_run_is_written_down_when_it_begins_and_when_it_ends(tmp_path):
    file, recipe = tmp_path / "runs.jsonl", tmp_path / "mine.toml"
    recipe.write_text('base = "plain"\nhidden = [8]\nepochs = 3\n')
    ours = Result("iris", "mine.toml", 0, 120, 30, 1.5, 0.01, error=0.1, log_loss=0.2, run="now")
    with logbook.written_down({"mine.toml": str(recipe)}, ["iris"], file) as found:
        (began,) = lines(file)
        found["mine.toml"] = side_by_side([ours], "mine.toml")
    again, ended = lines(file)
    assert again == began
    assert (began["event"], ended["event"]) == ("began", "ended")
    assert began["recipes"] == ended["recipes"] == {"mine.toml": {"hidden": [8], "epochs": 3}}
    assert began["tables"] == ["iris"]
    assert began.keys() >= {"date", "version", "commit", "machine"}
    assert ended["results"]["mine.toml"]["scores"]["iris"]["error"] == 0.1


def test_a_run_that_breaks_is_written_down_too(tmp_path):
    with pytest.raises(KeyboardInterrupt), logbook.written_down({}, ["iris"], tmp_path / "runs.jsonl"):
        raise KeyboardInterrupt
    assert [line["event"] for line in lines(tmp_path / "runs.jsonl")] == ["began", "ended"]


def test_the_commit_is_marked_where_the_source_differs(monkeypatch):
    monkeypatch.setattr(logbook, "git", lambda *arguments: "abc\n" if arguments[0] == "rev-parse" else " M src/x.py\n")
    assert logbook.commit() == "abc+"
    monkeypatch.setattr(logbook, "git", lambda *arguments: "abc\n" if arguments[0] == "rev-parse" else "")
    assert logbook.commit() == "abc"
