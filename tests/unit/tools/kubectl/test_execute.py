"""k8s_exec against the simulated cluster."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_deployment, a_namespace, a_pod, an_object

JsonObject = dict[str, Any]


def running(*names: str) -> JsonObject:
    statuses = [{"name": name, "state": {"running": {}}} for name in names]
    return {"phase": "Running", "containerStatuses": statuses}


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    containers = [
        {"name": "web", "image": "shop/web:1", "env": [{"name": "COLOR", "value": "red"}]}
    ]
    on_a_node = {"nodeName": "node-1"}
    cluster.store.create(
        a_pod("web-0", containers=containers, spec=on_a_node, status=running("web"))
    )
    return cluster


async def run(call: Call, command: object, **more: object) -> Any:
    return await call(
        "k8s_exec", **{"pod_name": "web-0", "namespace": "shop", **more}, command=command
    )


def asked(cluster: Cluster) -> list[str]:
    return [line for line in cluster.requests.lines if line.endswith("/exec")]


async def test_the_output_is_the_answer(call: Call, shop: Cluster) -> None:
    answer = await run(call, "printenv COLOR")
    assert (answer.text, answer.error, answer.data["exit_code"]) == ("red", False, 0)


async def test_both_outputs_and_the_exit_code_are_kept_of_a_failure(
    call: Call, shop: Cluster
) -> None:
    answer = await run(call, "sh -c 'echo out; echo err >&2; exit 3'")
    assert not answer.error
    assert answer.text == "out\nstderr:\nerr\nexit code 3"
    assert answer.data["exit_code"] == 3


async def test_a_signal_is_named(call: Call, shop: Cluster) -> None:
    answer = await run(call, "sh -c 'kill -9 $$'")
    assert answer.text == "exit code 137 (SIGKILL; often out of memory)"


async def test_silence_is_answered_with_the_exit_code(call: Call, shop: Cluster) -> None:
    assert (await run(call, "true")).text == "exit code 0"


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("echo 'a  b' $HOME", "a  b $HOME"),
        ("echo a\nb", "a b"),
        ('["echo", "it\'s", "$(id)"]', "it's $(id)"),
        (["echo", "a b"], "a b"),
    ],
)
async def test_no_shell_reads_the_words(
    call: Call, shop: Cluster, command: object, output: str
) -> None:
    assert (await run(call, command)).text == output


async def test_what_only_a_shell_understands_is_pointed_out(call: Call, shop: Cluster) -> None:
    assert (await run(call, "echo a | wc")).text == (
        "a | wc\nNo shell reads |: for pipes and redirections use sh -c '…'."
    )


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (" ", 'Argument "command" names no program.'),
        ("[]", 'Argument "command" names no program.'),
        ("''", 'Argument "command" names no program.'),
        (
            "ls 'x",
            'Argument "command" has a quotation mark or backslash without its counterpart.',
        ),
        (
            "ls x\x00y",
            'Argument "command" has a NUL character, which no argument can have.',
        ),
        ('["ls", 1]', 'Argument "command": a JSON array of strings, nothing else in it.'),
    ],
)
async def test_a_command_that_is_none_is_refused_before_anything_is_asked(
    call: Call, shop: Cluster, command: str, refusal: str
) -> None:
    answer = await run(call, command)
    assert (answer.text, answer.error) == (refusal, True)
    assert len(shop.requests) == 0


async def test_standard_input_reaches_the_command(call: Call, shop: Cluster) -> None:
    assert (await run(call, "cat", stdin="line 1\nline 2\n")).text == "line 1\nline 2"


async def test_a_command_that_never_ends_gives_what_there_is(call: Call, shop: Cluster) -> None:
    answer = await run(call, "sh -c 'echo begun; sleep 600'", timeout_seconds=1)
    assert answer.text == "begun\nNot finished after 1 s. The command goes on in the container."
    assert (answer.error, answer.data["exit_code"]) == (False, None)


async def test_of_a_long_output_beginning_and_end_are_shown(call: Call, shop: Cluster) -> None:
    answer = await run(call, "seq 100000")
    assert answer.text.startswith("1\n2\n3\n")
    assert answer.text.endswith("\n99999\n100000")
    assert "bytes left out …" in answer.text
    assert answer.data["truncated"]
    assert len(answer.text.encode()) <= 100_000


async def test_secrets_and_escape_sequences_are_not_shown(call: Call, shop: Cluster) -> None:
    answer = await run(call, '["echo", "\\u001b[31mpassword=hunter2"]')
    assert answer.text == "password=<redacted>"


async def test_the_most_active_pod_of_a_workload_is_taken(call: Call, shop: Cluster) -> None:
    shop.store.create(a_deployment("web"))
    for name, phase in (("web-a", "Pending"), ("web-b", "Running")):
        status = {**running("web"), "phase": phase}
        pod = a_pod(name, labels={"app": "web"}, spec={"nodeName": "node-1"}, status=status)
        shop.store.create(pod)
    answer = await run(call, "hostname", pod_name="deployment/web")
    assert answer.text == "Found 2 pods, using pod/web-b\nweb-b"


async def test_a_name_that_only_a_workload_has_is_explained(call: Call, shop: Cluster) -> None:
    shop.store.create(a_deployment("web"))
    answer = await run(call, "ls", pod_name="web")
    assert answer.error
    assert 'Did you mean pod_name="deployment/web"?' in answer.text


async def test_of_several_containers_kubectls_is_taken_and_said(call: Call, shop: Cluster) -> None:
    containers = [{"name": "web", "image": "a"}, {"name": "side", "image": "b"}]
    status = running("web", "side")
    shop.store.create(
        a_pod("two", containers=containers, spec={"nodeName": "node-1"}, status=status)
    )
    answer = await run(call, "hostname", pod_name="two")
    assert answer.text == 'Defaulted container "web" out of: web, side\ntwo'
    wrong = await run(call, "hostname", pod_name="two", container_name="sid")
    assert wrong.text == (
        'container "sid" not found in pod "two" in namespace "shop". Did you mean "side"? '
        "It has: web, side."
    )


async def test_a_container_that_does_not_run_says_why(call: Call, shop: Cluster) -> None:
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting"}}
    statuses = [{"name": "web", "state": waiting}, {"name": "side", "state": {"running": {}}}]
    containers = [{"name": "web", "image": "a"}, {"name": "side", "image": "b"}]
    status = {"phase": "Running", "containerStatuses": statuses}
    shop.store.create(
        a_pod("two", containers=containers, spec={"nodeName": "node-1"}, status=status)
    )
    answer = await run(call, "ls", pod_name="two", container_name="web")
    assert answer.error
    assert answer.text == (
        'container "web" of pod "two" in namespace "shop" does not run '
        "(waiting: CrashLoopBackOff: back-off 40s restarting). Running now: side."
    )


async def test_a_completed_pod_is_refused(call: Call, shop: Cluster) -> None:
    status = {"phase": "Succeeded"}
    shop.store.create(a_pod("done", spec={"nodeName": "node-1"}, status=status))
    answer = await run(call, "ls", pod_name="done")
    assert answer.text == (
        'Cannot execute in a completed pod: pod "done" in namespace "shop" is Succeeded. '
        "Its log may tell more: k8s_logs."
    )
    assert asked(shop) == []


async def test_a_command_that_is_not_there_is_a_refusal(call: Call, shop: Cluster) -> None:
    answer = await run(call, "nope --help")
    assert answer.error
    assert answer.text == (
        "The command could not be started: exec failed: unable to start container process: "
        'exec: "nope": executable file not found in $PATH: unknown'
    )


def may(cluster: Cluster, *verbs: str) -> None:
    """Let the caller read pods and have these verbs on exec."""
    cluster.users.add(cluster.token, "jane")
    rules = [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods/exec"], "verbs": list(verbs)},
    ]
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": "ClusterRole", "name": "jane"}
    subject = {"apiGroup": group, "kind": "User", "name": "jane"}
    cluster.store.create(an_object(f"{group}/v1", "ClusterRole", "jane", None, rules=rules))
    cluster.store.create(
        an_object(
            f"{group}/v1", "ClusterRoleBinding", "jane", None, roleRef=role, subjects=[subject]
        )
    )


async def test_a_missing_create_is_named_although_the_server_does_not(
    call: Call, shop: Cluster
) -> None:
    may(shop, "get")
    answer = await run(call, "ls")
    assert answer.error
    assert answer.text == (
        'Not allowed: "create" is missing on "pods/exec" in namespace "shop"; "get" alone is not '
        "enough since Kubernetes 1.35. The tool k8s_exec needs get and list on pods; "
        "get and create on pods/exec; "
        "get on deployments.apps, statefulsets.apps and daemonsets.apps."
    )


async def test_twice_is_twice(call: Call, shop: Cluster) -> None:
    await run(call, "true")
    await run(call, "true")
    assert asked(shop) == ["GET /api/v1/namespaces/shop/pods/web-0/exec"] * 2


async def test_a_preview_says_what_would_run_and_runs_nothing(call: Call, shop: Cluster) -> None:
    answer = await run(call, "rm -rf '/var/a b' | true", dry_run=True)
    assert not answer.error
    assert answer.text.splitlines()[2:-2] == [
        'Would run ["rm","-rf","/var/a b","|","true"] in container "web" of pod "web-0" in '
        'namespace "shop"; what it does there, no dry run can tell.',
        "! No shell reads |: for pipes and redirections use sh -c '…'.",
    ]
    assert asked(shop) == []


async def test_a_preview_knows_the_missing_right(call: Call, shop: Cluster) -> None:
    may(shop, "get")
    answer = await run(call, "ls", dry_run=True)
    assert '! Not allowed: "create" missing on "pods/exec".' in answer.text.splitlines()
