"""What the tests of the page in the browser share: the browser's place, and a playground in a process of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

OPTIONS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Of the browser, so that it asks nothing of the network by itself."""


def browser_options() -> list[str]:
    """The browser's options; only root may, and must, do without its sandbox."""
    root = os.name == "posix" and os.getuid() == 0
    return [*OPTIONS, "--no-sandbox"] if root else [*OPTIONS]


def browser_path() -> str:
    """Where the browser is; without one a test is skipped, but fails in CI."""
    names = [name for name in (os.environ.get("FFNN_BROWSER"), *BROWSERS) if name]
    if path := next((path for path in map(shutil.which, names) if path), None):
        return path
    reason = f"needs one of {', '.join(names)}; `make test` installs the first if it can"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@dataclass
class Playground:
    """`ffnn playground` in a process."""

    process: subprocess.Popen[str]
    url: str
    errors: IO[str]

    def complaints(self) -> str:
        """What it has told on standard error so far."""
        self.errors.seek(0)
        return self.errors.read()

    def end(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        self.process.send_signal(2)
        return self.process.wait(30)


@contextmanager
def playing(*arguments: object, environment: Mapping[str, str] | None = None) -> Iterator[Playground]:
    """A playground, until the end at the latest."""
    command = [sys.executable, "-m", "ffnn", "playground", *map(str, arguments)]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **(environment or {})}
        ) as process,
    ):
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            started = Playground(process, url, errors)
            assert url, started.complaints()
            yield started
        finally:
            process.kill()


PANELS = ("lessons", "tricks", "inside", "health", "table", "exports")


@contextmanager
def visiting(
    browser: Browser, url: str, link: str = "", *, session: str = "", peaceful: bool = True, **options: Any
) -> Iterator[Page]:
    """The page in a browser of its own, ready to train; in the end nothing of it may have complained.

    Args:
        browser: Where it is opened.
        url: Of the playground, with its token.
        link: What stands after "#" in the address.
        session: The name of the session to resume; "" for a new one.
        peaceful: Whether an error in the console is a defect; it is none where the server ends on purpose.
        options: Of the browser's context.
    """
    with browser.new_context(**{"viewport": {"width": 1280, "height": 1000}, **options}) as context:
        page = context.new_page()
        host, told = urlsplit(url).netloc, []
        page.on("pageerror", lambda error: told.append(f"{error.name}: {error.message}\n{error.stack}"))
        page.on(
            "console",
            lambda message: message.type in CALLS[: 1 + peaceful] and told.append(f"{message.text} {message.location}"),
        )
        page.on("request", lambda asked: is_foreign(asked.url, host) and told.append(f"asks for {asked.url}"))
        if session:
            page.add_init_script(f"sessionStorage.setItem('session', '{session}')")
        page.goto(f"{url}#{link}" if link else url)
        ready(page)
        yield page
        assert not told, told


CALLS = ("assert", "error")
"""What a page says in its console when something is wrong; an error also where only the server has gone."""


def is_foreign(address: str, host: str) -> bool:
    """Whether a request goes to another host than the page's own."""
    parts = urlsplit(address)
    return parts.scheme not in ("data", "blob") and parts.netloc != host


def ready(page: Page, status: str = "paused") -> None:
    """Wait until the network is compiled and every panel stands."""
    page.wait_for_selector(f"body[data-status={status}]", state="attached")
    for name in PANELS:
        page.wait_for_selector(f"#{name} .body > *", state="attached")


def ask(page: Page, expression: str) -> Any:
    """What an expression of `store` is worth in the page."""
    return page.evaluate(f"() => {{ const {{ store }} = ffnn; return {expression}; }}")


def until(page: Page, expression: str, seconds: float = 20) -> Any:
    """Wait until an expression of `store` is true in the page; its value.

    The page's content security policy forbids what Playwright would use to wait.
    """
    end = time.monotonic() + seconds
    while not (value := ask(page, expression)):
        assert time.monotonic() < end, f"in vain: {expression}; the page says: {page.inner_text('body')[:2000]}"
        page.wait_for_timeout(15)
    return value


def equal(page: Page, expression: str, value: Any, seconds: float = 20) -> None:
    """Wait until an expression of `store` has a value."""
    end = time.monotonic() + seconds
    while (found := ask(page, expression)) != value:
        assert time.monotonic() < end, f"{expression} is {found!r}, not {value!r}"
        page.wait_for_timeout(15)


ROWS = itertools.count(10_000)


def agreed(page: Page) -> dict[str, Any]:
    """All settings as the server has validated them: it tells them with each scene, and another row makes one."""
    row = next(ROWS)  # one that no scene on its way can have
    ask(page, f"store.send({{ do: 'set', settings: {{ row: {row} }} }})")
    until(page, f"store.scene.settings.row === {row} && store.frame")
    settings: dict[str, Any] = ask(page, "store.scene.settings")
    return settings


def fresh(page: Page) -> None:
    """All settings and the view as they are at first; the pointer lies on nothing, and nothing has the focus."""
    page.mouse.move(0, 0)  # a neuron under it is drawn large
    page.evaluate("""async () => {
        document.activeElement?.blur();
        const { DEFAULTS } = await import("/static/contract.gen.js");
        const { VIEW } = await import("/static/settings.js");
        ffnn.store.send({ do: "pause" });
        ffnn.store.set(structuredClone({ ...DEFAULTS }));
        ffnn.store.send({ do: "reset" });
        ffnn.store.show(structuredClone({ ...VIEW }));
        ffnn.store.highlightPoints([]);
        ffnn.store.emit("refused", "");
    }""")
    agreed(page)
    drawn(page)


def compiled(page: Page) -> None:
    """Wait until the network can train; before, nothing of it can be edited."""
    until(page, "store.frame?.status === 'paused'")


def parameters(page: Page) -> list[float]:
    """All weights and biases of the network that is shown."""
    numbers: list[float] = ask(page, "[...store.frame.parameters]")
    return numbers


def train(page: Page, epochs: int) -> None:
    """Train for so many epochs more, exactly, or until it diverges."""
    epoch = ask(page, "store.frame.epoch")
    for first in range(epoch, epoch + epochs, STEP):
        last = min(first + STEP, epoch + epochs)
        ask(page, f"store.send({{ do: 'step', epochs: {last - first} }})")
        until(page, f"store.frame.status === 'diverged' || store.frame.epoch === {last}", 60)
    page.wait_for_selector("body:not([data-status=running])", state="attached")


STEP = 1000
"""Epochs that can be asked for at once."""


def open_tab(page: Page, name: str) -> None:
    """Show one of the panels."""
    page.click(f"#tab-{name}")
    page.wait_for_selector(f"#{name}:not(.folded)")


@dataclass(frozen=True)
class Painted:
    """What is painted on a canvas: a number for all of it, its colours (1,000 at most), how many pixels are opaque."""

    digest: int
    colours: frozenset[int]
    opaque: float


def painted(page: Page, selector: str) -> Painted:
    """What is painted on a canvas."""
    script = """(canvas) => {
        const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const colours = new Set();
        let [digest, opaque] = [0, 0];
        for (const pixel of new Uint32Array(image.data.buffer)) {
            digest = (Math.imul(digest, 31) + pixel) | 0;
            opaque += (pixel >>> 24) / 255;
            if (colours.size < 1000) colours.add(pixel);
        }
        return [digest, [...colours], opaque];
    }"""
    digest, colours, opaque = page.eval_on_selector(selector, script)
    return Painted(digest, frozenset(colours), opaque)


def painted_at_rest(page: Page, selector: str) -> Painted:
    """What is painted on a canvas once it no longer changes: whoever asks before may see the page of a moment ago."""
    before = painted(page, selector)
    for _ in range(20):
        settled(page)
        now = painted(page, selector)
        if now == before:
            break
        before = now
    return before


def drawn(page: Page) -> None:
    """Wait until the page has drawn what it knows."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def settled(page: Page) -> None:
    """Wait, by the page's clock, until the panels have drawn what it knows: they draw ten times a second at most."""
    drawn(page)  # from here on it is known which of them can be seen
    page.evaluate("() => new Promise((done) => setTimeout(done, 400))")
    drawn(page)
