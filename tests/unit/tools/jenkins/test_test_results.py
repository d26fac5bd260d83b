"""jenkins_get_test_results: the counts, and the tests that failed."""

import pytest

from sandbox.jenkins import Build, Jenkins
from sandbox.jenkins.reports import TestCase, TestReport
from tests.conftest import Call


@pytest.fixture
def build(jenkins: Jenkins) -> Build:
    made = jenkins.root.job("web").start(started=jenkins.now)
    made.finish("UNSTABLE")
    return made


async def results(ask: Call, **more: object) -> list[str]:
    return (await ask("jenkins_get_test_results", jobFullName="web", **more)).text.splitlines()


async def test_new_failures_come_first_then_the_others(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    old = TestCase("shop.Pay", "pays", "FAILED", error="refused\n  by it", failed_since=480)
    new = TestCase("shop.Cart", "adds", "REGRESSION", error="expected 1")
    bare = TestCase("", "no class", "FAILED")
    skipped = TestCase("shop.Cart", "waits", "SKIPPED")
    good = TestCase("shop.Cart", "empties", duration=1.5)
    build.tests = TestReport({"pay": [old, bare], "cart": [new, skipped, good]})
    assert await results(ask) == [
        'build 1 of job "web": 3 of 5 tests failed (1 new), 1 skipped, in 1 s.',
        "NEW  shop.Cart.adds: expected 1",
        "FAILED  shop.Pay.pays (since #480): refused by it",
        "FAILED  no class",
    ]
    assert jenkins.requests.posts == []


async def test_where_nothing_failed_no_suite_is_read(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    build.tests = TestReport({"cart": [TestCase("shop.Cart", f"case {n}") for n in range(40)]})
    assert await results(ask, build=1) == [
        'build 1 of job "web": 40 tests passed, none failed, in 400 ms.'
    ]
    assert len(jenkins.requests) == 1


async def test_a_huge_report_is_read_in_pages_until_every_failure_is_found(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    suites = {f"s{n}": [TestCase("shop.Many", f"case {n}")] for n in range(5000)}
    suites["s450"] = [TestCase("shop.Many", "the one", "FAILED")]
    build.tests = TestReport(suites)
    assert (await results(ask, build=1))[1:] == ["FAILED  shop.Many.the one"]
    assert len(jenkins.requests) == 4  # the counts, and three pages of 200 suites


async def test_a_page_that_is_too_large_is_read_in_smaller_ones(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    long = "x" * 100_000
    cases = [TestCase("shop.Long", f"case {n}", "FAILED", error=long) for n in range(100)]
    build.tests = TestReport({f"s{n}": [case] for n, case in enumerate(cases)})
    lines = await results(ask, build=1)
    assert len(lines) == 101
    assert lines[1] == f"FAILED  shop.Long.case 0: {'x' * 500}"


async def test_a_suite_that_cannot_be_read_at_all_is_said(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    huge = TestCase("shop.Huge", "it", "FAILED", error="x" * 9_000_000)
    build.tests = TestReport({"first": [TestCase("A", "a", "FAILED")], "huge": [huge]})
    lines = await results(ask, build=1)
    assert lines[:3] == [
        'build 1 of job "web": 2 of 2 tests failed, in 20 ms.',
        "FAILED  A.a",
        "… 1 more failed.",
    ]
    assert lines[3].startswith("Not all was read: from suite 2 on, the report cannot be read: ")


async def test_more_than_a_hundred_failures_are_counted(ask: Call, build: Build) -> None:
    cases = [TestCase("shop.Many", f"case {n}", "FAILED") for n in range(700)]
    build.tests = TestReport({"many": cases})
    lines = await results(ask)
    assert (len(lines), lines[-1]) == (102, "… 600 more failed.")


async def test_secrets_that_a_test_printed_are_masked(ask: Call, build: Build) -> None:
    failed = TestCase("A", "logs in", "FAILED", error="password=canary-s3cr3t was refused")
    build.tests = TestReport({"a": [failed]})
    assert (await results(ask))[1] == "FAILED  A.logs in: password=<redacted> was refused"


@pytest.mark.parametrize("without", ["report", "plugin"])
async def test_without_a_report_it_says_so(
    ask: Call, jenkins: Jenkins, build: Build, without: str
) -> None:
    if without == "plugin":
        build.tests = TestReport({"a": [TestCase("A", "a", "FAILED")]})
        jenkins.plugins.remove("junit")
    answer = await ask("jenkins_get_test_results", jobFullName="web")
    assert answer.error
    assert answer.text == (
        'build 1 of job "web" has no test report: it published none, or the JUnit plugin is not '
        "installed."
    )


async def test_a_report_of_another_shape_is_no_trouble(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    build.tests = TestReport({"a": [TestCase("A", "a", "FAILED")]})
    jenkins.faults.body(b'{"failCount":2,"skipCount":0,"totalCount":9}', path="failCount")
    jenkins.faults.body(b'{"suites":[null,{"cases":[{"status":"FAILED"}]}]}', path="suites")
    assert await results(ask, build=1) == [
        'build 1 of job "web": 2 of 9 tests failed.',
        "FAILED  ?",
        "… 1 more failed.",
    ]
