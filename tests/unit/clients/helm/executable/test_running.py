"""helm is given its words, its values and a private place; nothing else, and not for ever."""

import asyncio
import os
import stat
import sys
from pathlib import Path

import pytest

from clients.errors import UnavailableError
from clients.helm.executable import Access, HelmExecutable, Outcome, Target
from clients.helm.executable.environment import NOWHERE
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.policy import Policy
from sandbox import Cluster
from tests.support.builders import a_namespace, an_object
from tests.support.fake_helm import FakeHelm

TARGET = Target("shop", "web")
ODD = ["status", "web", "a b", "$(touch owned)", "`id`", "x\ny", "'\"", "*", "ü\u202e"]


async def run(
    executable: HelmExecutable,
    *words: str,
    access: Access = Access.NOTHING,
    given: bytes | None = None,
    seconds: float = 20,
) -> Outcome:
    return await executable.run(
        lambda _: words or ("status", "web"), TARGET, access, given=given, seconds=seconds
    )


async def test_words_arrive_as_they_are_without_any_shell(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    await run(executable, *ODD)
    assert helm.arguments == ODD


async def test_nothing_of_the_servers_environment_arrives(
    executable: HelmExecutable, helm: FakeHelm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JENKINS_TOKEN", "HELM_PLUGINS", "HELM_KUBETOKEN", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.setenv(name, "s3cr3t")
    await run(executable)
    environment = helm.environment
    assert "s3cr3t" not in str(environment)
    home = Path(environment["HOME"]).parent
    assert home.name.startswith("skyflo-helm-")
    assert {key: value.replace(str(home), "HOME") for key, value in environment.items()} == {
        "PATH": "/usr/bin:/bin",
        "HOME": "HOME/home",
        "TMPDIR": "HOME/cache",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "KUBECONFIG": "HOME/kubeconfig",
        "HELM_NAMESPACE": "shop",
        "HELM_DRIVER": "secret",
        "HELM_CACHE_HOME": "HOME/cache",
        "HELM_CONFIG_HOME": "HOME/config",
        "HELM_DATA_HOME": "HOME/data",
        "HELM_REPOSITORY_CONFIG": "HOME/config/repositories.yaml",
        "HELM_REPOSITORY_CACHE": "HOME/cache",
        "HELM_REGISTRY_CONFIG": "HOME/config/registry.json",
        "HELM_CONTENT_CACHE": "HOME/cache",
        "HELM_PLUGINS": "HOME/plugins",
        "HELM_NO_PLUGINS": "1",
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "NO_PROXY": "127.0.0.1",
        "PWD": "HOME/empty",
    }


async def test_its_place_is_private_empty_and_gone_afterwards(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    await run(executable, access=Access.CHANGING)
    modes = [line.split(" ", 1)[0] for line in helm.left("modes").splitlines()]
    assert modes == ["700", "600", "700"]
    assert helm.left("working-directory") == ""
    assert not Path(helm.environment["HOME"]).parent.exists()


async def test_no_credential_of_the_cluster_is_in_its_kubeconfig(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    await run(executable, access=Access.CHANGING)
    config = helm.kubeconfig
    assert set(config) == {"apiVersion", "kind", "clusters", "contexts", "current-context"}
    [cluster] = config["clusters"]  # type: ignore[misc]
    assert set(cluster["cluster"]) == {"server"}
    assert cluster["cluster"]["server"].startswith("http://127.0.0.1:")


async def test_without_access_its_kubeconfig_leads_nowhere(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    await run(executable)
    assert helm.kubeconfig["clusters"] == [{"name": "gateway", "cluster": {"server": NOWHERE}}]


async def test_its_standard_input_is_never_the_servers(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    await run(executable)
    assert helm.left("stdin-is").strip() == "/dev/null"
    helm.does('cat > "$here/read"')
    values = b"a: \xc3\xbc\n" * 100_000
    await run(executable, given=values)
    assert helm.left("read").encode() == values


async def test_values_that_are_not_read_are_no_failure(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does("exec 0<&-; echo done")
    assert (await run(executable, given=b"x" * 1_000_000)).output == "done\n"


async def test_one_that_never_ends_is_told_to_and_says_what_it_left(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does('trap \'echo "Error: UPGRADE FAILED: context canceled" >&2; exit 1\' TERM\n'
              'while :; do sleep 0.05; done')  # fmt: skip
    outcome = await run(executable, seconds=0.3)
    assert (outcome.stopped, outcome.killed) == ("deadline", False)
    assert outcome.reason == "UPGRADE FAILED: context canceled"


async def test_one_that_does_not_listen_is_killed_with_its_children(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does("trap '' TERM\nsleep 60 & echo $! > \"$here/child\"\nwait\nwait")
    outcome = await run(executable, access=Access.CHANGING, seconds=0.3)
    assert (outcome.stopped, outcome.killed) == ("deadline", True)
    assert outcome.reason == "helm was killed by signal 9"
    await gone(int(helm.left("child")))


async def test_a_child_that_left_the_group_cannot_keep_the_call(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does('setsid sleep 5 &\necho $! > "$here/child"; exit 0')
    async with asyncio.timeout(4):
        outcome = await run(executable, seconds=0.3)
    assert outcome.output == ""


async def test_a_flood_is_read_and_cut(executable: HelmExecutable, helm: FakeHelm) -> None:
    helm.does("head -c 40000000 /dev/zero | tr '\\0' a; head -c 9000000 /dev/zero >&2")
    outcome = await run(executable)
    assert len(outcome.output) == 32 * 2**20


async def test_memory_and_files_are_bounded_and_no_core_is_left(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    """They are set from outside, after the start, that of the data last."""
    helm.does(f'until grep -q "Max data size *{2**30} " /proc/$$/limits; do sleep 0.01; done\n'
              'cat /proc/$$/limits > "$here/limits"')  # fmt: skip
    await run(executable)
    limits = {line[:26].strip(): line[26:47].strip() for line in helm.left("limits").splitlines()}
    assert limits["Max data size"] == str(2**30)
    assert limits["Max file size"] == str(2**28)
    assert limits["Max core file size"] == "0"


@pytest.mark.parametrize(
    ("access", "behind"), [(Access.NOTHING, 10), (Access.READING, 10), (Access.CHANGING, 0)]
)
async def test_what_only_renders_stands_back_with_its_children(
    executable: HelmExecutable, helm: FakeHelm, access: Access, behind: int
) -> None:
    """The priority is set from outside, after the start; the program waits until it may be."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    helm.does(f"until [ $(nice) = {min(own + behind, 19)} ]; do sleep 0.01; done; echo stands back")
    outcome = await run(executable, access=access, seconds=5)
    assert outcome.output == "stands back\n", f"the server's own is {own}"


async def test_a_crash_is_told_in_one_line_and_known_as_an_end_half_way(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does('echo "fatal error: out of memory allocating heap\n\nruntime stack:\nx" >&2; exit 2')
    outcome = await run(executable)
    assert outcome.reason == "helm wanted more than the 1,024 MiB it may have"
    assert outcome.killed
    helm.does('echo "panic: odd\n\ngoroutine 1 [running]:\nmain.main()" >&2; exit 2')
    assert (await run(executable)).reason == "helm crashed (panic: odd)"


async def test_only_a_change_that_was_killed_leaves_a_release_half_way(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does("kill -9 $$")
    await run(executable)
    assert not executable.was_killed_at(TARGET)
    await run(executable, access=Access.CHANGING)
    assert executable.was_killed_at(TARGET)
    helm.does("true")
    await run(executable)
    assert executable.was_killed_at(TARGET)
    await run(executable, access=Access.CHANGING)
    assert not executable.was_killed_at(TARGET)


async def test_no_more_run_at_once_than_there_are_places(
    executable: HelmExecutable, helm: FakeHelm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.helm.executable.LONGEST_QUEUE_SECONDS", 0.2)
    helm.does('trap "exit 1" TERM; while :; do sleep 0.05; done')
    await executable.version()  # which else is asked in five processes, that end in any order
    running = [asyncio.create_task(run(executable, seconds=1.5)) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError) as refused:
        await run(executable)
    assert str(refused.value) == (
        "4 runs of helm are under way already; nothing was done. Call again when one has ended."
    )
    await asyncio.gather(*running)
    helm.does("true")
    assert (await run(executable)).reason == ""


async def test_a_cancelled_call_has_helm_end_in_order(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does(
        'trap \'echo told > "$here/told"; exit 1\' TERM\necho > "$here/runs"\n'
        "while :; do sleep 0.05; done"
    )
    call = asyncio.create_task(run(executable, seconds=20))
    await appears(helm.folder / "runs")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await executable.close()
    assert helm.left("told") == "told\n"


async def test_a_server_that_stops_has_helm_end_in_order(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does('trap "exit 1" TERM\necho > "$here/runs"\nwhile :; do sleep 0.05; done')
    call = asyncio.create_task(run(executable, seconds=20))
    await appears(helm.folder / "runs")
    await executable.close()
    assert (await call).stopped == "shutdown"


async def test_the_runs_own_address_and_directory_are_not_told(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does('echo "Error: open $KUBECONFIG: Get $(cat $KUBECONFIG) failed" >&2; exit 1')
    outcome = await run(executable, access=Access.CHANGING)
    assert "skyflo-helm-" not in outcome.reason
    assert "http://127.0.0.1" not in outcome.reason


async def test_what_looks_like_a_credential_is_masked(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.fails("Error: cannot reach https://bob:hunter2@charts.example.com, password=hunter2")
    assert "hunter2" not in (await run(executable)).reason


async def test_the_directory_of_a_run_cannot_be_read_by_others(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.does('stat -c %a "$(dirname "$HOME")" > "$here/mode"')
    await run(executable)
    assert stat.filemode(0o40000 | int(helm.left("mode"), 8)) == "drwx------"


async def appears(path: Path) -> None:
    """Wait for another process to come so far."""
    async with asyncio.timeout(5):
        while not path.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def gone(pid: int) -> None:
    async with asyncio.timeout(5):
        while _is_running(pid):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


_ASKS = """
url=$(sed 's/.*"server":"\\([^"]*\\)".*/\\1/' "$KUBECONFIG")
{python} - "$url" <<'END'
import sys, urllib.error, urllib.request
def ask(method, path, body=None, **headers):
    told = urllib.request.Request(sys.argv[1] + path, body, headers, method=method)
    try:
        return urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(told).read()
    except urllib.error.HTTPError as refused:
        return refused.read()
{asks}
END
"""


async def test_a_read_tries_no_object_even_where_escalation_is_refused(
    cluster: Cluster, helm: FakeHelm, tmp_path: Path
) -> None:
    cluster.store.create(a_namespace("shop"))
    kubeconfig = tmp_path / "kubeconfig-of-policy"
    kubeconfig.write_text(cluster.kubeconfig())
    source = ClusterSource(kubeconfig=str(kubeconfig))
    policy = Policy(refuses_escalation=True)
    kubernetes = Kubernetes(KubernetesSettings(source, policy=policy))
    opened = HelmExecutable(kubernetes, helm.path)
    body = b'{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}'
    typed = "**{'Content-Type': 'application/json'}"
    asks = f"ask('POST', '/api/v1/namespaces/shop/configmaps', {body!r}, {typed})"
    helm.does(_ASKS.format(python=sys.executable, asks=asks))
    outcome = await run(opened, access=Access.READING)
    await opened.close()
    await kubernetes.close()
    assert outcome.refusals == (
        "A read-only tool tried to send POST /api/v1/namespaces/shop/configmaps; nothing was sent.",
    )
    assert [request for request in cluster.requests if request.method != "GET"] == []


async def test_a_refusal_tells_no_secret_that_the_chart_has_read(
    executable: HelmExecutable, helm: FakeHelm, cluster: Cluster
) -> None:
    cluster.store.create(a_namespace("shop"))
    cluster.store.create(an_object("v1", "Secret", "db", data={"p": "aHVudGVyMi1vZi1kYg=="}))
    asks = (
        "ask('GET', '/api/v1/namespaces/shop/secrets/db')\n"
        "ask('DELETE', '/api/v1/namespaces/shop/configmaps/odd')"
    )
    helm.does(_ASKS.format(python=sys.executable, asks=asks))
    cluster.faults.status(403, "/configmaps/odd", None, "Forbidden", '"hunter2-of-db" is forbidden')
    outcome = await run(executable, access=Access.CHANGING)
    assert outcome.refusals
    assert "hunter2" not in str(outcome)
