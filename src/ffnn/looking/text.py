"""A look at a table as one screen of a terminal."""

from __future__ import annotations

import io

from rich.console import Console

from ffnn.advice import Advice, Wording, in_python, sentence
from ffnn.console.printing import SHOWN_COLUMNS, SPARKS, under
from ffnn.console.terminal import console, print_lines, print_table, printable, short
from ffnn.looking.overview import ColumnOverview, Look

SHOWN_EXAMPLES = 3
"""Values that are shown of a column that is no input, and of one whose values never repeat."""

HEADINGS = ("column", "taken for", "missing", "distribution", "values")


def as_text(look: Look) -> str:
    """The whole screen as text, in Python's words."""
    out = io.StringIO()
    print_look(look, console(out))
    return out.getvalue().rstrip("\n")


def print_look(look: Look, out: Console, *, everything: bool = False, wording: Wording = in_python) -> None:
    """What is understood, what is odd, what would be asked, and what to type; of many columns the first."""
    print_lines([(name, printable(text)) for name, text in facts(look, wording)], out)
    columns = look.columns if everything else look.columns[:SHOWN_COLUMNS]
    print_table(HEADINGS, [row_of(column, wording) for column in columns], out, words=(0, 1, 3, 4))
    if more := len(look.columns) - len(columns):
        out.print(f"… and {more:,} more columns; --all prints every one")
    hints = [printable(f"{each.column}: {sentence(each.text, each.advice, wording)}") for each in look.hints]
    asked = [printable(f"{each.column}: {sentence(each.text, each.advice, wording)}") for each in look.questions]
    if told := [*under("odd", hints, everything), *under("asked", asked, everything)]:
        out.print()
        print_lines(told, out)
    out.print(f"\n{look.to_train}:\n  {printable(look.command)}", soft_wrap=True)


def facts(look: Look, wording: Wording) -> list[tuple[str, str]]:
    """What is true of the table as a whole: pairs of a word and a text."""
    read = [*filter(None, [str(look.dialect)]), *look.notes]
    size = f"{look.rows:,} rows, {len(look.columns):,} columns"
    lines = [("table", f"{look.table}: {size}" if look.table else size), *under("read", read, everything=True)]
    if look.task:
        why = sentence(look.reason, look.advice, wording)
        lines.append(("target", f"{', '.join(look.target)}: {look.task} ({why})"))
    elif look.target:
        lines.append(("target", f"{', '.join(look.target)}: cannot be learned as it is"))
    if look.left_out:
        lines.append(("", f"rows left out, without a target or of weight 0: {look.left_out:,}"))
    kinds = [column.kind for column in look.columns if column.role != "target"]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    overruling = wording(Advice("columns", ("NAME", "TYPE")))
    return [*lines, ("columns", f"{counted}; {overruling} overrides an inferred type")]


def row_of(column: ColumnOverview, wording: Wording) -> tuple[str, ...]:
    """A column as a row of the table."""
    missing = f"{column.missing:,}" if column.missing else ""
    return printable(column.name), taken_for(column), missing, sparks(column.histogram), values(column, wording)


def taken_for(column: ColumnOverview) -> str:
    """What it is taken for, and what is done with it where that is no input."""
    if column.role in ("input", "identifier") or column.kind == column.role:
        return column.kind
    return f"{column.kind}, {column.role}"


def values(column: ColumnOverview, wording: Wording) -> str:
    """What a column holds, how it is written, and why it is taken for that."""
    said = [contents(column)]
    if column.notation:
        said.append(f"written {printable(column.notation)}")
    if why := sentence(column.reason, column.advice, wording):
        said.append(printable(why))
    return "; ".join(filter(None, said))


def contents(column: ColumnOverview) -> str:
    """What a column holds: its range, its levels with their rows, or the first of its different values."""
    if column.low is not None:
        few = f", {column.distinct:,} values" if column.distinct is not None and column.distinct <= len(SPARKS) else ""
        return f"{plain(column.low)} to {plain(column.high)}{few}"
    if not column.distinct:
        return ""
    once = all(count == 1 for _, count in column.levels)
    levels = column.levels[:SHOWN_EXAMPLES] if once or column.role != "input" else column.levels
    shown = [short(level) if once else f"{short(level)} ({count:,})" for level, count in levels]
    if column.distinct > len(shown):
        shown.append("…" if once else f"… {column.distinct - len(shown):,} more")
    return ", ".join(shown)


def plain(end: float | str | None) -> str:
    """An end of a range: a number in a few digits, or a date without its midnight."""
    return f"{end:.6g}" if isinstance(end, float) else str(end).removesuffix("T00:00:00").replace("T", " ")


def sparks(counts: tuple[int, ...]) -> str:
    """A histogram in one line: the height of each character stands for the rows of its part; blank for none."""
    most = max(counts, default=0)
    heights = (0 if not count else 1 + round((len(SPARKS) - 1) * count / most) for count in counts)
    return "".join(SPARKS[height - 1] if height else " " for height in heights).rstrip()
