from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ffnn
from commands import run
from ffnn.console.terminal import console
from ffnn.learning.problem import understand
from ffnn.looking import overview, page, text
from ffnn.looking.overview import BARS, look

DRAW = np.random.default_rng(0)
ROWS = 120
TABLE = pl.DataFrame(
    {
        "order_no": DRAW.permutation(9000)[:ROWS],
        "size": [None if row % 10 == 0 else round(value, 3) for row, value in enumerate(DRAW.normal(size=ROWS))],
        "month": DRAW.integers(1, 12, ROWS, endpoint=True),
        "colour": DRAW.choice(["red", "red", "green", "blue"], ROWS),
        "day": pl.Series(np.datetime64("2024-01-01") + DRAW.integers(0, 300, ROWS).astype("timedelta64[D]")),
        "note": [f"seen {row % 90} times" for row in range(ROWS)],
        "same": ["x"] * ROWS,
        "vague": [f"{1 + row % 11}/{1 + row % 7}/2021" for row in range(ROWS)],
        "y": [None, *DRAW.choice(["yes", "no"], ROWS - 1)],
    }
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("look") / "my table.csv"
    TABLE.write_csv(path)
    return path


def by_name(found):
    return {column.name: column for column in found.columns}


def test_every_column_is_taken_for_what_training_takes_it_for(file):
    found, problem = look(file, "y"), understand(file, "y")
    seen = {column.name: (column.kind, column.reason) for column in problem.schema.columns}
    assert {name: (column.kind, column.reason) for name, column in by_name(found).items() if name != "y"} == seen
    assert (found.task, found.reason, found.hints) == (problem.task, problem.reason, problem.hints)
    assert (found.rows, found.left_out, found.target) == (ROWS, 1, ("y",))
    roles = {column.name: column.role for column in found.columns}
    assert roles == {
        "order_no": "identifier", "size": "input", "month": "input", "colour": "input", "day": "input",
        "note": "left out", "same": "left out", "vague": "left out", "y": "target",
    }  # fmt: skip


def test_without_a_target_all_columns_are_looked_at(file):
    found = look(file)
    assert [column.name for column in found.columns] == TABLE.columns
    assert (found.task, found.target, by_name(found)["y"].role) == (None, (), "input")
    assert found.command == f"ffnn.train({str(file)!r}, target='COLUMN')"


def test_missing_cells_ranges_levels_and_histograms_are_those_of_pandas(file):
    found, oracle = by_name(look(file)), pd.read_csv(file)
    for name in ("size", "month"):
        numbers = oracle[name].dropna()
        assert found[name].missing == oracle[name].isna().sum()
        assert found[name].distinct == numbers.nunique()
        assert (found[name].low, found[name].high) == (numbers.min(), numbers.max())
        assert found[name].histogram == tuple(np.histogram(numbers, BARS)[0])
    assert dict(found["colour"].levels) == oracle["colour"].value_counts().to_dict()
    assert [count for _, count in found["colour"].levels] == sorted(oracle["colour"].value_counts(), reverse=True)
    assert (found["day"].low, found["day"].high) == (
        f"{oracle['day'].min()}T00:00:00",
        f"{oracle['day'].max()}T00:00:00",
    )
    assert sum(found["day"].histogram) == ROWS
    assert found["note"].distinct == 90


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1.0, 1.0, 1.0], (3,)),
        ([-1.7e308, 1.7e308, 0.0], (1, *[0] * 5, 1, *[0] * 4, 1)),
        ([0.0, 12.0, 11.9, 1.0], (1, 1, *[0] * 9, 2)),
        ([5e-324, 0.0], None),
    ],
)
def test_a_histogram_has_every_row_whatever_the_range(cells, expected):
    found = overview.histogram(pl.Series(cells))
    assert sum(found) == len(cells)
    assert expected is None or found == expected


@pytest.mark.parametrize("target", ["y", None])
@pytest.mark.parametrize("role", ["time", "weights"])
def test_what_is_to_be_asked_of_times_and_weights_is_said_and_nothing_raised(role, target):
    cells = ["1/2/2021", "3/4/2021"] if role == "time" else ["1,234", "2,345"]
    table = TABLE.drop("vague").with_columns(pl.Series("it", [cells[row % 2] for row in range(ROWS)]))
    found = look(table, target, **{role: "it"})
    (asked,) = found.questions
    assert asked.column == "it"
    assert len(asked.advice) == 2
    assert found.task == ("classification" if target else None)
    with pytest.raises(ffnn.TableError, match=f"column 'it': {re.escape(asked.text)}"):
        understand(table, "y", **{role: "it"})


@pytest.mark.parametrize("last", ["TBD", None])
def test_a_row_without_a_time_is_told_of_the_column_of_times(last):
    days = [f"2021-03-{1 + row % 28:02}" for row in range(ROWS - 1)]
    table = TABLE.drop("vague").with_columns(pl.Series("t", [*days, last]))
    found = look(table, "y", time="t")
    (asked,) = found.questions
    assert asked.column == "t"
    assert asked.text.endswith("or leave their rows out" if last else "in row 120; fill it in, or leave such rows out")
    assert found.task == "classification"


@pytest.mark.parametrize(
    ("index", "told"),
    [
        (
            pd.Index(range(5), name="store"),
            ["the index 'store' is no column and is left out; reset_index() makes it one"],
        ),
        (
            pd.date_range("2021-01-01", periods=5),
            ["the index of dates is no column and is left out; reset_index() makes it one"],
        ),
        (pd.Index(list("abcde")), []),
        (pd.Index([3, 5, 8, 1, 2]), []),
    ],
)
def test_an_index_that_says_something_is_told(index, told):
    assert list(look(pd.DataFrame({"a": [1.5, 2.5, 0.5, 3.5, 1.0]}, index=index)).notes) == told


def test_what_would_be_asked_is_said_and_nothing_raised():
    (asked,) = look(TABLE, "y").questions
    assert asked.column == "vague"
    assert [advice.value for advice in asked.advice] == [("vague", "date:dayfirst"), ("vague", "date:monthfirst")]
    assert look(TABLE, "y", columns={"vague": "date:dayfirst"}).questions == ()


def test_a_target_is_advised_nothing_that_training_refuses():
    table = pl.DataFrame({"a": range(60), "z": [*(f"{row}.5" for row in range(59)), "n/k $x"]})
    found = look(table, "z")
    assert found.columns[1].advice == ()
    assert [(each.choice, each.value) for each in found.questions[0].advice] == [
        ("missing", "n/k $x"), ("task", "classification")
    ]  # fmt: skip
    assert "to train, once that is settled:" in str(found)
    assert look(table).columns[1].advice


def test_a_target_that_cannot_be_learned_is_looked_at_all_the_same():
    odd = TABLE.with_columns(y=pl.Series(["soon", *map(str, DRAW.integers(0, 10**6, ROWS - 1))]))
    found = look(odd, "y")
    assert found.task is None
    (asked, _) = found.questions
    assert asked.column == "y"
    assert "119 numbers and one other: 'soon' in row 1" in asked.text
    assert "y: cannot be learned as it is" in str(found)


@pytest.mark.parametrize("word", ["inf", "-inf", "1e400", "Infinity"])
@pytest.mark.parametrize("typed", [False, True])
def test_a_number_that_is_not_finite_is_told_and_the_way_on_can_be_pasted(tmp_path, capfd, word, typed):
    path = tmp_path / ("t.parquet" if typed else "t.csv")
    table = TABLE.select("colour", "y", size=pl.Series([*(f"{1.5 * row}" for row in range(1, ROWS)), word]))
    if typed:
        table.with_columns(pl.col("size").cast(pl.Float64)).write_parquet(path)
    else:
        table.write_csv(path)
    found = look(path, "y")
    assert [(column.name, column.kind) for column in found.columns][:2] == [("colour", "category"), ("y", "category")]
    (asked,) = found.questions
    assert asked.column == "size"
    said = "column 'size' must hold finite numbers, but row 120 holds '(?i:-?inf(inity)?|1e400)'"
    assert re.fullmatch(said, asked.text)
    assert by_name(found)["size"].role == "left out"
    assert found.task == "classification"
    (way,) = asked.advice
    seen = look(path, "y", missing=[way.value])
    assert seen.questions == ()
    assert (by_name(seen)["size"].role, by_name(seen)["size"].missing) == ("input", 1)
    code, out, _ = run(capfd, "look", path, "--target", "y")
    assert code == 0
    (option,) = re.findall(r"count it as missing: (--missing \S+)", " ".join(out.split()))
    code, out, _ = run(capfd, "look", path, "--target", "y", *shlex.split(option))
    assert code == 0
    assert "finite" not in out
    with pytest.raises(ffnn.FeedforwardError, match="or count it as missing: missing="):
        understand(path, "y")
    assert understand(path, "y", missing=[way.value]).rows.cells["size"].null_count() == 1


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"target": "z"}, "there is no column 'z'"),
        ({"target": "y", "task": "guess"}, "task must be one of"),
        ({"task": "regression"}, "name the target too"),
        ({"target": "y", "columns": {"size": "numbers"}}, "did you mean 'number'"),
    ],
)
def test_choices_that_cannot_be_used_are_told(choices, message):
    with pytest.raises(ffnn.FeedforwardError, match=message):
        look(TABLE, **choices)


def test_it_is_plain_values_a_frame_and_a_short_word(file):
    found = ffnn.look(file, "y")
    document = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert document["version"] == ffnn.__version__
    assert [column["name"] for column in document["columns"]] == TABLE.columns
    assert {hint["what"] for hint in document["hints"]} == {"code"}
    frame = found.to_frame()
    assert frame.height == TABLE.width
    assert frame.filter(pl.col("name") == "size")["missing"].to_list() == [12]
    assert repr(found) == f"<Look at a table {file}: 120 rows, 9 columns>"
    assert repr(look(TABLE)) == "<Look at a table: 120 rows, 9 columns>"
    assert look(TABLE, "y", columns={"month": "category"}).command == (
        "ffnn.train(table, target='y', columns={'month': 'category'})"
    )


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_fits_and_says_all(file, width, capsys):
    out = console()
    out.width = width
    text.print_look(look(file, "y"), out)
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines()[:-1])) <= width
    for words in ("order_no", "identifier", "text, left out", "y: classification", "█", "red (", "to train:"):
        assert words in said
    said = " ".join(said.split())
    assert "odd month: 12 whole numbers, taken for a quantity, though the name says a month; columns={'month':" in said
    assert "asked vague: day and month cannot be told apart" in said


def test_how_the_file_was_read_is_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("# made by hand\nsize;colour\n" + "0,5;red\n1,5;blue\n2,5;red\n3,5;blue\n")
    found = look(path)
    assert found.to_dict()["dialect"]["delimiter"] == ";"
    said = " ".join(str(found).split())
    assert "read delimiter ';'" in said
    assert all(note in said for note in found.notes)
    assert look(TABLE).to_dict()["dialect"]["delimiter"] is None


def test_sparks_are_as_high_as_the_counts():
    assert text.sparks((8, 0, 4, 1, 0)) == "█ ▅▂"
    assert text.sparks(()) == ""


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.open = set(), []

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


EVIL = "<script>alert(1)</script>\x1b[31m"


def test_the_page_is_whole_asks_nobody_for_anything_and_escapes_what_the_table_holds():
    table = TABLE.rename({"colour": EVIL}).with_columns(same=pl.Series([f"{EVIL}{row % 3}" for row in range(ROWS)]))
    found = look(table, "y")
    for written in (page.page(found), found._repr_html_()):
        tags = Tags()
        tags.feed(written)
        assert not tags.open
        assert {"table", "svg", "dl", "style"} <= tags.seen
        assert not tags.seen & {"script", "img", "iframe", "link"}
        assert not re.search(r"https?://|url\(|@import|\x1b", written)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m" in written
        assert "prefers-color-scheme: dark" in written
        assert "@media print" in written


def test_the_command_says_it_writes_the_page_and_gives_what_to_type(file, tmp_path, capfd):
    html = tmp_path / "look.html"
    said = ("--target", "y", "--column", "vague=date:dayfirst", "--missing", "no one")
    code, out, err = run(capfd, "look", file, *said, "--html", html)
    assert (code, err) == (0, "")
    typed = f"  ffnn train '{file}' --target y --column vague=date:dayfirst --missing 'no one'"
    assert typed in out.splitlines()
    assert html.read_text().startswith("<!DOCTYPE html>")
    assert "--column month=category takes each for a level" in " ".join(out.split())
    code, out, _ = run(capfd, "look", file, "--json")
    document = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert document["command"] == f"ffnn train '{file}' --target COLUMN"
    assert document["table"] == str(file)
    code, _, err = run(capfd, "look", file, "--target", "yy")
    assert (code, err.count("\n")) == (2, 1)
    assert run(capfd, "look", file, "--html", tmp_path / "look.txt")[0] == 2


CELLS = st.one_of(
    st.lists(st.one_of(st.none(), st.floats(allow_infinity=False)), min_size=25, max_size=25),
    st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), min_size=25, max_size=25),
    st.lists(st.one_of(st.none(), st.text(max_size=6)), min_size=25, max_size=25),
    st.lists(st.one_of(st.none(), st.dates()), min_size=25, max_size=25),
    st.lists(st.sampled_from(["1/2/2021", "13/2/2021", "Yes", "yes", "€ 3", "", "-"]), min_size=25, max_size=25),
    st.lists(st.one_of(st.none(), st.lists(st.integers(0, 3), max_size=2)), min_size=25, max_size=25),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(CELLS, min_size=1, max_size=4), st.sampled_from(["x", "user_id", "month", "", "Zip"]))
def test_whatever_a_table_holds_it_can_be_looked_at(columns, name):
    table = pl.DataFrame({f"{name}{place or ''}": pl.Series(cells) for place, cells in enumerate(columns)})
    found = look(table)
    json.dumps(found.to_dict(), allow_nan=False)
    assert found.to_frame().height == len(columns)
    for column in found.columns:
        assert not column.histogram or sum(column.histogram) + column.missing == 25
        assert sum(count for _, count in column.levels) + column.missing <= 25
    Tags().feed(page.page(found))
    str(found)


def test_of_many_columns_the_first_are_printed(tmp_path, capfd):
    wide = pl.DataFrame(DRAW.normal(size=(30, 60)).round(3), [f"x{place:02}" for place in range(60)])
    wide.write_csv(tmp_path / "wide.csv")
    _, out, _ = run(capfd, "look", tmp_path / "wide.csv")
    assert sum(line.startswith("x") for line in out.splitlines()) == 40
    assert "… and 20 more columns; --all prints every one" in out
    _, out, _ = run(capfd, "look", tmp_path / "wide.csv", "--all")
    assert sum(line.startswith("x") for line in out.splitlines()) == 60


def test_looking_loads_no_training():
    seen = (
        "import sys, ffnn; ffnn.look({'x': [1, 2, 2], 'y': [1, 2, 3]}); assert not {'jax', 'optax'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", seen], check=True)
