"""Record the cases of the describe tests that are about configuration rather than workloads.

    KUBECONFIG=… .venv/bin/python -m tests.support.record_described [CASE …]

The objects are those of ``described/``: all of them, in namespaces and under names that begin with
``describe-``, are made, recorded with ``record_describe.py`` and removed again. The cluster needs a
node with the label ``type=real`` that has the image toolbox:1, simulated nodes (kwok), and metrics.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.record_describe import DATA, record

JsonObject = dict[str, Any]

OBJECTS = Path(__file__).parent / "described"
SHOP, BARE, STORED = "describe-shop", "describe-bare", "describe-data"
NO_V2 = "--reject-paths=^/apis/autoscaling/v2/namespaces"


class Case(NamedTuple):
    """The file to write, and what kubectl is asked to describe."""

    file: str
    resource: str
    name: str
    namespace: str | None = None


def cases() -> Iterator[Case]:
    """Name every case; what the cluster named itself is looked up."""
    for name in (
        *("web", "many", "sleepy", "legacy", "partner", "partner-six", "payments"),
        *("web-nodeport", "web-public", "web-headless", "web-portless"),
    ):
        yield Case(f"services/{name}", "service", name, SHOP)
    address = read("service", "web", "-n", SHOP)["spec"]["clusterIP"]
    yield Case("networking/ip-address", "ipaddress", address)
    yield Case("networking/service-cidr", "servicecidr", "kubernetes")
    for name in ("shop", "catch-all", "hosts-only"):
        yield Case(f"ingresses/{name}", "ingress", name, SHOP)
    yield Case("ingresses/class", "ingressclass", "describe-nginx")
    for name in ("pending", "issued", "denied"):
        yield Case(f"certificates/{name}", "certificatesigningrequest", f"describe-{name}")
    for kind in (endpoint_cases, policy_cases, config_cases, access_cases, bounds_cases):
        yield from kind()
    yield from storage_cases()
    for name in ("web", "every-metric", "measured"):
        yield Case(f"scaling/{name}", "horizontalpodautoscaler", name, SHOP)


def endpoint_cases() -> Iterator[Case]:
    for name in ("web", "sleepy", "legacy-manual"):
        yield Case(f"endpoints/{name}", "endpoints", name, SHOP)
    (of_web,) = read("endpointslices", "-n", SHOP, "-l", "kubernetes.io/service-name=web")["items"]
    yield Case("endpoints/slice-web", "endpointslice", of_web["metadata"]["name"], SHOP)
    for name in ("partner", "empty"):
        yield Case(f"endpoints/slice-{name}", "endpointslice", name, SHOP)


def policy_cases() -> Iterator[Case]:
    for name in ("every-shape", "deny-all", "egress-only", "ingress-default"):
        yield Case(f"policies/network-{name}", "networkpolicy", name, SHOP)
    for name in ("web", "sleepy"):
        yield Case(f"policies/budget-{name}", "poddisruptionbudget", name, SHOP)
    for name in ("everything", "selectorless"):
        yield Case(f"policies/budget-{name}", "poddisruptionbudget", name, BARE)


def config_cases() -> Iterator[Case]:
    for name in ("db", "robot-token", "registry"):
        yield Case(f"config/secret-{name}", "secret", name, SHOP)
    for name in ("web-config", "nothing"):
        yield Case(f"config/map-{name}", "configmap", name, SHOP)


def access_cases() -> Iterator[Case]:
    for name in ("robot", "default"):
        yield Case(f"access/account-{name}", "serviceaccount", name, SHOP)
    for name in ("deployer", "powerless"):
        yield Case(f"access/role-{name}", "role", name, SHOP)
    yield Case("access/binding-deployers", "rolebinding", "deployers", SHOP)
    for name in ("describe-prober", "admin", "cluster-admin", "system:discovery", "system:node"):
        file = name.removeprefix("describe-").replace(":", "-")
        yield Case(f"access/cluster-role-{file}", "clusterrole", name)
    for name in ("probers", "nobody"):
        yield Case(f"access/cluster-binding-{name}", "clusterrolebinding", f"describe-{name}")


def bounds_cases() -> Iterator[Case]:
    for name in ("shop", "bare", "ending"):
        yield Case(f"namespaces/{name}", "namespace", f"describe-{name}")
    for name in ("compute", "best-effort", "memory-mix"):
        yield Case(f"quotas/{name}", "resourcequota", name, SHOP)
    for name in ("defaults", "volumes"):
        yield Case(f"quotas/limits-{name}", "limitrange", name, SHOP)
    yield Case("scheduling/batch", "priorityclass", "describe-batch")
    yield Case("scheduling/system", "priorityclass", "system-cluster-critical")


def storage_cases() -> Iterator[Case]:
    for made in read("-f", str(OBJECTS / "objects/storage.yaml"))["items"]:
        if made["kind"] == "PersistentVolume":
            name = made["metadata"]["name"]
            file = f"persistent_volumes/volume-{name.removeprefix('describe-')}"
            yield Case(file, "persistentvolume", name)
    for name in ("data", "waiting", "restored", "copied", "resizing", "leaving", "scratch-work"):
        yield Case(f"persistent_volumes/claim-{name}", "persistentvolumeclaim", name, STORED)
    for name in ("local", "fast"):
        yield Case(f"storage/class-{name}", "storageclass", f"describe-{name}")
    yield Case("storage/attributes", "volumeattributesclass", "describe-gold")
    yield Case("storage/node-with-drivers", "csinode", "describe-node")
    (real,) = read("nodes", "-l", "type=real")["items"]
    yield Case("storage/node-without-drivers", "csinode", real["metadata"]["name"])


def main(only: Sequence[str]) -> None:
    try:
        make_objects()
        for case in cases():
            if not only or case.file in only:
                take(case)
        case = Case("scaling/web-v1", "horizontalpodautoscalers.v1.autoscaling", "web", SHOP)
        if not only or case.file in only:
            # kubectl describes v1 only where it is not given v2.
            with api_without_v2_autoscalers():
                take(case)
    finally:
        remove_objects()


def take(case: Case) -> None:
    target = DATA / case.file
    target.parent.mkdir(parents=True, exist_ok=True)
    while True:
        asyncio.run(record(*case))
        text = target.with_suffix(".txt").read_text()
        if limits_are_sorted(text):
            break
    target.with_suffix(".txt").write_text(without_token(text))
    sys.stdout.write(f"{case.file}\n")


def limits_are_sorted(text: str) -> bool:
    """Tell whether the order of Go's map happened to be that of the alphabet, as ours is."""
    rows = [line.split()[:2] for line in text.splitlines() if re.match(" ?Container +[cm]", line)]
    return rows == sorted(rows)


def without_token(text: str) -> str:
    """Leave out the token that kubectl prints in full."""
    return re.sub(r"(?m)^(token: +)eyJ\S+$", r"\1(the token in full)", text)


def kubectl(*arguments: str) -> str:
    command = ["kubectl", *arguments]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def read(*arguments: str) -> JsonObject:
    found: JsonObject = json.loads(kubectl("get", "-o", "json", *arguments))
    return found


@contextmanager
def api_without_v2_autoscalers() -> Iterator[None]:
    """Put a proxy that refuses them in the place of the cluster."""
    command = ["kubectl", "proxy", "--address=127.0.0.1", "--port=0", NO_V2]
    cluster = os.environ["KUBECONFIG"]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as proxy:
        assert proxy.stdout
        server = proxy.stdout.readline().split()[-1]
        kubeconfig = OBJECTS / "proxy.kubeconfig"
        os.environ["KUBECONFIG"] = str(kubeconfig)
        try:
            kubectl("config", "set-cluster", "proxy", f"--server=http://{server}")
            kubectl("config", "set-context", "proxy", "--cluster=proxy")
            kubectl("config", "use-context", "proxy")
            yield
        finally:
            os.environ["KUBECONFIG"] = cluster
            kubeconfig.unlink()
            proxy.terminate()


def make_objects() -> None:
    kubectl("create", "-f", str(OBJECTS / "objects"))
    kubectl("wait", "deployment/web", "deployment/many", "-n", SHOP, "--for=condition=Available")
    kubectl("wait", "pod/db-0", "-n", STORED, "--for=condition=Ready")
    measured = "--for=jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}"
    kubectl("wait", "hpa/web", "-n", SHOP, measured, "--timeout=120s")
    statuses = str(OBJECTS / "statuses.yaml")
    kubectl("apply", "--server-side", "--force-conflicts", "--subresource=status", "-f", statuses)
    kubectl("certificate", "approve", "describe-issued")
    kubectl("certificate", "deny", "describe-denied")
    for leaving in (
        ("persistentvolumeclaim", "leaving", "-n", STORED),
        ("persistentvolume", "describe-leaving"),
        ("namespace", "describe-ending"),
    ):
        kubectl("delete", "--wait=false", *leaving)
    time.sleep(15)  # until the namespace controller has said what holds it


def remove_objects() -> None:
    no_finalizers = ("--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    for held in (
        ("configmap", "held", "-n", "describe-ending"),
        ("persistentvolumeclaim", "leaving", "-n", STORED),
        ("persistentvolume", "describe-leaving"),
    ):
        subprocess.run(["kubectl", "patch", *held, *no_finalizers], check=False)
    kubectl("delete", "--ignore-not-found", "--wait=false", "-f", str(OBJECTS / "objects"))


if __name__ == "__main__":
    main(sys.argv[1:])
