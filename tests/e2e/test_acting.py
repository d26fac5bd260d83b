"""exec, run_pod, drain and port-forward on a real cluster, as whom their needs describe."""

import asyncio
import contextlib
import json
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from fastmcp import Client

from tests.conftest import Said
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.e2e.shop import image_of
from tests.support.served import Served, served
from tools.toolsets import TOOLSETS

STAGE = Path(__file__).parent / "acting" / "stage.yaml"
ACTING = ("k8s_exec", "k8s_run_pod", "k8s_drain", "k8s_port_forward", "k8s_uncordon")
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Stage:
    """The names of one run, and the node that may be drained of its pods."""

    node: str
    prefix: str = field(default_factory=lambda: f"acting-{secrets.token_hex(3)}")

    @property
    def strict(self) -> str:
        return f"{self.prefix}-strict"

    @property
    def drained(self) -> dict[str, str]:
        """Name the node, and of its pods only our own: others use it, too."""
        return {"node_name": self.node, "pod_selector": f"drained={self.prefix}"}


def rules() -> list[dict[str, object]]:
    """Build the rules of a role from what the acting tools say that they need."""
    tools = [tool for toolset in TOOLSETS for tool in toolset if tool.name in ACTING]
    return [
        {
            "verbs": list(need.verbs),
            "apiGroups": [resource.partition(".")[2]],
            "resources": [resource.partition(".")[0]],
        }
        for tool in tools
        for need in tool.needs
        for resource in need.resources
    ]


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    """Pods to act on. A simulated node is drained, where there is one."""
    nodes = admin.json("get", "nodes")["items"]
    labels = [node["metadata"].get("labels", {}) for node in nodes]
    simulated = [each for each in labels if each.get("type") == "kwok"]
    made = Stage((simulated or labels)[0]["kubernetes.io/hostname"])
    try:
        _build(admin, made)
        yield made
    finally:
        admin("uncordon", made.node)
        admin("delete", "namespace", made.prefix, made.strict, "--wait=false", "--ignore-not-found")
        admin("delete", "clusterrole,clusterrolebinding", made.prefix, "--ignore-not-found")


def _build(admin: Kubectl, stage: Stage) -> None:
    here = ("-n", stage.prefix)
    for namespace in (stage.prefix, stage.strict):
        admin("create", "namespace", namespace)
    admin("label", "namespace", stage.strict, "pod-security.kubernetes.io/enforce=restricted")
    admin("create", "serviceaccount", "server", *here)
    kind = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    role = {**kind, "metadata": {"name": stage.prefix}, "rules": rules()}
    admin("create", "-f", "-", given=json.dumps(role))
    whom = (f"--clusterrole={stage.prefix}", f"--serviceaccount={stage.prefix}:server")
    admin("create", "clusterrolebinding", stage.prefix, *whom)
    text = STAGE.read_text().replace("PREFIX", stage.prefix).replace("NODE", stage.node)
    admin("apply", *here, "-f", "-", given=text.replace("IMAGE", image_of(admin)))
    for workload in ("deployment/echo", "deployment/web", "sts/db", "ds/agent"):
        admin("rollout", "status", workload, *here, "--timeout=120s")
    admin("wait", "--for=condition=Ready", "pod/two", "pod/bare", *here, "--timeout=120s")


@pytest.fixture(scope="module")
def actor(admin: Kubectl, stage: Stage, home: Path) -> Kubectl:
    """The kubectl of the server's own identity."""
    token = admin("create", "token", "server", "-n", stage.prefix, "--duration=1h").strip()
    return admin.signed_in_with(token, stage.prefix, home, stage.prefix)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def acting(actor: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A server that may do what these tools need, and nothing else."""
    folder = tmp_path_factory.mktemp("acting")
    async with served(folder, "--kubeconfig", str(actor.kubeconfig)) as running:
        yield running


@pytest.fixture
def ask(acting: Served) -> Asking:
    """Call a tool by its name."""
    return Asking(acting)


async def execute(ask: Asking, command: object, **more: object) -> Said:
    given = {"pod_name": "two", "container_name": "web", **more}
    return await ask("k8s_exec", command=command, **given)


@pytest.mark.parametrize(
    "command",
    [
        ["sh", "-c", "echo out; echo err >&2; exit 3"],
        ["sh", "-c", "kill -9 $$"],
        ["echo", "a  b", "$HOME", "it's"],
        ["cat", "/nowhere"],
    ],
)
async def test_a_command_ends_as_under_kubectl(
    actor: Kubectl, ask: Asking, command: list[str]
) -> None:
    theirs = actor.ended("exec", "two", "-c", "web", "--", *command)
    ours = await execute(ask, command)
    assert not ours.error
    assert ours.data["exit_code"] == theirs.code
    assert theirs.out.strip() in ours.text
    failed = f"command terminated with exit code {theirs.code}\n"
    assert theirs.err.removesuffix(failed).strip() in ours.text


async def test_ten_megabytes_are_counted_and_cut(ask: Asking) -> None:
    command = "sh -c 'yes 0123456789abcde | head -c 10000000; echo the end; exit 7'"
    answer = await execute(ask, command)
    assert (answer.data["exit_code"], answer.data["truncated"]) == (7, True)
    assert answer.text.startswith("0123456789abcde\n")
    assert answer.text.endswith("the end\nexit code 7")
    assert "bytes left out …" in answer.text
    assert len(answer.text.encode()) <= 100_000


async def test_a_command_that_never_ends_goes_on_without_us(ask: Asking) -> None:
    answer = await execute(ask, "sh -c 'echo begun; exec sleep 4242'", timeout_seconds=2)
    assert answer.text == "begun\nNot finished after 2 s. The command goes on in the container."
    assert answer.data["exit_code"] is None
    running = await execute(ask, ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"])
    assert "sleep 4242" in running.text


async def test_standard_input_is_read_to_its_end(ask: Asking) -> None:
    answer = await execute(ask, "wc -c", stdin="x" * 150_000)
    assert answer.text == "150000"


async def test_a_wrong_container_is_answered_with_the_right_ones(ask: Asking) -> None:
    answer = await execute(ask, "ls", container_name="sid")
    assert answer.error
    assert answer.text.endswith('Did you mean "side"? It has: web, side.')


async def test_without_create_the_missing_verb_is_named(
    admin: Kubectl, stage: Stage, home: Path, tmp_path: Path
) -> None:
    here = ("-n", stage.prefix)
    admin("create", "serviceaccount", "looker", *here)
    admin("create", "role", "looker", "--verb=get", "--resource=pods,pods/exec", *here)
    whom = ("--role=looker", f"--serviceaccount={stage.prefix}:looker")
    admin("create", "rolebinding", "looker", *whom, *here)
    token = admin("create", "token", "looker", *here).strip()
    looker = admin.signed_in_with(token, stage.prefix, home, f"{stage.prefix}-looker")
    async with served(tmp_path, "--kubeconfig", str(looker.kubeconfig)) as running:
        answer = await execute(Asking(running), "ls")
    assert answer.error
    assert answer.text.startswith(
        f'Not allowed: "create" is missing on "pods/exec" in namespace "{stage.prefix}"'
    )


def there(admin: Kubectl, namespace: str, name: str) -> bool:
    return bool(admin("get", "pod", name, "-n", namespace, "--ignore-not-found", "-o", "name"))


async def run(ask: Asking, admin: Kubectl, **arguments: object) -> Said:
    return await ask("k8s_run_pod", **{"name": "once", "image": image_of(admin), **arguments})


async def test_a_pod_runs_tells_and_is_gone(ask: Asking, admin: Kubectl, stage: Stage) -> None:
    answer = await run(ask, admin, command="sh -c 'echo hello; exit 4'")
    assert (answer.text, answer.error) == ("hello\nexit code 4", False)
    admin.until(
        lambda name: not name, "get", "pod", "once", "--ignore-not-found", "-n", stage.prefix
    )


async def test_a_pod_that_takes_too_long_is_removed_with_what_it_said(
    ask: Asking, admin: Kubectl, stage: Stage
) -> None:
    answer = await run(
        ask, admin, name="slow", command="sh -c 'echo begun; sleep 600'", timeout_seconds=10
    )
    assert answer.error
    assert answer.text == "begun\npod/slow did not end within 10 s: Running"
    admin.until(
        lambda name: not name, "get", "pod", "slow", "--ignore-not-found", "-n", stage.prefix
    )


async def test_a_call_that_is_cancelled_leaves_no_pod(
    acting: Served, admin: Kubectl, stage: Stage
) -> None:
    arguments = {"name": "left", "image": image_of(admin), "command": "sleep 600"}
    async with Client(acting.mcp) as client:
        calling = asyncio.create_task(client.call_tool("k8s_run_pod", arguments))
        await asyncio.to_thread(
            admin.until, bool, "get", "pod", "left", "--ignore-not-found", "-n", stage.prefix
        )
        calling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await calling
    await asyncio.to_thread(
        admin.until,
        lambda name: not name,
        *("get", "pod", "left", "--ignore-not-found", "-n", stage.prefix),
    )


async def test_where_root_is_forbidden_an_image_that_needs_it_is_explained(
    ask: Asking, admin: Kubectl, stage: Stage
) -> None:
    answer = await run(ask, admin, command="id", namespace=stage.strict)
    assert answer.error
    assert 'the namespace enforces "restricted" pod security' in answer.text
    admin.until(lambda name: not name, "get", "pods", "-o", "name", "-n", stage.strict)


async def opened(ask: Asking, **more: object) -> tuple[int, str]:
    """Open a forward to what echoes; return the local port and the forward's name."""
    given = {"resource_name": "echo", "resource_type": "service", "ports": ":repeat", **more}
    answer = await ask("k8s_port_forward", **given)
    assert not answer.error, answer.text
    [address] = answer.data["addresses"]
    return int(address.rpartition(":")[2]), answer.data["forward_id"]


async def echoes(port: int, data: bytes) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        for start in range(0, len(data), 2**16):
            writer.write(data[start : start + 2**16])
            await writer.drain()

    sending = asyncio.create_task(send())
    answer = bytearray()
    while len(answer) < len(data) and (piece := await reader.read(2**16)):
        answer += piece
    await sending
    writer.close()
    return bytes(answer) == data


async def test_fifty_megabytes_pass_both_ways(ask: Asking) -> None:
    port, forward_id = await opened(ask)
    assert await echoes(port, os.urandom(MEBIBYTE) * 50)
    await ask("k8s_port_forward_stop", forward_id=forward_id)
    with pytest.raises(ConnectionRefusedError):
        await echoes(port, b"x")


async def test_twenty_connections_pass_at_once(ask: Asking) -> None:
    port, forward_id = await opened(ask, resource_type="deployment", ports=":echo")
    pieces = [os.urandom(MEBIBYTE) for _ in range(20)]
    assert all(await asyncio.gather(*(echoes(port, piece) for piece in pieces)))
    listed = await ask("k8s_port_forward_list")
    assert f"{forward_id}   127.0.0.1:{port}   7000" in listed.text
    assert " of 20 " in listed.text
    await ask("k8s_port_forward_stop", forward_id=forward_id)


async def test_a_port_where_nothing_listens_is_refused(ask: Asking) -> None:
    answer = await ask(
        "k8s_port_forward", resource_name="echo", resource_type="deployment", ports=":7001"
    )
    assert answer.error
    assert "connection refused" in answer.text


async def test_forwards_end_with_the_server(actor: Kubectl, tmp_path: Path) -> None:
    async with served(tmp_path, "--kubeconfig", str(actor.kubeconfig)) as running:
        port, _ = await opened(Asking(running))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        assert await reader.read(1) == b"x"
    assert running.process.returncode == 0
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await echoes(port, b"x")


def on_the_node(admin: Kubectl, stage: Stage) -> set[str]:
    selected = (
        "-l",
        stage.drained["pod_selector"],
        "--field-selector",
        f"spec.nodeName={stage.node}",
    )
    pods = admin("get", "pods", "-n", stage.prefix, "-o", "name", *selected).split()
    return {pod.removeprefix("pod/").partition("-")[0] for pod in pods}


def is_cordoned(admin: Kubectl, stage: Stage) -> bool:
    return bool(admin.json("get", "node", stage.node)["spec"].get("unschedulable"))


async def test_a_drain_that_kubectl_refuses_changes_nothing(
    ask: Asking, admin: Kubectl, stage: Stage
) -> None:
    answer = await ask("k8s_drain", **stage.drained)
    assert answer.error
    assert answer.text == (
        "cannot delete Pods with local storage (use delete_emptydir_data=true to override): "
        f"{stage.prefix}/bare\nNothing was changed."
    )
    assert not is_cordoned(admin, stage)
    dry = (
        "--dry-run=server",
        "--ignore-daemonsets",
        "--pod-selector",
        stage.drained["pod_selector"],
    )
    assert f"{stage.prefix}/bare" in admin.refused("drain", stage.node, *dry)


async def test_a_drain_respects_budgets_and_says_what_is_left(
    ask: Asking, admin: Kubectl, stage: Stage
) -> None:
    leave = {"force": True, "delete_emptydir_data": True, **stage.drained}
    foreseen = await ask("k8s_drain", dry_run=True, **leave)
    blocked = "The disruption budget db needs 1 healthy pods and has 1 currently"
    assert f"statefulset {stage.prefix}/db" in foreseen.text
    assert f"BLOCKED now: {blocked}" in foreseen.text
    assert "\nFits elsewhere, by requests: 0 of 4.\n" in foreseen.text  # their selector names it
    assert not is_cordoned(admin, stage)
    answer = await ask("k8s_drain", timeout_seconds=20, **leave)
    assert answer.error
    assert "after 20 s: 4 of 5 pods evicted, 1 left. It stays cordoned.\n" in answer.text
    assert f"\n  {stage.prefix}/db-0  blocked: {blocked}\n" in answer.text
    assert is_cordoned(admin, stage)
    assert on_the_node(admin, stage) == {"agent", "db"}
    admin("delete", "poddisruptionbudget", "db", "-n", stage.prefix)
    again = await ask("k8s_drain", timeout_seconds=60, **leave)
    assert again.text.startswith(f"node/{stage.node} drained: 1 pod evicted\n")
    assert on_the_node(admin, stage) == {"agent"}
    await ask("k8s_uncordon", node_name=stage.node)
    assert not is_cordoned(admin, stage)
