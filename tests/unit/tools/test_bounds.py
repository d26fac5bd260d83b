"""The one bound: cut between lines, say what was left out."""

from tools.bounds import bounded


def test_what_fits_is_left_alone() -> None:
    assert bounded("a\nb", 100).text == "a\nb"


def test_a_long_text_is_cut_between_lines_and_says_how_to_go_on() -> None:
    text = "\n".join(f"line {number:04}" for number in range(1000))
    cut = bounded(text, 2048, "Narrow: tail=100.")
    *kept, note = cut.text.split("\n")
    assert cut.cut
    assert kept == [f"line {number:04}" for number in range(204)]
    assert note == "… 204 of 1,000 lines (1 of 9 KiB). Narrow: tail=100."


def test_a_single_long_line_is_cut_inside_and_says_so() -> None:
    cut = bounded("é" * 3000, 2001)
    assert cut.text == "é" * 1000 + "\n… one line, cut (1 of 5 KiB)."


def test_a_character_is_never_cut_in_half() -> None:
    assert "\ufffd" not in bounded("é" * 3000, 2001).text
