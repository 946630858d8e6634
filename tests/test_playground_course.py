"""Training as a page steers it; what is done aside is done at once here."""

from __future__ import annotations

import json
from concurrent.futures import Future

import numpy as np
import polars as pl
import pytest

from courses import picture, settle, train, trainer, unpacked, weights
from ffnn.errors import FeedforwardError, TableError
from ffnn.playground import course, scene
from ffnn.playground.data import Table
from ffnn.playground.errors import PlaygroundError
from ffnn.playground.exports import export
from ffnn.playground.pictures import Interest, Picture, scene_message
from ffnn.playground.settings import Settings, changed
from ffnn.playground.trainer import Trainer


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """No moment is kept for the time that has passed: how long a test takes shall not matter."""
    monkeypatch.setattr(course, "SELDOM", np.inf)


def test_steps_are_taken_and_no_more():
    its = trainer()
    assert its.course.status == "paused"
    train(its, 3)
    assert (its.course.epoch, its.course.status) == (3, "paused")
    its.course.run()
    assert its.course.status == "running"
    its.course.advance()
    its.course.pause()
    assert its.course.epoch > 3
    assert not its.course.busy


def test_a_reset_begins_with_the_very_same_weights():
    its = trainer(restarts=2)
    first = weights(its)
    train(its, 5)
    trained = weights(its)
    its.reset()
    settle(its)
    assert np.array_equal(weights(its), first)
    train(its, 5)
    assert np.array_equal(weights(its), trained)


def test_time_turned_back_goes_on_as_it_did():
    its = trainer(optimizer="adam")
    for _ in range(4):
        train(its, 2)
    later = weights(its)
    its.course.rewind(4)
    assert its.course.epoch == 4
    assert {0, 2, 4, 6, 8} <= set(its.course.snapshots.epochs)  # until training goes on
    train(its, 2)
    assert its.course.cut == 4
    train(its, 2)
    assert np.array_equal(weights(its), later)
    header, arrays = picture(its)
    assert header["cut"] == 4
    assert arrays["curve"][:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_an_edited_weight_is_shown_and_trained_on():
    its = trainer()
    its.course.edit(0, 1, 2, 2.5)
    _, arrays = picture(its)
    assert arrays["parameters"][1 * 3 + 2] == 2.5
    its.course.edit(1, None, 0, -1.0)
    assert picture(its)[1]["parameters"][-1] == -1.0
    before = weights(its)
    train(its, 1)
    assert not np.array_equal(before, weights(its))
    for wrong in ((5, 0, 0), (0, 2, 0), (0, None, 3), (1, 3, 0)):
        with pytest.raises(PlaygroundError, match="has no"):
            its.course.edit(*wrong, 1.0)


@pytest.mark.parametrize(
    "choices",
    [{"learning_rate": 0.1}, {"batch": 5}, {"penalty": "l2", "penalty_rate": 0.1}, {"optimizer": "adam"}],
)
def test_rates_change_while_it_trains(choices):
    its = trainer()
    train(its, 3)
    before = weights(its)
    its.set(choices)
    settle(its)
    assert its.course.epoch == 3
    assert np.array_equal(before, weights(its))
    ((epoch, text),) = its.course.curve.marks_taken()
    assert (epoch, next(iter(choices)).replace("_", " ") in text) == (3, True)
    other = trainer()
    train(other, 3)
    train(its, 1)
    train(other, 1)
    assert not np.array_equal(weights(its), weights(other))


def test_what_cannot_be_had_changes_nothing():
    its = trainer()
    train(its, 2)
    before, generation = weights(its), its.generation
    for choices in ({"noise": 99}, {"dataset": "table"}, {"hidden": [0]}, {"problem": []}):
        with pytest.raises(FeedforwardError):
            its.set(choices)
    with pytest.raises(TableError):
        its.open(Table("one column", pl.DataFrame({"a": [1, 2, 3]})))
    assert its.generation == generation
    assert its.course.epoch == 2
    assert np.array_equal(before, weights(its))


def test_a_network_that_diverges_goes_back_and_says_where():
    its = trainer(problem="regression", learning_rate=100.0, activation="linear")
    first = weights(its)
    its.course.run()
    while its.course.busy:
        its.course.advance()
        its.course.renew()
    assert its.course.status == "diverged"
    assert its.course.sentence.startswith("Diverged in epoch ")
    assert "learning rate, such as 10" in its.course.sentence
    assert np.isfinite(weights(its)).all()
    header, _ = picture(its)
    assert header["running"] == [False]
    its.course.rewind(header["good"])
    assert its.course.status == "paused"
    assert np.array_equal(weights(its), first) == (header["good"] == 0)


def test_restarts_are_chosen_and_each_has_its_losses():
    its = trainer(restarts=3)
    train(its, 2)
    losses = picture(its)[1]["loss"]
    assert losses.shape == (3, 2)
    assert len({float(loss) for loss in losses[:, 0]}) == 3
    one = weights(its)
    its.course.choose(2)
    header, arrays = picture(its)
    assert header["restart"] == 2
    assert not np.array_equal(one, weights(its))
    np.testing.assert_allclose(arrays["loss"], losses)
    with pytest.raises(PlaygroundError, match="there are 3"):
        its.course.choose(3)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_few_drawn_points(count, problem):
    drawn = [[float(number), 1.0, number % 2] for number in range(count)]
    its = Trainer(lambda _: Future())
    its.set({"problem": problem, "dataset": "drawn", "drawn": drawn, "inputs": "normalised"})
    scene, _ = unpacked(scene_message(its, reset=its.anew))
    assert scene["rows"]["shown"] == count
    assert np.isfinite(picture(its)[1]["loss"]).all()
    if count < 2:
        with pytest.raises(PlaygroundError, match="too few points"):
            its.course.run()


def test_sums_and_values_of_a_point_are_numpys():
    its = trainer()
    train(its, 3)
    _, scene = unpacked(scene_message(its, reset=its.anew))
    header, arrays = picture(its, row=7)
    first, bias, second, last = np.split(arrays["parameters"], np.cumsum([6, 3, 3]))
    x = scene["points"][7]
    sums = x @ first.reshape(2, 3) + bias
    out = np.tanh(sums) @ second + last
    np.testing.assert_allclose(arrays["look_values"], [*x, *np.tanh(sums), *np.tanh(out)], rtol=1e-5)
    np.testing.assert_allclose(arrays["look_sums"], [*sums, *out], rtol=1e-5)
    truth = 2 * scene["truth"][7] - 1
    back = 2 * (np.tanh(out) - truth) * (1 - np.tanh(out) ** 2)
    hidden = back * second * (1 - np.tanh(sums) ** 2)
    expected = [*np.outer(x, hidden).ravel(), *hidden, *(np.tanh(sums) * back), *back]
    np.testing.assert_allclose(arrays["look_gradients"], expected, rtol=1e-3, atol=1e-6)
    assert header["look"] == {"row": 7, "at": None}


def test_the_map_has_its_top_at_the_top_and_agrees_with_the_points():
    its = trainer(points=200, dataset="gauss", inputs="normalised")
    train(its, 20)
    _, scene = unpacked(scene_message(its, reset=its.anew))
    header, arrays = picture(its, neuron=(-1, 1))
    field = arrays["field"][0]
    assert field[10, 90] > 200  # +1 lies to the upper right
    assert field[90, 10] < 50
    assert arrays["focus"][0, 0] > arrays["focus"][-1, 0]  # the input y
    rows = ((6 - scene["points"][:, 1]) / 12 * 100).astype(int).clip(0, 99)
    columns = ((scene["points"][:, 0] + 6) / 12 * 100).astype(int).clip(0, 99)
    agree = (field[rows, columns] > 127) == (arrays["predicted"] == 1)
    assert agree.mean() > 0.98
    right = arrays["predicted"] == scene["truth"]
    shown = {"train": right[scene["test"] == 0].mean(), "test": right[scene["test"] == 1].mean()}
    for side, share in shown.items():
        assert header["figures"][side]["accuracy"] == pytest.approx(share)


def test_dead_and_saturated_units_are_counted():
    its = trainer(activation="relu", hidden=[4])
    its.course.edit(0, None, 0, -1000.0)
    _, arrays = picture(its)
    assert arrays["health"].shape == (2, 4)
    assert arrays["health"][0, 2] == pytest.approx(0.25)
    assert np.isnan(arrays["health"][0, 3])
    tanh = trainer()
    tanh.course.edit(0, None, 0, 50.0)
    health = picture(tanh)[1]["health"]
    assert health[0, 3] >= 1 / 3
    assert np.isnan(health[0, 2])


def test_a_network_is_changed_while_it_compiles_and_trains_by_the_last_choices():
    waiting = []

    def later(work):
        waiting.append((work, Future()))
        return waiting[-1][1]

    its = trainer()
    its._aside = later
    its.reset()
    its.course.run()
    assert its.course.status == "compiling"
    for rate in (0.1, 0.2, 0.3):
        its.set({"learning_rate": rate})
    its.set({"batch": 5})
    assert [future.cancelled() for _, future in waiting] == [True] * 4 + [False]
    with pytest.raises(PlaygroundError, match="edit it in a moment"):
        its.course.edit(0, 0, 0, 1.0)
    its.course.rewind(0)  # nothing to go back to yet; as always, it pauses
    its.course.choose(0)
    work, future = waiting[-1]
    future.set_result(work())
    its.course.done(future)
    train(its, 2)
    other = trainer(learning_rate=0.3, batch=5)
    train(other, 2)
    assert np.array_equal(weights(its), weights(other))


def test_what_was_made_for_an_older_choice_is_left_alone():
    its = trainer()
    old = Future()
    old.set_result(None)
    its.course.done(old)
    train(its, 1)
    assert its.course.epoch == 1


def explosive(**choices) -> Trainer:
    """Of several restarts some diverge, others do not: those whose weights are edited to be huge."""
    return trainer(problem="regression", activation="relu", restarts=4, learning_rate=0.01, **choices)


def burst(its: Trainer, restart: int) -> None:
    shown = its.course.restart
    its.course.choose(restart)
    for layer in (0, 1):
        for row in range(2 + layer):
            for unit in range(3 - 2 * layer):
                its.course.edit(layer, row, unit, 1e9)
    its.course.choose(shown)


def test_restarts_that_diverge_do_not_stop_the_one_that_is_shown():
    its = explosive()
    train(its, 2)
    burst(its, 2)
    train(its, 3)
    assert (its.course.epoch, its.course.status) == (5, "paused")
    header, arrays = picture(its)
    assert header["running"] == [True, True, False, True]
    assert np.isfinite(arrays["loss"][[0, 1, 3]]).all()
    assert header["good"] == 5
    its.course.run()
    its.course.choose(2)
    assert its.course.status == "diverged"
    assert its.course.sentence.startswith("This network diverged in epoch 3.")
    assert not its.course.wants
    header, arrays = picture(its)
    assert header["good"] == 2  # the others' newest moment is none of its own
    assert (arrays["field"] <= 255).all()
    with pytest.raises(PlaygroundError, match="has diverged; go back"):
        export("model.safetensors", its)
    its.course.choose(1)
    assert (its.course.status, its.course.sentence) == ("paused", "")
    its.course.choose(2)
    its.course.rewind(header["good"])
    assert its.course.status == "paused"
    assert np.isfinite(weights(its)).all()
    assert picture(its)[0]["running"] == [True] * 4


def test_when_all_restarts_have_diverged_training_ends():
    its = explosive()
    for restart in range(4):
        burst(its, restart)
    its.course.run()
    for _ in range(50):
        if its.course.busy:
            its.course.advance()
            its.course.renew()
    assert not its.course.wants
    assert its.course.sentence.startswith("Diverged in epoch 1: ")
    assert picture(its)[0]["running"] == [False] * 4


def test_restarts_differ_and_each_is_what_it_is_alone():
    its = trainer(restarts=4)
    train(its, 3)
    alone = trainer()
    train(alone, 3)
    np.testing.assert_allclose(weights(its), weights(alone), rtol=1e-4, atol=1e-6)


def test_slow_epochs_are_taken_fewer_at_once():
    its = trainer()
    course = its.course
    course._portion = 128
    course._adapt(100, 1.0)  # though it was not a whole portion
    assert course._portion == 50
    course._adapt(50, 0.001)
    assert course._portion == 100
    course._adapt(1, 0.001)
    assert course._portion == 100
    its.set({"batch": 1})
    settle(its)
    assert its.course._portion == 1


@pytest.mark.parametrize("speed", ["1", "10", "100", "growing", "fastest"])
def test_from_picture_to_picture_so_many_epochs_pass(speed):
    its = trainer(speed=speed)
    its.course.run()
    for _ in range(3):
        its.course.renew()
        for _ in range(300):
            if its.course.busy:
                its.course.advance()
    assert its.course.epoch == {"1": 3, "10": 30, "100": 300, "growing": 3}.get(speed, its.course.epoch)
    assert its.course.busy == (speed == "fastest")


def test_a_change_of_the_plane_keeps_everything_else():
    its = trainer()
    draw = np.random.default_rng(0)
    frame = pl.DataFrame({"x": draw.normal(size=40), "y": draw.normal(size=40), "z": draw.normal(size=40)})
    its.open(Table("t.csv", frame.with_columns(colour=pl.Series(["r", "g", "b", "r"] * 10), label=frame["x"] > 0)))
    settle(its)
    train(its, 2)
    before = weights(its)
    for choices, axes in (
        ({"across": "z"}, ["z", "x"]),
        ({"up": "y", "row": 7}, ["z", "y"]),
        ({"view": "pca"}, ["component 1", "component 2"]),
        ({"view": "plane"}, ["z", "y"]),
    ):
        its.set(choices)
        scene, _ = unpacked(scene_message(its, reset=its.anew))
        assert scene["axes"] == axes
        its.anew = False
    assert its.course.epoch == 2
    assert its.course.curve.marks_taken() == []
    assert np.array_equal(weights(its), before)
    its._aside = lambda _: Future()  # what follows need not be compiled
    with pytest.raises(TableError, match="no numeric input 'nothing'"):
        its.set({"across": "nothing"})
    assert its.scene.settings.across == "z"
    its.set({"target": "z"})  # one of the plane's: the plane is chosen anew
    assert (its.scene.plane.axes, its.scene.settings.problem) == (("x", "y"), "regression")
    its.set({"categories": "number", "across": "colour"})
    assert its.scene.plane.axes == ("colour", "x")
    its.set({"categories": "one-hot"})
    assert its.scene.plane.axes == ("x", "y")


def test_no_number_in_a_header_is_none_of_json():
    its = explosive()
    burst(its, 0)
    message = Picture(its, Interest(row=0)).message()
    length = int.from_bytes(message[:4], "little")
    json.loads(message[4 : 4 + length], parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.mark.parametrize("kernel", ["zeros", "normal(3)"])
def test_deep_networks_and_odd_weights_are_shown(kernel):
    its = Trainer(lambda _: Future())
    its.set({"hidden": [32] * 10, "kernel_initializer": kernel, "activation": "relu", "restarts": 16, "points": 20})
    header, arrays = picture(its, neuron=(9, 31))
    assert arrays["neurons"].shape == (320, 25, 25)
    assert arrays["loss"].shape == (16, 2)
    assert header["running"] == [True] * 16


SOME = {
    "problem": ["classification", "regression"],
    "dataset": ["circle", "spiral", "reg-gauss", "drawn", "table"],
    "drawn": [[], [[0, 0, 0]], [[1e6, -1e6, 1], [0, 0, 0]], [[1, 1, 5], [2, 2, 0]], [[1, 1, 0.5], [2, 2, -1e6]]],
    "features": [["x"], ["x", "y", "x2", "y2", "xy", "sinx", "siny"]],
    "inputs": ["raw", "normalised"],
    "categories": ["one-hot", "number"],
    "hidden": [[], [1], [32, 32, 8]],
    "activation": ["tanh", "relu", "elu", "mish"],
    "kernel_initializer": ["glorot_uniform", "normal(3)", "zeros"],
    "loss": ["mean_squared_error", "cross_entropy"],
    "share": [10, 90],
    "learning_rate": [1e-6, 100],
    "restarts": [1, 3],
    "target": ["", "a", "c", "l"],
    "across": ["", "a", "nothing"],
    "view": ["plane", "pca"],
    "row": [0, 9999],
}


@pytest.mark.slow
def test_whatever_is_chosen_after_whatever_is_shown_or_refused():
    draw = np.random.default_rng(0)
    labels = {"c": draw.choice(list("pqrs"), 60), "l": draw.choice(["x", "y"], 60)}
    frame = pl.DataFrame({"a": draw.normal(size=60), "b": draw.integers(0, 9, 60), **labels})
    its = Trainer(lambda _: Future())
    its.open(Table("t.csv", frame))
    shown = 0
    for _ in range(300):
        names = draw.choice(list(SOME), draw.integers(1, 4), replace=False)
        before = its.generation, its.scene.settings
        try:
            its.set({str(name): SOME[name][draw.integers(len(SOME[name]))] for name in names})
        except FeedforwardError:
            assert (its.generation, its.scene.settings) == before
            continue
        header, _ = unpacked(scene_message(its, reset=its.anew))
        frame, arrays = picture(its, row=0 if header["rows"]["shown"] else None)
        assert arrays["predicted"].shape == (header["rows"]["shown"],)
        assert frame["generation"] == header["generation"]
        shown += 1
    assert shown > 100


def test_steps_that_are_asked_for_while_others_are_left_are_taken_too():
    its = trainer()
    its.course.run(2)
    train(its, 3)
    assert its.course.epoch == 5


def test_a_network_that_has_diverged_is_not_trained_on():
    its = explosive()
    train(its, 2)
    burst(its, 2)
    train(its, 3)
    its.course.choose(2)
    with pytest.raises(PlaygroundError, match="diverged in epoch 3; go back"):
        its.course.run()
    assert its.course.status == "diverged"
    its.course.choose(1)
    train(its, 1)
    assert its.course.epoch == 6


def test_what_was_after_the_last_good_moment_is_forgotten_once_training_goes_on():
    its = trainer(problem="regression", dataset="reg-plane", activation="linear", learning_rate=0.03)
    train(its, 4)
    picture(its)
    its.set({"learning_rate": 1.0})
    settle(its)
    its.course.run()
    while its.course.busy:
        its.course.advance()
        its.course.renew()
    good = its.course.epoch
    assert its.course.status == "diverged"
    assert picture(its)[1]["curve"][-1, 0] > good
    its.set({"learning_rate": 0.03})
    settle(its)
    train(its, 2)
    header, arrays = picture(its)
    assert header["cut"] == good
    assert arrays["curve"][:, 0].tolist() == [good + 1, good + 2]
    its.course.curve.again()
    assert (np.diff(picture(its)[1]["curve"][:, 0]) > 0).all()


def test_of_a_wide_table_fewer_rows_are_used(monkeypatch):
    frame = pl.DataFrame({"kind": [f"k{row % 20}" for row in range(200)], "x": range(200), "label": ["a", "b"] * 100})
    whole = scene.build(changed(Settings(), {"dataset": "table", "inputs": "normalised"}), Table("t", frame))
    assert len(whole.data.cells) == 200
    monkeypatch.setattr(scene, "MOST_CELLS", 50 * len(whole.encoder.inputs))
    fewer = scene.build(whole.settings, Table("t", frame))
    assert len(fewer.data.cells) == 50
    assert "50 of 200 rows are used, drawn at random" in fewer.data.notes
