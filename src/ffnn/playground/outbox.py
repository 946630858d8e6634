"""What waits to be sent to a page: replies, a scene, a picture; always the newest of each."""

from __future__ import annotations

import threading
from collections import deque


class Outbox:
    """Messages for the page: the session's thread puts them in, the server's threads take them out.

    Replies go first. A scene takes the place of one that still waits, and of a picture: that was of another scene. A
    picture goes when the page has drawn all pictures before it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replies: deque[str] = deque()
        self._scene: bytes | None = None
        self._picture: bytes | None = None
        self._undrawn: deque[bool] = deque()  # of each message that the page still draws: whether it is a picture
        self._held = False

    def reply(self, message: str) -> None:
        """Put in an answer to a command."""
        with self._lock:
            self._replies.append(message)

    def put_scene(self, message: bytes) -> None:
        """Put in a scene."""
        with self._lock:
            self._scene, self._picture = message, None

    def put_picture(self, message: bytes) -> None:
        """Put in a picture of the scene that was put in last."""
        with self._lock:
            self._picture = message

    def take(self) -> bytes | str | None:
        """The next message; None where there is none now, or the page still draws the last one."""
        with self._lock:
            if self._replies:
                return self._replies.popleft()
            if self._held:
                return None
            if self._scene:
                message, self._scene = self._scene, None
                self._undrawn.append(False)
            elif self._picture and not any(self._undrawn):
                message, self._picture = self._picture, None
                self._undrawn.append(True)
            else:
                return None
            return message

    def drawn(self) -> bool:
        """The page has drawn the oldest message that it was sent; whether that was a picture."""
        with self._lock:
            return bool(self._undrawn) and self._undrawn.popleft()

    def hold(self) -> None:
        """Another page comes: forget all, and give it nothing that is still made for the page before."""
        with self._lock:
            self._scene = self._picture = None
            self._replies.clear()
            self._undrawn.clear()
            self._held = True

    def release(self) -> None:
        """From here on what is put in is for the page that has come."""
        with self._lock:
            self._scene, self._picture, self._held = None, None, False

    @property
    def replies(self) -> int:
        """How many answers wait."""
        return len(self._replies)

    @property
    def picture_waits(self) -> bool:
        """Whether a picture was put in that the page has not been sent."""
        with self._lock:
            return self._picture is not None

    @property
    def wants_picture(self) -> bool:
        """Whether a picture that is put in now could be sent at once."""
        with self._lock:
            return self._picture is None and not any(self._undrawn)
