"""Thousands of senseless messages over real sockets: each is refused with a reason, and no one else is disturbed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

import pages

MESSAGES = 10_000

NOWHERE = '{"do":"choose","restart":999999}'
"""A command that is none of nonsense, but cannot be carried out: its refusal shows that all before it is done."""

COMMANDS: tuple[dict[str, Any], ...] = (
    {"do": "set", "settings": {"hidden": [3], "noise": 10}},
    {"do": "pause"},
    {"do": "reset"},
    {"do": "rewind", "epoch": 3},
    {"do": "edit", "layer": 0, "row": 1, "unit": 2, "value": 0.5},
    {"do": "edit", "layer": 0, "row": None, "unit": 2, "value": 0.5},
    {"do": "choose", "restart": 0},
    {"do": "look", "row": 3},
    {"do": "look", "at": [0.5, -0.5]},
    {"do": "focus", "layer": 0, "unit": 1},
    {"do": "seen"},
)

ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 2**31, 2**63, -(2**70), 1e308, "", "tanh", "\0", "é" * 500, "\ud800", "<script>", [], [[]],
    {}, {"do": "sing"}, [1, 2, 3], [None], list(range(3000)), "__proto__", {"__class__": 1},
)  # fmt: skip

NOT_JSON = ("NaN", "Infinity", "-", "{", "[", '"', "nul", "'a'", "{do:1}", '{"do":"pause",}', "\x00", "\ufeff{}", "1 2")


def characters(draw: np.random.Generator) -> str:
    return "".join(map(chr, draw.integers(0, 0xD800, draw.integers(0, 200))))


def no_json(draw: np.random.Generator) -> str:
    return str(draw.choice(NOT_JSON))


def no_command(draw: np.random.Generator) -> str:
    return json.dumps(odd(draw))


def deep(draw: np.random.Generator) -> str:
    levels, (left, right) = int(draw.integers(2_000, 20_000)), [("[", "]"), ('{"a":', "}")][draw.integers(2)]
    nest = left * (levels // len(left)) + "1" + right * (levels // len(left))
    return draw.choice([nest, f'{{"do":"set","settings":{nest}', f'{{"do":"look","at":{nest}}}'])


def torn(draw: np.random.Generator) -> str:
    text = json.dumps(command(draw))
    return text[: draw.integers(1, len(text))]


def misnamed(draw: np.random.Generator) -> str:
    return json.dumps({**command(draw), str(draw.choice(["do", "extra", "Do", "", "settings.hidden"])): odd(draw)})


def twisted(draw: np.random.Generator) -> str:
    """A command of which one part is something else; not all of these are wrong."""
    changed = json.loads(json.dumps(command(draw)))
    part = changed["settings"] if changed["do"] == "set" and draw.random() < 0.8 else changed
    part[str(draw.choice([name for name in part if name != "do"] or ["do"]))] = odd(draw)
    return json.dumps(changed)


def damaged(draw: np.random.Generator) -> str:
    """A command with some characters that are others; not all of these are wrong."""
    text = list(json.dumps(command(draw)))
    for _ in range(draw.integers(1, 4)):
        text[draw.integers(len(text))] = chr(draw.integers(32, 127))
    return "".join(text)


def binary(draw: np.random.Generator) -> bytes:
    return draw.bytes(draw.integers(0, 300))


def no_text(draw: np.random.Generator) -> bytes:
    return b"\xff" + draw.bytes(20)


def too_long(draw: np.random.Generator) -> str:
    return "[" * int(draw.integers(131_073, 140_000))


def odd(draw: np.random.Generator) -> Any:
    return ODD[draw.integers(len(ODD))]


def command(draw: np.random.Generator) -> dict[str, Any]:
    return COMMANDS[draw.integers(len(COMMANDS))]


KINDS: dict[Callable[[np.random.Generator], str | bytes], tuple[int, ...]] = {
    characters: (1008,),
    no_json: (1008,),
    no_command: (1008,),
    deep: (1008,),
    torn: (1008,),
    misnamed: (1008,),
    binary: (1008,),
    too_long: (1009, 1006),  # 1006: the line is cut before the reason has come, as the rest was still being sent
    no_text: (1007, 1006),
    twisted: (1008, 0),
    damaged: (1008, 0),
}
"""How each kind of message ends its socket; 0: it need not."""


class Line:
    """A session's socket, opened again whenever it was closed."""

    def __init__(self, url: str, session: str) -> None:
        parts = urlsplit(url)
        http = HTTPConnection(parts.netloc, timeout=30)
        http.request("GET", f"/?{parts.query}")
        cookie = http.getresponse().getheader("set-cookie", "").split(";")[0]
        http.close()
        self.url = f"ws://{parts.netloc}/socket?session={session}"
        self.options = {"additional_headers": {"Cookie": cookie}, "origin": f"http://{parts.netloc}"}
        self.stack = ExitStack()
        self.socket: ClientConnection | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def open(self) -> ClientConnection:
        if self.socket is None:
            self.stack.close()
            self.socket = self.stack.enter_context(
                connect(self.url, compression=None, max_size=None, open_timeout=30, **self.options)
            )
        return self.socket

    def ending(self, message: str | bytes, *, text: bool) -> tuple[int, str]:
        """Code and reason with which a message ends the socket; 0 if it does not."""
        socket = self.open()
        try:
            socket.send(message, text=text)
            socket.send(NOWHERE)
            while not ((told := socket.recv(timeout=30)) and isinstance(told, str) and "999999" in told):
                pass
        except ConnectionClosed as closed:
            self.socket = None
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
        return 0, ""


def scene(line: Line) -> dict[str, Any]:
    """What a session says to a page that comes."""
    while isinstance(message := line.open().recv(timeout=30), str):
        pass
    length = int.from_bytes(message[:4], "little")
    return json.loads(message[4 : 4 + length])


@pytest.mark.slow
def test_no_message_breaks_the_server():
    draw = np.random.default_rng(0)
    kinds = list(KINDS)
    with pages.playing("--no-browser", "--port", 0) as started:
        with Line(started.url, "fuzzed") as line, Line(started.url, "healthy") as healthy:
            assert scene(healthy)["kind"] == "scene"
            for _ in range(MESSAGES):
                kind = kinds[draw.integers(len(kinds))]
                message = kind(draw)
                code, reason = line.ending(message, text=kind is not binary)
                assert code in KINDS[kind], (kind.__name__, message[:500], code, reason)
                assert reason or code in (0, 1006, 1007), message  # 1007 says all: this is not UTF-8
            assert scene(healthy)["kind"] == "frame"
            assert healthy.ending(NOWHERE, text=True)[0] == 0
        with Line(started.url, "fresh") as fresh:
            assert scene(fresh)["kind"] == "scene"
        assert started.complaints() == ""
        assert started.end() == 0
