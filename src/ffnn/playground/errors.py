"""What is refused to a page; one clear sentence each."""

from __future__ import annotations

from ffnn.errors import FeedforwardError


class PlaygroundError(FeedforwardError):
    """What a page asks for cannot be done: a setting, a step, an edit, a look, a file to take along."""


class MalformedError(PlaygroundError):
    """A message is no command: no page of ours sends it."""
