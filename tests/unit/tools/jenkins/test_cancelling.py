"""jenkins_cancel_queue_item where the answer does not say what became of it (JENKINS-21311)."""

import asyncio

import pytest

from sandbox.jenkins import Jenkins
from tests.conftest import Call


@pytest.mark.parametrize("code", [302, 303])
async def test_a_redirect_is_not_taken_for_a_cancellation(
    code: int, ask: Call, jenkins: Jenkins
) -> None:
    item = jenkins.schedule(jenkins.root.job("web"))
    for location, said in {
        "/jenkins/login?from=x": "sends to a login page",
        "https://ci.example.com/x": "answered with a redirect",
        "/jenkins/queue/": "did not take queue item 1 out of the queue",
        ".": "did not take queue item 1 out of the queue",
    }.items():
        jenkins.faults.redirect(location, path="cancelItem", method="POST", code=code)
        answer = await ask("jenkins_cancel_queue_item", id=1)
        assert answer.error
        assert said in answer.text
        assert item.queued


@pytest.mark.parametrize("code", [302, 404])
async def test_a_cancellation_that_worked_is_one_whatever_the_answer(
    code: int, ask: Call, jenkins: Jenkins
) -> None:
    item = jenkins.schedule(jenkins.root.job("web"))
    held = jenkins.faults.hold(path="cancelItem")
    jenkins.faults.redirect("/jenkins/queue/", path="cancelItem", code=code)
    jenkins.requests.clear()
    cancelling = asyncio.create_task(ask("jenkins_cancel_queue_item", id=1))
    await jenkins.requests.arrived(2)
    item.leave("cancelled", jenkins.now)
    held.set()
    answer = await cancelling
    assert (answer.text, answer.error) == ('Queue item 1 of job "web" is cancelled.', False)


async def test_an_item_that_starts_while_it_is_cancelled_is_said_to_run(
    ask: Call, jenkins: Jenkins
) -> None:
    jenkins.schedule(jenkins.root.job("web"))
    held = jenkins.faults.hold(path="cancelItem")
    jenkins.faults.redirect("/jenkins/queue/", path="cancelItem")
    jenkins.requests.clear()
    cancelling = asyncio.create_task(ask("jenkins_cancel_queue_item", id=1))
    await jenkins.requests.arrived(2)
    jenkins.tick(3)
    held.set()
    answer = await cancelling
    assert answer.error
    assert 'it is build 1 of job "web" now' in answer.text
