"""`compile`, `fit`, `evaluate` and `predict` of `tf.keras.Sequential`, against NumPy and against a loop by hand."""

from __future__ import annotations

import signal
import threading
import time

import numpy as np
import pytest

import ffnn.tf as tf
from ffnn.tf.errors import InvalidArgumentError

keras = tf.keras
RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 3)).astype(np.float32)
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)
Y = (X @ [[1.0], [2.0], [-1.0]] + 0.5).astype(np.float32)


def linear(**more):
    """One unit without activation, from zeros."""
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros", **more)])


def classifier():
    layers = [keras.layers.Dense(8, "tanh", kernel_initializer=keras.initializers.GlorotUniform(seed=3))]
    last = keras.layers.Dense(3, "softmax", kernel_initializer=keras.initializers.GlorotUniform(seed=4))
    return keras.Sequential([*layers, last])


def by_hand(batch, epochs, rate, weights=None):
    """Gradient descent on a linear unit's squared error: its weights, and each epoch's loss as its steps saw it."""
    weights = np.ones(len(X)) if weights is None else weights
    kernel, bias, losses = np.zeros((3, 1)), 0.0, []
    for _ in range(epochs):
        total = 0.0
        for start in range(0, len(X), batch):
            x, y, w = X[start : start + batch], Y[start : start + batch], weights[start : start + batch, None]
            error = x @ kernel + bias - y
            total += float((w * error**2).sum())
            kernel, bias = (
                kernel - rate * 2 * x.T @ (w * error) / len(x),
                bias - rate * 2 * float((w * error).mean()),
            )
        losses.append(total / len(X))
    return kernel, bias, losses


@pytest.mark.parametrize("batch", [7, 32, 70, 200])
def test_fit_takes_the_steps_of_gradient_descent(batch):
    model = linear()
    model.compile(keras.optimizers.SGD(0.05), "mse")
    history = model.fit(X, Y, batch_size=batch, epochs=4, shuffle=False, verbose=0)
    kernel, bias, losses = by_hand(batch, 4, 0.05)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(model.get_weights()[1], [bias], rtol=1e-4)
    np.testing.assert_allclose(history.history["loss"], losses, rtol=1e-4)
    assert history.epoch == [0, 1, 2, 3]


def test_rows_and_classes_can_weigh_more():
    weights = RNG.uniform(0, 2, len(X)).astype(np.float32)
    weights[::5] = 0
    model = linear()
    model.compile(keras.optimizers.SGD(0.05), "mse")
    history = model.fit(X, Y, sample_weight=weights, epochs=3, shuffle=False, verbose=0)
    kernel, _, losses = by_hand(32, 3, 0.05, weights)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(history.history["loss"], losses, rtol=1e-4)
    one, other = classifier(), classifier()
    for net, more in (
        (one, {"class_weight": {0: 1.0, 1: 3.0, 2: 0.5}}),
        (other, {"sample_weight": np.array([1.0, 3.0, 0.5])[LABELS]}),
    ):
        net.compile("adam", "sparse_categorical_crossentropy")
        net.fit(X, LABELS, epochs=2, shuffle=False, verbose=0, **more)
    for mine, others in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, others)


def a_mean(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))


def each(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)


@pytest.mark.parametrize("loss", [a_mean, each, "mean_squared_error", keras.losses.MeanSquaredError()])
def test_a_loss_may_be_a_function_of_rows_or_of_the_batch(loss):
    model = linear()
    model.compile(keras.optimizers.SGD(0.05), loss, metrics=[each])
    history = model.fit(X, Y, epochs=2, shuffle=False, verbose=0, validation_data=(X[:33], Y[:33]))
    kernel, _, losses = by_hand(32, 2, 0.05)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(history.history["loss"], losses, rtol=1e-4)
    np.testing.assert_allclose(history.history["each"], losses, rtol=1e-4)
    error = model.predict(X[:33]) - Y[:33]
    np.testing.assert_allclose(history.history["val_loss"][-1], (error**2).mean(), rtol=1e-4)


def test_fit_moves_as_minimize_does():
    ours, hands = classifier(), classifier()
    ours(X), hands(X)
    ours.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    optimizer, loss = keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy()
    for _ in range(2):  # the second call goes on where the first one ended
        ours.fit(X, LABELS, batch_size=70, epochs=5, verbose=0)
        for _ in range(5):
            optimizer.minimize(lambda: loss(LABELS, hands(X)), hands.trainable_variables)
    for mine, others in zip(ours.get_weights(), hands.get_weights(), strict=True):
        np.testing.assert_allclose(mine, others, rtol=1e-4, atol=1e-6)
    assert ours.optimizer.iterations.numpy() == 10


def test_a_schedule_counts_on_and_a_changed_rate_holds():
    model = linear(use_bias=False)
    model.compile(keras.optimizers.SGD(keras.optimizers.schedules.PiecewiseConstantDecay([0], [0.1, 0.0])), "mse")
    model.fit(X, Y, batch_size=70, epochs=1, verbose=0)
    once = model.get_weights()[0]
    np.testing.assert_allclose(once, 0.1 * 2 * X.T @ Y / 70, rtol=1e-4)
    model.fit(X, Y, batch_size=70, epochs=3, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], once)
    model = linear(use_bias=False)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.optimizer.learning_rate = 0.0
    model.fit(X, Y, verbose=0)
    assert not model.get_weights()[0].any()


def test_history_evaluate_and_predict_agree_with_numpy():
    model = classifier()
    model.compile(
        "rmsprop", keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy", "sparse_categorical_accuracy"]
    )
    history = model.fit(X, LABELS, epochs=3, verbose=0, validation_split=0.3)
    figures = ["loss", "accuracy", "sparse_categorical_accuracy"]
    assert list(history.history) == [*figures, *[f"val_{name}" for name in figures]]
    assert all(len(values) == 3 for values in history.history.values())
    p = model.predict(X)
    w1, b1, w2, b2 = model.get_weights()
    logits = np.tanh(X @ w1 + b1) @ w2 + b2
    np.testing.assert_allclose(p, np.exp(logits) / np.exp(logits).sum(1, keepdims=True), rtol=1e-4)
    loss, accuracy, _ = model.evaluate(X[49:], LABELS[49:], verbose=0)
    np.testing.assert_allclose(loss, -np.log(p[np.arange(49, 70), LABELS[49:]]).mean(), rtol=1e-4)
    assert accuracy == pytest.approx((p[49:].argmax(1) == LABELS[49:]).mean())
    assert (loss, accuracy) == pytest.approx((history.history["val_loss"][-1], history.history["val_accuracy"][-1]))
    for batch in (1, 8, 1000):
        assert model.evaluate(X, LABELS, batch, verbose=0)[0] == pytest.approx(
            -np.log(p[np.arange(70), LABELS]).mean(), rel=1e-4
        )
        np.testing.assert_allclose(model.predict(X, batch), p, rtol=1e-5)


@pytest.mark.parametrize(
    ("targets", "units", "activation", "loss", "kind"),
    [
        (LABELS == 1, 1, "sigmoid", "binary_crossentropy", keras.metrics.BinaryAccuracy),
        (LABELS, 3, "softmax", "sparse_categorical_crossentropy", keras.metrics.SparseCategoricalAccuracy),
        (np.eye(3)[LABELS], 3, "softmax", "categorical_crossentropy", keras.metrics.CategoricalAccuracy),
    ],
)
def test_accuracy_is_the_one_that_fits_the_targets(targets, units, activation, loss, kind):
    model = keras.Sequential([keras.layers.Dense(units, activation)])
    model.compile("sgd", loss, metrics="accuracy")
    found = model.fit(X, targets, epochs=1, verbose=0) and model.evaluate(X, targets, verbose=0, return_dict=True)
    assert found["accuracy"] == pytest.approx(
        float(kind()(np.reshape(targets, (70, -1)) if units == 1 else targets, model(X)))
    )


def test_the_root_is_taken_of_the_mean_over_all_batches():
    model = linear()
    model.compile("sgd", "mse", metrics=[keras.metrics.RootMeanSquaredError(name="rmse"), "mae"])
    found = model.evaluate(X, Y, batch_size=9, verbose=0, return_dict=True)
    assert found["rmse"] == pytest.approx(np.sqrt((Y**2).mean()), rel=1e-5)
    assert found["mae"] == pytest.approx(np.abs(Y).mean(), rel=1e-5)


class Doubled(keras.layers.Layer):
    """A layer of one's own, whose rows depend on their batch."""

    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, inputs):
        return (inputs - tf.reduce_mean(inputs, axis=0, keepdims=True)) * self.scale


def test_a_layer_of_ones_own_sees_whole_batches():
    model = keras.Sequential([Doubled(), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    history = model.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    total = 0.0
    for start in range(0, 70, 32):
        x, y = X[start : start + 32], Y[start : start + 32]
        total += (((x - x.mean(0)).sum(1, keepdims=True) - y) ** 2).sum()
    np.testing.assert_allclose(history.history["loss"], [total / 70] * 2, rtol=1e-4)
    assert model.evaluate(X, Y, 32, verbose=0) == pytest.approx(total / 70, rel=1e-4)


def test_dropout_is_drawn_anew_in_each_step_and_left_out_of_evaluation():
    model = keras.Sequential(
        [keras.layers.Dropout(0.5, input_shape=(3,)), keras.layers.Dense(1, kernel_initializer="ones")]
    )
    model.compile(keras.optimizers.SGD(0.0), "mse")
    losses = model.fit(X, Y, epochs=20, verbose=0).history["loss"]
    assert len(set(losses)) == 20
    whole = X.sum(1, keepdims=True) - Y
    # Each x is 0 or 2 x with even odds: the error's square grows by the variance Σ x².
    np.testing.assert_allclose(np.mean(losses), (whole**2).mean() + (X**2).sum(1).mean(), rtol=0.1)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx((whole**2).mean(), rel=1e-4)


@pytest.mark.parametrize("draw", [tf.random.normal, tf.random.truncated_normal])
def test_noise_in_a_layer_has_its_distribution(draw):
    class Noisy(keras.layers.Layer):
        def call(self, inputs, training=False):
            return inputs + draw(inputs.shape, mean=1.0, stddev=2.0) if training else inputs

    model = keras.Sequential([keras.Input((1,)), Noisy(), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse", metrics=[lambda y_true, y_pred: y_pred])
    zeros = np.zeros((4000, 1), np.float32)
    history = model.fit(zeros, zeros, batch_size=4000, epochs=2, verbose=0).history
    variance = 4 * (1 if draw is tf.random.normal else 0.7737413)  # of a normal number cut at two deviations
    np.testing.assert_allclose(history["loss"], 1 + variance, rtol=0.1)
    np.testing.assert_allclose(history["<lambda>"], 1, atol=0.15)
    assert history["loss"][0] != history["loss"][1]


def test_the_same_seed_fits_the_same():
    found = []
    for _ in range(2):
        tf.random.set_seed(5)
        model = keras.Sequential([keras.layers.Dense(4, "relu"), keras.layers.Dropout(0.2), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        found.append(model.fit(X, Y, epochs=3, verbose=0).history["loss"])
    assert found[0] == found[1]


def test_early_stopping_gives_the_best_weights_back():
    model = linear()
    model.compile(keras.optimizers.SGD(0.05), "mse")
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    against = (X, -Y)  # what is learned makes this worse, from the first epoch on
    history = model.fit(X, Y, epochs=50, verbose=0, shuffle=False, validation_data=against, callbacks=[stop])
    assert len(history.epoch) == 3
    assert stop.best_epoch == 0
    np.testing.assert_allclose(model.get_weights()[0], by_hand(32, 1, 0.05)[0], rtol=1e-4, atol=1e-6)


def test_callbacks_see_each_epoch_and_may_end_training():
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            seen.append(("begin", epoch))

        def on_epoch_end(self, epoch, logs=None):
            seen.append(("end", epoch, logs["loss"], self.model.get_weights()[0][0, 0]))
            self.model.optimizer.learning_rate = 0.0
            self.model.stop_training = epoch == 6

    model = linear()
    model.compile(keras.optimizers.SGD(0.05), "mse")
    history = model.fit(X, Y, epochs=20, initial_epoch=5, verbose=0, callbacks=[Watch()])
    assert [event[:2] for event in seen] == [("begin", 5), ("end", 5), ("begin", 6), ("end", 6)]
    assert history.epoch == [5, 6]
    assert seen[1][3] == seen[3][3] != 0


@pytest.mark.parametrize("hook", ["on_batch_end", "on_train_batch_begin", "on_test_batch_end", "on_test_begin"])
def test_a_callback_that_would_never_be_called_is_refused(hook):
    model = linear()
    model.compile("sgd", "mse")
    waiting = type("Waiting", (keras.callbacks.Callback,), {hook: lambda self, *_: None})()
    with pytest.raises(ValueError, match=rf"Waiting\.{hook} would never be called.*line \d+ of test_tf_fit"):
        model.fit(X, Y, callbacks=[waiting], verbose=0)
    with pytest.raises(TypeError, match=r"fit takes callbacks.*got 3"):
        model.fit(X, Y, callbacks=[3], verbose=0)
    history = model.fit(X, Y, epochs=2, callbacks=keras.callbacks.EarlyStopping("loss"), verbose=0)  # one needs no list
    assert history.epoch == [0, 1]


def test_training_that_diverges_ends_with_a_warning_and_finite_weights():
    model = linear()
    model.compile(keras.optimizers.SGD(1e3), "mse")
    with pytest.warns(RuntimeWarning, match="not finite.*smaller learning rate"):
        history = model.fit(X, Y, epochs=100, verbose=0)
    assert len(history.epoch) < 100
    assert all(np.isfinite(value).all() for value in model.get_weights())


def test_ctrl_c_leaves_the_last_epoch(capsys):
    model = linear()
    model.compile(keras.optimizers.SGD(1e-4), "mse")
    threading.Thread(target=lambda: (time.sleep(2), signal.raise_signal(signal.SIGINT))).start()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=10**8)
    model.fit(X, Y, epochs=1, verbose=0)
    epochs = capsys.readouterr().out.count("Epoch")
    assert model.optimizer.iterations.numpy() == 3 * (epochs + 1) > 3


def test_each_epoch_is_a_line(capsys):
    model = linear()
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(X, Y, epochs=2, validation_split=0.2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Epoch 2/2 - ")
    assert " - loss: " in lines[1]
    assert " - val_mae: " in lines[1]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda model: keras.Sequential([keras.layers.Dense(1)]).fit(X, Y), ValueError, "call its compile first"),
        (lambda model: model.compile("sgd"), ValueError, "compile takes a loss"),
        (lambda model: model.compile("sgd", "mes"), ValueError, "did you mean 'mse'"),
        (lambda model: model.compile("sgdd", "mse"), ValueError, "did you mean 'sgd'"),
        (lambda model: model.fit(X, Y[:5]), ValueError, r"x has 70 rows and y has shape \[5, 1\]"),
        (lambda model: model.fit(X[:0], Y[:0]), ValueError, "x must have rows"),
        (lambda model: model.fit(np.where(X > 2, np.nan, X), Y), ValueError, "missing or infinite number in row"),
        (lambda model: model.fit([["a"]], [1]), ValueError, "x must be an array of numbers"),
        (lambda model: model.fit(X, None), ValueError, "y must be an array of numbers.*NoneType"),
        (lambda model: model.fit({"a": X}, Y), ValueError, "x must be an array of numbers.*dict"),
        (lambda model: model.fit([[1.0], [1.0, 2.0]], [1, 2]), ValueError, "x must be an array of numbers"),
        (lambda model: model.fit(X, Y, sample_weight="heavy"), ValueError, "sample_weight must be"),
        (lambda model: model.fit(X[:, :2], Y), InvalidArgumentError, "built for 3 inputs"),
        (lambda model: model.fit(X, Y, epochs=0), ValueError, "epochs must be a whole number of at least 1"),
        (lambda model: model.fit(X, Y, batch_size=2.5), ValueError, "batch_size must be a whole number"),
        (lambda model: model.fit(X, Y, batch_size=0), ValueError, r"batch_size must be .* got 0 \(line"),
        (lambda model: model.fit(X, Y, validation_batch_size=0), ValueError, r"validation_batch_size .* got 0 \(line"),
        (lambda model: model.fit(X, Y, validation_split=1.0), ValueError, "validation_split"),
        (lambda model: model.fit(X[:1], Y[:1], validation_split=0.5), ValueError, "none of 1 rows"),
        (lambda model: model.fit(X, LABELS, class_weight={0: 1.0, 1: 2.0}), ValueError, "no weight for class 2"),
        (lambda model: model.compile("sgd", "mse", metrics=["acuracy"]) or model.fit(X, Y), ValueError, "accuracy"),
        (
            lambda model: model.compile("sgd", "mse", metrics=[keras.metrics.Mean()]) or model.fit(X, Y),
            ValueError,
            "means over rows",
        ),
    ],
)
def test_what_does_not_fit_is_an_error_of_one_sentence(call, error, match):
    model = linear()
    model.compile("sgd", "mse")
    with pytest.raises(error, match=match) as caught:
        call(model)
    assert "\n" not in str(caught.value).strip()
    assert not model.get_weights()[0].any()


def test_a_model_without_variables_is_judged_but_not_trained():
    model = keras.Sequential([keras.layers.Flatten()])
    model.compile("sgd", "mse")
    assert model.evaluate(X, 0 * X, verbose=0) == pytest.approx((X**2).mean())
    with pytest.raises(ValueError, match="no variables to train"):
        model.fit(X, 0 * X)


def test_a_label_that_is_no_class_is_an_error():
    model = classifier()
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(InvalidArgumentError, match="3"):
        model.fit(X, LABELS + 1)


def test_the_shape_trap_warns_in_fit_too():
    model = linear()
    model.compile("sgd", lambda y_true, y_pred: tf.reduce_sum(tf.square(tf.reshape(y_true, [1, -1]) - y_pred)))
    with pytest.warns(tf.BroadcastWarning):
        model.fit(X, Y, verbose=0, batch_size=70)


FITS = [
    ("SGD(0.1, momentum=0.9)", "mse", "tanh", 1, {"metrics": ["mae"]}),
    ("Adam(0.01)", "binary_crossentropy", "sigmoid", 1, {"metrics": ["accuracy"]}),
    ("AdamW(0.01)", "categorical_crossentropy", "softmax", 3, {"metrics": ["accuracy"]}),
    ("RMSprop(0.01)", "sparse_categorical_crossentropy", "softmax", 3, {"metrics": ["accuracy"]}),
    ("Adagrad(0.1, clipnorm=0.5)", "huber", None, 2, {}),
]


@pytest.mark.parametrize(("optimizer", "loss", "activation", "units", "more"), FITS)
def test_fit_agrees_with_keras(optimizer, loss, activation, units, more):
    theirs = pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install --group peers").keras
    targets = {1: (LABELS == 1).astype(np.float32), 2: np.hstack([Y, 1 - Y]), 3: np.eye(3, dtype=np.float32)[LABELS]}[
        units
    ]
    if loss.startswith("sparse"):
        targets = LABELS
    weights = np.linspace(0.0, 2.0, 70).astype(np.float32)
    found = []
    values = None
    for its in (keras, theirs):
        model = its.Sequential([its.layers.Dense(5, "relu"), its.layers.Dense(units, activation)])
        model(X)
        values = [np.array(value) for value in model.get_weights()] if values is None else values
        model.set_weights(values)
        model.compile(eval(f"its.optimizers.{optimizer}", {"its": its}), loss, **more)
        history = model.fit(
            X, targets, 16, epochs=5, shuffle=False, verbose=0, validation_split=0.2, sample_weight=weights
        )
        judged = model.evaluate(X, targets, verbose=0, return_dict=True)
        found.append((history.history, judged, model.get_weights(), model.predict(X, verbose=0)))
    (ours, judged, weights, outputs), (history, others, last, wanted) = found
    assert set(ours) == set(history)
    for name, figures in history.items():
        np.testing.assert_allclose(ours[name], figures, rtol=2e-4, err_msg=name)
    for name, figure in others.items():
        assert judged[name] == pytest.approx(figure, rel=2e-4)
    for mine, other in zip(weights, last, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(outputs, wanted, rtol=1e-3, atol=1e-5)


def test_a_label_that_is_no_class_is_an_error_in_a_loss_of_ones_own_too():
    model = classifier()
    cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
    model.compile("sgd", lambda y_true, y_pred: cross_entropy(tf.cast(y_true, tf.int32), y_pred))  # it gets floats
    model.fit(X, LABELS, verbose=0)
    with pytest.raises(InvalidArgumentError, match="3"):
        model.fit(X, LABELS + 1, verbose=0)
