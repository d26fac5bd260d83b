"""A parameter's value as Jenkins shows it, never as Python does."""

from typing import Any

import pytest

from tools.render.jenkins.parameters import spelled


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (3, "3"),
        ("two\nlines", "two lines"),
        ("", ""),
        (None, ""),
        (["a", None], '["a",null]'),
        ({"branch": "main"}, '{"branch":"main"}'),
    ],
)
def test_a_value_is_spelled_on_one_line(value: Any, text: str) -> None:
    assert spelled(value) == text
