"""Installed with its chart, the server is found, answers, is replaced unnoticed, and is gone."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.deployed import (
    IMAGE,
    RELEASE,
    SERVICE,
    Deployment,
    an_image,
    called,
    containerd,
    in_a_namespace,
)
from tests.e2e.kubectl import Kubectl, until
from tools.toolsets import TOOLSETS

A_CHART = Path(__file__).parent / "chart"
IN_FLIGHT = 50
LONG_SECONDS = 20
NAMES = {tool.name for toolset in TOOLSETS for tool in toolset}
EVERY_NAMESPACES_OWN = ("ConfigMap/kube-root-ca.crt", "ServiceAccount/default")
OURS = "deployments,pods,services,configmaps,secrets,serviceaccounts,roles,rolebindings,"
OURS += "networkpolicies,poddisruptionbudgets,horizontalpodautoscalers"


@pytest.fixture(scope="module")
def image(admin: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image, on the node."""
    if IMAGE:
        yield IMAGE
        return
    if not (ctr := containerd(admin)):
        pytest.skip("no containerd to give an image to")
    with an_image(ctr, tmp_path_factory.mktemp("image")) as tag:
        yield tag


@pytest.fixture(scope="module")
def deployment(admin: Kubectl, image: str) -> Iterator[Deployment]:
    """An installation with the chart's own values."""
    with in_a_namespace(admin, image) as made:
        notes = made.install()
        assert f"http://{SERVICE}:8888/mcp" in notes
        assert "Secrets for helm: OPEN" in notes
        yield made


def test_helm_test_lists_the_tools(deployment: Deployment) -> None:
    said = deployment.helm("test", RELEASE, "--logs")
    assert f"{len(NAMES)} tools: " in said
    assert all(name in said for name in NAMES)


async def test_the_service_lists_every_tool_without_credentials(deployment: Deployment) -> None:
    async with deployment.session() as client:
        await client.initialize()
        listed = await client.tools()
    assert {tool["name"] for tool in listed} == NAMES


async def test_calls_are_made_as_the_pods_own_account(deployment: Deployment) -> None:
    said = await deployment.call("k8s_can_i")
    assert f"system:serviceaccount:{deployment.namespace}:{SERVICE}" in said
    listed = await deployment.call("k8s_get", resource_type="pods")
    assert "skyflo-mcp-" in listed  # its own namespace is the default
    assert "kube-root-ca.crt" in await deployment.call("k8s_get", resource_type="configmaps")
    assert "Kubernetes" in await deployment.call("k8s_cluster_info")


async def test_every_tool_answers_through_the_service(deployment: Deployment) -> None:
    """Without arguments most say what is missing: an answer all the same, and no effect."""
    for name in sorted(NAMES):
        try:
            said = await deployment.call(name)
        except RuntimeError as refusal:
            said = str(refusal)
        assert said, name
        assert "incident" not in said, f"{name}: {said}"


async def test_the_container_cannot_write_its_file_system(deployment: Deployment) -> None:
    assert "Read-only file system" in await run_inside(deployment, "open('/etc/x', 'w')")


async def test_in_the_image_are_python_and_helm_and_no_shell(deployment: Deployment) -> None:
    code = "import os; [print(*os.listdir(p)) for p in ('/usr/bin', '/usr/local/bin')]"
    assert await run_inside(deployment, code) == "python3.11\nhelm"
    code = "import os; print(os.path.exists('/bin'), os.getuid(), os.getcwd())"
    assert await run_inside(deployment, code) == "False 65532 /tmp"


async def run_inside(deployment: Deployment, code: str) -> str:
    [pod] = deployment.pods()
    command = ["/usr/bin/python3.11", "-I", "-c", code]
    return await deployment.call("k8s_exec", pod_name=pod["metadata"]["name"], command=command)


async def test_the_pods_helm_changes_a_release_as_the_pods_account(
    deployment: Deployment,
) -> None:
    for mode in ("slow", "fast"):
        sets = ("--set", f"mode={mode}")
        deployment.helm("upgrade", "--install", "settled", str(A_CHART), *sets)
    said = await deployment.call("helm_rollback", release_name="settled", revision=1)
    assert "success" in said
    mode_now = ("get", "configmap", "settled", "-o", "jsonpath={.data.mode}")
    assert deployment.kubectl(*mode_now) == "slow"
    assert "3" in await deployment.call("helm_history", release_name="settled")
    await deployment.call("helm_uninstall", release_name="settled")
    assert "settled" not in deployment.helm("list", "-q")


async def test_an_upgrade_answers_every_call_in_flight(deployment: Deployment) -> None:
    [old] = [pod["metadata"]["name"] for pod in deployment.pods()]
    before = key_of(deployment)
    calls = [asyncio.create_task(long_call(deployment)) for _ in range(IN_FLIGHT)]
    short = asyncio.create_task(short_calls(deployment, calls))
    await asyncio.sleep(1)  # every call is in the old pod by then
    await asyncio.to_thread(deployment.install, "podAnnotations.upgraded=yes")
    assert await asyncio.to_thread(is_leaving, deployment, old)
    assert not any(call.done() for call in calls), "nothing was in flight when the pod was told"
    answers = await asyncio.gather(*calls)
    assert len(answers) == IN_FLIGHT
    assert all(f"{LONG_SECONDS}" in answer for answer in answers)
    assert await short > IN_FLIGHT
    await asyncio.to_thread(until, lambda: gone(deployment, old), f"{old} is gone")
    assert key_of(deployment) == before


async def long_call(deployment: Deployment) -> str:
    async with deployment.session() as client:
        return await called(client, "wait_for_x_seconds", {"seconds": LONG_SECONDS})


async def short_calls(deployment: Deployment, while_: list[asyncio.Task[str]]) -> int:
    """Call again and again, each time in a new session, until the long calls are answered."""
    count = 0
    while not all(call.done() for call in while_):
        await deployment.call("k8s_get", resource_type="services")
        count += 1
    return count


def is_leaving(deployment: Deployment, name: str) -> bool:
    [pod] = [pod for pod in deployment.pods() if pod["metadata"]["name"] == name]
    return "deletionTimestamp" in pod["metadata"]


def gone(deployment: Deployment, name: str) -> bool:
    return name not in [pod["metadata"]["name"] for pod in deployment.pods()]


def key_of(deployment: Deployment) -> str:
    return deployment.kubectl("get", "secret", f"{SERVICE}-fingerprint", "-o", "jsonpath={.data}")


def test_uninstalling_leaves_nothing(deployment: Deployment) -> None:
    deployment.helm("uninstall", RELEASE)
    until(lambda: left(deployment) == [], "everything is gone")
    everywhere = deployment.admin("get", "clusterroles,clusterrolebindings", "-o", "name")
    assert deployment.namespace not in everywhere


def left(deployment: Deployment) -> list[str]:
    found = json.loads(deployment.kubectl("get", OURS, "-o", "json"))["items"]
    names = [f"{item['kind']}/{item['metadata']['name']}" for item in found]
    return [name for name in names if name not in EVERY_NAMESPACES_OWN]
