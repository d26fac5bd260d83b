"""What the rules of a role allow that amounts to more than it seems."""

from collections.abc import Iterator
from typing import Any

from clients.kubernetes.impact.fields import items, labels, listed, texts
from clients.kubernetes.objects import JsonObject

_VERBS = {
    "escalate": "give rights it does not have",
    "bind": "bind rights it does not have",
    "impersonate": "act as others",
}
_READS = frozenset({"get", "list", "watch", "*"})
_AGGREGATES = "rbac.authorization.k8s.io/aggregate-to-"


def role_powers(role: Any) -> list[str]:
    """Say what a Role or ClusterRole allows of this kind, in the words that follow its name."""
    found: dict[str, None] = {}
    for rule in items(role, "rules"):
        found |= dict.fromkeys(_rule_powers(rule))
    for key, value in labels(role).items():
        if key.startswith(_AGGREGATES) and value == "true":
            found[f"adds its rules to {key.removeprefix(_AGGREGATES)}"] = None
    return list(found)


def _rule_powers(rule: JsonObject) -> Iterator[str]:
    verbs, resources = set(texts(rule, "verbs")), set(texts(rule, "resources"))
    groups = sorted(set(texts(rule, "apiGroups")))
    if "*" in verbs and "*" in resources:
        of = "" if "*" in groups else f" of {listed([each or 'the core group' for each in groups])}"
        yield f"allows everything{of}"
        return
    if "*" in verbs and resources:
        yield f"allows every verb on {listed(sorted(resources))}"
    elif "*" in resources:
        yield f"allows {listed(sorted(verbs))} on every resource"
    yield from (f"lets {_VERBS[verb]} ({verb})" for verb in sorted(verbs & _VERBS.keys()))
    yield from _resource_powers(verbs, resources)


def _resource_powers(verbs: set[str], resources: set[str]) -> Iterator[str]:
    makes = bool(verbs & {"create", "*"})
    if "secrets" in resources and verbs & _READS:
        yield "reads Secrets"
    if _names(resources, "pods", "exec", "attach") and (makes or "get" in verbs):
        yield "runs commands in pods"
    if _names(resources, "serviceaccounts", "token") and makes:
        yield "makes tokens of service accounts"
    if _names(resources, "nodes", "proxy"):
        yield "reaches every kubelet (nodes/proxy)"


def _names(resources: set[str], resource: str, *subresources: str) -> bool:
    """Whether rules name one of these subresources, patterns such as ``*/exec`` included."""
    named = {f"{resource}/*", "*/*", *(f"*/{each}" for each in subresources)}
    return bool(resources & (named | {f"{resource}/{each}" for each in subresources}))
