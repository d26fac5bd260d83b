"""GET of one object and of a collection, with resourceVersion semantics."""

from collections.abc import Sequence

from sandbox.cluster.objects import JsonObject, labels_of
from sandbox.cluster.reading.options import ListOptions, list_options
from sandbox.cluster.reading.paging import LATEST, TOO_OLD, page, position
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import (
    bad_request,
    bare_error,
    expired,
    not_found,
    too_large_version,
)
from sandbox.cluster.store import TooOldError


def read_object(call: Call) -> JsonObject:
    """Return a stored object for reading only. Raises 404, or 504 for a version to come."""
    _check_version_reached(call)
    namespace = call.namespace if call.resource.namespaced else None
    store, resource = call.cluster.store, call.resource
    found = store.peek(resource.group, resource.plural, namespace, call.name)
    if found is None:
        raise not_found(resource, call.name)
    return found


def read_page(call: Call) -> tuple[Sequence[JsonObject], JsonObject]:
    """Return the objects of the page that is asked for, and the list's metadata."""
    options = list_options(call.query, call.resource)
    if options.continue_token:
        return _next_page(call, options)
    revision = _asked_revision(call, options)
    current = call.cluster.store.revision
    objects = _selected(call, options, revision or current)
    return page(objects, options, revision or current)


def selects(options: ListOptions, obj: JsonObject) -> bool:
    """Tell whether both selectors match a stored object."""
    return options.labels.matches(labels_of(obj)) and options.fields.matches(obj)


def _next_page(call: Call, options: ListOptions) -> tuple[Sequence[JsonObject], JsonObject]:
    if options.resource_version not in ("", "0"):
        why = "specifying resource version is not allowed when using continue"
        raise bad_request(why)
    start = position(options.continue_token)
    current = call.cluster.store.revision
    revision = current if start.revision == LATEST else start.revision
    try:
        objects = _selected(call, options, revision, start.start)
    except TooOldError as gone:
        raise start.expired() from gone
    return page(objects, options, revision)


def _asked_revision(call: Call, options: ListOptions) -> int:
    """Return the revision to list at, 0 for now."""
    if not options.resource_version:
        return 0
    try:
        asked = int(options.resource_version)
    except ValueError:
        asked = -1
    if asked < 0:
        raise bad_request(f"invalid resource version: {_bad_version(options.resource_version)}")
    store = call.cluster.store
    if asked > store.revision:
        raise too_large_version(asked, store.revision)
    if options.resource_version_match != "Exact":
        return 0
    try:
        store.since(asked)
    except TooOldError as gone:
        raise expired(TOO_OLD) from gone
    return asked


def _selected(
    call: Call, options: ListOptions, revision: int, start: str = ""
) -> Sequence[JsonObject]:
    namespace = call.namespace if call.resource.namespaced and call.namespace else None
    resource, store = call.resource, call.cluster.store
    objects = store.view_at(resource.group, resource.plural, namespace, revision, start)
    if options.selects_everything:
        return objects
    return [each for each in objects if selects(options, each)]


def _check_version_reached(call: Call) -> None:
    text = call.query.text("resourceVersion")
    if not text:
        return
    if not text.isdigit():
        raise bare_error(_bad_version(text))
    if int(text) > call.cluster.store.revision:
        raise too_large_version(int(text), call.cluster.store.revision)


def _bad_version(text: str) -> str:
    why = f'strconv.ParseUint: parsing "{text}": invalid syntax'
    return f'resourceVersion: Invalid value: "{text}": {why}'
