"""Cells stand under each other as Go's tabwriter puts them."""

import pytest

from tools.render.tabwriter import align


def test_each_run_of_rows_has_its_own_columns_that_never_become_narrower():
    # Recorded from github.com/liggitt/tabwriter with kubectl's settings.
    assert align(["a long cell\tb\tc", "d", "e\tf", "g\t\th"]) == [
        "a long cell   b     c",
        "d",
        "e             f",
        "g                   h",
    ]


def test_without_remembered_widths_each_run_is_as_wide_as_its_cells():
    # Recorded from text/tabwriter with describe's settings.
    rows = ["Name:\tweb", "Events:", "a long cell\tb"]
    assert align(rows, minimum=0, padding=2, remember_widths=False) == [
        "Name:  web",
        "Events:",
        "a long cell  b",
    ]


def test_a_column_may_be_missing_in_some_rows():
    assert align(["a\tb\tc", "d\te", "f\tgggggggg\th"]) == [
        "a     b     c",
        "d     e",
        "f     gggggggg   h",
    ]


@pytest.mark.parametrize("lines", [[], ["only"], ["", ""]])
def test_what_has_no_columns_stays_as_it_is(lines: list[str]):
    assert align(lines) == lines


def test_a_cell_of_many_tabs_is_no_trouble():
    assert align(["a" + "\t" * 5000 + "b", "c"])[1] == "c"
