"""CustomResourceDefinitions: what they define is served, and they become Established."""

from collections.abc import Iterator

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied, name_of, namespace_of, timestamp
from sandbox.cluster.registry import ResourceType, Subresource
from sandbox.cluster.state import Cluster

# In the order of a real server's discovery of custom resources.
VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
SUBRESOURCE_VERBS = ("get", "patch", "update")
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


class Definitions:
    """Keeps the registry in step with the stored definitions."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def react(self, change: Change) -> None:
        """Serve what a definition defines, or stop to."""
        if change.resource.kind != "CustomResourceDefinition":
            return
        definition = change.object
        if change.type == "DELETED":
            self._forget(definition)
        elif "deletionTimestamp" in definition["metadata"]:
            self._clean_up(definition)
        else:
            self._serve(definition)
            self._accept(definition)

    def _serve(self, definition: JsonObject) -> None:
        spec = definition["spec"]
        self._cluster.registry.remove(spec["group"], spec["names"]["plural"])
        for each in served_types(definition):
            self._cluster.registry.add(each)

    def _accept(self, definition: JsonObject) -> None:
        """Write the status that the naming and establishing controllers would."""
        names = copied(definition["spec"]["names"])
        now = timestamp(self._cluster.clock())
        status = copied(definition.get("status") or {})
        held = definition["metadata"].get("finalizers") or []
        if status.get("acceptedNames") == names and CLEANUP in held:
            return
        stored = [each["name"] for each in definition["spec"]["versions"] if each.get("storage")]
        new = copied(definition)
        new["metadata"]["finalizers"] = [*held, *([] if CLEANUP in held else [CLEANUP])]
        new["status"] = {
            "conditions": status.get("conditions") or _conditions(now),
            "acceptedNames": names,
            "storedVersions": stored,
        }
        self._store.update(new)

    def _clean_up(self, definition: JsonObject) -> None:
        """Delete all objects of the type, then let the definition go."""
        spec = definition["spec"]
        group, plural = spec["group"], spec["names"]["plural"]
        for obj in self._store.list(group, plural):
            self._store.delete(group, plural, namespace_of(obj) or None, name_of(obj))
        held = definition["metadata"].get("finalizers") or []
        if CLEANUP in held and not self._store.view(group, plural):
            new = copied(definition)
            new["metadata"]["finalizers"] = [each for each in held if each != CLEANUP]
            self._store.update(new)

    def _forget(self, definition: JsonObject) -> None:
        spec = definition["spec"]
        self._cluster.registry.remove(spec["group"], spec["names"]["plural"])


def served_types(definition: JsonObject) -> Iterator[ResourceType]:
    """Yield the types that a definition defines, the preferred version first."""
    spec = definition["spec"]
    names = spec["names"]
    for version in sorted(spec["versions"], key=lambda each: _priority(each["name"])):
        if not version.get("served"):
            continue
        yield ResourceType(
            group=spec["group"],
            version=version["name"],
            plural=names["plural"],
            kind=names["kind"],
            namespaced=spec["scope"] == "Namespaced",
            singular=names.get("singular") or names["kind"].lower(),
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            verbs=VERBS,
            subresources=tuple(_subresources(spec, version)),
            counts_generations=True,
            custom=version,
        )


def _subresources(spec: JsonObject, version: JsonObject) -> Iterator[Subresource]:
    declared = version.get("subresources") or {}
    if "status" in declared:
        yield Subresource("status", spec["names"]["kind"], SUBRESOURCE_VERBS)
    if "scale" in declared:
        yield Subresource("scale", "Scale", SUBRESOURCE_VERBS, "autoscaling", "v1")


def _conditions(now: str) -> list[JsonObject]:
    return [
        {
            "type": "NamesAccepted",
            "status": "True",
            "lastTransitionTime": now,
            "reason": "NoConflicts",
            "message": "no conflicts found",
        },
        {
            "type": "Established",
            "status": "True",
            "lastTransitionTime": now,
            "reason": "InitialNamesAccepted",
            "message": "the initial names have been accepted",
        },
    ]


def _priority(version: str) -> tuple[int, int, int]:
    """Order versions as Kubernetes prefers them: v2, v1, v1beta1, v1alpha1."""
    stages = {"alpha": 2, "beta": 1}
    stage = next((each for each in stages if each in version), "")
    major, _, minor = version.removeprefix("v").partition(stage or " ")
    numbers = [-int(each) if each.isdigit() else 0 for each in (major, minor)]
    return (stages.get(stage, 0), numbers[0], numbers[1])
