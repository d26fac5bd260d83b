"""jenkins_get_queue: what waits, and for what."""

from datetime import timedelta

from sandbox.jenkins import Definition, Jenkins
from sandbox.jenkins.nodes import Node
from tests.conftest import Call


async def test_it_says_why_each_build_waits_the_longest_waiting_first(
    ask: Call, jenkins: Jenkins
) -> None:
    shop = jenkins.root.folder("shop")
    jenkins.nodes = [Node("built-in", 0)]
    now = jenkins.clock()
    jenkins.clock = lambda: now - timedelta(minutes=26)
    jenkins.schedule(shop.job("load-test", label="load")).stuck = True
    jenkins.tick()
    jenkins.clock = lambda: now
    web = shop.multibranch("web").branch("feature/cart")
    web.start(started=jenkins.now)
    jenkins.schedule(web)
    jenkins.tick()
    jenkins.schedule(shop.job("api"))
    answer = await ask("jenkins_get_queue")
    assert answer.text.splitlines() == [
        "ID    JOB                       WAITING   STATE              WHY",
        "1     shop/load-test            26m       buildable, stuck   "
        "There are no nodes with the label \u2018load\u2019",
        "2     shop/web/feature%2Fcart   0s        blocked            "
        "Build #1 is already in progress (ETA: N/A)",
        "3     shop/api                  0s        waiting            "
        "In the quiet period. Expires in 1 sec",
    ]
    assert jenkins.requests.posts == []


async def test_an_empty_queue_is_said(ask: Call) -> None:
    assert (await ask("jenkins_get_queue")).text == "Nothing waits in the queue."


async def test_parameters_are_shown_without_what_is_secret(ask: Call, jenkins: Jenkins) -> None:
    deploy = jenkins.root.job(
        "deploy",
        Definition("string", "VERSION", "1.2"),
        Definition("string", "API_TOKEN", "canary-s3cr3t"),
        Definition("password", "KEY", "canary-s3cr3t"),
    )
    values = [value for each in deploy.parameters if (value := each.default_value())]
    jenkins.schedule(deploy, values=values)
    answer = await ask("jenkins_get_queue")
    assert answer.text.endswith("(VERSION=1.2 API_TOKEN=<redacted> KEY=****)")


async def test_a_very_long_queue_is_cut(ask: Call, jenkins: Jenkins) -> None:
    job = jenkins.root.job("web")
    for _ in range(205):
        jenkins.schedule(job)
    lines = (await ask("jenkins_get_queue")).text.splitlines()
    assert len(lines) == 202
    assert lines[-1] == "… more than these 200 wait."


async def test_only_what_the_user_may_see_waits(ask: Call, jenkins: Jenkins) -> None:
    jenkins.schedule(jenkins.root.job("hidden"))
    jenkins.users["admin"].on = {"hidden": frozenset()}
    assert (await ask("jenkins_get_queue")).text == "Nothing waits in the queue."
