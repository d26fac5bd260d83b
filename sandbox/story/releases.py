"""Releases as Helm keeps them: each revision a Secret, the newest one with the state of things."""

import base64
import gzip
import json
from dataclasses import dataclass, field, replace

import yaml

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import metadata


@dataclass(frozen=True)
class Revision:
    """One revision of a release; times as Helm writes them."""

    name: str
    namespace: str
    version: int
    status: str
    description: str
    first_deployed: str
    deployed: str
    chart: JsonObject
    objects: tuple[tuple[str, JsonObject], ...]
    """The objects by the path of their template."""
    config: JsonObject = field(default_factory=dict)
    notes: str = ""

    @property
    def secret_name(self) -> str:
        """The name of the Secret it is kept in."""
        return f"sh.helm.release.v1.{self.name}.v{self.version}"

    def superseded(self) -> "Revision":
        """Return it as it is after the next one was deployed."""
        return replace(self, status="superseded")

    def secret(self) -> JsonObject:
        """Return the Secret."""
        labels = {
            "name": self.name,
            "owner": "helm",
            "status": self.status,
            "version": str(self.version),
        }
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata(self.secret_name, self.namespace, labels=labels),
            "type": "helm.sh/release.v1",
            "data": {"release": self._packed()},
        }

    def _packed(self) -> str:
        packed = gzip.compress(json.dumps(self._content()).encode(), mtime=0)
        return base64.b64encode(base64.b64encode(packed)).decode()

    def _content(self) -> JsonObject:
        info = {
            "first_deployed": self.first_deployed,
            "last_deployed": self.deployed,
            "deleted": "",
            "description": self.description,
            "status": self.status,
            "notes": self.notes,
        }
        return {
            "name": self.name,
            "info": info,
            "chart": self.chart,
            "config": self.config,
            "manifest": self._manifest(),
            "version": self.version,
            "namespace": self.namespace,
        }

    def _manifest(self) -> str:
        return "".join(
            f"---\n# Source: {path}\n{yaml.safe_dump(obj, sort_keys=False)}"
            for path, obj in self.objects
        )


def owned(obj: JsonObject, release: str, namespace: str) -> JsonObject:
    """Return an object of a manifest as Helm puts it into the cluster."""
    about = obj["metadata"]
    annotations = {
        **about.get("annotations", {}),
        "meta.helm.sh/release-name": release,
        "meta.helm.sh/release-namespace": namespace,
    }
    return {**obj, "metadata": {**about, "namespace": namespace, "annotations": annotations}}
