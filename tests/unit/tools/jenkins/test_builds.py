"""jenkins_get_build, jenkins_get_last_builds, jenkins_get_build_changesets, the two SCM tools."""

import json

import pytest

from sandbox.jenkins import Build, Definition, Jenkins, Scm
from sandbox.jenkins.builds import Artifact
from sandbox.jenkins.parameters import Value
from sandbox.jenkins.reports import Change, Revision
from tests.conftest import Call

NAME = {"jobFullName": "checkout"}


@pytest.fixture
def failed(jenkins: Jenkins) -> Build:
    """Build number 2 of the freestyle job `checkout`, which failed."""
    checkout = jenkins.root.job("checkout")
    checkout.start(started=jenkins.now - 7_200_000).finish("SUCCESS", 1_500)
    build = checkout.start(started=jenkins.now - 600_000, node="agent-1")
    build.finish("FAILURE", 372_000)
    jenkins.requests.clear()
    return build


async def test_a_build_is_described(ask: Call, jenkins: Jenkins, failed: Build) -> None:
    failed.custom_name, failed.description = "v1.2", "the one\nwith the cart"
    failed.values = [
        Value("string", "tag", "1.2"),
        Value("boolean", "dry", False),
        Value("password", "signing", "hunter2"),
        Value("string", "API_TOKEN", "hunter3-hunter3"),
    ]
    failed.changes = [Change("a1b2c3d4e5f6", "retry"), Change("b1b2c3d4e5f6", "again")]
    failed.artifacts = [Artifact("target/shop.jar")]
    text = (await ask("jenkins_get_build", **NAME)).text
    masked = text.partition("API_TOKEN=")[2].partition("\n")[0]
    assert masked.startswith("<redacted 15 bytes")
    assert text == (
        "checkout #2 FAILURE in 6 min 12 s, started 2026-11-20 11:50:00Z (10m ago)\n"
        "Name: v1.2: the one with the cart\n"
        "Cause: Started by user admin\n"
        f"Parameters: tag=1.2, dry=false, signing=<hidden>, API_TOKEN={masked}\n"
        "Changes: 2 commits (jenkins_get_build_changesets)\n"
        "Node: agent-1\n"
        "Artifacts: target/shop.jar\n"
        f"URL: {jenkins.url}/job/checkout/2/"
    )


async def test_a_running_build_says_how_long_it_usually_takes(
    ask: Call, jenkins: Jenkins, failed: Build
) -> None:
    failed.job.start(started=jenkins.now - 30_000)
    text = (await ask("jenkins_get_build", **NAME, build="lastBuild")).text
    assert text.startswith(
        "checkout #3 RUNNING since 2026-11-20 11:59:30Z (30s ago), usually takes 1 s\n"
    )


@pytest.mark.parametrize(
    ("selector", "number"), [("lastSuccessfulBuild", 1), ("lastFailedBuild", 2), ("#1", 1), (2, 2)]
)
async def test_a_build_is_chosen_by_number_or_permalink(
    selector: object, number: int, ask: Call, failed: Build
) -> None:
    text = (await ask("jenkins_get_build", **NAME, build=selector)).text
    assert text.startswith(f"checkout #{number} ")


async def test_a_missing_build_says_which_there_are(
    ask: Call, jenkins: Jenkins, failed: Build
) -> None:
    assert (await ask("jenkins_get_build", **NAME, build="9")).text == (
        'build 9 of job "checkout" not found: the job has builds 1 to 2, as far as they are kept.'
    )
    assert (await ask("jenkins_get_build", **NAME, build="lastUnstableBuild")).text == (
        'lastUnstableBuild of job "checkout" not found: none of the job\'s builds is one.'
    )
    jenkins.root.job("new")
    for tool in ("jenkins_get_build", "jenkins_get_build_changesets", "jenkins_get_build_log"):
        assert (await ask(tool, jobFullName="new")).text == (
            'lastBuild of job "new" not found: the job has no builds yet.'
        )
    assert (await ask("jenkins_get_build", jobFullName="checkot")).text.endswith(
        'Did you mean "checkout"?'
    )


async def test_the_last_builds_are_a_table(ask: Call, jenkins: Jenkins, failed: Build) -> None:
    failed.job.start(started=jenkins.now - 2_000, custom_name="v1.3")
    assert (await ask("jenkins_get_last_builds", **NAME)).text.splitlines() == [
        "BUILD   RESULT    STARTED                           DURATION     NAME",
        "#3      RUNNING   2026-11-20 11:59:58Z (2s ago)     -            v1.3",
        "#2      FAILURE   2026-11-20 11:50:00Z (10m ago)    6 min 12 s",
        "#1      SUCCESS   2026-11-20 10:00:00Z (120m ago)   1 s",
    ]


async def test_as_many_builds_as_were_asked_for(ask: Call, jenkins: Jenkins) -> None:
    many = jenkins.root.job("many")
    for _ in range(150):
        many.start(started=jenkins.now).finish("SUCCESS")
    for count in (1, 10, 100, 120):
        text = (await ask("jenkins_get_last_builds", jobFullName="many", count=count)).text
        assert len(text.splitlines()) == count + 1
    got = await ask("jenkins_get_last_builds", jobFullName="many", count=2, tree="number,result")
    assert [each["number"] for each in json.loads(got.text)] == [150, 149]
    for wrong in (0, -1, 1001):
        assert (await ask("jenkins_get_last_builds", jobFullName="many", count=wrong)).error


async def test_a_job_without_builds_says_so(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("new")
    answer = await ask("jenkins_get_last_builds", jobFullName="new")
    assert (answer.text, answer.error) == ('job "new" has no builds yet.', False)


@pytest.mark.parametrize("kind", ["freestyle", "pipeline"])
async def test_changes_are_found_wherever_jenkins_has_them(
    kind: str, ask: Call, jenkins: Jenkins
) -> None:
    """Freestyle builds have `changeSet`, Pipelines `changeSets`."""
    build = jenkins.root.job("web", kind=kind).start()
    build.changes = [
        Change("a1b2c3d4e5f6a7", "retry on 409\n\nbecause", author="Ada", timestamp=jenkins.now)
    ]
    text = (await ask("jenkins_get_build_changesets", jobFullName="web")).text
    assert text.splitlines()[:2] == [
        'build 1 of job "web": 1 change (git)',
        "a1b2c3d4e5  2026-11-20 12:00Z  Ada  retry on 409",
    ]


async def test_no_changes_are_no_error(ask: Call, failed: Build) -> None:
    answer = await ask("jenkins_get_build_changesets", **NAME, build=1)
    assert (answer.text, answer.error) == (
        'build 1 of job "checkout": no changes since the build before.', False,
    )  # fmt: skip


async def test_the_revisions_of_a_build(ask: Call, failed: Build) -> None:
    url = "https://user:hunter2@git.example.com/shop.git"
    failed.revisions = [Revision("a" * 40, "refs/remotes/origin/main", url)]
    text = (await ask("jenkins_get_build_scm", **NAME)).text
    assert text == (
        'build 2 of job "checkout":\n'
        "  https://git.example.com/shop.git\n"
        f"    revision {'a' * 40} (refs/remotes/origin/main)"
    )
    assert (await ask("jenkins_get_build_scm", **NAME, build=1)).text == (
        'build 1 of job "checkout" has checked out nothing that Jenkins recorded.'
    )


async def test_the_source_of_a_freestyle_job(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web", scm=Scm("https://bot:hunter2@git.example.com/web.git"))
    answer = await ask("jenkins_get_job_scm", jobFullName="web")
    assert answer.text.startswith('job "web":\n  GitSCM: https://git.example.com/web.git\n')
    assert "hunter2" not in json.dumps(answer.data)
    assert jenkins.requests.lines == ["GET /jenkins/job/web/api/json"]


async def test_the_source_of_a_pipeline_is_a_projection_of_its_configuration(
    ask: Call, jenkins: Jenkins
) -> None:
    jenkins.root.job(
        "web",
        Definition("password", "signing", "hunter2"),
        kind="pipeline",
        scm=Scm("https://git.example.com/web.git"),
        secret="hunter3",
    )
    answer = await ask("jenkins_get_job_scm", jobFullName="web")
    assert "GitSCM: https://git.example.com/web.git" in answer.text
    assert "Script: Jenkinsfile" in answer.text
    assert "<" not in answer.text
    assert "hunter" not in json.dumps(answer.data)
    assert "{AQAAAB" not in answer.text


async def test_a_job_without_source_code_says_so(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    answer = await ask("jenkins_get_job_scm", jobFullName="web")
    assert answer.text == 'job "web" has no source code configured.'


async def test_a_pipeline_kept_in_the_job_says_so(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web", kind="pipeline", script="node { sh 'make' }")
    answer = await ask("jenkins_get_job_scm", jobFullName="web")
    assert answer.text == 'job "web":\nScript: kept in the job itself, in no repository.'


async def test_a_configuration_that_may_not_be_read_names_the_permission(
    ask: Call, jenkins: Jenkins
) -> None:
    jenkins.root.job("web", kind="pipeline")
    jenkins.users["admin"].permissions = frozenset({"overall", "read", "discover"})
    answer = await ask("jenkins_get_job_scm", jobFullName="web")
    assert answer.error
    assert 'lacks the permission "Item.ExtendedRead" on job "web"' in answer.text
    assert "secrets" not in answer.text
