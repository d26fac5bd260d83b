"""Record a case for the tests of describe: an object, what is related to it, and kubectl's text.

    KUBECONFIG=… .venv/bin/python -m tests.support.record_describe CASE TYPE NAME [NAMESPACE]

Writes ``CASE.json`` and ``CASE.txt`` into the data folder of the describe tests. The JSON holds
what ``related_to`` read and the time at which kubectl was asked; kubectl is asked right after a
full second has begun, so that its ages and ours count the same seconds.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from clients.kubernetes import Kubernetes, KubernetesReader, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.inspecting.related import RelatedObjects, related_to

GENERAL = {
    "machineID": "0" * 32,
    "systemUUID": "0" * 32,
    "bootID": "00000000-0000-0000-0000-000000000000",
    "kernelVersion": "6.1.0-28-amd64",
}
DATA = Path(__file__).parent.parent / "unit/tools/render/describe/data"


async def record(case: str, resource_type: str, name: str, namespace: str | None) -> None:
    """Read and ask until nothing changed in between."""
    source = ClusterSource(kubeconfig=os.environ["KUBECONFIG"])
    kubernetes = Kubernetes(KubernetesSettings(source))
    try:
        while True:
            before = await _read(kubernetes.reader, resource_type, name, namespace)
            now, text = _kubectl(resource_type, name, namespace)
            if before == await _read(kubernetes.reader, resource_type, name, namespace):
                break
    finally:
        await kubernetes.close()
    obj, related = before
    recorded = {"now": now.isoformat(), "object": obj, "related": asdict(related)}
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    seen = orjson.dumps(_trimmed(recorded), option=options).decode()
    target = DATA / case
    target.parent.mkdir(parents=True, exist_ok=True)
    for particular, general in _of_this_machine(obj):
        seen, text = seen.replace(particular, general), text.replace(particular, general)
    target.with_suffix(".json").write_text(seen)
    target.with_suffix(".txt").write_text(text)


async def _read(
    reader: KubernetesReader, resource_type: str, name: str, namespace: str | None
) -> tuple[dict[str, Any], RelatedObjects]:
    obj = await reader.get(await reader.ref(resource_type, name, namespace))
    return obj, await related_to(reader, obj)


def _kubectl(resource_type: str, name: str, namespace: str | None) -> tuple[datetime, str]:
    command = ["kubectl", "describe", resource_type, name]
    command += ["--namespace", namespace] if namespace else []
    time.sleep(1 - time.time() % 1)
    now = datetime.now(UTC)
    answer = subprocess.run(
        command, env=os.environ | {"TZ": "UTC"}, capture_output=True, text=True, check=True
    )
    return now, answer.stdout


def _of_this_machine(obj: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Pair what tells one machine from another with what stands in the record for it."""
    info = obj.get("status", {}).get("nodeInfo") or {}
    for key, general in GENERAL.items():
        if info.get(key):
            yield info[key], general


def _trimmed(value: Any) -> Any:
    """Leave out managedFields: nobody describes them, and they would be most of the file."""
    if isinstance(value, list):
        return [_trimmed(each) for each in value]
    if isinstance(value, dict):
        return {key: _trimmed(each) for key, each in value.items() if key != "managedFields"}
    return value


if __name__ == "__main__":
    asyncio.run(record(*sys.argv[1:4], sys.argv[4] if len(sys.argv) > 4 else None))
