"""jenkins_get_stages: a Pipeline's stages, and the log of the step that failed."""

import pytest

from sandbox.jenkins import Build, Jenkins
from sandbox.jenkins.reports import Stage, Step
from tests.conftest import Call

MAKE = "script returned exit code 2"


@pytest.fixture
def run(jenkins: Jenkins) -> Build:
    build = jenkins.root.folder("shop").job("checkout", kind="pipeline").start(started=jenkins.now)
    step = Step("14", "Shell Script", "make it", "FAILED", MAKE, log="+ make it\nlist<String> x\n")
    build.stages = [
        Stage("6", "build", duration=74_000),
        Stage("12", "tests", "FAILED", duration=240_500, steps=[Step("13", "Print"), step]),
        Stage("17", "publish", "NOT_EXECUTED", duration=0),
    ]
    build.finish("FAILURE", 372_000)
    return build


async def stages(ask: Call, **more: object) -> list[str]:
    answer = await ask("jenkins_get_stages", jobFullName="shop/checkout", **more)
    return answer.text.splitlines()


async def test_it_lists_the_stages_and_shows_what_the_failed_step_wrote(
    ask: Call, jenkins: Jenkins, run: Build
) -> None:
    assert await stages(ask) == [
        'build 1 of job "shop/checkout": FAILED in 6 min 12 s',
        "STAGE     STATUS         DURATION",
        "build     SUCCESS        1 min 14 s",
        "tests     FAILED         4 min",
        "publish   NOT_EXECUTED   -",
        f"Failed: stage \"tests\" (step 14: sh 'make it': {MAKE})",
        "Its log:",
        "+ make it",
        "list<String> x",
    ]
    assert jenkins.requests.posts == []


async def test_of_nested_stages_the_one_with_the_step_is_named(ask: Call, run: Build) -> None:
    assert run.stages is not None
    run.stages.insert(0, Stage("4", "all of it", "FAILED"))
    assert (await stages(ask))[6].startswith('Failed: stage "tests" (step 14: ')


async def test_of_many_failed_stages_only_a_few_are_looked_into(
    ask: Call, jenkins: Jenkins, run: Build
) -> None:
    run.stages = [Stage(str(number), f"stage {number}", "FAILED") for number in range(4, 40)]
    assert (await stages(ask, build=1))[-1] == 'Failed: stage "stage 4"'
    assert len([path for path in jenkins.requests.lines if "execution" in path]) == 5


async def test_of_a_long_log_the_end_is_shown(ask: Call, run: Build) -> None:
    assert run.stages is not None
    run.stages[1].steps[1].log = "".join(f"line {number}\n" for number in range(5000))
    lines = await stages(ask)
    assert lines[6] == "Its log, the last 60 lines:"
    assert lines[7:] == [f"line {number}" for number in range(4940, 5000)]


async def test_the_line_on_which_jenkins_cuts_a_log_is_not_shown(ask: Call, run: Build) -> None:
    assert run.stages is not None
    run.stages[1].steps[1].log = "".join(f"{letter * 3999}\n" for letter in "abcd")
    lines = await stages(ask)
    assert lines[6:] == ["Its log, the last 2 lines:", "c" * 3999, "d" * 3999]


async def test_secrets_in_steps_and_their_logs_are_masked(ask: Call, run: Build) -> None:
    assert run.stages is not None
    step = run.stages[1].steps[1]
    step.argument = "deploy --token=canary-s3cr3t"
    step.error = "password=canary-s3cr3t refused"
    step.log = "export API_TOKEN=canary-s3cr3t\n"
    lines = await stages(ask)
    assert "canary" not in "\n".join(lines)
    assert "export API_TOKEN=<redacted>" in lines


async def test_a_running_build_shows_how_far_it_is(ask: Call, jenkins: Jenkins, run: Build) -> None:
    again = run.job.start(started=jenkins.now - 5_000)
    again.stages = [Stage("6", "build", "IN_PROGRESS", duration=5_000)]
    assert await stages(ask, build="lastBuild") == [
        'build 2 of job "shop/checkout": IN_PROGRESS in 5 s',
        "STAGE   STATUS        DURATION",
        "build   IN_PROGRESS   5 s",
    ]


async def test_without_the_plugin_it_says_so_in_a_sentence(
    ask: Call, jenkins: Jenkins, run: Build
) -> None:
    jenkins.plugins.remove("pipeline-rest-api")
    assert await stages(ask) == [
        'Jenkins does not tell the stages of build 1 of job "shop/checkout": the plugin Pipeline: '
        "Stage View is not installed. jenkins_get_build_log has the log."
    ]


async def test_a_job_that_is_no_pipeline_has_none(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web").start().finish("SUCCESS")
    answer = await ask("jenkins_get_stages", jobFullName="web")
    assert answer.error
    assert answer.text == 'build 1 of job "web" has no stages: the job is no Pipeline.'


async def test_what_is_not_there_is_said(ask: Call, run: Build) -> None:
    assert await stages(ask, build=9) == [
        'build 9 of job "shop/checkout" not found: the job has builds 1 to 1, as far as they are '
        "kept."
    ]


@pytest.mark.parametrize("number", ["../../../../script", "12/../..", "", "9" * 30, "\u0661\u0662"])
async def test_a_number_that_jenkins_invents_leads_nowhere(
    ask: Call, jenkins: Jenkins, run: Build, number: str
) -> None:
    assert run.stages is not None
    run.stages[1].id = number
    run.stages[1].steps[1].id = number
    lines = await stages(ask)
    assert lines[5] == f'Failed: stage "tests": {MAKE}'
    assert [path for path in jenkins.requests.lines if "execution" in path] == []
