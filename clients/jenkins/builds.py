"""Builds: one, the last few, what changed in one, and which revisions one was made of."""

from collections.abc import Sequence

from clients.errors import NotFoundError
from clients.jenkins.missing import folder_instead
from clients.jenkins.paths import Build, Place, build
from clients.jenkins.reader import JenkinsReader, JsonObject

SUMMARY = (
    "number,url,displayName,fullDisplayName,description,building,inProgress,result,timestamp,"
    "duration,estimatedDuration,queueId,keepLog,builtOn,"
    "actions[_class,causes[shortDescription],parameters[_class,name,value]],"
    "artifacts[relativePath]{0,21},"
    "changeSet[items[commitId]{0,100}],changeSets[items[commitId]{0,100}]"
)
ROW = "number,displayName,building,result,timestamp,duration,description"
_COMMIT = "commitId,timestamp,msg,author[fullName],paths[editType,file]{0,51}"
CHANGES = f"number,changeSet[kind,items[{_COMMIT}]],changeSets[kind,items[{_COMMIT}]]"
REVISIONS = (
    "number,actions[_class,lastBuiltRevision[SHA1,branch[SHA1,name]],remoteUrls,scmName,revision"
    "[hash,head[name]]]"
)
# Jenkins lists the newest hundred cheaply; older ones it has to load.
CHEAP = 100


async def last_builds(
    jenkins: JenkinsReader, job: Place, count: int, tree: str
) -> list[JsonObject]:
    """Return a job's newest builds, newest first, with the fields of ``tree``."""
    listing = "builds" if count <= CHEAP else "allBuilds"
    found = await jenkins.get_json(job, f"{listing}[{tree}]{{0,{count}}}")
    if listing not in found:
        raise NotFoundError(folder_instead(job))
    return [each for each in found.get(listing) or [] if isinstance(each, dict)]


async def numbered(jenkins: JenkinsReader, asked: Build) -> Build:
    """Return the build that a permalink is now, so that what follows is about one build."""
    if asked.selector.isdigit():
        return asked
    found = await jenkins.exact_json(asked, "number")
    return build(asked.job, int(found["number"]))


def commits(found: JsonObject) -> list[JsonObject]:
    """Return what changed: freestyle jobs have one set, Pipelines one per checkout."""
    sets = [found.get("changeSet"), *(found.get("changeSets") or [])]
    return [item for each in sets if each for item in each.get("items") or []]


def change_kinds(found: JsonObject) -> list[str]:
    """Return the kinds of source control that changes came from, such as ``git``."""
    sets = [found.get("changeSet"), *(found.get("changeSets") or [])]
    return sorted({str(each["kind"]) for each in sets if each and each.get("kind")})


def revisions(found: JsonObject) -> list[JsonObject]:
    """Return the source code revisions of a build, each checkout once."""
    unique: dict[str, JsonObject] = {}
    for action in found.get("actions") or []:
        revision = (action or {}).get("lastBuiltRevision") or {}
        if revision:
            urls: Sequence[str] = action.get("remoteUrls") or []
            unique.setdefault(f"{urls} {revision.get('SHA1')}", action)
    return list(unique.values())
