"""Record the cases of the describe tests that are about pods, workloads and nodes.

    KUBECONFIG=… .venv/bin/python -m tests.support.record_workloads [CASE …]

The objects are those of ``described/workloads.yaml``, in a namespace of their own; they are made,
recorded with ``record_describe.py`` and removed again.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.record_describe import record

OBJECTS = str(Path(__file__).parent / "described/workloads.yaml")
WIDGET_TYPE = str(Path(__file__).parent / "described/widget_type.yaml")
NAMESPACE = "describe-work"
SETTLED_SECONDS = 100  # a minute for the CronJob, more for a CrashLoopBackOff

PODS = (
    *("healthy", "crashing", "unpullable", "unconfigured", "pending", "completed", "failed"),
    *("in-steps", "several", "environment", "volumes", "simulated", "leaving"),
)


class Case(NamedTuple):
    """The file to write, and what kubectl is asked to describe."""

    file: str
    resource: str
    name: str
    namespace: str | None = NAMESPACE


def cases() -> Iterator[Case]:
    """Name every case; what the cluster named itself is looked up."""
    for name in PODS:
        yield Case(f"pods/{name}", "pod", name)
    yield Case("pods/of-deployment", "pod", first("pods", "app=web"))
    for name in ("web", "stuck", "recreated"):
        yield Case(f"workloads/deployment-{name}", "deployment", name)
    yield Case("workloads/replicaset-web", "replicaset", first("replicasets", "app=web"))
    yield Case("workloads/replicaset-forbidden", "replicaset", "forbidden")
    yield Case("workloads/replicationcontroller", "replicationcontroller", "old-style")
    yield Case("workloads/daemonset", "daemonset", "agent")
    for name in ("store", "partitioned"):
        yield Case(f"workloads/statefulset-{name}", "statefulset", name)
    for name in ("done", "failing", "suspended"):
        yield Case(f"jobs/{name}", "job", name)
    for name in ("every-minute", "yearly"):
        yield Case(f"jobs/cron-{name}", "cronjob", name)
    yield Case("jobs/of-cron", "job", first("jobs", "work=cron"))
    for kind in ("real", "kwok"):
        yield Case(f"nodes/{kind}", "node", first("nodes", f"type={kind}"), None)
    yield Case("generic/widget", "widgets.describe.example.com", "gear")


def first(resource: str, selector: str) -> str:
    """Return the name of the first object with these labels."""
    template = "-o=jsonpath={.items[0].metadata.name}"
    return kubectl("get", resource, "-n", NAMESPACE, "-l", selector, template)


def kubectl(*arguments: str) -> str:
    command = ["kubectl", *arguments]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def make_objects() -> None:
    kubectl("create", "-f", WIDGET_TYPE)
    kubectl("wait", "-f", WIDGET_TYPE, "--for=condition=Established")
    kubectl("create", "-f", OBJECTS)
    kubectl("set", "image", "deployment/web", "web=toolbox:2", "-n", NAMESPACE)
    kubectl("wait", "pod/several", "pod/leaving", "-n", NAMESPACE, "--for=condition=Ready")
    kubectl("delete", "pod", "leaving", "-n", NAMESPACE, "--wait=false")
    looking = ("--image=toolbox:1", "--target=web", "--container=looking")
    kubectl("debug", "several", "-n", NAMESPACE, *looking, "--", "sleep", "3600")
    time.sleep(SETTLED_SECONDS)
    state = "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}"
    kubectl("wait", "pod/crashing", "-n", NAMESPACE, f"{state}=CrashLoopBackOff", "--timeout=60s")


def remove_objects() -> None:
    no_finalizers = ("--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    leaving = ["kubectl", "patch", "pod", "leaving", "-n", NAMESPACE, *no_finalizers]
    subprocess.run(leaving, check=False)
    kubectl(
        "delete",
        "pod",
        "leaving",
        "-n",
        NAMESPACE,
        "--ignore-not-found",
        "--force",
        "--grace-period=0",
    )
    kubectl("delete", "--ignore-not-found", "--wait=false", "-f", OBJECTS, "-f", WIDGET_TYPE)


def main(only: Sequence[str]) -> None:
    try:
        make_objects()
        for case in cases():
            if not only or case.file in only:
                asyncio.run(record(*case))
                sys.stdout.write(f"{case.file}\n")
    finally:
        remove_objects()


if __name__ == "__main__":
    main(sys.argv[1:])
