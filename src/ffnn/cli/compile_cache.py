"""Compiled programs that are kept from one run to the next."""

from __future__ import annotations

import os
import warnings

LARGEST_CACHE = 2**30


def use_compile_cache() -> None:
    """Let JAX keep compiled programs in the user's cache folder, so that the next run of the same shape starts at once.

    JAX reads these settings from the environment when it is imported, which has not happened yet. A compiled program is
    code: the folder must be the user's own and closed to others, or it is not used.
    """
    from platformdirs import user_cache_path

    from ffnn import files

    folder = user_cache_path("ffnn", appauthor=False) / "compiled"
    if not files.closed(folder):
        return
    settings = {
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_COMPILATION_CACHE_MAX_SIZE": str(LARGEST_CACHE),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",  # XLA's complaint about an entry of another machine, which then recompiles
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", message=".*persistent compilation cache")
