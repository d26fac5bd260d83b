"""Times of records, as Go prints them, in the zone of whoever wrote them."""

import pytest

from tools.render.helm.times import ansic, go_string, rfc3339


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-20T09:14:11Z", "2026-11-20 09:14:11 +0000 UTC"),
        ("2026-11-20T09:14:11+00:00", "2026-11-20 09:14:11 +0000 UTC"),
        ("2026-11-20T09:14:11.120000+05:30", "2026-11-20 09:14:11.12 +0530 +0530"),
        ("2026-11-20T09:14:11.123456789-08:00", "2026-11-20 09:14:11.123456789 -0800 -0800"),
        ("0001-01-01T00:00:00Z", "-"),
        ("", "-"),
        ("yesterday", "-"),
    ],
)
def test_a_list_has_gos_own_string(text: str, said: str) -> None:
    assert go_string(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-20T09:14:11.5Z", "Fri Nov 20 09:14:11 2026"),
        ("2026-02-03T00:00:00+05:30", "Tue Feb  3 00:00:00 2026"),
        ("", "Mon Jan  1 00:00:00 0001"),
        ("2026-02-30T00:00:00Z", "Mon Jan  1 00:00:00 0001"),
    ],
)
def test_a_history_has_ansi_cs_form(text: str, said: str) -> None:
    assert ansic(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-20T09:14:11.500Z", "2026-11-20T09:14:11.5Z"),
        ("2026-11-20T09:14:11.000+00:00", "2026-11-20T09:14:11Z"),
        ("0001-01-01T00:00:00Z", ""),
        ("", ""),
    ],
)
def test_json_has_fractions_without_their_last_zeros(text: str, said: str) -> None:
    assert rfc3339(text) == said
