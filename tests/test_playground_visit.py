from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from ffnn.errors import FeedforwardError
from ffnn.playground.web.registry import PATIENCE
from servers import Echo, Served, closing, serving, until


def test_commands_go_in_and_messages_come_out(served: Served):
    with served.socket("echo") as opened:
        assert opened.recv(timeout=20) == "visit 1"
        opened.send('{"do":"hello"}')
        assert opened.recv(timeout=20) == '{"do":"hello"}'
        opened.send('{"do":"binary"}')
        assert opened.recv(timeout=20) == b'{"do":"binary"}'
        assert opened.protocol.extensions == []


def test_compression_is_refused_even_if_it_is_asked_for(served: Served):
    with served.socket("plain", compression="deflate") as opened:
        assert opened.protocol.extensions == []


@pytest.mark.parametrize("name", ["", "a-b", "a" * 41, "%00", "é", "../a"])
def test_a_session_needs_a_plain_name(served: Served, name):
    with served.socket(name) as opened:
        assert closing(opened) == (1008, "a session's name has 1 to 40 letters and digits")


def test_a_malformed_message_closes_its_socket_and_no_other(served: Served):
    with served.socket("healthy") as healthy, served.socket("wrong") as wrong, served.socket("binary") as binary:
        wrong.send("nonsense " + "é" * 200)
        code, reason = closing(wrong)
        assert code == 1008
        assert reason.startswith("nonsense éé")
        assert len(reason.encode()) in (122, 123)
        binary.send(b"{}")
        assert closing(binary) == (1008, "a command is text, but this message is binary")
        assert healthy.recv(timeout=20) == "visit 1"
        healthy.send('{"do":"hello"}')
        assert healthy.recv(timeout=20) == '{"do":"hello"}'


@pytest.mark.parametrize(("message", "code"), [("x" * 131_073, 1009), (b"\xff\xfe", 1007)])
def test_too_long_and_not_text_are_refused_by_the_protocol(served: Served, message, code):
    with served.socket("long") as opened:
        opened.send(message, text=True)
        assert closing(opened)[0] in (code, 1006)  # the line may be cut while the rest is still being sent
    with served.socket("long") as opened:
        opened.send("x" * 131_072)
        assert closing(opened)[0] == 1008


@pytest.mark.parametrize("how", ["break", "fail"])  # in the server's thread; in the session's own
def test_a_defect_ends_its_own_session_only(served: Served, capfd, how):
    with served.socket("healthy") as healthy, served.socket(how) as broken:
        assert broken.recv(timeout=20) == "visit 1"
        broken.send(f'{{"do":"{how}"}}')
        code, reason = closing(broken)
        assert code == 1011
        assert reason.startswith("this is a defect of ffnn")
        healthy.send('{"do":"hello"}')
        assert healthy.recv(timeout=20)
    with served.socket(how) as anew:
        assert anew.recv(timeout=20) == "visit 1"
    assert "ZeroDivisionError: a defect, on purpose" in capfd.readouterr().err


@pytest.mark.parametrize("method", ["__init__", "joined", "newest"])
def test_a_defect_anywhere_in_a_session_closes_its_socket(method, capfd):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with serving(type("Broken", (Echo,), {method: broken})) as running:
        with running.socket() as opened:
            assert closing(opened)[0] == 1011
        assert running.registry.places == {}
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_session_that_cannot_begin_says_why():
    def refuse(_wake: object) -> None:
        raise FeedforwardError("the table holds no column to learn")

    with serving(refuse) as running:
        for _ in range(2):
            with running.socket() as opened:
                assert closing(opened) == (1008, "the table holds no column to learn")
        assert running.registry.places == {}


def test_a_session_that_begins_slowly_holds_up_no_other():
    ready = threading.Event()

    class Slow(Echo):
        def __init__(self, wake: Callable[[], None]) -> None:
            super().__init__(wake)
            if not first.is_set():
                first.set()
                assert ready.wait(20)

    first = threading.Event()
    with serving(Slow) as running, running.socket("slow") as early:
        until(first.is_set)
        with running.socket("quick") as quick:
            assert quick.recv(timeout=20) == "visit 1"
        with running.socket("slow") as late:
            ready.set()
            assert closing(early) == (4001, "this session goes on in another page")
            assert late.recv(timeout=20) == "visit 1"


def test_a_session_outlives_its_socket():
    with serving() as running:
        for visit in (1, 2, 3):
            with running.socket() as opened:
                assert opened.recv(timeout=20) == f"visit {visit}"
            until(lambda visit=visit: running.made[0].diary.count("left") == visit)
        assert len(running.made) == 1
    assert running.made[0].diary[-1] == "closed"


def test_a_second_page_takes_over():
    with serving() as running, running.socket() as first:
        assert first.recv(timeout=20) == "visit 1"
        with running.socket() as second:
            assert closing(first) == (4001, "this session goes on in another page")
            assert second.recv(timeout=20) == "visit 2"
            second.send('{"do":"hello"}')
            assert second.recv(timeout=20) == '{"do":"hello"}'
        assert "left" not in running.made[0].diary[:-2]
        until(lambda: running.made[0].diary[-1] == "left")
    assert running.made[0].diary == ["joined", "joined", "hello", "left", "closed"]


def test_a_session_without_a_socket_ends_after_a_while():
    assert PATIENCE == 600
    with serving(patience=0.1) as running:
        with running.socket():
            pass
        until(lambda: running.made and running.made[0].diary == ["joined", "left", "closed"])
        with running.socket() as opened:
            assert opened.recv(timeout=20) == "visit 1"
        with running.socket() as opened:  # in time
            assert opened.recv(timeout=20) == "visit 2"
            until(lambda: len(running.made) == 2)
            assert "closed" not in running.made[1].diary


def test_sixteen_sessions_live_and_a_seventeenth_is_told_so():
    with ExitStack() as pages, serving() as running:
        opened = [pages.enter_context(running.socket(f"s{number}")) for number in range(16)]
        for each in opened:
            assert each.recv(timeout=20) == "visit 1"
        with running.socket("s16") as refused:
            code, reason = closing(refused)
            assert code == 1013
            assert reason.startswith("as many pages are open")
        for left in (5, 3):  # s5 goes first
            opened[left].close()
            until(lambda left=left: running.made[left].diary[-1] == "left")
        with running.socket("s16") as taken:
            assert taken.recv(timeout=20) == "visit 1"
            until(lambda: running.made[5].diary[-1] == "closed")
            assert running.made[3].diary[-1] == "left"
            assert len(running.registry.places) == 16
    assert [made.diary[-1] for made in running.made] == ["closed"] * 17


def test_a_page_that_does_not_read_is_never_sent_a_backlog():
    class Flood(Echo):
        sent = 0

        def newest(self) -> bytes | None:
            self.sent += 1
            return bytes(1_000_000)

    with serving(Flood) as running, running.socket(max_queue=1, max_size=None, close_timeout=0.1):
        until(lambda: running.made and running.made[0].sent > 1)
        before = -1
        while before != running.made[0].sent:
            before = running.made[0].sent
            threading.Event().wait(0.2)
        assert before < 40
        assert running.ask("/static/settings.js").status == 200


def test_a_server_that_ends_closes_its_sockets():
    with ExitStack() as pages:
        with serving() as running:
            opened = pages.enter_context(running.socket())
            assert opened.recv(timeout=20) == "visit 1"
        assert closing(opened)[0] == 1012
    assert running.made[0].diary[-1] == "closed"
