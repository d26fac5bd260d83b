"""jenkins_stop_build and jenkins_update_build."""

import asyncio
import json

import pytest

from sandbox.jenkins import Build, Jenkins
from tests.conftest import Call
from tests.support.jenkins import USER

NAME = {"jobFullName": "shop/web"}
ONE = 'build 1 of job "shop/web"'


@pytest.fixture
def running(jenkins: Jenkins) -> Build:
    """Build 1 of `shop/web`, which runs."""
    build = jenkins.root.folder("shop").job("web").start(started=jenkins.now)
    jenkins.requests.clear()
    return build


@pytest.fixture
def ended(running: Build) -> Build:
    running.finish("SUCCESS")
    return running


# Stopping.


@pytest.mark.parametrize("build", ["lastBuild", "1", None])
async def test_a_build_is_stopped_and_its_end_awaited(
    build: str | None, ask: Call, jenkins: Jenkins, running: Build
) -> None:
    stopping = asyncio.create_task(ask("jenkins_stop_build", **NAME, build=build))
    await jenkins.requests.arrived(3 if build == "1" else 4)  # the stop, and a first look
    jenkins.tick()
    answer = await stopping
    assert (answer.text, answer.error) == (f"{ONE} stopped: ABORTED.", False)
    assert [f"{post.path}" for post in jenkins.requests.posts] == [
        "/jenkins/job/shop/job/web/1/stop"
    ]


async def test_a_build_that_does_not_end_is_said_to_run_on(ask: Call, running: Build) -> None:
    answer = await ask("jenkins_stop_build", **NAME)
    assert not answer.error
    assert answer.text == (
        f"{ONE} was asked to stop and is still running: it may be in a step that cannot be "
        "interrupted. Look again with jenkins_get_build."
    )


async def test_a_build_that_has_ended_is_left_alone(
    ask: Call, jenkins: Jenkins, ended: Build
) -> None:
    answer = await ask("jenkins_stop_build", **NAME)
    assert (answer.text, answer.error) == (
        f"{ONE} has ended already: SUCCESS. Nothing was sent.", False,
    )  # fmt: skip
    assert jenkins.requests.posts == []


@pytest.mark.parametrize("code", [302, 303])
async def test_a_redirect_elsewhere_is_not_taken_for_a_stop(
    code: int, ask: Call, jenkins: Jenkins, running: Build
) -> None:
    for location in ("https://sso.example.com/start", "/jenkins/login?from=x", "/jenkins/"):
        jenkins.faults.redirect(location, path="/1/stop", method="POST", code=code)
        answer = await ask("jenkins_stop_build", **NAME)
        assert answer.error
        assert "Nothing was followed." in answer.text
    assert running.building


async def test_a_stop_without_permission_names_it(
    ask: Call, jenkins: Jenkins, running: Build
) -> None:
    jenkins.users[USER].permissions = frozenset({"overall", "read"})
    answer = await ask("jenkins_stop_build", **NAME)
    assert answer.error
    assert f'lacks the permission "Item.Cancel" on {ONE}' in answer.text


async def test_a_preview_of_a_stop_says_what_it_interrupts(
    ask: Call, jenkins: Jenkins, running: Build
) -> None:
    answer = await ask("jenkins_stop_build", **NAME, dry_run=True)
    assert answer.text.splitlines()[2:4] == [
        f"Would stop {ONE} (Started by user admin), which is running: it ends as ABORTED.",
        "What it has done so far, such as half a deployment, stays as it is.",
    ]
    running.finish("FAILURE")
    answer = await ask("jenkins_stop_build", **NAME, dry_run=True)
    assert f"{ONE} has ended already: FAILURE. Nothing would be sent." in answer.text
    assert jenkins.requests.posts == []


# Names and descriptions.


async def test_a_display_name_keeps_the_description(
    ask: Call, jenkins: Jenkins, ended: Build
) -> None:
    """`configSubmit` sets both, so what is there is sent back."""
    ended.description = 'the "good" one\nütf'
    answer = await ask("jenkins_update_build", **NAME, displayName="v1.2")
    assert answer.text == f'{ONE} changed.\n  displayName: "#1" → "v1.2"'
    assert (ended.custom_name, ended.description) == ("v1.2", 'the "good" one\nütf')
    [post] = jenkins.requests.posts
    assert post.path == "/jenkins/job/shop/job/web/1/configSubmit"
    sent = {"displayName": "v1.2", "description": 'the "good" one\nütf'}
    assert json.loads(post.form["json"][0]) == sent


async def test_no_description_is_sent_as_none_and_not_as_the_word_null(
    ask: Call, jenkins: Jenkins, ended: Build
) -> None:
    await ask("jenkins_update_build", **NAME, displayName="v1.2", build=1)
    assert json.loads(jenkins.requests.posts[0].form["json"][0])["description"] == ""
    assert ended.description in (None, "")


async def test_a_description_alone_is_submitted_alone(
    ask: Call, jenkins: Jenkins, ended: Build
) -> None:
    ended.custom_name = "v1"
    answer = await ask("jenkins_update_build", **NAME, description="good & <b>bold</b>")
    assert answer.text == f'{ONE} changed.\n  description: (none) → "good & <b>bold</b>"'
    assert (ended.custom_name, ended.description) == ("v1", "good & <b>bold</b>")
    assert jenkins.requests.posts[0].path.endswith("/submitDescription")


async def test_both_are_set_in_one_request(ask: Call, jenkins: Jenkins, ended: Build) -> None:
    answer = await ask("jenkins_update_build", **NAME, displayName="v1", description="good")
    assert answer.text == (
        f'{ONE} changed.\n  displayName: "#1" → "v1"\n  description: (none) → "good"'
    )
    assert len(jenkins.requests.posts) == 1
    again = await ask("jenkins_update_build", **NAME, displayName="v1", description="good")
    assert again.text == f"{ONE} is so already."
    assert len(jenkins.requests.posts) == 1


@pytest.mark.parametrize("code", [302, 303])
@pytest.mark.parametrize("given", [{"displayName": "v1"}, {"description": "good"}])
async def test_a_redirect_elsewhere_is_not_taken_for_an_update(
    given: dict[str, str], code: int, ask: Call, jenkins: Jenkins, ended: Build
) -> None:
    for location in ("https://sso.example.com/start", "/jenkins/login?from=x", "/jenkins/"):
        jenkins.faults.redirect(location, path="/1/submit|/1/config", method="POST", code=code)
        answer = await ask("jenkins_update_build", **NAME, **given)
        assert answer.error
        assert answer.text.endswith("Nothing was followed.")
    assert len(jenkins.requests.posts) == 3
    assert (ended.custom_name, ended.description) == (None, None)


async def test_something_has_to_be_given(ask: Call, jenkins: Jenkins, ended: Build) -> None:
    answer = await ask("jenkins_update_build", **NAME)
    assert answer.error
    assert answer.text == "Give displayName, description or both. Nothing was changed."


async def test_a_preview_of_an_update_shows_both_sides(
    ask: Call, jenkins: Jenkins, ended: Build
) -> None:
    answer = await ask("jenkins_update_build", **NAME, displayName="v1", dry_run=True)
    assert answer.text.splitlines()[2:5] == [
        f"Would change displayName of {ONE}.",
        'displayName: "#1" → "v1"',
        f"For approval: change displayName of {ONE}.",
    ]
    same = await ask("jenkins_update_build", **NAME, displayName="#1", dry_run=True)
    assert same.text.splitlines()[2:4] == [
        f"{ONE} is so already. Nothing would be sent.",
        "For approval: nothing changes.",
    ]
    assert jenkins.requests.posts == []


@pytest.mark.parametrize("tool", ["jenkins_stop_build", "jenkins_update_build"])
@pytest.mark.parametrize("status", [500, 502, 504])
async def test_no_change_is_sent_twice(
    tool: str, status: int, ask: Call, jenkins: Jenkins, running: Build
) -> None:
    jenkins.faults.status(status, times=None, method="POST")
    more = {"displayName": "v1"} if "update" in tool else {}
    answer = await ask(tool, **NAME, **more)
    assert answer.error
    assert "it is unknown whether the build was" in answer.text
    assert len(jenkins.requests.posts) == 1
