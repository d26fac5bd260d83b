"""Stop a build, and say what became of it: Jenkins asks it to end, which takes its time."""

import asyncio
from dataclasses import dataclass

from clients.errors import ClientError
from clients.jenkins.builds import numbered
from clients.jenkins.paths import Build
from clients.jenkins.reader import JsonObject
from clients.jenkins.redirects import refuse_elsewhere
from clients.jenkins.writer import JenkinsWriter

TREE = "number,building,result,fullDisplayName,actions[causes[shortDescription]]"


@dataclass(frozen=True, slots=True)
class Stopped:
    """The build, what it was before and what it is now."""

    build: Build
    before: JsonObject
    after: JsonObject


async def stop(jenkins: JenkinsWriter, asked: Build) -> Stopped:
    """Stop a running build and wait a while for its end; one that has ended is left alone."""
    build = await numbered(jenkins.read, asked)
    before = await jenkins.read.get_json(build, TREE)
    if not before.get("building"):
        jenkins.note(f"{build} has ended already: {before.get('result')}. Nothing would be sent.")
        return Stopped(build, before, before)
    if jenkins.dry:
        jenkins.note(*_plan(build, before))
        return Stopped(build, before, before)
    reply = await jenkins.post(build, ("stop",), unknown="the build was stopped")
    refuse_elsewhere(reply, build, str(jenkins.read.base))
    return Stopped(build, before, await _ended(jenkins, build))


async def _ended(jenkins: JenkinsWriter, build: Build) -> JsonObject:
    found: JsonObject = {"building": True, "unread": "no answer in time."}
    try:
        async with asyncio.timeout(jenkins.pace.longest):
            async for _ in jenkins.pace.looks():
                found = await jenkins.read.get_json(build, TREE)
                if not found.get("building"):
                    break
    except TimeoutError:
        return found
    except ClientError as unread:  # it was asked to stop all the same
        return {"building": True, "unread": str(unread)}
    return found


def _plan(build: Build, found: JsonObject) -> list[str]:
    causes = [
        str(cause.get("shortDescription"))
        for action in found.get("actions") or []
        for cause in (action or {}).get("causes") or []
    ]
    started = f" ({'; '.join(causes)})" if causes else ""
    return [
        f"Would stop {build}{started}, which is running: it ends as ABORTED.",
        "What it has done so far, such as half a deployment, stays as it is.",
    ]
