"""Builds: one, the last few, and what changed in one."""

from typing import Annotated

from pydantic import Field

from clients import jenkins as client
from clients.jenkins.builds import CHANGES, ROW, SUMMARY, change_kinds, commits, last_builds
from clients.jenkins.trees import checked
from tools.dependencies import Jenkins, Now
from tools.jenkins.fields import (
    CREDENTIALS,
    FEWER_FIELDS,
    ApiUrl,
    BuildNumber,
    BuildSelector,
    CredentialsRef,
    JobFullName,
    Tree,
)
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.builds import build_table, changes, one_build
from tools.render.jenkins.documents import as_json
from tools.results import Answer

Count = Annotated[int, Field(ge=1, le=1000, description="Most")]


@jenkins.read("Jenkins: Get Build", needs=[CREDENTIALS])
async def jenkins_get_build(
    servers: Jenkins,
    now: Now,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803 - the contract's name
    build: BuildSelector = "lastBuild",
    tree: Tree = None,
) -> Answer:
    """Describe a build: result, cause, parameters, changes."""
    place = client.build(client.job(jobFullName), build)
    fields = checked(tree) if tree else ""
    async with servers.at(api_url, credentials_ref) as reader:
        found = await reader.get_json(place, fields or SUMMARY)
        told = as_json(found) if fields else one_build(place.job.full_name, found, now)
        return Answer(told, narrow=FEWER_FIELDS)


@jenkins.read("Jenkins: Get Builds", needs=[CREDENTIALS])
async def jenkins_get_last_builds(
    servers: Jenkins,
    now: Now,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803
    count: Count = 10,
    tree: Tree = None,
) -> Answer:
    """List a job's newest builds."""
    place, fields = client.job(jobFullName), checked(tree) if tree else ""
    async with servers.at(api_url, credentials_ref) as reader:
        found = await last_builds(reader, place, count, fields or ROW)
        if not found:
            return Answer(f"{place} has no builds yet.")
        told = as_json(found) if fields else "\n".join(build_table(found, now))
        return Answer(told, narrow=FEWER_FIELDS)


@jenkins.read("Jenkins: Get Build Change Sets", needs=[CREDENTIALS])
async def jenkins_get_build_changesets(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803
    build: BuildNumber = None,
) -> str:
    """List the commits that are new in a build."""
    place = client.build(client.job(jobFullName), build)
    async with servers.at(api_url, credentials_ref) as reader:
        found = await reader.get_json(place, CHANGES)
        return "\n".join(
            changes(str(place.numbered(found["number"])), commits(found), change_kinds(found))
        )
