"""What gives power: over the cluster, over nodes, over every request. Named before approval.

Only what a change adds is named, not what was there before.
"""

from collections.abc import Iterator
from typing import Any

from clients.kubernetes.impact.fields import annotations, at, items, kind_of, labels, listed, texts
from clients.kubernetes.impact.pod_powers import pod_powers
from clients.kubernetes.impact.role_powers import role_powers
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.objects import JsonObject

RBAC = "rbac.authorization.k8s.io"
ADMISSION = "admissionregistration.k8s.io"
_ENFORCED = "pod-security.kubernetes.io/enforce"
_STRICTNESS = {"restricted": 2, "baseline": 1}


async def powers_given(sight: Sight) -> list[str]:
    """Say which powers an object gives that it did not give before."""
    change = sight.change
    if change.subresource == "approval":  # its conditions are status: no change as others are
        return _approved(change.after)
    if change.kind not in ("created", "changed"):
        return []
    group, kind = kind_of(change)
    if group == RBAC and kind.endswith("RoleBinding"):
        return await _bound(sight)
    if (group, kind) == ("", "Namespace"):
        return _unguarded(change.before, change.after)
    before, after = (list(_powers(group, kind, obj)) for obj in (change.before, change.after))
    return [f"! {power}" for power in dict.fromkeys(after) if power not in before]


def _powers(group: str, kind: str, obj: Any) -> Iterator[str]:
    if obj is None:
        return
    if group == RBAC:
        yield from (f"the role {what}." for what in role_powers(obj))
    elif group == ADMISSION:
        yield from _admission(obj, kind)
    elif (group, kind) == ("apiregistration.k8s.io", "APIService"):
        yield from _api_service(obj)
    elif (group, kind) == ("", "PersistentVolume"):
        yield from _node_volume(obj)
    elif (group, kind) == ("", "Secret"):
        yield from _token(obj)
    else:
        yield from pod_powers(obj)


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
        f"{each.get('kind')} {'/'.join(filter(None, (each.get('namespace'), each.get('name'))))}"
        for each in items(binding, "subjects")
    ]


def _unguarded(before: Any, after: Any) -> list[str]:
    """Say that a namespace lets pods in which it refused before (Pod Security admission)."""
    old, new = (str(labels(obj).get(_ENFORCED) or "privileged") for obj in (before, after))
    if before is None or _STRICTNESS.get(new, 0) >= _STRICTNESS.get(old, 0):
        return []
    return [f"! the namespace lets {new} pods in, which it did not ({old})."]


def _approved(request: Any) -> list[str]:
    """Say that a certificate is approved: whoever asked for it can sign in with it."""
    spec = at(request, "spec")
    return [f"! approves a certificate of {spec.get('signerName')} for {spec.get('username')}."]


def _admission(obj: Any, kind: str) -> Iterator[str]:
    does = "may change" if kind.startswith("Mutating") else "may refuse"
    if not kind.endswith("WebhookConfiguration"):
        yield f"the admission policy {does} requests."
    for hook in items(obj, "webhooks"):
        resources = {one for rule in items(hook, "rules") for one in texts(rule, "resources")}
        sees = ", Secrets among them" if resources & {"secrets", "*", "*/*"} else ""
        fails = hook.get("failurePolicy", "Fail") == "Fail"
        blocks = "; where it does not answer, they fail" if fails else ""
        of = listed(sorted(resources)) or "nothing"
        yield f"webhook {hook.get('name')} sees and {does} requests for {of}{sees}{blocks}."


def _api_service(obj: Any) -> Iterator[str]:
    spec = at(obj, "spec")
    if service := at(spec, "service"):
        where = f"{service.get('namespace')}/{service.get('name')}"
        yield f"every request for API group {spec.get('group')} goes to service {where}."


def _node_volume(obj: JsonObject) -> Iterator[str]:
    for source in ("hostPath", "local"):
        if path := at(obj, "spec", source).get("path"):
            yield f"the volume is {path} of a node ({source})."


def _token(obj: Any) -> Iterator[str]:
    if at(obj).get("type") == "kubernetes.io/service-account-token":
        account = annotations(obj).get("kubernetes.io/service-account.name")
        yield f"makes a token of service account {account} that never expires."
