"""Events joined, ordered, printed."""

from datetime import UTC, datetime
from typing import Any

from tests.support.builders import a_pod
from tests.support.rollouts import an_event
from tools.render.event_list import event_table, happenings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def lines(*events: dict[str, Any]) -> list[str]:
    return event_table(happenings(events), NOW)[1:]


def test_a_new_style_event_is_counted_by_its_series() -> None:
    series = {"count": 7, "lastObservedTime": "2026-11-20T11:59:30.000000Z"}
    times = {"firstTimestamp": None, "lastTimestamp": None, "count": None}
    event = an_event(a_pod(), "said", eventTime="2026-11-20T11:30:00Z", series=series, **times)
    assert lines(event) == ["30s (x7 over 30m)   Warning   Failed   Pod/web   said"]


def test_an_event_without_any_time_is_of_unknown_age() -> None:
    event = an_event(a_pod(), "said", firstTimestamp=None, lastTimestamp=None)
    assert lines(event) == ["<unknown>   Warning   Failed   Pod/web   said"]


def test_a_message_is_one_line() -> None:
    assert lines(an_event(a_pod(), " a\n  b\t c "))[0].endswith("Pod/web   a b c")


def test_equal_texts_about_different_objects_stay_apart() -> None:
    events = [an_event(a_pod(name), "said") for name in ("web", "db")]
    elsewhere = an_event(a_pod("web", "other"), "said")
    assert len(happenings([*events, elsewhere])) == 3


def test_the_namespace_is_a_column_when_asked_for() -> None:
    table = event_table(happenings([an_event(a_pod(), "said")]), NOW, with_namespace=True)
    assert table == [
        "NAMESPACE   LAST SEEN   TYPE      REASON   OBJECT    MESSAGE",
        "shop        2m          Warning   Failed   Pod/web   said",
    ]
