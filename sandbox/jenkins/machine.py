"""One tick of time: builds go on, items move through the queue and become builds.

POST build -> waiting -> blocked or buildable -> left (no build for one tick) -> left (build #N).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.jenkins.words import quoted, time_span

if TYPE_CHECKING:
    from sandbox.jenkins.builds import Build
    from sandbox.jenkins.items import Job
    from sandbox.jenkins.queue import QueueItem
    from sandbox.jenkins.state import Jenkins


def tick(jenkins: Jenkins) -> None:
    """Let everything go one step on."""
    for build in running(jenkins):
        build.advance(jenkins.now)
    jenkins.queue.forget(jenkins.now - jenkins.left_seconds * 1000)
    for item in list(jenkins.queue.items.values()):
        if item.state == "left" and item.build is None:
            _begin(jenkins, item)
        elif item.queued:
            _move(jenkins, item)


def running(jenkins: Jenkins) -> list[Build]:
    """Return the builds that run."""
    newest = (build for job in jenkins.root.jobs() for build in job.builds.values())
    return [build for build in newest if build.building]


def estimate(job: Job) -> int:
    """Return how long a build takes as a rule, -1 when none has ended well."""
    ended = [b.duration for b in job.newest_first if not b.building and b.succeeded][:3]
    return sum(ended) // len(ended) if ended else -1


def _move(jenkins: Jenkins, item: QueueItem) -> None:
    item.quiet -= 1
    if item.state == "waiting" and item.quiet > 0:
        item.why = f"In the quiet period. Expires in {item.quiet} sec"
    elif (reason := _blocked(jenkins, item)) is not None:
        item.state, item.why = "blocked", reason
    elif (reason := _unplaced(jenkins, item)) is not None:
        item.state, item.why = "buildable", reason
    else:
        item.leave("left", jenkins.now)


def _blocked(jenkins: Jenkins, item: QueueItem) -> str | None:
    """Explain why the job itself may not start (Queue.getCauseOfBlockageForItem)."""
    if jenkins.quieting:
        return "Jenkins is about to shut down"
    if item.job.concurrent:
        return None
    leaving = (i for i in jenkins.queue.items.values() if i.state == "left" and not i.build)
    if any(other.job is item.job for other in leaving):
        return f"Build #{item.job.next_number} is already in progress (ETA: N/A)"
    busy = next((build for build in item.job.newest_first if build.building), None)
    if busy is None:
        return None
    return f"Build #{busy.number} is already in progress (ETA: {_remaining(jenkins, busy)})"


def _remaining(jenkins: Jenkins, build: Build) -> str:
    expected = estimate(build.job)
    left = expected - (jenkins.now - build.started)
    return time_span(left) if expected > 0 and left > 0 else "N/A"


def _unplaced(jenkins: Jenkins, item: QueueItem) -> str | None:
    """Explain why no executor takes the item (Queue.BuildableItem.getCauseOfBlockage)."""
    label = item.job.label
    nodes = [node for node in jenkins.nodes if node.serves(label)]
    if not nodes:
        return f"There are no nodes with the label {quoted(label)}"
    online = [node for node in nodes if not node.offline]
    if not online:
        only = f"{quoted(nodes[0].display_name)} is offline"
        return only if len(nodes) == 1 else f"All nodes of label {quoted(label)} are offline"
    if item.job.kind == "pipeline" and not label:
        return None  # runs on the controller, without an executor (Queue.FlyweightTask)
    free = sum(node.executors for node in online) - _occupied(jenkins)
    if free > 0:
        return None
    where = f" on {quoted(label or online[0].display_name)}" if label or len(online) == 1 else ""
    return f"Waiting for next available executor{where}"


def _occupied(jenkins: Jenkins) -> int:
    leaving = [i for i in jenkins.queue.items.values() if i.state == "left" and i.build is None]
    builds = [build for build in running(jenkins) if not build.pipeline]
    return len(builds) + len([item for item in leaving if item.job.kind != "pipeline"])


def _begin(jenkins: Jenkins, item: QueueItem) -> None:
    build = item.job.start(
        queue_id=item.id,
        values=item.values,
        user=item.user,
        cause=f"Started by user {item.user}",
        started=jenkins.now,
        course=jenkins.courses(item.job),
    )
    build.log.write(f"{build.cause}\n")
    item.build = build
