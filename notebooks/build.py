"""Build each lesson's notebooks from its one source: `python notebooks/build.py [01 02 …]`.

`source/NN_name.py`, in the percent format, runs as it stands. From it come `NN_name.ipynb`, with gaps to fill, and
`solutions/NN_name.ipynb`, with solutions and the outputs of a run. In a source, a solution and its gap look like this:

    # solution
    # gap: h1 = ...  # your equation
    h1 = tf.sigmoid(tf.matmul(x, W1) + b1)
    # end
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

HERE = Path(__file__).parent
SOLUTION, GAP, END = "# solution", "# gap: ", "# end"
MARKED = re.compile(rf"^([ \t]*){SOLUTION}\n((?:[ \t]*{GAP}[^\n]*\n)*)(.*?)^[ \t]*{END}$\n?", re.MULTILINE | re.DOTALL)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
PATH = re.compile(r"\S*/(?:ipykernel_\d+/\d+\.py|site-packages|src)(?=[:/])")


def sources() -> list[Path]:
    """Every lesson's source."""
    return sorted((HERE / "source").glob("[0-9][0-9]_*.py"))


def exercise(source: Path) -> NotebookNode:
    """The notebook with gaps where the solutions stand."""
    return notebook(source, gap)


def solution(source: Path) -> NotebookNode:
    """The notebook with the solutions, not yet run."""
    return notebook(source, lambda found: found[3])


def notebook(source: Path, replacement) -> NotebookNode:
    """A notebook of a source's cells. Each marked solution is replaced; ids tell lesson and position.

    Raises:
        ValueError: A marker is left over: it stands alone, or is misspelt.
    """
    cells = []
    for position, cell in enumerate(jupytext.reads(source.read_text(), fmt="py:percent").cells, start=1):
        new = nbformat.v4.new_markdown_cell if cell.cell_type == "markdown" else nbformat.v4.new_code_cell
        text = MARKED.sub(replacement, cell.source + "\n").strip("\n")
        left = re.search(rf"^\s*({SOLUTION}|{GAP.strip()}|{END})(?!\w).*$", text, re.MULTILINE)
        if left:
            raise ValueError(f"cell {position} of {source.name} has {left[0].strip()!r} without its counterpart")
        cells.append(new(text, id=f"{source.stem[:2]}-{position:02}"))
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def gap(found: re.Match[str]) -> str:
    """What the learner sees in place of a solution."""
    indentation = found[1]
    lines = [line.strip().removeprefix(GAP) for line in found[2].splitlines()]
    return "".join(f"{indentation}{line}\n" for line in lines or ["...  # your code"])


def run(lesson: NotebookNode, folder: Path, **options: bool) -> NotebookNode:
    """Run a notebook in a fresh kernel in that folder; its cells get their outputs.

    Raises:
        CellExecutionError: A cell failed (unless `allow_errors=True`).
    """
    from nbclient import NotebookClient  # here, since it takes its time and only a run needs it

    place = {"metadata": {"path": folder}}
    NotebookClient(lesson, resources=place, record_timing=False, coalesce_streams=True, **options).execute()
    lesson.metadata = METADATA
    for output in outputs(lesson):
        if output.output_type == "stream":
            output.text = PATH.sub("…", output.text)
    return lesson


def outputs(lesson: NotebookNode) -> Iterator[NotebookNode]:
    """The outputs of all cells."""
    for cell in lesson.cells:
        yield from cell.get("outputs", [])


def main(chosen: list[str]) -> None:
    """Build the lessons whose names begin as chosen, or all."""
    for source in sources():
        if not chosen or source.stem.startswith(tuple(chosen)):
            print(source.stem, flush=True)
            nbformat.write(exercise(source), HERE / f"{source.stem}.ipynb")
            solved = run(solution(source), HERE / "solutions")
            nbformat.write(solved, HERE / "solutions" / f"{source.stem}.ipynb")


if __name__ == "__main__":
    main(sys.argv[1:])
