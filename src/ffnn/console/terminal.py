"""What may reach a terminal, and how: visible characters, plain tables, JSON.

Names and cells come from untrusted files, so nothing of them reaches a terminal but visible characters.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO, cast

import msgspec
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from ffnn.advice import Wording

if TYPE_CHECKING:
    from ffnn.streams import Aside
    from ffnn.tables.contract import Finding

INVISIBLE = ("C", "Zl", "Zp")
"""Unicode categories that must not reach a terminal: control and its kin, line and paragraph separators."""

LEAST_WORDS, LONGEST_NUMBER = 16, 40
"""Columns of words may become as narrow as this; no number is longer."""


def printable(value: object) -> str:
    """A value's text with every control, formatting, line-breaking or unassigned character written as an escape."""
    return "".join(
        character
        if not unicodedata.category(character).startswith(INVISIBLE)
        else character.encode("unicode_escape").decode("ascii")
        for character in str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    )


class PlainConsole(Console):
    """A console that leaves a broken pipe to its caller."""

    def on_broken_pipe(self) -> None:
        """Raise what Rich would turn into an exit."""
        raise BrokenPipeError


def console(out: TextIO | Aside | None = None) -> Console:
    """A console that writes plain text, whatever brackets it holds; 110 wide where there is no terminal.

    Args:
        out: Where to; standard output where nothing is given.
    """
    out = out or sys.stdout
    return PlainConsole(
        file=cast("TextIO", out), markup=False, highlight=False, emoji=False, width=None if out.isatty() else 110
    )


def print_json(value: Any) -> None:
    """A value as JSON, pure ASCII."""
    print(json.dumps(msgspec.to_builtins(value), indent=2, allow_nan=False))


def findings_of(findings: Sequence[Finding], notes: Sequence[str]) -> dict[str, Any]:
    """How a table differs from the training table, for JSON; and how it was read, where there is something to say."""
    return {"findings": msgspec.to_builtins(findings), **({"notes": list(notes)} if notes else {})}


def print_findings(findings: Sequence[Finding], notes: Sequence[str] = (), *, as_json: bool = False) -> None:
    """How a table was read, and how it differs from the training table, on standard error."""
    if as_json:
        print(json.dumps(findings_of(findings, notes), indent=2), file=sys.stderr)
        return
    from ffnn.tables import contract

    out = console(sys.stderr)
    for note in notes:
        out.print(printable(note), soft_wrap=True)
    differing, trained = contract.apart(findings)
    if differing:
        out.print("the table differs from the training table:", soft_wrap=True)
    for finding in differing:
        out.print(f"  {printable(finding)}", soft_wrap=True)
    for finding in trained:
        out.print(printable(finding), soft_wrap=True)


def number(value: float | None) -> str:
    """A score with four or more significant digits; a dash where it is not defined."""
    return "-" if value is None else f"{value:.4f}" if abs(value) < 10 else f"{value:,.6g}"


def size(count: int) -> str:
    """A number of bytes in a few characters."""
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


def short(value: object) -> str:
    """A label or level, cut to fit a table."""
    text = printable(value)
    return text if len(text) <= 24 else text[:23] + "…"


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], out: Console, *, words: Sequence[int] = (0,)
) -> None:
    """A table; where the terminal is too narrow for its numbers, each row as lines instead.

    Args:
        headings: Of the columns; the first column names the rows.
        rows: Cells that are `printable`.
        out: Where to.
        words: Which columns hold words: these stand to the left and may be broken into lines.
    """
    needed = 0
    for place, cells in enumerate(zip(headings, *rows, strict=True)):
        needed += min(LEAST_WORDS if place in words else LONGEST_NUMBER, max(map(cell_len, cells))) + 2
    out.print()
    if needed - 2 > out.width:
        for row in rows:
            out.print(row[0])
            for heading, cell in zip(headings[1:], row[1:], strict=True):
                if cell:
                    out.print(f"  {heading}  {cell}" if heading else f"  {cell}")
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for place, heading in enumerate(headings):
        left = place in words
        table.add_column(heading, justify="left" if left else "right", no_wrap=not left, overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


NO_BREAK = "\u00a0"
"""Stands for a blank at which no line may end; advice holds none of its own, for it escapes what is not printable."""


def unbroken(wording: Wording) -> Wording:
    """Words of advice that `print_lines` leaves in one line, to be pasted as they are."""
    return lambda advice: wording(advice).replace(" ", NO_BREAK)


def print_lines(lines: Sequence[tuple[str, str]], out: Console) -> None:
    """Lines with a word before each; what does not fit goes on below its own beginning."""
    before = max((cell_len(name) for name, _ in lines), default=0)
    for name, text in lines:
        for place, line in enumerate(in_lines(text, out.width - before - 2)):
            heading = "" if place else name
            out.print(f"{heading}{' ' * (before - cell_len(heading))}  {line}".rstrip(), soft_wrap=True)


def in_lines(text: str, width: int) -> list[str]:
    """A text in lines of so many cells; what is longer and may not be broken has a line of its own."""
    first, *words = text.split(" ")
    lines = [first]
    for word in words:
        if cell_len(lines[-1]) + 1 + cell_len(word) > width:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return [line.replace(NO_BREAK, " ") for line in lines]
