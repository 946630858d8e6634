from __future__ import annotations

import io
import struct
import sys
import zipfile
from datetime import date, datetime, time

import numpy as np
import polars as pl
import pytest

import ffnn
from ffnn.errors import TableError
from ffnn.tables.formats import spreadsheets

pytest.importorskip("python_calamine")
xlsxwriter = pytest.importorskip("xlsxwriter")

DAYS = [date(2021, 7, 28), date(2021, 7, 29), None, date(2021, 8, 1)]
COLUMNS = {
    "name": ["Ann", "Bob", "Cy", None],
    "count": [1, 2.5, None, 4],
    "day": DAYS,
    "at": [datetime(2021, 7, 28, 6, 2), None, datetime(2021, 7, 28, 23, 59, 30), datetime(1999, 1, 1)],
    "flag": [True, False, None, True],
    "mixed": [7, "many", True, date(2021, 7, 28)],
}


def xlsx(sheets: dict[str, list[list]]) -> bytes:
    """A workbook; dates and times are formatted as such."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for at, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(place, at, cell, *filter(None, [formats.get(type(cell))]))
    return out.getvalue()


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def ods(rows: list[list], extra: str = "") -> bytes:
    """An OpenDocument workbook of one sheet, with `extra` XML under its rows."""

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, bool):
            return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{OFFICE}" xmlns:table="{TABLE}" '
        f'xmlns:text="{TEXT}" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{body}{extra}</table:table>'
        f"</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def record(kind: int, content: bytes) -> bytes:
    """A record of an old workbook."""
    return struct.pack("<HH", kind, len(content)) + content


def xls(rows: list[list]) -> bytes:
    """An old workbook of one sheet of numbers and text: a compound file with one stream of records."""
    cells = b""
    for place, row in enumerate(rows):
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                cells += record(0x204, struct.pack("<HHHHB", place, at, 0, len(cell), 0) + cell.encode("latin-1"))
            elif cell is not None:
                cells += record(0x203, struct.pack("<HHHd", place, at, 0, cell))
    begins = [record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6)) for kind in (5, 16)]
    codepage = record(0x42, struct.pack("<H", 1200))
    end, size = record(0x0A, b""), len(record(0x85, bytes(6) + b"\4\0Data"))
    place = len(begins[0]) + len(codepage) + size + len(end)
    sheet = record(0x85, struct.pack("<IBB", place, 0, 0) + b"\4\0Data")
    stream = (begins[0] + codepage + sheet + end + begins[1] + cells + end).ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    links = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]  # this table, the directory, the stream
    table = struct.pack(f"<{len(links)}I", *links).ljust(512, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
        wide = (name + "\0").encode("utf-16-le")
        about = struct.pack("<HBBIII", len(wide), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return wide.ljust(64, b"\0") + about + bytes(36) + struct.pack("<IQ", start, length)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    return head.ljust(512, b"\xff") + table + directory.ljust(512, b"\0") + stream


def test_old_workbooks_are_read(tmp_path):
    (tmp_path / "t.xls").write_bytes(xls([["Report"], [], ["a", "b"], [1.5, "x"], [2, "é"]]))
    table, understood = ffnn.read(tmp_path / "t.xls")
    assert table.to_dict(as_series=False) == {"a": [1.5, 2.0], "b": ["x", "é"]}
    assert understood.notes == ("1 title line above the header is left out: 'Report'",)


def rows_of(columns: dict[str, list]) -> list[list]:
    return [list(columns), *map(list, zip(*columns.values(), strict=True))]


@pytest.mark.parametrize(("ending", "write"), [(".xlsx", lambda rows: xlsx({"Data": rows})), (".ods", ods)])
def test_every_cell_keeps_its_type(tmp_path, ending, write):
    (tmp_path / f"t{ending}").write_bytes(write(rows_of(COLUMNS)))
    table, understood = ffnn.read(tmp_path / f"t{ending}")
    assert table.to_dict(as_series=False) == {**COLUMNS, "mixed": ["7", "many", "true", "2021-07-28"]}
    assert table.dtypes == [pl.String, pl.Float64, pl.Date, pl.Datetime("us"), pl.Boolean, pl.String]
    assert understood.notes == ()


def test_what_stands_around_the_table_is_left_out_as_in_text(tmp_path):
    rows = [
        ["Report of 2021"], [], ["region", "amount", "price"], [None, "kg", "€"], ["north", 1, 2.5], ["south", 2, 3.5],
        ["east", 3, 4.5], ["Total", 6, None], [], ["Source: our own"],
    ]  # fmt: skip
    (tmp_path / "t.xlsx").write_bytes(xlsx({"Data": rows}))
    table, understood = ffnn.read(tmp_path / "t.xlsx")
    assert table.to_dict(as_series=False) == {
        "region": ["north", "south", "east"], "amount": [1, 2, 3], "price": [2.5, 3.5, 4.5]
    }  # fmt: skip
    assert understood.notes == (
        "1 title line above the header is left out: 'Report of 2021'",
        "the row under the header names units and is left out: kg, €",
        "1 row below the last one is left out: 'Source: our own'",
        "the last row, 'Total', is the sum of the others and is left out",
    )
    assert ffnn.read(tmp_path / "t.xlsx", header_row=3).table.columns == table.columns
    assert ffnn.read(tmp_path / "t.xlsx", skip_rows=4, no_header=True).table.row(0) == ("north", 1, 2.5)


def test_a_table_may_stand_anywhere_in_its_sheet_and_its_first_column_need_no_name(tmp_path):
    rows = [[], [None, None, None, "a", "b"], [None, None, 0, 1.5, "x"], [None, None, 1, 2.5, "y"]]
    (tmp_path / "t.xlsx").write_bytes(xlsx({"Data": rows}))
    table, understood = ffnn.read(tmp_path / "t.xlsx")
    assert table.to_dict(as_series=False) == {"index": [0, 1], "a": [1.5, 2.5], "b": ["x", "y"]}
    assert understood.notes == ("the first column has no name and is called 'index'",)
    assert ffnn.read(tmp_path / "t.xlsx", header_row=2).table.equals(table)  # rows count as the sheet numbers them


def test_empty_rows_between_rows_are_rows_as_in_text(tmp_path):
    rows = [["place", "a", "b"], *([f"R{row}", row + 0.25, row / 2] if row % 4 else [None] * 3 for row in range(1, 12))]
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    (tmp_path / "a.csv").write_text(text + "\n")
    (tmp_path / "a.xlsx").write_bytes(xlsx({"one": rows}))
    one, other = ffnn.read(tmp_path / "a.csv"), ffnn.read(tmp_path / "a.xlsx")
    assert one.table.rows() == [tuple(cell and str(cell) for cell in row) for row in other.table.rows()]
    assert one.understood.notes == other.understood.notes == ("2 rows hold nothing, and are kept as rows",)


def test_units_under_the_header_of_a_sheet_are_no_row(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(xlsx({"one": [["price", "n"], ["€", "Stk"], [1.5, 2], [2.5, 3]]}))
    table, understood = ffnn.read(tmp_path / "a.xlsx")
    assert table.rows() == [(1.5, 2), (2.5, 3)]
    assert understood.notes == ("the row under the header names units and is left out: €, Stk",)


def test_merged_cells_among_the_rows_are_told(tmp_path):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "Report")
        sheet.write_row(1, 0, ["place", "a", "b"])
        for row in range(6):
            sheet.write_row(2 + row, 1, [row / 2, row / 3])
        sheet.merge_range(2, 0, 4, 0, "north")
        sheet.merge_range(5, 0, 7, 0, "south")
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    table, understood = ffnn.read(tmp_path / "a.xlsx")
    assert table["place"].to_list() == ["north", None, None, "south", None, None]
    assert understood.notes == (
        "1 title line above the header is left out: 'Report'",
        "merged cells hold their value in the first of each alone; 2 are among the rows",
    )


def test_a_sheet_is_named_or_numbered(tmp_path):
    sheets = {"Empty": [], "First": [["a"], [1]], "2": [["b"], [2]]}
    (tmp_path / "t.xlsx").write_bytes(xlsx(sheets))
    table, understood = ffnn.read(tmp_path / "t.xlsx")
    assert (table.columns, understood.notes) == (["a"], ("of 2 sheets 'First' is read, not '2'",))
    assert ffnn.read(tmp_path / "t.xlsx", sheet="First").table.columns == ["a"]
    assert ffnn.read(tmp_path / "t.xlsx", sheet=2).table.columns == ["b"]  # a name comes before a number
    assert ffnn.read(tmp_path / "t.xlsx", sheet=3).table.columns == ["b"]
    with pytest.raises(TableError, match=r"has no sheet 'Third'; it has 'Empty', 'First', '2'"):
        ffnn.read(tmp_path / "t.xlsx", sheet="Third")


def test_a_cover_sheet_is_no_table(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(xlsx({"Cover": [["Report 2024"]], "Data": [["a"], [1]], "More": [["b"], [2]]}))
    table, understood = ffnn.read(tmp_path / "t.xlsx")
    assert (table.columns, understood.notes) == (["a"], ("of 3 sheets 'Data' is read, not 'Cover', 'More'",))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.xlsx", b"PK\x03\x04rest", "cannot be read as a workbook: "),
        ("t.xlsx", xlsx({"Data": [["a"], [1]]})[:-30], "cannot be read as a workbook: "),
        ("t.ods", ods([["a"], [1]])[:-30], "cannot be read as a workbook: "),
        ("t.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "cannot be read as a workbook: "),
        ("t.xlsx", xlsx({"Data": []}), "is empty: none of its 1 sheets holds a cell"),
        ("t.xlsx", b"a,b\n1,2\n", r"cannot be read as a xlsx table: it begins with b'a,b"),
        ("t.csv", xlsx({"Data": []}), r"its content is a workbook; rename it to end in \.xlsx"),
        ("t.csv", ods([]), r"its content is an OpenDocument workbook; rename it to end in \.ods"),
    ],
)
def test_what_is_no_workbook_is_told(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=message):
        ffnn.read(tmp_path / name)


def test_a_workbook_expands_to_so_much_and_no_more(tmp_path, monkeypatch):
    far = xlsx({"Data": [["a"], [1]], "Far": []})
    with zipfile.ZipFile(io.BytesIO(far)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content.replace(b'r="A2"', b'r="XFD1048576"'))
    (tmp_path / "t.xlsx").write_bytes(out.getvalue())
    with pytest.raises(TableError, match="has a sheet of 17,179,869,184 cells, most of them empty"):
        ffnn.read(tmp_path / "t.xlsx")
    row = '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>'
    cell = '<table:table-cell table:number-columns-repeated="16384"{}/>'
    empty, full = (row.format(cell.format(value)) for value in ("", ' office:value="1"'))
    (tmp_path / "t.ods").write_bytes(ods([["a", "b"], [1, 2]], empty))
    assert ffnn.read(tmp_path / "t.ods").table.rows() == [(1, 2)]
    (tmp_path / "t.ods").write_bytes(ods([["a", "b"], [1, 2]], full))
    with pytest.raises(TableError, match="cells, most of them empty"):
        ffnn.read(tmp_path / "t.ods")
    monkeypatch.setattr("ffnn.tables.formats.compressed.LARGEST_EXPANSION", 100)
    (tmp_path / "u.xlsx").write_bytes(far)
    with pytest.raises(TableError, match="expands to more than"):
        ffnn.read(tmp_path / "u.xlsx")


def test_without_calamine_it_is_said_how_to_install_it(tmp_path, monkeypatch):
    (tmp_path / "t.xlsx").write_bytes(xlsx({"Data": [["a"], [1]]}))
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(
        TableError, match=r"a workbook, which needs python-calamine: pip install 'ffnn\[spreadsheets\]'"
    ):
        ffnn.read(tmp_path / "t.xlsx")


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"Z", 26), (b"AA", 27), (b"XFD", 16384)])
def test_letters_of_a_column_are_its_number(letters, number):
    assert spreadsheets.number_of(letters) == number


def test_a_model_is_trained_on_a_workbook_and_predicts_another_of_its_kind(tmp_path):
    generator = np.random.default_rng(0)
    rows = [
        [float(size), date(2021, 1, 1 + place % 28), float(size) * 2]
        for place, size in enumerate(generator.normal(size=40))
    ]
    (tmp_path / "t.xlsx").write_bytes(xlsx({"Other": [["x"], [1]], "Data": [["size", "day", "price"], *rows]}))
    read = ffnn.read(tmp_path / "t.xlsx", sheet="Data")
    model = ffnn.train(read, "price", recipe="plain", hidden=(4,), restarts=2, epochs=3)
    assert model.predict(tmp_path / "t.xlsx").tolist() == model.predict(read.table).tolist()
