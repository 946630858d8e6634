"""`tf.keras.callbacks`: what happens while a model is fitted."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ffnn.tf.errors import place
from ffnn.tf.names import refuse_other_names
from ffnn.tf.variables import Variable

__all__ = ["Callback", "EarlyStopping", "History"]

Logs = dict[str, float]


NEVER_CALLED = [f"on_{what}batch_{edge}" for what in ("", "train_", "test_") for edge in ("begin", "end")]
NEVER_CALLED += ["on_test_begin", "on_test_end"]
"""What Keras calls within an epoch."""


class Trainable(Protocol):
    """A model, as `fit` and its callbacks know it: see `models.Sequential`."""

    name: str
    built: bool
    trainable: bool
    layers: list[Any]
    compiled: Any
    history: Any
    stop_training: bool

    @property
    def optimizer(self) -> Any:
        """The optimizer that `compile` chose."""

    @property
    def trainable_variables(self) -> list[Variable]:
        """Variables that gradients move."""

    def build(self, input_shape: Any) -> None:
        """Make the variables, for inputs of that shape."""

    def __call__(self, inputs: Any, *more: Any, **options: Any) -> Any:
        """The outputs."""

    def compile(self, optimizer: Any = "rmsprop", loss: Any = None, metrics: Any = ()) -> None:
        """Choose what `fit` does."""

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """The values of all variables."""

    def set_weights(self, weights: Any) -> None:
        """New values of all variables."""


class Callback:
    """Called as training goes, between epochs; one of your own overrides what it needs.

    Attributes:
        model: The model; its variables hold their values of the end of the epoch, and go on from what is assigned to
            them. `model.stop_training = True` ends.
        params: See `set_params`.
    """

    model: Trainable
    params: dict[str, Any]

    def set_model(self, model: Trainable) -> None:
        """Training of that model begins."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """What was asked of `fit`: "epochs", "steps" (of an epoch) and "verbose"."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch, counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch, with its loss and metrics."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch."""


def check_hooks(callback: Any) -> None:
    """Refuse what is no callback, and one that waits to be called within an epoch.

    Raises:
        TypeError: It is no callback.
        ValueError: It would wait in vain.
    """
    if not isinstance(callback, Callback):
        raise TypeError(f"fit takes callbacks, made of tf.keras.callbacks.Callback; got {callback!r}{place()}")
    for name in NEVER_CALLED:
        if hasattr(callback, name):
            raise ValueError(
                f"{type(callback).__name__}.{name} would never be called, because fit runs an epoch as one program; "
                f"write on_epoch_begin or on_epoch_end, or train in a loop of your own{place()}"
            )


class History(Callback):
    """What `fit` returns.

    Attributes:
        history: Each figure by name, one number for each epoch: "loss", metrics, and "val_…" of the validation rows.
        epoch: Numbers of the epochs, from 0.
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch down."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


class EarlyStopping(Callback):
    """Ends training when a figure has not got better for `patience` epochs.

    Args:
        monitor: Name of the figure.
        min_delta: What counts as better is better by more than that.
        patience: Epochs to wait.
        verbose: 1 says when it ends.
        mode: "min", "max", or "auto": "max" for accuracies.
        baseline: What must be beaten first.
        restore_best_weights: Whether the model gets the values of its best epoch back.
        start_from_epoch: Epochs before it looks.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"EarlyStopping takes mode 'auto', 'min' or 'max'; got {mode!r}")
        self.monitor, self.min_delta, self.patience, self.verbose = monitor, abs(min_delta), patience, verbose
        largest = mode == "max" or (mode == "auto" and "acc" in monitor)
        self.sign = -1.0 if largest else 1.0
        self.baseline, self.restore, self.start_from_epoch = baseline, restore_best_weights, start_from_epoch

    def on_train_begin(self, logs: Logs | None = None) -> None:  # noqa: ARG002
        """Forget an earlier run."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = np.inf * self.sign
        self.best_weights: list[Any] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compare.

        Raises:
            ValueError: There is no such figure.
        """
        if self.monitor not in (logs or {}):
            raise ValueError(f"EarlyStopping monitors {self.monitor!r}; there are {', '.join(logs or {})}")
        if epoch < self.start_from_epoch or logs is None:
            return
        self.wait += 1
        figure = logs[self.monitor]
        if (self.best - figure) * self.sign > self.min_delta:
            self.best, self.best_epoch = figure, epoch
            self.best_weights = self.model.get_weights() if self.restore else None
            if self.baseline is None or (self.baseline - figure) * self.sign > self.min_delta:
                self.wait = 0
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:  # noqa: ARG002
        """Give the best values back."""
        if self.stopped_epoch and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)


refuse_other_names(__name__)
