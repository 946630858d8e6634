from __future__ import annotations

import io

import pandas as pd
import pytest

from texts import parsed


@pytest.mark.parametrize(
    ("content", "names", "row"),
    [
        (" 0.5   1.0  7.05 u\n 0.7   0.5  7.1  v\n 0.6   1.5  7.0  u\n", None, ("0.5", "1.0", "7.05", "u")),
        ("a   b\tc\n1   2\tx\n3   4\ty\n", ["a", "b", "c"], ("1", "2", "x")),
        ('18.0   8\t"a car"\n15.0   8\t"b car"\n18.5   6\t"c car"\n', None, ("18.0", "8", "a car")),
        ("# of an island\nyear  co2\n1958  315.7\n1959  317.4\n", ["year", "co2"], ("1958", "315.7")),
        ("# year month  co2\n1958 3  315.7\n1959 4 317.4\n", ["year", "month", "co2"], ("1958", "3", "315.7")),
    ],
)
def test_cells_may_be_kept_apart_by_blanks(content, names, row):
    found, rows, _ = parsed(content, ".txt")
    assert found == (names or [f"column_{place}" for place in range(1, len(row) + 1)])
    assert rows[0] == row


WIDE = """name        age city
Bob Smith    30 New York
Al            4 Rome
Cy Young     50 Los Angeles
Di Roe       20
Ed           21 Bern
"""


def test_columns_may_be_of_fixed_width():
    oracle = pd.read_fwf(io.StringIO(WIDE), dtype=str)
    for ending, said in ((".txt", {}), (".csv", {"delimiter": "fixed"})):
        names, rows, _ = parsed(WIDE, ending, **said)
        assert names == list(oracle.columns)
        assert rows == [tuple(None if cell != cell else cell for cell in row) for row in oracle.itertuples(index=False)]


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        ("full name\nAnn Lee\nBob May\nCy Roe\n", ".csv"),
        ("full name\nAnn Lee\nBob May\nCy Roe\nDi Fox\nEd Poe\n", ".txt"),
        ("amount\n1 234\n2 345\n", ".csv"),
        ("It was a dark night\nand the rain fell down\nexcept at times\nwhen it stopped\nfor a while\n", ".txt"),
    ],
)
def test_words_are_no_columns(content, ending):
    names, rows, _ = parsed(content, ending)
    assert [names, *map(list, rows)] == [[line] for line in content.splitlines()]
