"""Containers of pods and pod templates: image, state, resources, probes, environment, mounts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tools.render.describe.environment import write_environment
from tools.render.describe.lines import Lines
from tools.render.describe.probes import probe_text
from tools.render.describe.times import timestamp

JsonObject = dict[str, Any]

LEVEL = 2
PROBES = {"Liveness": "livenessProbe", "Readiness": "readinessProbe", "Startup": "startupProbe"}


def write_pod_containers(lines: Lines, pod: JsonObject) -> None:
    """Write init, main and ephemeral containers of a pod with their states."""
    spec, status = pod["spec"], pod.get("status", {})
    kinds = (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    )
    for label, containers, statuses in kinds:
        if spec.get(containers) or label == "Containers":
            _write_label(lines, label, spec.get(containers))
            states = {each["name"]: each for each in status.get(statuses) or ()}
            for container in spec.get(containers) or ():
                _write_container(lines, container, states.get(container["name"]), pod)


def write_template_containers(lines: Lines, spec: JsonObject) -> None:
    """Write init and main containers of a pod template; their names stand a space deeper."""
    if spec.get("initContainers"):
        _write_label(lines, "  Init Containers", spec["initContainers"])
    for container in spec.get("initContainers") or ():
        _write_container(lines, container, None, None)
    _write_label(lines, "  Containers", spec.get("containers"))
    for container in spec.get("containers") or ():
        _write_container(lines, container, None, None)


def _write_label(lines: Lines, label: str, containers: Sequence[JsonObject] | None) -> None:
    lines.text(f"{label}:" if containers else f"{label}: <none>")


def _write_container(
    lines: Lines, container: JsonObject, status: JsonObject | None, pod: JsonObject | None
) -> None:
    """Write one container; ``pod=None`` for that of a template, which has neither state nor pod."""
    lines.text(f"{'' if pod else ' '}{container['name']}:", level=1)
    _write_image(lines, container, status)
    _write_ports(lines, container.get("ports") or ())
    _write_seccomp(lines, container)
    for label, key in (("Command", "command"), ("Args", "args")):
        _write_arguments(lines, label, container.get(key))
    if status:
        _write_status(lines, status)
    write_resources(lines, container.get("resources") or {}, LEVEL)
    for label, key in PROBES.items():
        if probe := container.get(key):
            lines.field(label, probe_text(probe), LEVEL)
    write_environment(lines, container, pod)
    _write_mounts(lines, container)


def _write_image(lines: Lines, container: JsonObject, status: JsonObject | None) -> None:
    if status is not None:
        lines.field("Container ID", status.get("containerID", ""), LEVEL)
    lines.field("Image", container.get("image", ""), LEVEL)
    if status is not None:
        lines.field("Image ID", status.get("imageID", ""), LEVEL)


def _write_ports(lines: Lines, ports: Sequence[JsonObject]) -> None:
    plural = "s" if len(ports) > 1 else ""
    for label, key in ((f"Port{plural}", "containerPort"), (f"Host Port{plural}", "hostPort")):
        lines.field(label, ", ".join(_port_text(port, key) for port in ports) or "<none>", LEVEL)


def _port_text(port: JsonObject, key: str) -> str:
    text = f"{port.get(key, 0)}/{port.get('protocol', '')}"
    return f"{text} ({port['name']})" if port.get("name") else text


def _write_seccomp(lines: Lines, container: JsonObject) -> None:
    profile = (container.get("securityContext") or {}).get("seccompProfile")
    if profile:
        lines.field("SeccompProfile", profile["type"], LEVEL)
        if profile["type"] == "Localhost":
            lines.field("LocalhostProfile", profile.get("localhostProfile", ""), LEVEL + 1)


def _write_arguments(lines: Lines, label: str, arguments: Sequence[str] | None) -> None:
    if not arguments:
        return
    lines.text(f"{label}:", LEVEL)
    for argument in arguments:
        for line in argument.split("\n"):
            lines.text(line, LEVEL + 1)


def _write_status(lines: Lines, status: JsonObject) -> None:
    _write_state(lines, "State", status.get("state") or {})
    last = status.get("lastState") or {}
    if "terminated" in last:
        _write_state(lines, "Last State", last)
    lines.field("Ready", str(bool(status.get("ready"))), LEVEL)
    lines.field("Restart Count", status.get("restartCount", 0), LEVEL)


def _write_state(lines: Lines, label: str, state: JsonObject) -> None:
    """Write a state; with the message of a waiting one, which kubectl leaves out."""
    if "running" in state:
        lines.field(label, "Running", LEVEL)
        lines.field("Started", timestamp(state["running"].get("startedAt")), LEVEL + 1)
    elif "terminated" in state:
        lines.field(label, "Terminated", LEVEL)
        _write_end(lines, state["terminated"])
    else:
        waiting = state.get("waiting") or {}
        lines.field(label, "Waiting", LEVEL)
        if reason := waiting.get("reason"):
            lines.field("Reason", reason, LEVEL + 1)
        if message := waiting.get("message"):
            lines.several("Message", message.strip().split("\n"), LEVEL + 1)


def _write_end(lines: Lines, terminated: JsonObject) -> None:
    for label, key in (("Reason", "reason"), ("Message", "message")):
        if text := terminated.get(key):
            lines.field(label, text, LEVEL + 1)
    lines.field("Exit Code", terminated.get("exitCode", 0), LEVEL + 1)
    if (signal := terminated.get("signal", 0)) > 0:
        lines.field("Signal", signal, LEVEL + 1)
    lines.field("Started", timestamp(terminated.get("startedAt")), LEVEL + 1)
    lines.field("Finished", timestamp(terminated.get("finishedAt")), LEVEL + 1)


def write_resources(lines: Lines, resources: Mapping[str, Any], level: int) -> None:
    """Write limits and requests in the order of their names."""
    for label, key in (("Limits", "limits"), ("Requests", "requests")):
        if amounts := resources.get(key):
            lines.text(f"{label}:", level)
            for name, amount in sorted(amounts.items()):
                lines.field(name, amount, level + 1)


def _write_mounts(lines: Lines, container: JsonObject) -> None:
    mounts = container.get("volumeMounts") or ()
    none = "" if mounts else "\t<none>"
    lines.text(f"Mounts:{none}", LEVEL)
    for mount in sorted(mounts, key=lambda mount: str(mount["mountPath"])):
        lines.text(f"{mount['mountPath']} from {mount['name']} ({_flags(mount)})", LEVEL + 1)
    if devices := container.get("volumeDevices"):
        lines.text(f"Devices:{none}", LEVEL)
        for device in sorted(devices, key=lambda device: str(device["devicePath"])):
            lines.text(f"{device['devicePath']} from {device['name']}", LEVEL + 1)


def _flags(mount: JsonObject) -> str:
    access = "ro" if mount.get("readOnly") else "rw"
    sub_path = mount.get("subPath")
    return f"{access},path={json.dumps(sub_path, ensure_ascii=False)}" if sub_path else access
