"""What has happened: moments, losses by epoch, and what becomes of both when time is turned back."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from courses import picture, settle, train, trainer, weights
from ffnn.playground import course
from ffnn.playground.past import MOST_BYTES, MOST_MARKS, MOST_POINTS, MOST_SNAPSHOTS, MOST_TOLD, Curve, Snapshots


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """No moment is kept for the time that has passed: how long a test takes shall not matter."""
    monkeypatch.setattr(course, "SELDOM", np.inf)


def moment(epoch: int, size: int = 1000) -> SimpleNamespace:
    return SimpleNamespace(epoch=epoch, size=size)


def kept(epochs, **others) -> Snapshots:
    moments = Snapshots()
    for epoch in epochs:
        moments.add(moment(epoch, **others))
    return moments


def test_moments_are_kept_in_order_and_the_nearest_is_found():
    moments = kept([0, 3, 10])
    assert moments.epochs == [0, 3, 10]
    assert [moments.nearest(epoch).epoch for epoch in (0, 1, 2, 6, 7, 500)] == [0, 0, 3, 3, 10, 10]
    moments.cut(3)
    assert moments.epochs == [0, 3]


def test_a_moment_of_the_same_epoch_takes_the_place_of_the_last():
    moments = kept([0, 3])
    new = moment(3)
    moments.add(new)
    assert moments.epochs == [0, 3]
    assert moments.kept[-1] is new


def test_of_many_moments_some_are_kept_from_the_first_to_the_newest():
    moments = kept(range(1000))
    assert len(moments.kept) <= MOST_SNAPSHOTS
    assert moments.epochs[0] == 0
    assert moments.epochs[-1] == 999
    assert moments.epochs == sorted(set(moments.epochs))
    large = kept(range(100), size=MOST_BYTES // 10)
    assert 8 <= len(large.kept) <= 10
    assert len(kept(range(100), size=2 * MOST_BYTES).kept) <= 8


def told(curve: Curve) -> list[int]:
    return curve.taken()[:, 0].astype(int).tolist()


def losses(count: int, restarts: int = 1) -> np.ndarray:
    return np.ones((count, restarts), np.float32)


def test_each_epoch_is_told_once_with_its_losses():
    curve = Curve(2)
    loss, score = (np.arange(6, dtype=np.float32).reshape(3, 2) + add for add in (0, 100))
    curve.add(1, loss, score)
    assert curve.taken().tolist() == [[1, 0, 1, 100, 101], [2, 2, 3, 102, 103], [3, 4, 5, 104, 105]]
    assert curve.taken().shape == (0, 5)
    curve.add(4, loss[:0], score[:0])  # every restart has diverged
    assert told(curve) == []


@pytest.mark.parametrize("count", [MOST_POINTS + 1, MOST_TOLD, MOST_TOLD + 1, MOST_TOLD + 2, 3 * MOST_TOLD + 1])
def test_many_epochs_are_thinned_but_the_newest_is_told(count):
    curve = Curve(1)
    curve.add(1, losses(count), losses(count))
    found = told(curve)
    assert len(found) == MOST_POINTS
    assert found == sorted(set(found))
    assert found[-1] == count
    curve.again()
    assert told(curve) == found


def test_to_a_new_page_the_newest_of_a_long_course_is_told_too():
    curve = Curve(1)
    for first in range(1, 20_000, 50):
        curve.add(first, losses(50), losses(50))
        assert told(curve)[-1] == first + 49
    curve.again()
    found = told(curve)
    assert 1000 < len(found) <= MOST_TOLD
    assert found == sorted(set(found))
    assert found[-1] == 20_000


def test_what_is_cut_is_not_told_again():
    curve = Curve(1)
    curve.add(1, losses(10), losses(10))
    told(curve)
    curve.add(11, losses(10), losses(10))
    curve.cut(15)
    assert told(curve) == [11, 12, 13, 14, 15]
    curve.cut(5)
    curve.again()
    assert told(curve) == [1, 2, 3, 4, 5]


def test_marks_are_told_once_and_to_a_new_page_again():
    curve = Curve(1)
    curve.mark(3, "a")
    curve.mark(7, "b")
    assert curve.marks_taken() == [(3, "a"), (7, "b")]
    assert curve.marks_taken() == []
    curve.mark(9, "c")
    curve.again()
    assert curve.marks_taken() == [(3, "a"), (7, "b"), (9, "c")]
    curve.mark(12, "d")
    curve.cut(8)
    assert curve.marks_taken() == []
    curve.again()
    assert curve.marks_taken() == [(3, "a"), (7, "b")]
    for epoch in range(3 * MOST_MARKS):
        curve.mark(10 + epoch, "e")
    assert len(curve.marks_taken()) == MOST_MARKS
    curve.again()
    assert curve.marks_taken()[-1] == (9 + 3 * MOST_MARKS, "e")


def epochs_of(its) -> list[int]:
    return picture(its)[1]["curve"][:, 0].astype(int).tolist()


def test_a_rate_changed_in_the_past_holds_from_there_and_the_future_is_forgotten():
    its = trainer()
    for _ in range(4):
        train(its, 2)
    assert epochs_of(its) == [1, 2, 3, 4, 5, 6, 7, 8]
    its.course.rewind(4)
    before = weights(its)
    its.set({"learning_rate": 0.3})
    settle(its)
    assert np.array_equal(weights(its), before)
    assert its.course.snapshots.epochs == [0, 2, 4, 6, 8]  # until training goes on
    train(its, 1)
    assert its.course.snapshots.epochs == [0, 2, 4, 5]
    header, arrays = picture(its)
    assert header["cut"] == 4
    assert header["snapshots"] == [0, 2, 4, 5]
    assert arrays["curve"][:, 0].tolist() == [5]
    its.course.curve.again()
    assert epochs_of(its) == [1, 2, 3, 4, 5]


def test_time_is_turned_back_from_epochs_that_no_picture_has_shown():
    its = trainer()
    train(its, 2)
    picture(its)
    its.course.run(3)
    while its.course.busy:
        its.course.advance()  # and nobody looks
    its.course.rewind(2)
    assert its.course.epoch == 2
    train(its, 1)
    assert its.course.cut == 2
    assert epochs_of(its) == [3]


def test_an_edit_in_the_past_forgets_the_future():
    its = trainer(optimizer="adam")
    for _ in range(3):
        train(its, 2)
    its.course.rewind(2)
    its.course.edit(0, 0, 0, 2.0)
    assert its.course.snapshots.epochs == [0, 2]
    header, arrays = picture(its)
    assert (header["epoch"], header["cut"]) == (2, 2)
    assert arrays["parameters"][0] == 2
    its.course.rewind(2)
    assert picture(its)[1]["parameters"][0] == 2  # the moment is the edited one
    its.course.rewind(0)
    train(its, 1)
    assert its.course.snapshots.epochs == [0, 1]


def test_another_optimizer_can_be_rewound_past():
    its = trainer()
    train(its, 2)
    its.set({"optimizer": "adam"})
    settle(its)
    train(its, 2)
    its.course.rewind(0)
    first = weights(its)
    train(its, 1)  # by Adam, from the first weights
    steps = np.abs(weights(its) - first)
    assert ((steps > 0) & (steps < 0.03 * 2 * 1.01)).all()  # two batches of ten


def test_a_stretch_of_time_without_training_is_no_speed():
    its = trainer()
    its.course.run()
    assert its.course.speed == 0
    for _ in range(3):
        its.course.renew()
        its.course.advance()
    assert its.course.speed > 0
    its.course.pause()
    assert its.course.speed == 0
    its.course.run()
    assert its.course.speed == 0
