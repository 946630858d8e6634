"""Wrong input: one sentence on standard error, exit code 2, nothing written, nothing lost."""

from __future__ import annotations

import gzip
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from commands import SMALL, run
from ffnn import cli
from ffnn.tables.formats import compressed

HEADER = "x,z,label\n"
LABELS = [("down", "up")[row % 2] for row in range(60)]
ROWS = "".join(f"{row},{row % 7}.5,{label}\n" for row, label in enumerate(LABELS))

FILES: dict[str, bytes] = {
    "good.csv": (HEADER + ROWS).encode(),
    "empty.csv": b"",
    "blank.csv": b"\n\n \n",
    "header.csv": HEADER.encode(),
    "one_class.csv": (HEADER + ROWS.replace("down", "up")).encode(),
    "no_target_value.csv": (HEADER + ROWS.replace("down", "").replace("up", "")).encode(),
    "nothing_to_learn_from.csv": (
        "x,label\n" + "".join(f",{'up' if row % 2 else 'down'}\n" for row in range(60))
    ).encode(),
    "greek.csv": f"πόλη,z,label\nπόλη πόλη,1,up\n{ROWS}".encode("cp1253"),
    "short.csv": (HEADER + ROWS + "1,up\n").encode(),
    "long.csv": (HEADER + ROWS + "1,2,3,up\n").encode(),
    "quote.csv": (HEADER + ROWS + '1,"2,up\n').encode(),
    "bytes.csv": (HEADER + ROWS).encode() + "1,2,üé".encode() + b"\xff\n",
    "bytes_header.csv": b"\xc3\xa4\xc3\xb6,\xe9,label\n" + ROWS.encode(),
    "nul.csv": (HEADER + ROWS).encode() + b"1,2,u\0\n",
    "infinite.csv": (HEADER + ROWS + "inf,2,up\n").encode(),
    "huge.csv": (HEADER + ROWS + "1e400,2,up\n").encode(),
    "words.csv": (HEADER + ROWS + "many,2,up\n").encode(),
    "numbers.csv": ("x,y\n" + "".join(f"{row},{row}.5\n" for row in range(60)) + "3,inf\n").encode(),
    "same.csv": ("x,y\n" + "".join(f"{row},1.5\n" for row in range(60))).encode(),
    "book.docx": b"PK\x03\x04rest",
    "book.csv": b"PK\x03\x04rest",
    "false.parquet": (HEADER + ROWS).encode(),
    "false.csv.gz": (HEADER + ROWS).encode(),
    "cut.csv.gz": gzip.compress((HEADER + ROWS).encode())[:-20],
    "bomb.csv.gz": gzip.compress(bytes(20_000_000)),
    "weights.csv": ("w,x,label\n-1,1,up\n" + ROWS).encode(),
    "weightless.csv": (
        "w,x,label\n" + "".join(f",{row},{'up' if row % 2 else 'down'}\n" for row in range(60))
    ).encode(),
    "unknown.toml": b"hiden = [8]\n",
    "broken.toml": b"hidden = [8\n",
    "cut.safetensors": b"",
    "empty_zip.safetensors": b"PK\x03\x04",
}

TRAIN: dict[str, tuple[str, str]] = {
    "missing file": ("no.csv --target label", "there is no file"),
    "no file fits the pattern": ("'no-*.csv' --target label", "no file matches"),
    "directory": ("folder --target label", "is a directory"),
    "unknown ending": ("book.docx --target label", "does not end in"),
    "empty file": ("empty.csv --target label", "is empty"),
    "blank file": ("blank.csv --target label", "is empty"),
    "header only": ("header.csv --target label", "no rows"),
    "one class only": ("one_class.csv --target label", "one class only, 'up'"),
    "target without a value": ("no_target_value.csv --target label", "has no value in any row"),
    "every input missing": ("nothing_to_learn_from.csv --target label", "no column to predict 'label' from"),
    "target the same in every row": ("same.csv --target y --task regression", "is the same"),
    "target absent": ("good.csv --target lable", "did you mean 'label'?"),
    "target twice": ("good.csv --target x --target x", "give each target once"),
    "a class and a number": ("good.csv --target x --target label", "'label' holds labels and 'x' numbers"),
    "another alphabet": ("greek.csv --target label", "say which they are in, as in --encoding cp1251"),
    "encoding that does not fit": ("greek.csv --target label --encoding utf-8", "is not text in utf-8: byte 0xf0"),
    "unknown encoding": ("good.csv --target label --encoding utf-9", "must name an encoding such as utf-8"),
    "places that exclude each other": ("good.csv --target label --header-row 2 --no-header", "exclude each other"),
    "short row": ("short.csv --target label", "has 2 cells in row 61 (line 62), but 3 in its header"),
    "long row": ("long.csv --target label", "has 4 cells in row 61 (line 62), but 3 in its header"),
    "open quote": ("quote.csv --target label", "a quote in row 61 (line 62) that is never closed"),
    "bad byte": ("bytes.csv --target label", "byte 0xff at offset"),
    "bad byte in the header": ("bytes_header.csv --target label", "byte 0xe9 at offset 5"),
    "NUL byte": ("nul.csv --target label", "NUL byte at offset"),
    "infinite number": ("infinite.csv --target label", "must hold finite numbers, but row 61 holds 'inf'"),
    "number beyond all floats": ("huge.csv --target label", "must hold finite numbers, but row 61 holds '1e400'"),
    "infinite target": ("numbers.csv --target y", "must hold finite numbers, but row 61 holds 'inf'"),
    "word among numbers": ("words.csv --target label --weights x", "must hold numbers, but row 61 holds 'many'"),
    "workbook by another name": ("book.csv --target label", "its content is a ZIP archive; rename it to end in .zip"),
    "text by another name": ("false.parquet --target label", "cannot be read as a parquet table"),
    "gzip that is none": ("false.csv.gz --target label", "cannot be read as a gz table"),
    "gzip cut short": ("cut.csv.gz --target label", "cannot be expanded"),
    "decompression bomb": ("bomb.csv.gz --target label", "expands to more than 0.00931323 GiB"),
    "model as a table": ("model.safetensors --target label", "is a model file, not a table"),
    "zero epochs": ("good.csv --target label --epochs 0", "epochs must be a whole number of at least 1; got 0"),
    "negative epochs": ("good.csv --target label --epochs -1", "epochs must be a whole number of at least 1; got -1"),
    "zero batch": ("good.csv --target label --batch-size 0", "batch_size must be a whole number of at least 1; got 0"),
    "negative batch": ("good.csv --target label --batch-size -3", "batch_size must be"),
    "zero rate": ("good.csv --target label --learning-rate 0", "learning_rate must be positive; got 0"),
    "negative rate": ("good.csv --target label --learning-rate -1", "learning_rate must be positive; got -1"),
    "rate that is no number": ("good.csv --target label --learning-rate nan", "must be positive; got nan"),
    "zero hidden": ("good.csv --target label --hidden 8,0", "hidden must be a whole number of at least 1; got 0"),
    "negative hidden": ("good.csv --target label --hidden -8", "hidden must be a whole number of at least 1; got -8"),
    "hidden of words": ("good.csv --target label --hidden wide", "not a list of whole numbers"),
    "zero restarts": ("good.csv --target label --restarts 0", "restarts must be a whole number of at least 1"),
    "test fraction of 1": ("good.csv --target label --test-fraction 1", "test fraction"),
    "negative test fraction": ("good.csv --target label --test-fraction -0.1", "test fraction"),
    "test fraction that is no number": ("good.csv --target label --test-fraction nan", "test fraction"),
    "dropout of 1": ("good.csv --target label --dropout 1", "dropout must be at least 0 and less than 1; got 1"),
    "negative warm-up": ("good.csv --target label --warmup -0.5", "warmup must be at least 0 and less than 1"),
    "time limit of 0": ("good.csv --target label --time-limit 0", "time limit must be a positive number of seconds"),
    "seed below 0": ("good.csv --target label --seed -1", "the seed must be a whole number, not negative; got -1"),
    "test twice": ("good.csv --target label --test-fraction 0.1 --test good.csv", "not both"),
    "unknown task": ("good.csv --target label --task guess", "auto, classification, regression"),
    "unknown recipe": ("good.csv --target label --recipe plane", "did you mean 'plain'?"),
    "missing recipe file": ("good.csv --target label --recipe no.toml", "no.toml cannot be read"),
    "unknown key in a recipe": ("good.csv --target label --recipe unknown.toml", "did you mean 'hidden'?"),
    "broken recipe file": ("good.csv --target label --recipe broken.toml", "not valid TOML"),
    "unknown activation": ("good.csv --target label --activation rellu", "did you mean 'relu' or"),
    "activation that cannot train": ("good.csv --target label --activation step", "derivative is 0"),
    "unknown optimizer": ("good.csv --target label --optimizer adamm", "did you mean 'adam'"),
    "unknown schedule": ("good.csv --target label --schedule cosin", "did you mean 'cosine'?"),
    "unknown scaling": ("good.csv --target label --scaling robustt", "did you mean 'robust'?"),
    "unknown whitening": ("good.csv --target label --whitening qqq", "known: pca, zca"),
    "unknown initializer": ("good.csv --target label --kernel-initializer glorot", "glorot_uniform"),
    "unknown loss": ("good.csv --target label --loss crossentropy", "did you mean 'cross_entropy'?"),
    "loss of another task": ("good.csv --target label --loss huber", "does not fit classification"),
    "unknown kind": ("good.csv --target label --column x=numbr", "did you mean 'number'?"),
    "kind of an absent column": ("good.csv --target label --column y=number", "no column 'y'"),
    "kind of the target": ("good.csv --target label --column label=category", "its type follows from the task"),
    "malformed kind": ("good.csv --target label --column x", "NAME=TYPE"),
    "kind given twice": ("good.csv --target label --column x=number --column x=text", "names a column twice"),
    "weight of an absent class": ("good.csv --target label --class-weight '{\"upp\": 2}'", "did you mean 'up'?"),
    "class given twice": ("good.csv --target label --class-weight '{\"up\": 1, \"up\": 2}'", "names a class twice"),
    "malformed class weight": ("good.csv --target label --class-weight '{up: 2}'", "is not JSON"),
    "option without effect": ("good.csv --target label --momentum 0.9", "belong to optimizer sgd"),
    "negative row weight": ("weights.csv --target label --weights w", "at least 0, but row 1 holds -1"),
    "missing row weight": ("weightless.csv --target label --weights w", "has no weight in row 1"),
    "absent row weights": ("good.csv --target label --weights ww", "no column 'ww'"),
    "absent group": ("good.csv --target label --group w", "no column 'w'"),
    "one group": ("one_class.csv --target z --group label", "one group is too few"),
    "absent time": ("good.csv --target label --time day", "no column 'day'"),
    "time of words": ("good.csv --target x --time label", "neither dates nor numbers"),
    "group and time": ("good.csv --target label --group z --time x", "not by both"),
    "regression of words": ("good.csv --target label --task regression", "must hold numbers, but row 1 holds 'down'"),
    "mistyped option": ("good.csv --targte label", "did you mean '--target'"),
    "quiet and verbose": ("good.csv --target label --verbose", "exclude each other"),
    "divergence": ("good.csv --target x --learning-rate 1e30 --optimizer sgd --schedule constant", "diverged in every"),
}  # fmt: skip
"""Arguments of `train`, and what the sentence says."""

OTHER: dict[str, tuple[str, str]] = {
    "mistyped command": ("trian good.csv --target label", "did you mean 'train'?"),
    "no target given": ("train good.csv", "train needs --target; see ffnn train --help"),
    "no table given": ("train", "train needs TABLE; see ffnn train --help"),
    "output folder absent": ("train good.csv --target label -o no/m.safetensors", "there is no directory"),
    "output ending": ("train good.csv --target label -o m.pkl", "must end in .safetensors"),
    "output is a folder": ("train good.csv --target label -o folder.safetensors", "is a directory"),
    "output where no file can be": ("train good.csv --target label -o /proc/m.safetensors", "cannot be written"),
    "table as a model": ("predict good.csv good.csv", "is not a model file"),
    "missing model": ("show no.safetensors", "cannot be read"),
    "folder as a model": ("show folder", "cannot be read"),
    "empty model": ("show cut.safetensors", "is not a model file"),
    "archive as a model": ("show empty_zip.safetensors", "is not a model file"),
    "prediction ending": ("predict model.safetensors good.csv -o p.xlsx", "must end in .csv, .tsv, .parquet"),
    "prediction over its table": ("predict model.safetensors good.csv -o good.csv", "would overwrite"),
    "table of other columns": ("predict model.safetensors unlike.csv", "none of the model's input columns"),
    "strict and a table that differs": ("predict model.safetensors good.csv --strict", "strict was asked for"),
    "evaluation without the target": ("evaluate model.safetensors untargeted.csv", "no column 'label'"),
    "models of different targets": ("compare model.safetensors other.safetensors good.csv", "of the same targets"),
    "nothing to show": ("show", "either a model file or --recipe"),
    "unknown recipe to show": ("show --recipe plane", "did you mean 'plain'?"),
}  # fmt: skip


@pytest.fixture(scope="module")
def wrong(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wrong")
    for name, content in FILES.items():
        (place / name).write_bytes(content)
    (place / "unlike.csv").write_text("a,b\n1,2\n")
    (place / "untargeted.csv").write_text("x,colour\n1,red\n")
    (place / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    (place / "kept.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    (place / "folder").mkdir()
    (place / "folder.safetensors").mkdir()
    other = ["train", "good.csv", "--target", "x", "-o", "other.safetensors", "--quiet", *SMALL]
    here = Path.cwd()
    os.chdir(place)
    try:
        assert cli.run(other) == 0
    finally:
        os.chdir(here)
    return place


def contents(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


CASES = {
    **{name: (f"train {arguments} -o kept.safetensors --quiet", said) for name, (arguments, said) in TRAIN.items()},
    **OTHER,
}


@pytest.mark.parametrize("case", CASES)
def test_wrong_input_is_one_sentence_exit_2_and_changes_nothing(wrong, capfd, monkeypatch, case):
    arguments, sentence = CASES[case]
    monkeypatch.chdir(wrong)
    monkeypatch.setattr(compressed, "LARGEST_EXPANSION", 10_000_000)
    monkeypatch.setattr(compressed, "LARGEST_KEPT", 1_000_000)
    before = contents(wrong)
    code, out, err = run(capfd, *shlex.split(arguments))
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("ffnn: ")
    assert sentence in err
    assert contents(wrong) == before


def test_whether_the_output_can_be_written_is_found_before_anything_is_read(wrong, capfd, monkeypatch):
    monkeypatch.setattr("ffnn.tables.formats.reading.read_as", lambda *_, **__: pytest.fail("the table was read"))
    code, _, err = run(capfd, "train", wrong / "good.csv", "--target", "label", "-o", wrong / "no" / "m.safetensors")
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.slow
@pytest.mark.parametrize("number", ["1e300", "-1e300", "1.7e308"])
def test_numbers_that_float32_cannot_hold_give_no_nan(capfd, tmp_path, number):
    (tmp_path / "t.csv").write_text(HEADER + ROWS + f"{number},1,up\n")
    model = tmp_path / "m.safetensors"
    code, _, err = run(capfd, "train", tmp_path / "t.csv", "--target", "label", "-o", model, "--quiet", *SMALL)
    if code == 2:
        assert err.count("\n") == 1
        assert not model.exists()
        return
    assert code == 0
    _, out, _ = run(capfd, "predict", model, tmp_path / "t.csv")
    assert np.isfinite(pl.read_csv(out.encode())["probability_up"].to_numpy()).all()


def test_a_column_without_any_value_is_left_out_with_a_notice(capfd, tmp_path):
    (tmp_path / "t.csv").write_text("empty," + HEADER + "".join(f",{line}\n" for line in ROWS.splitlines()))
    model = tmp_path / "m.safetensors"
    code, _, err = run(capfd, "train", tmp_path / "t.csv", "--target", "label", "-o", model, *SMALL)
    assert code == 0
    assert "empty: constant (every cell is missing)" in err


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_model_as_it_was(folder, tmp_path):
    model = tmp_path / "m.safetensors"
    model.write_bytes(b"old")
    arguments = ["train", str(folder / "points.csv"), "--target", "label", "-o", str(model), "--quiet", *SMALL]
    command = shlex.join([sys.executable, "-m", "ffnn", *arguments, "--no-compile-cache"])
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 1; {command}"],  # files of at most 1 KiB
        env={name: value for name, value in os.environ.items() if not name.startswith("JAX_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "cannot be written: File too large" in done.stderr
    assert model.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [model]
