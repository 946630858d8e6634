"""One socket from its coming to its going: commands in, the newest message out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from ffnn.errors import FeedforwardError
from ffnn.playground.errors import MalformedError
from ffnn.playground.web.registry import FullError, Place, Registry, Session, Visitor
from ffnn.web.defects import DEFECT, report

LONGEST_MESSAGE = 2**17
"""Bytes of a message from the page."""

LONGEST_REASON = 123
"""Bytes of the reason for which a socket is closed (RFC 6455 §5.5)."""

NAME = re.compile("[A-Za-z0-9]{1,40}")


@dataclass(frozen=True)
class Farewell:
    """Why the server closes a socket."""

    code: int
    reason: str


MISNAMED = Farewell(1008, "a session's name has 1 to 40 letters and digits")
BINARY = Farewell(1008, "a command is text, but this message is binary")
FULL = Farewell(1013, "as many pages are open as this server can train for; close one and try again")
REPLACED = Farewell(4001, "this session goes on in another page")
BROKEN = Farewell(1011, DEFECT)


async def receive(socket: WebSocket, registry: Registry) -> None:
    """Serve a socket; whatever goes wrong in its session stays there."""
    await socket.accept()
    name = socket.query_params.get("session", "")
    try:
        farewell = await stay(socket, registry, name) if NAME.fullmatch(name) else MISNAMED
    except WebSocketDisconnect:
        return
    except FullError:
        farewell = FULL
    except FeedforwardError as error:  # the session cannot begin
        registry.discard(name)
        farewell = Farewell(1008, error.text)
    except Exception as error:
        report(error)
        registry.discard(name)
        farewell = BROKEN
    if farewell:
        await close(socket, farewell)


async def stay(socket: WebSocket, registry: Registry, name: str) -> Farewell | None:
    """Let a socket look at its session until it goes, is replaced, or breaks the rules."""
    place, visitor = registry.enter(name)
    try:
        session = await place.session()
        if place.visitor is visitor:
            session.joined()
        visit = Visit(socket, session, place, visitor)
        farewell = await first(visit.carry_out(), visit.send_newest(), visit.until_replaced())
    finally:
        last = registry.leave(name, visitor)
    if last:
        session.left()
    return farewell


async def first(*parts: Coroutine[None, None, Farewell | None]) -> Farewell | None:
    """The result of what ends first; the others are given up."""
    tasks = [asyncio.ensure_future(each) for each in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next(task for task in tasks if task in done).result()


@dataclass(frozen=True)
class Visit:
    """What goes on while a socket looks at a session; all of it ends when another one takes its place."""

    socket: WebSocket
    session: Session
    place: Place
    visitor: Visitor

    async def carry_out(self) -> Farewell | None:
        """Hand each command to the session."""
        while self.place.visitor is self.visitor:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            if message.get("text") is None:
                return BINARY
            try:
                self.session.do(message["text"])
            except MalformedError as error:
                return Farewell(1008, error.text)
        return REPLACED

    async def send_newest(self) -> Farewell:
        """Send what the session has to tell, always the newest of it, at the pace at which the page reads."""
        while self.place.visitor is self.visitor:
            self.visitor.news.clear()
            if self.session.failed:
                raise self.session.failed
            message = self.session.newest()
            if message is None:
                await self.visitor.news.wait()
            elif isinstance(message, str):
                await self.socket.send_text(message)
            else:
                await self.socket.send_bytes(message)
        return REPLACED

    async def until_replaced(self) -> Farewell:
        """Wait for another socket that takes this one's place."""
        await self.visitor.replaced.wait()
        return REPLACED


async def close(socket: WebSocket, farewell: Farewell) -> None:
    """Close a socket and tell why, in as many bytes as a reason may have."""
    reason = farewell.reason.encode()[:LONGEST_REASON].decode(errors="ignore")
    try:
        await socket.close(farewell.code, reason)
    except WebSocketDisconnect:
        return
