"""`shop/web`: a multibranch pipeline; one of its branches is being built."""

from datetime import timedelta

from sandbox.jenkins.builds import Artifact, Course
from sandbox.jenkins.items import Folder, Job, Multibranch, Scm
from sandbox.jenkins.reports import Stage, TestCase, TestReport
from sandbox.jenkins.story.scenes import ORIGIN, Scenes, checked_out, milliseconds

_TOOK = timedelta(minutes=3, seconds=40)
_STAGES = (("6", "build", 120_000), ("9", "test", 70_000), ("12", "image", 30_000))
_LINES_OF_RUNNING = 240  # a tick each


def tell(shop: Folder, scenes: Scenes) -> None:
    """Make the branches and their builds."""
    web = shop.add(Multibranch("web", "The shop's pages", source=Scm(f"{ORIGIN}/web.git")))
    main = web.branch("main", next_number=38)
    cart = web.branch("feature/cart", next_number=5)
    currency = web.branch("fix/currency-50%")
    for days, message in ((4, "show stock"), (3, "new footer"), (2, "fonts"), (1, "fewer cookies")):
        _built(scenes, main, timedelta(days=days), message)
    _built(scenes, cart, timedelta(hours=30), "remember the cart", "UNSTABLE")
    _built(scenes, cart, timedelta(hours=3), "fix the cart's total")
    _built(scenes, currency, timedelta(hours=9), "round half even", "ABORTED")
    currency.builds[1].interrupted_by = "lena"
    _running(scenes, cart)


def _built(scenes: Scenes, job: Job, ago: timedelta, message: str, result: str = "SUCCESS") -> None:
    change = scenes.change(ago, message, "lena", "src/cart.ts")
    log = "+ npm ci\n+ npm test\n+ docker build -t shop/web .\n"
    build = scenes.build(job, ago, _TOOK, result, log, changes=[change], cause="Branch event")
    build.revisions = [checked_out("web", job.display_name, change)]
    build.stages = [
        Stage(number, name, started=build.started, duration=duration)
        for number, name, duration in _STAGES
    ]
    build.tests = TestReport({"cart": _cases(result)})
    if result == "SUCCESS":
        build.artifacts = [Artifact("dist/web.tgz", b"\x1f\x8b")]


def _cases(result: str) -> list[TestCase]:
    total = TestCase("cart", "adds up", "PASSED")
    if result == "UNSTABLE":
        total = TestCase("cart", "adds up", "REGRESSION", error="expected 12.50, got 12.5")
    return [total, TestCase("cart", "empties"), TestCase("cart", "merges", "SKIPPED")]


def _running(scenes: Scenes, job: Job) -> None:
    """Begin a build of the branch that takes some minutes."""
    change = scenes.change(timedelta(minutes=1), "show the cart on every page", "lena")
    started = scenes.present - milliseconds(timedelta(seconds=50))
    build = job.start(started=started, queue_id=1200, cause="Branch event", changes=[change])
    build.log.write("Branch event\n+ npm ci\n")
    numbers = range(1, _LINES_OF_RUNNING + 1)
    texts = [f"added package {number} of {_LINES_OF_RUNNING}\n" for number in numbers]
    build.course = Course(texts)
    build.stages = [Stage("6", "build", "IN_PROGRESS", build.started, 50_000)]


def course(_: Job) -> Course:
    """Let the next build of a branch succeed."""
    return Course(["+ npm ci\n", "+ npm test\n", "+ docker build -t shop/web .\n"])
