"""python-jenkins takes the simulated Jenkins for a real one."""

from collections.abc import Awaitable, Callable
from typing import Any

import jenkins as python_jenkins
import pytest

from sandbox.jenkins import Jenkins, Scm
from sandbox.jenkins.items import View

Theirs = python_jenkins.Jenkins
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


async def test_it_finds_itself_and_the_version(theirs: Theirs, in_thread: InThread) -> None:
    assert (await in_thread(theirs.get_whoami))["id"] == "admin"
    assert await in_thread(theirs.get_version) == "2.555.1"


async def test_it_lists_all_jobs_at_any_depth(theirs: Theirs, in_thread: InThread) -> None:
    found = await in_thread(theirs.get_all_jobs)
    assert [(job["fullname"], job.get("color")) for job in found] == [
        ("shop", None),
        ("shop/checkout", "red"),
        ("shop/deploy", "notbuilt"),
        ("shop/My Job", "notbuilt"),
        ("shop/web", None),
        ("shop/web/feature%2Fcart", "notbuilt"),
    ]


AWKWARD = ["a b", "zażółć", "a+b", "it's", "a,b(c)~d=e", "$x"]


@pytest.mark.parametrize("name", AWKWARD)
async def test_it_reaches_jobs_with_awkward_names(
    theirs: Theirs, in_thread: InThread, filled: Jenkins, name: str
) -> None:
    filled.root.job(name)
    assert (await in_thread(lambda: theirs.get_job_info(name)))["name"] == name


@pytest.mark.parametrize("branch", ["feature/cart", "50%", "v1.0#2", "a?b"])
async def test_it_reaches_branches_by_the_names_that_listings_give_them(
    theirs: Theirs, in_thread: InThread, filled: Jenkins, branch: str
) -> None:
    job = filled.root.multibranch("mb", Scm("https://git.example.com/mb")).branch(branch)
    info = await in_thread(lambda: theirs.get_job_info(job.full_name))
    assert (info["displayName"], info["fullName"]) == (branch, job.full_name)


async def test_it_builds_follows_the_queue_reads_the_log_and_stops(
    theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    queued = await in_thread(lambda: theirs.build_job("shop/My Job"))
    waiting = await in_thread(lambda: theirs.get_queue_item(queued))
    assert waiting["why"] == "In the quiet period. Expires in 1 sec"
    assert [item["id"] for item in await in_thread(theirs.get_queue_info)] == [queued]
    filled.tick(2)
    left = await in_thread(lambda: theirs.get_queue_item(queued))
    assert left["executable"]["number"] == 1
    running = await in_thread(theirs.get_running_builds)
    assert [(build["name"], build["number"]) for build in running] == [
        ("shop", 1)
    ]  # so it reads it
    await in_thread(lambda: theirs.stop_build("shop/My Job", 1))
    filled.tick()
    info = await in_thread(lambda: theirs.get_build_info("shop/My Job", "lastBuild"))
    assert (info["building"], info["result"], info["queueId"]) == (False, "ABORTED", queued)
    log = await in_thread(lambda: theirs.get_build_console_output("shop/My Job", 1))
    assert log == "Started by user admin\nAborted by admin\nFinished: ABORTED\n"


async def test_it_gives_parameters_and_cancels(
    theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    given = {"where": "live", "dry": False}
    queued = await in_thread(lambda: theirs.build_job("shop/deploy", given))
    item = await in_thread(lambda: theirs.get_queue_item(queued))
    assert item["params"] == "\nwhere=live\ndry=false\nkey=****"
    await in_thread(lambda: theirs.cancel_queue(queued))
    assert (await in_thread(lambda: theirs.get_queue_item(queued)))["cancelled"] is True
    assert filled.queue.queued == []


async def test_a_parameterised_job_without_parameters_is_its_error_too(
    theirs: Theirs, in_thread: InThread
) -> None:
    with pytest.raises(Exception, match="400"):
        await in_thread(lambda: theirs.build_job("shop/deploy"))


async def test_it_reads_what_a_failed_build_left(theirs: Theirs, in_thread: InThread) -> None:
    info = await in_thread(lambda: theirs.get_build_info("shop/checkout", 1))
    assert [item["msg"] for item in info["changeSets"][0]["items"]] == ["retry on 409"]
    report = await in_thread(lambda: theirs.get_build_test_report("shop/checkout", 1))
    assert (report["failCount"], report["passCount"]) == (1, 1)
    stages = await in_thread(lambda: theirs.get_build_stages("shop/checkout", 1))
    assert [stage["status"] for stage in stages["stages"]] == ["SUCCESS", "FAILED"]
    assert await in_thread(lambda: theirs.get_build_test_report("shop/My Job", 1)) is None


async def test_it_makes_configures_disables_renames_copies_and_deletes_jobs(
    theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    def live() -> None:
        theirs.create_folder("new")
        theirs.create_job("new/a", python_jenkins.EMPTY_CONFIG_XML)
        theirs.disable_job("new/a")
        assert theirs.get_job_info("new/a")["color"] == "disabled"
        theirs.enable_job("new/a")
        theirs.copy_job("new/a", "new/b")
        theirs.rename_job("new/b", "new/c")
        theirs.reconfig_job("new/c", theirs.get_job_config("new/c"))
        theirs.delete_job("new/a")

    await in_thread(live)
    assert [job.full_name for job in filled.root.jobs()][-1:] == ["new/c"]
    assert (await in_thread(lambda: theirs.job_exists("new/a"))) is None


async def test_it_reads_views(theirs: Theirs, in_thread: InThread, filled: Jenkins) -> None:
    filled.root.views["teams"] = View("teams", ["shop"])
    assert [view["name"] for view in await in_thread(theirs.get_views)] == ["all", "teams"]
    inside = await in_thread(lambda: theirs.get_jobs(view_name="teams"))
    assert [job["name"] for job in inside] == ["shop"]
    assert await in_thread(lambda: theirs.view_exists("nobody")) is None


async def test_a_wrong_token_and_a_missing_permission_are_its_errors(
    theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    filled.add_user("bob", "bobs-token", permissions=frozenset({"overall", "read"}))
    bob = python_jenkins.Jenkins(filled.url, "bob", "bobs-token", timeout=5)
    wrong = python_jenkins.Jenkins(filled.url, "bob", "mistyped", timeout=5)
    with pytest.raises(python_jenkins.JenkinsException, match="403"):
        await in_thread(lambda: bob.build_job("shop/My Job"))
    with pytest.raises(python_jenkins.JenkinsException, match="401"):
        await in_thread(wrong.get_jobs)
    bob._session.close()
    wrong._session.close()
