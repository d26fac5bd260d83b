"""Stopping builds, and giving them a name and a description."""

from typing import Annotated

from pydantic import Field

from clients import jenkins as client
from clients.jenkins.stopping import stop
from clients.jenkins.updating import changes, update
from tools.dependencies import ChangingJenkins
from tools.jenkins.fields import (
    CREDENTIALS,
    ApiUrl,
    BuildNumber,
    BuildSelector,
    CredentialsRef,
    JobFullName,
)
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.changes import stopped, updated

NewText = Annotated[str | None, Field(description="New")]


@jenkins.destroy("Jenkins: Stop Build", needs=[CREDENTIALS], idempotent=True)
async def jenkins_stop_build(
    servers: ChangingJenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803 - the contract's name
    build: BuildSelector = "lastBuild",
) -> str:
    """Stop a running build, and say what became of it."""
    async with servers.at(api_url, credentials_ref) as writer:
        ended = await stop(writer, client.build(client.job(jobFullName), build))
        return stopped(str(ended.build), ended.before, ended.after)


@jenkins.write("Jenkins: Update Build", needs=[CREDENTIALS], idempotent=True)
async def jenkins_update_build(
    servers: ChangingJenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803
    build: BuildNumber = None,
    displayName: NewText = None,  # noqa: N803
    description: NewText = None,
) -> str:
    """Set a build's display name or description."""
    place = client.build(client.job(jobFullName), build)
    async with servers.at(api_url, credentials_ref) as writer:
        done = await update(writer, place, displayName, description)
        return updated(str(done.build), changes(done.before, done.after))
