"""ControllerRevisions: templates that a StatefulSet or DaemonSet had (`pkg/controller/history`)."""

from dataclasses import dataclass

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.hashing import hashed
from sandbox.controllers.ownership import controlled_by

HASH_LABEL = "controller-revision-hash"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


@dataclass(frozen=True)
class History:
    """All revisions of one owner, oldest first, and the one of its present template."""

    all: JsonObjects
    present: JsonObject

    @property
    def digest(self) -> str:
        """Return the present revision's hash, as pods are labelled with it."""
        return str(self.present["metadata"]["labels"][HASH_LABEL])


def history(cluster: ControlPlane, owner: JsonObject) -> History:
    """Read the revisions; create the present one, or number an old one anew, when needed."""
    found = sorted(
        cluster.owned(owner, "apps", "controllerrevisions"), key=lambda each: each["revision"]
    )
    data = _data(owner)
    equal = next((each for each in reversed(found) if each["data"] == data), None)
    newest = found[-1]["revision"] if found else 0
    if equal is None:
        present = cluster.store.create(_revision(owner, data, newest + 1))
        return History([*found, present], present)
    if equal["revision"] == newest:
        return History(found, equal)
    present = cluster.store.update({**copied(equal), "revision": newest + 1})
    others = [each for each in found if name_of(each) != name_of(present)]
    return History([*others, present], present)


def truncate(cluster: ControlPlane, owner: JsonObject, found: History, live: set[str]) -> None:
    """Remove the oldest revisions beyond the limit that no pod has."""
    unused = [
        each
        for each in found.all
        if each is not found.present and each["metadata"]["labels"].get(HASH_LABEL) not in live
    ]
    for each in unused[: max(len(unused) - owner["spec"].get("revisionHistoryLimit", 10), 0)]:
        cluster.remove("apps", "controllerrevisions", each)


def _data(owner: JsonObject) -> JsonObject:
    return {"spec": {"template": {**copied(owner["spec"]["template"]), "$patch": "replace"}}}


def _revision(owner: JsonObject, data: JsonObject, number: int) -> JsonObject:
    digest = hashed(data)
    labels = owner["spec"]["template"]["metadata"].get("labels") or {}
    annotations = {
        key: value
        for key, value in (owner["metadata"].get("annotations") or {}).items()
        if key in ("kubernetes.io/change-cause", TEMPLATE_GENERATION)
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": f"{name_of(owner)}-{digest}",
            "namespace": namespace_of(owner),
            "labels": {**labels, HASH_LABEL: digest},
            **({"annotations": annotations} if annotations else {}),
            "ownerReferences": controlled_by(owner),
        },
        "data": data,
        "revision": number,
    }
