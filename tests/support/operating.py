"""What tests of operations on releases need: a chart, a program in helm's place, a shop."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox import Cluster
from sandbox.cluster.faults import Fault
from sandbox.cluster.requests import Request
from tests.support.changing import wire
from tests.support.fake_helm import FakeHelm
from tests.support.helm_releases import a_release, as_secret

JsonObject = dict[str, Any]
CONFIG = """---
# Source: web/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
data:
  color: {color}
"""
SECRET = """---
# Source: web/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: {name}
stringData:
  password: {password}
"""


def config(name: str = "web", color: str = "green") -> str:
    return CONFIG.format(name=name, color=color)


def secret(name: str = "web", password: str = "hunter2-of-web") -> str:
    return SECRET.format(name=name, password=password)


def kept(manifest: str) -> str:
    """Give the object the annotation by which Helm leaves it."""
    return manifest.replace(
        "metadata:\n", "metadata:\n  annotations: {helm.sh/resource-policy: keep}\n"
    )


def a_hook(name: str, *events: str, weight: int = 0, privileged: bool = False) -> JsonObject:
    security = {"securityContext": {"privileged": True}} if privileged else {}
    container = {"name": "run", "image": "shop/run:1", **security}
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [container]}}},
    }
    return {
        "name": name, "kind": "Job", "path": f"web/templates/{name}.yaml", "weight": weight,
        "manifest": json.dumps(manifest), "events": list(events),
    }  # fmt: skip


@dataclass
class OnceRun(Fault):
    """A fault that begins when helm was started."""

    helm: FakeHelm | None = None

    def matches(self, request: Request) -> bool:
        return self.helm is not None and self.helm.was_run and super().matches(request)


@dataclass
class Bench:
    """A cluster, and a helm that renders what it is told."""

    cluster: Cluster
    helm: FakeHelm
    revisions: list[JsonObject] = field(default_factory=list)

    def has(self, version: int, manifest: str, **parts: Any) -> None:
        """Keep a revision of ``web`` in ``shop``; labels are given as ``labels``."""
        labels = parts.pop("labels", {})
        record = a_release("web", version, manifest=manifest, **parts)
        self.cluster.store.create(as_secret(record, **labels))

    def renders(self, manifest: str, hooks: Sequence[JsonObject] = (), crds: str = "") -> None:
        """Have a dry run print a release, and ``show crds`` definitions."""
        release = a_release("web", 9, manifest=manifest, hooks=list(hooks))
        (self.helm.folder / "release.json").write_text(json.dumps(release))
        (self.helm.folder / "crds").write_text(crds)
        self.helm.does(
            '[ "$1" = show ] && { cat "$here/crds"; exit 0; }\n'
            'cat > /dev/null; cat "$here/release.json"'
        )

    @property
    def changes(self) -> list[str]:
        """What was really sent, by method and path."""
        sent = (wire(request) for request in self.cluster.requests.changes)
        return [f"{method} {path}" for method, path, *_ in sent]
