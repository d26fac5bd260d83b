"""The scenes of Jenkins, on the sandbox's story; the cluster gives its tools credentials only."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from sandbox.jenkins import running_jenkins, story
from sandbox.jenkins.ticking import ticking
from sandbox.story.canaries import JENKINS_TOKEN
from tests.e2e.roles.scene import Beside, Call, Scene
from tests.e2e.roles.stage import Stage, an_object
from tests.support.jenkins import USER

KNOWN: Call = {"api_url": "JENKINS", "credentials_ref": "NAMESPACE/jenkins"}
CHECKOUT: Call = {**KNOWN, "jobFullName": "shop/checkout"}
DEPLOY: Call = {**KNOWN, "jobFullName": "shop/deploy"}
RUNNING: Call = {**KNOWN, "jobFullName": "shop/web/feature%2Fcart"}
TRIED: Mapping[str, object] = {"dry_run": True}


def a_login(stage: Stage) -> None:
    """Have a Secret with the credentials of the story's Jenkins."""
    data = {"username": USER, "api-token": JENKINS_TOKEN}
    if stage.first("login"):
        stage.create(an_object("Secret", "jenkins", stringData=data))


@asynccontextmanager
async def a_jenkins(stage: Stage) -> AsyncIterator[Beside]:
    """Serve the story, where one build waits that nobody can run."""
    async with running_jenkins() as jenkins:
        story.load(jenkins)
        waiting = jenkins.schedule(jenkins.root.job("nowhere", label="none"))
        allowed = {"jenkins_credentials": [f"{stage.namespace}/jenkins={jenkins.url}"]}
        async with ticking(jenkins):
            yield Beside({"JENKINS": jenkins.url, "WAITING": f"{waiting.id}"}, allowed)


def _scene(*calls: Call) -> Scene:
    return Scene(calls, prepare=a_login, beside=a_jenkins)


JENKINS_SCENES: Mapping[str, Scene] = {
    "jenkins_whoami": _scene(KNOWN),
    "jenkins_get_jobs": _scene({**KNOWN, "recursive": True}),
    "jenkins_get_job": _scene(CHECKOUT),
    "jenkins_get_job_parameters": _scene(DEPLOY),
    "jenkins_get_job_scm": _scene(CHECKOUT),
    "jenkins_get_queue": _scene(KNOWN),
    "jenkins_get_build": _scene(CHECKOUT),
    "jenkins_get_last_builds": _scene(CHECKOUT),
    "jenkins_get_build_changesets": _scene(CHECKOUT),
    "jenkins_get_build_scm": _scene(CHECKOUT),
    "jenkins_get_build_log": _scene(CHECKOUT),
    "jenkins_get_stages": _scene(CHECKOUT),
    "jenkins_get_test_results": _scene(CHECKOUT),
    "jenkins_find_failure": _scene(CHECKOUT),
    "jenkins_trigger_build": _scene({**CHECKOUT, **TRIED}, CHECKOUT),
    "jenkins_stop_build": _scene(RUNNING),
    "jenkins_update_build": _scene({**CHECKOUT, "description": "Seen."}),
    "jenkins_cancel_queue_item": _scene({**KNOWN, "id": "WAITING"}),
}
