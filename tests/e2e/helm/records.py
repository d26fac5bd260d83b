"""Helm's records, taken apart here once more so that ours and helm's can be compared."""

import base64
import gzip
import json
import re
from typing import Any

from tests.e2e.kubectl import Kubectl

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


def record_of(kubectl: Kubectl, namespace: str, release: str, revision: int) -> dict[str, Any]:
    """Return a record with its labels and managers, the namespace's name left open."""
    name = f"sh.helm.release.v1.{release}.v{revision}"
    secret = kubectl.json("get", "secret", name, "-n", namespace, "--show-managed-fields")
    packed = base64.b64decode(base64.b64decode(secret["data"]["release"]))
    record = gzip.decompress(packed).decode().replace(namespace, "NAMESPACE")
    metadata = secret["metadata"]
    return {
        "type": secret["type"],
        "labels": metadata["labels"],
        "managers": [(each["manager"], each["operation"]) for each in metadata["managedFields"]],
        "record": json.loads(record),
    }


def without_times(record: dict[str, Any]) -> Any:
    """Leave out when it was."""
    text = _TIME.sub("TIME", json.dumps(record, sort_keys=True))
    return json.loads(re.sub(r'"(createdAt|modifiedAt)": "\d+"', r'"\1": "TIME"', text))
