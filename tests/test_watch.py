"""Ctrl-C, time limits and terminals, each with a real process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import in_terminal, run
from ffnn.models.file import load

ENDLESS = ["--hidden", "8", "--restarts", "2", "--epochs", "1000000", "--patience", "1000000", "--batch-size", "8"]

COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


def endless(folder: Path, model: Path, *options: str) -> list[str]:
    return ["train", str(folder / "points.csv"), "--target", "label", "-o", str(model), *ENDLESS, *options]


def interrupted(arguments: list[str], times: int) -> tuple[int, str]:
    """Exit code and standard error of a command that gets Ctrl-C so many times once it trains."""
    command = [sys.executable, "-m", "ffnn", *arguments, "--verbose"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("epoch"):
                break
        process.send_signal(signal.SIGINT)
        for line in process.stderr:
            lines.append(line)
            if times > 1 and line.startswith("ending"):
                process.send_signal(signal.SIGINT)
        process.wait(60)
    return process.returncode, "".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--refit"]])
def test_ctrl_c_ends_training_with_the_best_so_far(folder, tmp_path, options):
    model = tmp_path / "m.safetensors"
    code, told = interrupted(endless(folder, model, *options), 1)
    assert code == 0
    assert "ending with the best model so far" in told
    assert "ended by Ctrl-C" in told
    assert "Traceback" not in told
    scores = load(model).scores
    assert scores["test"]["accuracy"] > 0.8
    assert "refit" not in scores["rows"]


@pytest.mark.slow
def test_the_second_ctrl_c_stops_at_once(folder, tmp_path, monkeypatch):
    before = set(tmp_path.iterdir())
    # one chunk of epochs takes long, so that the second comes while compiled code runs
    code, told = interrupted(endless(folder, tmp_path / "m.safetensors", "--hidden", "512,512"), 2)
    assert code == 130
    assert told.endswith("ffnn: interrupted; nothing was written\n")
    assert set(tmp_path.iterdir()) == before


@pytest.mark.slow
def test_a_time_limit_ends_training_with_the_best_so_far(folder, tmp_path, capfd):
    model = tmp_path / "m.safetensors"
    began = time.monotonic()
    code, _, told = run(capfd, *endless(folder, model, "--time-limit", "1"))
    assert code == 0
    assert "ended by the time limit, with the best model so far" in told
    assert load(model).scores["test"]["accuracy"] > 0.8
    assert time.monotonic() - began < 60


def test_control_c_is_left_to_whoever_heard_it_before(folder, tmp_path, capfd):
    before = signal.getsignal(signal.SIGINT)
    small = ["--hidden", "4", "--restarts", "2", "--epochs", "2", "--quiet"]
    arguments = ["train", folder / "points.csv", "--target", "label", "-o", tmp_path / "m.safetensors"]
    assert run(capfd, *arguments, *small) == (0, "", "")
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1


@pytest.mark.slow
@pytest.mark.parametrize("width", [30, 40, 80, 110])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(folder, width):
    seen = COLOUR.sub(b"", in_terminal(["show", str(folder / "model.safetensors"), "--restarts-report"], {}, width))
    lines = seen.decode().replace("\r", "").split("\n")
    assert max(map(len, lines)) <= width
    accuracy = f"{load(folder / 'model.safetensors').scores['test']['accuracy']:.4f}"
    assert accuracy in seen.decode()
    assert "0.…" not in seen.decode()


@pytest.mark.slow
def test_no_color_is_honoured(folder):
    seen = in_terminal(["show", str(folder / "model.safetensors")], {"NO_COLOR": "1"})
    assert not re.search(rb"\x1b\[[0-9;]*(3|4|9|10)[0-9]", seen)


COMPLETIONS = {
    "tr": ("train",),
    "train points.csv --target la": ("label",),
    "train points.csv --group co": ("colour",),
    "train points.csv --targ": ("--target",),
    "train points.csv --activation leaky": ("leaky_relu",),
    "train points.csv --recipe pl": ("plain",),
    "train points.csv --optimizer ada": ("adam", "adamw", "adagrad"),
    "train points.csv --schedule c": ("constant", "cosine"),
    "train points.csv --scaling q": ("quantile",),
    "train points.csv --task r": ("regression",),
    "evaluate model.safetensors points.csv --weights x": ("x",),
    "show --recipe d": ("default",),
}


@pytest.mark.parametrize("typed", COMPLETIONS)
def test_tab_completes_into_a_pipe(folder, typed):
    words = f"ffnn {typed}"
    asked = {
        "_FFNN_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    command = [sys.executable, "-m", "ffnn"]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | asked, capture_output=True, text=True, check=False
    )  # a pipe, not a terminal
    assert (done.returncode, done.stderr) == (0, "")
    found = {line.partition(",")[2] for line in done.stdout.splitlines()}
    assert set(COMPLETIONS[typed]) <= found
    assert all(name.startswith(typed.split()[-1]) for name in found)
