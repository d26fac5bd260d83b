"""The story that a newcomer finds in the sandbox's Jenkins."""

from datetime import UTC, datetime

import pytest

from sandbox.jenkins import Jenkins, Job, Multibranch, story
from sandbox.jenkins.story import checkout
from sandbox.story.canaries import JENKINS_TOKEN

NOW = datetime(2026, 11, 20, 9, 14, 11, tzinfo=UTC)


@pytest.fixture
def told() -> Jenkins:
    jenkins = Jenkins(clock=lambda: NOW)
    story.load(jenkins)
    return jenkins


def job(jenkins: Jenkins, name: str) -> Job:
    found = jenkins.root.find(name)
    assert isinstance(found, Job)
    return found


def test_every_job_has_its_colour(told: Jenkins) -> None:
    assert {each.full_name: each.color for each in told.root.jobs()} == {
        "shop/checkout": "red",
        "shop/deploy": "red",
        "shop/web/main": "blue",
        "shop/web/feature%2Fcart": "blue_anime",
        "shop/web/fix%2Fcurrency-50%25": "aborted",
        "shop/load-test": "notbuilt",
    }


def test_the_checkout_fails_since_480_and_three_commits_came_since_the_last_good_build(
    told: Jenkins,
) -> None:
    builds = job(told, "shop/checkout").newest_first
    assert [(b.number, b.result) for b in builds[:4]] == [
        (482, "FAILURE"),
        (481, "FAILURE"),
        (480, "FAILURE"),
        (479, "SUCCESS"),
    ]
    assert [change.title for b in builds[:3] for change in b.changes] == [
        "log the payment's id",
        "talk TLS to payments",
        "retry on 409",
    ]
    assert (builds[0].started + builds[0].duration) / 1000 < NOW.timestamp()


def test_the_last_build_has_three_failed_tests_of_212_and_a_failed_step(told: Jenkins) -> None:
    build = job(told, "shop/checkout").builds[482]
    assert build.tests is not None
    assert build.tests.count("FAILED") == 3
    assert sum(len(cases) for cases in build.tests.suites.values()) == 212
    stages = {stage.name: stage.status for stage in build.stages or []}
    assert stages["integration tests"] == "FAILED"
    failed = [stage.failed_step for stage in build.stages or [] if stage.failed_step]
    assert [(step.id, step.argument) for step in failed] == [("14", "make it")]


def test_the_telling_line_stands_nine_times_in_a_log_of_thousands(told: Jenkins) -> None:
    lines = job(told, "shop/checkout").builds[482].log.text().splitlines()
    telling = [number for number, line in enumerate(lines, 1) if line == checkout.TROUBLE]
    assert (telling[0], len(telling)) == (checkout.FIRST_TROUBLE, 9)
    assert lines[-1] == "Finished: FAILURE"


def test_a_branch_is_being_built_and_ends_well(told: Jenkins) -> None:
    web = told.root.find("shop/web")
    assert isinstance(web, Multibranch)
    running = job(told, "shop/web/feature%2Fcart").newest_first[0]
    assert running.building
    told.tick(241)
    assert running.result == "SUCCESS"
    assert [stage.status for stage in running.stages or []] == ["SUCCESS"]


def test_a_load_test_waits_for_a_node_that_is_not_there(told: Jenkins) -> None:
    told.tick(5)
    (item,) = told.queue.queued
    assert item.job.full_name == "shop/load-test"
    assert item.why == "There are no nodes with the label \u2018load\u2019"
    assert told.now - item.since == 26 * 60 * 1000


def test_the_next_checkout_fails_like_the_last(told: Jenkins) -> None:
    told.schedule(job(told, "shop/checkout"))
    told.tick(12)
    build = job(told, "shop/checkout").builds[483]
    assert build.result == "FAILURE"
    assert build.tests is not None
    assert checkout.TROUBLE in build.log.text()


def test_no_log_and_no_configuration_holds_the_token(told: Jenkins) -> None:
    for each in told.root.jobs():
        for build in each.builds.values():
            assert JENKINS_TOKEN not in build.log.text()
