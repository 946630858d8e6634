"""Who may use the server: whoever was given its token, as a cookie shows from then on.

The cookie holds no token but a proof: HMAC-SHA256, under a secret that never leaves the user's own folder. A server
that is started anew makes the same proof, so a page that is still open goes on with it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ffnn import files

LEAST_TOKEN = 16
"""Characters of a token, at least."""

SECRET_BYTES = 32

NO_TOKEN = "opened without a token"  # noqa: S105 - no secret: what the proof is made of where the user chose no token


@dataclass(frozen=True)
class Access:
    """What opens the server at a port: the token, and the cookie that it is exchanged for."""

    token: str
    cookie: str
    proof: str

    def is_token(self, given: str) -> bool:
        """Whether that is the token."""
        return same(given, self.token)

    def is_proof(self, given: str) -> bool:
        """Whether that is the cookie's value."""
        return same(given, self.proof)


def grant(port: int, token: str | None = None, secret: bytes | None = None) -> Access:
    """Access to the server at that port, with the token that the user chose or a random one.

    Browsers send a cookie to every port of a host, so its name holds the port.
    """
    proven = f"{port} {NO_TOKEN if token is None else token}"
    key = kept_secret() if secret is None else secret
    proof = hmac.new(key, proven.encode(errors="surrogateescape"), hashlib.sha256).hexdigest()
    return Access(token or secrets.token_urlsafe(24), f"ffnn-{port}", proof)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, found in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(errors="surrogateescape"), other.encode(errors="surrogateescape"))


def kept_secret() -> bytes:
    """The secret in the user's folder, written there if it is not; where that cannot be, one for this time alone."""
    from platformdirs import user_state_path

    folder = user_state_path("ffnn", appauthor=False)
    fresh = secrets.token_bytes(SECRET_BYTES)
    if not files.closed(folder):
        return fresh
    try:
        return read_secret(folder / "playground.secret") or write_secret(folder / "playground.secret", fresh)
    except OSError:
        return fresh


def read_secret(path: Path) -> bytes | None:
    """The secret in a file, if it is whole and no one else can read or replace it."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    with open(file, "rb") as opened:  # noqa: PTH123 - the file that was opened, not the path again
        found = opened.read(SECRET_BYTES + 1)
        private = os.name != "posix" or files.own(os.fstat(opened.fileno()))
    return found if private and len(found) == SECRET_BYTES else None


def write_secret(path: Path, secret: bytes) -> bytes:
    """Write a secret to a file, whole or not at all."""
    with files.replacing(path, private=True) as file:
        file.write(secret)
    return secret
