"""The lecture's programs as it prints them, against the values that it prints."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest

import ffnn.tf as tf
from ffnn.tf.engine.process import process


@pytest.fixture(autouse=True)
def _as_in_a_new_process():
    process.reset()


NETWORK = """
x=tf.constant(INPUTS, tf.float32)

W1 = tf.Variable(tf.random.truncated_normal([2,2], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([1,2], stddev=0.1, seed=2))
W2 = tf.Variable(tf.random.truncated_normal([2,1], stddev=0.1, seed=3))
b2 = tf.Variable(tf.random.truncated_normal([1,1], stddev=0.1, seed=4))

def run_network(x):
    h1=tf.sigmoid(tf.matmul(x,W1) + b1)
    y=tf.sigmoid(tf.matmul(h1,W2) + b2)
    return y
"""

LOSS = """
y_labels=tf.constant([[0],[1],[1],[0]], tf.float32)

def calc_loss():
    y=run_network(x)
    deltas=tf.subtract(y, y_labels)
    squared_deltas=tf.square(deltas)
    loss=tf.reduce_sum(squared_deltas)
    return loss
"""

TRAINING = """
optimizer = tf.keras.optimizers.SGD(0.5)
for i in range(20000):
    optimizer.minimize(calc_loss, [W1,b1,W2,b2])
    if (i%1000)==0:
        print("iteration ",i," loss", calc_loss().numpy())
print(run_network(x).numpy())
"""

QUIET = "".join(line for line in TRAINING.splitlines(True) if "print" not in line and "if" not in line)

TAPE = """
eta=0.5
for i in range(20000):
    with tf.GradientTape() as tape:
        L=calc_loss()
        [dLdW1,dLdW2,dLdb1,dLdb2]=tape.gradient(L, [W1,W2,b1,b2])
        W1.assign(W1-dLdW1*eta)
        W2.assign(W2-dLdW2*eta)
        b1.assign(b1-dLdb1*eta)
        b2.assign(b2-dLdb2*eta)
"""

CHALLENGE = """
optimizer = tf.keras.optimizers.SGD(0.5)

@tf.function
def step():
    optimizer.minimize(calc_loss, [W1,b1,W2,b2])

for i in range(20000):
    step()
"""

FOUR = "[[0,0],[0,1],[1,0],[1,1]]"


def run(*parts, inputs=FOUR):
    names = {"tf": tf, "np": np}
    for part in parts:
        exec(part.replace("INPUTS", inputs), names)
    return names


def test_exercise_1(capsys):
    run(NETWORK, "print(run_network(x).numpy())", inputs="[[1,1]]")
    assert capsys.readouterr().out == "[[0.50787264]]\n"


def test_exercise_2():
    found = run(NETWORK)["run_network"](tf.constant(eval(FOUR), tf.float32)).numpy()
    np.testing.assert_allclose(found[:, 0], [0.509233, 0.509222, 0.507883, 0.507872], atol=1e-6)


def test_a_new_kernel_repeats_the_numbers_and_an_old_one_goes_on():
    first, second = run(NETWORK)["W1"].numpy(), run(NETWORK)["W1"].numpy()
    assert not np.array_equal(first, second)
    process.reset()
    np.testing.assert_array_equal(run(NETWORK)["W1"].numpy(), first)


def test_exercise_3_as_printed(capsys):
    names = run(NETWORK, LOSS, TRAINING)
    lines = capsys.readouterr().out.splitlines()
    losses = {int(line.split()[1]): float(line.split()[3]) for line in lines if line.startswith("iteration")}
    assert list(losses) == list(range(0, 20000, 1000))
    assert losses[0] == pytest.approx(1.0001175, rel=1e-6)
    assert losses[19000] < 0.0008
    np.testing.assert_allclose(names["run_network"](names["x"]).numpy()[:, 0], [0, 1, 1, 0], atol=0.02)
    new = names["run_network"]([[0.5, 0.5]])
    assert new.shape == (1, 1)


@pytest.mark.parametrize("training", [TAPE, CHALLENGE])
def test_the_longer_forms_take_the_same_steps(training):
    short = training.replace("20000", "300")
    names = run(NETWORK, LOSS, short)
    process.reset()
    wanted = run(NETWORK, LOSS, QUIET.replace("20000", "300"))
    for name in ("W1", "b1", "W2", "b2"):
        np.testing.assert_allclose(names[name].numpy(), wanted[name].numpy(), rtol=1e-5)


def test_gradient_descent_agrees_with_numpy_in_double_precision():
    names = run(NETWORK, LOSS)
    w1, b1, w2, b2 = (names[name].numpy().astype(float) for name in ("W1", "b1", "W2", "b2"))
    x, t = np.array(eval(FOUR), float), np.array([[0.0], [1], [1], [0]])
    for _ in range(50):
        h = 1 / (1 + np.exp(-(x @ w1 + b1)))
        y = 1 / (1 + np.exp(-(h @ w2 + b2)))
        at_y = 2 * (y - t) * y * (1 - y)
        at_h = at_y @ w2.T * h * (1 - h)
        w2, b2 = w2 - 0.5 * h.T @ at_y, b2 - 0.5 * at_y.sum(0)
        w1, b1 = w1 - 0.5 * x.T @ at_h, b1 - 0.5 * at_h.sum(0)
    run_steps = (
        "optimizer = tf.keras.optimizers.SGD(0.5)\nfor i in range(50): optimizer.minimize(calc_loss, [W1,b1,W2,b2])"
    )
    exec(run_steps, names)
    for name, wanted in zip(("W1", "b1", "W2", "b2"), (w1, b1, w2, b2), strict=True):
        np.testing.assert_allclose(names[name].numpy(), wanted, rtol=1e-4, atol=1e-6)


def test_the_network_of_the_feedforward_slides(tf_reference):
    network = tf_reference["network_3_4_2"]
    variables = w1, b1, w2, b2 = [tf.Variable(network[name]) for name in ("W1", "b1", "W2", "b2")]
    with tf.GradientTape() as tape:
        y = tf.nn.softmax(tf.matmul(tf.tanh(tf.matmul(tf.constant(network["x"]), w1) + b1), w2) + b2)
        loss = -tf.reduce_mean(tf.math.log(y[:, 0]))
    np.testing.assert_allclose(y.numpy(), network["output"], rtol=1e-5)
    assert loss.numpy() == pytest.approx(network["loss -mean(log y[:,0])"], rel=1e-5)
    for found, wanted in zip(tape.gradient(loss, variables), network["gradients"], strict=True):
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-5, atol=1e-7)


def test_targets_of_the_wrong_shape_warn_and_never_fall_below_4():
    wrong = LOSS.replace("[[0],[1],[1],[0]]", "[[0,1,1,0]]")
    with pytest.warns(tf.BroadcastWarning, match=r"\[4, 1\] and \[1, 4\]"):
        names = run(NETWORK, wrong, QUIET.replace("20000", "2000"))
    assert names["calc_loss"]().numpy() >= 4 - 1e-5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        names["calc_loss"]()


@pytest.mark.parametrize("sequential", [False, True])
def test_exercise_4_with_layers(sequential):
    program = """
layer1=tf.keras.layers.Dense(2, activation=tf.nn.sigmoid, kernel_initializer='glorot_uniform')
layer2=tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)
def run_network(x):
    h1=layer1(x)
    y=layer2(h1)
    return y
"""
    if sequential:
        program += "model = tf.keras.Sequential([layer1,layer2])\ndef run_network(x):\n    return model(x)\n"
    names = run("x=tf.constant(INPUTS, tf.float32)", program, LOSS)
    with pytest.raises(ValueError, match="call the layer"):
        _ = names["layer1"].trainable_variables
    before = names["calc_loss"]().numpy()
    variables = names["layer1"].trainable_variables + names["layer2"].trainable_variables
    if sequential:
        assert [id(one) for one in names["model"].trainable_variables] == [id(one) for one in variables]
    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(200):
        optimizer.minimize(names["calc_loss"], variables)
    assert names["calc_loss"]().numpy() < before


def test_the_furniture_slides():
    y = tf.constant([[-0.2, 0.5, 0.1, 0.1]])
    p = tf.keras.activations.softmax(y, axis=1)
    assert p.numpy()[0, 1] == pytest.approx(0.352, abs=5e-4)
    loss = tf.keras.losses.SparseCategoricalCrossentropy()
    found = tf.reduce_mean(loss(y_true=[1], y_pred=p))
    assert found.numpy() == pytest.approx(-np.log(np.exp(0.5) / np.exp([-0.2, 0.5, 0.1, 0.1]).sum()), rel=1e-5)


def test_the_number_of_correct_rows():
    y, y_targets = tf.constant([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]), [1, 1, 1]
    correct_prediction = tf.equal(tf.argmax(y, axis=1), y_targets)
    assert tf.reduce_sum(tf.cast(correct_prediction, tf.float32)).numpy() == 2


def test_identical_photos_converge_to_the_share_of_each_label():
    labels = np.array([0] * 40 + [1] * 60)
    layer = tf.keras.layers.Dense(2)
    photos = tf.ones([100, 3])
    loss = tf.keras.losses.SparseCategoricalCrossentropy()

    def calc_loss():
        return tf.reduce_mean(loss(y_true=labels, y_pred=tf.keras.activations.softmax(layer(photos), axis=1)))

    calc_loss()
    optimizer = tf.keras.optimizers.SGD(0.5)
    for _ in range(200):
        optimizer.minimize(calc_loss, layer.trainable_variables)
    np.testing.assert_allclose(tf.nn.softmax(layer(photos))[0].numpy(), [0.4, 0.6], atol=1e-4)


def test_numpy_arrays_of_the_pre_processing_slide():
    inputs = [[0.0, 0], [0, 10], [10, 0], [10, 1]]
    column_means = np.mean(inputs, axis=0)
    inputs -= column_means
    column_stds = np.std(inputs, axis=0)
    inputs /= column_stds
    x = tf.constant(inputs, tf.float32)
    np.testing.assert_allclose(tf.reduce_mean(x, axis=0).numpy(), 0, atol=1e-6)
    np.testing.assert_allclose(tf.math.reduce_std(x, axis=0).numpy(), 1, rtol=1e-6)


def test_importing_brings_no_jax():
    program = "import sys, ffnn.tf as tf; assert not {'jax', 'optax', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
