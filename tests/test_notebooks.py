"""The lessons: their sources run, the notebooks are those of the sources, and unfilled gaps are named, not raised."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from ffnn.tf.engine.process import process

LACKING = "the notebooks need jupytext, nbclient, ipykernel and matplotlib: pip install --group development"
if not all(map(find_spec, ("nbclient", "ipykernel", "matplotlib"))):
    pytest.skip(LACKING, allow_module_level=True)
nbformat = pytest.importorskip("nbformat", reason=LACKING)
build = pytest.importorskip("build", reason=LACKING)

from build import HERE, exercise, outputs, run, solution, sources  # noqa: E402

LESSONS = sources()
QUICK = "01_feedforward"
TRAINING = {"07_normalised_inputs", "09_initial_weights", "14_universal_approximation", "15_new_data"}
"""Lessons that train for seconds before their last check, whether its gap is filled or not."""

each_lesson = pytest.mark.parametrize("source", LESSONS, ids=lambda source: source.stem)


def contents(notebook):
    return [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells]


def is_check(cell):
    return cell.cell_type == "code" and cell.source.startswith("checks.")


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


@each_lesson
def test_the_notebooks_are_those_of_the_source(source):
    for made, kept in [(exercise(source), HERE), (solution(source), HERE / "solutions")]:
        notebook = nbformat.read(kept / f"{source.stem}.ipynb", as_version=4)
        assert contents(notebook) == contents(made), f"{source.stem} has changed: make notebooks"
        assert notebook.metadata == made.metadata
    assert not list(outputs(nbformat.read(HERE / f"{source.stem}.ipynb", as_version=4)))
    assert any(is_check(cell) for cell in made.cells)


@pytest.mark.parametrize(
    "source",
    [pytest.param(one, id=one.stem, marks=[] if one.stem == QUICK else pytest.mark.slow) for one in LESSONS],
)
def test_the_solutions_run_and_are_right(source, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # the kernel's client has its own
        solved = run(solution(source), HERE / "solutions")
    for cell in solved.cells:
        if is_check(cell):
            assert text(cell).startswith("Right"), f"{cell.source} says: {text(cell)}"


@pytest.mark.parametrize(
    "source",
    [pytest.param(one, id=one.stem, marks=pytest.mark.slow if one.stem in TRAINING else []) for one in LESSONS],
)
def test_checks_name_gaps_and_raise_nothing(source, monkeypatch):
    process.reset()
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(HERE)
    monkeypatch.setattr(sys, "path", [*sys.path])
    names, said = {}, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cells = exercise(source).cells
        last = max(place for place, cell in enumerate(cells) if is_check(cell))
        for cell in cells[: last + 1]:
            if is_check(cell):
                with contextlib.redirect_stdout(io.StringIO()) as printed:
                    exec(cell.source, names)
                said.append(printed.getvalue())
            elif cell.cell_type == "code":
                with contextlib.suppress(Exception), contextlib.redirect_stdout(None):
                    exec(cell.source, names)
    assert all(one.startswith(("Not yet: ", "Right: ")) for one in said)
    assert any(one.startswith("Not yet: ") for one in said)


def test_a_source_runs_as_a_script():
    root = HERE.parent
    environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(root / "src")}
    script = [sys.executable, str(Path("notebooks", "source", f"{QUICK}.py"))]
    done = subprocess.run(script, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "0.50787264" in done.stdout


SOURCE = """# %% [markdown]
# # A title

# %%
def double(x):
    # solution
    # gap: twice = ...  # your sum
    # gap: more = ...
    twice = x + x
    # end
    return twice


# solution
print(double(2))
# end
"""


def test_gaps_stand_where_solutions_were(tmp_path):
    source = tmp_path / "03_doubling.py"
    source.write_text(SOURCE)
    assert contents(exercise(source)) == [
        ("03-01", "markdown", "# A title"),
        (
            "03-02",
            "code",
            "def double(x):\n    twice = ...  # your sum\n    more = ...\n    return twice\n\n\n...  # your code",
        ),
    ]
    assert (
        solution(source).cells[1].source == "def double(x):\n    twice = x + x\n    return twice\n\n\nprint(double(2))"
    )


@pytest.mark.parametrize("marker", ["# end", "# solution", "# gap: y = ..."])
def test_a_marker_alone_is_refused(tmp_path, marker):
    source = tmp_path / "03_doubling.py"
    source.write_text(f"# %%\nx = 1\n{marker}\ny = 2\n")
    with pytest.raises(ValueError, match="without its counterpart"):
        exercise(source)


def test_paths_of_a_machine_are_not_kept():
    told = "/tmp/ipykernel_12/345.py:7: UserWarning: … /home/me/venv/lib/python3.11/site-packages/jax/a.py:3"
    assert build.PATH.sub("…", told) == "…:7: UserWarning: … …/jax/a.py:3"
