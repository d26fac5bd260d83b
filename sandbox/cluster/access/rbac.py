"""Role based access control over stored roles and bindings (plugin/pkg/auth/authorizer/rbac)."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.cluster.access.users import MASTERS, User, service_account_groups
from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.cluster.store import Store

RBAC = "rbac.authorization.k8s.io"
# What the bootstrap roles system:basic-user, system:discovery and
# system:public-info-viewer give to everybody; stored roles come on top.
OPEN_PATHS = ("/healthz", "/livez", "/readyz", "/version", "/version/")
DISCOVERY_PATHS = ("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*")
SELF_REVIEWS: JsonObjects = [
    {
        "verbs": ["create"],
        "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    },
    {
        "verbs": ["create"],
        "apiGroups": ["authentication.k8s.io"],
        "resources": ["selfsubjectreviews"],
    },
]
EVERYTHING: JsonObjects = [
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
]


@dataclass(frozen=True)
class Attributes:
    """What is asked for: a resource, or a path when `resource` is empty."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def qualified(self) -> str:
        """Return `resource/subresource`."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def allows(store: Store, user: User, asked: Attributes) -> bool:
    """Tell whether any rule that applies to the user covers the request."""
    covers = _covers_resource if asked.resource else _covers_path
    return any(covers(rule, asked) for rule in rules_of(store, user, asked.namespace))


def refusal(user: User, asked: Attributes) -> str:
    """Word the refusal as the server does (responsewriters/errors.go `forbiddenMessage`)."""
    if not asked.resource:
        return f'User "{user.name}" cannot {asked.verb} path "{asked.path}"'
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    what = f'resource "{asked.qualified}" in API group "{asked.group}"'
    return f'User "{user.name}" cannot {asked.verb} {what} {where}'


def rules_of(store: Store, user: User, namespace: str) -> Iterator[JsonObject]:
    """Yield the rules that apply to a user in a namespace, cluster-wide ones first."""
    if MASTERS in user.groups:
        yield from EVERYTHING
    yield {"verbs": ["get"], "nonResourceURLs": list(OPEN_PATHS)}
    if "system:authenticated" in user.groups:
        yield from SELF_REVIEWS
        yield {"verbs": ["get"], "nonResourceURLs": [*OPEN_PATHS, *DISCOVERY_PATHS]}
    for binding in store.view(RBAC, "clusterrolebindings"):
        if _binds(binding, user, ""):
            yield from _rules(store, binding["roleRef"], "")
    if namespace:
        for binding in store.view(RBAC, "rolebindings", namespace):
            if _binds(binding, user, namespace):
                yield from _rules(store, binding["roleRef"], namespace)


def _binds(binding: JsonObject, user: User, namespace: str) -> bool:
    return any(_is_subject(each, user, namespace) for each in binding.get("subjects") or [])


def _is_subject(subject: JsonObject, user: User, namespace: str) -> bool:
    kind, name = subject["kind"], subject["name"]
    if kind == "Group":
        return name in (*user.groups, *service_account_groups(user.name))
    if kind == "ServiceAccount":
        return user.name == f"system:serviceaccount:{subject.get('namespace') or namespace}:{name}"
    return bool(kind == "User" and name == user.name)


def _rules(store: Store, reference: JsonObject, namespace: str) -> JsonObjects:
    if reference["kind"] == "ClusterRole":
        role = store.peek(RBAC, "clusterroles", None, reference["name"])
    else:
        role = store.peek(RBAC, "roles", namespace, reference["name"])
    return (role or {}).get("rules") or []


def _covers_resource(rule: JsonObject, asked: Attributes) -> bool:
    names = rule.get("resourceNames") or []
    return (
        _any(rule, "verbs", asked.verb)
        and _any(rule, "apiGroups", asked.group)
        and _covers_name(rule.get("resources") or [], asked)
        and (not names or asked.name in names)
    )


def _covers_name(resources: list[str], asked: Attributes) -> bool:
    return any(
        each in ("*", asked.qualified) or (asked.subresource and each == f"*/{asked.subresource}")
        for each in resources
    )


def _covers_path(rule: JsonObject, asked: Attributes) -> bool:
    paths = rule.get("nonResourceURLs") or []
    covered = any(
        each == asked.path or (each.endswith("*") and asked.path.startswith(each[:-1]))
        for each in paths
    )
    return covered and _any(rule, "verbs", asked.verb)


def _any(rule: JsonObject, key: str, value: str) -> bool:
    values = rule.get(key) or []
    return "*" in values or value in values
