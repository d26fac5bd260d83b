"""What a build left that tells why it failed: stages, tests, and both with the log in one."""

from clients import jenkins as client
from clients.jenkins.builds import numbered
from clients.jenkins.failures import failure
from clients.jenkins.reports import report_of
from clients.jenkins.stages import pipeline, step_log
from tools.dependencies import Jenkins
from tools.jenkins.fields import CREDENTIALS, ApiUrl, BuildSelector, CredentialsRef, JobFullName
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.failure import explained
from tools.render.jenkins.stages import stages
from tools.render.jenkins.tests import report


@jenkins.read("Jenkins: Get Stages", needs=[CREDENTIALS])
async def jenkins_get_stages(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803 - as in the contract's tools
    build: BuildSelector = None,
) -> str:
    """List a Pipeline build's stages, and the log of the failed step."""
    place = client.build(client.job(jobFullName), build)
    async with servers.at(api_url, credentials_ref) as reader:
        place = await numbered(reader, place)
        found = await pipeline(reader, place)
        log, more = await step_log(reader, place, found.step) if found.step else ([], False)
        return stages(str(place), found, log, more=more)


@jenkins.read("Jenkins: Get Test Results", needs=[CREDENTIALS])
async def jenkins_get_test_results(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803
    build: BuildSelector = None,
) -> str:
    """Get a build's test counts and failed tests."""
    place = client.build(client.job(jobFullName), build)
    async with servers.at(api_url, credentials_ref) as reader:
        place = await numbered(reader, place)
        found = await report_of(reader, place)
        return report(str(place), found)


@jenkins.read("Jenkins: Find Failure", needs=[CREDENTIALS], deadline=120)
async def jenkins_find_failure(
    servers: Jenkins,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803
    build: BuildSelector = None,
) -> str:
    """Explain a failed build (default: the last): stage, step, tests, log lines, new commits."""
    place = client.job(jobFullName)
    asked = client.build(place, build) if build else None
    async with servers.at(api_url, credentials_ref) as reader:
        told = await failure(reader, place, asked)
        return explained(told)
