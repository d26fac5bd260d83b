"""Why a pod is not ready, in one line."""

from typing import Any

import pytest

from tests.support.builders import a_pod
from tools.render.pod_troubles import pod_trouble, pod_troubles


def waiting(reason: str, message: str = "", **more: Any) -> dict[str, Any]:
    state = {"waiting": {"reason": reason, "message": message}}
    return {"name": "web", "ready": False, "state": state, **more}


def ended(state: str = "state", **how: Any) -> dict[str, Any]:
    return {"name": "web", "ready": False, "restartCount": 1, state: {"terminated": how}}


def condition(kind: str, message: str) -> dict[str, Any]:
    return {"conditions": [{"type": kind, "status": "False", "message": message}]}


@pytest.mark.parametrize(
    ("status", "evidence", "trouble"),
    [
        (
            {"containerStatuses": [waiting("ImagePullBackOff", "Back-off pulling x")]},
            "",
            "ImagePullBackOff: Back-off pulling x",
        ),
        (
            {"containerStatuses": [waiting("ContainerCreating")]},
            'secret "db" not found',
            'ContainerCreating: secret "db" not found',
        ),
        (
            {"containerStatuses": [ended(reason="OOMKilled", exitCode=137, signal=9)]},
            "",
            "terminated: OOMKilled, exit 137, signal 9, 1 restart",
        ),
        (
            {"containerStatuses": [ended(exitCode=2, message="first\nlast words")]},
            "the log's end",
            'terminated: Error, exit 2, 1 restart: "last words"',
        ),
        (
            {
                "containerStatuses": [
                    waiting("CrashLoopBackOff", restartCount=9)
                    | {"lastState": {"terminated": {"reason": "Error", "exitCode": 1}}}
                ]
            },
            "boom",
            'CrashLoopBackOff, terminated: Error, exit 1, 9 restarts: "boom"',
        ),
        (
            {
                "initContainerStatuses": [waiting("PodInitializing") | {"name": "migrate"}],
                "containerStatuses": [waiting("PodInitializing")],
            },
            "",
            "init container migrate: PodInitializing",
        ),
        (
            condition("PodScheduled", "0/3 nodes are available."),
            "",
            "Pending: 0/3 nodes are available.",
        ),
        (
            condition("Ready", 'readiness gate "lb" is not true'),
            "",
            'not ready: readiness gate "lb" is not true',
        ),
        ({"phase": "Failed", "reason": "Evicted", "message": "disk"}, "", "Failed: Evicted: disk"),
        ({"phase": "Failed"}, "", "Failed"),
        ({"phase": "Pending"}, "no endpoints", "Pending: no endpoints"),
        ({}, "", "no status yet"),
        (
            {"containerStatuses": [{"name": "web", "ready": False, "state": {"running": {}}}]},
            "Readiness probe failed",
            "running, not ready: Readiness probe failed",
        ),
    ],
)
def test_the_first_trouble_of_a_pod(status: dict[str, Any], evidence: str, trouble: str) -> None:
    assert pod_trouble(a_pod(status=status), evidence) == trouble


def test_of_several_containers_the_one_in_trouble_is_named() -> None:
    statuses = [{"name": "web", "ready": True}, waiting("ErrImagePull") | {"name": "proxy"}]
    pod = a_pod(containers=[{"name": "web"}, {"name": "proxy"}])
    pod["status"] = {"containerStatuses": statuses}
    assert pod_trouble(pod) == "container proxy: ErrImagePull"


def test_a_pod_that_goes_is_said_to_go() -> None:
    pod = a_pod()
    pod["metadata"]["deletionTimestamp"] = "2026-11-20T12:00:00Z"
    assert pod_trouble(pod) == "terminating"


def test_a_reason_is_one_line_and_not_endless() -> None:
    status = {"containerStatuses": [waiting("ErrImagePull", "a\nb " + "x" * 600)]}
    assert pod_trouble(a_pod(status=status)) == f"ErrImagePull: a b {'x' * 482}…"


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (
            "starting\nFATAL: missing env KEY\n    at load (a.js:1)\n    at b.js:2",
            "FATAL: missing env KEY",
        ),
        ("ERROR: no relation\nrolled back to 41", "ERROR: no relation"),
        ('Traceback:\n  File "a.py"\nKeyError: 3\n', "KeyError: 3"),
        ("panic: nil map\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:7", "panic: nil map"),
        ("    throw new Error('no')\nError: no\n    at Error (a.js)", "Error: no"),
        ("  Error: indented\nbye", "Error: indented"),
        ("one\ntwo\n  three", "two"),
        ("  one\n  two", "two"),
    ],
)
def test_of_a_log_the_line_that_says_why_is_shown(log: str, line: str) -> None:
    status = {"containerStatuses": [ended(exitCode=1)]}
    said = f'terminated: Error, exit 1, 1 restart: "{line}"'
    assert pod_trouble(a_pod(status=status), log) == said


def test_init_containers_that_keep_running_count_as_in_kubectls_column() -> None:
    pod = a_pod(containers=[{"name": "web"}, {"name": "log"}])
    pod["spec"]["initContainers"] = [
        {"name": "proxy", "restartPolicy": "Always"},
        {"name": "migrate"},
    ]
    assert pod_troubles([pod], {})[0].split()[1] == "0/3"
    started = {"ready": True, "started": True}
    pod["status"] = {
        "initContainerStatuses": [{"name": "proxy", **started}, {"name": "migrate", "ready": True}],
        "containerStatuses": [{"name": "web", "ready": True}, waiting("ErrImagePull")],
    }
    assert pod_troubles([pod], {})[0].split()[1] == "2/3"


def test_pods_stand_in_columns_and_only_the_first_are_shown() -> None:
    pods = [a_pod(f"web-{number}", status={"phase": "Pending"}) for number in range(11)]
    lines = pod_troubles(pods, {"web-0": "no node"})
    assert len(lines) == 11
    assert lines[:2] == ["  web-0  0/1  Pending: no node", "  web-1  0/1  Pending"]
    assert lines[-1] == "  … and 1 more"
