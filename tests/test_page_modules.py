"""The page's modules that need no page, by Node's own test runner: settings and links, arithmetic, axes, lines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "page").glob("*.test.js"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_a_module_does_what_its_formulas_say(file):
    """Without Node it is skipped, in CI too: a clean machine may have none, and the tests in a browser run the same."""
    if not (node := shutil.which("node")):
        pytest.skip("needs Node; the tests in a browser run the same modules")
    done = subprocess.run([node, "--test", file], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
