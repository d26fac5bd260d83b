"""Past builds: when they were, what they wrote, how they ended."""

import hashlib
from datetime import timedelta

from sandbox.jenkins.builds import Build
from sandbox.jenkins.items import Job
from sandbox.jenkins.reports import Change, Revision

ORIGIN = "https://git.example.com/shop"


def milliseconds(span: timedelta) -> int:
    """Convert a span."""
    return int(span.total_seconds() * 1000)


def commit(title: str) -> str:
    """Make up the hash of a commit."""
    return hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest()


class Scenes:
    """Makes builds that were, so long before the present."""

    def __init__(self, present: int) -> None:
        self.present = present

    def build(
        self,
        job: Job,
        ago: timedelta,
        took: timedelta,
        result: str = "SUCCESS",
        log: str = "",
        **more: object,
    ) -> Build:
        """Make a build that ended."""
        started = self.present - milliseconds(ago)
        build = job.start(started=started, queue_id=1000 + job.next_number, **more)
        build.log.write(f"{build.cause}\n{log}")
        build.end(result, milliseconds(took))
        if log:
            build.log.write(f"Finished: {result}\n")
        return build

    def change(self, ago: timedelta, message: str, author: str, *paths: str) -> Change:
        """Make a commit."""
        when = self.present - milliseconds(ago)
        edits = dict.fromkeys(paths, "edit")
        return Change(commit(message), message, author, when, edits)


def checked_out(repository: str, branch: str, change: Change) -> Revision:
    """Make what a build checked out."""
    return Revision(change.commit, f"refs/remotes/origin/{branch}", f"{ORIGIN}/{repository}.git")
