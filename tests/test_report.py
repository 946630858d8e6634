"""The standings in print."""

from __future__ import annotations

import report
from standing import Result, side_by_side

STANDINGS = side_by_side(
    [
        Result("iris", "default", 0, 120, 30, 1.5, 0.01, error=0.1, log_loss=0.2, run="now"),
        Result("iris", "sk", 0, 120, 30, 0.5, 0.002, error=0.3, log_loss=0.4),
        Result("iris", "sk256", 0, 120, 30, 0.75, 0.02, error=0.0, log_loss=0.1, run="now"),
        Result("mpg", "default", 0, 318, 80, 2.0, 0.01, rmse=3.25, run="now"),
    ],
    "default",
)


def test_every_figure_stands_under_its_learner():
    printed = report.written(STANDINGS, "default")
    lines = [line.split() for line in printed.splitlines()]
    assert ["table", "splits", "rows", "default", "sk", "sk256"] in lines
    assert ["iris", "1", "120", "+", "30", "0.1000", "0.3000", "0.0000"] in lines
    assert ["mpg", "1", "318", "+", "80", "3.25", "-", "-"] in lines
    assert ["iris", "1", "120", "+", "30", "0.2000", "0.4000", "0.1000"] in lines
    assert ["iris", "1", "120", "+", "30", "1.5", "(0.5)", "0.75"] in lines
    assert ["sk256", "1", "1.000", "1.000", "4.000", "2.000", "2.000", "0.500"] in lines  # (3 + 1) / (0 + 1), 0.2 / 0.1
    assert ["default", "2", "2.000", "2.000", "-", "-", "-", "-"] in lines
    assert "by more than one standard error: 1 of 1 tables: iris." in printed


def test_markdown_has_as_many_cells_in_every_line():
    printed = report.written(STANDINGS, "default", markdown=True)
    blocks = [block.splitlines() for block in printed.split("\n\n") if block.startswith("|")]
    assert len(blocks) == 5
    for first, rule, *rows in blocks:
        assert {line.count("|") for line in (first, rule, *rows)} == {first.count("|")}
        assert set(rule) == set("|-:")
