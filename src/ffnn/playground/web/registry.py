"""The sessions that live, and who looks at each. All of it runs in the server's one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from ffnn.web.defects import report

MOST_SESSIONS = 16
PATIENCE = 600.0
"""Seconds that a session without a socket lives on, so that a page may come back."""

CLOSING_SECONDS = 5.0
"""How long a server that ends waits for its sessions."""

Wake = Callable[[], None]


class Session(Protocol):
    """What the server asks of a session; a network trains in it, in a thread of its own.

    Attributes:
        failed: What ended the thread; None while it lives.
    """

    failed: Exception | None

    def do(self, message: str) -> None:
        """Carry out a command; a `MalformedError` if it is none."""

    def newest(self) -> bytes | str | None:
        """The next message for the page, if there is one now."""

    def joined(self) -> None:
        """A page has come, and is to be told everything."""

    def left(self) -> None:
        """The page has gone."""

    def load(self, name: str, content: bytes) -> dict[str, Any]:
        """Take a table; a `FeedforwardError` if it cannot be used."""

    def export(self, name: str) -> tuple[str, bytes]:
        """Media type and content of a file; a `FeedforwardError` if it cannot be made."""

    def close(self) -> None:
        """End its thread."""


Make = Callable[[Wake], Session]


class FullError(Exception):
    """As many sessions live, each with a page, as may."""


class Visitor:
    """A page's socket at a place."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.replaced = asyncio.Event()


class Place:
    """A session, its visitor if there is one, and when the last one left."""

    def __init__(self, make: Make) -> None:
        self.loop = asyncio.get_running_loop()
        self.visitor: Visitor | None = None
        self.empty_since = self.loop.time()
        self.end: asyncio.TimerHandle | None = None
        self.uploading = asyncio.Lock()
        self.beginning = self.loop.run_in_executor(None, make, self.wake)  # a table may take a while

    async def session(self) -> Session:
        """The session, once it has begun."""
        return await asyncio.shield(self.beginning)

    def wake(self) -> None:
        """There may be news; called from the session's thread."""
        with suppress(RuntimeError):  # the loop has ended before the session's thread
            self.loop.call_soon_threadsafe(self.tell)

    def tell(self) -> None:
        """Let the visitor look for news."""
        if self.visitor:
            self.visitor.news.set()


class Registry:
    """All places, by the names that their pages chose."""

    def __init__(self, make: Make, most: int = MOST_SESSIONS, patience: float = PATIENCE) -> None:
        self.make, self.most, self.patience = make, most, patience
        self.places: dict[str, Place] = {}
        self.closing: set[asyncio.Future[None]] = set()

    def enter(self, name: str) -> tuple[Place, Visitor]:
        """Come to the place of that name, new if there is none; who looked at it before is replaced.

        Raises:
            FullError: There is no room for a new place.
        """
        place = self.places.get(name) or self.add(name)
        if place.end:
            place.end.cancel()
        if place.visitor:
            place.visitor.replaced.set()
        place.visitor = Visitor()
        return place, place.visitor

    def add(self, name: str) -> Place:
        """A new place; the one that has been empty for longest makes room for it if need be."""
        if len(self.places) >= self.most:
            empty = [(place.empty_since, name) for name, place in self.places.items() if not place.visitor]
            if not empty:
                raise FullError
            self.discard(min(empty)[1])
        place = self.places[name] = Place(self.make)
        return place

    def leave(self, name: str, visitor: Visitor) -> bool:
        """A visitor goes, unless it was replaced before; the session waits for the next one, but not for ever."""
        place = self.places.get(name)
        if not place or place.visitor is not visitor:
            return False
        place.visitor, place.empty_since = None, place.loop.time()
        place.end = place.loop.call_later(self.patience, self.discard, name)
        return True

    def discard(self, name: str) -> None:
        """End a session."""
        place = self.places.pop(name, None)
        if not place:
            return
        if place.end:
            place.end.cancel()
        ending = place.loop.create_task(ended(place))
        self.closing.add(ending)
        ending.add_done_callback(self.closing.discard)

    async def close(self) -> None:
        """End all sessions."""
        for name in list(self.places):
            self.discard(name)
        if self.closing:
            await asyncio.wait(self.closing, timeout=CLOSING_SECONDS)


async def ended(place: Place) -> None:
    """End a session's thread, which may take a moment."""
    try:
        session = await place.session()
    except Exception:  # it never began, as its page was told
        return
    try:
        await place.loop.run_in_executor(None, session.close)
    except Exception as error:
        report(error)
