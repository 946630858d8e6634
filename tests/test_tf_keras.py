"""Layers, losses, metrics and optimizers against Keras' printed values and hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

import ffnn.tf as tf

keras = tf.keras


def test_optimizers_take_keras_steps(tf_reference):
    optimizers = tf_reference["optimizers"]
    for name, steps in optimizers["ten_steps"].items():
        v = tf.Variable(optimizers["start"])
        optimizer = eval(f"tf.keras.optimizers.{name}", {"tf": tf})

        def loss(v=v):
            return tf.reduce_sum(tf.square(v) * [1, 0.3, 4]) + tf.reduce_sum(tf.sin(v))

        for wanted in steps:
            optimizer.minimize(loss, [v])
            np.testing.assert_allclose(v.numpy(), wanted, rtol=1e-5, atol=1e-6, err_msg=name)
        assert optimizer.iterations.numpy() == len(steps)


def test_adam_adds_epsilon_before_it_corrects_the_squares():
    """So small gradients take shorter steps than in Optax, at first: see docs/decisions/0017-two-adams.md."""
    w, m, v, wanted = tf.Variable([0.0]), 0.0, 0.0, 0.0
    optimizer = keras.optimizers.Adam(1.0)
    for t in range(1, 11):
        g = 1e-7
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        wanted -= np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-7)
        optimizer.apply_gradients([(tf.constant([g]), w)])
        np.testing.assert_allclose(w.numpy(), [wanted], rtol=1e-3)
    assert -wanted < 1  # ten steps of Optax' add up to 5


def test_apply_gradients_does_what_minimize_does():
    one, other = tf.Variable([1.0, -2.0]), tf.Variable([1.0, -2.0])
    optimizers = [keras.optimizers.Adam(0.1), keras.optimizers.Adam(0.1)]
    for _ in range(3):
        optimizers[0].minimize(lambda: tf.reduce_sum(one**2), [one])
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(other**2)
        optimizers[1].apply_gradients(zip(tape.gradient(loss, [other]), [other], strict=True))
    np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_the_learning_rate_can_change_between_steps():
    v, optimizer = tf.Variable(0.0), keras.optimizers.SGD(1.0)
    for rate in (1.0, 0.5, 0.25):
        optimizer.learning_rate = rate
        optimizer.apply_gradients([(-1.0, v)])
    assert v.numpy() == 1.75
    assert optimizer.learning_rate.numpy() == 0.25


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (keras.optimizers.schedules.ExponentialDecay(1.0, 2, 0.25), [1, 0.5, 0.25]),
        (keras.optimizers.schedules.ExponentialDecay(1.0, 2, 0.25, staircase=True), [1, 1, 0.25]),
        (keras.optimizers.schedules.InverseTimeDecay(1.0, 1, 1.0), [1, 1 / 2, 1 / 3]),
        (keras.optimizers.schedules.PolynomialDecay(1.0, 2, 0.5), [1, 0.75, 0.5]),
        (keras.optimizers.schedules.CosineDecay(1.0, 2), [1, 0.5, 0]),
        (keras.optimizers.schedules.PiecewiseConstantDecay([0, 1], [3.0, 2.0, 1.0]), [3, 2, 1]),
    ],
)
def test_schedules(schedule, rates):
    v, optimizer = tf.Variable(0.0), keras.optimizers.SGD(schedule)
    moved = []
    for _ in rates:
        before = float(v)
        optimizer.apply_gradients([(tf.constant(-1.0), v)])
        moved.append(float(v) - before)
    np.testing.assert_allclose(moved, rates, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose([schedule(step).numpy() for step in range(3)], rates, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("more", "moved"),
    [
        ({"clipvalue": 2.0}, [2, 2]),
        ({"clipnorm": 1.0}, [0.6, 0.8]),
        ({"global_clipnorm": 5.0}, [3, 4]),
        ({"global_clipnorm": 2.5}, [1.5, 2]),
        ({"weight_decay": 0.5}, [3.5, 4.5]),
    ],
)
def test_gradients_are_clipped_and_weights_decay(more, moved):
    v = tf.Variable([1.0, 1.0])
    keras.optimizers.SGD(1.0, **more).apply_gradients([(tf.constant([3.0, 4.0]), v)])
    np.testing.assert_allclose(1 - v.numpy(), moved, rtol=1e-6)


def test_a_variable_without_a_gradient_stays_and_none_at_all_is_an_error():
    used, unused = tf.Variable(1.0), tf.Variable(5.0)
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.minimize(lambda: used * used, [unused, used])
    assert unused.numpy() == 5
    assert used.numpy() < 1
    with pytest.raises(ValueError, match="no variable has a gradient"):
        optimizer.minimize(lambda: used * used, [unused])
    with pytest.raises(TypeError, match="moves Variables"):
        optimizer.minimize(lambda: used * used, [tf.constant(1.0)])


def test_losses_are_keras(tf_reference):
    wanted = tf_reference["losses"]
    z, labels = tf.constant(wanted["z"]), wanted["labels"]
    one_hot, zeros = tf.one_hot(labels, 3), tf.zeros_like(z)
    losses = keras.losses
    sparse = losses.SparseCategoricalCrossentropy
    found = {
        "SparseCategoricalCrossentropy(from_logits=True)": sparse(from_logits=True)(labels, z),
        "SparseCategoricalCrossentropy() on softmax(z)": sparse()(labels, tf.nn.softmax(z)),
        "CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)": losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=0.1
        )(one_hot, z),
        "BinaryCrossentropy(from_logits=True) on z>0 targets": losses.BinaryCrossentropy(from_logits=True)(z > 0, z),
        "MeanSquaredError() of z against 0": losses.MeanSquaredError()(zeros, z),
        "MeanAbsoluteError() of z against 0": losses.MeanAbsoluteError()(zeros, z),
        "Huber() of z against 0": losses.Huber()(zeros, z),
    }
    for name, loss in found.items():
        assert loss.numpy() == pytest.approx(wanted[name], rel=1e-5)


@pytest.mark.parametrize(("k", "printed"), [(0.0, 0.861995), (1e6, 0.861995), (-1e6, 0.861995), (1e8, 1.098612)])
def test_cross_entropies_of_large_logits_are_those_of_their_float32_numbers(k, printed):
    logits = np.float32([[k, k, k - 1]])
    one_hot = np.float32([[1, 0, 0]])
    roads = [
        lambda y: tf.nn.softmax_cross_entropy_with_logits(one_hot, y),
        lambda y: tf.nn.sparse_softmax_cross_entropy_with_logits([0], y),
        lambda y: -tf.nn.log_softmax(y)[:, 0],
        lambda y: keras.losses.CategoricalCrossentropy(from_logits=True)(one_hot, y),
        lambda y: keras.losses.SparseCategoricalCrossentropy()([0], keras.activations.softmax(y)),
        lambda y: -keras.activations.log_softmax(y)[0, 0],
    ]
    p = np.exp(logits.astype(np.float64) - k)
    for road in roads:
        x = tf.Variable(logits)
        with tf.GradientTape() as tape:
            loss = road(x)
        assert float(tf.reshape(loss, []).numpy()) == pytest.approx(printed, abs=5e-7)
        np.testing.assert_allclose(tape.gradient(loss, x).numpy(), p / p.sum() - one_hot, atol=1.2e-7)
        assert float(tf.reshape(tf.function(road)(x), []).numpy()) == pytest.approx(printed, abs=5e-7)


def test_sigmoid_cross_entropy_of_sure_outputs_keeps_its_digits():
    sure = np.float32([[10, 12.5, 15, 40, 1e8]])
    wanted = np.log1p(np.exp(-sure.astype(np.float64)))
    for y in (sure, -sure):
        targets = np.float32(y > 0)
        found = tf.nn.sigmoid_cross_entropy_with_logits(targets, y).numpy()
        np.testing.assert_allclose(found, wanted, rtol=5e-7, atol=1e-37)
        whole = keras.losses.BinaryCrossentropy()(targets, keras.activations.sigmoid(tf.constant(y)))
        assert whole.numpy() == pytest.approx(wanted.mean(), rel=5e-7)


def test_losses_from_probabilities_by_hand():
    p = np.array([[0.2, 0.8], [0.6, 0.4]], np.float32)
    by_rows = -np.log([0.8, 0.6])
    sparse = keras.losses.SparseCategoricalCrossentropy(reduction="none")
    np.testing.assert_allclose(sparse([1, 0], p).numpy(), by_rows, rtol=1e-6)
    np.testing.assert_allclose(sparse([[1], [0]], p).numpy(), by_rows, rtol=1e-6)
    whole = keras.losses.CategoricalCrossentropy(reduction="sum")([[0, 1], [1, 0]], p)
    assert whole.numpy() == pytest.approx(by_rows.sum(), rel=1e-6)
    weighted = keras.losses.MeanSquaredError()([1.0, 0.0], [[0.5], [1.0]], sample_weight=[2.0, 0.0])
    assert weighted.numpy() == pytest.approx((0.25 * 2 + 0) / 2)
    binary = keras.losses.BinaryCrossentropy()([1.0, 0.0], [0.8, 0.4])
    assert binary.numpy() == pytest.approx(-np.log([0.8, 0.6]).mean(), rel=1e-5)


LOGITS = tf.constant([[0.0, 200.0], [1.0, 2.0]])


def traced(loss, targets, outputs):
    """The loss as a traced function gives it."""
    return tf.function(lambda: loss(targets, outputs()))()


@pytest.mark.parametrize(
    ("loss", "targets", "activation", "value"),
    [
        ("SparseCategoricalCrossentropy", [0, 1], "softmax", 100.15663),
        ("CategoricalCrossentropy", [[1, 0], [0, 1]], "softmax", 100.15663),
        ("BinaryCrossentropy", [[1, 0], [0, 1]], "sigmoid", 50.533333),
    ],
)
def test_cross_entropies_of_saturated_outputs_are_taken_of_their_logits_as_in_keras(loss, targets, activation, value):
    loss, ours, plain = (
        getattr(keras.losses, loss)(),
        getattr(keras.activations, activation),
        getattr(tf.nn, activation),
    )
    assert float(loss(targets, ours(LOGITS))) == pytest.approx(value, rel=1e-6)
    assert float(traced(loss, targets, lambda: plain(LOGITS))) == pytest.approx(value, rel=1e-6)
    assert float(loss(targets, plain(LOGITS))) < 10  # outside a function the probabilities are all that is known
    assert float(traced(loss, targets, lambda: tf.identity(plain(LOGITS)))) < 10
    with tf.GradientTape() as tape:
        tape.watch(LOGITS)
        y = loss(targets, ours(LOGITS))
    assert np.abs(tape.gradient(y, LOGITS)[0]).max() >= 0.25
    with pytest.warns(UserWarning, match="from_logits"):
        told = type(loss)(from_logits=True)(targets, ours(LOGITS))
    assert float(told) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("activation", ["softmax", tf.nn.softmax, lambda x: tf.nn.softmax(x)])
def test_a_saturated_classifier_learns_as_in_keras(activation):
    kernel = keras.initializers.Constant([[0.0, 200.0]])
    model = keras.Sequential([keras.layers.Dense(2, activation=activation, kernel_initializer=kernel)])
    model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(np.ones((4, 1)), np.zeros(4), epochs=3, shuffle=False, verbose=0).history
    np.testing.assert_allclose(history["loss"], [200, 196, 192])
    assert history["accuracy"] == [0, 0, 0]
    assert model.evaluate(np.ones((4, 1)), np.zeros(4), verbose=0)[0] == pytest.approx(188)


def test_a_saturated_unit_learns_as_in_keras():
    unit = keras.layers.Dense(1, "sigmoid", kernel_initializer=keras.initializers.Constant(50.0))
    model = keras.Sequential([unit])
    model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy")
    history = model.fit(np.ones((4, 1)), np.zeros(4), epochs=3, shuffle=False, verbose=0).history
    np.testing.assert_allclose(history["loss"], [50, 48, 46])


@pytest.mark.parametrize(("targets", "outputs"), [([[1.0, 0.0]], [[0.5], [0.5]]), ([1.0, 0.0], [[0.5] * 2] * 2)])
def test_binary_targets_of_another_shape_are_refused(targets, outputs):
    shapes = [str(list(np.shape(one))) for one in (targets, outputs)]
    with pytest.raises(tf.errors.InvalidArgumentError, match="binary_crossentropy") as caught:
        keras.losses.BinaryCrossentropy()(targets, tf.constant(outputs))
    assert all(shape in str(caught.value) for shape in shapes)
    model = keras.Sequential([keras.layers.Dense(2, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    with pytest.raises(tf.errors.InvalidArgumentError, match="binary_crossentropy"):
        model.fit(np.ones((4, 3)), np.ones(4), verbose=0)


def test_a_label_out_of_range_is_an_error():
    with pytest.raises(tf.errors.InvalidArgumentError, match="0 to 1; got 7"):
        keras.losses.SparseCategoricalCrossentropy()([0, 7], [[0.5, 0.5], [0.5, 0.5]])


def test_a_layer_has_variables_once_it_is_called():
    layer = keras.layers.Dense(4, activation="relu")
    with pytest.raises(ValueError, match="call the layer"):
        _ = layer.trainable_variables
    outputs = layer([[1.0, 2.0, 3.0]])
    kernel, bias = layer.trainable_variables
    assert (kernel.shape, bias.shape, layer.count_params()) == ((3, 4), (4,), 16)
    assert np.abs(kernel.numpy()).max() <= np.sqrt(6 / (3 + 4))
    np.testing.assert_allclose(outputs.numpy(), np.maximum(np.array([[1.0, 2, 3]]) @ kernel.numpy(), 0), rtol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="built for 3 inputs"):
        layer([[1.0, 2.0]])


class Scaled(keras.layers.Layer):
    def __init__(self, **more):
        super().__init__(**more)
        self.inner = keras.layers.Dense(2, kernel_initializer="ones")
        self.scales = {"factor": tf.Variable(2.0), "fixed": [tf.Variable(1.0, trainable=False)]}

    def call(self, inputs):
        return self.inner(inputs) * self.scales["factor"] + self.scales["fixed"][0]


def test_a_layer_has_the_variables_of_its_attributes():
    layer = Scaled()
    assert layer(tf.ones([1, 3])).numpy().tolist() == [[7, 7]]
    trainable = [layer.scales["factor"], layer.inner.kernel, layer.inner.bias]
    assert [id(one) for one in layer.trainable_variables] == [id(one) for one in trainable]
    weights = [trainable[0], layer.scales["fixed"][0], *trainable[1:]]  # its own before those of layers, as in Keras 3
    assert [id(one) for one in layer.weights] == [id(one) for one in weights]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.ones([1, 3])))
    assert [one.numpy().tolist() for one in tape.gradient(loss, trainable)] == [6, [[2, 2]] * 3, [2, 2]]
    layer.inner.trainable = False
    assert [id(one) for one in layer.trainable_variables] == [id(trainable[0])]


def test_a_layer_that_does_not_learn_has_nothing_trainable():
    for layer in (keras.layers.Dense(2, trainable=False), Scaled(trainable=False)):
        layer(tf.ones([1, 2]))
        assert not layer.trainable_variables
        assert len(layer.non_trainable_variables) == len(layer.weights) >= 2


def test_a_layer_that_was_built_keeps_its_variables():
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    kernel = layer.kernel
    layer(tf.ones([1, 3]))
    assert layer.kernel is kernel
    assert len(layer.weights) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: keras.layers.Dense(2, activatoin="relu"), "Dense takes no argument 'activatoin'"),
        (lambda: keras.layers.Dense(2, kernel_regularizer="l2"), "kernel_regularizer"),
        (lambda: keras.layers.Dense(2, dtype="float64"), "float32"),
        (lambda: keras.layers.Layer().add_weight([2], regularizer="l2"), "regularizer"),
        (lambda: keras.optimizers.SGD(0.1, learning_rat=1), "learning_rat"),
        (lambda: tf.Variable(1.0, trainabel=False), "trainabel"),
        (lambda: tf.Variable([1.0, 2.0], shape=[3]), "shape"),
        (lambda: tf.function(lambda: 1, jit=True), "jit"),
    ],
)
def test_arguments_that_are_not_known_are_refused(wrong, said):
    with pytest.raises((TypeError, ValueError), match=said):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: keras.layers.Dense(2, "rleu"), "no activation 'rleu'; did you mean 'relu'"),
        (lambda: keras.layers.Dense(2, kernel_initializer="zeroes"), "no initializer 'zeroes'; did you mean 'zeros'"),
        (lambda: keras.Sequential().compile("sdg", "mse"), "no optimizer 'sdg'; did you mean 'sgd'"),
        (lambda: keras.Sequential().compile("sgd", "msee"), "no loss 'msee'; did you mean 'mse'"),
        (lambda: keras.metrics.get("acuracy"), "no metric 'acuracy'; did you mean 'accuracy'"),
        (lambda: keras.layers.Dense(-1), "Dense takes a whole number of units, at least 1; got -1"),
        (lambda: keras.layers.Dropout(1.5), "Dropout takes a rate .* got 1.5"),
        (lambda: keras.layers.Dropout("a"), "Dropout takes a rate .* got 'a'"),
        (lambda: keras.optimizers.SGD("a"), "a learning rate must be a number of at least 0; got 'a'"),
        (lambda: keras.optimizers.SGD([1, 2]), r"a learning rate must be a number of at least 0; got \[1, 2\]"),
        (lambda: keras.optimizers.SGD(momentum="a"), "momentum must be a number from 0 to 1; got 'a'"),
        (lambda: keras.optimizers.SGD().apply_gradients([tf.ones([2])]), "apply_gradients takes pairs of gradient"),
        (lambda: keras.optimizers.SGD().apply_gradients(tf.constant(1.0)), "apply_gradients takes pairs of gradient"),
        (lambda: keras.optimizers.SGD().apply_gradients([(1.0, 2.0)]), "moves Variables; got 2.0"),
        (lambda: keras.Sequential().evaluate([1], [1], batch_size=0), "batch_size must be .* at least 1; got 0"),
        (lambda: keras.Sequential().predict([1], batch_size=-1), "batch_size must be .* at least 1; got -1"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(wrong, said):
    with pytest.raises((TypeError, ValueError), match=said) as caught:
        wrong()
    assert "of test_tf_keras.py)" in str(caught.value)


def test_a_sequential_is_its_layers_in_a_row(capsys):
    model = keras.Sequential([keras.layers.Dense(2, "tanh", name="first"), keras.layers.Dense(1, name="second")])
    with pytest.raises(ValueError, match="call the layer"):
        _ = model.trainable_variables
    x = np.array([[0.5, -1.0, 2.0]])
    outputs = model(x).numpy()
    w1, b1, w2, b2 = model.get_weights()
    np.testing.assert_allclose(outputs, np.tanh(x @ w1 + b1) @ w2 + b2, rtol=1e-5)
    assert [variable.name for variable in model.trainable_variables] == [
        "first/kernel:0", "first/bias:0", "second/kernel:0", "second/bias:0",
    ]  # fmt: skip
    model.set_weights([np.ones_like(value) for value in model.get_weights()])
    assert model.get_layer("second").kernel.numpy().tolist() == [[1], [1]]
    model.summary()
    shown = capsys.readouterr().out
    assert "(None, 2)" in shown
    assert "Total params: 11" in shown


def test_an_input_shape_builds_the_model_at_once():
    model = keras.Sequential([keras.Input(shape=(2, 3)), keras.layers.Flatten(), keras.layers.Dense(5)])
    assert model.count_params() == 6 * 5 + 5
    assert keras.Sequential([keras.layers.Dense(5, input_dim=3)]).count_params() == 20


def test_dropout_works_in_training_alone():
    layer, x = keras.layers.Dropout(0.25), tf.ones([1, 4000])
    np.testing.assert_array_equal(layer(x).numpy(), x.numpy())
    dropped = layer(x, training=True).numpy()
    np.testing.assert_allclose(np.unique(dropped), [0, 1 / 0.75])
    assert abs((dropped == 0).mean() - 0.25) < 0.05


def test_normalization_brings_columns_to_mean_0_and_variance_1():
    layer, data = keras.layers.Normalization(), np.array([[0.0, 0], [0, 10], [10, 0], [10, 1]])
    with pytest.raises(ValueError, match="adapt"):
        layer(data)
    layer.adapt(data)
    np.testing.assert_allclose(layer(data).numpy(), (data - data.mean(0)) / data.std(0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", list(keras.initializers.INITIALIZERS))
def test_initializers_repeat_with_a_seed(name):
    drawn = []
    for _ in range(2):
        tf.random.set_seed(3)
        drawn.append(keras.initializers.get(name)([6, 4]).numpy())
    np.testing.assert_array_equal(*drawn)
    assert drawn[0].shape == (6, 4)
    assert drawn[0].dtype == np.float32


def test_initializers_have_their_range():
    uniform = keras.initializers.RandomUniform(2.0, 3.0, seed=1)([1000]).numpy()
    assert 2 <= uniform.min() < uniform.max() <= 3
    normal = keras.initializers.RandomNormal(mean=5.0, stddev=0.1, seed=1)([5000]).numpy()
    assert normal.mean() == pytest.approx(5, abs=0.01)
    assert normal.std() == pytest.approx(0.1, rel=0.05)


def test_metrics_add_up_over_batches():
    metric = keras.metrics.SparseCategoricalAccuracy()
    metric.update_state([1, 0], [[0.1, 0.9], [0.2, 0.8]])
    metric.update_state([1], [[0.1, 0.9]])
    assert metric.result().numpy() == pytest.approx(2 / 3)
    metric.reset_state()
    assert metric.result().numpy() == 0
    assert keras.metrics.BinaryAccuracy()([[1.0], [0.0]], [[0.7], [0.6]]).numpy() == 0.5
    assert keras.metrics.BinaryAccuracy(threshold=0.65)([[1.0], [0.0]], [[0.7], [0.6]]).numpy() == 1
    assert keras.metrics.mse([[1.0, 2.0]], [[1.0, 4.0]]).numpy() == keras.losses.mse([[1.0, 2.0]], [[1.0, 4.0]]) == [2]
    assert keras.metrics.CategoricalAccuracy()([[0, 1]], [[0.3, 0.7]]).numpy() == 1
    assert keras.metrics.RootMeanSquaredError()([0.0, 0.0], [3.0, 3.0]).numpy() == 3
    assert keras.metrics.Mean()([1.0, 2.0, 6.0]).numpy() == 3


def test_activations_have_keras_names(tf_reference):
    x = tf.constant(tf_reference["x"])
    for name in (
        "sigmoid",
        "tanh",
        "relu",
        "elu",
        "selu",
        "gelu",
        "softplus",
        "softsign",
        "silu",
        "leaky_relu",
        "relu6",
    ):
        found = keras.activations.get(name)(x).numpy()
        np.testing.assert_allclose(found, tf_reference["activations"][name]["value"], rtol=1e-5, atol=1e-6)
    assert keras.activations.relu(x, max_value=3.0).numpy().max() == 3
    with pytest.raises(ValueError, match="'relu'"):
        keras.activations.get("rellu")


def test_binary_accuracy_is_of_each_output_as_in_keras():
    found = keras.metrics.binary_accuracy([[1], [0], [1.0]], [[0.9], [0.1], [0.2]])
    np.testing.assert_array_equal(found, [[1], [1], [0]])
    targets, outputs = np.array([[1, 0], [1, 1]]), np.array([[0.9, 0.1], [0.2, 0.6]])
    np.testing.assert_array_equal(keras.metrics.binary_accuracy(targets, outputs, threshold=0.7), [[1, 1], [0, 0]])
    assert float(keras.metrics.BinaryAccuracy()(targets, outputs)) == 0.75
    metric = keras.metrics.BinaryAccuracy()
    metric.update_state([1, 0, 1], [0.9, 0.1, 0.2])
    metric.update_state([1], [0.9])
    assert float(metric.result()) == 0.75


def test_elu_has_a_slope():
    found = keras.activations.elu([-2.0, -0.5, 0.0, 1.0], alpha=0.5)
    np.testing.assert_allclose(found, [-0.43233237, -0.19673467, 0, 1], rtol=1e-6)


def test_losses_are_found_by_name():
    assert keras.losses.get("mse") is keras.losses.mean_squared_error
    assert isinstance(keras.losses.get("MeanSquaredError"), keras.losses.MeanSquaredError)
    assert keras.losses.get(None) is None
    for module in (keras.losses, keras.metrics):
        with pytest.raises(AttributeError) as caught:
            module.xyzzy  # noqa: B018
        names = str(caught.value).partition("it has ")[2].split(", ")
        assert len(set(names)) == len(names)
        assert all(hasattr(module, name) for name in names)
    assert "binary_accuracy" in names


def test_to_categorical():
    assert keras.utils.to_categorical([0, 2, 1]).tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert keras.utils.to_categorical([[1]], 2).tolist() == [[0, 1]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="got 5"):
        keras.utils.to_categorical([5], 3)


def test_an_option_that_a_layer_does_not_have_is_an_error():
    with pytest.raises(TypeError, match="kernel_regularizer"):
        keras.layers.Dense(2, kernel_regularizer="l2")
    with pytest.raises(ValueError, match="float32"):
        keras.layers.Dense(2, dtype="float64")


def test_a_layer_that_is_not_trainable_has_no_trainable_variables():
    model = keras.Sequential([keras.layers.Dense(2, trainable=False), keras.layers.Dense(1)])
    model(np.ones((1, 3)))
    assert [variable.shape for variable in model.trainable_variables] == [(2, 1), (1,)]
