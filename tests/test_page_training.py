"""Training on the page: it learns, it stops, it goes back, and it says when it breaks."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from pages import agreed, ask, drawn, equal, parameters, train, until, visiting


@pytest.mark.slow
def test_xor_is_learned(browser, playground):
    with visiting(browser, playground, "dataset=xor&points=1000&hidden=8&speed=fastest") as page:
        page.click("#run")
        page.wait_for_selector("body[data-status=running]", state="attached")
        until(page, "Number(document.body.dataset.train) < 0.05 && Number(document.body.dataset.test) < 0.05", 40)
        page.click("#run")
        page.wait_for_selector("body[data-status=paused]", state="attached")
        epochs, losses = ask(page, "[store.history.epochs, store.history.train[0]]")
        assert all(one < other for one, other in pairwise(epochs))
        assert losses[0] > 0.3 > 0.05 > losses[-1]
        assert float(re.match(r"[\d.]+", page.inner_text("#figures")).group()) > 97
        assert page.inner_text("#epoch") == f"{epochs[-1]:,}"


def test_run_pause_step_and_reset(browser, playground):
    with visiting(browser, playground) as page:
        first = parameters(page)
        page.click("#step")
        equal(page, "store.frame.epoch", 1)
        stepped = parameters(page)
        assert stepped != first
        page.click("#run")
        until(page, "store.frame.epoch > 30")
        page.click("#run")
        page.wait_for_selector("body[data-status=paused]", state="attached")
        stopped = ask(page, "store.frame.epoch")
        page.wait_for_timeout(200)
        assert ask(page, "store.frame.epoch") == stopped
        page.click("#reset")
        equal(page, "store.frame?.epoch", 0)
        assert parameters(page) == first
        assert ask(page, "store.history.epochs.filter((epoch) => epoch > 0)") == []
        page.wait_for_selector("body[data-status=paused]", state="attached")
        page.click("#step")
        equal(page, "store.frame.epoch", 1)
        assert parameters(page) == stepped  # the same run again


@pytest.mark.slow
def test_the_timeline_leads_back_and_training_goes_on_from_there(browser, playground):
    with visiting(browser, playground) as page:
        first = parameters(page)
        for _ in range(10):
            train(page, 10)
        last = ask(page, "store.frame.epoch")
        page.focus("#timeline")
        page.keyboard.press("Home")
        equal(page, "store.frame.epoch", 0)
        assert parameters(page) == first
        assert page.get_attribute("#timeline", "aria-valuetext") == "epoch 0"
        page.keyboard.press("End")
        equal(page, "store.frame.epoch", last)  # nothing is lost by looking back
        page.keyboard.press("ArrowLeft")
        back = ask(page, "store.frame.snapshots.at(-2)")
        equal(page, "store.frame.epoch", back)
        page.click("#step")
        equal(page, "store.frame.epoch", back + 1)
        assert ask(page, "store.history.epochs.at(-1)") == back + 1
        assert max(ask(page, "store.frame.snapshots")) <= back + 1


@pytest.mark.slow
def test_divergence_names_epoch_and_layer_and_leads_back(browser, playground):
    with visiting(browser, playground, "problem=regression&hidden=4&activation=linear&learning_rate=3") as page:
        page.click("#run")
        page.wait_for_selector("body[data-status=diverged]", state="attached")
        told = page.inner_text("#diverged p")
        assert re.search(r"epoch \d+.* layer [12] ", told), told
        assert "learning rate" in told
        page.click("#rewind-good")
        page.wait_for_selector("body[data-status=paused]", state="attached")
        assert page.is_hidden("#diverged")
        assert all(abs(number) < float("inf") for number in parameters(page))
        page.fill("#set-learning_rate", "0.001")
        page.keyboard.press("Enter")
        page.click("#run")
        until(page, "store.frame.status === 'running' && store.frame.epoch > 20")


@pytest.mark.slow
def test_a_live_change_leaves_a_mark_and_loses_nothing(browser, playground):
    with visiting(browser, playground) as page:
        page.click("#run")
        reached = until(page, "store.frame.epoch > 10 && store.frame.epoch")
        generation = ask(page, "store.scene.generation")
        page.focus("#set-learning_rate")
        page.keyboard.press("ArrowUp")
        equal(page, "store.history.marks.map(([, text]) => text)", ["learning rate 0.03 → 0.1"])
        page.select_option("#set-optimizer", "adam")
        equal(page, "store.history.marks.length", 2)
        epochs = ask(page, "store.history.marks.map(([epoch]) => epoch)")
        assert reached <= epochs[0] <= epochs[1]
        assert ask(page, "store.scene.generation") == generation
        until(page, f"store.frame.epoch > {epochs[1]}")
        settings = agreed(page)
        assert (settings["learning_rate"], settings["optimizer"]) == (0.1, "adam")
        marks = ask(page, "store.history.marks")
        page.reload()
        page.wait_for_selector("body[data-status=running]", state="attached")
        equal(page, "store.history.marks", marks)


@pytest.mark.slow
def test_of_sixteen_starts_each_can_be_seen(browser, playground):
    with visiting(browser, playground, "dataset=xor&hidden=4&restarts=16&speed=10") as page:
        train(page, 100)
        until(page, "document.querySelectorAll('#choose-restart option').length === 16")
        losses = ask(page, "[...store.frame.loss]")
        assert len(losses) == 32
        assert len(set(losses)) == 32
        names = page.eval_on_selector_all("#choose-restart option", "(all) => all.map(({ value }) => Number(value))")
        assert names == sorted(range(16), key=lambda restart: losses[2 * restart + 1])
        seen = set()
        for chosen in (names[0], names[-1]):
            page.select_option("#choose-restart", str(chosen))
            equal(page, "store.frame.restart", chosen)
            drawn(page)
            assert float(page.get_attribute("body", "data-test")) == pytest.approx(losses[2 * chosen + 1])
            seen.add(tuple(parameters(page)))
        assert len(seen) == 2
        page.mouse.move(0, 0)
        box = page.locator("#chart canvas").bounding_box()
        for down in range(4, int(box["height"]), 6):  # somewhere at the right end there is another line
            page.mouse.click(box["x"] + box["width"] - 20, box["y"] + down)
        until(page, f"store.frame.restart !== {names[-1]}")


@pytest.mark.slow
def test_frames_never_pile_up(browser, playground):
    """However slow the page is: it gets the next frame when it has drawn the last one."""
    waiting, most = 0, 0

    def received(message):
        nonlocal waiting, most
        waiting += isinstance(message, bytes)
        most = max(most, waiting)

    def sent(message):
        nonlocal waiting
        waiting -= message == '{"do":"seen"}'

    def opened(socket):
        socket.on("framereceived", received)
        socket.on("framesent", sent)

    with visiting(browser, playground, "speed=fastest") as page:
        page.on("websocket", opened)
        page.reload()
        page.wait_for_selector("body[data-status=paused]", state="attached")
        page.click("#run")
        until(page, "store.frame.epoch > 50")
        before = ask(page, "[store.frame.epoch, Number(document.body.dataset.frames)]")
        page.evaluate("() => { const end = Date.now() + 700; while (Date.now() < end); }")  # the page hangs
        until(page, f"Number(document.body.dataset.frames) > {before[1] + 3}")
        assert ask(page, "store.frame.epoch") > before[0]
        page.click("#run")
        page.wait_for_selector("body[data-status=paused]", state="attached")
    assert 1 <= most <= 2  # a scene and its first frame
