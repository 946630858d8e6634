"""What stands before every request: whose it is is checked here, and every answer gets its headers."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from ffnn.web.access import Access
from ffnn.web.address import Address

HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

ASK = "Open the address that the command ffnn playground printed."
WRONG_TOKEN = f"This token is not, or no longer, right. {ASK}"
WRONG_HOST = f"The playground is not reached by this name. {ASK}"
WRONG_ORIGIN = f"Only the playground's own page may do this. {ASK}"

AGAIN = '<meta http-equiv="refresh" content="0; url=/">'
"""Has the page itself ask again: a browser that came by a link on another site shows no SameSite=Strict cookie yet."""

REFUSED = 1008
"""WebSocket's code for a message or a visitor that breaks the rules (RFC 6455 §7.4.1)."""


@dataclass(frozen=True)
class Guard:
    """The application behind its checks."""

    app: ASGIApp
    address: Address
    access: Access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the application answer it."""
        if scope["type"] == "http":
            answer = self.answer(HTTPConnection(scope), scope["method"]) or self.app
            await answer(scope, receive, with_headers(send))
        elif scope["type"] == "websocket":
            await self.open(scope, receive, with_headers(send))
        else:
            await self.app(scope, receive, send)

    def answer(self, request: HTTPConnection, method: str) -> Response | None:
        """The answer to what may not pass; None for what may."""
        if not self.is_called(request):
            return PlainTextResponse(WRONG_HOST, 403)
        if method not in ("GET", "HEAD") and not self.is_own(request):
            return PlainTextResponse(WRONG_ORIGIN, 403)
        token = request.query_params.get("token")
        if token is not None and request.url.path == "/":
            return self.exchanged(token)
        return None if self.is_known(request) else self.unknown(request)

    def exchanged(self, token: str) -> Response:
        """A cookie for a token; the token leaves the browser's address bar."""
        if not self.access.is_token(token):
            return HTMLResponse(page(WRONG_TOKEN), 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.access.cookie, self.access.proof, path="/", httponly=True, samesite="strict")
        return answer

    def unknown(self, request: HTTPConnection) -> Response:
        """The answer to who shows no cookie."""
        elsewhere = request.headers.get("sec-fetch-site") == "cross-site" and request.url.path == "/"
        return HTMLResponse(page(ASK, AGAIN if elsewhere else ""), 403)

    async def open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the page's socket in. Only the page learns why it is refused: a script elsewhere learns nothing."""
        socket = WebSocket(scope, receive, send)
        if not self.is_called(socket) or not self.is_own(socket):
            await socket.send_denial_response(PlainTextResponse(WRONG_ORIGIN, 403))
        elif not self.is_known(socket):
            await socket.accept()
            await socket.close(REFUSED, ASK)
        else:
            await self.app(scope, receive, send)

    def is_called(self, request: HTTPConnection) -> bool:
        """Whether the browser calls this server by a name of its own."""
        return self.address.serves(request.headers.get("host", ""))

    def is_own(self, request: HTTPConnection) -> bool:
        """Whether a page of this server asks; browsers always say so for a socket and for what changes something."""
        return request.headers.get("origin") == f"http://{request.headers.get('host')}"

    def is_known(self, request: HTTPConnection) -> bool:
        """Whether the cookie is present and right."""
        return self.access.is_proof(request.cookies.get(self.access.cookie, ""))


def page(sentence: str, head: str = "") -> str:
    """A page of one sentence."""
    return f'<!doctype html><html lang="en"><title>ffnn playground</title>{head}<p>{sentence}</p></html>'


def with_headers(send: Send) -> Send:
    """A way to send that gives each answer those of `HEADERS` that it does not have."""

    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
