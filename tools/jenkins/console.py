"""jenkins_get_build_log: the end of a build's log, a part of it, or the lines that match."""

from typing import Annotated

from pydantic import Field

from clients import jenkins as client
from clients.jenkins import console
from clients.jenkins.builds import numbered
from clients.patterns import matcher
from tools.dependencies import Jenkins, MostBytes
from tools.jenkins.fields import CREDENTIALS, ApiUrl, BuildNumber, CredentialsRef, JobFullName
from tools.jenkins.toolset import jenkins
from tools.render.jenkins.console import found, log
from tools.results import Answer

Start = Annotated[int | None, Field(ge=0, description="Byte; default: the end")]
NumLines = Annotated[int | None, Field(ge=1, description="Last")]
Pattern = Annotated[str | None, Field(description='"(?i)error"')]
FOOTER_BYTES = 1_000


@jenkins.read("Jenkins: Get Build Log", needs=[CREDENTIALS], deadline=120)
async def jenkins_get_build_log(
    servers: Jenkins,
    most_bytes: MostBytes,
    api_url: ApiUrl,
    credentials_ref: CredentialsRef,
    jobFullName: JobFullName,  # noqa: N803 - the contract's name
    build: BuildNumber = None,
    start: Start = None,
    num_lines: NumLines = None,
    pattern: Pattern = None,
) -> Answer:
    """Get a build's log: its end, from an offset, or matching lines."""
    place = client.build(client.job(jobFullName), build)
    matches, room = matcher(pattern) if pattern else None, most_bytes - FOOTER_BYTES
    async with servers.at(api_url, credentials_ref) as reader:
        place = await numbered(reader, place)
        if matches:
            searched = await console.search(reader, place, matches, start or 0, room)
            return Answer(found(searched, pattern or "", str(place)))
        if start is None:
            return Answer(log(await console.tail(reader, place, room, num_lines)))
        return Answer(log(await console.part(reader, place, start, room, num_lines)))
