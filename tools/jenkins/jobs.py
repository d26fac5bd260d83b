"""Jobs: lists of them, one of them, and what one can be given."""

from typing import Annotated

from pydantic import Field

from clients import jenkins as client
from clients.jenkins import parameters
from clients.jenkins.jobs import SUMMARY, jobs_below, jobs_of
from clients.jenkins.trees import checked
from tools.dependencies import Jenkins, Now
from tools.jenkins.fields import (
    CREDENTIALS,
    FEWER_FIELDS,
    ApiUrl,
    CredentialsRef,
    JobFullName,
    Tree,
    Verify,
)
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.documents import as_json
from tools.render.jenkins.jobs import job_table, one_job
from tools.render.jenkins.parameters import parameter_table
from tools.results import Answer

Start = Annotated[int, Field(ge=0, description="Skip")]
Limit = Annotated[int, Field(ge=1, le=5000, description="Most")]
Folder = Annotated[str | None, Field(description="Full name")]
FEWER_JOBS = "Ask for fewer: limit=, start=, folder=."
Recursive = Annotated[bool, Field(description="And below")]


@jenkins.read("Jenkins: List Jobs", needs=[CREDENTIALS])
async def jenkins_get_jobs(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    folder: Folder = None,
    recursive: Recursive = False,
    start: Start = 0,
    limit: Limit = 50,
) -> Answer:
    """List jobs and folders with their status."""
    place = client.folder(folder)
    async with servers.at(api_url, credentials_ref) as reader:
        found = await (jobs_below if recursive else jobs_of)(reader, place, start, limit)
        if not found.items:
            return Answer("No jobs." if not start else f"No jobs from {start:,} on.")
        more = [f"… more follow. Continue: start={start + limit}"] if found.more else []
        return Answer("\n".join([*job_table(found.items), *more]), narrow=FEWER_JOBS)


@jenkins.read("Jenkins: Get Job", needs=[CREDENTIALS])
async def jenkins_get_job(
    servers: Jenkins,
    now: Now,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803 - the contract's name
    tree: Tree = None,
) -> Answer:
    """Describe a job: status, last builds."""
    place, fields = client.job(jobFullName), checked(tree) if tree else ""
    async with servers.at(api_url, credentials_ref) as reader:
        found = await reader.get_json(place, fields or SUMMARY)
        return Answer(as_json(found) if fields else one_job(found, now), narrow=FEWER_FIELDS)


@jenkins.read("Jenkins: Get Job Parameters", needs=[CREDENTIALS])
async def jenkins_get_job_parameters(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803
    verify: Verify = True,
) -> str:
    """List what a job takes: types, defaults, choices."""
    place = client.job(jobFullName)
    async with servers.at(api_url, credentials_ref, verify) as reader:
        defined = parameters.definitions(await reader.get_json(place, parameters.TREE))
        return "\n".join(parameter_table(defined)) if defined else f"{place} takes no parameters."
