"""A session: one page's trainer in a thread of its own, the commands that reach it, the newest message for the page."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import PureWindowsPath
from typing import Any, Literal

import msgspec

from ffnn.errors import FeedforwardError
from ffnn.playground import commands
from ffnn.playground.commands import AnyCommand
from ffnn.playground.data import Table
from ffnn.playground.errors import MalformedError, PlaygroundError
from ffnn.playground.messages import Refusal
from ffnn.playground.outbox import Outbox
from ffnn.playground.pictures import Interest, Picture, scene_message
from ffnn.playground.trainer import Trainer
from ffnn.tables.formats import reading

PATIENCE = 1 / 30
"""Seconds after which a picture is sent though its epochs are not all done."""

EVERY = 1 / 33
"""Seconds between pictures at full speed, where drawing leaves time: the browser draws on the cores that train."""

LONGEST_LINE = 1000
"""Commands and answers that may wait; a page that sends more reads none."""

LARGEST_TEXT = 2**28
"""Bytes that a compressed table may expand to; to read text takes ten times as many."""

LONGEST_NAME = 100
"""Characters of a file's name that are kept."""


class Session:
    """One page's networks.

    Commands come from the server's threads and are carried out, one after another, in the session's own; there training
    goes on between them, a few milliseconds at a time. A picture is made when the page has shown the last one: so it is
    always the newest, and nothing ever waits in line.
    """

    def __init__(self, wake: Callable[[], None], table: Table | None = None) -> None:
        """`wake` is called, from the session's thread, when `newest` may have something."""
        self._wake = wake
        self._todo: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._aside = ThreadPoolExecutor(1, "compiling")
        self._ended = threading.Event()
        self._outbox = Outbox()
        self._attached = False
        self._news = True
        self.failed: Exception | None = None
        self._interest = Interest()
        self._trainer = Trainer(self._do_aside, table)
        self._described = 0
        self._pictured, self._pause = 0.0, EVERY
        threading.Thread(target=self._work, name="trainer", daemon=True).start()

    def do(self, message: str) -> None:
        """Take a command.

        Raises:
            MalformedError: It is none, or too many wait already.
        """
        command = commands.read(message)
        if self._todo.qsize() + self._outbox.replies >= LONGEST_LINE:
            raise MalformedError("more commands have come than can be carried out")
        if isinstance(command, commands.Seen):
            if self._outbox.drawn():
                self._todo.put(lambda: self._trainer.course.renew())
        else:
            self._todo.put(lambda: self._obey(command))

    def newest(self) -> bytes | str | None:
        """The next message for the page; None where there is none now, or the page still draws the last one."""
        return self._outbox.take()

    def joined(self) -> None:
        """A page is there, to which everything is new."""
        self._outbox.hold()
        self._todo.put(self._join)

    def left(self) -> None:
        """The page has gone; nothing trains while nobody looks."""
        self._todo.put(self._leave)

    def load(self, name: str, content: bytes) -> dict[str, Any]:
        """Learn from a table that a page sends.

        Raises:
            FeedforwardError: It cannot be read, or cannot be learned from.
        """
        table = read_table(name, content)
        self._result(lambda: self._open(table))
        return {"name": table.name, "rows": len(table.frame)}

    def export(self, name: str) -> tuple[str, bytes]:
        """A file of that name, and its media type.

        Raises:
            FeedforwardError: There is no such file, or it cannot be made.
        """
        from ffnn.playground import exports

        made: tuple[str, bytes] = self._result(lambda: exports.export(name, self._trainer))
        return made

    def close(self) -> None:
        """End the session's threads."""
        self._todo.put(None)
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _result(self, work: Callable[[], Any]) -> Any:
        """Have something done in the session's thread; what it gives, or raises."""
        future: Future[Any] = Future()

        def carry_out() -> None:
            try:
                future.set_result(work())
            except Exception as error:  # belongs to whoever asked
                future.set_exception(error)

        self._todo.put(carry_out)
        while not self._ended.is_set():
            try:
                return future.result(timeout=0.1)
            except TimeoutError:
                if future.done():
                    raise
        raise PlaygroundError("this session has ended; load the page again")

    def _do_aside(self, work: Callable[[], Any]) -> Future[Any]:
        future = self._aside.submit(work)
        future.add_done_callback(self._done_aside)
        return future

    def _done_aside(self, future: Future[Any]) -> None:
        if not future.cancelled():
            self._todo.put(lambda: self._take_up(future))

    def _work(self) -> None:
        """Carry out what is asked for; train in between."""
        try:
            while True:
                self._tell()
                if work := self._next():
                    work()
                elif work is None:
                    return
                else:
                    self._trainer.course.advance()
                    self._news = True
        except Exception as error:  # a defect: the server closes this page's socket, and touches no other
            self.failed = error
            self._wake()
        finally:
            self._ended.set()

    def _next(self) -> Callable[[], None] | Literal[False] | None:
        """What is to be done next; None to end, False to train."""
        try:
            return self._todo.get(block=not (self._attached and self._trainer.course.busy))
        except queue.Empty:
            return False

    def _obey(self, command: AnyCommand) -> None:
        """Carry out a command; one that cannot be is answered by a sentence."""
        try:
            self._carry_out(command)
        except FeedforwardError as error:
            refusal = Refusal(error.text, self._meant(command))
            self._outbox.reply(msgspec.json.encode(refusal).decode())
            self._wake()
        self._news = True

    def _meant(self, command: AnyCommand) -> dict[str, Any]:
        """The settings that a command would have changed, as they are."""
        names = command.settings if isinstance(command, commands.Set) else ()
        its = self._trainer.scene.settings
        return {name: getattr(its, name) for name in its.__struct_fields__ if name in names}

    def _carry_out(self, command: AnyCommand) -> None:
        trainer = self._trainer
        match command:
            case commands.Set(settings):
                trainer.set(settings)
            case commands.Run():
                trainer.course.run()
            case commands.Pause():
                trainer.course.pause()
            case commands.Step(epochs):
                trainer.course.run(epochs)
            case commands.Reset():
                trainer.reset()
            case commands.Rewind(epoch):
                trainer.course.rewind(epoch)
            case commands.Edit(layer, row, unit, value):
                trainer.course.edit(layer, row, unit, value)
            case commands.Choose(restart):
                trainer.course.choose(restart)
            case commands.Look(row, at):
                self._regard(replace(self._interest, row=row, at=at))
            case commands.Focus(layer, unit):
                self._regard(replace(self._interest, neuron=None if layer is None else (layer, unit)))

    def _take_up(self, future: Future[Any]) -> None:
        self._trainer.course.done(future)
        self._news = True

    def _regard(self, interest: Interest) -> None:
        interest.check(self._trainer.scene)
        self._interest = interest

    def _open(self, table: Table) -> None:
        self._trainer.open(table)
        self._news = True

    def _join(self) -> None:
        self._attached, self._described, self._trainer.anew = True, 0, True
        self._trainer.course.curve.again()
        self._outbox.release()

    def _leave(self) -> None:
        self._attached = False

    def _tell(self) -> None:
        """Make messages of what is new, if the page can take them."""
        if not self._attached:
            return
        if self._trainer.generation != self._described:
            self._tell_scene()
        if self._news and self._outbox.wants_picture and not self._more_is_due():
            self._tell_picture()

    def _tell_scene(self) -> None:
        """A new scene; what a picture that was not sent would have told is told again."""
        trainer = self._trainer
        if trainer.anew:
            self._interest = Interest()
        if untold := self._outbox.picture_waits:
            trainer.course.curve.again()
        self._outbox.put_scene(scene_message(trainer, reset=trainer.anew or untold))
        trainer.anew, self._described, self._news = False, trainer.generation, True
        self._wake()

    def _tell_picture(self) -> None:
        """A picture of the network as it is now."""
        self._trainer.course.keep()
        self._outbox.put_picture(Picture(self._trainer, self._interest).message())
        before, self._news, self._pictured = self._pictured, False, time.monotonic()
        self._pause = paced(self._pause, self._pictured - before)
        self._wake()

    def _more_is_due(self) -> bool:
        """Whether a picture had better wait for the epochs that are due before it."""
        fastest = self._trainer.scene.settings.speed == "fastest"
        return self._trainer.course.busy and time.monotonic() - self._pictured < (self._pause if fastest else PATIENCE)


def paced(pause: float, seconds: float) -> float:
    """The pause before the next picture: shorter where the last one took longer than `EVERY`, else longer."""
    return min(EVERY, max(0.0, pause + (EVERY - min(seconds, 2 * EVERY)) / 10))


def read_table(name: str, content: bytes) -> Table:
    """A table that was sent as a file's name, of which only the last part counts, and content.

    Raises:
        TableError: It cannot be read.
    """
    name = PureWindowsPath(name).name[-LONGEST_NAME:].replace("\0", "") or "the table"  # parts at both \ and /
    frame, understood = reading.read_bytes(content, name, LARGEST_TEXT)
    return Table(name, frame, understood.notes)
