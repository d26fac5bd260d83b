"""The last steps of every write: defaults, checks, ownership, storage."""

from dataclasses import dataclass

from sandbox.cluster.defaults import defaulted
from sandbox.cluster.objects import JsonObject, copied, name_of, timestamp
from sandbox.cluster.ownership.managers import Manager
from sandbox.cluster.ownership.skeleton import skeleton
from sandbox.cluster.ownership.tracking import track_update
from sandbox.cluster.schemas import Schema, schema_of
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import ApiError, already_exists, invalid, modified
from sandbox.cluster.store import AlreadyExistsError
from sandbox.cluster.validation import creation_faults, update_faults
from sandbox.cluster.validation.causes import invalid_value
from sandbox.cluster.validation.metadata import SYSTEM_FIELDS, check_namespace
from sandbox.cluster.writing.admission import admitted


@dataclass(frozen=True)
class Write:
    """One write of an object: who makes it, through which subresource, and whether for real."""

    call: Call
    dry_run: bool

    @property
    def schema(self) -> Schema:
        """Return the schema of the type being written."""
        return schema_of(self.call.resource)

    @property
    def manager(self) -> Manager:
        """Return who owns what this write sets."""
        name = self.call.field_manager or "unknown"
        part = self.call.subresource.name if self.call.subresource else ""
        return Manager(name, "Update", self.call.resource.api_version, part)

    @property
    def reset_fields(self) -> tuple[str, ...]:
        """Return the top-level fields that this path of the API leaves as they are."""
        if self.call.subresource is not None and self.call.subresource.name == "status":
            return ("spec",)
        has_status = self.call.resource.subresource("status") is not None
        return ("status",) if has_status else ()

    def now(self) -> str:
        """Return the present as a timestamp."""
        return timestamp(self.call.cluster.clock())

    def create(self, obj: JsonObject, tracked: bool = False) -> JsonObject:
        """Store a new object. Raises 404, 403, 409 or 422. `tracked`: managedFields are set."""
        call = self.call
        for each in SYSTEM_FIELDS:
            obj["metadata"].pop(each, None)
        if not obj["metadata"].get("name") and obj["metadata"].get("generateName"):
            prefix = obj["metadata"]["generateName"]
            obj["metadata"]["name"] = call.cluster.store.generated_name(prefix)
        obj = defaulted(obj, call.resource)
        if not tracked:
            empty = {} if call.resource.custom is not None else skeleton(self.schema)
            obj = track_update(
                None, obj, self.schema, self.manager, self.now(), self.reset_fields, empty
            )
        check_namespace(call.cluster, call.resource, obj)
        obj = admitted(call, obj)
        if causes := list(creation_faults(call.resource, obj)):
            raise invalid(call.resource.kind, call.resource.group, name_of(obj), causes)
        try:
            return call.cluster.store.create(obj, dry_run=self.dry_run)
        except AlreadyExistsError as existing:
            raise already_exists(call.resource, name_of(obj)) from existing

    def replace(self, live: JsonObject, obj: JsonObject, tracked: bool = False) -> JsonObject:
        """Store an object in place of the live one. Raises 409 or 422."""
        call = self.call
        sent = obj["metadata"].get("resourceVersion")
        if call.verb == "update" and call.resource.custom is not None and not sent:
            raise _unversioned(call)
        if sent and sent != live["metadata"]["resourceVersion"]:
            raise modified(call.resource, call.name)
        obj = defaulted(self._within_bounds(live, obj), call.resource)
        if not tracked:
            obj = track_update(
                copied(live), obj, self.schema, self.manager, self.now(), self.reset_fields
            )
        if causes := list(update_faults(call.resource, live, obj, _part(call))):
            raise invalid(call.resource.kind, call.resource.group, name_of(obj), causes)
        return call.cluster.store.update(obj, dry_run=self.dry_run)

    def _within_bounds(self, live: JsonObject, obj: JsonObject) -> JsonObject:
        """Keep what this path of the API does not write: status here, all else on `/status`."""
        if self.call.subresource is not None and self.call.subresource.name == "status":
            kept = {**live, "status": obj.get("status", {})}
            metadata = {**live["metadata"], **_annotations(obj)}
            return {**kept, "metadata": metadata}
        if "status" in self.reset_fields:
            obj = {key: value for key, value in obj.items() if key != "status"}
            if "status" in live:
                obj["status"] = live["status"]
        for each in SYSTEM_FIELDS:
            obj["metadata"].pop(each, None)
            if each in live["metadata"]:
                obj["metadata"][each] = live["metadata"][each]
        return obj


def _part(call: Call) -> str:
    return "status" if call.subresource is not None and call.subresource.name == "status" else ""


def _unversioned(call: Call) -> ApiError:
    """Return the 422 of a PUT of a custom resource that does not say which version it replaces."""
    cause = invalid_value("metadata.resourceVersion", 0, "must be specified for an update")
    return invalid(call.resource.plural, call.resource.group, call.name, [cause])


def _annotations(obj: JsonObject) -> JsonObject:
    metadata = obj["metadata"]
    return {k: metadata[k] for k in ("annotations", "managedFields") if k in metadata}
