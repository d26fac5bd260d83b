"""Which resource types the simulated API server knows: built-in ones and those that CRDs add."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import orjson

from sandbox.cluster.objects import JsonObject

# Types of two groups that show the same stored objects: the first is served from the second.
SHARED_STORAGE = {("events.k8s.io", "events"): ("", "events")}


def storage_key(group: str, plural: str) -> tuple[str, str]:
    """Return group and plural under which the objects of a type are stored."""
    return SHARED_STORAGE.get((group, plural), (group, plural))


ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Subresource:
    """A subresource such as `scale`: empty group and version mean those of its parent."""

    name: str
    kind: str
    verbs: tuple[str, ...]
    group: str = ""
    version: str = ""


@dataclass(frozen=True)
class ResourceType:
    """One resource in one version, as aggregated discovery describes it."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    singular: str = ""
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    subresources: tuple[Subresource, ...] = ()
    counts_generations: bool = False
    custom: JsonObject | None = field(default=None, compare=False)
    """The CRD's entry of this version (`schema`, `subresources`, …); None for a built-in type."""

    @property
    def api_version(self) -> str:
        """Return `group/version`, only the version for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def list_kind(self) -> str:
        """Return the kind of a list of this type."""
        return f"{self.kind}List"

    @property
    def qualified(self) -> str:
        """Return `plural.group` as error messages write it, `plural` for the core group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @cached_property
    def storage(self) -> tuple[str, str]:
        """Return group and plural under which the objects are stored."""
        return storage_key(self.group, self.plural)

    @property
    def printer_columns(self) -> list[JsonObject]:
        """Return a CRD's `additionalPrinterColumns`; empty for built-in types."""
        return list((self.custom or {}).get("additionalPrinterColumns") or [])

    def subresource(self, name: str) -> Subresource | None:
        """Return the subresource of this name, or None."""
        return next((each for each in self.subresources if each.name == name), None)


class Registry:
    """The types being served; groups keep the order of a real server's discovery."""

    def __init__(self) -> None:
        self._types: dict[tuple[str, str, str], ResourceType] = {}
        self._by_kind: dict[tuple[str, str], ResourceType] = {}
        self._stored: dict[tuple[str, str], ResourceType] = {}
        for resource_type in built_in_types():
            self.add(resource_type)

    def __iter__(self) -> Iterator[ResourceType]:
        return iter(list(self._types.values()))

    def add(self, resource_type: ResourceType) -> None:
        """Serve a type from now on, in place of an older description of the same."""
        key = (resource_type.group, resource_type.version, resource_type.plural)
        self._types[key] = resource_type
        self._by_kind[resource_type.api_version, resource_type.kind] = resource_type
        self._stored.setdefault((resource_type.group, resource_type.plural), resource_type)

    def remove(self, group: str, plural: str) -> None:
        """Stop serving a type in all its versions."""
        for each in self:
            if (each.group, each.plural) == (group, plural):
                del self._types[each.group, each.version, each.plural]
                del self._by_kind[each.api_version, each.kind]
        self._stored.pop((group, plural), None)

    def find(self, group: str, version: str, plural: str) -> ResourceType | None:
        """Return the type at a URL's group, version and plural, or None."""
        return self._types.get((group, version, plural))

    def find_kind(self, api_version: str, kind: str) -> ResourceType | None:
        """Return the type of an object's `apiVersion` and `kind`, or None."""
        return self._by_kind.get((api_version, kind))

    def storage_type(self, group: str, plural: str) -> ResourceType | None:
        """Return the type, in its first version, that the objects of a type are stored as."""
        return self._stored.get(storage_key(group, plural))

    def groups(self) -> dict[str, list[str]]:
        """Return each group with its versions in the server's order of preference.

        Groups of custom resources follow the built-in ones by name, aggregated ones come last.
        """
        groups: dict[str, list[str]] = {}
        for each in sorted(self._types.values(), key=_rank):
            versions = groups.setdefault(each.group, [])
            if each.version not in versions:
                versions.append(each.version)
        return groups

    def of_group(self, group: str, version: str) -> list[ResourceType]:
        """Return the types of one group and version, by plural."""
        found = [t for t in self._types.values() if (t.group, t.version) == (group, version)]
        return sorted(found, key=lambda each: each.plural)


def _rank(resource: ResourceType) -> tuple[int, str]:
    if resource.custom is not None:
        return 1, resource.group
    return (2 if resource.group == "metrics.k8s.io" else 0), ""


@cache
def built_in_types() -> tuple[ResourceType, ...]:
    """Read the types of a Kubernetes 1.36 server (api/discovery/aggregated_v2.json, GA ones)."""
    entries = orjson.loads(Path(__file__).with_name("builtin_types.json").read_bytes())
    return tuple(_built_in(entry) for entry in entries)


def _built_in(entry: JsonObject) -> ResourceType:
    return ResourceType(
        group=entry["group"],
        version=entry["version"],
        plural=entry["plural"],
        kind=entry["kind"],
        namespaced=entry["namespaced"],
        singular=entry["singular"],
        short_names=tuple(entry.get("shortNames", ())),
        categories=tuple(entry.get("categories", ())),
        verbs=tuple(entry["verbs"]),
        subresources=tuple(_subresource(each) for each in entry.get("subresources", ())),
        counts_generations=entry.get("generation", False),
    )


def _subresource(entry: JsonObject) -> Subresource:
    return Subresource(
        name=entry["name"],
        kind=entry["kind"],
        verbs=tuple(entry["verbs"]),
        group=entry.get("group", ""),
        version=entry.get("version", ""),
    )
