"""Files, written whole or not at all; and what is the user's own."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ffnn.errors import OutputError, either

UNFINISHED = re.compile(r"\.ffnn-[0-9a-f]{16}\.part")
"""The names of files that are being written. They are random: many threads and containers may write to one path."""

DAY = 86_400.0


def check_writable(path: str | os.PathLike[str], endings: tuple[str, ...]) -> Path:
    """Find out before long work whether its result can be written.

    Raises:
        OutputError: The folder is absent or closed, the path is a folder or a device, or its ending is none of
            `endings`.
    """
    path = Path(path)
    if path.suffix.lower() not in endings:
        raise OutputError(f"the output {path} must end in {either(endings)}")
    place = Path(os.path.realpath(path))
    if not place.parent.is_dir():
        raise OutputError(f"there is no directory {place.parent} to write {place.name} into")
    try:
        refuse_irregular(place)
        if place.exists() and not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, "no permission")
        beside = unfinished(place)  # the one sure way: permissions say nothing of a file system that takes no files
        beside.touch(exist_ok=False)
        beside.unlink()
    except OSError as error:
        raise OutputError(f"the output {path} cannot be written: {error.strerror or error}") from error
    return path


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` when the block ends well, and is removed when it does not.

    Whoever opens `path` meanwhile finds one whole file: the old or the new. The new one is written next to `path`;
    where that is a link, next to the file that the link leads to, so that the link stays.

    Args:
        path: Where to.
        private: The file is to be the user's own and closed to all others; else it has the mode and, where permitted,
            the owner of the file that it replaces.

    Raises:
        OSError: The file cannot be written; what was there stays as it was.
    """
    place = Path(os.path.realpath(path))
    refuse_irregular(place)
    replaced = place.stat() if place.exists() and not private else None
    mode = 0o600 if private or replaced else 0o666
    beside = unfinished(place)
    try:
        with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            sweep(place.parent, os.fstat(file.fileno()).st_mtime - DAY)
            if replaced:
                keep_owner_and_mode(file.fileno(), replaced)
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    finally:
        with suppress(OSError):
            beside.unlink()
    sync_folder(place.parent)


def unfinished(place: Path) -> Path:
    """A new name for the file that will take a place, next to it."""
    return place.with_name(f".ffnn-{secrets.token_hex(8)}.part")


def refuse_irregular(place: Path) -> None:
    """Raise an OSError for what no file may take the place of: a folder, a device, links that lead in a circle."""
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a directory")
    if place.exists() and not place.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file")


def sweep(folder: Path, before: float) -> None:
    """Remove the unfinished files of a folder that no one has written to since a time: who did was killed."""
    with suppress(OSError):  # a folder that may be written to but not listed
        for name in filter(UNFINISHED.fullmatch, os.listdir(folder)):  # noqa: PTH208 - names alone, of a large folder
            with suppress(OSError):
                if (folder / name).lstat().st_mtime < before:
                    (folder / name).unlink()


def keep_owner_and_mode(file: int, replaced: os.stat_result) -> None:
    """Give a new file the owner, group and mode of the one it replaces, as far as the user may."""
    if os.name != "posix":
        return
    mode = stat.S_IMODE(replaced.st_mode)
    for owner in (replaced.st_uid, -1):
        with suppress(OSError):
            os.fchown(file, owner, replaced.st_gid)
            break
    else:  # another group: it may do what all others may, no more
        mode &= 0o707 | (mode & 0o007) << 3
    with suppress(OSError):  # a file system without modes
        os.fchmod(file, mode)


def sync_folder(folder: Path) -> None:
    """Let a file's new name outlast a power cut, where the system can; the name leads to a whole file either way."""
    if os.name != "posix":
        return
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def closed(folder: Path) -> bool:
    """Make a folder, if it is not there; whether it is the user's own and closed to all others."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.stat()
    except OSError:
        return False
    return os.name != "posix" or own(about)


def own(about: os.stat_result) -> bool:
    """Whether a folder or file is the user's own and closed to all others."""
    return about.st_uid == os.getuid() and not about.st_mode & 0o077
