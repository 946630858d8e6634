from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys, polars as pl
if "first" in sys.argv:
    import jax
    jax.jit(lambda x: x + 1)(1.0)
from ffnn import train
train(pl.DataFrame({"x": [1.0, 2, 3, 4] * 9, "y": list("abab") * 9}), "y", recipe="plain", hidden=(4,), epochs=2)
"""


@pytest.mark.slow
def test_programs_of_a_script_are_kept_unless_it_is_said_not_to(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "FFNN_"))}

    def run(*arguments: str, **environment: str) -> int:
        """How many programs are kept once the script has run."""
        kept = clean | {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)} | environment
        subprocess.run([sys.executable, "-W", "error", "-c", SCRIPT, *arguments], env=kept, check=True)
        return len(list(tmp_path.glob("ffnn/compiled/*-cache")))

    assert run(FFNN_COMPILE_CACHE="0") == 0
    assert run(JAX_COMPILATION_CACHE_DIR=str(tmp_path / "own")) == 0
    first = run()
    assert first > 0
    assert run("first") == first  # JAX was at work before, and the programs are found all the same
    assert run() == first
