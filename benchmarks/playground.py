"""The playground's page in a real browser, on the same machine: pictures and epochs a second, and what one waits for.

Theirs is the page of TensorFlow Playground (tensorflow/playground at 02469bd), one epoch to a picture: its figures were
measured once, in headless Chromium on two cores like these, and stand here as numbers.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from measure import Figure, bound, installed

DEFAULT, DEEP = (4, 2), (8, 8, 8, 8, 8, 8)

THEIRS = {DEFAULT: 59.0, DEEP: 13.0}
"""Epochs a second of TensorFlow Playground's page, by hidden layers."""

SECONDS = 5.0
"""How long epochs are counted."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]

CHANGE = """(hidden) => new Promise((resolve) => {
  const store = window.ffnn.store, old = Number(document.body.dataset.generation), began = performance.now();
  let first = null;
  const watch = new MutationObserver(() => {
    const now = document.body.dataset;
    if (Number(now.generation) <= old) return;
    first ??= performance.now() - began;
    if (Number(now.epoch) > 0) { watch.disconnect(); resolve([first, performance.now() - began]); }
  });
  watch.observe(document.body, { attributes: true });
  store.set({ hidden });
  store.send({ do: 'run' });
})"""
"""Changes the hidden layers and trains: milliseconds to the new network's first picture, and to its first epoch."""


def page(pairs: int) -> list[Figure]:
    """Every figure of the page; the best of `pairs` runs for times, the median for speeds."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None or not installed("playwright"):
        what = "the playground's page"
        return [Figure(what, None, None, "", None, None, "needs chromium and playwright")]
    runs = [measured(browser) for _ in range(pairs)]
    best = {name: min(run[name] for run in runs) for name in ("first", "change", "training")}
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0] if name not in best}
    figures = []
    for hidden, at_least in ((DEFAULT, 50), (DEEP, 100)):
        ours, frames = middle[f"epochs {hidden}"], middle[f"frames {hidden}"]
        what = f"epochs a second on the page, {len(hidden)} hidden layers, against TensorFlow Playground's"
        note = f"{frames:.0f} pictures a second, drawn in {middle[f'draw {hidden}']:.2f} ms (median; at most 4)"
        theirs = THEIRS[hidden]
        figures.append(Figure(what, ours, theirs, "/s", ours / theirs, bound("at least", at_least), note))
    limits = {
        "first": ("from the command to the first picture, against 2 s", 2.0),
        "change": ("from a change to six layers of eight to its first picture, against 0.2 s", 0.2),
        "training": ("from that change to its training, against 1 s", 1.0),
    }
    for name, (what, limit) in limits.items():
        figures.append(Figure(what, best[name], limit, "s", best[name] / limit, ("at most", 1.0)))
    return figures


def measured(browser: str) -> dict[str, float]:
    """One run: a browser, then a server whose compiled programs no other run has left."""
    from playwright.sync_api import sync_playwright

    found: dict[str, float] = {}
    with sync_playwright() as driver:
        switches = [*SWITCHES, *(["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else [])]
        window = driver.chromium.launch(executable_path=browser, args=switches)
        view = window.new_page(viewport={"width": 1280, "height": 800})
        began = time.perf_counter()
        with served() as address:
            view.goto(address)
            view.wait_for_selector("body[data-frames]", state="attached")
            found["first"] = time.perf_counter() - began
            view.wait_for_selector("body[data-status=paused]")
            count(view, DEFAULT, found)
            view.click("#run")
            view.wait_for_selector("body[data-status=paused]")
            first, training = view.evaluate(CHANGE, DEEP)
            found["change"], found["training"] = first / 1000, training / 1000
            count(view, DEEP, found)
        window.close()
    return found


def count(view: Any, hidden: tuple[int, ...], found: dict[str, float]) -> None:
    """Epochs and pictures a second at full speed."""
    view.evaluate("() => window.ffnn.store.set({ speed: 'fastest' })")
    if view.get_attribute("body", "data-status") != "running":
        view.click("#run")
    time.sleep(2)
    view.evaluate("() => { window.ffnn.drawTimes.length = 0; }")
    look = "() => [performance.now(), Number(document.body.dataset.epoch), Number(document.body.dataset.frames)]"
    began, first, drawn = view.evaluate(look)
    time.sleep(SECONDS)
    ended, last, shown = view.evaluate(look)
    seconds = (ended - began) / 1000
    found[f"epochs {hidden}"] = (last - first) / seconds
    found[f"frames {hidden}"] = (shown - drawn) / seconds
    found[f"draw {hidden}"] = statistics.median(view.evaluate("() => window.ffnn.drawTimes"))


@contextmanager
def served() -> Iterator[str]:
    """A playground; gives its address as soon as it is printed."""
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "XDG_STATE_HOME": folder}
        command = [sys.executable, "-m", "ffnn", "playground", "--no-browser", "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if address := re.search(r"http://\S+", line):
                    yield address.group()
                    break
        finally:
            process.terminate()
            process.wait()
