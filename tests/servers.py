"""What the tests of the playground's server share: a server in a thread, and what speaks to it."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ffnn.errors import FeedforwardError
from ffnn.playground.errors import MalformedError
from ffnn.playground.web import server
from ffnn.playground.web.registry import Registry
from ffnn.web import access, address

SECRET = bytes(range(32))


class Echo:
    """A session that answers commands with what they say, and keeps a diary; no network trains in it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.wake = wake
        self.failed: Exception | None = None
        self.outgoing: queue.SimpleQueue[str | bytes] = queue.SimpleQueue()
        self.diary: list[str] = []

    def do(self, message: str) -> None:
        """Tell back what a command holds; some commands break something."""
        command = json.loads(message) if message.startswith("{") else None
        if command is None:
            raise MalformedError(f"{message[:2000]} is no command")
        if command["do"] == "break":
            raise ZeroDivisionError("a defect, on purpose")
        if command["do"] == "fail":
            self.failed = ZeroDivisionError("a defect, on purpose")
        self.diary.append(command["do"])
        self.tell(message.encode() if command["do"] == "binary" else message)

    def tell(self, message: str | bytes) -> None:
        """Send a message as the session's thread does."""
        self.outgoing.put(message)
        threading.Thread(target=self.wake).start()

    def newest(self) -> bytes | str | None:
        """The next message."""
        return None if self.outgoing.empty() else self.outgoing.get()

    def joined(self) -> None:
        """Begin with the number of visits so far."""
        self.diary.append("joined")
        while not self.outgoing.empty():
            self.outgoing.get()
        self.tell(f"visit {self.diary.count('joined')}")

    def left(self) -> None:
        """Note it."""
        self.diary.append("left")

    def load(self, name: str, content: bytes) -> dict[str, Any]:
        """Take anything but what is called bad or broken."""
        if name == "bad.csv":
            raise FeedforwardError("bad.csv holds no columns")
        if name == "broken.csv":
            raise ZeroDivisionError("a defect, on purpose")
        return {"name": name, "bytes": len(content)}

    def export(self, name: str) -> tuple[str, bytes]:
        """A file that holds its own name; there is no model."""
        if name == "model.safetensors":
            raise FeedforwardError("nothing has been trained yet")
        return "text/csv", name.encode()

    def close(self) -> None:
        """Note it."""
        self.diary.append("closed")


@dataclass
class Served:
    """A server that runs, and the sessions that it has made."""

    place: address.Address
    granted: access.Access
    registry: Registry
    made: list[Any] = field(default_factory=list)

    @property
    def host(self) -> str:
        """What a browser sends as Host."""
        return f"127.0.0.1:{self.place.port}"

    @property
    def cookie(self) -> str:
        """What a browser sends as Cookie."""
        return f"{self.granted.cookie}={self.granted.proof}"

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str | None) -> Answer:
        """Send a request as the page would, but for the headers that are given; None leaves one out."""
        line = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=20)
        own = {"host": self.host, "cookie": self.cookie, "origin": f"http://{self.host}" if method == "POST" else None}
        sent = {name: value for name, value in (own | headers).items() if value is not None}
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in sent.items()})
            response = line.getresponse()
            return Answer(response.status, dict(map(lowered, response.getheaders())), response.read().decode())
        finally:
            line.close()

    def socket(self, session: str = "a", **options: Any) -> ClientConnection:
        """Open a socket as the page would."""
        headers = {"Cookie": self.cookie} | options.pop("headers", {})
        options = {"origin": f"http://{self.host}", "compression": None, "open_timeout": 20} | options
        return connect(f"ws://{self.host}/socket?session={session}", additional_headers=headers, **options)


@dataclass(frozen=True)
class Answer:
    """Status, headers and text of a response."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def sentence(self) -> str:
        """What went wrong."""
        return json.loads(self.text)["sentence"]


def lowered(header: tuple[str, str]) -> tuple[str, str]:
    """A header by its name in small letters."""
    return header[0].lower(), header[1]


@contextmanager
def serving(
    make: Callable[[Callable[[], None]], Any] = Echo, *, host: str = "127.0.0.1", **limits: Any
) -> Iterator[Served]:
    """A server in a thread, on a port of its own."""
    place = address.listen(host, 0)
    made: list[Any] = []

    def making(wake: Callable[[], None]) -> Any:
        made.append(make(wake))
        return made[-1]

    registry = Registry(making, **limits)
    served = Served(place, access.grant(place.port, secret=SECRET), registry, made)
    running = server.server(server.build(registry, place, served.granted))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [place.listener]})
    thread.start()
    try:
        until(lambda: running.started)
        yield served
    finally:
        running.should_exit = True
        thread.join(20)
    assert not thread.is_alive()


def closing(opened: ClientConnection) -> tuple[int, str]:
    """Code and reason with which the server closes a socket."""
    try:
        while True:
            opened.recv(timeout=20)
    except ConnectionClosed as closed:
        return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


def until(met: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "this takes too long"
        time.sleep(0.005)
