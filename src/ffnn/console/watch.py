"""The live view of a training run: a bar on a terminal, plain lines elsewhere; and what Ctrl-C does."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ffnn.advice import Wording, in_python
from ffnn.console.printing import print_plan
from ffnn.console.terminal import console
from ffnn.streams import Aside, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ffnn.learning.plan import Event, Plan
    from ffnn.training.restarts import Record

INTERRUPTED = 130
"""Exit code of a program that Ctrl-C ended."""

SECONDS_BETWEEN_LINES = 5.0


class ControlC:
    """Hears Ctrl-C at once, in a thread: the main thread hears nothing while compiled code runs, or is compiled."""

    def __init__(self, heard: Callable[[], object]) -> None:
        self.heard = heard
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.writer, False)
        self.handler = signal.signal(signal.SIGINT, lambda *_: None)
        signal.set_wakeup_fd(self.writer, warn_on_full_buffer=False)
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        """Wait for signals, whose numbers come as bytes, until the pipe is closed."""
        while number := os.read(self.reader, 1):
            if number[0] == signal.SIGINT:
                self.heard()

    def end(self) -> None:
        """Leave Ctrl-C to whoever heard it before."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, self.handler)
        os.close(self.writer)
        self.thread.join()
        os.close(self.reader)


class TrainingWatch:
    """Shows a training run as it goes, on standard error.

    Used in a `with` statement. Advice in the plan is given in a `wording`. If it `owns_process`, then once there is a
    plan, the first Ctrl-C asks training to end with the best model so far, and the next ends the process at once.
    """

    def __init__(
        self,
        *,
        quiet: bool = False,
        verbose: bool = False,
        owns_process: bool = False,
        wording: Wording = in_python,
    ) -> None:
        self.wording = wording
        self.quiet, self.verbose, self.owns_process = quiet, verbose, owns_process
        self.console = console(Aside(sys.stderr))
        self.progress: Progress | None = None
        self.bar: TaskID
        self.started = self.printed = time.monotonic()
        self.untold = ""  # a line that was not printed yet
        self.done = 0.0  # of the record before
        self.ended = self.cut = self.again = self.asked = False
        self.control_c: ControlC | None = None

    def __enter__(self) -> TrainingWatch:
        return self

    def __exit__(self, *error: object) -> None:
        if self.control_c:
            self.control_c.end()
        self.end(sound=error[0] is None)

    def __call__(self, event: Event) -> bool:
        """Take a `Plan` or a `Record`; whether training is to end."""
        from ffnn.learning.plan import Plan  # loaded by now

        if isinstance(event, Plan):
            self.begin(event)
        elif event.stage == "trial":
            self.show_trial(event)
        elif not self.quiet:
            self.show(event)
        return self.asked

    def begin(self, plan: Plan) -> None:
        """Say what will be done. Until the first record comes, the program is being compiled."""
        if self.owns_process:
            self.control_c = ControlC(self.interrupt)
        if self.quiet:
            return
        print_plan(plan, self.console, every_column=self.verbose, wording=self.wording)
        self.started = self.printed = time.monotonic()
        if self.console.is_interactive and not self.verbose:
            from rich.progress import BarColumn, Progress, TextColumn
            from rich.table import Column

            text = TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis"))
            width = max(4, min(40, self.console.width - 84))
            self.progress = Progress(BarColumn(width), text, console=self.console, transient=True)
            self.bar = self.progress.add_task("compiling", total=None)
            self.progress.start()

    def show_trial(self, record: Record) -> None:
        """A part of the trial is done."""
        if self.progress:
            self.progress.update(self.bar, completed=record.progress, total=1, description="trying frequencies")

    def show(self, record: Record) -> None:
        """One chunk of epochs, or a part of a long epoch, is done."""
        if record.stage == "refit" and not self.again:
            self.again, self.cut = True, self.cut or not self.ended
            self.tell()
        self.done = record.progress
        self.ended = not record.running.any() or record.epoch == record.epochs
        text = f"{self.format_record(record)}, {time.monotonic() - self.started:.1f} s"
        if self.progress:
            self.progress.update(self.bar, completed=record.progress, total=1, description=text)
        now = time.monotonic()
        if self.verbose or (not self.progress and now - self.printed >= SECONDS_BETWEEN_LINES):
            self.untold, self.printed = "", now
            say(text)
        else:
            self.untold = text

    def format_record(self, record: Record) -> str:
        """A record in one line."""
        epoch = f"epoch {record.epoch}/{record.epochs}: training loss {np.mean(record.loss, dtype=np.float64):.4g}"
        if self.again:
            return f"refit, {epoch}"
        best = record.best_validation_loss[np.isfinite(record.best_validation_loss)].astype(np.float64)
        validation = f", best validation {best.mean():.4g} ± {best.std():.2g}" if len(best) else ""
        running = int(record.running.sum())
        return epoch + validation + (f", {running} of {len(record.running)} running" if running else ", all stopped")

    def interrupt(self) -> None:
        """The first Ctrl-C asks for the end; the next one ends at once, whatever the threads are at."""
        if self.asked:
            self.end()
            say("ffnn: interrupted; nothing was written")
            os._exit(INTERRUPTED)
        self.asked = True
        say("ending with the best model so far; Ctrl-C again stops at once, without a model")

    def end(self, *, sound: bool = False) -> None:
        """Take the bar away, and print what was not printed yet."""
        if self.progress:
            self.progress.stop()
            self.progress = None
        self.tell()
        if sound and self.asked:
            say("ended by Ctrl-C, with the best model so far")
        elif sound and self.done and (self.cut or not self.ended):
            say("ended by the time limit, with the best model so far")

    def tell(self) -> None:
        """Print what was not printed yet."""
        if self.untold:
            say(self.untold)
        self.untold = ""
