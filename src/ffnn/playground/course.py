"""The course of a training: networks that are trained, paused, set back and edited, and what is known of them now."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from jaxtyping import Int32

from ffnn.networks.arrays import Parameters
from ffnn.playground import look
from ffnn.playground.errors import PlaygroundError
from ffnn.playground.past import Curve, Snapshots
from ffnn.playground.scene import Scene, forward
from ffnn.playground.settings import PLANE, differing

if TYPE_CHECKING:
    from ffnn.training.live import Live, Snapshot
    from ffnn.training.probe import Probed

Aside: TypeAlias = Callable[[Callable[[], Any]], "Future[Any]"]
"""Does something in another thread."""

AT_ONCE = 0.008
"""Seconds that training takes at once, about: so long may a command wait."""

GROWTH = 50
"""At growing speed a picture comes when a fiftieth of the epochs so far has passed again."""

SELDOM = 1.0
"""Seconds after which a moment is kept though nobody looks: from there the cause is searched if the run diverges."""

FAR = 10.0
"""Inputs beyond this are better normalised."""


class Course:
    """Networks that train side by side from their first weights on.

    Attributes:
        scene: What they are trained on; its data and network never change.
        live: The run that trains them; None until its program is compiled.
        parameters: Of all restarts, as NumPy arrays.
        epoch: Epochs that they have been trained for.
        diverged: Of each restart the epoch in which it diverged, 0 if it did not.
        restart: The one that is shown.
        wants: Whether they are to be trained.
        left: For how many epochs yet; None: until told otherwise.
        sentence: Why training ended, if the one that is shown diverged.
        snapshots: What they can be set back to.
        curve: Losses since the last picture, and marks where something was changed.
        cut: The epoch after which losses no longer hold, since time was turned back; None: all do.
    """

    def __init__(self, scene: Scene, aside: Aside) -> None:
        self.scene, self._aside = scene, aside
        self.live: Live | None = None
        self.parameters, self.epoch, self.restart = scene.initial(), 0, 0
        self.diverged: Int32[np.ndarray, " restarts"] = np.zeros(scene.settings.restarts, np.int32)
        self.wants = False
        self.left: int | None = None
        self.sentence = ""
        self.snapshots, self.curve = Snapshots(), Curve(scene.settings.restarts)
        self.cut: int | None = None
        self._moment: Snapshot | None = None
        self._unkept, self._kept_at = False, 0.0
        self._budget = self._portion = 1
        self._pace: deque[tuple[float, int]] = deque(maxlen=100)
        self._probing: Future[Probed] | None = None
        self._waiting = self._compiled()

    # What is asked for

    def run(self, epochs: int | None = None) -> None:
        """Train for some epochs, beside those that are left of another call; None: until told otherwise.

        Raises:
            PlaygroundError: There is nothing to train on, or nothing left to train.
        """
        if not self.scene.data.enough:
            raise PlaygroundError("there are too few points to train on; draw some more")
        if self.live and (epoch := self.live.diverged[self.restart]):
            raise PlaygroundError(
                f"this network diverged in epoch {epoch}; go back to before that, or choose another one"
            )
        if not self.wants:
            self._pace.clear()
        more = self.left if self.wants and self.left and epochs else 0
        self.wants, self.left, self.sentence = True, epochs and epochs + more, ""

    def pause(self) -> None:
        """Stop training."""
        self.wants, self.left = False, None

    def end(self) -> None:
        """Another course takes its place: what has not been begun aside need not be."""
        for future in (self._waiting, self._probing):
            if future is not None:
                future.cancel()

    def rewind(self, epoch: int) -> None:
        """Back to the moment nearest to an epoch; what was later is forgotten once training goes on."""
        self.keep()
        self.pause()
        self.sentence = ""
        if self.live and self.snapshots.kept:
            self.live.back_to(self.snapshots.nearest(epoch))
            self._show(self.live.snapshot())

    def edit(self, layer: int, row: int | None, unit: int, value: float) -> None:
        """Set one weight, or with no row a bias, of the network that is shown; layer 0 is the first of neurons.

        Raises:
            PlaygroundError: There is no such weight, or no program yet to take it up.
        """
        if self.live is None:
            raise PlaygroundError("the network is being compiled; edit it in a moment")
        name, place = ("bias", (unit,)) if row is None else ("kernel", (row, unit))
        shape = self.own[layer + 1][name].shape if layer < len(self.scene.dense) else (0, 0)
        if not all(at < most for at, most in zip(place, shape, strict=False)):
            raise PlaygroundError(f"layer {layer} has no {name} at {place}")
        self._forget_later()
        self.live.edit(self.restart, layer + 1, name, place, value)
        self.sentence = ""
        self._keep(self.live)

    def choose(self, restart: int) -> None:
        """Show another of the networks that train side by side.

        Raises:
            PlaygroundError: There is none of that number.
        """
        if restart >= self.scene.settings.restarts:
            raise PlaygroundError(f"there is no restart {restart}; there are {self.scene.settings.restarts}")
        self.restart, self.sentence = restart, ""
        if epoch := self.diverged[restart]:
            self.pause()
            self.sentence = f"This network diverged in epoch {epoch}. Go back to before that, or choose another one."

    def change(self, scene: Scene) -> None:
        """Go on with settings that allow it: seen in another plane, or trained at other rates."""
        before, self.scene = self.scene.settings, scene
        if trained := sorted(differing(before, scene.settings) - PLANE - {"speed"}):
            said = [(name, getattr(before, name), getattr(scene.settings, name)) for name in trained]
            text = ", ".join(f"{name.replace('_', ' ')} {old} → {new}" for name, old, new in said)
            self.curve.mark(self.epoch, text)
            if self._waiting is not None:
                self._waiting.cancel()
            self._waiting = self._compiled()
        self.renew()

    # What is known

    @property
    def own(self) -> tuple[Parameters, ...]:
        """Parameters of the network that is shown."""
        return self.of_restart(self.restart)

    def of_restart(self, restart: int) -> tuple[Parameters, ...]:
        """Parameters of one network."""
        return tuple({name: array[restart] for name, array in its.items()} for its in self.parameters)

    def losses(self, restart: int) -> tuple[float, float]:
        """One network's mean loss on the rows that train, and on those that judge, as it is now."""
        scene, parameters = self.scene, self.of_restart(restart)

        with np.errstate(all="ignore"):
            train, test = (scene.loss(forward(scene, parameters, inputs)[-1][1], rows) for rows, inputs in scene.judged)
        return train, test

    @property
    def good(self) -> int:
        """The newest epoch to go back to in which all was well with the network that is shown."""
        sound = [moment.epoch for moment in self.snapshots.kept if not moment.diverged[self.restart]]
        return sound[-1] if sound else 0

    @property
    def status(self) -> Literal["compiling", "paused", "running", "diverged"]:
        """What the session does."""
        if self.sentence:
            return "diverged"
        if self.live is None and self.scene.data.enough:
            return "compiling"
        return "running" if self.wants else "paused"

    @property
    def speed(self) -> float:
        """Epochs a second, lately."""
        if len(self._pace) < 2 or not self.wants:
            return 0.0
        (began, first), (ended, last) = self._pace[0], self._pace[-1]
        return max(0.0, (last - first) / max(ended - began, 1e-9))

    @property
    def busy(self) -> bool:
        """Whether there is training to do now."""
        return self.wants and self.live is not None and self._due > 0

    @property
    def _due(self) -> int:
        """Epochs that may be trained now."""
        if self.left is not None:
            return self.left
        return self._portion if self.scene.settings.speed == "fastest" else self._budget

    def probed(self, rows: Int32[np.ndarray, " some"]) -> Probed | None:
        """What the network that is shown would learn from some rows; None as long as that is being compiled."""
        if self.live is None or self._moment is None or self._probing is None or not self._probing.done():
            return None
        return look.probed_rows(self.scene, self.live.run, self._moment, self.restart, rows)

    # Training

    def renew(self) -> None:
        """The page has shown a picture: the epochs up to the next are due."""
        speed = self.scene.settings.speed
        self._budget = max(1, self.epoch // GROWTH) if speed == "growing" else int(speed) if speed.isdigit() else 0

    def done(self, future: Future[Any]) -> None:
        """What was done aside is ready: a program for this run, or for its going on at other rates."""
        if future is not self._waiting:
            return
        self._waiting, made = None, future.result()
        if self.live is None:
            self.live = made
            moment = self._keep(made)
        else:
            self.keep()
            self.live.change(made.run.recipe)
            moment = self._show(self.live.snapshot())
            self._portion = 1  # an epoch may take much longer now
        scene, run = self.scene, made.run
        self._probing = self._aside(lambda: look.probed_rows(scene, run, moment, 0, scene.data.training[:1]))

    def advance(self) -> None:
        """Train for about `AT_ONCE` seconds, or for what is due; only when `busy`."""
        if self.live is None:
            return
        self._forget_later()
        epochs = min(self._due, self._portion, self.live.longest)
        began = time.perf_counter()
        loss, score = self.live.take(epochs)
        ended = time.perf_counter()
        self._adapt(epochs, ended - began)
        self.curve.add(self.epoch + 1, loss, score)
        self.epoch += len(loss)
        self._pace.append((ended, self.epoch))
        if self.left is None:
            self._budget -= epochs
        else:
            self.left -= epochs
            if self.left <= 0:
                self.pause()
        self._unkept = True
        diverged = self.live.diverged[self.restart] > self.snapshots.kept[-1].epoch or len(loss) < epochs
        if diverged or ended - self._kept_at > SELDOM:
            self.keep()

    def keep(self) -> None:
        """Take in what training has done since the last moment that was kept."""
        if self._unkept and self.live is not None:
            self._keep(self.live)

    def _adapt(self, epochs: int, seconds: float) -> None:
        """Take twice as many epochs at once, or half as many, where they took too little or too much time."""
        if seconds > AT_ONCE:
            self._portion = max(1, epochs // 2)
        elif epochs == self._portion and seconds < AT_ONCE / 2 and self.live is not None:
            self._portion = min(2 * epochs, self.live.longest)

    def _keep(self, live: Live) -> Snapshot:
        moment = live.snapshot()
        good = self.snapshots.kept[-1] if self.snapshots.kept else moment
        if moment.diverged[self.restart] and not good.diverged[self.restart]:
            self._explain(live, good, moment)
            return good
        if moment.diverged.all():
            self.pause()
        self.snapshots.add(moment)
        self._show(moment)
        return moment

    def _show(self, moment: Snapshot) -> Snapshot:
        """That moment is what is there now."""
        self._moment, self._unkept, self._kept_at = moment, False, time.perf_counter()
        self.parameters, self.epoch, self.diverged = moment.state.parameters, moment.epoch, moment.diverged
        return moment

    def _explain(self, live: Live, good: Snapshot, moment: Snapshot) -> None:
        """Say where the network that is shown diverged, and go back to the last good moment."""
        failure = live.failure(good, self.restart)
        number, its = max(1, failure.layer - 1), self.scene.settings  # the first layer hands numbers on
        layer = self.scene.dense[number - 1]
        raw = its.inputs == "raw" and np.abs(self.scene.inputs.numbers).max() > FAR
        self.pause()
        where = f"the {failure.what} of layer {number} ({layer.units} {layer.activation})"
        less = f"a smaller learning rate, such as {its.learning_rate / 10:g}"
        self.sentence = (
            f"Diverged in epoch {failure.epoch}: {where} are no longer finite numbers. "
            f"Try {less}{', or normalised inputs' if raw else ''}."
        )
        self._show(live.snapshot())
        self.diverged = moment.diverged

    def _forget_later(self) -> None:
        """Time goes on from here: what was later never happened."""
        if self.curve.newest > self.epoch:
            self.snapshots.cut(self.epoch)
            self.curve.cut(self.epoch)
            self.cut = self.epoch
            self._pace.clear()

    def _compiled(self) -> Future[Live] | None:
        """The run of the scene, compiled aside; None where there is nothing to train on."""
        scene = self.scene

        def compiled() -> Live:
            from ffnn.training.live import Live  # brings JAX

            return Live.compiled(scene.run())

        return self._aside(compiled) if scene.data.enough else None
