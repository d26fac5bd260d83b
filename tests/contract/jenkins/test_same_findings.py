"""What failed builds left, read by our tools and by python-jenkins on the same state."""

from typing import Any

from sandbox.jenkins import Jenkins
from sandbox.jenkins import story as jenkins_story
from tests.conftest import Call
from tests.contract.jenkins.conftest import InThread
from tests.support.jenkins import TOKEN

JOB, BUILD = "shop/checkout", 482
Theirs = Any


def told(jenkins: Jenkins) -> None:
    jenkins.root.items.clear()
    jenkins_story.load(jenkins)
    jenkins.users["admin"].token = TOKEN


async def test_the_same_tests_failed(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    told(filled)
    report = await in_thread(lambda: theirs.get_build_test_report(JOB, BUILD))
    failed = [
        f"{case['className']}.{case['name']}"
        for suite in report["suites"]
        for case in suite["cases"]
        if case["status"] == "FAILED"
    ]
    lines = (await ask("jenkins_get_test_results", jobFullName=JOB, build=BUILD)).text.splitlines()
    total = report["failCount"] + report["passCount"]
    assert f"{report['failCount']} of {total} tests failed" in lines[0]
    assert [line.split()[1] for line in lines[1:]] == failed


async def test_the_stages_are_the_same(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    told(filled)
    found = await in_thread(lambda: theirs.get_build_stages(JOB, BUILD))
    expected = [f"{stage['name']} {stage['status']}" for stage in found["stages"]]
    lines = (await ask("jenkins_get_stages", jobFullName=JOB, build=BUILD)).text.splitlines()
    for line, stage in zip(lines[2:7], expected, strict=True):
        assert " ".join(line.split()).startswith(stage)


async def test_the_same_waits_for_the_same_reason(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    told(filled)
    (item,) = await in_thread(theirs.get_queue_info)
    line = (await ask("jenkins_get_queue")).text.splitlines()[1]
    assert line.startswith(f"{item['id']} ")
    assert line.endswith(item["why"])


async def test_the_telling_line_stands_where_the_whole_log_has_it(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    told(filled)
    log = await in_thread(lambda: theirs.get_build_console_output(JOB, BUILD))
    found = (await ask("jenkins_find_failure", jobFullName=JOB, build=BUILD)).text
    trouble = "java.net.ConnectException: payments:8443 refused"
    number = log.splitlines().index(trouble) + 1
    assert f"log line {number:,}: {trouble}  (\u00d7{log.count(trouble)})" in found
