"""Containers: states, ports, probes, environment, mounts."""

from typing import Any

import pytest

from tools.render.describe import Lines
from tools.render.describe.containers import write_pod_containers, write_template_containers
from tools.render.describe.probes import probe_text

STARTED = "2026-11-24T11:59:00Z"
FINISHED = "2026-11-24T12:00:00Z"


def container_text(status: dict[str, Any] | None = None, **container: Any) -> str:
    """Describe a pod of one container, without the lines that every container has."""
    lines = Lines()
    statuses = [{"name": "web", **status}] if status else []
    pod = {
        "metadata": {"name": "web-1", "namespace": "shop"},
        "spec": {"containers": [{"name": "web", "image": "web:1", **container}]},
        "status": {"containerStatuses": statuses},
    }
    write_pod_containers(lines, pod)
    return str(lines)


def test_a_container_that_ended_says_how():
    ended = {
        "reason": "OOMKilled",
        "exitCode": 137,
        "signal": 9,
        "startedAt": STARTED,
        "finishedAt": FINISHED,
    }
    waiting = {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting\nfailed container"}
    status = {"state": {"waiting": waiting}, "lastState": {"terminated": ended}, "restartCount": 4}
    assert container_text(status) == (
        "Containers:\n"
        "  web:\n"
        "    Container ID:   \n"
        "    Image:          web:1\n"
        "    Image ID:       \n"
        "    Port:           <none>\n"
        "    Host Port:      <none>\n"
        "    State:          Waiting\n"
        "      Reason:       CrashLoopBackOff\n"
        "      Message:      back-off 40s restarting\n"
        "                    failed container\n"
        "    Last State:     Terminated\n"
        "      Reason:       OOMKilled\n"
        "      Exit Code:    137\n"
        "      Signal:       9\n"
        "      Started:      Tue, 24 Nov 2026 11:59:00 +0000\n"
        "      Finished:     Tue, 24 Nov 2026 12:00:00 +0000\n"
        "    Ready:          False\n"
        "    Restart Count:  4\n"
        "    Environment:    <none>\n"
        "    Mounts:         <none>\n"
    )


def test_a_container_without_a_state_waits():
    assert "    State:          Waiting\n    Ready:          False\n" in container_text(
        {"state": {}}
    )


def test_several_ports_share_a_line():
    ports = [
        {"containerPort": 8080, "protocol": "TCP", "name": "http"},
        {"containerPort": 53, "hostPort": 5353, "protocol": "UDP"},
    ]
    text = container_text(ports=ports)
    assert "    Ports:        8080/TCP (http), 53/UDP\n" in text
    assert "    Host Ports:   0/TCP (http), 5353/UDP\n" in text


def test_a_seccomp_profile_on_the_node_is_named():
    profile = {"type": "Localhost", "localhostProfile": "strict.json"}
    text = container_text(securityContext={"seccompProfile": profile})
    assert "    SeccompProfile:      Localhost\n      LocalhostProfile:  strict.json\n" in text


def test_devices_are_listed_below_the_mounts():
    mounts = [
        {"name": "b", "mountPath": "/z"},
        {"name": "a", "mountPath": "/a", "readOnly": True, "subPath": 'in "quotes"'},
    ]
    devices = [{"name": "disk", "devicePath": "/dev/disk"}]
    assert container_text(volumeMounts=mounts, volumeDevices=devices).endswith(
        "    Mounts:\n"
        '      /a from a (ro,path="in \\"quotes\\"")\n'
        "      /z from b (rw)\n"
        "    Devices:\n"
        "      /dev/disk from disk\n"
    )


def test_devices_without_mounts_read_as_kubectl_prints_them():
    text = container_text(volumeDevices=[{"name": "disk", "devicePath": "/dev/disk"}])
    assert text.endswith(
        "    Mounts:       <none>\n    Devices:      <none>\n      /dev/disk from disk\n"
    )


def test_a_pod_without_containers_says_so():
    lines = Lines()
    write_template_containers(lines, {"containers": []})
    assert str(lines) == "  Containers: <none>\n"


TIMING = "delay=0s timeout=1s period=10s #success=1 #failure=3"


@pytest.mark.parametrize(
    ("handler", "text"),
    [
        ({"exec": {"command": ["cat", "/tmp/healthy"]}}, "exec [cat /tmp/healthy]"),
        ({"httpGet": {"port": "http", "scheme": "HTTPS"}}, "http-get https://:http"),
        (
            {"httpGet": {"host": "::1", "port": 80, "scheme": "HTTP", "path": "a b/%?x=1"}},
            "http-get http://[::1]:80/a%20b/%25%3Fx=1",
        ),
        ({"tcpSocket": {"host": "db", "port": 5432}}, "tcp-socket db:5432"),
        ({"grpc": {"port": 9000, "service": ""}}, "grpc <pod>:9000 "),
        ({}, "unknown"),
    ],
)
def test_probes_stand_in_one_line(handler: dict[str, Any], text: str):
    timing = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1}
    assert probe_text({**handler, **timing, "failureThreshold": 3}) == f"{text} {TIMING}"


def variable_text(value_from: dict[str, Any], **container: Any) -> str:
    text = container_text(env=[{"name": "V", "valueFrom": value_from}], **container)
    (line,) = (line for line in text.splitlines() if line.startswith("      V:"))
    return line.removeprefix("      V:").strip()


@pytest.mark.parametrize(
    ("resource", "divisor", "value"),
    [
        ("limits.cpu", "0", "2"),
        ("limits.cpu", "1m", "1500"),
        ("limits.memory", "1Mi", "96"),
        ("requests.cpu", "1", "0"),
        ("requests.hugepages-2Mi", "1Mi", "4"),
        ("limits.example.com/gpu", "1", ""),
    ],
)
def test_resources_in_the_environment_are_divided_and_rounded_up(
    resource: str, divisor: str, value: str
):
    resources = {
        "limits": {"cpu": "1500m", "memory": "100M"},
        "requests": {"hugepages-2Mi": "4Mi"},
    }
    reference = {"resource": resource, "divisor": divisor}
    shown = variable_text({"resourceFieldRef": reference}, resources=resources)
    assert shown == f"{value} ({resource})".strip()


@pytest.mark.parametrize("resource", ["limits.cpu", "limits.memory"])
def test_a_limit_that_is_not_set_is_the_nodes(resource: str):
    shown = variable_text({"resourceFieldRef": {"resource": resource}})
    assert shown == f"node allocatable ({resource})"


def test_a_source_that_kubectl_does_not_know_is_left_out():
    lines = container_text(env=[{"name": "V", "valueFrom": {"fileKeyRef": {"path": "x"}}}])
    assert lines.endswith("    Environment:\n    Mounts:  <none>\n")


def test_a_masked_value_is_shown_as_it_came():
    masked = "<redacted 16 bytes, fingerprint 3fa9c1>"
    text = container_text(env=[{"name": "DB_PASSWORD", "value": masked}])
    assert f"      DB_PASSWORD:  {masked}\n" in text
