"""What the tests of the playground share: a trainer whose work is done at once, and messages read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np

from ffnn.playground.pictures import Interest, Picture
from ffnn.playground.trainer import Trainer


def unpacked(message: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """By the description at the head of `frames`, byte for byte."""
    length = int.from_bytes(message[:4], "little")
    described, at, found = json.loads(message[4 : 4 + length]), 4 + length, {}
    for name, kind, shape in described["arrays"]:
        assert at % 8 == 0
        size = int(np.prod(shape)) * int(kind[1])
        found[name] = np.frombuffer(message[at : at + size], f"<{kind}").reshape(shape)
        assert not any(message[at + size : at + size + -size % 8])
        at += size + -size % 8
    assert at == len(message)
    return described, found


def at_once(work: Callable[[], Any]) -> Future[Any]:
    """Something that is done aside, but here and now."""
    future: Future[Any] = Future()
    future.set_result(work())
    return future


def trainer(**choices) -> Trainer:
    its = Trainer(lambda _: Future())  # the default network is never compiled
    its._aside = at_once
    its.set({"hidden": [3], "points": 40, "seed": 1, **choices})
    settle(its)
    return its


def settle(its: Trainer) -> None:
    if its.course._waiting:
        its.course.done(its.course._waiting)


def train(its: Trainer, epochs: int) -> None:
    its.course.run(epochs)
    while its.course.busy:
        its.course.advance()
    its.course.keep()


def weights(its: Trainer) -> np.ndarray:
    return np.concatenate([np.ravel(array) for layer in its.course.own for array in layer.values()])


def picture(its: Trainer, **interest):
    its.course.keep()
    return unpacked(Picture(its, Interest(**interest)).message())
