"""The query parameters of a list or watch, decoded and checked as ListOptions are.

Follows apimachinery `pkg/apis/meta/internalversion/validation/validation.go`.
"""

from dataclasses import dataclass, field

from sandbox.cluster.parameters import Parameters
from sandbox.cluster.reading.field_selector import FieldSelector, parse_field_selector
from sandbox.cluster.reading.label_selector import (
    LabelSelector,
    SelectorError,
    parse_label_selector,
)
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.statuses import Cause, bad_request, invalid_options

MATCHES = ("Exact", "NotOlderThan")


@dataclass(frozen=True)
class ListOptions:
    """What to select, from which version, and how much of it."""

    labels: LabelSelector = field(default_factory=LabelSelector)
    fields: FieldSelector = field(default_factory=FieldSelector)
    watch: bool = False
    limit: int = 0
    continue_token: str = ""
    resource_version: str = ""
    resource_version_match: str = ""
    timeout_seconds: int | None = None
    bookmarks: bool = False
    initial_events: bool | None = None

    @property
    def selects_everything(self) -> bool:
        """Tell whether no selector was given."""
        return not self.labels.requirements and not self.fields.terms


def list_options(query: Parameters, resource: ResourceType) -> ListOptions:
    """Decode ListOptions. Raises 400 for what cannot be parsed and 422 for what is forbidden."""
    try:
        labels = parse_label_selector(query.text("labelSelector"))
        fields = parse_field_selector(query.text("fieldSelector"), resource)
    except SelectorError as fault:
        raise bad_request(str(fault)) from fault
    options = ListOptions(
        labels=labels,
        fields=fields,
        watch=bool(query.flag("watch")),
        limit=query.integer("limit") or 0,
        continue_token=query.text("continue"),
        resource_version=query.text("resourceVersion"),
        resource_version_match=query.text("resourceVersionMatch"),
        timeout_seconds=query.integer("timeoutSeconds"),
        bookmarks=bool(query.flag("allowWatchBookmarks")),
        initial_events=query.flag("sendInitialEvents"),
    )
    if causes := _watch_faults(options) if options.watch else _list_faults(options):
        raise invalid_options("ListOptions", causes)
    return options


def _list_faults(options: ListOptions) -> list[Cause]:
    faults = []
    match = options.resource_version_match
    if match and not options.resource_version:
        faults.append(_forbidden_match("is forbidden unless resourceVersion is provided"))
    if match and options.continue_token:
        faults.append(_forbidden_match("is forbidden when continue is provided"))
    if match and match not in MATCHES:
        faults.append(_unknown_match(match, '"Exact", "NotOlderThan", ""'))
    if match == "Exact" and options.resource_version == "0":
        faults.append(_forbidden_match('"exact" is forbidden for resourceVersion "0"'))
    if options.initial_events is not None:
        faults.append(_forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    return faults


def _watch_faults(options: ListOptions) -> list[Cause]:
    faults = []
    match = options.resource_version_match
    if options.initial_events is not None and match != "NotOlderThan":
        why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        faults.append(_forbidden("resourceVersionMatch", why))
    if match and options.initial_events is None:
        faults.append(
            _forbidden_match("is forbidden for watch unless sendInitialEvents is provided")
        )
    if match and match != "NotOlderThan":
        faults.append(_unknown_match(match, '"NotOlderThan"'))
    if match and options.continue_token:
        faults.append(_forbidden_match("is forbidden when continue is provided"))
    return faults


def _forbidden_match(why: str) -> Cause:
    return _forbidden("resourceVersionMatch", f"resourceVersionMatch {why}")


def _forbidden(name: str, why: str) -> Cause:
    return Cause("FieldValueForbidden", f"Forbidden: {why}", name)


def _unknown_match(value: str, known: str) -> Cause:
    message = f'Unsupported value: "{value}": supported values: {known}'
    return Cause("FieldValueNotSupported", message, "resourceVersionMatch")
