"""jenkins_get_queue: what waits to be built, and for what."""

from clients.jenkins.waiting import waiting
from tools.dependencies import Jenkins, Now
from tools.jenkins.fields import CREDENTIALS, ApiUrl, CredentialsRef
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.queue import queue


@jenkins.read("Jenkins: Get Queue", needs=[CREDENTIALS])
async def jenkins_get_queue(
    servers: Jenkins, now: Now, api_url: ApiUrl, credentials_ref: CredentialsRef
) -> str:
    """List queued builds and why they wait."""
    async with servers.at(api_url, credentials_ref) as reader:
        items, more = await waiting(reader)
    return queue(items, now, more=more)
