"""managedFields entries: decoded into sets of paths, encoded and ordered again."""

from dataclasses import dataclass, replace

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.cluster.ownership.paths import FieldSet, field, from_fields_v1, to_fields_v1

# Never part of anybody's set (apimachinery managedfields/internal/stripmeta.go).
STRIPPED: FieldSet = {
    (field("apiVersion"),),
    (field("kind"),),
    (field("metadata"),),
    *(
        (field("metadata"), field(each))
        for each in (
            *("name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName"),
            *("generation", "managedFields", "resourceVersion"),
        )
    ),
}


@dataclass(frozen=True)
class Manager:
    """Who manages: the identity of an entry."""

    name: str
    operation: str
    api_version: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        """Write the manager as conflict messages do (managedfields/internal/conflict.go)."""
        text = f'"{self.name}"'
        if self.subresource:
            text += f' with subresource "{self.subresource}"'
        return f"{text} using {self.api_version}" if self.operation == "Update" else text


@dataclass(frozen=True)
class Managed:
    """What one manager owns, and since when."""

    fields: FieldSet
    api_version: str
    time: str

    def less(self, gone: FieldSet) -> "Managed":
        """Return the entry without some fields."""
        return replace(self, fields=self.fields - gone)


Managers = dict[Manager, Managed]


def decoded(entries: JsonObjects) -> Managers:
    """Read managedFields."""
    managers: Managers = {}
    for entry in entries:
        operation = entry["operation"]
        version = entry["apiVersion"] if operation == "Update" else ""
        who = Manager(entry["manager"], operation, version, entry.get("subresource", ""))
        fields = from_fields_v1(entry.get("fieldsV1") or {})
        managers[who] = Managed(fields, entry["apiVersion"], entry.get("time", ""))
    return managers


def encoded(managers: Managers) -> JsonObjects:
    """Write managedFields in the server's order: appliers first, then by time and name."""
    entries = [_entry(who, what) for who, what in managers.items() if what.fields]
    return sorted(entries, key=_order)


def _entry(who: Manager, what: Managed) -> JsonObject:
    entry = {
        "manager": who.name,
        "operation": who.operation,
        "apiVersion": what.api_version,
        "time": what.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": to_fields_v1(what.fields),
        "subresource": who.subresource,
    }
    return {key: value for key, value in entry.items() if value != ""}


def _order(entry: JsonObject) -> tuple[str, ...]:
    keys = ("operation", "time", "manager", "apiVersion", "subresource")
    return tuple(str(entry.get(key, "")) for key in keys)
