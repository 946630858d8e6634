"""Compressed files, expanded in memory up to a stated size."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.tables.formats.optional import damage_told
from ffnn.tables.formats.understood import Request, listed

LARGEST_EXPANSION = 8 * 2**30
"""A file may not expand to more bytes than this (8 GiB): a few kilobytes can be made to expand to any size."""

LARGEST_KEPT = 2**30
"""What expands to more than this is first counted to its end, piece by piece, and kept in a second pass."""

PIECE = 2**20


def open_gzip(file: Any) -> io.BufferedIOBase:
    """The expanded stream of a gzip file, given as a path or an open file."""
    return cast("io.BufferedIOBase", gzip.open(file))


def open_zstd(file: Any) -> io.BufferedIOBase:
    """The expanded stream of a Zstandard file, given as a path or an open file."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return cast("io.BufferedIOBase", zstd.open(file))


def open_bz2(file: Any) -> io.BufferedIOBase:
    """The expanded stream of a bzip2 file, given as a path or an open file."""
    import bz2

    return cast("io.BufferedIOBase", bz2.open(file))


def open_xz(file: Any) -> io.BufferedIOBase:
    """The expanded stream of an xz file, given as a path or an open file."""
    import lzma

    return cast("io.BufferedIOBase", lzma.open(file))


OPENERS: dict[str, Callable[[Any], io.BufferedIOBase]] = {
    ".gz": open_gzip,
    ".zst": open_zstd,
    ".bz2": open_bz2,
    ".xz": open_xz,
}


def expand(ending: str, file: Any, name: str, largest: int | None = None) -> bytes:
    """All bytes that a compressed file expands to.

    Args:
        ending: One of OPENERS.
        file: Its path or, held in memory, its bytes.
        name: What it is called in an error.
        largest: Bytes that it may expand to; `LARGEST_EXPANSION` where none are given.

    Raises:
        TableError: It is damaged or cut short, or expands to more.
    """
    limit = LARGEST_EXPANSION if largest is None else largest
    kept = min(LARGEST_KEPT, limit + 1)

    def opened() -> io.BufferedIOBase:
        return OPENERS[ending](io.BytesIO(file) if isinstance(file, bytes) else file)

    try:
        with opened() as stream:
            content = read_up_to(kept, stream)
            size = len(content)
            if size < kept:
                return content
            del content
            if size > limit:
                refuse_size(name, limit)
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > limit:
                    refuse_size(name, limit)
        with opened() as stream:
            return read_up_to(size, stream)
    except (TableError, MemoryError):
        raise
    except Exception as error:  # gzip, zlib and Zstandard each raise their own
        raise TableError(f"{name} cannot be expanded: {error}") from error


def check_archive(archive: zipfile.ZipFile, request: Request) -> None:
    """Raise a TableError if what is packed in an archive expands to more than it may."""
    limit = LARGEST_EXPANSION if request.largest is None else request.largest
    if sum(member.file_size for member in archive.infolist()) > limit:
        refuse_size(request.name, limit)


def unpacked(content: bytes | Path, request: Request) -> tuple[bytes, str]:
    """The one file in a ZIP archive, or the one that is said, and its name.

    Raises:
        TableError: The archive is damaged or encrypted, holds no file or several, or expands to too much.
    """
    name = request.name
    file = io.BytesIO(content if isinstance(content, bytes) else content.read_bytes())
    with damage_told(name, "an archive"), zipfile.ZipFile(file) as archive:
        check_archive(archive, request)
        members = [member.filename for member in archive.infolist() if not (member.is_dir() or is_side(member))]
        member = request.chosen(members, "file") if members else None
        if member is None and len(members) == 1:
            member = members[0]
        if member is not None:
            return archive.read(member), member
    if not members:
        raise TableError(f"{name} is an archive without a file")
    choice = Advice("sheet", members[0], "choose one, as in ")
    raise TableError(f"{name} holds {len(members)} files: {listed(members)}", choice)


def is_side(member: zipfile.ZipInfo) -> bool:
    """Whether a file of an archive is only what a system keeps beside others."""
    parts = member.filename.split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith(".")


def read_up_to(limit: int, stream: io.BufferedIOBase | BinaryIO) -> bytes:
    """The bytes of a stream, up to a limit; memory grows with what comes."""
    kept = io.BytesIO()
    while piece := stream.read(min(PIECE, limit - kept.tell())):
        kept.write(piece)
    return kept.getvalue()


def refuse_size(name: str, largest: int | None = None) -> NoReturn:
    """Raise the TableError of a file that expands to more than it may."""
    limit = LARGEST_EXPANSION if largest is None else largest
    raise TableError(f"{name} expands to more than {limit / 2**30:g} GiB; split it into smaller files")
