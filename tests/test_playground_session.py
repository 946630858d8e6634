"""A session as the server and a page see it: its own thread, one picture at a time, nothing that breaks it."""

from __future__ import annotations

import gzip
import json
import threading
import time

import numpy as np
import polars as pl
import pytest

from courses import unpacked
from ffnn.errors import FeedforwardError, TableError
from ffnn.playground import session as sessions
from ffnn.playground.data import Table
from ffnn.playground.errors import MalformedError
from ffnn.playground.session import Session
from ffnn.playground.trainer import Trainer
from servers import until

SMALL = {"hidden": [3], "points": 40, "seed": 1, "speed": "1"}
CSV = b"x,y,label\n" + b"".join(b"%d.5,%d,%s\n" % (row, row % 7, b"ab"[row % 2 : row % 2 + 1]) for row in range(40))


class Page:
    """A page that draws, and says so, when it is told to."""

    def __init__(self, table: Table | None = None) -> None:
        self.news = threading.Event()
        self.session = Session(self.news.set, table)
        self.refused: list[str] = []

    def do(self, what: str, **others) -> None:
        self.session.do(json.dumps({"do": what, **others}))

    def now(self) -> tuple[dict, dict] | None:
        """The next message with arrays, if there is one."""
        while isinstance(message := self.session.newest(), str):
            told = json.loads(message)
            assert told["kind"] == "refused"
            self.refused.append(told["sentence"])
        return None if message is None else unpacked(message)

    def next(self, seconds: float = 60) -> tuple[dict, dict]:
        end = time.monotonic() + seconds
        while (message := self.now()) is None:
            assert time.monotonic() < end, "no message comes"
            self.news.wait(0.05)
            self.news.clear()
        return message

    def drawn(self, kind: str = "frame", **wanted) -> tuple[dict, dict]:
        """Draw one message after another, up to one like that."""
        for _ in range(2000):
            header, arrays = self.next()
            self.do("seen")
            if header["kind"] == kind and all(header[name] == value for name, value in wanted.items()):
                return header, arrays
        raise AssertionError(f"no {kind} with {wanted} came")

    def ready(self) -> tuple[dict, dict]:
        """Draw up to the first picture of the small network that is complete: nothing is compiled any more."""
        while self.drawn("scene")[0]["settings"]["hidden"] != SMALL["hidden"]:
            pass
        header, arrays = self.drawn(status="paused", epoch=0)
        while "health" not in arrays:  # comes when its own program is compiled, with a picture of its own
            header, arrays = self.drawn(status="paused", epoch=0)
        return header, arrays

    def quiet(self, seconds: float = 0.3) -> None:
        time.sleep(seconds)
        assert self.now() is None


@pytest.fixture
def page():
    page = Page()
    page.session.joined()
    page.do("set", settings=SMALL)
    yield page
    page.session.close()
    assert page.session.failed is None


def test_a_scene_comes_first_then_pictures_of_it(page):
    header, arrays = page.next()
    assert (header["kind"], header["reset"]) == ("scene", True)
    page.do("seen")
    small, _ = page.drawn("scene") if header["settings"]["hidden"] != [3] else (header, arrays)
    assert small["widths"] == [2, 3, 1]
    frame, arrays = page.next()
    assert (frame["kind"], frame["generation"], frame["epoch"]) == ("frame", small["generation"], 0)
    assert frame["status"] in ("compiling", "paused")
    assert arrays["parameters"].shape == (2 * 3 + 3 + 3 + 1,)


def test_steps_run_and_pause(page):
    page.ready()
    page.do("step", epochs=5)
    header, _ = page.drawn(epoch=5)
    assert header["status"] == "paused"
    page.do("run")
    page.drawn(status="running")
    page.do("pause")
    header, _ = page.drawn(status="paused")
    page.do("seen")
    page.quiet()


def test_no_picture_comes_before_the_last_one_was_drawn(page):
    page.ready()
    page.do("set", settings={"speed": "fastest"})
    page.do("run")
    first = page.next()[0]["epoch"]
    page.quiet()  # it trains on, and waits
    page.do("seen")
    assert page.next()[0]["epoch"] > first + 1


def test_new_scenes_make_no_backlog_of_pictures(page):
    page.ready()
    page.do("run")
    undrawn = [page.next()[0]["kind"]]
    assert undrawn == ["frame"]
    for noise in (5, 10, 15, 20):
        page.do("set", settings={"noise": noise})
        undrawn.append(page.next()[0]["kind"])
    assert undrawn == ["frame", *["scene"] * 4]  # the page still draws a picture: no other comes
    page.do("run")
    page.quiet()
    for _ in range(12):
        page.do("seen")
        undrawn.pop(0)
        time.sleep(0.02)
        while message := page.now():
            undrawn.append(message[0]["kind"])
        assert undrawn.count("frame") <= 1
        if not undrawn:
            undrawn.append(page.next()[0]["kind"])


@pytest.mark.parametrize("work", [0.001, 0.012, 0.025, 0.1])
def test_pictures_come_thirty_three_times_a_second_where_drawing_leaves_time_for_it(work):
    pause = 0.0
    for _ in range(100):
        seconds = pause + work
        pause = sessions.paced(pause, seconds)
    assert seconds == pytest.approx(max(1 / 33, work), rel=1e-3)


def test_whoever_comes_is_told_everything_beginning_with_the_scene(page):
    page.ready()
    page.do("step", epochs=3)
    page.drawn(epoch=3)
    page.do("run")
    for _ in range(20):
        page.session.joined()
        header, _ = page.next()
        assert header["kind"] == "scene"
        assert header["reset"]
        frame, arrays = page.next()
        assert frame["kind"] == "frame"
        assert arrays["curve"][:3, 0].tolist() == [1, 2, 3]  # the whole course so far
        page.do("seen")
        page.do("seen")


def test_commands_wait_in_a_line_that_ends(page):
    page.ready()
    held, running = threading.Event(), threading.Event()
    page.session._todo.put(lambda: (running.set(), held.wait(60)))
    assert running.wait(60)
    for _ in range(sessions.LONGEST_LINE):
        page.do("pause")
    with pytest.raises(MalformedError, match="more commands"):
        page.do("pause")
    held.set()
    until(page.session._todo.empty)
    page.do("step")
    page.drawn(epoch=1)


def test_nothing_trains_while_nobody_looks(page):
    page.ready()
    page.do("set", settings={"speed": "fastest"})
    page.do("run")
    page.drawn(status="running")
    page.session.left()
    trainer = page.session._trainer
    until(lambda: not page.session._attached)
    time.sleep(0.1)
    epoch = trainer.course.epoch
    time.sleep(0.2)
    assert trainer.course.epoch == epoch
    page.session.joined()
    assert page.drawn(status="running")[0]["epoch"] >= epoch


def test_what_cannot_be_is_answered_by_a_sentence_and_changes_nothing(page):
    before, _ = page.ready()
    for what, others in {
        "set": {"settings": {"noise": 99}},
        "choose": {"restart": 7},
        "edit": {"layer": 9, "row": 0, "unit": 0, "value": 1},
        "look": {"row": 4000},
        "focus": {"layer": 3, "unit": 1},
    }.items():
        page.refused.clear()
        page.do(what, **others)
        after, _ = page.drawn()
        until(lambda: page.now() or page.refused)
        assert len(page.refused) == 1, what
        assert (after["generation"], after["epoch"]) == (before["generation"], 0)
    page.do("set", settings={"dataset": "table"})
    page.drawn()
    until(lambda: page.now() or page.refused[1:])
    assert page.refused[-1] == "no table is open; open one first"


@pytest.mark.parametrize(
    "message", ["", "{}", '{"do":"sing"}', '{"do":"step","epochs":0}', '{"do":"step","epochs":1001}']
)
def test_what_no_page_sends_is_malformed(page, message):
    with pytest.raises(MalformedError, match="no such command"):
        page.session.do(message)


def test_a_point_and_a_neuron_are_followed(page):
    page.ready()
    page.do("look", row=3)
    page.do("focus", layer=0, unit=2)
    arrays = page.drawn(look={"row": 3, "at": None})[1]
    while "focus" not in arrays:
        arrays = page.drawn()[1]
    assert arrays["look_values"].shape == (6,)
    np.testing.assert_array_equal(arrays["focus"][2::4, 2::4], arrays["neurons"][2])
    page.do("look", at=[0.5, -0.5])
    page.drawn(look={"row": None, "at": [0.5, -0.5]})
    page.do("focus")
    page.do("look")
    arrays = page.drawn(look=None)[1]
    assert not {"focus", "look_values"} & arrays.keys()


def test_a_table_is_learned_from_and_taken_along(page):
    page.ready()
    assert page.session.load("C:\\mine\\points.csv", CSV) == {"name": "points.csv", "rows": 40}
    scene, _ = page.drawn("scene")
    assert scene["table"]["name"] == "points.csv"
    assert [column["role"] for column in scene["table"]["columns"]] == ["input", "input", "target"]
    assert scene["classes"] == ["a", "b"]
    kind, content = page.session.export("points.csv")
    assert kind.startswith("text/csv")
    assert pl.read_csv(content).columns == ["x", "y", "label"]
    with pytest.raises(FeedforwardError, match="there is no file"):
        page.session.export("../model.safetensors")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.csv", b""),
        ("bad.csv", b"a,b\n1,2\n3\n"),
        ("bad.csv", b"\xff\xfe\x00"),
        ("bad.parquet", b"PAR1"),
        ("bad.csv", b"only\na\nb\na\nb\n"),
        ("bad", b"?"),
        ("", b"?"),
        ("." + "\N{GRINNING FACE}" * 300, b"?"),
        ("../../etc/passwd", b"?"),
    ],
)
def test_a_bad_table_is_told_by_its_name_and_changes_nothing(page, name, content):
    before, _ = page.ready()
    with pytest.raises(TableError) as caught:
        page.session.load(name, content)
    assert "/tmp" not in str(caught.value)
    page.do("step")
    after, _ = page.drawn(epoch=1)
    assert after["generation"] == before["generation"]


def test_a_session_begins_with_a_table():
    page = Page(Table("mine", pl.read_csv(CSV)))
    page.session.joined()
    header, _ = page.next()
    assert header["table"]["name"] == "mine"
    assert header["settings"]["inputs"] == "normalised"
    page.session.close()


def test_a_session_that_is_closed_ends_its_threads_and_says_so():
    before = set(threading.enumerate())
    page = Page()
    page.session.joined()
    page.next()
    assert set(threading.enumerate()) - before
    page.session.close()
    until(lambda: not set(threading.enumerate()) - before, 60)
    with pytest.raises(FeedforwardError, match="has ended"):
        page.session.load("points.csv", CSV)
    with pytest.raises(FeedforwardError, match="has ended"):
        page.session.export("points.csv")


def test_a_defect_ends_the_session_and_no_one_waits_for_it(monkeypatch):
    page = Page()
    page.session.joined()
    page.next()
    monkeypatch.setattr(Trainer, "reset", lambda _: 1 / 0)
    page.news.clear()
    page.do("reset")
    until(lambda: page.session.failed)
    assert isinstance(page.session.failed, ZeroDivisionError)
    assert page.news.wait(5)  # the server is told
    with pytest.raises(FeedforwardError, match="has ended"):
        page.session.export("points.csv")
    page.session.close()


def test_a_defect_while_a_table_is_opened_belongs_to_whoever_sent_it(page, monkeypatch):
    page.ready()
    monkeypatch.setattr(Trainer, "open", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        page.session.load("points.csv", CSV)
    page.do("step")
    page.drawn(epoch=1)


def test_quick_changes_while_it_compiles_end_with_the_last(page):
    for number in range(1, 7):
        page.do("set", settings={"hidden": [number]})
        page.do("set", settings={"learning_rate": number / 10, "batch": number})
        page.do("run")
    header, arrays = page.drawn(status="running")
    while header["epoch"] == 0:
        header, arrays = page.drawn(status="running")
    assert arrays["parameters"].shape == (4 * 6 + 1,)
    page.do("pause")


def test_a_name_is_kept_short():
    assert len(sessions.read_table("a" * 3000 + ".csv", CSV).name) == sessions.LONGEST_NAME


@pytest.mark.parametrize("name", ["a.csv", "..\\..\\etc/a.csv", "C:\\mine\\a.csv", "/tmp/a.csv", "../a.csv", "a\0.csv"])
def test_of_a_name_the_last_part_counts(name):
    assert sessions.read_table(name, CSV).name == "a.csv"


def test_a_packed_table_expands_to_so_much_and_no_more(page, monkeypatch):
    page.ready()
    packed = gzip.compress(CSV)
    assert page.session.load("t.csv.gz", packed) == {"name": "t.csv.gz", "rows": 40}
    monkeypatch.setattr(sessions, "LARGEST_TEXT", len(CSV))
    page.session.load("t.CSV.GZ", packed)
    monkeypatch.setattr(sessions, "LARGEST_TEXT", len(CSV) - 1)
    with pytest.raises(TableError, match=r"t\.csv\.gz expands to more than"):
        page.session.load("t.csv.gz", packed)


def test_answers_that_nobody_reads_end_too(page):
    page.ready()

    def flood():
        for _ in range(2 * sessions.LONGEST_LINE):
            page.do("choose", restart=77)

    with pytest.raises(MalformedError, match="more commands"):
        flood()
    assert page.session._outbox.replies <= sessions.LONGEST_LINE


def test_marks_come_though_another_plane_took_the_place_of_their_picture(page):
    page.ready()
    page.session.load("t.csv", CSV)
    page.drawn("scene")
    page.drawn(status="paused")
    until(lambda: not page.session._trainer.course._probing or page.session._trainer.course._probing.done())
    time.sleep(0.2)
    while page.now():
        page.do("seen")
        time.sleep(0.2)
    page.do("set", settings={"learning_rate": 0.2})
    page.do("step", epochs=3)
    until(lambda: page.session._trainer.course.epoch == 3 and page.session._outbox.picture_waits)
    page.do("set", settings={"row": 5})
    until(lambda: page.session._outbox._scene)
    scene, _ = page.drawn("scene")
    assert scene["reset"]
    header, arrays = page.drawn(epoch=3)
    assert [text for _, text in header["marks"]] == ["learning rate 0.03 → 0.2"]
    assert arrays["curve"][:, 0].tolist() == [1, 2, 3]
