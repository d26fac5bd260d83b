"""A Jenkins that lies: whatever it answers, a tool says one sentence, or what it understood."""

import json
import re
from typing import Any

import pytest

from sandbox.jenkins import Jenkins
from tests.conftest import Call
from tools.jenkins import jenkins as toolset

EVERY_TOOL = [pytest.param(tool, id=tool.name) for tool in toolset]
KEYS = re.findall(
    r"\w+",
    "jobs builds allBuilds actions property changeSet changeSets items causes parameters artifacts "
    "parameterDefinitions lastBuild firstBuild lastSuccessfulBuild lastFailedBuild queueItem task "
    "executable number result timestamp duration displayName description building _class color "
    "buildable fullName name url scm userRemoteConfigs id why cancelled stages suites cases kind "
    "lastBuiltRevision remoteUrls metadata data authorities status stageFlowNodes text",
)
VALUES: dict[str, Any] = {
    "numbers": 7,
    "texts": "x",
    "nulls": None,
    "lists of nulls": [None],
    "lists of numbers": [1, -1],
    "lists of lists": [[[]]],
    "empty objects": {},
    "lists of objects": [dict.fromkeys(KEYS, 7)],
    "huge numbers": 10**18,
    "booleans": True,
}
ODD = {name: {key: value for key in KEYS} for name, value in VALUES.items()}  # noqa: C420
ODD |= {"nothing": {}, "deep": {"jobs": [{"jobs": [{"jobs": [{"jobs": [{"fullName": None}]}]}]}]}}
ARGUMENTS = {"jobFullName": "web", "id": 1, "build": "1", "displayName": "v1"}
# With a build's number, a log is no JSON at all.
LAST: dict[str, Any] = {"jenkins_get_build_log": {"build": None}}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("tool", EVERY_TOOL)
async def test_an_answer_of_any_shape_is_no_fault_of_ours(
    tool: Any, odd: str, ask: Call, jenkins: Jenkins
) -> None:
    jenkins.faults.body(json.dumps(ODD[odd]).encode(), times=None)
    known = tool.parameters["properties"]
    given = {name: value for name, value in ARGUMENTS.items() if name in known}
    answer = await ask(tool.name, **given)
    assert "incident" not in answer.text
    assert answer.text


@pytest.mark.parametrize("tool", EVERY_TOOL)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 5000, b'{"a":NaN}']
)
async def test_what_is_no_json_object_is_said(
    body: bytes, tool: Any, ask: Call, jenkins: Jenkins
) -> None:
    jenkins.faults.body(body, times=None)
    known = tool.parameters["properties"]
    given = {name: value for name, value in ARGUMENTS.items() if name in known}
    answer = await ask(tool.name, **given | LAST.get(tool.name, {}))
    assert answer.error
    assert "answered broken JSON" in answer.text or "is no object" in answer.text


async def test_a_bomb_is_not_unpacked(ask: Call, jenkins: Jenkins) -> None:
    jenkins.faults.gzip_bomb(200 * 2**20, times=None)
    answer = await ask("jenkins_get_jobs")
    assert answer.text == "The answer about Jenkins is larger than 8 MiB; ask for less of it."


async def test_a_body_that_breaks_off_is_tried_again(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.faults.truncate(times=1)
    assert not (await ask("jenkins_get_jobs")).error
    jenkins.faults.truncate(times=None)
    answer = await ask("jenkins_get_jobs")
    assert answer.error
    assert answer.text == (
        f"Jenkins at {jenkins.url} broke off the connection. Nothing was changed."
    )


async def test_a_body_that_stops_coming_is_given_up(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.faults.slow_body(times=None)
    answer = await ask("jenkins_get_jobs")
    assert answer.error
    assert answer.text == f"Jenkins at {jenkins.url} did not answer in time. Nothing was changed."
