"""Tensors and operations against NumPy and TensorFlow's printed values."""

from __future__ import annotations

import warnings

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import ffnn.tf as tf

Invalid = tf.errors.InvalidArgumentError


def test_repr_is_tensorflows(tf_reference):
    for program, text in tf_reference["repr"].items():
        assert repr(eval(program, {"tf": tf})) == text


def test_repr_of_one_number_has_all_its_digits_as_in_tensorflow():
    assert repr(tf.constant(0.1)) == "<tf.Tensor: shape=(), dtype=float32, numpy=0.10000000149011612>"
    assert repr(tf.constant(1e-8)) == "<tf.Tensor: shape=(), dtype=float32, numpy=9.99999993922529e-09>"
    assert repr(tf.constant(123456789.0)) == "<tf.Tensor: shape=(), dtype=float32, numpy=123456792.0>"
    assert repr(tf.Variable(0.1, name="v")) == "<tf.Variable 'v:0' shape=() dtype=float32, numpy=0.10000000149011612>"
    assert repr(tf.constant(True)) == "<tf.Tensor: shape=(), dtype=bool, numpy=True>"
    assert repr(tf.constant([0.1])) == "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([0.1], dtype=float32)>"
    assert str(tf.constant(0.1)) == "tf.Tensor(0.1, shape=(), dtype=float32)"


def test_print_shows_value_shape_and_dtype():
    assert str(tf.constant([[1.0, 2.0]])) == "tf.Tensor([[1. 2.]], shape=(1, 2), dtype=float32)"
    assert str(tf.constant(1.5) * 2) == "tf.Tensor(3.0, shape=(), dtype=float32)"


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1, "int32"),
        (1.0, "float32"),
        (True, "bool"),
        ([1, 2.5], "float32"),
        (2**40, "int64"),
        ([], "float32"),
        (np.float64(1), "float64"),
        (np.arange(3), "int64"),
        (np.ones(2, np.float32), "float32"),
        ([True, False], "bool"),
    ],
)
def test_python_values_have_tensorflows_dtypes(value, dtype):
    assert tf.constant(value).dtype == dtype
    assert tf.constant(value).numpy().dtype == dtype


def test_errors_of_the_reference_name_operation_shapes_dtypes_and_line(tf_reference):
    expected = {
        "tf.constant([1,2])+tf.constant([1.,2.])": ["AddV2", "int32", "float32"],
        "tf.matmul(tf.ones([2,3]),tf.ones([2,3]))": ["MatMul", "[2, 3]"],
        "tf.ones([2,3])+tf.ones([4])": ["AddV2", "[2, 3]", "[4]"],
        "tf.matmul(tf.ones([3]),tf.ones([3,2]))": ["MatMul", "[3]"],
    }
    assert set(tf_reference["errors"]) == set(expected)
    for program, parts in expected.items():
        with pytest.raises(getattr(tf.errors, tf_reference["errors"][program])) as caught:
            eval(compile(program, "program.py", "eval"), {"tf": tf})
        assert all(part in str(caught.value) for part in [*parts, "line 1 of program.py"])


def test_python_numbers_adapt_and_tensors_never_do():
    x = tf.constant([1.0, 2.0])
    np.testing.assert_array_equal((2 * x + 1 - x / 2).numpy(), [2.5, 4])
    assert (tf.constant([1, 2], tf.int64) * 3).dtype == tf.int64
    for wrong in (lambda: tf.constant([1, 2]) * 0.5, lambda: x + tf.constant([1.0, 2.0], tf.float64)):
        with pytest.raises(Invalid, match=r"dtype"):
            wrong()


def test_an_array_on_the_left_of_add_and_matmul_keeps_its_dtype_as_in_tensorflow():
    array, kernel = np.ones((2, 2)), tf.ones([2, 2])
    for function, called in ((tf.add, "AddV2"), (tf.matmul, "MatMul")):
        with pytest.raises(Invalid, match=rf"{called} takes two tensors .* float64 .* float32"):
            function(array, kernel)
        assert function(kernel, array).dtype == tf.float32
        assert function([[1.0, 2.0], [3.0, 4.0]], kernel).dtype == tf.float32
    with pytest.raises(Invalid, match="float64"):
        tf.add(np.float64(1), kernel)
    for result in (array + kernel, kernel + array, array @ kernel, kernel @ array, tf.multiply(array, kernel)):
        assert result.dtype == tf.float32


def test_64_bits_work_and_jax_keeps_its_configuration():
    total = tf.constant([1.0, 1e-12], tf.float64)
    assert float(tf.reduce_sum(total)) == 1 + 1e-12
    assert tf.argmax([1, 3, 2]).dtype == tf.int64
    assert not jax.config.jax_enable_x64
    assert jax.numpy.arange(2).dtype == np.int32


UNARY = {
    "negative": np.negative, "square": np.square, "exp": np.exp, "abs": np.abs, "sign": np.sign, "sin": np.sin,
    "cos": np.cos, "tanh": np.tanh,
}  # fmt: skip
BINARY = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "maximum": np.maximum, "minimum": np.minimum,
    "equal": np.equal, "not_equal": np.not_equal, "less": np.less, "greater": np.greater,
}  # fmt: skip
numbers = arrays.arrays(np.float32, (2, 3), elements=st.floats(-4, 4, width=32, allow_subnormal=False))


@settings(deadline=None)
@given(numbers)
def test_functions_of_one_tensor_agree_with_numpy(x):
    found = {name: getattr(tf, name)(x) for name in UNARY}
    for name, function in UNARY.items():
        np.testing.assert_allclose(found[name].numpy(), function(x), rtol=1e-5, atol=1e-6)


@settings(deadline=None)
@given(numbers, numbers)
def test_functions_of_two_tensors_agree_with_numpy(x, y):
    found = {name: getattr(tf, name)(x, y[:1]) for name in BINARY}
    for name, function in BINARY.items():
        np.testing.assert_allclose(found[name].numpy(), function(x, y[:1]), rtol=0, atol=1e-30)


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod"])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), [1]])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reductions_agree_with_numpy(name, axis, keepdims):
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    wanted = getattr(np, name)(x, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    np.testing.assert_allclose(getattr(tf, f"reduce_{name}")(x, axis, keepdims).numpy(), wanted, rtol=1e-5)


def test_integers_stay_integers():
    x = tf.constant([5, -5, 7])
    assert (x // 2).numpy().tolist() == [2, -3, 3]
    assert (x % 3).numpy().tolist() == [2, 1, 1]
    assert tf.reduce_mean(x).numpy() == 2
    assert tf.reduce_sum(x).dtype == tf.int32
    assert (x / 2).dtype == tf.float64


def test_shapes_change_as_in_numpy():
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    pairs = [
        (tf.reshape(x, [4, -1]), x.reshape(4, -1)),
        (tf.transpose(x), x.T),
        (tf.transpose(x, [1, 0, 2]), x.transpose(1, 0, 2)),
        (tf.expand_dims(x, 1), x[:, None]),
        (tf.squeeze(x[:1]), x[0]),
        (tf.concat([x, x], 1), np.concatenate([x, x], 1)),
        (tf.stack([x, x], -1), np.stack([x, x], -1)),
        (tf.tile(x, [1, 2, 1]), np.tile(x, (1, 2, 1))),
        (tf.constant(x)[..., 1], x[..., 1]),
        (tf.constant(x)[1, ::-1, tf.newaxis, 1:3], x[1, ::-1, None, 1:3]),
        (tf.cumsum(x, 1), np.cumsum(x, 1)),
        (tf.gather(x, [2, 0], axis=1), x[:, [2, 0]]),
        (tf.boolean_mask(x[0], x[0] > 5), x[0][x[0] > 5]),
        (tf.split(x, 2, 2)[1], x[:, :, 2:]),
        (tf.pad(x[0], [[1, 0], [0, 2]]), np.pad(x[0], [(1, 0), (0, 2)])),
    ]
    for found, wanted in pairs:
        np.testing.assert_array_equal(found.numpy(), wanted)
    assert tf.shape(x).numpy().tolist() == [2, 3, 4]
    assert tf.constant(x).shape.as_list() == [2, 3, 4]


def test_masks_take_rows_and_numbers():
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    t = tf.constant(x)
    np.testing.assert_array_equal(t[t > 5].numpy(), x[x > 5])
    np.testing.assert_array_equal(t[np.array([True, False, True])].numpy(), x[[0, 2]])


def test_the_largest_of_nothing_is_the_lowest_number():
    assert tf.reduce_max(tf.zeros([0])).numpy() == -np.inf
    assert tf.reduce_min(tf.zeros([0, 2], tf.int32), 0).numpy().tolist() == [2**31 - 1] * 2
    assert tf.reduce_logsumexp([-np.inf, -np.inf]).numpy() == -np.inf


def test_cumulative_sums_from_either_end():
    assert tf.cumsum([1, 2, 3], reverse=True).numpy().tolist() == [6, 5, 3]
    assert tf.cumsum([1, 2, 3], exclusive=True).numpy().tolist() == [0, 1, 3]


def test_kinds_follow_what_is_given():
    assert tf.range(tf.constant(3)).dtype == tf.int32
    assert tf.one_hot([1], 2, on_value=5, off_value=-1).numpy().tolist() == [[-1, 5]]
    assert tf.one_hot([1], 2, on_value=5).dtype == tf.int32
    assert (tf.constant([1], tf.uint8) / 2).dtype == tf.float32
    assert tf.stack([1, 2.0]).dtype == tf.float32
    assert tf.constant([], tf.int32).dtype == tf.int32


def test_tensors_of_unlike_shapes_are_not_equal():
    assert (tf.ones([2]) == tf.ones([3])).numpy() == np.False_
    assert (tf.ones([2]) != tf.ones([3])).numpy() == np.True_


def test_norms_of_matrices():
    x = np.arange(-3, 3, dtype=np.float32).reshape(2, 3)
    for order in (1, np.inf, "fro"):
        assert tf.norm(x, order, axis=[0, 1]).numpy() == pytest.approx(np.linalg.norm(x, order))


def test_ranges_and_fills():
    assert tf.range(5).numpy().tolist() == [0, 1, 2, 3, 4]
    assert tf.range(1.0, 2.0, 0.25).dtype == tf.float32
    assert tf.fill([2, 2], 7).numpy().tolist() == [[7, 7], [7, 7]]
    assert tf.eye(2).numpy().tolist() == [[1, 0], [0, 1]]
    assert tf.zeros([2], tf.int64).dtype == tf.int64
    assert tf.ones_like([[1, 2]]).numpy().tolist() == [[1, 1]]


def test_one_hot_out_of_range_is_all_zero(tf_reference):
    assert tf.one_hot([0, 2, -1, 3], 3).numpy().tolist() == tf_reference["one_hot([0,2,-1,3],3)"]
    found = tf.argmax(tf.constant([[0, 0, 0, 0, 1], [0, 0, 0, 1, 0]]), axis=1)
    assert found.numpy().tolist() == tf_reference["argmax [[0,0,0,0,1],[0,0,0,1,0]] axis=1"]


def test_matmul_transposes():
    a, b = np.random.default_rng(1).normal(size=(2, 3, 4)), np.random.default_rng(2).normal(size=(2, 4, 5))
    for x, turn_x in ((a, False), (a.swapaxes(1, 2), True)):
        for y, turn_y in ((b, False), (b.swapaxes(1, 2), True)):
            np.testing.assert_allclose(tf.matmul(x, y, transpose_a=turn_x, transpose_b=turn_y).numpy(), a @ b)


def test_activations_and_their_derivatives_are_tensorflows(tf_reference):
    x = tf.Variable(tf_reference["x"])
    for name, wanted in tf_reference["activations"].items():
        if name == "softmax([[-0.2,0.5,0.1,0.1]])":
            found = tf.nn.softmax([[-0.2, 0.5, 0.1, 0.1]])[0]
            np.testing.assert_allclose(found.numpy(), wanted["value"], rtol=1e-5)
            continue
        with tf.GradientTape() as tape:
            found = getattr(tf.nn, name)(x)
        gradient = tape.gradient(found, x)
        np.testing.assert_allclose(found.numpy(), wanted["value"], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(gradient.numpy(), wanted["gradient"], rtol=1e-5, atol=1e-6)


def test_values_are_known_to_python():
    x = tf.constant(3)
    assert float(x) == 3.0
    assert int(x) == 3
    assert [10, 20, 30, 40][x] == 40
    assert bool(x > 2)
    assert len(tf.zeros([4, 2])) == 4
    assert [int(row) for row in tf.range(3)] == [0, 1, 2]
    assert np.asarray(x) == 3
    assert f"{tf.constant(0.5):.2f} {tf.constant(0.5)} {tf.constant([1, 2])}" == "0.50 0.5 [1 2]"
    with pytest.raises(ValueError, match="one number"):
        bool(tf.ones([2]))


def test_an_array_changed_afterwards_changes_nothing():
    array = np.ones(3, np.float32)
    x = tf.constant(array)
    y = x * 2 + array
    array[:] = 9
    assert y.numpy().tolist() == [3, 3, 3]
    value = y.numpy()
    value[:] = 9
    assert y.numpy().tolist() == [3, 3, 3]


def test_the_trap_of_stretched_targets_warns_once_and_still_computes():
    outputs, targets = tf.ones([4, 1]), tf.zeros([1, 4])
    with warnings.catch_warnings(record=True) as given_:
        warnings.simplefilter("always")
        shapes = [tf.subtract(outputs, targets).shape for _ in range(3)]
    assert shapes == [(4, 4)] * 3
    assert len(given_) == 1
    assert given_[0].category is tf.BroadcastWarning
    assert "[4, 1] and [1, 4]" in str(given_[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tf.subtract(tf.ones([4, 1]), tf.ones([1, 3]))
        tf.ones([4, 1]) + tf.ones([1, 4])


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("tf.reshape(tf.ones([2, 3]), [4, 2])", "6 values"),
        ("tf.concat([tf.ones([2, 3]), tf.ones([2, 2])], 0)", "agree in all other axes"),
        ("tf.reduce_sum(tf.ones([2]), axis=3)", "no axis 3"),
        ("tf.gather([1, 2], [2])", "0 to 1; got 2"),
        ("tf.ones([2])[[0, 1]]", "tf.gather"),
        ("tf.sqrt(tf.constant([1, 2]))", "floating-point"),
        ("tf.constant([[1], [1, 2]])", "different lengths"),
        ("tf.constant('text')", "numbers"),
        ("tf.ones([3, 4])[3]", "index 3 is out of range for axis 0"),
        ("tf.ones([3, 4])[0, -5]", "index -5 is out of range for axis 1"),
        ("tf.ones([3, 4])[0, 0, 0]", "at most one number or slice for each axis"),
        ("tf.reduce_sum(tf.constant([True]))", "Sum takes numbers; got bool"),
        ("tf.constant(True) * True", "Mul takes numbers; got bool"),
        ("(tf.constant(3) * 2, tf.constant(3) * 2.0)", "dtype"),
        ("tf.constant(1e40)", "does not fit into float32"),
        ("tf.constant(tf.constant(1), tf.float32)", "tf.cast"),
        ("tf.reduce_mean(tf.zeros([0], tf.int32))", "no mean"),
        ("tf.zeros([2.5])", "whole numbers"),
        ("tf.range(5, 1)", "leads from start to limit"),
        ("tf.norm(tf.ones([2, 2]), 2, axis=[0, 1])", "of matrices"),
        ("tf.clip_by_value(tf.ones([4]), tf.zeros([3, 4]), 1.0)", "shape of what is clipped"),
        ("tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], [[1.0], [2.0]])", "of one shape"),
        ("tf.constant(1.5, tf.int32)", "not whole"),
        ("tf.constant([1, 2, 3], shape=[2, 2])", "3 values"),
        ("tf.zeros([2], 'complex64')", "no dtype"),
        ("tf.nn.sparse_softmax_cross_entropy_with_logits([3], [[1.0, 2.0]])", "0 to 1; got 3"),
        ("tf.logical_and(tf.ones([2]), tf.ones([2]))", "bool"),
        ("tf.ones([-1])", r"ones takes a shape of sizes that are at least 0; got \[-1\]"),
        ("tf.zeros([2, -1])", r"zeros .* \[2, -1\]"),
        ("tf.eye(-1)", r"eye .* \[-1, -1\]"),
        ("tf.fill([-2], 1)", r"fill .* \[-2\]"),
        ("tf.random.normal([-1])", r"Normal .* \[-1\]"),
        ("tf.reshape(tf.ones([4]), [-2, -2])", "reshape cannot give 4 values"),
        ("tf.concat([], 0)", "concat takes at least one tensor"),
        ("tf.add_n([])", "add_n takes at least one tensor"),
        ("tf.reduce_sum(tf.ones([2]), axis='a')", "an axis is a whole number; got 'a'"),
        ("tf.reduce_sum(tf.ones([2]), axis=[0, 'a'])", "an axis is a whole number; got 'a'"),
        ("tf.nn.softmax(tf.ones([2]), 1.5)", "an axis is a whole number; got 1.5"),
        ("tf.argmax(tf.ones([2, 2]), [0, 1])", r"one axis is wanted; got \[0, 1\]"),
        ("tf.expand_dims(tf.ones([2]), 0.5)", "axis of expand_dims is a whole number; got 0.5"),
        ("tf.stack([tf.ones([2])], axis=3)", "stack cannot put an axis at 3"),
        ("tf.reduce_sum(1.0, 0)", "no axis 0 in a tensor of shape .*; it has none"),
        ("tf.one_hot([0], 'a')", "depth of one_hot is a whole number; got 'a'"),
        ("tf.one_hot([0], 2.5)", "depth of one_hot is a whole number; got 2.5"),
        ("tf.where([True], [1.0])", "both x and y, or neither; got only x"),
        ("tf.nn.dropout([1.0], 'a')", "dropout takes a rate .* got 'a'"),
    ],
)
def test_what_does_not_fit_is_said(program, said):
    with pytest.raises(Invalid, match=said) as caught:
        eval(compile(program, "program.py", "eval"), {"tf": tf})
    assert str(caught.value).endswith("(line 1 of program.py)")


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("tf.argmax([1.0, nan, 3.0])", 2),
        ("tf.argmax([nan, 1.0])", 1),
        ("tf.argmin([1.0, nan, 0.0])", 2),
        ("tf.nn.softmax(tf.zeros([2, 0]))", np.zeros((2, 0))),
        ("tf.nn.log_softmax(tf.zeros([2, 0]))", np.zeros((2, 0))),
        ("tf.reduce_all([])", True),
        ("tf.reduce_any([])", False),
        ("tf.stack([])", []),
        ("tf.constant(1.0) + True", 2.0),
        ("tf.constant([1, 2]) * True", [1, 2]),
        ("tf.nn.leaky_relu([-5, 5])", [-1.0, 5.0]),
        ("tf.cast([nan, 3e9, -3e9, -5.7], tf.int32)", [-(2**31), -(2**31), -(2**31), -5]),
        ("tf.cast([nan, 3e9, 1e20], tf.int64)", [-(2**63), 3 * 10**9, -(2**63)]),
        ("tf.cast([300.0, -1.0, 256.0, 3e9], tf.uint8)", [44, 255, 0, 0]),
    ],
)
def test_values_at_the_edges_are_tensorflows(program, values):
    found = eval(program, {"tf": tf, "nan": np.nan}).numpy()
    np.testing.assert_array_equal(found, np.array(values, found.dtype))


@pytest.mark.parametrize(
    ("program", "near"),
    [
        *[
            ("tf.reduce_summ", "reduce_sum"),
            ("tf.nn.rellu", "relu"),
            ("tf.math.sqroot", "sqrt"),
            ("tf.xyzzy", "it has"),
        ],
        *[("tf.keras.layers.Densee", "Dense"), ("tf.random.norm", "normal"), ("tf.keras.optimizers.Adan", "Adam")],
    ],
)
def test_an_unknown_name_says_what_is_there(program, near):
    with pytest.raises(AttributeError, match=near):
        eval(program, {"tf": tf})


def test_tf_print_writes_values_shortly(capsys):
    tf.print("x", tf.constant([[1.0, 2.5], [3.0, 4.0]]), tf.range(10), tf.constant(True))
    assert capsys.readouterr().err == "x [[1 2.5]\n [3 4]] [0 1 2 ... 7 8 9] 1\n"


def test_nothing_is_repeated_less_than_no_times():
    v = tf.Variable(1.0)
    v.assign_add(1.0)
    with pytest.raises(Invalid, match=r"tile takes multiples of at least 0; got \[-1\]"):
        tf.tile([1, 2], [-1])
    assert v.numpy() == 2
    assert tf.tile([1, 2], [0]).shape == (0,)


def test_long_programs_run_in_pieces():
    x = tf.constant(0.0)
    for _ in range(1300):
        x = x + 1
    assert float(x) == 1300
