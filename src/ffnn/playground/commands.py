"""What a page may ask for, one JSON object each; anything else is refused."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from ffnn.playground.errors import MalformedError

LARGEST_WEIGHT = 1e9
"""What a weight can be set to, at most."""

FARTHEST_PLACE = 1e31
"""Farther than any plane reaches: numbers of a table are at most `data.LARGEST`."""

Place = Annotated[int, Meta(ge=0, lt=2**20)]
Weight = Annotated[float, Meta(ge=-LARGEST_WEIGHT, le=LARGEST_WEIGHT)]
Coordinate = Annotated[float, Meta(ge=-FARTHEST_PLACE, le=FARTHEST_PLACE)]


class Command(msgspec.Struct, tag_field="do", tag=str.lower, forbid_unknown_fields=True):
    """One of those below; its name, in small letters, stands under `do`."""


class Set(Command):
    """Change some settings."""

    settings: dict[str, Any]


class Run(Command):
    """Train until told otherwise."""


class Pause(Command):
    """Stop training."""


class Step(Command):
    """Train for some epochs."""

    epochs: Annotated[int, Meta(ge=1, le=1000)] = 1


class Reset(Command):
    """Back to the first weights."""


class Rewind(Command):
    """Back to the moment nearest to an epoch."""

    epoch: Annotated[int, Meta(ge=0, lt=2**31)]


class Edit(Command):
    """Set a weight, or with no row a bias."""

    layer: Place
    row: Place | None
    unit: Place
    value: Weight


class Choose(Command):
    """Show another restart."""

    restart: Place


class Look(Command):
    """Follow a shown point, or a place of the plane, through the network; with neither, none."""

    row: Place | None = None
    at: tuple[Coordinate, Coordinate] | None = None


class Focus(Command):
    """Show a neuron's map large, layer -1 being the inputs; without a layer, none."""

    layer: Annotated[int, Meta(ge=-1, lt=100)] | None = None
    unit: Place = 0


class Seen(Command):
    """The last message with arrays was drawn."""


AnyCommand: TypeAlias = Set | Run | Pause | Step | Reset | Rewind | Edit | Choose | Look | Focus | Seen

DECODER: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)


def read(message: str) -> AnyCommand:
    """The command that a message holds.

    Raises:
        MalformedError: It holds none.
    """
    try:
        return DECODER.decode(message)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise MalformedError(f"no such command: {error}") from error
