"""Three nodes: one healthy, one that runs out of memory, one that was drained."""

from collections.abc import Callable
from datetime import timedelta

from sandbox.cluster.objects import JsonObject, micro_timestamp
from sandbox.story.manifests import metadata
from sandbox.story.stage import Scene, Stage

HEALTHY, PRESSED, DRAINED = "node-1", "node-2", "node-3"
NAMES = (HEALTHY, PRESSED, DRAINED)
MEMORY = "16375860Ki"
_STATES = (
    ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
)
_RAN_SHORT = timedelta(minutes=22)
_WAS_DRAINED = timedelta(hours=5)


def _join(number: int) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        name = NAMES[number - 1]
        stage.create(_node(stage, name, number), _lease(stage, name))

    return act


def _node(stage: Stage, name: str, number: int) -> JsonObject:
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node-role.kubernetes.io/worker": "",
        "node.kubernetes.io/instance-type": "general-4x16",
        "topology.kubernetes.io/region": "eu-central",
        "topology.kubernetes.io/zone": f"eu-central-{'abc'[number - 1]}",
    }
    annotations = {
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    }
    network = f"10.42.{number}.0/24"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata(name, labels=labels, annotations=annotations),
        "spec": {"podCIDR": network, "podCIDRs": [network], "providerID": f"example:///{name}"},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": f"10.0.0.1{number}"},
                {"type": "Hostname", "address": name},
            ],
            "allocatable": _size("3920m", "95551679124", "15748148Ki"),
            "capacity": _size("4", "103679204Ki", MEMORY),
            "conditions": _conditions(stage),
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "images": _images(),
            "nodeInfo": _system(number),
        },
    }


def _size(cpu: str, storage: str, memory: str) -> dict[str, str]:
    pages = {"hugepages-1Gi": "0", "hugepages-2Mi": "0"}
    return {"cpu": cpu, "ephemeral-storage": storage, **pages, "memory": memory, "pods": "110"}


def _conditions(stage: Stage) -> list[JsonObject]:
    stamp = stage.stamp()
    times = {"lastHeartbeatTime": stamp, "lastTransitionTime": stamp}
    states = [
        {"type": kind, "status": "False", **times, "reason": reason, "message": message}
        for kind, reason, message in _STATES
    ]
    ready = {"reason": "KubeletReady", "message": "kubelet is posting ready status"}
    return [*states, {"type": "Ready", "status": "True", **times, **ready}]


def _images() -> list[JsonObject]:
    names = {
        "docker.io/shop/web:1.8.2": 74310912,
        "docker.io/library/postgres:16.4": 158723072,
        "registry.k8s.io/kube-proxy:v1.36.3": 31420416,
        "registry.k8s.io/pause:3.10": 318976,
    }
    return [{"names": [name], "sizeBytes": size} for name, size in names.items()]


def _system(number: int) -> JsonObject:
    machine = f"4c1e0b7a52d84f6e9a3f0d2c7b58e1{number:02}"
    return {
        "architecture": "amd64",
        "bootID": f"0b6a4c52-91d7-4f0e-8a3d-5e2f7c9b1a{number:02}",
        "containerRuntimeVersion": "containerd://2.1.4",
        "kernelVersion": "6.12.48-amd64",
        "kubeProxyVersion": "",
        "kubeletVersion": "v1.36.3",
        "machineID": machine,
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "systemUUID": machine,
    }


def _lease(stage: Stage, name: str) -> JsonObject:
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": metadata(name, "kube-node-lease"),
        "spec": {
            "holderIdentity": name,
            "leaseDurationSeconds": 40,
            "renewTime": micro_timestamp(stage.present - timedelta(seconds=4)),
        },
    }


def _run_short(stage: Stage) -> None:
    def edit(node: JsonObject) -> None:
        node["status"]["conditions"][0] |= {
            "status": "True",
            "lastTransitionTime": stage.stamp(),
            "reason": "KubeletHasInsufficientMemory",
            "message": "kubelet has insufficient memory available",
        }

    stage.change("nodes", "", PRESSED, edit)
    stage.create(_node_event(stage, PRESSED, "NodeHasInsufficientMemory", 1, timedelta()))


def _struggle(stage: Stage) -> None:
    """Report what kubelet tries against the shortage, as one counted event."""
    message = "Attempting to reclaim memory"
    event = _node_event(stage, PRESSED, "EvictionThresholdMet", 37, _RAN_SHORT - _NOW)
    stage.create({**event, "type": "Warning", "message": message})


def _drain(stage: Stage) -> None:
    def edit(node: JsonObject) -> None:
        node["spec"]["unschedulable"] = True

    stage.change("nodes", "", DRAINED, edit)
    for pod in stage.store.view("", "pods"):
        owners = pod["metadata"].get("ownerReferences") or [{"kind": ""}]
        if pod["spec"].get("nodeName") == DRAINED and owners[0]["kind"] != "DaemonSet":
            place = (pod["metadata"]["namespace"], pod["metadata"]["name"])
            stage.store.delete("", "pods", *place, grace_seconds=30)


def _beat(stage: Stage) -> None:
    """Leave every node with a recent heartbeat."""

    def edit(node: JsonObject) -> None:
        for condition in node["status"]["conditions"]:
            condition["lastHeartbeatTime"] = stage.stamp()

    for name in NAMES:
        stage.change("nodes", "", name, edit)


def _node_event(stage: Stage, name: str, reason: str, count: int, since: timedelta) -> JsonObject:
    node = stage.store.peek("", "nodes", None, name) or {"metadata": {}}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": metadata(f"{name}.{reason.lower()}", "default"),
        "involvedObject": {"kind": "Node", "name": name, "uid": node["metadata"].get("uid")},
        "type": "Normal",
        "reason": reason,
        "message": f"Node {name} status is now: {reason}",
        "count": count,
        "firstTimestamp": stage.stamp(since),
        "lastTimestamp": stage.stamp(),
        "eventTime": None,
        "source": {"component": "kubelet", "host": name},
        "reportingComponent": "kubelet",
        "reportingInstance": name,
    }


_NOW = timedelta(seconds=75)

SCENES = [
    *(Scene(timedelta(days=64, minutes=-n), _join(n)) for n in (1, 2, 3)),
    Scene(_WAS_DRAINED, _drain),
    Scene(_RAN_SHORT, _run_short),
    Scene(_NOW, _struggle),
    Scene(timedelta(seconds=70), _beat),
]
