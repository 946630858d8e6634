"""What the tests of the command line share."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from ffnn import cli

SMALL = ["--hidden", "8", "--restarts", "2", "--epochs", "4"]


def run(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    code = cli.run([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    return code, out, err


def in_terminal(arguments: list[str], environment: dict[str, str], width: int = 110) -> bytes:
    """What a command writes to a terminal of that width."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "ffnn", *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=clean | {"TERM": "xterm-256color"} | environment,
    ) as process:
        os.close(terminal)
        seen = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
    os.close(main)
    assert process.returncode == 0
    return seen
