"""A story to explore: what the shop builds, and why its checkout does not.

`shop/checkout` fails its integration tests since build #480, `shop/web` has branches of which
one is being built, `shop/deploy` asks for parameters, `shop/load-test` waits for a node that is
not there. What is built from now on goes as before: the checkout fails again.
"""

from sandbox.jenkins.state import Jenkins
from sandbox.jenkins.story import checkout, deploy, waiting, web
from sandbox.jenkins.story.scenes import Scenes
from sandbox.story.canaries import JENKINS_TOKEN

__all__ = ["USER", "load"]

USER = "admin"


def load(jenkins: Jenkins) -> None:
    """Fill an empty controller with the last weeks, up to its clock's present."""
    jenkins.add_user(USER, JENKINS_TOKEN)
    shop = jenkins.root.folder("shop")
    shop.description = "Everything that becomes an image of the shop"
    scenes = Scenes(jenkins.now)
    for chapter in (checkout, deploy, web):
        chapter.tell(shop, scenes)
    waiting.tell(jenkins, shop)
    courses = {"checkout": checkout.course, "deploy": deploy.course}
    jenkins.courses = lambda job: courses.get(job.name, web.course)(job)
    jenkins.quiet_period = 3
    jenkins.stop_ticks = 2
