"""What the tests of the page in the browser share: the browser's place, and a playground in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

OPTIONS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Of the browser, so that it asks nothing of the network by itself."""


def browser_options() -> list[str]:
    """The browser's options; only root may, and must, do without its sandbox."""
    root = os.name == "posix" and os.getuid() == 0
    return [*OPTIONS, "--no-sandbox"] if root else [*OPTIONS]


def browser_path() -> str:
    """Where the browser is; without one a test is skipped, but fails in CI."""
    names = [name for name in (os.environ.get("FEEDFORWARD_BROWSER"), *BROWSERS) if name]
    if path := next((path for path in map(shutil.which, names) if path), None):
        return path
    reason = f"needs one of {', '.join(names)}; `make test` installs the first if it can"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@dataclass
class Playground:
    """`feedforward playground` in a process."""

    process: subprocess.Popen[str]
    url: str
    errors: IO[str]

    def complaints(self) -> str:
        """What it has told on standard error so far."""
        self.errors.seek(0)
        return self.errors.read()

    def end(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        self.process.send_signal(2)
        return self.process.wait(30)


@contextmanager
def playing(*arguments: object, environment: Mapping[str, str] | None = None) -> Iterator[Playground]:
    """A playground, until the end at the latest."""
    command = [sys.executable, "-m", "feedforward", "playground", *map(str, arguments)]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **(environment or {})}
        ) as process,
    ):
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            started = Playground(process, url, errors)
            assert url, started.complaints()
            yield started
        finally:
            process.kill()
