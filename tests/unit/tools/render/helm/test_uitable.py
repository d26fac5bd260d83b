"""Helm's table: tabs between padded cells, wide characters, rows of several lines."""

from tools.render.helm.uitable import uitable


def test_cells_are_padded_to_the_widest_and_joined_by_tabs() -> None:
    assert uitable([("NAME", "REV"), ("web", "12345")]) == "NAME\tREV  \nweb \t12345\n"


def test_a_wide_character_takes_two_columns_and_a_combining_one_none() -> None:
    assert uitable([("A", "B"), ("日本", "x"), ("e\u0301", "y")]) == (
        "A   \tB\n日本\tx\ne\u0301   \ty\n"
    )


def test_a_cell_of_several_lines_makes_a_row_of_several_and_is_cut_first() -> None:
    """The column is as wide as the widest line, the cell with all its lines is wider."""
    assert uitable([("R", "WHY"), ("1", "first\n\tsecond line")]) == (
        "R\tWHY        \n1\tfirst      \n \t\tsec...     \n"
    )
    assert uitable([("R", "DESCRIPTION AND MORE"), ("1", "a\nb")]) == (
        "R\tDESCRIPTION AND MORE\n1\ta                   \n \tb                   \n"
    )
