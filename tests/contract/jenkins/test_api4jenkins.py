"""api4jenkins takes the simulated Jenkins for a real one."""

from collections.abc import Awaitable, Callable
from typing import Any

import api4jenkins
import pytest
from api4jenkins.exceptions import AuthenticationError, BadRequestError, ItemNotFoundError

from sandbox.jenkins import Jenkins
from sandbox.jenkins.builds import Course
from sandbox.jenkins.items import View

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


async def test_it_walks_through_folders(api4: api4jenkins.Jenkins, in_thread: InThread) -> None:
    found = await in_thread(lambda: [(type(j).__name__, j.full_name) for j in api4.iter(3)])
    assert found == [
        ("Folder", "shop"),
        ("WorkflowJob", "shop/checkout"),
        ("FreeStyleProject", "shop/deploy"),
        ("FreeStyleProject", "shop/My Job"),
        ("WorkflowMultiBranchProject", "shop/web"),
        ("WorkflowJob", "shop/web/feature%2Fcart"),
    ]


async def test_it_builds_from_the_location_to_the_log(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    filled.courses = lambda job: Course(["line\n"])
    item = await in_thread(lambda: api4.build_job("shop/deploy", where="live", dry="false"))
    assert item.id == 1
    filled.tick(2)
    build = await in_thread(item.get_build)
    assert type(build).__name__ == "FreeStyleBuild"
    filled.tick(2)
    lines = await in_thread(lambda: list(build.progressive_output()))
    assert lines == ["Started by user admin", "line", "Finished: SUCCESS"]
    assert lines == await in_thread(lambda: list(build.console_text()))
    given = await in_thread(build.get_parameters)
    assert [(value.name, value.value) for value in given] == [
        ("where", "live"),
        ("dry", False),
        ("key", ""),
    ]
    assert (await in_thread(build.get_causes))[0]["shortDescription"] == "Started by user admin"


async def test_it_finds_a_running_build_through_the_nodes(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    item = await in_thread(lambda: api4.build_job("shop/checkout"))
    filled.tick(2)
    builds = await in_thread(lambda: [build.number for build in api4.nodes.iter_builds()])
    assert builds == [2]
    assert await in_thread(lambda: item.get_build().number) == 2


async def test_it_stops_terminates_and_kills(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    filled.stop_ticks = None
    job = filled.root.find("shop/checkout")
    job.start(started=filled.now)
    build = await in_thread(lambda: api4.get_job("shop/checkout").get_last_build())
    await in_thread(build.stop)
    filled.tick(3)
    assert await in_thread(lambda: build.building)
    await in_thread(build.term)
    filled.tick()
    assert await in_thread(lambda: build.result) == "ABORTED"
    await in_thread(build.kill)


async def test_it_cancels_what_waits(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    item = await in_thread(lambda: api4.build_job("shop/My Job"))
    assert await in_thread(lambda: [each.id for each in api4.queue]) == [item.id]
    await in_thread(item.cancel)
    assert filled.queue.items[1].state == "cancelled"


async def test_it_reads_tests_stages_and_neighbours(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    filled.root.find("shop/checkout").start().finish("SUCCESS")

    def read() -> Any:
        build = api4.get_job("shop/checkout")[1]
        cases = [(c.name, c.status) for suite in build.get_test_report() for c in suite]
        return cases, build.get_next_build().number, build.get_pending_input()

    assert await in_thread(read) == ([("pays", "FAILED"), ("refunds", "PASSED")], 2, None)


async def test_it_describes_configures_and_disables(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    def change() -> None:
        job = api4.get_job("shop/My Job")
        job.set_description("mine")
        job.disable()
        assert job.configure().startswith("<?xml version='1.1'")
        build = api4.get_job("shop/checkout")[1]
        build.set_description("known")

    await in_thread(change)
    job = filled.root.find("shop/My Job")
    assert (job.description, job.disabled) == ("mine", True)
    assert filled.root.find("shop/checkout").builds[1].description == "known"


async def test_it_reads_views(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    filled.root.views["teams"] = View("teams", ["shop"])
    assert await in_thread(lambda: [view.name for view in api4.views]) == ["all", "teams"]
    inside = await in_thread(lambda: [job.full_name for job in api4.views.get("teams")])
    assert inside == ["shop"]


async def test_refusals_are_its_errors(
    api4: api4jenkins.Jenkins, in_thread: InThread, filled: Jenkins
) -> None:
    with pytest.raises(ItemNotFoundError):
        await in_thread(lambda: api4.get_job("shop/My Job").handle_req("POST", "term"))
    with pytest.raises(BadRequestError, match="already exists"):
        await in_thread(lambda: api4.create_job("shop/deploy", "<project/>"))
    wrong = api4jenkins.Jenkins(filled.url, auth=("admin", "mistyped"))
    with pytest.raises(AuthenticationError):
        await in_thread(lambda: wrong.version)
    wrong.http_client.close()
