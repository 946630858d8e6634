from __future__ import annotations

import sys
from datetime import date

import polars as pl
import pytest

import ffnn
from ffnn.errors import TableError
from ffnn.tables.formats import reading

pyreadstat = pytest.importorskip("pyreadstat")

FRAME = pl.DataFrame(
    {
        "age": [31.5, None, 99.0],
        "sex": [1.0, 2.0, 1.0],
        "town": ["Rome", "", "Bern"],
        "day": [date(2021, 7, 1), date(2021, 7, 2), None],
    }
)
LABELS = {"sex": {1: "male", 2: "female"}, "age": {99: "not told"}}
WRITERS = {
    ".sav": lambda path: pyreadstat.write_sav(FRAME, path, variable_value_labels=LABELS),
    ".zsav": lambda path: pyreadstat.write_sav(FRAME, path, variable_value_labels=LABELS, compress=True),
    ".por": lambda path: pyreadstat.write_por(FRAME.rename(str.upper), path),
    ".dta": lambda path: pyreadstat.write_dta(FRAME, path, variable_value_labels={"sex": LABELS["sex"]}),
    ".xpt": lambda path: pyreadstat.write_xport(FRAME, path),
}


@pytest.mark.parametrize("ending", WRITERS)
def test_cells_keep_their_types_and_codes_that_all_have_labels_are_categories(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    WRITERS[ending](str(path))
    table = ffnn.read(path).table.rename(str.lower)
    assert table["age"].to_list() == FRAME["age"].to_list()  # of its codes only one has a label
    assert table["town"].to_list() == ["Rome", None, "Bern"]
    assert table["day"].to_list() == FRAME["day"].to_list()
    labelled = ending in (".sav", ".zsav", ".dta")
    assert table["sex"].dtype == (pl.Categorical if labelled else pl.Float64)
    assert table["sex"].to_list() == (["male", "female", "male"] if labelled else [1, 2, 1])
    assert reading.read_bytes(path.read_bytes(), path.name).table.rename(str.lower).equals(table)


def test_what_is_no_such_file_is_told(tmp_path):
    for name, content in (("t.sav", b"$FL2@(#) cut"), ("t.dta", b"x"), ("t.por", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(TableError, match=f"{name} cannot be read"):
            ffnn.read(tmp_path / name)
    (tmp_path / "t.sav").write_bytes(b"a,b")
    with pytest.raises(TableError, match="cannot be read as a sav table: it begins with"):
        ffnn.read(tmp_path / "t.sav")


def test_without_pyreadstat_it_is_said_how_to_install_it(tmp_path, monkeypatch):
    WRITERS[".dta"](str(tmp_path / "t.dta"))
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(TableError, match=r"which needs pyreadstat: pip install 'ffnn\[statistics\]' brings it"):
        ffnn.read(tmp_path / "t.dta")
