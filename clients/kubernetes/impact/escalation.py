"""What gives power: over the cluster, over nodes, over every request. Named before approval.

Only what a change adds is named, not what was there before.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clients.kubernetes.changes import Change
from clients.kubernetes.impact.fields import at, items, kind_of, labels, listed, texts
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.workloads import pod_spec
from clients.kubernetes.objects import JsonObject

RBAC = "rbac.authorization.k8s.io"
_HARMLESS = frozenset({"NET_BIND_SERVICE"})
_HOST = {
    "hostPID": "sees every process of its node",
    "hostNetwork": "is in its node's own network",
    "hostIPC": "shares its node's memory segments",
}
_VERBS = {
    "escalate": "give rights it does not have",
    "bind": "bind rights it does not have",
    "impersonate": "act as others",
}
_READS = frozenset({"get", "list", "watch", "*"})
_AGGREGATES = "rbac.authorization.k8s.io/aggregate-to-"


async def powers_given(sight: Sight) -> list[str]:
    """Say which powers an object gives that it did not give before."""
    change = sight.change
    if change.kind not in ("created", "changed"):
        return []
    group, kind = kind_of(change)
    if group == RBAC and kind.endswith("RoleBinding"):
        return await _bound(sight)
    before, after = (list(_powers(change, obj)) for obj in (change.before, change.after))
    return [f"! {power}" for power in dict.fromkeys(after) if power not in before]


def _powers(change: Change, obj: Any) -> Iterator[str]:
    group, kind = kind_of(change)
    if obj is None:
        return
    if group == RBAC:
        yield from (f"the role {what}." for what in role_powers(obj))
    elif group == "admissionregistration.k8s.io":
        yield from _webhooks(obj, kind)
    elif (group, kind) == ("apiregistration.k8s.io", "APIService"):
        yield from _api_service(obj)
    elif (group, kind) == ("", "Secret"):
        yield from _token(obj)
    else:
        yield from pod_powers(pod_spec(change, obj))


async def _bound(sight: Sight) -> list[str]:
    """Say who gets which power by a binding."""
    change = sight.change
    if _subjects(change.before) == _subjects(change.after):
        return []
    reference = at(change.after, "roleRef")
    role, kind = str(reference.get("name")), str(reference.get("kind"))
    everywhere = change.ref.type.kind == "ClusterRoleBinding"
    where = "in the whole cluster" if everywhere else f"in namespace {change.ref.namespace}"
    who = listed(_subjects(change.after)) or "nobody yet"
    if role == "cluster-admin":
        return [f"! gives {who} every right {where} (cluster-admin)."]
    namespace = change.ref.namespace if kind == "Role" else None
    found = await sight.get(f"{kind.lower()}s.{RBAC}", role, namespace)
    return [f"! {who}, {where}: {kind} {role} {what}." for what in role_powers(found)]


def _subjects(binding: Any) -> list[str]:
    return [
        "/".join(filter(None, (each.get("namespace"), each.get("name")))).join(
            (f"{each.get('kind')} ", "")
        )
        for each in items(binding, "subjects")
    ]


def role_powers(role: Any) -> list[str]:
    """Say what a role allows that amounts to more than it seems."""
    found: dict[str, None] = {}
    for rule in items(role, "rules"):
        found |= dict.fromkeys(_rule_powers(rule))
    for key, value in labels(role).items():
        if key.startswith(_AGGREGATES) and value == "true":
            found[f"adds its rules to {key.removeprefix(_AGGREGATES)}"] = None
    return list(found)


def _rule_powers(rule: JsonObject) -> Iterator[str]:
    verbs, resources = set(texts(rule, "verbs")), set(texts(rule, "resources"))
    groups = set(texts(rule, "apiGroups"))
    if "*" in verbs and "*" in resources:
        of = "" if "*" in groups else f" of {listed(sorted(groups - {''}) or ['the core group'])}"
        yield f"allows everything{of}"
        return
    if "*" in verbs:
        yield f"allows every verb on {listed(sorted(resources))}"
    elif "*" in resources:
        yield f"allows {listed(sorted(verbs))} on every resource"
    yield from (f"lets {_VERBS[verb]} ({verb})" for verb in sorted(verbs & _VERBS.keys()))
    yield from _resource_powers(verbs, resources)


def _resource_powers(verbs: set[str], resources: set[str]) -> Iterator[str]:
    makes = bool(verbs & {"create", "*"})
    if "secrets" in resources and verbs & _READS:
        yield "reads Secrets"
    if resources & {"pods/exec", "pods/attach"} and (makes or "get" in verbs):
        yield "runs commands in pods"
    if "serviceaccounts/token" in resources and makes:
        yield "makes tokens of service accounts"
    if "nodes/proxy" in resources:
        yield "reaches every kubelet (nodes/proxy)"


def pod_powers(spec: Any) -> Iterator[str]:
    """Say what a pod has of its node."""
    for field, what in _HOST.items():
        if at(spec).get(field) is True:
            yield f"the pod {what} ({field})."
    for volume in items(spec, "volumes"):
        if path := at(volume, "hostPath").get("path"):
            yield f"the pod mounts {path} of its node (hostPath, volume {volume.get('name')})."
    for key in ("initContainers", "containers", "ephemeralContainers"):
        for container in items(spec, key):
            yield from _container_powers(container)


def _container_powers(container: JsonObject) -> Iterator[str]:
    security = at(container, "securityContext")
    who = f"container {container.get('name')}"
    if security.get("privileged") is True:
        yield f"{who} is privileged: it is root on its node."
    if added := [c for c in texts(at(security, "capabilities"), "add") if c not in _HARMLESS]:
        yield f"{who} gets capabilities {listed(added)}."


def _webhooks(obj: Any, kind: str) -> Iterator[str]:
    does = "may change" if kind.startswith("Mutating") else "may refuse"
    if not kind.endswith("WebhookConfiguration"):
        return
    for hook in items(obj, "webhooks"):
        rules = items(hook, "rules")
        of = (
            listed(sorted({one for rule in rules for one in texts(rule, "resources")})) or "nothing"
        )
        fails = hook.get("failurePolicy", "Fail") == "Fail"
        blocks = "; where it does not answer, they fail" if fails else ""
        seen = "secrets" in of or "*" in of
        sees = ", Secrets among them" if seen else ""
        yield f"webhook {hook.get('name')} sees and {does} requests for {of}{sees}{blocks}."


def _api_service(obj: Any) -> Iterator[str]:
    spec = at(obj, "spec")
    if service := at(spec, "service"):
        where = f"{service.get('namespace')}/{service.get('name')}"
        yield f"every request for API group {spec.get('group')} goes to service {where}."


def _token(obj: Any) -> Iterator[str]:
    account: Mapping[str, Any] = at(obj, "metadata", "annotations")
    if at(obj).get("type") == "kubernetes.io/service-account-token":
        who: Sequence[Any] = [account.get("kubernetes.io/service-account.name")]
        yield f"makes a token of service account {who[0]} that never expires."
