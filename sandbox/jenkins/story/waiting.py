"""`shop/load-test`: waits in the queue for a node that nobody has started."""

from datetime import timedelta

from sandbox.jenkins.items import Folder, Job
from sandbox.jenkins.state import Jenkins
from sandbox.jenkins.story.scenes import milliseconds

_WAITING_FOR = timedelta(minutes=26)


def tell(jenkins: Jenkins, shop: Folder) -> None:
    """Make the job and its item in the queue."""
    job = shop.add(Job("load-test", "Puts load on staging", label="load"))
    jenkins.queue.next_id = 1204
    item = jenkins.schedule(job, user="lena")
    jenkins.tick(jenkins.quiet_period + 1)
    item.since = jenkins.now - milliseconds(_WAITING_FOR)
    item.stuck = True
