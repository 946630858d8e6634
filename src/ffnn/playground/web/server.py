"""The server: the page, its socket, tables that come and files that go."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette.websockets import WebSocket

from ffnn.errors import FeedforwardError
from ffnn.playground.messages import FILES
from ffnn.playground.web.registry import Place, Registry
from ffnn.playground.web.visit import LONGEST_MESSAGE, receive
from ffnn.web.access import Access
from ffnn.web.address import Address
from ffnn.web.defects import DEFECT, report
from ffnn.web.guard import Guard

STATIC = Path(__file__).parents[1] / "static"

LARGEST_TABLE = 64_000_000
"""Bytes of a file that is uploaded."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
"""Media types of the page's files; what the operating system thinks of an ending does not count."""

SENTENCES = {404: "there is nothing here", 405: "this cannot be done here"}


def build(registry: Registry, address: Address, access: Access) -> Guard:
    """The application, behind its guard."""

    async def socket(socket: WebSocket) -> None:
        await receive(socket, registry)

    app = Starlette(
        routes=[
            Route("/", front),
            Mount("/static", PageFiles(directory=STATIC)),
            WebSocketRoute("/socket", socket),
            Route("/table", upload, methods=["POST"]),
            Route("/export/{name}", export),
        ],
        exception_handlers={HTTPException: refused, ClientDisconnect: gone, Exception: broken},
        lifespan=living(registry),
    )
    app.state.registry = registry
    return Guard(app, address, access)


def living(registry: Registry) -> Any:
    """What makes the application end its sessions when it ends."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await registry.close()

    return lifespan


def server(app: Guard) -> uvicorn.Server:
    """A server that runs the application; it says nothing by itself."""
    settings = uvicorn.Config(
        app,
        interface="asgi3",
        loop="asyncio",
        http="h11",
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE,
        ws_per_message_deflate=False,  # frames are dense; compressing them halves the frames a second
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        workers=1,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(settings)


class PageFiles(StaticFiles):
    """The files that the page is made of. A browser keeps them, but asks each time whether they are still the same."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The answer with a file, or that it is the same as before."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers["content-type"] = TYPES.get(Path(full_path).suffix, "application/octet-stream")
        answer.headers["cache-control"] = "no-cache"
        return answer


async def front(_request: Request) -> Response:
    """The page."""
    return FileResponse(STATIC / "index.html", media_type=TYPES[".html"], headers={"cache-control": "no-cache"})


async def upload(request: Request) -> Response:
    """Give a session the table in the request's body."""
    place = asked_for(request)
    name = request.query_params.get("name", "")
    async with place.uploading:
        content = await body(request, LARGEST_TABLE)
        session = await place.session()
        try:
            return JSONResponse(await run_in_threadpool(session.load, name, content))
        except FeedforwardError as error:
            raise HTTPException(400, error.text) from error


async def export(request: Request) -> Response:
    """A file of what a session has made."""
    name = request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    session = await asked_for(request).session()
    try:
        media_type, content = await run_in_threadpool(session.export, name)
    except FeedforwardError as error:
        raise HTTPException(400, error.text) from error
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


def asked_for(request: Request) -> Place:
    """The place that a request names."""
    place = request.app.state.registry.places.get(request.query_params.get("session", ""))
    if not isinstance(place, Place):
        raise HTTPException(404, "this session has ended; reload the page")
    return place


async def body(request: Request, most: int) -> bytes:
    """The request's body, as long as it is not larger than that, whatever its length is said to be."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise HTTPException(413, f"a table may have {most // 1_000_000} MB; try ffnn train for larger ones")
        parts.append(part)
    return b"".join(parts)


def refused(_request: Request, error: Exception) -> Response:
    """The answer to what is not there, not allowed or not right: one sentence."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    sentence = getattr(error, "detail", "")
    plain = SENTENCES.get(status, "") if sentence in ("Not Found", "Method Not Allowed") else sentence
    return JSONResponse({"sentence": plain}, status, headers=getattr(error, "headers", None))


def gone(_request: Request, _error: Exception) -> Response:
    """The answer to a client that has gone in the middle of what it sent; it goes nowhere."""
    return Response(status_code=400)


def broken(_request: Request, error: Exception) -> Response:
    """The answer where something of ours is broken."""
    report(error)
    return JSONResponse({"sentence": DEFECT}, 500)
