"""jenkinsapi takes the simulated Jenkins for a real one; it reads `api/python`."""

from collections.abc import Awaitable, Callable
from typing import Any

from jenkinsapi.jenkins import Jenkins as JenkinsApi

from sandbox.jenkins import Jenkins
from sandbox.jenkins.items import View
from sandbox.jenkins.reports import Revision

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


async def test_it_lists_jobs_in_folders(jenkins_api: JenkinsApi, in_thread: InThread) -> None:
    assert sorted(await in_thread(jenkins_api.keys)) == [
        "shop/My Job",
        "shop/checkout",
        "shop/deploy",
        "shop/web/feature%2Fcart",
    ]


async def test_it_builds_with_parameters_and_reads_the_result(
    jenkins_api: JenkinsApi, in_thread: InThread, filled: Jenkins
) -> None:
    def start() -> Any:
        job = jenkins_api.get_job("shop/deploy")
        assert list(job.get_params_list()) == ["where", "dry", "key"]
        return job.invoke(build_params={"where": "live"})

    item = await in_thread(start)
    assert await in_thread(item.is_queued)
    assert item.why == "In the quiet period. Expires in 1 sec"
    filled.tick(2)
    filled.root.find("shop/deploy").builds[1].finish("SUCCESS", 1500)
    await in_thread(item.poll)
    build = await in_thread(item.get_build)
    assert (build.get_number(), build.get_status()) == (1, "SUCCESS")
    assert build.get_params() == {"where": "live", "dry": True, "key": None}
    assert await in_thread(build.get_console) == "Started by user admin\nFinished: SUCCESS\n"
    assert "".join(await in_thread(lambda: list(build.stream_logs(0.01)))).count("\n") == 2


async def test_it_knows_the_last_builds_of_each_kind(
    jenkins_api: JenkinsApi, in_thread: InThread, filled: Jenkins
) -> None:
    job = filled.root.find("shop/checkout")
    for result in ("SUCCESS", "UNSTABLE"):
        job.start().finish(result)
    theirs = await in_thread(lambda: jenkins_api.get_job("shop/checkout"))
    assert await in_thread(theirs.get_last_buildnumber) == 3
    assert await in_thread(theirs.get_last_good_buildnumber) == 3
    assert await in_thread(theirs.get_last_stable_buildnumber) == 2
    assert await in_thread(theirs.get_last_failed_buildnumber) == 1
    assert await in_thread(lambda: list(theirs.get_build_ids())) == [3, 2, 1]


async def test_it_reads_revisions_causes_and_tests(
    jenkins_api: JenkinsApi, in_thread: InThread, filled: Jenkins
) -> None:
    where = Revision("a1b2c3", "refs/remotes/origin/main", "https://git.example.com/shop")
    filled.root.find("shop/checkout").builds[1].revisions = [where]

    def read() -> Any:
        build = jenkins_api.get_job("shop/checkout").get_build(1)
        return build.get_revision(), build.get_causes()[0]["userId"], build.get_result_url()

    revision, user, url = await in_thread(read)
    assert (revision, user) == ("a1b2c3", "admin")
    assert url.endswith("/job/shop/job/checkout/1/testReport/api/python")


async def test_it_stops_and_describes(
    jenkins_api: JenkinsApi, in_thread: InThread, filled: Jenkins
) -> None:
    build = filled.root.find("shop/My Job").start(started=filled.now)

    def change() -> None:
        theirs = jenkins_api.get_job("shop/My Job").get_build(1)
        theirs.stop()
        theirs.set_description("by hand")

    await in_thread(change)
    filled.tick()
    assert (build.result, build.description) == ("ABORTED", "by hand")


async def test_it_reads_and_empties_the_queue(
    jenkins_api: JenkinsApi, in_thread: InThread, filled: Jenkins
) -> None:
    filled.schedule(filled.root.find("shop/My Job"))
    queue = await in_thread(jenkins_api.get_queue)
    assert list(queue.keys()) == [1]
    await in_thread(lambda: queue.delete_item_by_id(1))
    assert filled.queue.queued == []


async def test_it_reads_views(
    jenkins_api: JenkinsApi, in_thread: InThread, filled: Jenkins
) -> None:
    filled.root.views["teams"] = View("teams", ["shop"])
    assert await in_thread(lambda: sorted(jenkins_api.views.keys())) == ["all", "teams"]
