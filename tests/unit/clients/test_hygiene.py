"""Text from a cluster cannot hide anything from its reader."""

import pytest

from clients.hygiene import clean


@pytest.mark.parametrize(
    ("supplied", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("zero\u200bwidth\u2060 and \u202eoverride", "zerowidth and override"),
        ("tags \U000e0041\U000e0042 hidden", "tags  hidden"),
        ("bell\x07 null\x00 delete\x7f", "bell null delete"),
        ("tabs\tand ünïcödé 漢字 🚀 stay", "tabs\tand ünïcödé 漢字 🚀 stay"),
    ],
)
def test_control_and_invisible_characters_are_removed(supplied: str, shown: str) -> None:
    assert clean(supplied) == shown
