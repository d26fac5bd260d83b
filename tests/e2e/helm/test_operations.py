"""Releases are made, changed, rolled back and removed as by helm, and failures give the reason."""

import asyncio
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from fastmcp import Client

from tests.e2e.helm.records import record_of, without_times
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.served import Served

pytestmark = pytest.mark.asyncio(loop_scope="session")  # where the charts are served, too
CHART = "demo/web"
NEVER_READY = "ready: false\nimage: toolbox:2\n"


async def test_a_release_lives_as_helms_own_command_line_makes_it_live(
    ask: Asking, admin: Kubectl, place: str, release: str, helm: str, archive: Path
) -> None:
    made = await ask(
        "helm_install", release_name=release, chart=CHART, version="1.0.0", namespace=place,
        create_namespace=False,
    )  # fmt: skip
    assert not made.error, made.text
    assert "STATUS: deployed\nREVISION: 1" in made.text
    assert f"NOTES:\nweb 1.0.0 runs as {release}." in made.text

    failed = await ask(
        "helm_upgrade", release_name=release, chart=CHART, version="1.0.0", namespace=place,
        values=NEVER_READY, wait_seconds=10,
    )  # fmt: skip
    assert failed.error
    first, *troubles = failed.text.splitlines()
    assert first.startswith(f'Release "{release}" in namespace "{place}" not upgraded: ')
    assert first.endswith("not finished in 10 s")
    assert re.search(rf"{release}-\w+-\w+ +0/1 +running, not ready", "\n".join(troubles))
    assert troubles[-1] == (
        f'Go back with helm_rollback(release_name="{release}", namespace="{place}", revision=1).'
    )

    back = await ask("helm_rollback", release_name=release, revision=1, namespace=place)
    assert back.text == "Rollback was a success! Happy Helming!"
    gone = await ask("helm_uninstall", release_name=release, namespace=place, keep_history=True)
    assert gone.text == f'release "{release}" uninstalled'
    listed = await ask("helm_list_releases", namespace=place)
    row = next(line for line in listed.text.splitlines() if line.startswith(release))
    assert [cell.strip() for cell in row.split("\t")][2:6:2] == ["3", "uninstalled"]

    twin = f"{place}-twin"
    theirs = Cli(helm, admin, twin)
    try:
        theirs("install", release, str(archive), "--create-namespace", "--wait", "--wait-for-jobs")
        theirs("upgrade", release, str(archive), "--values", "-", "--wait", "--wait-for-jobs",
               "--timeout", "10s", "--install", given=NEVER_READY, fails=True)  # fmt: skip
        theirs("rollback", release, "1", "--wait", "--wait-for-jobs")
        theirs("uninstall", release, "--keep-history")
        for revision in (1, 2, 3):
            ours, other = (record_of(admin, where, release, revision) for where in (place, twin))
            assert without_times(ours) == without_times(other)
    finally:
        admin("delete", "namespace", twin, "--wait=false")


class Cli:
    """helm's own command line, in a namespace of its own."""

    def __init__(self, helm: str, admin: Kubectl, namespace: str) -> None:
        self._helm, self._admin, self._namespace = helm, admin, namespace

    def __call__(self, *words: str, given: str = "", fails: bool = False) -> str:
        done = subprocess.run(
            [self._helm, *words, "-n", self._namespace],
            env={"KUBECONFIG": str(self._admin.kubeconfig), "HOME": str(self._admin.home)},
            input=given, capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        assert bool(done.returncode) is fails, done.stderr
        return done.stdout


async def test_a_failing_hook_is_told_with_what_it_wrote(
    ask: Asking, place: str, release: str
) -> None:
    answer = await ask(
        "helm_install_with_values", release_name=release, chart=CHART, namespace=place,
        values="hook: echo cannot reach db:5432; exit 3", wait_seconds=60,
    )  # fmt: skip
    assert answer.error
    assert f"hook pre-install job/{release}-migrate Failed" in answer.text
    assert 'terminated: Error, exit 3: "cannot reach db:5432"' in answer.text
    assert "It is failed (revision 1)." in answer.text
    history = await ask("helm_history", release_name=release, namespace=place)
    assert "failed pre-install" in history.text


async def test_a_release_that_is_rolled_back_on_failure_still_says_why(
    ask: Asking, place: str, release: str
) -> None:
    await ask("helm_install", release_name=release, chart=CHART, namespace=place)
    answer = await ask(
        "helm_upgrade", release_name=release, chart=CHART, namespace=place, values=NEVER_READY,
        rollback_on_failure=True, wait_seconds=10,
    )  # fmt: skip
    assert answer.error
    assert "has been rolled back" in answer.text
    assert "running, not ready" in answer.text
    assert "It is deployed (revision 3)." in answer.text


async def test_of_two_upgrades_at_once_one_wins_and_the_other_is_told(
    ask: Asking, place: str, release: str
) -> None:
    await ask("helm_install", release_name=release, chart=CHART, namespace=place)
    upgrade = {"release_name": release, "chart": CHART, "namespace": place}
    answers = await asyncio.gather(
        *(ask("helm_upgrade", **upgrade, values=f"readyAfter: {n}") for n in (4, 5))
    )
    lost, won = sorted(answers, key=lambda answer: not answer.error)
    assert not won.error, won.text
    assert lost.error
    assert re.search(r"is running|is pending-upgrade|was faster by a moment", lost.text)
    history = await ask("helm_history", release_name=release, namespace=place)
    assert [line.split("\t")[0].strip() for line in history.text.splitlines()[1:]] == ["1", "2"]
    assert "Upgrade complete" in history.text


async def test_a_helm_that_is_killed_leaves_a_release_that_can_be_recovered(
    operator: Served, ask: Asking, place: str, release: str
) -> None:
    await ask("helm_install", release_name=release, chart=CHART, namespace=place)
    upgrade = {"release_name": release, "chart": CHART, "namespace": place}
    slow = asyncio.create_task(ask("helm_upgrade", **upgrade, values=NEVER_READY))
    await until_pending(ask, place, release)
    os.kill(helm_of(operator.process.pid), signal.SIGKILL)
    killed = await slow
    assert killed.error
    assert "helm was killed by signal 9" in killed.text
    assert "It is pending-upgrade (revision 2)." in killed.text
    way_out = f'helm_rollback(release_name="{release}", namespace="{place}", revision=1)'
    assert way_out in killed.text

    again = await ask("helm_upgrade", **upgrade)
    assert again.error
    assert re.search(
        r"is pending-upgrade \(revision 2, for \d+ s\): an upgrade is running", again.text
    )
    assert f"free it with {way_out} or helm_uninstall(" in again.text

    back = await ask("helm_rollback", release_name=release, revision=1, namespace=place)
    assert back.text == "Rollback was a success! Happy Helming!"
    assert not (await ask("helm_upgrade", **upgrade)).error


async def test_a_rollback_beside_a_running_upgrade_is_refused(
    ask: Asking, place: str, release: str
) -> None:
    await ask("helm_install", release_name=release, chart=CHART, namespace=place)
    upgrade = {"release_name": release, "chart": CHART, "namespace": place}
    slow = asyncio.create_task(ask("helm_upgrade", **upgrade, values="readyAfter: 5"))
    await until_pending(ask, place, release)
    beside = await ask("helm_rollback", release_name=release, revision=1, namespace=place)
    assert beside.error
    assert "Nothing was changed. Wait for it" in beside.text
    assert not (await slow).error


async def test_a_call_that_is_given_up_ends_helm_and_the_release_says_so(
    operator: Served, ask: Asking, place: str, release: str
) -> None:
    await ask("helm_install", release_name=release, chart=CHART, namespace=place)
    upgrade = {"release_name": release, "chart": CHART, "namespace": place, "values": NEVER_READY}
    async with Client(operator.mcp) as client:
        given_up = asyncio.create_task(client.call_tool("helm_upgrade", upgrade))
        await until_pending(ask, place, release)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        await until(ask, place, release, "failed")
    history = await ask("helm_history", release_name=release, namespace=place)
    assert "context canceled" in history.text


async def test_while_it_waits_it_says_how_far_the_pods_are(
    operator: Served, place: str, release: str
) -> None:
    told: list[str] = []

    async def progress(_: float, __: float | None, message: str | None) -> None:
        told.append(message or "")

    slow = {"release_name": release, "chart": CHART, "namespace": place, "values": "readyAfter: 6"}
    async with Client(operator.mcp, progress_handler=progress) as client:
        await client.call_tool("helm_install_with_values", slow)
    assert f"deployment/{release} 1 of 1 updated, 0 available" in told


async def test_a_missing_permission_is_named(ask: Asking, place: str, release: str) -> None:
    answer = await ask(
        "helm_install_with_values", release_name=release, chart=CHART, namespace=place,
        values="service: true",
    )  # fmt: skip
    assert answer.error
    assert f'user "system:serviceaccount:{place}:operator" lacks "' in answer.text
    assert '" on "services"' in answer.text
    assert "The tool helm_install_with_values needs " in answer.text


async def until_pending(ask: Asking, place: str, release: str) -> None:
    await until(ask, place, release, "pending-upgrade")


async def until(ask: Asking, place: str, release: str, status: str) -> None:
    """Ask until helm has written a state; it is another process, so there is nothing to await."""
    async with asyncio.timeout(30):
        while True:
            answer = await ask("helm_history", release_name=release, namespace=place)
            if status in answer.text:
                return
            await asyncio.sleep(0.2)


def helm_of(server: int) -> int:
    """Find the helm that a server has started."""
    for entry in Path("/proc").iterdir():
        is_child = entry.name.isdigit() and _parent(entry) == server
        if is_child and b"upgrade" in (entry / "cmdline").read_bytes().split(b"\0"):
            return int(entry.name)
    raise AssertionError("the server runs no helm")


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
