"""The bench on real tables, from its command line; what a process would measure is made up."""

from __future__ import annotations

import json
import sys

import pytest

import logbook
import splits
import tables


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench of two tables that learns nothing, but gives every learner an error; the jobs that it would have run."""
    data = tmp_path / "data"
    data.mkdir()
    about = [{"name": name, "file": f"{name}.csv", "target": "y", "task": "binary", "rows": 150} for name in ("a", "b")]
    (data / "datasets.json").write_text(json.dumps(about))
    for name in ("a", "b"):
        (data / f"{name}.csv").write_text("x,y\n")
    jobs = []

    def process(command, keep):
        job = json.loads(command[2])
        jobs.append({"python": command[0], **job})
        for seed in job["seeds"]:
            if job["learner"] == "broken.toml" and seed:
                return 1, "TrainingError: no network"
            train, test = map(len, splits.SPLITS[job["split"]](150, seed))
            counts = {"seed": seed, "train": train, "test": test, "fit_seconds": 1.0, "predict_seconds": 0.1}
            keep(json.dumps({**counts, "error": 0.1 if job["learner"] == "sk" else 0.3, "log_loss": 0.2}))
        return 0, "a warning"

    monkeypatch.setattr(tables, "process", process)
    monkeypatch.setattr(tables, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(logbook, "FILE", tmp_path / "runs.jsonl")
    nothing = ["--data", str(data), "--peers-file", str(tmp_path / "peers.jsonl")]
    return lambda *arguments: tables.main([*nothing, *arguments]), jobs, tmp_path


def test_each_learner_runs_on_each_table_in_turn(bench):
    run, jobs, _ = bench
    assert run("--inner", "--peers", "sk", "--recipe", "plain", "--recipe", "default") == 0
    assert [(job["table"], job["learner"]) for job in jobs] == [
        (table, learner) for table in ("a", "b") for learner in ("plain", "default", "sk")
    ]
    assert all(job["seeds"] == [0, 1, 2, 3, 4] and job["split"] == "inner" for job in jobs)
    assert [job["recipe"] for job in jobs[:3]] == ["plain", "default", None]


def test_what_is_there_is_not_done_again(bench, capsys):
    run, jobs, folder = bench
    run("--inner", "--seeds", "2", "a")
    run("--inner", "--seeds", "3", "a", "b", "a")
    assert [(job["table"], job["seeds"]) for job in jobs] == [("a", [0, 1]), ("a", [2]), ("b", [0, 1, 2])]
    kept = folder / "results" / "inner.jsonl"
    kept.write_text("".join(line for line in kept.read_text().splitlines(keepends=True) if '"seed": 1' not in line))
    run("--inner", "--seeds", "3")
    assert [(job["table"], job["seeds"]) for job in jobs[3:]] == [("a", [1]), ("b", [1])]
    capsys.readouterr()
    run("--inner", "--seeds", "3")
    assert "inner splits of 2 tables, 0 fits to do" in capsys.readouterr().out
    assert len(jobs) == 5


def test_every_outer_run_is_written_down_and_no_inner_one(bench):
    run, _, folder = bench
    run("--inner")
    assert not (folder / "runs.jsonl").exists()
    for _ in range(2):
        run("--seeds", "1")
    lines = [json.loads(line) for line in (folder / "runs.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["began", "ended"] * 2
    assert lines[1]["results"]["default"]["scores"]["a"]["error"] == 0.3


def test_recorded_peers_take_part_in_outer_runs_unless_they_ran_here(bench):
    run, _, folder = bench
    line = {"dataset": "a", "seed": 0, "train": 120, "test": 30, "fit_s": 9.0, "predict_s": 1.0, "logloss": 0.5}
    lines = [{**line, "model": "sk", "error": 0.6}, {**line, "model": "xgb", "error": 0.5}]
    (folder / "peers.jsonl").write_text("\n".join(map(json.dumps, lines)))
    run("--seeds", "1", "--json", str(folder / "found.json"), "--peers", "sk")
    found = json.loads((folder / "found.json").read_text())
    errors = {
        table: {name: each["error"] for name, each in several.items()} for table, several in found["scores"].items()
    }
    assert errors == {"a": {"default": 0.3, "sk": 0.1, "xgb": 0.5}, "b": {"default": 0.3, "sk": 0.1}}
    assert found["learners"]["xgb"]["ratio"] == pytest.approx(10 / 16)
    assert found["learners"]["xgb"]["ratio_fit"] is None
    assert found["learners"]["sk"]["ratio_fit"] == pytest.approx(1)


def test_a_learner_that_fails_is_named_and_the_others_go_on(bench, capsys):
    run, jobs, folder = bench
    (folder / "broken.toml").write_text("epochs = 3\n")
    assert run("--inner", "--recipe", str(folder / "broken.toml"), "--recipe", "plain", "--jobs", "2") == 1
    assert len(jobs) == 4
    printed = capsys.readouterr().out
    assert "failed: TrainingError: no network" in printed
    assert "a warning" not in printed


def test_without_tables_it_says_so_and_skips(bench, tmp_path, capsys):
    run, jobs, folder = bench
    (folder / "data" / "b.csv").unlink()
    assert run("--inner") == 0
    assert "b skipped: there is no" in capsys.readouterr().out
    assert tables.main(["--data", str(tmp_path / "nowhere")]) == 0
    assert "skipped: there are no tables in" in capsys.readouterr().out
    assert {job["table"] for job in jobs} == {"a"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["c"], "there is no table c; there are a, b"),
        (["--peers", "sk,xg"], "there is no peer xg; there are sk,"),
        (["--recipe", "defalt"], "there is no recipe 'defalt'"),
        (["--recipe", "plain", "--recipe", "plain"], "recipes must differ in name"),
        (["--seeds", "0"], "must be at least 1; got 0"),
        (["--peers", "sk", "--peers-python", "/no/python"], "/no/python cannot be run"),
    ],
)
def test_what_is_not_there_is_named(bench, arguments, said, capsys):
    with pytest.raises(SystemExit) as left:
        bench[0]("--inner", *arguments)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_peer_without_its_packages_is_named(bench, monkeypatch, capsys):
    monkeypatch.setitem(tables.PEERS, "sk", tables.PEERS["sk"].__class__(("no_such_package",), *[None] * 2))
    with pytest.raises(SystemExit):
        bench[0]("--inner", "--peers", "sk")
    assert "peer sk needs no_such_package, which" in capsys.readouterr().err


def test_there_is_no_way_around_the_log():
    assert not [option for action in tables.parser_of()._actions for option in action.option_strings if "log" in option]


def test_a_process_hands_on_its_lines_and_its_last_words(tmp_path):
    (tmp_path / "program.py").write_text("import sys; print(1); print(2); sys.exit('one\\nlast')")
    seen = []
    assert tables.process([sys.executable, str(tmp_path / "program.py")], seen.append) == (1, "last")
    assert seen == ["1\n", "2\n"]
