"""What an update may not change."""

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.cluster.objects import JsonObject, copied
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.statuses import Cause
from sandbox.cluster.validation.causes import forbidden_value, invalid_value

IMMUTABLE = "field is immutable"
POD_FIELDS = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
STATEFUL_SET_FIELDS = (
    "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
    "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'"
)
STATEFUL_SET_MUTABLE = (
    *("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"),
    *("persistentVolumeClaimRetentionPolicy", "minReadySeconds"),
)


def immutable_faults(resource: ResourceType, live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    """Yield the changes of immutable fields."""
    yield from _new_finalizers(live["metadata"], obj["metadata"])
    if check := _CHECKS.get((resource.group, resource.kind)):
        yield from check(live, obj)


def _new_finalizers(live: JsonObject, new: JsonObject) -> Iterator[Cause]:
    added = sorted(set(new.get("finalizers") or []) - set(live.get("finalizers") or []))
    if added and "deletionTimestamp" in live:
        found = "[]string{" + ", ".join(f'"{each}"' for each in added) + "}"
        why = "no new finalizers can be added if the object is being deleted, found new finalizers"
        cause = forbidden_value("metadata.finalizers", f"{why} {found}")
        yield from (cause, cause)  # the server checks metadata twice, and says so twice


def _selector(live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    before, now = live["spec"].get("selector"), obj["spec"].get("selector")
    if before != now:
        yield invalid_value("spec.selector", now, IMMUTABLE)


def _stateful_set(live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    if _without(live["spec"], STATEFUL_SET_MUTABLE) != _without(obj["spec"], STATEFUL_SET_MUTABLE):
        why = (
            f"updates to statefulset spec for fields other than {STATEFUL_SET_FIELDS} are forbidden"
        )
        yield forbidden_value("spec", why)


def _pod(live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    if _fixed_pod_spec(live) != _fixed_pod_spec(obj):
        why = f"pod updates may not change fields other than {POD_FIELDS}"
        yield forbidden_value("spec", why)


def _fixed_pod_spec(pod: JsonObject) -> JsonObject:
    spec = copied(pod["spec"])
    for each in [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]:
        each.pop("image", None)
    return _without(spec, ("activeDeadlineSeconds", "tolerations", "nodeName"))


def _config(live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    if not live.get("immutable"):
        return
    why = "field is immutable when `immutable` is set"
    for member in ("immutable", "data", "binaryData"):
        if live.get(member) != obj.get(member):
            yield forbidden_value(member, why)


def _secret(live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    kind = obj.get("type")
    if live.get("type") != kind:
        yield invalid_value("type", kind, IMMUTABLE)
    yield from _config(live, obj)


def _role_reference(live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    if live["roleRef"] != obj["roleRef"]:
        yield invalid_value("roleRef", obj["roleRef"], "cannot change roleRef")


def _without(spec: JsonObject, names: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in names}


_CHECKS: dict[tuple[str, str], Callable[[JsonObject, JsonObject], Iterator[Cause]]] = {
    ("apps", "Deployment"): _selector,
    ("apps", "ReplicaSet"): _selector,
    ("apps", "DaemonSet"): _selector,
    ("apps", "StatefulSet"): _stateful_set,
    ("", "Pod"): _pod,
    ("", "ConfigMap"): _config,
    ("", "Secret"): _secret,
    ("rbac.authorization.k8s.io", "RoleBinding"): _role_reference,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _role_reference,
}
