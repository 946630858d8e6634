"""What a command writes arrives whole or it says that it did not; each with a real process."""

from __future__ import annotations

import fcntl
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from commands import SMALL, in_terminal
from ffnn import cli, streams
from ffnn.models.file import load

BUFFERED, UNBUFFERED = {"PYTHONUNBUFFERED": ""}, {"PYTHONUNBUFFERED": "1"}
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN = {"PYTHONIOENCODING": "latin-1"}

ROWS = 20_000

VERBS = (
    "predict m.safetensors t.csv",
    "evaluate m.safetensors t.csv",
    "evaluate m.safetensors t.csv --json",
    "compare m.safetensors m.safetensors t.csv",
    "show m.safetensors",
    "show m.safetensors --json",
    "show --recipe default",
    "train --help",
    "--version",
    "--help",
    "",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose labels are not ASCII, the table it learned from, and a larger one."""
    place = tmp_path_factory.mktemp("streams")
    draw = np.random.default_rng(0)
    for name, rows in (("t.csv", 200), ("large.csv", ROWS)):
        side = draw.integers(0, 2, rows)
        columns = {"Schlüssel": [f"€{row}" for row in range(rows)], "x": draw.normal(size=rows) + 3.0 * side}
        pl.DataFrame({**columns, "größe": np.where(side == 1, "groß", "klein")}).write_csv(place / name)
    arguments = ["train", str(place / "t.csv"), "--target", "größe", "-o", str(place / "m.safetensors"), "--quiet"]
    assert cli.run([*arguments, *SMALL]) == 0
    return place


def environment(settings: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LC_")} | settings


def shell(place: Path, line: str, settings: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """A line of the shell in which `ffnn` is the command line."""
    line = f'ffnn() {{ "{sys.executable}" -m ffnn "$@"; }}\n{line}'
    return subprocess.run(["bash", "-c", line], cwd=place, env=environment(settings), capture_output=True)


def one_sentence(done: subprocess.CompletedProcess[bytes], reason: str) -> None:
    assert done.returncode == 2, done
    assert done.stderr.startswith(b"ffnn: "), done.stderr
    assert done.stderr.count(b"\n") == 1, done.stderr
    assert reason in done.stderr.decode()


def expected(place: Path, table: str) -> pd.DataFrame:
    return load(place / "m.safetensors").predictions(pl.read_csv(place / table)).to_pandas()


def same(found: bytes, place: Path, table: str) -> None:
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(found)), expected(place, table), check_dtype=False)


@pytest.mark.parametrize("settings", [BUFFERED, UNBUFFERED], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_full_disk_is_one_sentence(place, verb, settings):
    one_sentence(shell(place, f"ffnn {verb} > /dev/full", settings), "No space left")


@pytest.mark.parametrize("settings", [BUFFERED, UNBUFFERED], ids=["buffered", "unbuffered"])
def test_a_file_cut_short_is_one_sentence(place, tmp_path, settings):
    whole = shell(place, "ffnn predict m.safetensors large.csv", settings).stdout
    same(whole, place, "large.csv")
    line = f"ulimit -f 100; ffnn predict m.safetensors large.csv > {tmp_path}/p.csv"
    one_sentence(shell(place, line, settings), "File too large")
    assert (tmp_path / "p.csv").read_bytes() == whole[: 100 * 1024]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("file systems may not be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("settings", [BUFFERED, UNBUFFERED], ids=["buffered", "unbuffered"])
def test_a_disk_that_fills_up_is_one_sentence(place, small_disk, settings):
    done = shell(place, f"ffnn predict m.safetensors large.csv > {small_disk}/p.csv", settings)
    one_sentence(done, "No space left")
    assert (small_disk / "p.csv").stat().st_size == 256 * 1024


@pytest.mark.parametrize("settings", [BUFFERED, UNBUFFERED], ids=["buffered", "unbuffered"])
def test_a_pipe_that_does_not_block_is_waited_for(place, settings):
    reader, output = os.pipe()
    fcntl.fcntl(output, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(output, False)
    command = [sys.executable, "-m", "ffnn", "predict", "m.safetensors", "large.csv"]
    with subprocess.Popen(
        command, cwd=place, env=environment(settings), stdout=output, stderr=subprocess.PIPE
    ) as process:
        os.close(output)
        time.sleep(2)  # the pipe is full by now
        with os.fdopen(reader, "rb") as pipe:
            found = pipe.read()
        assert process.stderr is not None
        assert (process.wait(), process.stderr.read()) == (0, b"")
    same(found, place, "large.csv")


def test_standard_input_that_does_not_block_is_waited_for(place):
    entry, writer = os.pipe()
    os.set_blocking(entry, False)
    content = (place / "large.csv").read_bytes()

    def feed() -> None:
        with os.fdopen(writer, "wb", buffering=0) as pipe:
            for start in range(0, len(content), 100_000):
                time.sleep(0.1)
                pipe.write(content[start : start + 100_000])

    feeding = threading.Thread(target=feed)
    feeding.start()
    command = [sys.executable, "-m", "ffnn", "predict", "m.safetensors", "-"]
    done = subprocess.run(command, cwd=place, stdin=entry, capture_output=True)
    os.close(entry)
    feeding.join()
    assert (done.returncode, done.stderr) == (0, b"")
    same(done.stdout, place, "large.csv")


@pytest.mark.parametrize("settings", [BUFFERED, UNBUFFERED], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_reader_that_goes_away_is_no_error(place, verb, settings):
    done = shell(place, f"ffnn {verb} | true; exit ${{PIPESTATUS[0]}}", settings)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("settings", [ASCII, LATIN], ids=["ascii", "latin-1"])
def test_output_is_utf_8_whatever_the_locale(place, settings):
    done = shell(place, "ffnn predict m.safetensors t.csv", settings)
    assert (done.returncode, done.stderr) == (0, b"")
    same(done.stdout, place, "t.csv")
    for verb, word in {"show m.safetensors": "groß", "evaluate m.safetensors t.csv": "groß"}.items():
        done = shell(place, f"ffnn {verb}", settings)
        assert done.returncode == 0
        assert (b" rows trained the model" in done.stderr) == (verb.startswith("evaluate"))
        assert word in done.stdout.decode()
    shown = json.loads(shell(place, "ffnn show m.safetensors --json", settings).stdout)
    assert shown["target"]["labels"] == ["groß", "klein"]


@pytest.mark.slow
@pytest.mark.parametrize("settings", [ASCII, LATIN], ids=["ascii", "latin-1"])
def test_a_terminal_is_shown_what_it_can_show(place, tmp_path, settings):
    encoding = "ascii" if settings is ASCII else "latin-1"
    model, table = str(tmp_path / "m.safetensors"), str(place / "t.csv")
    for arguments in (
        ["train", table, "--target", "x", "-o", model, *SMALL],  # the plan names the other columns
        ["show", model],
        ["predict", str(place / "m.safetensors"), table],
        ["evaluate", str(place / "m.safetensors"), table],
    ):
        seen = in_terminal(arguments, environment(settings)).decode(encoding)
        assert "Traceback" not in seen
        if arguments[0] == "predict":
            assert f"\n\\u20ac0,{'groß'.encode(encoding, 'backslashreplace').decode(encoding)}," in seen.replace(
                "\r", ""
            )
    assert load(model).schema.columns[0].name == "Schlüssel"


@pytest.mark.slow
def test_closed_standard_output_is_told(place, tmp_path):
    for verb in VERBS:
        one_sentence(shell(place, f"ffnn {verb} >&-", {}), "the output cannot be written: Bad file descriptor")
    train = f"ffnn train t.csv --target größe {' '.join(SMALL)}"
    one_sentence(
        shell(place, f"{train} -o {tmp_path}/1.safetensors --json 2>&1 >&- | tail -1 >&2; exit 2", {}), "Bad file"
    )
    assert shell(place, f"{train} -o {tmp_path}/2.safetensors --quiet >&-", {}).returncode == 0
    for number in (1, 2):
        assert load(tmp_path / f"{number}.safetensors").target.name == "größe"


@pytest.mark.slow
@pytest.mark.parametrize("end", ["2>/dev/full", "2>&-", "2> >(true)", "2</dev/null", "2>/dev/full <&- >&-"])
def test_progress_that_cannot_be_written_costs_no_model(place, tmp_path, end):
    line = f"ffnn train t.csv --target größe -o {tmp_path}/m.safetensors --verbose {' '.join(SMALL)}"
    done = shell(place, f"{line} {end}", {})
    assert done.returncode == (2 if ">&-" in end.split() else 0)
    assert done.stderr == b""
    assert b"epoch 4/4" not in done.stdout
    assert load(tmp_path / "m.safetensors").scores["test"]["accuracy"] > 0.8


@pytest.mark.slow
def test_errors_keep_their_exit_code_though_nothing_can_be_said(place):
    for end in ("2>/dev/full", "2>&-", "2>&- >&- <&-", ">/dev/full 2>/dev/full"):
        for verb in ("show absent.safetensors", "train t.csv --target absent", "no-verb"):
            done = shell(place, f"ffnn {verb} {end}", {})
            assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


def test_findings_that_cannot_be_told_are_an_error(place, tmp_path):
    (tmp_path / "u.csv").write_text("x\n1\nno number\n")
    for options in ("", "--json"):
        line = f"ffnn predict m.safetensors {tmp_path}/u.csv {options}"
        assert shell(place, line, {}).returncode == 0
        full = shell(place, f"{line} 2>/dev/full", {})
        assert (full.returncode, full.stdout) == (2, shell(place, line, {}).stdout)
        assert shell(place, f"{line} 2>&-", {}).stdout == full.stdout  # and no findings among the predictions


def test_closed_standard_input_is_an_empty_table(place):
    one_sentence(shell(place, "ffnn predict m.safetensors - <&-", {}), "standard input")


def test_no_table_of_another_format_goes_to_standard_output(place, tmp_path):
    (tmp_path / "p.parquet").symlink_to("/dev/stdout")
    for output in (f"{tmp_path}/p.parquet", "/dev/stdout"):
        done = shell(place, f"ffnn predict m.safetensors t.csv -o {output} | cat; exit ${{PIPESTATUS[0]}}", {})
        one_sentence(done, output)
        assert done.stdout == b""


@pytest.mark.parametrize("stream", ["full", "closed", "none"])
def test_an_estimator_learns_though_it_cannot_tell(monkeypatch, capsys, tmp_path, stream):
    from ffnn.estimators import FeedforwardClassifier

    draw = np.random.default_rng(0)
    x = draw.normal(size=(60, 2))
    broken = (Path("/dev/full") if stream == "full" else tmp_path / "told").open("w", buffering=1)
    if stream == "closed":
        broken.close()
    monkeypatch.setattr(sys, "stderr", None if stream == "none" else broken)
    learner = FeedforwardClassifier(hidden=(8,), restarts=2, epochs=4, verbose=True).fit(x, x[:, 0] > 0)
    assert learner.predict(x).shape == (60,)
    assert capsys.readouterr().out == ""
    with suppress(OSError):  # what the full one still holds
        broken.close()


def test_a_descriptor_takes_all_that_it_is_given(monkeypatch):
    taken, draw = [], np.random.default_rng(0)

    def write(_: int, content: memoryview) -> int:
        if draw.random() < 0.3:
            raise BlockingIOError
        taken.append(bytes(content[: draw.integers(1, 100)]))
        return len(taken[-1])

    monkeypatch.setattr(os, "write", write)
    monkeypatch.setattr(streams.select, "select", lambda *_: ([], [], []))
    content = draw.integers(0, 256, 10_000, dtype=np.uint8).tobytes()
    assert streams.Descriptor(1).write(content) == len(content)
    assert b"".join(taken) == content
