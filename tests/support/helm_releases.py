"""Releases as Helm stores them: the least that makes a record, and the object that holds it."""

import base64
import gzip
from typing import Any

import orjson

JsonObject = dict[str, Any]
MANIFEST = "---\n# Source: web/templates/flags.yaml\n" + (
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: flags\ndata:\n  color: green\n"
)


def a_release(
    name: str = "web",
    version: int = 1,
    namespace: str = "shop",
    *,
    status: str = "deployed",
    description: str = "Install complete",
    notes: str = "",
    updated: str = "2026-11-20T09:14:11Z",
    **parts: Any,
) -> JsonObject:
    """Build a record; ``config``, ``chart``, ``values``, ``manifest`` and ``hooks`` replace it."""
    metadata = {"name": "nginx", "version": "1.0.0", "appVersion": "1.27"}
    info = {"first_deployed": updated, "last_deployed": updated, "deleted": ""}
    info |= {"description": description, "status": status}
    chart = parts.pop("chart", {"metadata": metadata, "values": parts.pop("values", {})})
    return {
        "name": name,
        "info": {**info, "notes": notes} if notes else info,
        "chart": chart,
        "manifest": MANIFEST,
        "version": version,
        "namespace": namespace,
        **parts,
    }


def packed(record: JsonObject | bytes) -> str:
    """Pack a record as helm does, without the base64 of a Secret."""
    text = record if isinstance(record, bytes) else orjson.dumps(record)
    return base64.b64encode(gzip.compress(text, mtime=0)).decode()


def as_secret(record: JsonObject, release: str | None = None, **labels: str) -> JsonObject:
    """Put a record into a Secret; ``release`` replaces what is packed."""
    text = packed(record) if release is None else release
    data = {"release": base64.b64encode(text.encode()).decode()}
    return {**_holding(record, "Secret", labels), "type": "helm.sh/release.v1", "data": data}


def as_config_map(record: JsonObject, **labels: str) -> JsonObject:
    """Put a record into a ConfigMap."""
    return {**_holding(record, "ConfigMap", labels), "data": {"release": packed(record)}}


def _holding(record: JsonObject, kind: str, labels: dict[str, str]) -> JsonObject:
    name, version = record["name"], record["version"]
    own = {"name": name, "owner": "helm", "status": record["info"]["status"]}
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {
            "name": f"sh.helm.release.v1.{name}.v{version}",
            "namespace": record["namespace"],
            "labels": {**own, "version": str(version), **labels},
        },
    }
