"""Text whose cells or lines are wrapped in a way that few programs write, in the plain form: a line for each line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ffnn.tables.dialect import BLANKS, FIXED
from ffnn.tables.formats import framing, headings

LINES = 32
"""Lines at the top by which it is found out."""

RULE = re.compile(r"(?:\+[-=+]{2,}\+|\|(?: *:?-+:? *\|)+)\Z")
"""A line that is drawn between rows: +-----+ or |----|."""

BARS = "|\u2502\u2503\u2551"
"""What stands between cells that are drawn."""

PAIR = "::"
"""A delimiter of two signs that is known without being said."""

SIGN = "\t"
"""What stands between cells in what is written here, where it was no single sign."""


class Plain(NamedTuple):
    """A text in the plain form.

    Attributes:
        text: UTF-8.
        sign: The delimiter it has now; None where that is to be found out.
        shown: The one that it had, where that was another; None where it was not.
        notes: What should be known of it.
    """

    text: bytes
    sign: str | None
    shown: str | None = None
    notes: tuple[str, ...] = ()


def unwrapped(text: bytes, said: str | None, ending: str) -> Plain:
    """A text in the plain form.

    Args:
        text: UTF-8; its lines end in LF or CRLF.
        said: The delimiter that was said, if one was.
        ending: Ending of the file's name.
    """
    if said is not None and len(said) > 1 and said not in (BLANKS, FIXED):
        return Plain(by_line(text, lambda line: written(line.split(said))), SIGN, said)
    lines = [line.rstrip("\r\n") for line in framing.first_lines(text, LINES)[0]]
    lines = [line for line in lines if line.strip()]
    signs = [said] if said else list(framing.DELIMITERS.get(ending, framing.COMMON))
    if are_drawn(lines):
        return Plain(by_line(text, without_bars), SIGN, "|", ("what is drawn around cells is left out",))
    if any(are_quoted(lines, sign) for sign in signs if len(sign) == 1):
        return Plain(by_line(text, without_quotes), said, None, ("quotes around whole lines are taken off",))
    if said is None and are_paired(lines, signs):
        return Plain(by_line(text, lambda line: written(line.split(PAIR))), SIGN, PAIR)
    for sign in (sign for sign in signs if len(sign) == 1):
        for fits, note, form in (
            (have_blanks_before_quotes, "blanks before quotes are taken off", {"skipinitialspace": True}),
            (in_single_quotes, "single quotes around cells are taken off", {"quotechar": "'"}),
        ):
            if fits(lines, sign) and (plain := requoted(text, sign, form)):
                return Plain(plain, said, None, (note,))
    return Plain(text, said)


def by_line(text: bytes, change: Callable[[str], str]) -> bytes:
    """A text of which each line that is not blank is changed."""
    lines = text.decode().replace("\r\n", "\n").split("\n")
    return "\n".join(change(line) if line.strip() else line for line in lines).encode()


def written(cells: Sequence[str], sign: str = SIGN) -> str:
    """Cells as a line with a sign between them."""
    line = io.StringIO()
    csv.writer(line, delimiter=sign, lineterminator="").writerow(cells)
    return line.getvalue()


def are_drawn(lines: Sequence[str]) -> bool:
    """Whether a line is drawn above or under a header between bars."""
    place = next((place for place, line in enumerate(lines) if between_bars(line) is not None), None)
    return place is not None and any(map(is_rule, lines[max(0, place - 1) : place + 2]))


def is_rule(line: str) -> bool:
    """Whether nothing but a line is drawn, with plain signs or those of a box."""
    line = line.strip()
    boxed = all("\u2500" <= sign <= "\u257f" or sign == " " for sign in line) and any(sign in line for sign in "─━═")
    return boxed or bool(RULE.match(line))


def between_bars(line: str) -> str | None:
    """What stands between the bars around a row; None where there are none."""
    line = line.strip()
    row = len(line) > 1 and line[0] in BARS and line[-1] in BARS and not is_rule(line)
    return line[1:-1] if row else None


def without_bars(line: str) -> str:
    """A line without what is drawn on it; a line that is drawn alone is blank."""
    row = between_bars(line)
    if row is not None:
        return written([cell.strip() for cell in re.split(f"[{BARS}]", row)])
    return "" if is_rule(line) else line


def are_quoted(lines: Sequence[str], sign: str) -> bool:
    """Whether each line is one quoted cell that holds a whole row, but for the header, which may be plain.

    Two columns are believed where one of them holds numbers: `"Rome, Italy"` is one cell.
    """
    if len(lines) < 3 or not all(map(is_one_quoted, lines[1:])):
        return False
    whole = [cut(line, sign) for line in lines[1:]]
    if any(len(cells) > 1 for cells in whole):
        return False
    rows = [cut(cells[0], sign) for cells in whole]
    width = len(cut(without_quotes(lines[0]) if is_one_quoted(lines[0]) else lines[0], sign))
    numeric = any(headings.are_numbers(column) for column in zip(*rows, strict=False))
    return width > 1 and {width} == set(map(len, rows)) and (width > 2 or numeric)


def is_one_quoted(line: str) -> bool:
    """Whether a line stands in quotes."""
    return len(line) > 2 and line[0] == line[-1] == '"'


def without_quotes(line: str) -> str:
    """A line without the quotes around it."""
    return line[1:-1].replace('""', '"') if is_one_quoted(line) else line


def are_paired(lines: Sequence[str], signs: Sequence[str]) -> bool:
    """Whether two colons keep the cells of all lines apart; only two cells where no sign does."""
    counted = {line.count(PAIR) for line in lines}
    if len(lines) < 2 or len(counted) > 1:
        return False
    count = counted.pop()
    others = ({len(cut(line, sign)) for line in lines} for sign in signs)
    return count > 1 or (count == 1 and all(len(widths) > 1 or widths == {1} for widths in others))


def have_blanks_before_quotes(lines: Sequence[str], sign: str) -> bool:
    """Whether a blank stands between a delimiter and a quote that opens a cell, and all lines are then as wide."""
    if not any(f'{sign} "' in line for line in lines):
        return False
    widths = {len(cut(line, sign, skipinitialspace=True)) for line in lines}
    return len(widths) == 1 and widths != {1}


def in_single_quotes(lines: Sequence[str], sign: str) -> bool:
    """Whether cells of most lines stand in single quotes, and all lines are then as wide."""
    if len(lines) < 3 or any('"' in line for line in lines):
        return False
    quoted = re.compile(rf"(?:^|{re.escape(sign)})'(?:[^']|'')*'(?=$|{re.escape(sign)})")
    widths = {len(cut(line, sign, quotechar="'")) for line in lines}
    return len(widths) == 1 and widths != {1} and sum(bool(quoted.search(line)) for line in lines[1:]) >= len(lines) - 1


def requoted(text: bytes, sign: str, form: Mapping[str, Any]) -> bytes | None:
    """A text with its quotes in the plain form; None where it is not in that other form, all rows as wide."""
    plain = io.StringIO()
    writer = csv.writer(plain, delimiter=sign, lineterminator="\n")
    width = 0
    with framing.large_cells():
        try:
            for row in csv.reader(io.StringIO(text.decode(), newline=""), delimiter=sign, strict=True, **form):
                if row and len(row) != (width := width or len(row)):
                    return None
                writer.writerow(row) if row else plain.write("\n")
        except csv.Error:
            return None
    return plain.getvalue().encode()


def cut(line: str, sign: str, **form: Any) -> list[str]:
    """The cells of a line."""
    with framing.large_cells():
        return next(iter(csv.reader([line], delimiter=sign, **form)), [])
