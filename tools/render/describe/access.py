"""Who may do what: roles, bindings and ServiceAccounts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels, write_name
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]

RBAC_GROUP = "rbac.authorization.k8s.io"


@dataclass
class Rule:
    """What one row of a role allows: verbs on a resource, one named object of it, or a URL."""

    group: str = ""
    resource: str = ""
    resource_names: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)

    def sort_key(self) -> str:
        """Give the text kubectl sorts by, which is how Go prints a PolicyRule."""
        groups, resources = ([], []) if self.urls else ([self.group], [self.resource])
        fields = {
            "Verbs": self.verbs,
            "APIGroups": groups,
            "Resources": resources,
            "ResourceNames": self.resource_names,
            "NonResourceURLs": self.urls,
        }
        return ",".join(f"{name}:{go_value(values)}" for name, values in fields.items())

    def resource_text(self) -> str:
        """Print ``deployments.apps/scale``: the group stands before the subresource."""
        name, slash, subresource = self.resource.partition("/")
        return f"{name}{'.' if self.group else ''}{self.group}{slash}{subresource}"


@describes(RBAC_GROUP, "Role")
@describes(RBAC_GROUP, "ClusterRole")
def describe_role(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a row per resource and object name, with all verbs that any rule of the role gives."""
    _write_metadata(lines, obj)
    lines.text("PolicyRule:")
    lines.header("Resources", "Non-Resource URLs", "Resource Names", "Verbs")
    for rule in compact(obj.get("rules") or ()):
        urls, names, verbs = map(go_value, (rule.urls, rule.resource_names, rule.verbs))
        lines.row(rule.resource_text(), urls, names, verbs)


def compact(rules: Iterable[JsonObject]) -> list[Rule]:
    """Take rules apart and join them again by resource, as kubectl/pkg/util/rbac."""
    on_urls: list[Rule] = []
    on_resources: dict[tuple[str, str, str | None], Rule] = {}
    for rule in rules:
        for group, resource, name in _resources(rule):
            names = [] if name is None else [name]
            joined = on_resources.setdefault(
                (group, resource, name), Rule(group, resource, resource_names=names)
            )
            joined.verbs += [verb for verb in rule["verbs"] if verb not in joined.verbs]
        on_urls += [
            Rule(urls=[url], verbs=[verb])
            for url, verb in product(rule.get("nonResourceURLs") or (), rule["verbs"])
        ]
    return sorted([*on_urls, *on_resources.values()], key=Rule.sort_key)


def _resources(rule: JsonObject) -> Iterator[tuple[str, str, str | None]]:
    groups, resources = rule.get("apiGroups") or (), rule.get("resources") or ()
    yield from product(groups, resources, rule.get("resourceNames") or (None,))


@describes(RBAC_GROUP, "RoleBinding")
@describes(RBAC_GROUP, "ClusterRoleBinding")
def describe_binding(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write the role and who has it."""
    _write_metadata(lines, obj)
    role = obj.get("roleRef", {})
    lines.text("Role:")
    lines.field("Kind", role.get("kind", ""), level=1)
    lines.field("Name", role.get("name", ""), level=1)
    lines.text("Subjects:")
    lines.header("Kind", "Name", "Namespace")
    for subject in obj.get("subjects") or ():
        lines.row(subject["kind"], subject["name"], subject.get("namespace", ""))


def _write_metadata(lines: Lines, obj: JsonObject) -> None:
    """Write the name without a namespace: kubectl leaves it out of namespaced roles too."""
    lines.field("Name", obj["metadata"]["name"])
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))


@describes("", "ServiceAccount")
def describe_service_account(
    lines: Lines, obj: JsonObject, related: Related, now: datetime
) -> None:
    """Write a ServiceAccount; since 1.36 kubectl names its pull secrets and no others."""
    write_name(lines, obj)
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))
    label = "Image pull secrets:"
    for secret in obj.get("imagePullSecrets") or [{"name": "<none>"}]:
        lines.text(f"{label}\t{secret.get('name', '')}")
        label = " " * len(label)
