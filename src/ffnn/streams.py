"""A command's standard streams: what is written arrives whole, or an error says that it did not.

Python's own drop what a short write leaves over (if unbuffered) and what a pipe that does not block has no room for.
"""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Descriptor(io.RawIOBase):
    """What a file descriptor leads to: it takes all that it is given, and is waited for where it does not block."""

    def __init__(self, number: int) -> None:
        self.number = number

    def fileno(self) -> int:
        """The descriptor itself."""
        return self.number

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return os.isatty(self.number)

    def readable(self) -> bool:
        """Yes, as far as is known before it is tried."""
        return True

    def writable(self) -> bool:
        """Yes, as far as is known before it is tried."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read what there is, at least one byte but at the end."""
        room = memoryview(buffer).cast("B")
        while True:
            try:
                content = os.read(self.number, len(room))
            except BlockingIOError:
                select.select([self.number], [], [])
            else:
                room[: len(content)] = content
                return len(content)

    def write(self, content: ReadableBuffer) -> int:
        """Write everything."""
        whole = left = memoryview(content).cast("B")
        while left:
            try:
                left = left[os.write(self.number, left) :]
            except BlockingIOError:
                select.select([], [self.number], [])
        return len(whole)


def prepare() -> None:
    """Give the process streams that lose nothing, in UTF-8 whatever the locale, but for terminals.

    Where one was closed something must stand in its place, or the next file that is opened would: instead of standard
    output what cannot be written to, so that whoever writes gets an error.
    """
    if sys.stdin is None or not is_console(sys.stdin):
        number = os.open(os.devnull, os.O_RDONLY) if sys.stdin is None else sys.stdin.fileno()
        sys.stdin = io.TextIOWrapper(io.BufferedReader(Descriptor(number)), "utf-8")
    sys.stdout = writer(sys.stdout, os.O_RDONLY)
    sys.stderr = writer(sys.stderr, os.O_WRONLY)
    sys.stderr.reconfigure(line_buffering=True)


def writer(stream: TextIO | None, instead: int) -> io.TextIOWrapper:
    """A stream that writes everything to where another leads; to the null device, opened so, if that is closed."""
    if stream and is_console(stream):
        return cast("io.TextIOWrapper", stream)
    raw = Descriptor(stream.fileno() if stream else os.open(os.devnull, instead))
    shown = stream is not None and raw.isatty()
    encoding = stream.encoding if stream and shown else "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", "\n", line_buffering=shown)


def is_console(stream: TextIO) -> bool:
    """Whether it is a console of Windows, which takes characters rather than bytes, and never less than all."""
    return os.name == "nt" and stream.isatty()


def say(text: str) -> None:
    """Print a line on standard error if that can be: no work ends, and no other error is lost, because it cannot."""
    aside = Aside(sys.stderr)
    print(text, file=aside)
    aside.flush()


class Aside(io.TextIOBase):
    """A stream for progress and reports; what cannot be written is given up."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream  # a program may have none

    @property
    def encoding(self) -> str:  # type: ignore[override] # an attribute there
        """That of the stream."""
        return getattr(self.stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        with suppress(OSError, ValueError):
            return self.stream is not None and self.stream.isatty()
        return False

    def write(self, text: str) -> int:
        """Write a text, or give it up."""
        with suppress(OSError, ValueError):  # ValueError: the stream is closed
            if self.stream:
                self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let what was written so far arrive."""
        with suppress(OSError, ValueError):
            if self.stream:
                self.stream.flush()
