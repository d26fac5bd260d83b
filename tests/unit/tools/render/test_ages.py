"""Ages read as kubectl prints them."""

from datetime import UTC, datetime

import pytest

from tools.render.ages import age, human_duration, parse_timestamp, short_human_duration

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

MINUTE, HOUR, DAY = 60, 3600, 86400


# The expected texts are those of apimachinery's duration.HumanDuration.
@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (-1.9, "0s"),
        (0, "0s"),
        (1.99, "1s"),
        (119, "119s"),
        (2 * MINUTE, "2m"),
        (9 * MINUTE + 59, "9m59s"),
        (10 * MINUTE + 59, "10m"),
        (3 * HOUR - 1, "179m"),
        (3 * HOUR, "3h"),
        (7 * HOUR + 59 * MINUTE, "7h59m"),
        (8 * HOUR + 59 * MINUTE, "8h"),
        (48 * HOUR - 1, "47h"),
        (2 * DAY, "2d"),
        (7 * DAY + 23 * HOUR, "7d23h"),
        (8 * DAY + 23 * HOUR, "8d"),
        (2 * 365 * DAY - 1, "729d"),
        (2 * 365 * DAY, "2y"),
        (7 * 365 * DAY + 364 * DAY, "7y364d"),
        (8 * 365 * DAY + 364 * DAY, "8y"),
    ],
)
def test_a_duration_is_shortened_to_two_or_three_figures(seconds: float, text: str):
    assert human_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (-1, "0s"),
        (59, "59s"),
        (60, "1m"),
        (HOUR - 1, "59m"),
        (HOUR, "1h"),
        (DAY - 1, "23h"),
        (DAY, "1d"),
        (365 * DAY - 1, "364d"),
        (365 * DAY, "1y"),
    ],
)
def test_a_short_duration_has_one_unit(seconds: float, text: str):
    assert short_human_duration(seconds) == text


@pytest.mark.parametrize(
    ("timestamp", "text"),
    [
        ("2026-11-24T11:58:30Z", "90s"),
        ("2026-11-24T11:58:30.750000Z", "89s"),
        ("2026-11-24T11:58:30.750000123Z", "89s"),
        ("2026-11-24T13:00:00+02:00", "60m"),
        ("2026-11-24T12:00:30Z", "<invalid>"),
        ("0001-01-01T00:00:00Z", "<unknown>"),
        ("yesterday", "<unknown>"),
        ("", "<unknown>"),
        (None, "<unknown>"),
    ],
)
def test_an_age_is_the_time_since_a_timestamp(timestamp: str | None, text: str):
    assert age(timestamp, NOW) == text


def test_a_timestamp_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        parse_timestamp("2026-11-24T12:00:00")
