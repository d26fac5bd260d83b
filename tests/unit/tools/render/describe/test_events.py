"""The Events section, and points in time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tools.render.describe import Lines
from tools.render.describe.events import write_events
from tools.render.describe.times import timestamp

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def ago(**duration: float) -> str:
    return (NOW - timedelta(**duration)).isoformat()


def an_event(**fields: Any) -> dict[str, Any]:
    return {
        "type": "Normal",
        "reason": "Pulled",
        "message": "image is there",
        "source": {"component": "kubelet"},
        "involvedObject": {},
        "firstTimestamp": ago(minutes=5),
        "lastTimestamp": ago(minutes=5),
        "count": 1,
    } | fields


def events_text(*events: dict[str, Any]) -> str:
    lines = Lines()
    write_events(lines, events, NOW)
    return str(lines)


def test_no_events_is_said():
    assert events_text() == "Events:  <none>\n"


def test_events_are_in_the_order_of_their_last_occurrence():
    assert events_text(
        an_event(reason="Started", lastTimestamp=ago(seconds=10), firstTimestamp=ago(seconds=10)),
        an_event(),
    ) == (
        "Events:\n"
        "  Type    Reason   Age   From     Message\n"
        "  ----    ------   ----  ----     -------\n"
        "  Normal  Pulled   5m    kubelet  image is there\n"
        "  Normal  Started  10s   kubelet  image is there\n"
    )


def row(**fields: Any) -> str:
    return events_text(an_event(**fields)).splitlines()[-1]


def test_a_repeated_event_says_how_often_over_how_long():
    repeated = row(count=7, firstTimestamp=ago(minutes=10), lastTimestamp=ago(minutes=3))
    assert repeated == "  Normal  Pulled  3m (x7 over 10m)  kubelet  image is there"


def test_a_series_says_when_it_was_last_seen():
    series = {"count": 4, "lastObservedTime": ago(seconds=30)}
    repeated = row(eventTime=ago(hours=2), series=series, firstTimestamp=None, lastTimestamp=None)
    assert repeated == "  Normal  Pulled  30s (x4 over 120m)  kubelet  image is there"


def test_the_reporter_stands_in_for_a_missing_source():
    assert "job-controller" in row(source={}, reportingComponent="job-controller")


def test_the_message_names_the_part_of_the_object():
    about = {"fieldPath": "spec.containers{web}"}
    assert row(involvedObject=about, message=" pulled\n").endswith("spec.containers{web}: pulled")


def test_points_in_time_are_rfc_1123_in_utc():
    assert timestamp("2026-11-24T15:04:05+01:00") == "Tue, 24 Nov 2026 14:04:05 +0000"
    assert timestamp(None) == "Mon, 01 Jan 0001 00:00:00 +0000"
