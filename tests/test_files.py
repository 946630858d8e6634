from __future__ import annotations

import errno
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from ffnn import files
from ffnn.errors import ModelFileError, OutputError
from ffnn.models import container
from ffnn.tables.formats import writing

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

ROWS = 20_000


def table(number: int) -> pl.DataFrame:
    return pl.DataFrame({"number": [number] * ROWS})


def save_model(path: Path, number: int) -> None:
    container.write(path, {"number": number}, {"numbers": table(number)["number"].to_numpy()})


def read_model(path: Path) -> set[int]:
    document, tensors = container.read(path)  # every byte is checked
    return {document["number"], *tensors["numbers"].tolist()}


def save_table(path: Path, number: int) -> None:
    writing.write(table(number), path)


def read_parquet(path: Path) -> set[int]:
    read = pl.read_parquet(path.read_bytes())["number"]
    assert len(read) == ROWS
    return set(read)


def read_csv(path: Path) -> set[int]:
    lines = path.read_text().splitlines()
    assert len(lines) == ROWS + 1
    return {int(line) for line in lines[1:]}


KINDS: dict[str, tuple[Callable[[Path, int], None], Callable[[Path], set[int]]]] = {
    "model.safetensors": (save_model, read_model),
    "table.parquet": (save_table, read_parquet),
    "table.csv": (save_table, read_csv),
}


@pytest.mark.parametrize("name", KINDS)
def test_threads_save_to_one_path_and_a_reader_always_finds_one_whole_file(tmp_path, name):
    save, read = KINDS[name]
    path, over = tmp_path / name, threading.Event()
    save(path, 0)

    def look() -> int:
        looks = 0
        while not over.is_set() or not looks:
            assert len(read(path)) == 1
            looks += 1
        return looks

    with ThreadPoolExecutor(10) as pool:
        readers = [pool.submit(look) for _ in range(2)]
        saves = [pool.submit(save, path, number) for number in range(160)]
        try:
            assert [one.result() for one in saves] == [None] * 160
        finally:
            over.set()
        assert all(reader.result() for reader in readers)
    assert list(tmp_path.iterdir()) == [path]


SAVING = """
import sys
from pathlib import Path
from ffnn.models import container
import numpy as np
for number in range(20):
    container.write(sys.argv[1], {"number": number}, {"numbers": np.full(20_000, number)})
"""


def test_processes_save_to_one_path(tmp_path):
    path = tmp_path / "model.safetensors"
    save_model(path, 0)
    savers = [subprocess.Popen([sys.executable, "-c", SAVING, path], stderr=subprocess.PIPE) for _ in range(4)]
    while any(saver.poll() is None for saver in savers):
        assert len(read_model(path)) == 1
    assert [(saver.communicate()[1], saver.returncode) for saver in savers] == [(b"", 0)] * 4
    assert list(tmp_path.iterdir()) == [path]


STUCK = """
import sys
from pathlib import Path
from ffnn.files import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_save_leaves_is_removed_by_a_save_a_day_later(tmp_path):
    path = tmp_path / "model.safetensors"
    save_model(path, 1)
    with subprocess.Popen([sys.executable, "-c", STUCK, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as saver:
        assert saver.stdout is not None
        assert saver.stdout.readline() == b"writing\n"
        assert read_model(path) == {1}
        saver.send_signal(signal.SIGKILL)
    (left,) = set(tmp_path.iterdir()) - {path}
    for name in (".ffnn.part", ".ffnn-0123456789abcdef.part.csv", f"{left.name[1:]}"):
        (tmp_path / name).touch()
    (tmp_path / ".ffnn-0123456789abcdef.part").mkdir()
    others = {entry.name for entry in tmp_path.iterdir()} - {left.name}

    def names_after_a_save(hours: float) -> set[str]:
        for entry in set(tmp_path.iterdir()) - {path}:
            then = entry.stat().st_ctime - 3600 * hours
            os.utime(entry, (then, then))
        save_model(path, 2)
        assert read_model(path) == {2}
        return {entry.name for entry in tmp_path.iterdir()}

    assert names_after_a_save(hours=0) == {*others, left.name}
    assert names_after_a_save(hours=23) == {*others, left.name}
    assert names_after_a_save(hours=25) == others


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444, 0o755])
@pytest.mark.parametrize("name", KINDS)
def test_the_mode_of_the_replaced_file_is_kept(tmp_path, name, mode):
    if not ROOT and not mode & 0o200:
        pytest.skip("only root may write what is closed to writing")
    path = tmp_path / name
    path.touch()
    path.chmod(mode)
    KINDS[name][0](path, 1)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
@pytest.mark.parametrize("name", KINDS)
def test_a_new_file_has_the_usual_mode(tmp_path, name, umask, mode):
    before = os.umask(umask)
    try:
        KINDS[name][0](tmp_path / name, 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode


def test_an_unfinished_file_is_never_more_open_than_the_one_it_will_replace(tmp_path, monkeypatch):
    path = tmp_path / "secret.csv"
    path.touch(mode=0o600)
    modes = []
    keep = files.keep_owner_and_mode

    def kept(file: int, replaced: os.stat_result) -> None:
        modes.append(stat.S_IMODE(os.fstat(file).st_mode))
        keep(file, replaced)

    monkeypatch.setattr(files, "keep_owner_and_mode", kept)
    with files.replacing(path) as file:
        modes.append(stat.S_IMODE(os.fstat(file.fileno()).st_mode))
    assert modes == [0o600, 0o600]


@pytest.mark.skipif(not ROOT, reason="only root may give files away")
def test_the_owner_of_the_replaced_file_is_kept_where_permitted(tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    save_model(path, 1)
    path.chmod(0o664)
    os.chown(path, 1234, 1235)

    def saved() -> tuple[int, int, int]:
        save_model(path, 2)
        about = path.stat()
        return about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)

    assert saved() == (1234, 1235, 0o664)
    change = os.fchown

    def of_the_group(file: int, owner: int, group: int) -> None:  # what a member of the group may
        if owner != -1:
            raise PermissionError(errno.EPERM, "not permitted")
        change(file, owner, group)

    def refused(*_: int) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr(os, "fchown", of_the_group)
    assert saved() == (0, 1235, 0o664)
    monkeypatch.setattr(os, "fchown", refused)
    assert saved() == (0, 0, 0o644)  # another group may do no more than all others


def test_links_are_followed_and_stay(tmp_path):
    (tmp_path / "there").mkdir()
    path, first, second = (
        tmp_path / "there" / "real.safetensors",
        tmp_path / "1.safetensors",
        tmp_path / "2.safetensors",
    )
    first.symlink_to("2.safetensors")
    second.symlink_to("there/real.safetensors")  # leads nowhere yet
    for number in (1, 2):
        save_model(first, number)
        assert (first.is_symlink(), second.is_symlink(), path.is_symlink()) == (True, True, False)
        assert read_model(path) == {number}
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == [
        "1.safetensors",
        "2.safetensors",
        "real.safetensors",
        "there",
    ]


def test_links_in_a_circle_devices_and_folders_are_never_replaced(tmp_path):
    first, second = tmp_path / "1.safetensors", tmp_path / "2.safetensors"
    first.symlink_to(second)
    second.symlink_to(first)
    null, pipe, folder = tmp_path / "null.safetensors", tmp_path / "pipe.safetensors", tmp_path / "f.safetensors"
    null.symlink_to("/dev/null")
    os.mkfifo(pipe)
    folder.mkdir()
    before = {entry: entry.lstat().st_ino for entry in tmp_path.iterdir()}
    reasons = {
        first: "symbolic links",
        null: "not a regular file",
        pipe: "not a regular file",
        folder: "is a directory",
    }
    for path, reason in reasons.items():
        with pytest.raises(ModelFileError, match=f"{re.escape(str(path))} cannot be written: .*{reason}"):
            save_model(path, 1)
        with pytest.raises(OutputError, match=reason):
            files.check_writable(path, (".safetensors",))
    assert {entry: entry.lstat().st_ino for entry in tmp_path.iterdir()} == before
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_the_longest_name_a_file_may_have(tmp_path):
    path = tmp_path / ("m" * (255 - len(container.ENDING)) + container.ENDING)
    assert files.check_writable(path, (container.ENDING,)) == path
    save_model(path, 1)
    assert read_model(path) == {1}


@pytest.mark.parametrize("name", KINDS)
def test_file_and_folder_are_synced(tmp_path, monkeypatch, name):
    synced = []
    sync = os.fsync

    def fsync(file: int) -> None:
        about = os.fstat(file)
        synced.append("folder" if stat.S_ISDIR(about.st_mode) else about.st_ino)
        sync(file)

    monkeypatch.setattr(os, "fsync", fsync)
    KINDS[name][0](tmp_path / name, 1)
    assert synced == [(tmp_path / name).stat().st_ino, "folder"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)]
    if not ROOT or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("file systems may not be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("name", KINDS)
def test_a_disk_that_is_full_keeps_the_old_file(small_disk, name):
    save, read = KINDS[name]
    path = small_disk / name
    path.write_bytes(b"old")
    (small_disk / "other").write_bytes(bytes(480_000))
    with pytest.raises((ModelFileError, OutputError), match=f"{re.escape(str(path))} cannot be written: No space left"):
        writing.write(pl.DataFrame({"x": range(ROWS * 2)}), path) if save is save_table else save(path, 1)
    assert path.read_bytes() == b"old"
    assert sorted(entry.name for entry in small_disk.iterdir()) == sorted([name, "other"])
    (small_disk / "other").unlink()
    save(path, 1)
    assert read(path) == {1}


def test_a_private_file_is_the_users_own_whatever_was_there(tmp_path):
    path = tmp_path / "secret"
    path.touch(mode=0o644)
    if ROOT:
        os.chown(path, 1234, 1235)
    with files.replacing(path, private=True) as file:
        file.write(b"hidden")
        assert files.own(os.fstat(file.fileno()))
    assert files.own(path.stat())
    assert path.read_bytes() == b"hidden"
