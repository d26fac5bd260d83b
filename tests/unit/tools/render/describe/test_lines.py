"""Lines are aligned as Go's tabwriter aligns them for kubectl."""

from tools.render.describe import Lines


def aligned(text: str) -> str:
    lines = Lines()
    lines.text(text)
    return str(lines).removesuffix("\n")


def test_values_stand_in_a_column_two_spaces_behind_the_longest_label():
    lines = Lines()
    lines.field("Name", "web")
    lines.field("Service Account", "default")
    assert str(lines) == "Name:             web\nService Account:  default\n"


def test_a_line_without_a_tab_begins_new_columns():
    lines = Lines()
    lines.field("Service Account", "default")
    lines.text("Containers:")
    lines.field("Image", "nginx", level=2)
    assert str(lines) == "Service Account:  default\nContainers:\n    Image:  nginx\n"


def test_several_values_stand_below_each_other():
    lines = Lines()
    lines.several("Labels", ["app=web", "tier=front"])
    lines.several("Annotations", [])
    assert str(lines) == (
        "Labels:       app=web\n"
        "              tier=front\n"
        "Annotations:  <none>\n"
    )  # fmt: skip


def test_a_table_has_titles_underlined_and_its_rows_indented():
    lines = Lines()
    lines.header("Type", "Status")
    lines.row("Available", True)
    assert str(lines) == (
        "  Type       Status\n"
        "  ----       ------\n"
        "  Available  True\n"
    )  # fmt: skip


def test_a_column_is_only_as_wide_as_its_neighbours_need():
    assert aligned("a\tb\tc\nlonger\tb\nx\tlongest\ty") == (
        "a       b  c\n"
        "longer  b\n"
        "x       longest  y"
    )  # fmt: skip


def test_an_empty_cell_still_takes_its_column():
    assert aligned("Name\t\tCPU\nweb\t\t1") == "Name    CPU\nweb     1"


def test_what_stands_aside_leaves_the_columns_around_it_alone():
    lines = Lines()
    lines.field("Replicas", 3)
    aside = lines.aside()
    lines.field("Pods Status", "2 Running\n1 Waiting")
    lines.aside().text("The end.")
    aside.text("Added:")
    aside.field("A much longer label", "x", level=1)
    assert str(lines) == (
        "Replicas:     3\n"
        "Added:\n"
        "  A much longer label:  x\n"
        "Pods Status:  2 Running\n"
        "1 Waiting\n"
        "The end.\n"
    )


def test_width_counts_characters_not_bytes():
    assert aligned("größe:\t1\na:\t2") == "größe:  1\na:      2"


def test_terminal_escapes_are_shown_not_sent():
    lines = Lines()
    lines.field("Message", "\x1b[31mred\rover")
    assert str(lines) == "Message:  ^[[31mred\\rover\n"


def test_nothing_written_is_no_text():
    assert str(Lines()) == ""


def test_a_huge_table_in_one_value_does_not_take_quadratic_time():
    wide, tall = "\t".join("x" * 50_000), "\n".join(["a\tb"] * 50_000)
    text = aligned(f"{wide}\n{tall}")
    assert len(text.split("\n")) == 50_001
