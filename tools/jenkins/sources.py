"""Source code: where a job's comes from, and which revision a build was made of."""

from clients import jenkins as client
from clients.jenkins.builds import REVISIONS, revisions
from clients.jenkins.scm import job_scm
from tools.dependencies import Jenkins
from tools.jenkins.fields import CREDENTIALS, ApiUrl, BuildNumber, CredentialsRef, JobFullName
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.sources import build_sources, job_sources


@jenkins.read("Jenkins: Get Job SCM", needs=[CREDENTIALS])
async def jenkins_get_job_scm(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803 - the contract's name
) -> str:
    """Say which repository and branches a job builds."""
    place = client.job(jobFullName)
    async with servers.at(api_url, credentials_ref) as reader:
        return job_sources(str(place), await job_scm(reader, place))


@jenkins.read("Jenkins: Get Build SCM", needs=[CREDENTIALS])
async def jenkins_get_build_scm(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803
    build: BuildNumber = None,
) -> str:
    """Say which revision a build was made of."""
    place = client.build(client.job(jobFullName), build)
    async with servers.at(api_url, credentials_ref) as reader:
        found = await reader.get_json(place, REVISIONS)
        return build_sources(str(place.numbered(found["number"])), revisions(found))
