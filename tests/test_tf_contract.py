"""Keras' contract with a user's own classes: what TensorFlow prints, or an error that says what is not honoured."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest

import ffnn.tf as tf
from contract import CONTRACT, PRELUDE
from ffnn.tf.engine.process import process
from ffnn.tf.keras.data import data

keras = tf.keras


def plain(value):
    """Figures as Python's own; of many numbers, their sum and that of their squares."""
    if isinstance(value, dict):
        return {name: plain(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple) and not all(isinstance(one, float) for one in value):
        return [plain(one) for one in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if array.size > 4:
        array = np.array([array.sum(dtype=np.float64), (array.astype(np.float64) ** 2).sum()])
    return array.tolist()


def agree(found, wanted, where="found"):
    """Whether figures are the same to about five digits."""
    if isinstance(wanted, dict):
        assert set(found) == set(wanted), where
        for name in wanted:
            agree(found[name], wanted[name], f"{where}[{name!r}]")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), (where, found, wanted)
        for number, pair in enumerate(zip(found, wanted, strict=True)):
            agree(*pair, f"{where}[{number}]")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-4, abs=2e-6), (where, found, wanted)
    else:
        assert found == wanted, (where, found, wanted)


def run(program, library):
    """What a program found."""
    names = {"tf": library}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tf.BroadcastWarning)  # some programs fall into that trap on purpose
        exec(PRELUDE + program, names)
    return names["found"]


@pytest.fixture(autouse=True)
def _as_in_a_new_process():
    process.reset()


@pytest.mark.parametrize("name", CONTRACT)
def test_a_program_finds_what_tensorflow_does(name):
    program, wanted = CONTRACT[name]
    agree(plain(run(program, tf)), wanted)


REFUSED = {
    "add_loss": (
        """
class Own(keras.layers.Layer):
    def call(self, x):
        self.add_loss(tf.reduce_sum(x))
        return x
Own()(X)
""",
        r"adds a loss of its own.*give that to compile \(line",
    ),
    "a layer that assigns in call": (
        """
class Own(keras.layers.Layer):
    def build(self, shape):
        self.mean = self.add_weight(shape=(3,), initializer="zeros", trainable=False)
    def call(self, x, training=None):
        if training:
            self.mean.assign(tf.reduce_mean(x, 0))
        return x - self.mean
fitted(linear(Own()))
""",
        "assign to no variable",
    ),
    "a layer without super().__init__()": (
        """
class Own(keras.layers.Layer):
    def __init__(self):
        self.units = 3
Own()(X)
""",
        r"Own.__init__ must begin with super\(\).__init__\(\)",
    ),
    "a layer without get_config": (
        "class Own(keras.layers.Layer):\n    pass\nOwn().get_config()",
        "Own has no get_config",
    ),
    "a model of several outputs": (
        """
class Own(keras.layers.Layer):
    def call(self, x):
        return x, x
m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1), Own()])
fitted(m)
""",
        "a model that gives one tensor; it gives tuple",
    ),
    **{
        f"{step} of a model": (
            f"""
class Mine(keras.Sequential):
    def {step}(self, *given, **more):
        return {{}}
m = Mine([keras.Input((3,)), keras.layers.Dense(1)])
m.predict(X) if "{step}" == "predict_step" else fitted(m)
""",
            rf"Mine\.{step} would never be called",
        )
        for step in ("train_step", "test_step", "predict_step", "compute_loss", "compute_metrics")
    },
    "__call__ of a loss": (
        """
class Own(keras.losses.Loss):
    def __call__(self, t, y, sample_weight=None):
        return tf.reduce_mean(t - y)
fitted(linear(), loss=Own())
""",
        r"Own\.__call__ would never be called",
    ),
    "a loss without call": (
        "class Own(keras.losses.Loss):\n    pass\nfitted(linear(), loss=Own())",
        "Own has no call",
    ),
    "an option that a loss does not have": (
        """
class Own(keras.losses.Loss):
    def __init__(self):
        super().__init__(power=3)
Own()
""",
        "Own takes no argument 'power'",
    ),
    "a metric that takes the largest": (
        """
class Own(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name="largest")
        self.m = self.add_weight(shape=(), initializer="zeros", name="m")
    def update_state(self, t, y, sample_weight=None):
        self.m.assign(tf.maximum(self.m, tf.reduce_max(t - y)))
    def result(self):
        return self.m
fitted(linear(), metrics=[Own()])
""",
        r"metrics that add to their variables; Own.update_state changes 'largest/m:0' otherwise",
    ),
    "a metric that adds what depends on what it has": (
        """
class Own(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name="own")
        self.m = self.add_weight(shape=(), initializer="zeros", name="m")
    def update_state(self, t, y, sample_weight=None):
        self.m.assign_add(0.5 * self.m + 1)
    def result(self):
        return self.m
fitted(linear(), metrics=[Own()])
""",
        "metrics that add to their variables",
    ),
    "a metric of several figures": (
        """
class Own(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name="own")
        self.m = self.add_weight(shape=(), initializer="zeros", name="m")
    def update_state(self, t, y, sample_weight=None):
        self.m.assign_add(1.0)
    def result(self):
        return {"m": self.m}
fitted(linear(), metrics=[Own()])
""",
        "result is one number; 'own' gives {'m'",
    ),
    "compile in a callback": (
        """
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.compile("sgd", "mae")
fitted(linear(), callbacks=[C()])
""",
        "a callback compiled the model that is being fitted",
    ),
    "a callback that freezes all": (
        """
class C(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.trainable = False
fitted(linear(), callbacks=[C()])
""",
        "no variables to train",
    ),
    "a learning rate of a variable": (
        "rate = tf.Variable(0.1)\nkeras.optimizers.SGD(lambda: rate * 2.0)",
        r"depends on the number of steps alone.*\(line",
    ),
    "an optimizer without update_step": (
        """
class Own(keras.optimizers.Optimizer):
    pass
Own(0.1).apply_gradients([(1.0, tf.Variable(1.0))])
""",
        "Own has no update_step",
    ),
    "clipping for an update_step": (
        """
class Own(keras.optimizers.Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        variable.assign_sub(gradient)
Own(0.1, clipnorm=1.0)
""",
        "Own clips and decays in its update_step",
    ),
    "an initializer of another shape": (
        "keras.layers.Dense(2, kernel_initializer=lambda shape: tf.ones([5]))(X)",
        r"asked for shape \[3, 2\] and gave \[5\]",
    ),
    "an initializer without __call__": (
        "class Own(keras.initializers.Initializer):\n    pass\nkeras.layers.Dense(2, kernel_initializer=Own())(X)",
        "Own has no __call__",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_honoured_is_an_error_that_says_so(name):
    program, said = REFUSED[name]
    with pytest.raises((TypeError, ValueError, NotImplementedError), match=said):
        run(program + "\nfound = None", tf)


def test_a_layer_that_a_callback_freezes_stays_and_one_that_it_thaws_moves():
    class Swap(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            first, last = self.model.layers
            seen.append([first.kernel.numpy(), last.kernel.numpy()])
            first.trainable, last.trainable = last.trainable, first.trainable

    seen: list = []
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    model.layers[0].trainable = False
    model.compile(keras.optimizers.Adam(0.1), "mse")
    x = np.linspace(-1, 1, 24).reshape(8, 3)
    model.fit(x, x[:, :1] + 1, epochs=3, verbose=0, callbacks=[Swap()])
    moves = [[not np.array_equal(a, b) for a, b in zip(*pair, strict=True)] for pair in pairwise(seen)]
    assert moves == [[True, False], [False, True]]


def test_what_a_callback_assigns_compiles_nothing_new():
    beta = tf.Variable(0.0)

    class Anneal(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            beta.assign(float(epoch))

    traced = []

    def loss(y_true, y_pred):
        traced.append(1)
        return beta + tf.reduce_mean(tf.square(y_true - y_pred), -1)

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), loss)
    counts = []
    for epochs in (2, 20):
        traced.clear()
        losses = model.fit(np.ones((8, 3)), np.ones(8), epochs=epochs, verbose=0, callbacks=[Anneal()]).history["loss"]
        np.testing.assert_allclose(np.diff(losses), 1, rtol=1e-5)
        counts.append(len(traced))
    assert counts[0] == counts[1]


def over_size(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred)) / y_true.shape[0] + 0 * y_pred


def centred(y_true, y_pred):
    return tf.square(y_true - y_pred - tf.reduce_mean(y_true - y_pred))


def rows_by_size(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), -1) / y_true.shape[0]


def outer(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true[:, 0] - y_pred), -1)


@pytest.mark.parametrize("loss", [over_size, centred, rows_by_size, outer])
def test_rows_that_matter_to_each_other_stay_among_themselves(loss):
    """Eight rows in batches of 3: the last one has 2, and no row that does not count."""
    x = np.linspace(-1, 1, 24).reshape(8, 3).astype(np.float32)
    y = (x[:, :1] * 3 + 1).astype(np.float32)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), loss, metrics=[loss])
    outputs = x.sum(1, keepdims=True)
    total = counted = 0.0
    for start in (0, 3, 6):
        t, p = y[start : start + 3].astype(float), outputs[start : start + 3].astype(float)
        wanted = {
            "over_size": ((t - p) ** 2).sum() / len(t),
            "centred": ((t - p - (t - p).mean()) ** 2).mean(),
            "rows_by_size": ((t - p) ** 2).mean() / len(t),
            "outer": ((t[:, 0] - p) ** 2).mean(),
        }[loss.__name__]
        total, counted = total + wanted * len(t), counted + len(t)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tf.BroadcastWarning)
        history = model.fit(x, y, batch_size=3, shuffle=False, verbose=0).history
    assert history["loss"] == pytest.approx([total / counted], rel=1e-5)
    assert history[loss.__name__] == pytest.approx([total / counted], rel=1e-5)


def test_a_layer_whose_rows_stand_apart_is_filled_up():
    class Own(keras.layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], 4))

        def call(self, x, training=None):
            x = tf.nn.softmax(tf.matmul(x, self.kernel)) * tf.reduce_sum(x, 1, keepdims=True)
            return x + tf.random.normal(x.shape) if training else x

    model = keras.Sequential([keras.Input((3,)), Own(), keras.layers.Dense(2, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    fitting, rows = model.must_be_compiled(), data(np.ones((8, 3)), np.zeros(8))
    fitting.prepare(rows)
    assert fitting.by_rows(rows)
