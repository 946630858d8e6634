from __future__ import annotations

import io

import polars as pl
import pytest
from scipy.io import arff as oracle

import ffnn
from ffnn.errors import TableError

WEATHER = """% made by hand
@RELATION weather

@attribute outlook {sunny, overcast, light_rain}
@attribute 'wind speed' REAL
@attribute humidity numeric
@attribute windy {TRUE,FALSE}
@data
% the rows
sunny,8.5,85,FALSE
overcast, 8.3 ,?,TRUE

light_rain,7,1e2,TRUE
"""


def test_a_file_is_read_with_its_types_as_scipy_reads_it(tmp_path):
    (tmp_path / "t.arff").write_text(WEATHER)
    table = ffnn.read(tmp_path / "t.arff").table
    rows, about = oracle.loadarff(io.StringIO(WEATHER))
    assert table.columns == about.names()
    assert table.dtypes == [pl.Categorical, pl.Float64, pl.Float64, pl.Categorical]
    for name in table.columns:
        expected = [cell.decode() if isinstance(cell, bytes) else cell for cell in rows[name].tolist()]
        assert table[name].to_list() == [None if cell != cell else cell for cell in expected]


def test_text_dates_and_quoted_signs_are_read(tmp_path):
    types = {"s": "string", "'a b'": "{x, 'y z'}", "d": "date 'yyyy-MM-dd'", "n": "integer"}
    content = "".join(["@relation r\n", *(f"@attribute {name} {kind}\n" for name, kind in types.items()), "@data\n"])
    (tmp_path / "t.arff").write_text(content + r"'it\'s, so','y z','2021-07-28',1" + "\n?,x,?,?\n")
    table = ffnn.read(tmp_path / "t.arff").table
    assert table.rows() == [("it's, so", "y z", "2021-07-28", 1.0), (None, "x", None, None)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "has a line above @data that is not understood, line 1: 'a,b'"),
        ("@relation r\n@attribute a numeric\n", "has no line @data"),
        ("@relation r\n@data\n1\n", "declares no attribute above @data"),
        ("@relation r\n@attribute a relational\n@data\n1\n", "has an attribute in line 2 that is not understood"),
        ("@relation r\n@attribute a numeric\n@data\n1,2\n", "has 2 cells in line 4, but 1 attributes"),
        ("@relation r\n@attribute a numeric\n@data\n1\nx\n", "declares 'a' as numeric, but line 5 holds 'x'"),
        ("@relation r\n@attribute a numeric\n@data\n{0 1}\n", r"has sparse rows \(line 4\), which are not read"),
        ("@relation r\n@attribute a real\n@attribute a real\n@data\n1,2\n", "declares two attributes 'a'"),
        ("@relation r\n@attribute a numeric\n@data\n", "holds no rows"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, content, message):
    (tmp_path / "t.arff").write_text(content)
    with pytest.raises(TableError, match=message):
        ffnn.read(tmp_path / "t.arff")
