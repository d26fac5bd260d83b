"""A build's endpoints: its log above all, and what stops or changes it."""

import orjson
import pytest

from sandbox.jenkins import Build, Jenkins
from sandbox.jenkins.console import ConsoleLog, note
from sandbox.jenkins.reports import Stage, Step, TestCase, TestReport
from tests.unit.sandbox.jenkins.conftest import Browser

LOG = "/job/web/1/logText/progressiveText"


@pytest.fixture
def build(jenkins: Jenkins) -> Build:
    return jenkins.root.job("web").start(started=jenkins.now)


@pytest.fixture
def run(jenkins: Jenkins) -> Build:
    return jenkins.root.job("pipe", kind="pipeline").start(started=jenkins.now)


async def test_offsets_count_raw_bytes_and_the_text_has_neither_notes_nor_bare_line_ends(
    browser: Browser, build: Build
) -> None:
    build.log.write(b"one\n" + note() + b"two\n")
    whole = await browser.get(f"{LOG}?start=0")
    assert whole.text == "one\r\ntwo\r\n"
    assert whole.headers["X-Text-Size"] == str(len(build.log))
    assert whole.headers["X-More-Data"] == "true"
    assert (await browser.get(f"{LOG}?start=4")).text == "two\r\n"
    assert (await browser.get("/job/web/1/consoleText")).text == "one\ntwo\n"


async def test_there_is_no_more_data_once_a_build_has_ended(browser: Browser, build: Build) -> None:
    build.finish("SUCCESS")
    answer = await browser.get(LOG)
    assert answer.text == "Finished: SUCCESS\r\n"
    assert "X-More-Data" not in answer.headers


async def test_a_start_past_the_end_sends_the_whole_log(browser: Browser, build: Build) -> None:
    build.log.write("one\n")
    answer = await browser.get(f"{LOG}?start=99")
    assert (answer.text, answer.headers["X-Text-Size"]) == ("one\r\n", "4")
    assert (await browser.get(f"{LOG}?start=4")).text == ""


@pytest.mark.parametrize("start", ["-1", "x", "1.5"])
async def test_a_start_that_is_no_offset_is_an_oops(
    browser: Browser, build: Build, start: str
) -> None:
    assert (await browser.get(f"{LOG}?start={start}")).status == 500


async def test_a_log_that_is_not_there_yet_is_empty_with_more_to_come(
    browser: Browser, build: Build
) -> None:
    build.log.exists = False
    answer = await browser.get(LOG)
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["X-Text-Size"] == "0"
    assert answer.headers["X-More-Data"] == "true"


def test_a_long_log_comes_in_pieces_of_whole_lines() -> None:
    log = ConsoleLog(b"0123456789\n" * 60_000)
    pieces = list(log.pieces())
    assert len(pieces) == 3
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert b"".join(pieces) == bytes(log.raw)


async def test_builds_are_found_by_number_and_permalink(browser: Browser, jenkins: Jenkins) -> None:
    job = jenkins.root.job("web")
    for result in ("SUCCESS", "UNSTABLE", "FAILURE"):
        job.start().finish(result)
    job.start()

    async def number(selector: str) -> int | None:
        answer = await browser.get(f"/job/web/{selector}/api/json?tree=number")
        return answer.json["number"] if answer.status == 200 else None

    assert await number("lastBuild") == 4
    assert await number("lastCompletedBuild") == 3
    assert await number("lastSuccessfulBuild") == 2
    assert await number("lastStableBuild") == 1
    assert await number("lastUnstableBuild") == 2
    assert await number("lastFailedBuild") == 3
    assert await number("lastUnsuccessfulBuild") == 3
    assert await number("-1") is None
    assert await number("lastBuilt") is None


async def test_a_stop_takes_effect_later(browser: Browser, build: Build, jenkins: Jenkins) -> None:
    jenkins.stop_ticks = 2
    answer = await browser.post("/job/web/1/stop")
    assert (answer.status, answer.headers["Location"]) == (302, f"{jenkins.url}/job/web/1/")
    jenkins.tick()
    assert build.building
    jenkins.tick()
    assert (build.building, build.result) == (False, "ABORTED")
    assert (await browser.post("/job/web/1/stop")).status == 302


async def test_a_pipeline_that_does_not_stop_can_be_terminated_or_killed(
    browser: Browser, run: Build, jenkins: Jenkins
) -> None:
    jenkins.stop_ticks = None
    await browser.post("/job/pipe/1/stop")
    jenkins.tick(50)
    assert run.building
    await browser.post("/job/pipe/1/term")
    jenkins.tick()
    assert run.result == "ABORTED"
    other = run.job.start()
    await browser.post("/job/pipe/2/kill")
    assert other.result == "ABORTED"


@pytest.mark.parametrize("verb", ["term", "kill"])
async def test_only_pipelines_are_terminated(browser: Browser, build: Build, verb: str) -> None:
    assert (await browser.post(f"/job/web/1/{verb}")).status == 404


async def test_a_description_is_submitted_alone(browser: Browser, build: Build) -> None:
    path = "/job/web/lastBuild/submitDescription"
    answer = await browser.post(path, form={"description": "rc 1"})
    assert answer.status == 302
    assert answer.headers["Location"].endswith("/job/web/lastBuild/")
    assert build.description == "rc 1"


async def test_a_name_is_configured_together_with_the_description(
    browser: Browser, build: Build
) -> None:
    async def configure(form: dict[str, str] | None) -> int:
        return (await browser.post("/job/web/1/configSubmit", form=form)).status

    both = orjson.dumps({"displayName": "v1", "description": "first"}).decode()
    assert await configure({"json": both}) == 302
    assert (build.display_name, build.description) == ("v1", "first")
    assert await configure({"json": '{"displayName":"","description":null}'}) == 302
    assert (build.display_name, build.description) == ("#1", "null")
    assert await configure({"json": '{"displayName":"v2"}'}) == 500
    assert await configure({"displayName": "v2"}) == 400
    assert await configure({}) == 400
    assert build.display_name == "#1"


async def test_a_report_is_not_found_without_tests_or_without_the_plugin(
    browser: Browser, build: Build, jenkins: Jenkins
) -> None:
    assert (await browser.get("/job/web/1/testReport/api/json")).status == 404
    failed = TestCase("shop.CartTest", "adds", "REGRESSION", error="expected 1")
    build.tests = TestReport({"shop.CartTest": [failed, TestCase("shop.CartTest", "removes")]})
    tree = "failCount,passCount,suites[cases[name,status,errorDetails]]"
    data = (await browser.get(f"/job/web/1/testReport/api/json?tree={tree}")).json
    assert data == {
        "_class": "hudson.tasks.junit.TestResult",
        "failCount": 1,
        "passCount": 1,
        "suites": [
            {
                "cases": [
                    {"name": "adds", "status": "REGRESSION", "errorDetails": "expected 1"},
                    {"name": "removes", "status": "PASSED", "errorDetails": None},
                ]
            }
        ],
    }
    jenkins.plugins.remove("junit")
    assert (await browser.get("/job/web/1/testReport/api/json")).status == 404


async def test_a_pipeline_tells_its_stages_their_steps_and_a_steps_log(
    browser: Browser, run: Build, jenkins: Jenkins
) -> None:
    step = Step(
        "14", "Shell Script", "make it", "FAILED", "script returned exit code 2", log="<no>"
    )
    run.stages = [Stage("6", "build"), Stage("11", "test", "FAILED", steps=[step])]
    run.finish("FAILURE")
    described = (await browser.get("/job/pipe/1/wfapi/describe")).json
    assert described["status"] == "FAILED"
    assert [(stage["name"], stage["status"]) for stage in described["stages"]] == [
        ("build", "SUCCESS"),
        ("test", "FAILED"),
    ]
    stage = (await browser.get("/job/pipe/1/execution/node/11/wfapi/describe")).json
    flow = stage["stageFlowNodes"][0]
    assert (flow["parameterDescription"], flow["error"]["message"]) == (
        "make it",
        "script returned exit code 2",
    )
    log = (await browser.get("/job/pipe/1/execution/node/14/wfapi/log")).json
    assert (log["text"], log["length"], log["hasMore"]) == ("&lt;no&gt;", 4, False)
    assert (await browser.get("/job/pipe/1/execution/node/99/wfapi/log")).status == 404
    jenkins.plugins.remove("pipeline-rest-api")
    assert (await browser.get("/job/pipe/1/wfapi/describe")).status == 404


async def test_the_configuration_is_xml_1_1_and_for_those_who_may_read_it(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("web", secret="s3cr3t")
    mine = (await browser.get("/job/web/config.xml")).text
    assert mine.startswith("<?xml version='1.1' encoding='UTF-8'?>\n<project>")
    assert "<authToken>{AQAAABAAAAAQ" in mine
    may = frozenset({"overall", "read", "extended_read"})
    jenkins.add_user("bob", "bobs-token", permissions=may)
    bob = ("bob", "bobs-token")
    theirs = (await browser.get("/job/web/config.xml", user=bob)).text
    assert "<authToken><secret-redacted/></authToken>" in theirs
    jenkins.users["bob"].permissions = frozenset({"overall", "read"})
    refused = await browser.get("/job/web/config.xml", user=bob)
    assert refused.headers["X-Required-Permission"] == "hudson.model.Item.ExtendedRead"


async def test_making_an_item_that_is_there_says_so_in_a_header(
    browser: Browser, jenkins: Jenkins
) -> None:
    xml = b"<?xml version='1.1' encoding='UTF-8'?><project><description>new</description></project>"
    head = {"Content-Type": "application/xml"}
    assert (await browser.post("/createItem?name=a", body=xml, headers=head)).status == 200
    assert jenkins.root.items["a"].description == "new"
    again = await browser.post("/createItem?name=a", body=xml, headers=head)
    assert again.status == 400
    assert "already exists" in again.headers["X-Error"]
