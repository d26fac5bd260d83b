"""Starting builds, the queue, and what becomes of both, tick by tick."""

from datetime import timedelta

import pytest

from sandbox.jenkins import Definition, Jenkins
from sandbox.jenkins.builds import Course
from sandbox.jenkins.nodes import Node
from tests.unit.sandbox.jenkins.conftest import Answer, Browser

CHOICE = Definition("choice", "where", choices=["test", "live"])
DRY = Definition("boolean", "dry", False)


async def item(browser: Browser, number: int = 1) -> dict[str, object]:
    data = (await browser.get(f"/queue/item/{number}/api/json")).json
    data["_class"] = data["_class"].rpartition("$")[2]
    return data


def title(answer: Answer) -> str:
    return answer.text.partition("<title>")[2].partition("</title>")[0]


async def test_a_plain_job_is_queued_and_the_item_is_named(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("web")
    answer = await browser.post("/job/web/build")
    assert (answer.status, answer.text) == (201, "")
    assert answer.headers["Location"] == f"{jenkins.url}/queue/item/1/"
    jenkins.location_root = "https://internal:8443"
    jenkins.root.job("api")
    again = await browser.post("/job/api/build")
    assert again.headers["Location"] == "https://internal:8443/jenkins/queue/item/2/"


@pytest.mark.parametrize(
    ("path", "form", "status", "says"),
    [
        ("/job/web/buildWithParameters", {}, 400, "web is not parameterized"),
        ("/job/par/build", None, 400, "Nothing is submitted"),
        ("/job/par/build", {"where": "live"}, 400, "This page expects a form submission"),
        ("/job/par/buildWithParameters", {"where": "mars"}, 500, "Jenkins"),
        ("/job/off/build", None, 409, "off is not buildable"),
        ("/job/mb/buildWithParameters", None, 404, "Not Found"),
        ("/job/web/build?delay=soon", None, 500, "Jenkins"),
        ("/job/web/submitDisplayName", {"displayName": "x"}, 404, "Not Found"),
    ],
)
async def test_what_cannot_be_started_is_refused(
    browser: Browser, jenkins: Jenkins, path: str, form: dict[str, str], status: int, says: str
) -> None:
    jenkins.root.job("web")
    jenkins.root.job("par", CHOICE)
    jenkins.root.job("off", disabled=True)
    jenkins.root.multibranch("mb")
    answer = await browser.post(path, form=form)
    assert answer.status == status
    assert says in title(answer)
    assert jenkins.queue.queued == []


async def test_without_values_every_parameter_has_its_default(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("par", CHOICE, DRY, Definition("file", "patch"))
    assert (await browser.post("/job/par/buildWithParameters")).status == 201
    assert (await item(browser))["params"] == "\nwhere=test\ndry=false"


@pytest.mark.parametrize(("given", "taken"), [("true", "true"), ("yes", "false"), ("TRUE", "true")])
async def test_only_true_is_true(
    browser: Browser, jenkins: Jenkins, given: str, taken: str
) -> None:
    jenkins.root.job("par", DRY)
    await browser.post("/job/par/buildWithParameters", form={"dry": given, "unknown": "1"})
    assert (await item(browser))["params"] == f"\ndry={taken}"


async def test_a_value_given_twice_is_an_oops(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("par", DRY)
    path = "/job/par/buildWithParameters?dry=true"
    assert (await browser.post(path, form={"dry": "true"})).status == 500


async def test_the_json_form_has_all_values_and_keeps_a_password(
    browser: Browser, jenkins: Jenkins
) -> None:
    job = jenkins.root.job("par", DRY, Definition("password", "key", "kept"))
    given = '{"parameter":[{"name":"dry","value":true},{"name":"key","value":"<DEFAULT>"}]}'
    assert (await browser.post("/job/par/build", form={"json": given})).status == 201
    jenkins.tick(2)
    assert [value.value for value in job.builds[1].values or []] == [True, "kept"]


async def test_the_same_again_is_the_item_that_waits(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.root.job("par", DRY)
    await browser.post("/job/web/build")
    await browser.post("/job/par/buildWithParameters")
    plain = await browser.post("/job/web/build")
    parameterised = await browser.post("/job/par/buildWithParameters")
    other = await browser.post("/job/par/buildWithParameters", form={"dry": "true"})
    assert (plain.status, plain.headers["Location"][-2:]) == (201, "1/")
    assert (parameterised.status, parameterised.headers["Location"][-2:]) == (303, "2/")
    assert (other.status, other.headers["Location"][-2:]) == (201, "3/")


async def test_a_jobs_own_token_stands_in_for_the_permission(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("web", secret="open-sesame")
    jenkins.add_user("bob", "bobs-token", permissions=frozenset({"overall", "read"}))

    async def status(query: str) -> int:
        return (await browser.post(f"/job/web/build{query}", user=("bob", "bobs-token"))).status

    assert await status("") == 403
    assert await status("?token=wrong") == 403
    assert await status("?token=open-sesame") == 201


async def test_a_veto_redirects_to_the_job_and_queues_nothing(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.vetoes = True
    jenkins.root.job("web")
    answer = await browser.post("/job/web/build")
    assert (answer.status, answer.headers["Location"]) == (302, f"{jenkins.url}/job/web/")
    assert jenkins.queue.items == {}


async def test_a_multibranch_pipeline_is_scanned_without_an_item(
    browser: Browser, jenkins: Jenkins
) -> None:
    branches = jenkins.root.multibranch("mb")
    answer = await browser.post("/job/mb/build")
    assert (answer.status, answer.headers["Location"]) == (302, f"{jenkins.url}/job/mb/")
    assert branches.scans == 1


@pytest.mark.parametrize("verb", ["build", "buildWithParameters", "1/stop", "1/configSubmit"])
async def test_what_changes_something_is_no_get(
    browser: Browser, jenkins: Jenkins, verb: str
) -> None:
    jenkins.root.job("par", DRY).start()
    answer = await browser.get(f"/job/par/{verb}")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_an_item_waits_leaves_and_has_its_build_one_tick_later(
    browser: Browser, jenkins: Jenkins
) -> None:
    job = jenkins.root.job("web")
    jenkins.quiet_period = 2
    await browser.post("/job/web/build")
    first = await item(browser)
    assert (first["_class"], first["why"]) == (
        "WaitingItem",
        "In the quiet period. Expires in 2 sec",
    )
    jenkins.tick(2)
    left = await item(browser)
    assert (left["_class"], left["why"], left["executable"]) == ("LeftItem", None, None)
    assert job.next_number == 1
    jenkins.tick()
    started = await item(browser)
    assert started["executable"] == {
        "_class": "hudson.model.FreeStyleBuild",
        "number": 1,
        "url": f"{jenkins.url}/job/web/1/",
    }
    assert job.next_number == 2
    assert job.builds[1].queue_id == 1


async def test_delay_zero_skips_the_quiet_period(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.quiet_period = 5
    await browser.post("/job/web/build?delay=0sec")
    jenkins.tick()
    assert (await item(browser))["_class"] == "LeftItem"


async def test_one_build_at_a_time_blocks_the_next(browser: Browser, jenkins: Jenkins) -> None:
    job = jenkins.root.job("web")
    job.start(started=0).finish("SUCCESS", 60_000)
    job.start(started=jenkins.now - 20_000)
    await browser.post("/job/web/build")
    jenkins.tick()
    blocked = await item(browser)
    assert blocked["_class"] == "BlockedItem"
    assert blocked["why"] == "Build #2 is already in progress (ETA: 40 sec)"
    job.builds[2].finish("SUCCESS")
    jenkins.tick(2)
    assert (await item(browser))["executable"] is not None


async def test_concurrent_builds_block_nothing(browser: Browser, jenkins: Jenkins) -> None:
    job = jenkins.root.job("web", concurrent=True)
    job.start()
    await browser.post("/job/web/build")
    jenkins.tick(2)
    assert sorted(job.builds) == [1, 2]


async def test_without_an_executor_an_item_is_buildable_and_says_why(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("web")
    jenkins.root.job("gpu", label="gpu")
    jenkins.nodes = [Node("built-in", 0), Node("arm-1", 2, ("arm",), offline=True)]
    jenkins.root.job("arm", label="arm")
    for name in ("web", "gpu", "arm"):
        await browser.post(f"/job/{name}/build")
    jenkins.tick()
    reasons = [(await item(browser, number))["why"] for number in (1, 2, 3)]
    assert (await item(browser))["_class"] == "BuildableItem"
    assert [str(reason).replace("\u2018", "'").replace("\u2019", "'") for reason in reasons] == [
        "Waiting for next available executor on 'Built-In Node'",
        "There are no nodes with the label 'gpu'",
        "'arm-1' is offline",
    ]


async def test_a_pipeline_needs_no_executor(browser: Browser, jenkins: Jenkins) -> None:
    job = jenkins.root.job("pipe", kind="pipeline")
    jenkins.nodes = [Node("built-in", 0)]
    await browser.post("/job/pipe/build")
    jenkins.tick(2)
    assert 1 in job.builds


async def test_what_left_is_forgotten_after_five_minutes(
    browser: Browser, jenkins: Jenkins
) -> None:
    job = jenkins.root.job("web")
    await browser.post("/job/web/build")
    jenkins.tick(2)
    now = jenkins.clock()
    jenkins.clock = lambda: now + timedelta(seconds=301)
    assert (await browser.get("/queue/item/1/api/json")).status == 404
    assert job.builds[1].queue_id == 1


async def test_cancelling_is_204_404_422_or_500(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.add_user("bob", "bobs-token", permissions=frozenset({"overall", "read"}))
    await browser.post("/job/web/build")
    path = "/queue/cancelItem?id="
    assert (await browser.post(f"{path}1", user=("bob", "bobs-token"))).status == 422
    assert (await browser.post(f"{path}1")).status == 204
    assert (await item(browser))["cancelled"] is True
    assert (await browser.post(f"{path}1")).status == 500
    unknown = await browser.post(f"{path}77")
    assert (unknown.status, title(unknown)) == (404, "Error 404 Provided id (77) not found")
    assert (await browser.get(f"{path}1")).status == 405


async def test_a_build_follows_its_course(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.courses = lambda job: Course(["one\n", "two\n"], "UNSTABLE")
    await browser.post("/job/web/build")
    jenkins.tick(2)
    running = (await browser.get("/job/web/1/api/json?tree=building,result")).json
    assert (running["building"], running["result"]) == (True, None)
    jenkins.tick(3)
    ended = (await browser.get("/job/web/1/api/json?tree=building,result")).json
    assert (ended["building"], ended["result"]) == (False, "UNSTABLE")
    log = (await browser.get("/job/web/1/consoleText")).text
    assert log == "Started by user admin\none\ntwo\nFinished: UNSTABLE\n"


async def test_polling_can_make_time_pass(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.moves_on_polls = True
    await browser.post("/job/web/build")
    kinds = [(await item(browser))["_class"] for _ in range(3)]
    assert kinds == ["WaitingItem", "LeftItem", "LeftItem"]
    assert (await item(browser))["executable"] is not None
