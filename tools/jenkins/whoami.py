"""jenkins_whoami: as whom Jenkins knows the credentials."""

from clients.jenkins.identity import identity
from tools.dependencies import Jenkins
from tools.jenkins.fields import CREDENTIALS, ApiUrl, CredentialsRef
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.identity import signed_in


@jenkins.read("Jenkins: Who Am I", needs=[CREDENTIALS])
async def jenkins_whoami(servers: Jenkins, api_url: ApiUrl, credentials_ref: CredentialsRef) -> str:
    """Say as whom Jenkins knows the credentials."""
    async with servers.at(api_url, credentials_ref) as reader:
        return signed_in(await identity(reader))
