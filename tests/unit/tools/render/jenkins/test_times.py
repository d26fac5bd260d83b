"""Jenkins' milliseconds, to be read."""

from datetime import UTC, datetime

import pytest

from tools.render.jenkins.times import moment, span

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0 ms"),
        (999, "999 ms"),
        (1000, "1 s"),
        (372_000, "6 min 12 s"),
        (3_600_000, "1 h"),
        (3_605_000, "1 h"),
        (7_500_000, "2 h 5 min"),
        (187_200_000, "2 d 4 h"),
        (-1, "unknown"),
        (None, "unknown"),
        ("1", "unknown"),
    ],
)
def test_a_duration_is_its_two_largest_units(milliseconds: object, text: str) -> None:
    assert span(milliseconds) == text


@pytest.mark.parametrize("wrong", [None, 0, -1, "x", 10**18, 1.5])
def test_a_moment_that_is_none_is_unknown(wrong: object) -> None:
    assert moment(wrong, NOW) == "unknown"


def test_a_moment_is_in_utc_with_its_age() -> None:
    then = int(NOW.timestamp() * 1000) - 600_000
    assert moment(then, NOW) == "2026-11-20 11:50:00Z (10m ago)"
