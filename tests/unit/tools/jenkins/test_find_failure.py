"""jenkins_find_failure: why a build failed, in one call."""

import pytest

from sandbox.jenkins import Build, Jenkins, Job, story
from sandbox.jenkins.reports import Change, TestCase, TestReport
from sandbox.story import leaks
from tests.conftest import Call
from tests.support.jenkins import TOKEN

FAILED = "[ERROR] shop.PayTest.pays <<< FAILURE!\n"


@pytest.fixture
def told(jenkins: Jenkins) -> Jenkins:
    story.load(jenkins)
    jenkins.users["admin"].token = TOKEN
    return jenkins


@pytest.fixture
def job(jenkins: Jenkins) -> Job:
    return jenkins.root.job("web")


def built(job: Job, result: str | None, log: str = "", *commits: str) -> Build:
    build = job.start(started=1, changes=[Change(f"{c:0<10}", f"make {c}") for c in commits])
    build.log.write(log)
    if result:
        build.finish(result, 1500)
    return build


async def why(ask: Call, job: str = "web", **more: object) -> list[str]:
    answer = await ask("jenkins_find_failure", jobFullName=job, **more)
    assert not answer.error, answer.text
    return answer.text.splitlines()


async def test_it_names_stage_step_tests_commits_and_the_telling_line(
    ask: Call, told: Jenkins
) -> None:
    told.requests.clear()
    assert await why(ask, "shop/checkout") == [
        'shop/checkout #482 FAILURE in 6 min 12 s, stage "integration tests" (step 14: '
        "sh 'make it': script returned exit code 2).",
        "  3 of 212 tests failed, all in shop.checkout.PaymentFlowTest, failing since #480",
        "    retriesOnConflict, refundsPartially, capturesAfterExpiry: "
        "java.net.ConnectException: payments:8443 refused",
        "  last good: #479; 3 commits since",
        '    e498cbd "retry on 409" (mira, #480)',
        '    2f6a91d "talk TLS to payments" (jo, #481)',
        '    67a4bce "log the payment\'s id" (mira, #482)',
        "  log line 8,114: java.net.ConnectException: payments:8443 refused  (\u00d79)",
        '  more: jenkins_get_build_log(jobFullName="shop/checkout", build=482, start=947047)',
    ]
    assert len(told.requests) == 8
    assert told.requests.posts == []


async def test_the_offset_it_names_leads_to_the_line(ask: Call, told: Jenkins) -> None:
    log = {"jobFullName": "shop/checkout", "build": 482, "start": 947047}
    part = (await ask("jenkins_get_build_log", **log)).text
    assert "java.net.ConnectException: payments:8443 refused" in part.splitlines()[:20]


async def test_a_build_that_was_given_parameters_shows_them_and_no_password(
    ask: Call, told: Jenkins
) -> None:
    lines = await why(ask, "shop/deploy")
    assert leaks("\n".join(lines)) == []
    assert lines == [
        "shop/deploy #66 FAILURE in 4 s.",
        "  parameters: ENVIRONMENT=production, VERSION=2.4.0-rc1, DRY_RUN=false, "
        "DEPLOY_KEY=<hidden>",
        "  last good: #65; no commits since",
        "  log line 3: ERROR: a release candidate does not go to production",
        '  more: jenkins_get_build_log(jobFullName="shop/deploy", build=66, start=0)',
    ]


async def test_without_a_build_it_takes_the_last_that_did_not_succeed(ask: Call, job: Job) -> None:
    built(job, "SUCCESS", "", "a1")
    built(job, "FAILURE", "ERROR: disk full\n", "b2", "c3")
    built(job, "SUCCESS", "", "d4")
    assert await why(ask) == [
        "web #2 FAILURE in 1 s. Since then: #3 SUCCESS.",
        "  last good: #1; 2 commits since",
        '    b200000 "make b2" (jo, #2)',
        '    c300000 "make c3" (jo, #2)',
        "  log line 1: ERROR: disk full",
        '  more: jenkins_get_build_log(jobFullName="web", build=2, start=0)',
    ]


async def test_a_build_that_succeeded_has_nothing_to_explain(
    ask: Call, job: Job, jenkins: Jenkins
) -> None:
    built(job, "SUCCESS")
    jenkins.requests.clear()
    assert await why(ask, build=1) == ["web #1 SUCCESS in 1 s: nothing failed."]
    assert len(jenkins.requests) == 2


async def test_a_running_build_is_explained_as_far_as_it_is(ask: Call, job: Job) -> None:
    built(job, None, "panic: runtime error\n")
    assert (await why(ask, build="lastBuild"))[:3] == [
        "web #1 is still running.",
        "  no good build before it is kept; no commits in those that are",
        "  log line 1: panic: runtime error",
    ]


async def test_what_cannot_be_read_is_said_and_the_rest_stands(
    ask: Call, job: Job, jenkins: Jenkins
) -> None:
    job.kind = "pipeline"
    build = built(job, "FAILURE", "ERROR: disk full\n")
    build.tests = TestReport({"a": [TestCase("A", "a", "FAILED")]})
    jenkins.faults.status(500, path="testReport", times=None, title="Oops")
    jenkins.faults.status(403, path="wfapi", title="Denied")
    lines = await why(ask)
    assert "  log line 1: ERROR: disk full" in lines
    assert [line.partition(" at ")[0] for line in sorted(lines[-2:])] == [
        "  not read: stages: Jenkins",
        "  not read: test report: Jenkins",
    ]


async def test_a_pipeline_whose_stages_are_not_told_says_so(
    ask: Call, job: Job, jenkins: Jenkins
) -> None:
    job.kind = "pipeline"
    built(job, "FAILURE", "ERROR: disk full\n")
    jenkins.plugins.remove("pipeline-rest-api")
    assert (await why(ask))[-1].startswith(
        '  not read: stages: Jenkins does not tell the stages of build 1 of job "web": the plugin'
    )


async def test_of_a_plain_job_nothing_is_asked_that_it_cannot_have(
    ask: Call, job: Job, jenkins: Jenkins
) -> None:
    built(job, "FAILURE", "ERROR: disk full\n")
    jenkins.requests.clear()
    await why(ask)
    assert jenkins.requests.lines == [
        "GET /jenkins/job/web/api/json",
        "GET /jenkins/job/web/1/api/json",
        "GET /jenkins/job/web/1/logText/progressiveText",
    ]


async def test_a_log_that_cannot_be_read_is_said(ask: Call, job: Job, jenkins: Jenkins) -> None:
    build = built(job, "UNSTABLE")
    build.tests = TestReport({"a": [TestCase("A", "a", "REGRESSION", error="no")]})
    jenkins.faults.status(502, path="progressiveText", times=None)
    lines = await why(ask)
    assert lines[1:3] == ["  1 of 1 tests failed (1 new)", "    a: no"]
    assert lines[-1].startswith("  not read: log: Jenkins at ")


async def test_what_was_found_in_a_log_before_it_broke_off_stands(
    ask: Call, job: Job, jenkins: Jenkins
) -> None:
    built(job, "FAILURE", "ERROR: disk full\n" + "all is well\n" * 10_000)
    jenkins.faults.slow_body(path="progressiveText", times=None, after=80_000)
    lines = await why(ask)
    assert "  log line 1: ERROR: disk full" in lines
    assert lines[-1].startswith("  not read: log from byte 60,4")
    assert "did not answer in time" in lines[-1]


async def test_good_builds_further_back_than_fifty_are_known_but_not_all_commits(
    ask: Call, job: Job
) -> None:
    built(job, "SUCCESS")
    for number in range(2, 62):
        built(job, "FAILURE", "", f"{number:02}")
    lines = await why(ask)
    assert lines[1] == "  last good: #1; 50 or more commits since"
    assert len([line for line in lines if '"make ' in line]) == 10


async def test_lines_that_differ_in_numbers_only_are_one(ask: Call, job: Job) -> None:
    log = "".join(f"{n} ERROR: worker {n} at 0x{n:x} lost\n" for n in range(2000))
    built(job, "FAILURE", "quiet\n" + log)
    assert "  log line 2: 0 ERROR: worker 0 at 0x0 lost  (\u00d72,000)" in await why(ask)


async def test_secrets_in_the_log_are_masked(ask: Call, job: Job) -> None:
    built(job, "FAILURE", "ERROR: login with password=canary-s3cr3t failed\n")
    assert "  log line 1: ERROR: login with password=<redacted> failed" in await why(ask)


async def test_secrets_in_commits_are_masked(ask: Call, job: Job) -> None:
    built(job, "FAILURE", "", "it").changes[0].message = "log in with\tpassword=canary-s3cr3t"
    assert '    it00000 "log in with password=<redacted>" (jo, #1)' in await why(ask)


async def test_of_a_very_long_log_the_end_is_searched(ask: Call, job: Job) -> None:
    noise = b"nothing to see here, only the build's noise that goes on and on\n" * 700_000
    build = job.start(started=1)
    build.log.write(noise + b"java.io.IOException: disk full\n")
    build.finish("FAILURE")
    lines = await why(ask)
    assert lines[2].startswith("  log byte 44,800,000: java.io")
    assert lines[2].endswith(": java.io.IOException: disk full")
    assert lines[3] == ("  (of the log's 44,800,049 bytes, 11,245,617 to 44,800,049 were searched)")


@pytest.mark.parametrize(
    "tool",
    [
        "jenkins_find_failure",
        "jenkins_get_build",
        "jenkins_get_last_builds",
        "jenkins_get_build_changesets",
        "jenkins_get_build_log",
        "jenkins_get_build_scm",
        "jenkins_get_stages",
        "jenkins_get_test_results",
        "jenkins_stop_build",
    ],
)
async def test_a_folder_has_jobs_and_no_builds(ask: Call, jenkins: Jenkins, tool: str) -> None:
    jenkins.root.folder("shop")
    answer = await ask(tool, jobFullName="shop")
    assert answer.error
    assert answer.text == (
        'job "shop" is a folder: it holds jobs, not builds. jenkins_get_jobs(folder="shop") lists '
        "them."
    )


async def test_where_nothing_ever_failed_it_says_so(ask: Call, job: Job) -> None:
    built(job, "SUCCESS")
    answer = await ask("jenkins_find_failure", jobFullName="web")
    assert answer.error
    assert answer.text == 'No build of job "web" has failed, as far as they are kept.'


async def test_an_aborted_build_says_who_did_it(ask: Call, told: Jenkins) -> None:
    assert (await why(ask, "shop/web/fix%2Fcurrency-50%25"))[0] == (
        "shop/web/fix%2Fcurrency-50%25 #1 ABORTED (Aborted by lena) in 3 min 40 s."
    )


async def test_json_of_another_shape_is_no_trouble(ask: Call, job: Job, jenkins: Jenkins) -> None:
    job.kind = "pipeline"
    build = built(job, "FAILURE", "ERROR: x\n")
    build.tests = TestReport({"a": [TestCase("A", "a", "FAILED")]})
    odd = b'{"builds":[1,null,{"number":"x"},{"number":1,"changeSets":[null]}],"lastStableBuild":7,'
    jenkins.faults.body(odd + b'"lastUnsuccessfulBuild":{"number":1}}', path="lastStable")
    jenkins.faults.body(b'{"stages":[7,{"status":"FAILED","error":"?"}]}', path="wfapi")
    jenkins.faults.body(b"[]", path="testReport")
    lines = await why(ask)
    assert lines[0] == 'web #1 FAILURE in 1 s, stage "".'
    assert "  log line 1: ERROR: x" in lines
