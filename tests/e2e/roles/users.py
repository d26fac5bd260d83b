"""Users who may do what a tool needs, or all of that but one thing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from scripts import permissions
from tests.e2e.roles.needed import ALL, TOOLS, Permission, needs_of
from tests.e2e.roles.stage import Stage
from tools.tool import PlatformTool

RBAC = "rbac.authorization.k8s.io"
Objects = list[dict[str, object]]


@dataclass(frozen=True)
class Users:
    """Users by what they may do; nobody else has their names."""

    prefix: str

    def with_all_of(self, tool: str) -> str:
        return f"{self.prefix}:{tool}"

    def without(self, tool: str, missing: Permission) -> str:
        return f"{self.prefix}:{tool}:without:{missing}".replace(" ", ":").replace("/", ":")


@contextmanager
def users_of(stage: Stage, tools: Iterable[str], *, lacking: bool = False) -> Iterator[Users]:
    """Make one user for each tool and, ``lacking``, one for each permission that it can lack."""
    made = Users(stage.namespace)
    objects: Objects = []
    for name in tools:
        objects += a_role(stage, made.with_all_of(name), generated(TOOLS[name]))
        for missing in ALL[name] if lacking else ():
            left = [rule(each) for each in ALL[name] if each != missing]
            objects += a_role(stage, made.without(name, missing), left)
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    stage.admin("create", "-f", "-", given=json.dumps(listed))
    yield made
    kinds = "clusterroles,clusterrolebindings"
    stage.admin("delete", kinds, "-l", f"stage={stage.namespace}", "--wait=false")


def generated(tool: PlatformTool) -> list[permissions.Rule]:
    """Return the rules that the chart grants for this tool alone."""
    return permissions.rules(permissions.granted(needs_of(tool)))


def rule(permission: Permission) -> permissions.Rule:
    group, resource = [permission.group], [permission.resource]
    return {"apiGroups": group, "resources": resource, "verbs": [permission.verb]}


def a_role(stage: Stage, user: str, rules: Sequence[permissions.Rule]) -> Objects:
    metadata = {"name": user, "labels": {"stage": stage.namespace}}
    subject = {"kind": "User", "name": user, "apiGroup": RBAC}
    reference = {"kind": "ClusterRole", "name": user, "apiGroup": RBAC}
    kind = {"apiVersion": f"{RBAC}/v1", "metadata": metadata}
    return [
        {**kind, "kind": "ClusterRole", "rules": rules},
        {**kind, "kind": "ClusterRoleBinding", "roleRef": reference, "subjects": [subject]},
    ]
