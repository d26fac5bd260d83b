"""Events, of the core group and of events.k8s.io, whose fields bear other names."""

from datetime import datetime

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, name
from sandbox.cluster.tables.durations import age
from sandbox.cluster.tables.printing import Cells, prints

_COLUMNS = (
    "Last Seen, Type, Reason, Object, Subobject*, Source*, Message, First Seen*, Count*, Name*"
)


@prints("events", columns=_COLUMNS)
def _event(item: JsonObject, now: datetime) -> Cells:
    source = at(item, "source", {})
    about = at(item, "involvedObject", {})
    component = source.get("component") or at(item, "reportingComponent", "")
    instance = source.get("host") or at(item, "reportingInstance", "")
    return [
        _last_seen(item, now),
        at(item, "type", ""),
        at(item, "reason", ""),
        _target(about),
        about.get("fieldPath", ""),
        f"{component}, {instance}" if instance else component,
        at(item, "message", "").strip(),
        _first_seen(item, now),
        at(item, "series.count", 0) or at(item, "count", 0) or 1,
        name(item),
    ]


@prints("events.events.k8s.io", columns=_COLUMNS)
def _new_event(item: JsonObject, now: datetime) -> Cells:
    return _event(_as_core(item), now)


def _as_core(item: JsonObject) -> JsonObject:
    """Rename the fields as `pkg/apis/events/v1/conversion.go` does."""
    return {
        "metadata": at(item, "metadata", {}),
        "involvedObject": at(item, "regarding", {}),
        "type": item.get("type"),
        "reason": item.get("reason"),
        "message": item.get("note"),
        "eventTime": item.get("eventTime"),
        "series": item.get("series"),
        "source": at(item, "deprecatedSource", {}),
        "firstTimestamp": item.get("deprecatedFirstTimestamp"),
        "lastTimestamp": item.get("deprecatedLastTimestamp"),
        "count": item.get("deprecatedCount"),
        "reportingComponent": item.get("reportingController"),
        "reportingInstance": item.get("reportingInstance"),
    }


def _first_seen(event: JsonObject, now: datetime) -> str:
    return age(at(event, "firstTimestamp") or at(event, "eventTime"), now)


def _last_seen(event: JsonObject, now: datetime) -> str:
    if at(event, "series") is not None:
        return age(at(event, "series.lastObservedTime"), now)
    last = at(event, "lastTimestamp")
    return age(last, now) if last else _first_seen(event, now)


def _target(about: JsonObject) -> str:
    kind = str(about.get("kind", "")).lower()
    return f"{kind}/{about['name']}" if about.get("name") else kind
