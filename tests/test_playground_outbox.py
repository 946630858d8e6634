"""Replies first, the newest scene, then one picture at a time."""

from __future__ import annotations

from ffnn.playground.outbox import Outbox


def test_replies_go_first_then_the_scene_then_its_picture():
    outbox = Outbox()
    outbox.put_scene(b"scene")
    outbox.put_picture(b"picture")
    outbox.reply("no")
    assert [outbox.take() for _ in range(4)] == ["no", b"scene", b"picture", None]


def test_a_scene_takes_the_place_of_what_waits():
    outbox = Outbox()
    outbox.put_scene(b"one")
    outbox.put_picture(b"picture of one")
    assert outbox.picture_waits
    outbox.put_scene(b"two")
    assert not outbox.picture_waits
    assert [outbox.take(), outbox.take()] == [b"two", None]


def test_a_picture_waits_until_the_last_one_is_drawn_but_a_scene_does_not():
    outbox = Outbox()
    outbox.put_picture(b"one")
    assert outbox.take() == b"one"
    assert not outbox.wants_picture
    outbox.put_picture(b"two")
    assert outbox.take() is None
    outbox.put_scene(b"scene")
    assert outbox.take() == b"scene"
    outbox.put_picture(b"three")
    assert outbox.take() is None
    assert outbox.drawn()  # the picture
    assert outbox.take() == b"three"
    assert not outbox.drawn()  # the scene
    assert outbox.drawn()
    assert not outbox.drawn()  # nothing is left that could be
    assert outbox.wants_picture


def test_who_comes_gets_nothing_that_was_made_for_the_page_before():
    outbox = Outbox()
    outbox.reply("no")
    outbox.put_picture(b"sent")
    assert [outbox.take(), outbox.take()] == ["no", b"sent"]
    outbox.hold()
    outbox.put_scene(b"old")
    outbox.put_picture(b"old")
    assert outbox.take() is None
    outbox.release()
    assert outbox.take() is None
    outbox.put_scene(b"new")
    outbox.put_picture(b"new picture")
    assert [outbox.take(), outbox.take()] == [b"new", b"new picture"]
