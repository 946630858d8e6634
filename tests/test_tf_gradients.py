"""Variables, tapes and compiled functions against TensorFlow's semantics and printed values."""

from __future__ import annotations

import copy
import gc
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ffnn.tf as tf
from ffnn.tf.engine import recording
from ffnn.tf.engine.recording import recorder

keras = tf.keras.activations


def derivative(function, at):
    x = tf.Variable(np.float64(at))
    with tf.GradientTape() as tape:
        y = function(x)
    return float(tape.gradient(y, x))


SMOOTH = {
    "sin": tf.sin, "cos": tf.cos, "exp": tf.exp, "tanh": tf.tanh, "sigmoid": tf.sigmoid, "square": tf.square,
    "softplus": tf.nn.softplus, "gelu": tf.nn.gelu, "elu": tf.nn.elu, "silu": tf.nn.silu,
    "logarithm": lambda x: tf.math.log1p(x * x), "norm": lambda x: tf.norm(tf.stack([x, x + 3])),
    "power": lambda x: (x * x + 1) ** 1.5, "division": lambda x: x / (2 + x * x),
}  # fmt: skip


@settings(deadline=None, max_examples=10)
@given(st.floats(-2, 2).filter(lambda x: abs(x) > 1e-3))
def test_derivatives_agree_with_finite_differences(at):
    for function in SMOOTH.values():
        ends = [float(function(tf.constant(np.float64(at + step)))) for step in (-1e-5, 1e-5)]
        assert derivative(function, at) == pytest.approx((ends[1] - ends[0]) / 2e-5, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("function", "at", "slope"),
    [
        (tf.abs, 0, 0), (tf.sign, 0, 0), (tf.nn.relu, 0, 0), (tf.nn.relu6, 6, 0), (lambda x: tf.maximum(x, 2.0), 2, 1),
        (lambda x: tf.maximum(2.0, x), 2, 0), (lambda x: tf.minimum(x, 2.0), 2, 1),
        (lambda x: tf.minimum(2.0, x), 2, 0),
        (lambda x: tf.clip_by_value(x, 0.0, 1.0), 1, 1), (lambda x: tf.clip_by_value(x, 0.0, 1.0), 0, 1),
        (lambda x: tf.clip_by_value(x, 0.0, 1.0), 1.5, 0), (lambda x: tf.reduce_max(tf.stack([x, x * 1.0])), 1, 1),
        (keras.hard_sigmoid, -3, 0), (keras.hard_sigmoid, 3, 0), (keras.hard_sigmoid, 2.5, 1 / 6),
        (lambda x: keras.relu(x, max_value=6), 6, 0), (lambda x: keras.relu(x, max_value=6), 0, 0),
        (lambda x: keras.relu(x, max_value=2.0), 2, 1), (lambda x: keras.relu(x, max_value=2.0), 0, 0),
        (lambda x: keras.relu(x, max_value=6, threshold=1.0), 6, 1),
        (lambda x: keras.relu(x, negative_slope=0.5), 0, 0.5), (lambda x: keras.relu(x, 0.5, max_value=2.0), 0, 0),
        (lambda x: keras.relu(x, 0.5, max_value=2.0), -1, 0.5), (lambda x: keras.relu(x, 0.5, threshold=1.0), 1, 0),
        (lambda x: keras.relu(x, 0.5, threshold=1.0), 0.5, 0.5), (lambda x: keras.relu(x, threshold=1.0), 1, 0),
        (lambda x: keras.elu(x, 0.5), 0, 0.5), (keras.elu, 0, 1), (keras.leaky_relu, 0, 0.2), (keras.softsign, 0, 1),
    ],
)  # fmt: skip
def test_derivatives_at_ties_and_edges_are_tensorflows(function, at, slope):
    assert derivative(function, at) == slope


def slopes(function, *starts):
    """The gradient of a function by each of its variables."""
    variables = [tf.Variable(start) for start in starts]
    with tf.GradientTape() as tape:
        y = function(*variables)
    return [None if slope is None else slope.numpy() for slope in tape.gradient(y, variables)]


@pytest.mark.parametrize(
    ("function", "slope"),
    [(tf.sqrt, [0, 0, 0.2886751]), (tf.math.rsqrt, [0, 0, -0.0962250]), (tf.math.reciprocal, [0, 0, -0.1111111])],
)
def test_what_where_throws_away_has_no_derivative_as_in_tensorflow(function, slope):
    (found,) = slopes(lambda x: tf.where(x > 1.0, function(x), 0.0), [-2.0, 0.0, 3.0])
    np.testing.assert_allclose(found, slope, rtol=1e-6)
    (found,) = slopes(function, [-2.0, 0.0, 3.0])
    assert not np.isfinite(found[1])  # looked at by itself, its derivative at 0 is infinite
    at = np.array([0.5, 3.0])
    ends = [function(tf.constant(at + step)).numpy() for step in (-1e-6, 1e-6)]
    np.testing.assert_allclose(slopes(function, at)[0], (ends[1] - ends[0]) / 2e-6, rtol=1e-5)


def test_powers_of_negative_numbers_have_tensorflows_derivatives():
    assert slopes(lambda a, b: a**b, -1.0, 2.0) == [-2, 0]
    np.testing.assert_allclose(slopes(lambda x: tf.pow(x, x), [-2.0, 1.0, 2.0])[0], [0.25, 1, 6.7725887])
    by_x, by_y = slopes(lambda x, y: x**y, [[1.0], [3.0]], [2.0, 3.0])
    np.testing.assert_allclose(by_x, [[5], [33]])
    np.testing.assert_allclose(by_y, [9.88751, 29.662533], rtol=1e-6)


@pytest.mark.parametrize("labels", [[0.3, 0.9], [0.0, 0.0], [0.25, 0.75]])
def test_the_derivative_of_a_cross_entropy_is_softmax_minus_labels(labels):
    by_labels, by_logits = slopes(tf.nn.softmax_cross_entropy_with_logits, [labels], [[1.0, 2.0]])
    softmax = np.exp([1, 2]) / np.exp([1, 2]).sum()
    np.testing.assert_allclose(by_logits, [softmax - labels], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(by_labels, [-np.log(softmax)], rtol=1e-6)


def test_whole_numbers_have_no_gradient():
    assert slopes(lambda a, b: tf.cast(a, tf.float32) * b, 3, 2.0) == [None, 3]
    assert slopes(lambda a: a * 2, 3) == [None]


@pytest.mark.parametrize("make", [tf.Variable, tf.constant, lambda value: tf.Variable(value, trainable=False)])
@pytest.mark.parametrize("read", [False, True])
def test_the_derivative_of_a_thing_by_itself_is_1(make, read):
    thing, other = make([1.0, 2.0]), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = (thing * 2.0 if read else 0.0) + other
    by_thing, by_other = tape.gradient([thing, y], [thing, other])
    watched = make is tf.Variable
    np.testing.assert_array_equal(by_thing, [3, 3] if read and watched else [1, 1])
    assert by_other.numpy() == (2 if read else 1)
    with tf.GradientTape() as tape:
        pass
    np.testing.assert_array_equal(tape.gradient(thing, thing, output_gradients=tf.constant([3.0, 4.0])), [3, 4])


def test_second_derivative(tf_reference):
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(v**3)
        gradient = inner.gradient(y, v)
    found = outer.gradient(gradient, v)
    np.testing.assert_allclose(found.numpy(), tf_reference["second_derivative of sum(v**3) at 1,2,3"])


@pytest.mark.parametrize("look", ["nowhere", "inside", "between", "outside"])
def test_looking_at_values_changes_no_gradient(look):
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(v**3)
            if look == "inside":
                assert y.numpy() == 36
            z = y * 2
        if look == "between":
            assert y.numpy() == 36
        gradient = inner.gradient(z, v)
        if look == "between":
            np.testing.assert_allclose(gradient.numpy(), [6, 24, 54])
    if look == "outside":
        assert z.numpy() == 72
    np.testing.assert_allclose(outer.gradient(gradient, v).numpy(), [12, 24, 36])


def test_unconnected_sources_have_no_gradient():
    x, y, z = tf.Variable(1.0), tf.Variable(2.0), tf.Variable(3.0, trainable=False)
    with tf.GradientTape(persistent=True) as tape:
        loss = x * z + tf.stop_gradient(y) + tf.cast(tf.argmax([y, x]), tf.float32)
    assert tape.gradient(loss, y) is None
    assert tape.gradient(loss, [x, z])[1] is None
    assert tape.gradient(loss, {"x": x})["x"].numpy() == 3
    assert tape.gradient(loss, y, unconnected_gradients=tf.UnconnectedGradients.ZERO).numpy() == 0


def test_constants_are_watched_when_asked():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        untaped = x * x
    assert tape.gradient(untaped, x) is None
    with tf.GradientTape() as tape:
        tape.watch(x)
        middle = x * x
        loss = middle * middle
    by_both = tape.gradient(loss, [x, middle])
    assert by_both[0].numpy().tolist() == [4, 32]
    assert by_both[1].numpy().tolist() == [2, 8]


def test_a_tape_watches_from_where_it_is_told_to():
    x, v = tf.constant(3.0), tf.Variable(3.0)
    for source, automatic in ((x, True), (v, False)):
        with tf.GradientTape(watch_accessed_variables=automatic) as tape:
            before = source * source
            tape.watch(source)
            loss = source * before
        assert tape.gradient(loss, source).numpy() == 9


@pytest.mark.parametrize("look", [False, True])
def test_what_came_before_watching_stays_out_when_values_were_looked_at(look):
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        before = x * x
        tape.watch(x)
        if look:
            assert before.numpy() == 9
        middle = x * before
        loss = middle * x
    assert tape.gradient(loss, x).numpy() == 2 * 9 * 3
    assert [one.numpy() for one in tape.gradient(loss, [x, middle])] == [54, 3]
    assert tape.gradient(loss, before) is None


def test_a_tape_can_begin_anew():
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        lost = v * v
        tape.reset()
        loss = v * lost
    assert tape.gradient(loss, v).numpy() == 9


def test_what_is_computed_outside_the_tape_is_constant():
    v = tf.Variable(3.0)
    before = v * v
    with tf.GradientTape() as tape:
        loss = v * before
    assert tape.gradient(loss, v).numpy() == 9


def test_output_gradients_weigh():
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = v * v
    assert tape.gradient(y, v, output_gradients=tf.constant([1.0, 10.0])).numpy().tolist() == [2, 40]


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (tf.ones([3]), r"got float32 \[3\] for float32 \[2\] \(line"),
        (tf.constant(1.0), r"got float32 \[\] for float32 \[2\]"),
        ([1.0, 2.0], "one of output_gradients for each target, 1; got 2"),
    ],
)
def test_output_gradients_are_like_the_targets(weights, said):
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = v * 2.0
    with pytest.raises(tf.errors.InvalidArgumentError, match=said):
        tape.gradient(y, v, output_gradients=weights)


def test_a_second_gradient_needs_a_persistent_tape():
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = v * v
    tape.gradient(y, v)
    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.gradient(y, v)


def test_a_persistent_tape_asked_inside_remembers_afterwards():
    v = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = v**3
        slope = tape.gradient(y, v)
    assert slope.numpy() == 27
    assert tape.gradient(slope, v).numpy() == 18
    assert tape.gradient(y, v).numpy() == 27


def test_assigning_inside_the_tape_is_seen_by_both():
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        first = v * 3
        v.assign(v * 5)
        total = first + v * v
    assert tape.gradient(total, v).numpy() == 3 + 2 * 10
    assert v.numpy() == 10


def test_what_does_not_depend_on_a_root_has_no_derivative_by_it():
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = tf.where(v > 1, tf.sqrt(v - 1), 0.0)
        slope = tape.gradient(y, v)
    assert slope.numpy().tolist() == [0, 0.5]
    assert outer.gradient(slope, v).numpy().tolist() == [0, -0.25]


def test_a_tensor_made_of_a_variable_keeps_its_value():
    v = tf.Variable([1.0, 2.0])
    made = [tf.convert_to_tensor(v), tf.add_n([v]), tf.nn.dropout(v, 0.0), tf.cast(v, tf.float32), tf.stack([v])[0]]
    v.assign([3.0, 4.0])
    assert [one.numpy().tolist() for one in made] == [[1, 2]] * 5


def test_a_variable_keeps_its_place():
    v = tf.Variable(1.0, name="w")
    with pytest.raises(RuntimeError, match=r"'w:0'.*assign_add"):
        v += 1
    with pytest.raises(RuntimeError, match="assign_add"):
        v *= 2
    assert v.numpy() == 1


def test_pending_tensors_and_variables_can_be_copied():
    v = tf.Variable([1.0, 2.0], name="w", trainable=False)
    v.assign_add([1.0, 1.0])
    for again in (copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))):
        assert again(v * 2).numpy().tolist() == [4, 6]
        other = again(v)
        assert (other.numpy().tolist(), other.name, other.trainable) == ([2, 3], "w:0", False)
        other.assign([0.0, 0.0])
    assert v.numpy().tolist() == [2, 3]


def test_variables_keep_shape_and_dtype():
    v = tf.Variable([1.0, 2.0], name="w")
    v.assign_add([1.0, 1.0])
    v.assign_sub(tf.ones([2]))
    v.assign([5, 6])
    assert v.numpy().tolist() == [5, 6]
    assert v.name == "w:0"
    before = v.value()
    v.assign([7.0, 8.0])
    assert before.numpy().tolist() == [5, 6]
    for wrong in ([1.0], tf.constant([1, 2])):
        with pytest.raises(tf.errors.InvalidArgumentError, match="'w:0'"):
            v.assign(wrong)


def test_a_repeated_step_is_counted_and_runs_as_one_loop(monkeypatch):
    ran = []
    execute = recording.execute
    monkeypatch.setattr(recording, "execute", lambda segment, times: (ran.append(times), execute(segment, times)))
    v = tf.Variable(0.0)
    for _ in range(50):
        with tf.GradientTape() as tape:
            loss = (v - 3) ** 2
        v.assign_sub(0.1 * tape.gradient(loss, v))
    assert not ran
    assert v.numpy() == pytest.approx(3 * (1 - 0.8**50), rel=1e-5)
    assert ran == [50]


def test_python_is_honoured_at_every_step():
    v, seen = tf.Variable(0.0), []
    batch = np.zeros(1, np.float32)
    for step in range(6):
        batch[0] = step
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(v * batch)
            seen.append(step)
        v.assign_add(tape.gradient(loss, v))
    assert v.numpy() == 15
    assert seen == list(range(6))


def test_kept_losses_keep_their_own_values():
    v, losses = tf.Variable(1.0), []
    for _ in range(4):
        with tf.GradientTape() as tape:
            loss = v * v
        losses.append(loss)
        v.assign_sub(0.25 * tape.gradient(loss, v))
    assert [float(loss) for loss in losses] == [1, 0.25, 0.0625, 0.015625]


def test_a_failed_step_leaves_variables_alone():
    v = tf.Variable([1.0, 2.0])

    def step():
        with tf.GradientTape():
            v.assign(v + 1)
            tf.matmul(v, v)

    with pytest.raises(tf.errors.InvalidArgumentError):
        step()
    assert recorder.watching == 0
    assert v.numpy().tolist() == [2, 3]


def too_large(x):
    """A tensor for which no computer has the memory: 40,000 terabytes."""
    return tf.broadcast_to(x, [10**8, 10**8])


def test_a_value_that_cannot_be_had_takes_nothing_else_with_it():
    v, w = tf.Variable(1.0), tf.Variable([1.0, 2.0])
    for _ in range(3):
        v.assign_add(1.0)
    double, wrong = v * 2.0, too_large(v)
    w.assign(wrong[0, :2])
    with pytest.raises(tf.errors.ResourceExhaustedError, match=r"memory.*line \d+ of test_tf_gradients.py"):
        wrong.numpy()
    assert v.numpy() == 4
    assert double.numpy() == 8
    with pytest.raises(tf.errors.InvalidArgumentError, match="stopped"):
        wrong.numpy()


def test_repeated_steps_before_one_that_cannot_run_count():
    v = tf.Variable(1.0)
    add = tf.function(lambda: v.assign_add(1.0))
    for _ in range(5):
        add()
    with pytest.raises(tf.errors.ResourceExhaustedError):
        too_large(v).numpy()
    assert v.numpy() == 6


def test_tapes_that_are_gone_hold_nothing():
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        _ = v * v
    del tape
    gc.collect()
    with tf.GradientTape() as tape:
        y = v * v
    assert tape.gradient(y, v).numpy() == 2
    assert not recorder.tapes


def test_a_function_is_traced_once_for_each_kind_of_arguments():
    traced = []

    @tf.function
    def double(x, times=2):
        traced.append(x.shape)
        return x * times

    for x in (tf.constant(1.0), tf.constant(2.0), tf.constant([1.0, 2.0]), np.float32([3, 4])):
        double(x)
    assert double(tf.constant(2.0), times=5).numpy() == 10
    assert traced == [(), (2,), ()]


def test_a_function_reads_and_writes_variables(capsys):
    v = tf.Variable(1.0)

    @tf.function
    def step(x):
        tf.print("before", v)
        v.assign_add(x)
        return {"double": v * 2, "nothing": None}

    for x in (1.0, 2.0):
        result = step(tf.constant(x))
    assert result["double"].numpy() == 8
    assert result["nothing"] is None
    assert v.numpy() == 4
    assert capsys.readouterr().err == "before 1\nbefore 2\n"


def test_gradients_flow_through_functions():
    v = tf.Variable(3.0)

    @tf.function
    def cube(x):
        return x * x * v

    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            y = cube(x)
        return tape.gradient(y, v)

    with tf.GradientTape() as tape:
        y = cube(tf.constant(2.0))
    assert tape.gradient(y, v).numpy() == 4
    assert slope(tf.constant(5.0)).numpy() == 25


def test_a_function_connects_only_what_derivatives_flow_through():
    x, unused, a, b, c = (tf.Variable(value) for value in (1.0, 2.0, 3.0, 4.0, 5.0))

    @tf.function
    def square(x, y):
        return x * x + tf.stop_gradient(y) + tf.cast(tf.cast(y, tf.int32), tf.float32)

    @tf.function
    def outer(x, y):
        return square(x, y), y * 2

    @tf.function
    def branch(x):
        return tf.cond(tf.stop_gradient(x) > 0, lambda: a * 2, lambda: -b)

    @tf.function
    def power(x, y):
        return tf.while_loop(
            lambda _, i: i < 2, lambda p, i: (p * x + tf.stop_gradient(y), i + 1), (x + 0, 0), maximum_iterations=5
        )[0]

    with tf.GradientTape(persistent=True) as tape:
        one, (two, _), three, four = square(x, unused), outer(x, unused), branch(x), power(x, unused)
    assert tape.gradient(one, unused) is None
    assert tape.gradient(one, x).numpy() == 2
    assert tape.gradient(two, unused).numpy() == 0  # as in TensorFlow: the other result depends on it
    found = tape.gradient(three, [a, b, c, x])
    assert [one if one is None else float(one) for one in found] == [2, 0, None, None]
    assert tape.gradient(four, unused) is None
    assert tape.gradient(four, x).numpy() == 3 + 2


def test_the_gradient_of_a_loop_of_unknown_length_says_what_to_write():
    x, y = tf.Variable(2.0), tf.Variable(3.0)

    @tf.function
    def power(x):
        return tf.while_loop(lambda p: p < 100, lambda p: p * x, [tf.constant(1.0)])[0]

    @tf.function
    def turns(y):
        return y * tf.while_loop(lambda i: i < 4, lambda i: i + 1, [tf.constant(0.0)])[0]

    with tf.GradientTape(persistent=True) as tape:
        found, other = power(x), turns(y)
        with pytest.raises(tf.errors.InvalidArgumentError, match="maximum_iterations"):
            tape.gradient(found, x)
    assert found.numpy() == 128
    assert tape.gradient(other, y).numpy() == 4


def test_a_label_out_of_range_in_a_function_is_an_error():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(labels):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, v))
        optimizer.apply_gradients([(tape.gradient(loss, v), v)])
        return loss

    step(tf.constant([0, 1]))
    before = v.numpy()
    loss = step(tf.constant([0, 5]))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"0 to 1; got 5 \(line \d+ of test_tf_gradients.py\)"):
        loss.numpy()
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"no value, because its program stopped.*got 5"):
        loss.numpy()
    np.testing.assert_array_equal(v.numpy(), before)
    assert np.isfinite(step(tf.constant([0, 1])).numpy())


def test_a_loop_stops_before_the_step_that_goes_wrong():
    v, place = tf.Variable(0.0), tf.Variable(0)
    values = tf.constant([1.0, 2.0, 4.0])

    @tf.function
    def step():
        v.assign_add(tf.gather(values, place))
        place.assign_add(1)

    for _ in range(10):
        step()
    with pytest.raises(tf.errors.InvalidArgumentError, match="gather takes numbers from 0 to 2; got 3"):
        v.numpy()
    assert (v.numpy(), place.numpy()) == (7, 3)


def test_what_only_values_show_is_found_in_branches_and_loops():
    values = tf.constant([1.0, 2.0, 4.0])

    @tf.function
    def branch(x, i):
        return tf.cond(x > 0, lambda: tf.gather(values, i), lambda: 7 // i + 0 * values[0])

    @tf.function
    def search(x):
        return tf.while_loop(lambda i: values[i] < x, lambda i: i + 1, [tf.constant(0)])[0]

    @tf.function
    def total(n):
        return tf.while_loop(
            lambda i, _: i < n, lambda i, s: (i + 1, s + values[i]), (0, tf.constant(0.0)), maximum_iterations=9
        )[1]

    with pytest.raises(tf.errors.InvalidArgumentError, match="dtype"):
        branch(tf.constant(1.0), tf.constant(1))
    assert (search(tf.constant(3.0)).numpy(), total(tf.constant(3)).numpy()) == (2, 7)
    for wrong in (lambda: search(tf.constant(9.0)), lambda: total(tf.constant(4))):
        with pytest.raises(tf.errors.InvalidArgumentError, match="from -3 to 2; got 3"):
            wrong().numpy()

    @tf.function
    def divided(x, i):
        return tf.cond(x > 0, lambda: 7 // i, lambda: 7 % (i - 1))

    assert [divided(tf.constant(x), tf.constant(3)).numpy() for x in (1.0, -1.0)] == [2, 1]
    assert divided(tf.constant(1.0), tf.constant(1)).numpy() == 7
    with pytest.raises(tf.errors.InvalidArgumentError, match="FloorDiv of whole numbers cannot divide by 0"):
        divided(tf.constant(1.0), tf.constant(0)).numpy()
    with pytest.raises(tf.errors.InvalidArgumentError, match="FloorMod of whole numbers"):
        divided(tf.constant(-1.0), tf.constant(1)).numpy()


def test_whole_numbers_are_not_divided_by_0():
    zero = tf.Variable(0)
    for wrong in (lambda: tf.constant(1) // 0, lambda: tf.constant(1) % 0, lambda: tf.constant(2) ** -1):
        with pytest.raises(tf.errors.InvalidArgumentError, match="whole numbers"):
            wrong()
    with pytest.raises(tf.errors.InvalidArgumentError, match="cannot divide by 0"):
        (tf.constant(1) // zero).numpy()
    assert (tf.constant(1.0) // 0.0).numpy() == np.inf


def test_a_branch_prints_only_what_it_prints(capsys):
    @tf.function
    def branch(x):
        return tf.cond(x > 0, lambda: (tf.print("above", x), x)[1], lambda: (tf.print("below"), -x)[1])

    assert [branch(tf.constant(x)).numpy() for x in (2.0, -3.0)] == [2, 3]
    assert capsys.readouterr().err == "above 2\nbelow\n"


@pytest.mark.parametrize("wrong", [lambda: tf.print("x"), lambda: tf.random.normal([])])
def test_a_loop_in_a_function_neither_prints_nor_draws(wrong):
    @tf.function
    def loop():
        return tf.while_loop(lambda i: i < 3, lambda i: (wrong(), i + 1)[1], [tf.constant(0)])

    with pytest.raises(tf.errors.InvalidArgumentError, match="prints nothing and draws no random numbers"):
        loop()


def test_cond_and_while_inside_functions():
    v = tf.Variable(0.0)

    @tf.function
    def branch(x):
        return tf.cond(x > 0, lambda: v.assign_add(x) * 2, lambda: -x)

    assert [branch(tf.constant(x)).numpy() for x in (3.0, -4.0)] == [6, 4]
    assert v.numpy() == 3

    @tf.function
    def power(x):
        return tf.while_loop(
            lambda i, _: i < 4, lambda i, y: (i + 1, y * x), (0, tf.ones_like(x)), maximum_iterations=9
        )[1]

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = power(x + 0.0)
    assert y.numpy() == 16
    assert tape.gradient(y, x).numpy() == 32
    assert tf.cond(tf.constant(True), lambda: 1, lambda: 2) == 1
    assert tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])[0].numpy() == 3


@pytest.mark.parametrize("look", [bool, float, list, lambda x: x.numpy(), lambda x: [1, 2][tf.cast(x, tf.int32)]])
def test_python_cannot_branch_on_a_traced_tensor(look):
    @tf.function
    def wrong(x):
        look(x)
        return x

    with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match=r"tf\.cond.*tf\.while_loop"):
        wrong(tf.constant(1.0))
    assert recorder.segment.outer is None


def test_a_tensor_that_leaks_from_a_function_is_an_error():
    kept = []

    @tf.function
    def leak(x):
        kept.append(x * 2)
        return x

    leak(tf.constant(1.0))
    with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="return it"):
        kept[0] + 1


def test_branches_must_agree():
    @tf.function
    def wrong(x):
        return tf.cond(x > 0, lambda: x, lambda: tf.zeros([2]))

    with pytest.raises(tf.errors.InvalidArgumentError, match="same kinds"):
        wrong(tf.constant(1.0))


def test_methods_can_be_functions():
    class Counter:
        def __init__(self):
            self.count = tf.Variable(0)

        @tf.function
        def add(self, by):
            self.count.assign_add(by)
            return self.count

    one, other = Counter(), Counter()
    assert one.add(tf.constant(2)).numpy() == 2
    assert one.add(tf.constant(3)).numpy() == 5
    assert other.add(tf.constant(3)).numpy() == 3


def test_calls_that_only_assign_are_counted(monkeypatch):
    ran = []
    execute = recording.execute
    monkeypatch.setattr(recording, "execute", lambda segment, times: (ran.append(times), execute(segment, times)))
    v = tf.Variable(0)

    @tf.function
    def step():
        v.assign_add(2)

    for _ in range(30):
        step()
    v.assign_sub(1)
    for _ in range(3):
        step()
    assert v.numpy() == 65
    assert ran[0] == 30


def test_ctrl_c_leaves_variables_at_their_last_values():
    v = tf.Variable(2.0)

    def train():
        for step in range(10):
            with tf.GradientTape() as tape:
                loss = v * v
            v.assign_sub(0.1 * tape.gradient(loss, v))
            if step == 4:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train()
    assert v.numpy() == pytest.approx(2 * 0.8**5)


def test_a_tape_remembers_values_of_its_own_time():
    v = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as old:
        y = v * v
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = v * v
        v.assign_sub(0.5 * tape.gradient(loss, v))
    assert v.numpy() == 0
    assert [old.gradient(y, v).numpy() for _ in range(2)] == [6, 6]


def test_momentum_may_be_a_plain_tensor():
    v, velocity = tf.Variable(4.0), tf.zeros([])
    w, momentum = 4.0, 0.0
    for _ in range(5):
        with tf.GradientTape() as tape:
            loss = v * v
        velocity = 0.9 * velocity - 0.1 * tape.gradient(loss, v)
        v.assign_add(velocity)
        momentum = 0.9 * momentum - 0.1 * 2 * w
        w += momentum
    assert v.numpy() == pytest.approx(w, rel=1e-5)
