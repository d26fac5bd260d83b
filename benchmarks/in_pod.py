"""What an installation takes: ``python -m benchmarks.in_pod IMAGE``, with KUBECONFIG.

Not one of the benchmarks that write the page: it needs a cluster that runs pods and has the image,
kubectl and helm, and reaches the Service by its cluster IP. It installs the chart in a namespace of
its own.
"""

import asyncio
import json
import secrets
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.mcp_client import McpClient

CHART = Path(__file__).parents[1] / "deploy" / "chart"
CALLS = 1000
AT_ONCE = 8
STATUS = "print(open('/proc/1/status').read(), open('/proc/1/stat').read())"
LOGGED_START = '"serving"'


def main() -> int:
    """Install, measure, uninstall."""
    image, namespace = sys.argv[1], f"bench-{secrets.token_hex(3)}"
    run("kubectl", "create", "namespace", namespace)
    try:
        measure(image, namespace)
    finally:
        run("helm", "uninstall", "skyflo", "-n", namespace, "--ignore-not-found")
        run("kubectl", "delete", "namespace", namespace, "--wait=false")
    return 0


def measure(image: str, namespace: str) -> None:
    """Print one figure a line."""
    repository, _, tag = image.rpartition(":")
    started = time.monotonic()
    sets = ("--set", f"image.repository={repository}", "--set", f"image.tag={tag}")
    run("helm", "install", "skyflo", str(CHART), "-n", namespace, *sets, "--wait")
    print(f"helm install to ready: {time.monotonic() - started:.1f} s")
    [pod] = json.loads(run("kubectl", "get", "pods", "-n", namespace, "-o", "json"))["items"]
    print(f"container started to listening: {seconds_to_listen(pod, namespace):.1f} s")
    print(f"RSS idle: {memory(namespace, 'VmRSS')} MiB")
    url = address(namespace)
    began = time.monotonic()
    asyncio.run(calls(url))
    took = time.monotonic() - began
    print(f"{CALLS} calls of k8s_get, {AT_ONCE} at once, a session each: {took:.0f} s")
    print(f"RSS after {CALLS} calls: {memory(namespace, 'VmRSS')} MiB")
    print(f"most ever: {memory(namespace, 'VmHWM')} MiB")


def run(*command: str) -> str:
    """Return what a command printed."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=180)
    return done.stdout


def seconds_to_listen(pod: dict[str, Any], namespace: str) -> float:
    """Compare when the container was started with the server's own first line."""
    state = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
    logged = run("kubectl", "logs", pod["metadata"]["name"], "-n", namespace).splitlines()
    line = next(json.loads(each) for each in logged if LOGGED_START in each)
    return (moment(line["timestamp"]) - moment(state)).total_seconds()


def moment(text: str) -> datetime:
    """Read a time of either."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def memory(namespace: str, field: str) -> int:
    """Return a field of the server's process, in MiB."""
    command = ("/usr/bin/python3.11", "-I", "-c", STATUS)
    said = run("kubectl", "exec", "-n", namespace, "deploy/skyflo-mcp", "--", *command)
    [line] = [each for each in said.splitlines() if each.startswith(f"{field}:")]
    return int(line.split()[1]) // 1024


def address(namespace: str) -> str:
    """Return the Service's cluster IP as a URL."""
    path = "jsonpath={.spec.clusterIP}"
    ip = run("kubectl", "get", "service", "skyflo-mcp", "-n", namespace, "-o", path)
    return f"http://{ip}:8888/mcp"


async def calls(url: str) -> None:
    """Call again and again, some at once, as the Engine does."""
    left = iter(range(CALLS))

    async def caller() -> None:
        for _ in left:
            async with McpClient(url, host="skyflo-mcp:8888") as client:
                await client.initialize()
                await client.call("k8s_get", {"resource_type": "pods", "all_namespaces": True})
                await client.end()

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    sys.exit(main())
