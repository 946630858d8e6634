from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from commands import SMALL, in_terminal, run
from ffnn import __version__, cli
from ffnn.models import container


def test_training_says_what_it_understood_and_what_it_is_worth(folder, capfd, tmp_path):
    code, out, err = run(
        capfd, "train", folder / "points.csv", "--target", "label", "-o", tmp_path / "m.safetensors", *SMALL
    )
    assert code == 0
    assert "label: classification (its values are labels)" in err
    assert "key: identifier (no value occurs twice)" in err
    assert "epoch 4/4" in err
    for word in ("accuracy", "log loss", "linear baseline", "constant baseline", "out of fold", "saved"):
        assert word in out
    assert (tmp_path / "m.safetensors").exists()


def test_quiet_training_prints_nothing(folder, capfd, tmp_path):
    arguments = ["train", folder / "points.csv", "--target", "label", "-o", tmp_path / "m.safetensors", "--quiet"]
    assert run(capfd, *arguments, *SMALL) == (0, "", "")


def test_json_of_training_is_one_object_without_nan(folder, capfd, tmp_path):
    arguments = ["train", folder / "points.csv", "--target", "label", "-o", tmp_path / "m.safetensors", "--json"]
    code, out, _ = run(capfd, *arguments, *SMALL)
    said = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert code == 0
    assert {"model", "columns", "encoder", "target", "network", "recipe", "scores", "history"} <= set(said)
    assert np.shape(said["history"]["loss"]) == (2, 4)


def test_the_model_is_named_after_the_table_by_default(folder, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(capfd, "train", folder / "points.csv", "--target", "label", "--quiet", *SMALL)[0] == 0
    assert (tmp_path / "points.safetensors").exists()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_predictions_keep_the_identifier_and_agree_between_formats(folder, capfd, tmp_path, ending):
    out = tmp_path / f"predictions.{ending}"
    code, printed, _ = run(capfd, "predict", folder / "model.safetensors", folder / f"points.{ending}", "-o", out)
    assert (code, printed) == (0, "")
    written = pl.read_csv(out) if ending == "csv" else pl.read_parquet(out)
    assert written.columns == ["key", "prediction", "probability_down", "probability_up"]
    truth = pl.read_csv(folder / "points.csv")
    assert written["key"].to_list() == truth["key"].to_list()
    assert (written["prediction"] == truth["label"]).mean() > 0.8


def test_predictions_go_to_standard_output_as_csv(folder, capfd):
    code, out, _ = run(capfd, "predict", folder / "model.safetensors", folder / "points.csv")
    assert code == 0
    assert out.splitlines()[0] == "key,prediction,probability_down,probability_up"
    assert len(out.splitlines()) == 201


def test_evaluation_agrees_with_the_predictions(folder, capfd):
    _, out, _ = run(capfd, "evaluate", folder / "model.safetensors", folder / "points.csv", "--json")
    scores = json.loads(out)
    _, csv, _ = run(capfd, "predict", folder / "model.safetensors", folder / "points.csv")
    predicted = [line.split(",")[1] for line in csv.splitlines()[1:]]
    truth = pl.read_csv(folder / "points.csv")["label"].to_list()
    assert scores["accuracy"] == np.mean(np.array(predicted) == truth)
    assert np.sum(scores["confusion"]) == 200
    code, out, _ = run(capfd, "evaluate", folder / "model.safetensors", folder / "points.csv")
    assert code == 0
    assert f"{scores['accuracy']:.4f}" in out


def test_rows_that_trained_are_recognised_and_said(folder, capfd, tmp_path):
    model, table = folder / "model.safetensors", pl.read_csv(folder / "points.csv")
    described = json.loads(run(capfd, "show", model, "--json")[1])
    trained = described["fingerprints"]["rows"]
    assert described["fingerprints"]["bytes"] == 2 * trained
    assert 0 < described["fingerprints"]["false_alarms"] < 0.01
    assert re.search(
        rf"recognises the {trained} rows that trained it: 0\.\d kB, false alarms 0\.0\d+ %",
        run(capfd, "show", model)[1],
    )
    new = table.with_columns(pl.col("x").fill_null(9.0) + 0.25)
    pl.concat([table, new]).reverse().write_parquet(tmp_path / "both.parquet")
    new.write_csv(tmp_path / "new.csv")
    said = f"{trained} of these 400 rows trained the model"
    for strictly in ((), ("--strict",)):  # for it is no difference
        code, _, err = run(capfd, "evaluate", model, tmp_path / "both.parquet", *strictly)
        assert (code, err.startswith(said), err.count("\n")) == (0, True, 1)
    (found,) = json.loads(run(capfd, "evaluate", model, tmp_path / "both.parquet", "--json")[1])["findings"]
    assert (found["what"], found["count"], found["rows"], found["about"]) == ("trained", trained, 400, False)
    assert run(capfd, "evaluate", model, tmp_path / "new.csv")[2] == ""
    _, _, err = run(capfd, "compare", model, model, tmp_path / "both.parquet")
    assert [line.partition(",")[0] for line in err.splitlines()] == [
        f"{said.removesuffix('the model')}the {which} model" for which in ("first", "second")
    ]
    arguments = ("train", folder / "points.csv", "--target", "label", *SMALL, "-o", tmp_path / "m.safetensors")
    assert run(capfd, *arguments, "--no-fingerprints", "--quiet")[0] == 0
    assert "fingerprints" not in json.loads(run(capfd, "show", tmp_path / "m.safetensors", "--json")[1])
    assert run(capfd, "evaluate", tmp_path / "m.safetensors", folder / "points.csv")[2] == ""


def test_show_tells_columns_network_training_and_scores(folder, capfd):
    code, out, _ = run(capfd, "show", folder / "model.safetensors")
    assert code == 0
    for words in ("key", "identifier", "colour", "category", "median", "Tangent (selu)", "(rows, 8)"):
        assert words in out
    for words in ("adamw, learning rate 0.05", "best epoch", "accuracy"):
        assert words in out
    described = json.loads(run(capfd, "show", folder / "model.safetensors", "--json")[1])
    assert [column["kind"] for column in described["columns"]] == ["identifier", "number", "category"]


def test_a_regression_runs_through_all_verbs(capfd, tmp_path):
    x = np.linspace(-1, 1, 101)
    pl.DataFrame({"x": x, "y": 1000 + 300 * x}).write_csv(tmp_path / "line.csv")
    model = tmp_path / "line.safetensors"
    arguments = ["train", tmp_path / "line.csv", "--target", "y", "-o", model, "--hidden", "none", "--restarts", "1"]
    code, out, err = run(capfd, *arguments, "--epochs", "300", "--learning-rate", "0.05")
    assert code == 0
    assert "regression" in err
    assert "RMSE" in out
    scores = json.loads(run(capfd, "evaluate", model, tmp_path / "line.csv", "--json")[1])
    assert scores["r2"] > 0.99
    assert run(capfd, "predict", model, tmp_path / "line.csv")[1].splitlines()[0] == "prediction"
    assert run(capfd, "show", model)[0] == 0


def test_a_missing_column_is_told_and_strictly_refused(folder, capfd, tmp_path):
    pl.read_csv(folder / "points.csv").rename({"colour": "color"}).write_csv(tmp_path / "new.csv")
    code, _, err = run(capfd, "predict", folder / "model.safetensors", tmp_path / "new.csv")
    assert code == 0
    assert "'colour': the table has no such column; every cell counts as missing" in err
    assert "'color': the model does not know this column" in err
    code, _, err = run(capfd, "predict", folder / "model.safetensors", tmp_path / "new.csv", "--strict")
    assert (code, err.count("\n")) == (2, 1)
    assert "'colour'" in err


def test_control_characters_of_a_table_never_reach_the_terminal(capfd, tmp_path):
    evil = "a\x1b[31mred\x07\u202e"
    table = pl.DataFrame(
        {evil: [f"v\x1b]0;{row % 3}" for row in range(60)], "y": [f"\x1b{row % 2}" for row in range(60)]}
    )
    table.write_parquet(tmp_path / "evil.parquet")
    model = tmp_path / "evil.safetensors"
    texts = [
        *run(capfd, "train", tmp_path / "evil.parquet", "--target", "y", "-o", model, *SMALL)[1:],
        *run(capfd, "show", model)[1:],
        *run(capfd, "show", model, "--json")[1:],
        *run(capfd, "train", tmp_path / "evil.parquet", "--target", evil + "?", "-o", model)[1:],
    ]
    for text in texts:
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert r"a\x1b[31mred" in texts[2]


def training(folder: Path, tmp_path: Path) -> list[str]:
    return ["train", str(folder / "points.csv"), "--target", "label", "-o", str(tmp_path / "m.safetensors"), *SMALL]


@pytest.mark.slow
def test_a_terminal_shows_a_live_bar_that_goes_away(folder, tmp_path):
    arguments = training(folder, tmp_path)
    seen = in_terminal(arguments, {})
    assert "━".encode() in seen
    assert b"\x1b[2K" in seen
    assert b"\x1b[?25h" in seen
    assert b"saved" in seen


@pytest.mark.slow
def test_the_compile_cache_is_private_and_survives_damage(folder, tmp_path):
    arguments = training(folder, tmp_path)
    cache = tmp_path / "cache"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}

    def train(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ffnn", *arguments, "--quiet", *options],
            env=clean | {"XDG_CACHE_HOME": str(cache), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert train("--no-compile-cache").returncode == 0
    assert not cache.exists()
    first = train()
    assert (first.returncode, first.stderr) == (0, "")
    compiled = cache / "ffnn" / "compiled"
    assert compiled.stat().st_mode & 0o777 == 0o700
    entries = [entry for entry in compiled.iterdir() if entry.name.endswith("-cache")]
    assert entries
    model = (tmp_path / "m.safetensors").read_bytes()
    for entry in entries:
        entry.write_bytes(b"rubbish")
    damaged = train()
    assert (damaged.returncode, damaged.stderr) == (0, "")
    assert (tmp_path / "m.safetensors").read_bytes() == model
    compiled.chmod(0o755)
    for entry in compiled.iterdir():
        entry.unlink()
    assert train().returncode == 0
    assert not list(compiled.iterdir())


def test_help_and_version(capfd):
    code, out, _ = run(capfd, "--help")
    assert code == 0
    assert "Examples:" in out
    for verb in ("train", "predict", "evaluate", "show"):
        assert verb in out
        assert run(capfd, verb, "--help")[0] == 0
    assert __version__ in run(capfd, "--version")[1]
    assert run(capfd)[0] == 0


def test_a_defect_of_ours_is_exit_1(capfd, monkeypatch, folder):
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ffnn.models.model.Model.predictions", fail)
    code, _, err = run(capfd, "predict", folder / "model.safetensors", folder / "points.csv")
    assert code == 1
    assert "ZeroDivisionError" in err
    assert "defect of ffnn" in err


def test_ctrl_c_ends_without_a_traceback_or_a_file(folder, capfd, tmp_path, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ffnn.learn.train", interrupt)
    code, _, err = run(capfd, "train", folder / "points.csv", "--target", "label", "-o", tmp_path / "m.safetensors")
    assert code == 130
    assert err.strip() == "ffnn: interrupted; nothing was written"
    assert not list(tmp_path.iterdir())


def test_target_completes_from_the_table(folder):
    completed = subprocess.run(
        [sys.executable, "-m", "ffnn"],
        env=os.environ
        | {
            "_FFNN_COMPLETE": "bash_complete",
            "COMP_WORDS": f"ffnn train {folder / 'points.csv'} --target la",
            "COMP_CWORD": "4",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert completed.stdout == "plain,label\n"


def test_predictions_never_overwrite_their_own_table_or_model(folder, capfd, tmp_path):
    data = tmp_path / "points.csv"
    data.write_bytes((folder / "points.csv").read_bytes())
    code, _, err = run(capfd, "predict", folder / "model.safetensors", data, "-o", data)
    assert code == 2
    assert "would overwrite" in err
    assert data.read_bytes() == (folder / "points.csv").read_bytes()


def test_a_reader_that_goes_away_is_no_error(folder):
    for verb in (["show", "model.safetensors"], ["predict", "model.safetensors", "points.csv"], ["--help"]):
        command = f"{sys.executable} -m ffnn {' '.join(verb)} | true; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_one_sentence(folder):
    for verb in ("predict model.safetensors points.csv", "--version"):
        command = f"{sys.executable} -m ffnn {verb} > /dev/full"
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "No space left" in done.stderr


def test_control_characters_of_cells_and_of_forged_models_stay_out_of_a_terminal(tmp_path):
    table = pl.DataFrame({"key": [f"\x1b[31m{row}\x85\u2028" for row in range(60)], "a": range(100, 160)})
    table.with_columns(y=pl.Series(["u", "v"] * 30)).write_parquet(tmp_path / "t.parquet")
    model = str(tmp_path / "m.safetensors")
    assert cli.run(["train", str(tmp_path / "t.parquet"), "--target", "y", "-o", model, "--quiet", *SMALL]) == 0
    document, tensors = container.read(model)
    document["columns"][0]["reason"] = "\x1b]0;owned\x07"
    container.write(model, {key: value for key, value in document.items() if key != "sha256"}, tensors)
    for arguments in (["predict", model, str(tmp_path / "t.parquet")], ["show", model]):
        seen = in_terminal(arguments, {"NO_COLOR": "1", "TERM": "dumb"}).decode()
        assert "x1b" in seen
        assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028]", seen)
