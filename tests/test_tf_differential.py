"""The same programs under this package and under TensorFlow, where it is installed."""

from __future__ import annotations

import os

import numpy as np
import pytest

import ffnn.tf as ours
from contract import CONTRACT
from ffnn.tf import random
from ffnn.tf.engine.process import process
from test_tf_contract import agree, plain, run

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
theirs = pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install --group peers")

A = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
B = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)
K = np.random.default_rng(2).normal(size=(4, 2)).astype(np.float32)
I = np.array([[3, -1], [0, 2]], np.int32)  # noqa: E741

VALUES = """
a + b
a - 2
2 - a
a * b
a / b
a // b
a % b
-a
abs(a)
a ** 2
tf.abs(a) ** b
i / 2
i // 2
i % 2
a @ k
a < b
a >= b
a == b
a[1:, ::-2]
a[..., 0]
a[0, tf.newaxis]
a[-1][2]
a[a > 0]
a[np.array([True, False, True])]
a[:, tf.newaxis, 1:3]
tf.matmul(a, b, transpose_b=True)
tf.matmul(a, b, transpose_a=True)
tf.reduce_mean(a, axis=1, keepdims=True)
tf.reduce_sum(i)
tf.reduce_mean(i)
tf.reduce_max(a, axis=0)
tf.reduce_prod(a)
tf.reduce_any(a > 1, 0)
tf.reduce_max(tf.zeros([0, 3]), 0)
tf.reduce_min(tf.zeros([0], tf.int32))
tf.reduce_logsumexp([float("-inf"), float("-inf")])
tf.constant([1, 2], tf.uint8) / 3
tf.math.divide_no_nan([1, 2], [0, 2])
tf.nn.relu([-1.0, float("nan")])
tf.nn.relu6([-1.0, float("nan"), 7.0])
tf.constant([], tf.int32)
tf.constant([np.float32(1.5), 2])
a == tf.ones([7])
tuple(a.shape + [4])
tf.as_dtype("float").size
tf.argmax(a)
tf.argmax(a, axis=1)
tf.argmin(a, axis=-1)
tf.one_hot(i, 3)
tf.one_hot([0, 2], 3, axis=0)
tf.one_hot([0, 1], 3, on_value=5, off_value=-1)
tf.one_hot([0, 1], 3, on_value=True, off_value=False)
tf.gather(a, [2, 0])
tf.boolean_mask(a, a[:, 0] > 0)
tf.cumsum(a, axis=1)
tf.cumsum(a, reverse=True)
tf.cumsum(a, exclusive=True)
tf.cumsum(a, 1, exclusive=True, reverse=True)
tf.where(a > 0, a, b)
tf.where(a > 0)
tf.cast(a, tf.int32)
tf.cast(i, tf.bool)
tf.clip_by_value(a, -0.5, 0.5)
tf.range(3, 9, 2)
tf.range(1.0)
tf.range(tf.constant(3))
tf.range(0, tf.constant(3.0))
tf.range(np.int64(3))
tf.range(5, 1, -2)
tf.fill([2], 1.5)
tf.eye(2, 3)
tf.stack([a, b], axis=1)
tf.stack([1, 2.0])
tf.stack([1, tf.constant(2)])
tf.concat(a, 0)
tf.split(a, [1, -1])[1]
tf.pad([1, 2, 3], [[1, 1]], "REFLECT")
tf.pad([1, 2, 3], [[1, 1]], "SYMMETRIC")
tf.pad(a, [[1, 0], [0, 2]], constant_values=9)
tf.concat([a, b], -1)
tf.tile(a, [2, 1])
tf.transpose(a)
tf.squeeze(a[:1])
tf.expand_dims(a, -1)
tf.shape(a)
tf.norm(a)
tf.linalg.norm(a, axis=1)
tf.linalg.norm(a, ord=1, axis=0)
tf.norm(a, ord=1, axis=[0, 1])
tf.norm(a, ord=np.inf, axis=[-1, 0], keepdims=True)
tf.norm(a, ord="fro", axis=[0, 1])
tf.nn.softmax(a, axis=0)
tf.nn.log_softmax(a)
tf.nn.gelu(a, approximate=True)
tf.nn.leaky_relu(a)
tf.math.reduce_std(a, 0)
tf.math.rsqrt(tf.abs(a))
tf.math.reduce_variance(a)
tf.reduce_logsumexp(a, 1)
tf.math.log1p(tf.abs(a))
tf.round(a * 3)
tf.sign(a)
tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.sigmoid(b), logits=a)
tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(b), logits=a)
tf.nn.softmax_cross_entropy_with_logits(labels=[[1, 0]], logits=[[1.0, 2.0]])
tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[3, 0, 1], logits=a)
tf.constant(2**40)
tf.constant([1, 2.0])
tf.constant(np.arange(3))
tf.zeros_like(i)
tf.reshape(a, [2, -1])
tf.maximum(a, 0)
tf.equal(tf.argmax(a, 1), [0, 1, 2])
tf.random.normal([5], seed=1)
tf.random.uniform([3], maxval=9, dtype=tf.int32, seed=2)
tf.random.uniform([3], maxval=2**40, dtype=tf.int64, seed=2)
tf.random.shuffle(tf.range(11), seed=3)
tf.random.shuffle(tf.range(11), seed=3)
tf.random.normal([5], dtype=tf.float64, seed=1)
tf.random.truncated_normal([5], dtype=tf.float64, seed=1)
tf.random.uniform([5], dtype=tf.float64, seed=1)
""".strip().splitlines()

GRADIENTS = """
tf.reduce_prod(v)
tf.maximum(v, tf.round(v))
tf.minimum(v * 0, v)
tf.abs(v * 0)
tf.sqrt(tf.abs(v) + 1)
v / (v * v + 1)
tf.reduce_mean(v, 1)
tf.linalg.norm(v)
tf.nn.softmax(v)[:, 0]
tf.nn.log_softmax(v)[0]
tf.clip_by_value(v, -1.0, 0.5)
tf.where(v > 0, tf.sin(v), v * v)
tf.where(v > 0, tf.sqrt(tf.maximum(v, 0.0)), v)
tf.gather(v, [0, 0, 2])
tf.cumsum(v)
v[1:, 0] * v[0, 1]
tf.sigmoid(v) ** 3
tf.nn.selu(v)
tf.concat([v, v * v], 0)
tf.stop_gradient(v) * v
tf.math.divide_no_nan(v, v * 0)
tf.matmul(v, v, transpose_b=True)
tf.math.softplus(v)
tf.sign(v) * v
v % 0.7
tf.transpose(v) @ v
tf.tile(v, [2, 2]) * 3
tf.math.reduce_std(v)
tf.reduce_min(tf.zeros_like(v) * v)
""".strip().splitlines()


@pytest.fixture(autouse=True)
def _as_in_a_new_process():
    process.reset()


def evaluate(tf, program, **more):
    tensors = {name: tf.constant(array) for name, array in (("a", A), ("b", B), ("k", K), ("i", I))}
    return eval(program, {"tf": tf, "np": np} | tensors | more)


@pytest.mark.parametrize("program", VALUES)
def test_values_and_dtypes_agree(program):
    theirs.random.set_seed(7)
    random.set_seed(7)
    mine, wanted = evaluate(ours, program), evaluate(theirs, program)
    if not hasattr(mine, "dtype"):
        assert mine == wanted
        return
    assert mine.dtype == wanted.dtype.name
    assert tuple(mine.shape) == tuple(wanted.shape)
    np.testing.assert_allclose(mine.numpy(), wanted.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("program", GRADIENTS)
def test_gradients_agree(program):
    found = []
    for tf in (ours, theirs):
        v = tf.Variable(A)
        with tf.GradientTape() as tape:
            y = evaluate(tf, program, v=v)
        found.append(tf.convert_to_tensor(tape.gradient(y, v)).numpy())
    np.testing.assert_allclose(*found, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "program", ["a", "i", "tf.constant(1.5)", "tf.constant(True)", "a[0]", "tf.constant([], tf.float32)"]
)
def test_texts_agree(program):
    for text in (repr, str, "{}".format):
        assert text(evaluate(ours, program)) == text(evaluate(theirs, program))


REFUSED = """
a + i
i * 0.5
(i * 2, i * 2.0)
(2 ** i[1], 2.0 ** i[1])
tf.stack([tf.constant(1), 2.0])
a @ a
tf.constant([1, 2]) + 1.5
a + tf.ones([2])
tf.matmul([[1]], a)
a[3]
a[-4]
a[0, 4]
a[0, 0, 0]
a == i
tf.constant(1e40)
tf.constant(i, tf.float32)
tf.Variable(i, dtype=tf.float32)
tf.constant(True) + True
tf.reduce_sum(a > 0)
tf.reduce_max([True, False])
tf.cumsum([True])
tf.matmul([[True]], [[True]])
tf.math.reduce_variance([1, 2, 3])
tf.floor([1])
tf.clip_by_value(a[0], tf.zeros([3, 4]), 1.0)
tf.one_hot([0, 1], 3, on_value=1, off_value=0.5)
tf.one_hot([0], -1)
tf.range(5, 1)
tf.range(0, 1, 0)
tf.fill([2], [1, 2])
tf.zeros([2.5])
tf.reshape(a, [2.0, 6])
tf.pad([1], [[1, 1]], constant_values=0.5)
tf.pad(a, [[1, 1]])
tf.unstack(a, num=2)
tf.split(a, [1, -1, -1])
tf.split(a, 0)
tf.add_n([a, a[0]])
tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0, 0.0], logits=[[1.0, 2.0]])
tf.nn.softmax_cross_entropy_with_logits(labels=1.0, logits=2.0)
""".strip().splitlines()


@pytest.mark.parametrize("program", REFUSED)
def test_both_refuse(program):
    for tf in (ours, theirs):
        with pytest.raises((ValueError, TypeError, tf.errors.InvalidArgumentError)):
            evaluate(tf, program)


PROGRAMS = {
    "a constant watched late": """
x = tf.constant(3.0)
with tf.GradientTape(persistent=True) as tape:
    before = x * x
    tape.watch(x)
    loss = x * before
found = [tape.gradient(loss, x), tape.gradient(loss, before)]
""",
    "a variable watched late": """
v = tf.Variable(3.0)
with tf.GradientTape(watch_accessed_variables=False) as tape:
    before = v * v
    tape.watch(v)
    loss = v * before
found = [tape.gradient(loss, v)]
""",
    "a tape that begins anew": """
v = tf.Variable(3.0)
with tf.GradientTape() as tape:
    lost = v * v
    tape.reset()
    loss = v * lost
found = [tape.gradient(loss, v)]
""",
    "a persistent tape asked inside and after": """
v = tf.Variable(3.0)
with tf.GradientTape(persistent=True) as tape:
    y = v ** 3
    slope = tape.gradient(y, v)
found = [slope + 0.0, tape.gradient(slope, v), tape.gradient(y, v)]
""",
    "sources that a function does not use": """
x, z = tf.Variable(1.0), tf.Variable(4.0)
@tf.function
def f(x, z):
    return x * x + tf.stop_gradient(z)
@tf.function
def g(x, z):
    return x * x, z * 3.0
with tf.GradientTape(persistent=True) as tape:
    y, (one, two) = f(x, z), g(x, z)
found = tape.gradient(y, [x, z]) + tape.gradient(one, [x, z]) + tape.gradient(two, [x, z])
""",
    "sources that a branch does not use": """
a, b, c = tf.Variable(3.0), tf.Variable(4.0), tf.Variable(5.0)
@tf.function
def f(x):
    return tf.cond(x > 0, lambda: a * 2, lambda: -b)
with tf.GradientTape() as tape:
    y = f(tf.constant(1.0))
found = tape.gradient(y, [a, b, c])
""",
    "a loop with a largest number of turns": """
x = tf.Variable(2.0)
@tf.function
def f(x):
    start = (0, tf.constant(1.0))
    return tf.while_loop(lambda i, y: y < 20.0, lambda i, y: (i + 1, y * x), start, maximum_iterations=9)
with tf.GradientTape() as tape:
    turns, y = f(x)
found = [turns, y, tape.gradient(y, x)]
""",
    "a label that is no class": """
@tf.function
def f(labels):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.ones([2, 3]))
found = [f(tf.constant([0, 2]))]
try:
    f(tf.constant([0, 3])).numpy()
except tf.errors.InvalidArgumentError as error:
    found.append(tf.constant("3" in str(error)))
""",
    "a place that is not there": """
@tf.function
def f(i):
    return tf.gather([1.0, 2.0], i) + tf.constant([4.0, 5.0])[i]
found = [f(tf.constant(1))]
for wrong in (2, -1):
    try:
        f(tf.constant(wrong)).numpy()
    except tf.errors.InvalidArgumentError as error:
        found.append(tf.constant(True))
""",
    "a division of whole numbers by 0": """
v = tf.Variable(1)
@tf.function
def f(x):
    v.assign(v + 6 // x)
    return v + 0
found = [f(tf.constant(2))]
try:
    f(tf.constant(0)).numpy()
except tf.errors.InvalidArgumentError:
    found.append(v + 0)
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs_agree(program, tmp_path):
    found = []
    for tf in (ours, theirs):
        file = tmp_path / "program.py"  # TensorFlow's AutoGraph reads its lines
        file.write_text(program)
        names = {"tf": tf}
        exec(compile(program, file, "exec"), names)
        found.append([one if one is None else one.numpy().tolist() for one in names["found"]])
    assert found[0] == found[1]


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contract_is_tensorflows(name):
    program, wanted = CONTRACT[name]
    agree(plain(run(program, theirs)), wanted)
