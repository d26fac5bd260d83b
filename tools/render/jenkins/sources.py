"""Where source code comes from: of a job as configured, of a build as checked out."""

import re
from collections.abc import Sequence

from tools.render import JsonObject

_USER = re.compile(r"(?<=://)[^\s/@]+@")


def job_sources(label: str, found: JsonObject) -> str:
    """Say each source of a job: what kind, which addresses and branches, which script."""
    lines = [line for source in found["sources"] for line in _source(source)]
    if found["scriptPath"]:
        lines.append(f"Script: {found['scriptPath']}")
    if found["inline"]:
        lines.append("Script: kept in the job itself, in no repository.")
    return "\n".join([f"{label}:", *lines]) if lines else f"{label} has no source code configured."


def build_sources(label: str, checkouts: Sequence[JsonObject]) -> str:
    """Say each revision that a build checked out."""
    if not checkouts:
        return f"{label} has checked out nothing that Jenkins recorded."
    lines = [f"{label}:"]
    for each in checkouts:
        revision = each["lastBuiltRevision"]
        lines.append(f"  {', '.join(map(_plain, each.get('remoteUrls') or ['(no address)']))}")
        branches = [str(b.get("name")) for b in revision.get("branch") or []]
        where = f" ({', '.join(branches)})" if branches else ""
        lines.append(f"    revision {revision.get('SHA1')}{where}")
    return "\n".join(lines)


def _source(source: JsonObject) -> list[str]:
    parts = [source.get("repository") or "", *map(_plain, source["urls"])]
    lines = [f"  {source['class']}: {', '.join(filter(None, parts)) or '(no address)'}"]
    if source["branches"]:
        lines.append(f"    branches: {', '.join(source['branches'])}")
    if source["credentialsId"]:
        lines.append(f"    credentials id: {source['credentialsId']}")
    return lines


def _plain(url: str) -> str:
    """Return an address without the user and password that it may carry."""
    return _USER.sub("", url)
