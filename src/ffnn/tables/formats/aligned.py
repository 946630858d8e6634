"""Text whose cells are kept apart by blanks, or stand in columns of fixed width, written with a sign between cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import polars as pl

from ffnn.tables.dialect import BLANKS, FIXED
from ffnn.tables.formats import framing, headings
from ffnn.tables.formats.headings import Record

SIGN = "\t"
"""What stands between cells in what is written here."""

SIGNED = (".csv", ".tsv", ".tab", ".psv")
"""Endings that promise a sign: there, blanks must keep at least three columns apart."""

LINES = 128
"""Lines by which it is found out."""

FEWEST = 5
"""So many lines at least show at which places columns begin."""


def kind_of(text: bytes, ending: str, said: str | None) -> str | None:
    """What keeps cells apart, if it is no sign: `blanks` or `fixed`; else what was said.

    Args:
        text: UTF-8.
        ending: Ending of the file's name.
        said: The delimiter that was said, if one was.
    """
    if said is not None:
        return said
    lines, cut = framing.first_lines(text, LINES)
    lines = lines[framing.after_comments(lines, 0, framing.COMMENT) :]
    candidates = framing.DELIMITERS.get(ending, framing.COMMON)
    sign, signed = framing.cut_best(lines[: framing.SAMPLE_LINES], candidates, "", cut)
    start, stop = headings.largest_block(signed)
    by_sign = len(signed[start].cells) if 2 * (stop - start) > len(signed) else 1
    if (by_sign > 1 and not (sign == "\t" and ending not in SIGNED)) or framing.SEPARATOR.match(
        lines[0] if lines else ""
    ):
        return None
    spaced = records(lines, cut)
    if by_blanks(spaced, 3 if ending in SIGNED else 2) > by_sign:
        return BLANKS
    wide = [line.rstrip("\r\n") for line in lines if line.strip()][: len(lines) - cut]
    if ending not in SIGNED and by_sign == 1 and len(wide) >= FEWEST and are_columns(wide):
        return FIXED
    return None


def records(lines: Sequence[str], cut: bool) -> list[Record]:
    """Lines as records whose cells are kept apart by blanks."""
    plain = (line.replace("\t", " ").strip() for line in lines)
    reader = csv.reader(plain, delimiter=" ", skipinitialspace=True)
    with framing.large_cells():
        found = [Record(cells, place) for place, cells in enumerate(reader) if cells]
    return found[:-1] if cut else found


def by_blanks(found: Sequence[Record], least: int) -> int:
    """How many columns blanks keep apart; 0 where they do not, or fewer than `least`.

    All lines have as many cells, or the first of them one fewer, as R writes it; two columns are believed where one of
    them holds numbers.
    """
    start, stop = headings.largest_block(found)
    width = len(found[start].cells) if found else 0
    rows = found[start:stop]
    if width < least or stop - start < 2 or start > 1 or stop < len(found):
        return 0
    if start and len(found[0].cells) != width - 1:
        return 0
    numeric = [headings.are_numbers([row.cells[place] for row in rows[1:]]) for place in range(width)]
    return width if any(numeric) else 0


def are_columns(lines: Sequence[str]) -> bool:
    """Whether lines stand in several columns of fixed width, one of which holds numbers: prose does not."""
    places = columns(lines)
    cut = [[line[start:stop].strip() for line in lines[1:]] for start, stop in places]
    return len(places) > 1 and any(map(headings.are_numbers, cut))


def columns(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where columns of fixed width begin and end: between places at which no line has a letter."""
    longest = max(map(len, lines))
    padded = [line.expandtabs().ljust(longest) for line in lines]
    blank = [all(line[place].isspace() for line in padded) for place in range(longest)]
    starts = [place for place in range(longest) if not blank[place] and (not place or blank[place - 1])]
    return list(zip(starts, [*starts[1:], 2**31 - 1], strict=True))


def separated(text: bytes, kind: str) -> bytes:
    """The same lines with a sign between cells.

    Args:
        text: UTF-8; its lines end in LF or CRLF.
        kind: `blanks` or `fixed`.
    """
    text = text.replace(b"\r\n", b"\n")
    if kind == FIXED:
        return by_places(text.decode())
    text = text.replace(b"\t", b" ").replace(b"\r", b" ")
    if b'"' in text:
        return by_quotes(text.decode())
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text.strip(b" ").replace(b"\n ", b"\n").replace(b" \n", b"\n").replace(b" ", SIGN.encode())


def by_quotes(text: str) -> bytes:
    """Lines whose cells are kept apart by blanks, some of them in quotes."""
    written = io.StringIO()
    lines = [f"{line.strip()}\n" for line in text.split("\n")]
    quoted = all(line.startswith('"') for line in lines if line.strip())  # as R writes row names
    writer = csv.writer(written, csv.unix_dialect if quoted else csv.excel, delimiter=SIGN, lineterminator="\n")
    with framing.large_cells():
        writer.writerows(csv.reader(lines, delimiter=" ", skipinitialspace=True))
    return written.getvalue().encode()


def by_places(text: str) -> bytes:
    """Lines in columns of fixed width."""
    lines = pl.Series("line", [line.expandtabs() for line in text.split("\n") if line.strip()], dtype=pl.String)
    sample = lines.gather_every(max(1, len(lines) // LINES)).to_list() + lines.head(LINES).to_list()
    told = [line for line in sample if not line.startswith(framing.COMMENT)] or sample
    cells = [lines.str.slice(start, stop - start).str.strip_chars() for start, stop in columns(told)]
    table = pl.DataFrame(each.set(each == "", None).alias(str(place)) for place, each in enumerate(cells))
    return table.write_csv(separator=SIGN, include_header=False).encode()
