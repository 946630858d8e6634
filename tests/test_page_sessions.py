"""Several pages, a page that is taken over, and a server that goes and comes back."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from pages import ask, equal, parameters, playing, ready, until, visiting

pytestmark = pytest.mark.slow


def test_two_sessions_do_not_disturb_each_other(browser, playground):
    with (
        visiting(browser, playground, "dataset=xor&hidden=3&speed=10") as one,
        visiting(browser, playground, "dataset=spiral&hidden=6,2&restarts=2&speed=1") as other,
    ):
        first = parameters(other)
        for page in (one, other):
            page.click("#run")
        until(one, "store.frame.epoch > 50")
        until(other, "store.frame.epoch > 10")
        one.click("#run")
        one.wait_for_selector("body[data-status=paused]", state="attached")
        epoch = ask(other, "store.frame.epoch")
        until(other, f"store.frame.epoch > {epoch + 5}")
        one.fill("#set-seed", "5")
        one.keyboard.press("Enter")
        equal(one, "store.scene.settings.seed", 5)
        assert ask(other, "[store.scene.settings.dataset, store.scene.settings.hidden]") == ["spiral", [6, 2]]
        assert ask(other, "store.scene.settings.seed") == 0
        other.click("#reset")
        equal(other, "store.frame?.epoch", 0)
        assert parameters(other) == first


def test_the_server_goes_and_comes_back(browser, tmp_path):
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state")}
    with playing("--no-browser", "--port", 0, environment=environment) as first:
        port = urlsplit(first.url).port
        with visiting(browser, first.url, peaceful=False) as page:
            page.fill("#set-seed", "5")
            page.keyboard.press("Enter")
            page.click("#add-neuron-0")
            equal(page, "store.scene.settings.hidden", [5, 2])
            page.wait_for_selector("body[data-status=paused]", state="attached")
            initial = parameters(page)
            page.click("#run")
            until(page, "store.frame.epoch > 5")
            first.process.kill()
            first.process.wait()
            page.wait_for_selector("body[data-status=gone]", state="attached")
            until(page, "document.querySelector('#gone p').textContent.includes('The server is gone')")
            assert page.is_visible("#connect")
            page.select_option("#set-optimizer", "adam")  # is not lost
            with playing("--no-browser", "--port", port, environment=environment):
                page.click("#connect")
                ready(page, "running")  # as before
                until(page, "store.frame?.epoch > 5")
                assert page.is_hidden("#gone")
                said = "[store.scene.settings.seed, store.scene.settings.hidden, store.scene.settings.optimizer]"
                equal(page, said, [5, [5, 2], "adam"])
                page.click("#run")
                page.click("#reset")
                equal(page, "store.frame?.epoch", 0)
                assert parameters(page) == initial


def test_a_line_that_is_opened_twice_is_one(browser, playground):
    with visiting(browser, playground) as page:
        page.add_init_script("""
            const hurry = setInterval(() => window.dispatchEvent(new Event("online")), 1);
            setTimeout(() => clearInterval(hurry), 1000);
        """)
        page.reload()
        page.wait_for_timeout(1500)
        page.click("#step")
        until(page, "store.frame?.epoch > 0")
        assert ask(page, "store.status") == "live"


def test_a_second_page_takes_the_session_over(browser, playground):
    with visiting(browser, playground, "seed=7", session="shared") as old:
        old.click("#step")
        equal(old, "store.frame.epoch", 1)
        kept = parameters(old)
        with visiting(browser, playground, session="shared") as new:
            assert [ask(new, "store.settings.seed"), ask(new, "store.frame.epoch")] == [7, 1]
            assert parameters(new) == kept
            old.wait_for_selector("body[data-status=gone]", state="attached")
            assert "this session goes on in another page" in old.inner_text("#gone p")
            new.wait_for_timeout(10_500)  # as long as it waits after a refusal of any other kind
            assert [ask(old, "store.status"), ask(new, "store.status")] == ["refused", "live"]
            old.click("#connect")
            old.wait_for_selector("body[data-status=paused]", state="attached")
            new.wait_for_selector("body[data-status=gone]", state="attached")
            assert parameters(old) == kept
