"""Compiled programs that are kept from one process to the next."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from ffnn import files

SWITCH = "FFNN_COMPILE_CACHE"
"""The environment variable that says `0` where no program is to be kept, or `false`, `no` or `off`."""

LARGEST_CACHE = 2**30


def use_compile_cache() -> None:
    """Let JAX keep compiled programs in the user's cache folder, so that the next run of the same shape starts at once.

    A compiled program is code: the folder must be the user's own and closed to others, or it is not used. Nothing is
    changed where JAX has been given a folder already, or `SWITCH` says 0.
    """
    if os.environ.get(SWITCH, "").lower() in ("0", "false", "no", "off") or os.environ.get("JAX_COMPILATION_CACHE_DIR"):
        return
    jax = sys.modules.get("jax")
    if jax is not None and jax.config.jax_compilation_cache_dir:
        return
    from platformdirs import user_cache_path

    folder = user_cache_path("ffnn", appauthor=False) / "compiled"
    if not files.closed(folder):
        return
    settings = {
        "jax_compilation_cache_dir": str(folder),
        "jax_compilation_cache_max_size": LARGEST_CACHE,
        "jax_persistent_cache_min_compile_time_secs": 0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    warnings.filterwarnings("ignore", message=".*persistent compilation cache")
    if jax is None:  # it reads them when it is imported
        os.environ.update({name.upper(): str(value) for name, value in settings.items()})
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # XLA's complaint about an entry of another machine
        return
    for name, value in settings.items():
        jax.config.update(name, value)
    from jax.experimental.compilation_cache.compilation_cache import reset_cache

    reset_cache()  # what was compiled before may have settled that there is none


@contextmanager
def without_compile_cache(without: bool) -> Iterator[None]:
    """No compiled programs are kept within the block, if so wanted."""
    before = os.environ.get(SWITCH)
    if without:
        os.environ[SWITCH] = "0"
    try:
        yield
    finally:
        if without and before is None:
            del os.environ[SWITCH]
        elif before is not None:
            os.environ[SWITCH] = before
