"""Starting builds, and taking them out of the queue again."""

from typing import Annotated, Any

from pydantic import Field

from clients import jenkins as client
from clients.jenkins.queue import cancel
from clients.jenkins.triggering import trigger
from tools.dependencies import ChangingJenkins
from tools.jenkins.fields import CREDENTIALS, ApiUrl, CredentialsRef, JobFullName, Verify
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.changes import triggered
from tools.results import Answer

Parameters = Annotated[dict[str, Any] | None, Field(description="By name")]
ItemId = Annotated[int, Field(ge=1, description="Queue item")]


@jenkins.write("Jenkins: Trigger Build", needs=[CREDENTIALS])
async def jenkins_trigger_build(
    servers: ChangingJenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803 - the contract's name
    parameters: Parameters = None,
    verify: Verify = True,
) -> Answer:
    """Start a build; answers with its number, or why it waits."""
    place = client.job(jobFullName)
    async with servers.at(api_url, credentials_ref, verify) as writer:
        outcome = await trigger(writer, place, parameters or {})
        if outcome is None:
            return Answer("")
        url = str(writer.read.base) + client.path_of(place.names)
        cancelled = outcome.queued is not None and outcome.queued.cancelled
        return Answer(triggered(str(place), outcome, url), error=cancelled)


@jenkins.destroy("Jenkins: Cancel Queue Item", needs=[CREDENTIALS], idempotent=True)
async def jenkins_cancel_queue_item(
    servers: ChangingJenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    id: ItemId,  # noqa: A002
) -> str:
    """Take a build that has not started out of the queue."""
    async with servers.at(api_url, credentials_ref) as writer:
        job = await cancel(writer, id)
    return f'Queue item {id} of job "{job}" is cancelled.'
