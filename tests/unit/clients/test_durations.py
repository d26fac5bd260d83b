"""How far back a caller wants to look."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.durations import looking_back
from clients.errors import InvalidError


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90s", timedelta(seconds=90)),
        ("1h30m", timedelta(minutes=90)),
        (" 1.5h ", timedelta(minutes=90)),
        ("250ms", timedelta(milliseconds=250)),
        ("2d", timedelta(days=2)),
        ("1w2d", timedelta(days=9)),
        ("0", timedelta()),
        ("2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T10:00:00.5+01:00", datetime(2026, 11, 20, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-20 09:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
    ],
)
def test_a_duration_or_a_moment_is_understood(text: str, meant: timedelta | datetime) -> None:
    assert looking_back(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "10",
        "-5m",
        "1y",
        "3mm",
        "1h!!2m",
        "1..5h",
        "s",
        "",
        "99999999999w",
        "5 minutes",
    ],
)
def test_the_rest_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        looking_back(text)
    assert str(refusal.value) == (
        f'Argument "since": "{text}" is neither a duration (90s, 1h30m, 2d) '
        "nor a time (2026-11-20T09:00:00Z)."
    )
