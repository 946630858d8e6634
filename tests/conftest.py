"""Shapes and dtypes that the annotations promise are checked at run time, in every test."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jaxtyping
import pytest
from beartype import BeartypeConf, beartype
from hypothesis import settings
from jaxtyping import install_import_hook

import pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from servers import Served

CACHE, WORKER = (os.environ.get(name) for name in ("JAX_COMPILATION_CACHE_DIR", "PYTEST_XDIST_WORKER"))
if CACHE and WORKER:  # JAX comes later: two workers that write one folder get in each other's way
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(Path(CACHE) / WORKER)

CHECKED = [
    "networks",
    "tables",
    "scores.metrics",
    "training",
    "models",
    "playground.messages",
    "tf.engine.philox",
    "tricks.bench",
]

settings.register_profile("the same examples in every run", derandomize=True)
settings.load_profile("the same examples in every run")

CHECKS = BeartypeConf(is_pep484_tower=True)  # a whole number will do where a float is asked for


def check(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its arguments checked; how is worked out at its first call, since most runs call few of all."""
    checked = None

    def call(*arguments: Any, **keywords: Any) -> Any:
        nonlocal checked
        if checked is None:
            checked = beartype(function, conf=CHECKS)
        return checked(*arguments, **keywords)

    return call


install_import_hook([f"ffnn.{part}" for part in CHECKED], "conftest.check")

REAL_TABLES = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_tables() -> Path:
    """The folder of real tables that stands beside a checkout in development; tests that need it skip without it."""
    if not (REAL_TABLES / "datasets.json").exists():
        pytest.skip(f"needs the real tables in {REAL_TABLES}")
    return REAL_TABLES


@pytest.fixture(scope="session")
def tf_reference() -> dict:
    """Values that TensorFlow printed."""
    return json.loads((Path(__file__).parent / "tf_reference.json").read_text())


@pytest.fixture(scope="session")
def described(real_tables: Path) -> dict[str, dict]:
    """What each real table holds, by name."""
    return {table["name"]: table for table in json.loads((real_tables / "datasets.json").read_text())}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of two clouds of points, with a key, a category and a missing cell; and a model trained on it."""
    folder = tmp_path_factory.mktemp("cli")
    import numpy as np  # all here: nothing of ffnn may be imported before the hook above is in place
    import polars as pl

    from ffnn import cli

    draw = np.random.default_rng(0)
    side = draw.integers(0, 2, 200)
    table = pl.DataFrame(
        {
            "key": [f"k{row:03}" for row in range(200)],
            "x": draw.normal(size=200) + 3.0 * side,
            "colour": draw.choice(["red", "green", "blue"], 200),
            "label": np.where(side == 1, "up", "down"),
        }
    ).with_columns(x=pl.when(pl.int_range(200) == 7).then(None).otherwise("x"))
    table.write_csv(folder / "points.csv")
    table.write_parquet(folder / "points.parquet")
    arguments = ["train", folder / "points.csv", "--target", "label", "-o", folder / "model.safetensors", "--quiet"]
    small = ["--hidden", "8", "--restarts", "2", "--epochs", "4", "--learning-rate", "0.05"]
    assert cli.run([*map(str, arguments), *small, "--no-compile-cache"]) == 0
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window.

    It lives no longer than a module: as long as Playwright does, an event loop counts as running in this thread, and no
    other test could run its own.
    """
    from playwright.sync_api import sync_playwright

    path = pages.browser_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=pages.browser_options())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that opens a playground in a process of its own."""
    kept = tmp_path_factory.getbasetemp()
    environment = {"XDG_CACHE_HOME": str(kept / "cache"), "XDG_STATE_HOME": str(kept / "state")}
    with pages.playing("--no-browser", "--port", 0, environment=environment) as started:
        yield started.url
        started.end()


@pytest.fixture(scope="module")
def opened(browser: Browser, playground: str) -> Iterator[Page]:
    """The page, opened once for the tests of a module."""
    with pages.visiting(browser, playground, accept_downloads=True) as page:
        yield page


@pytest.fixture
def page(opened: Page) -> Page:
    """The page, set back to what it is at first."""
    pages.fresh(opened)
    return opened


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A playground's server whose sessions echo what they are told."""
    from servers import serving

    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_user_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own cache of compiled programs, or what the playground keeps."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))
    assert os.environ["XDG_CACHE_HOME"]


@pytest.fixture
def unchecked_types() -> Iterator[None]:
    """What a user has: annotations are not checked, so that our own checks are reached."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
