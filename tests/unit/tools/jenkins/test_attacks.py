"""What a model may be talked into asking for: other addresses, other Secrets, other paths.

The canary listens on another port of the same machine; at the end it must have heard nothing.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from mcp_server import logs
from sandbox import Cluster
from sandbox.jenkins import Definition, Jenkins
from tests.conftest import Call
from tests.support.jenkins import TOKEN, URL_ANNOTATION, USER, a_secret
from tools.jenkins import jenkins as toolset

EVERY_TOOL = [pytest.param(tool, id=tool.name) for tool in toolset]
LEAST: dict[str, Any] = {"jobFullName": "web", "build": 1, "id": 1, "displayName": "v1"}
ALSO = {"jenkins_update_build": {"displayName": "v1"}}
HEADERS_OF_OURS = ("Authorization", "Cookie", "Jenkins-Crumb")


@pytest.fixture(autouse=True)
def web(jenkins: Jenkins) -> None:
    build = jenkins.root.job("web").start(started=jenkins.now)
    build.log.write("hello\n")
    jenkins.requests.clear()


def arguments(tool: Any) -> dict[str, Any]:
    required = tool.parameters.get("required", [])
    given = {name: LEAST[name] for name in required if name in LEAST}
    return {**given, **ALSO.get(tool.name, {})}


@pytest.mark.parametrize("tool", EVERY_TOOL)
async def test_no_tool_sends_credentials_to_another_address(
    tool: Any, ask: Call, jenkins: Jenkins, canary: Jenkins
) -> None:
    answer = await ask(tool.name, **arguments(tool), api_url=canary.url)
    assert answer.error
    assert answer.text == (
        f'Secret "ci/jenkins" is not for {canary.url}: by its annotation {URL_ANNOTATION} it '
        f"belongs to {jenkins.url}. Nothing was sent."
    )
    assert jenkins.requests.lines == []


@pytest.mark.parametrize("tool", EVERY_TOOL)
async def test_no_tool_follows_a_redirect(
    tool: Any, ask: Call, jenkins: Jenkins, canary: Jenkins
) -> None:
    jenkins.faults.redirect(f"{canary.url}/login?from=x", times=None)
    answer = await ask(tool.name, **arguments(tool))
    assert answer.error
    assert answer.text == (
        f"Something in front of Jenkins at {jenkins.url} sends to a login page (302) instead of "
        "taking the API token. Nothing was followed."
    )


@pytest.mark.parametrize(
    "tool",
    [
        "jenkins_trigger_build",
        "jenkins_stop_build",
        "jenkins_update_build",
        "jenkins_cancel_queue_item",
    ],
)
async def test_no_change_that_is_sent_to_a_login_page_is_taken_for_done(
    tool: str, ask: Call, jenkins: Jenkins, canary: Jenkins
) -> None:
    """What is read before is answered: it is the change itself that is redirected."""
    jenkins.schedule(jenkins.root.job("queued"))
    jenkins.faults.redirect(f"{canary.url}/login?from=x", times=None, method="POST")
    [found] = [each.values[0] for each in EVERY_TOOL if each.values[0].name == tool]
    answer = await ask(tool, **arguments(found))
    assert answer.error
    assert answer.text == (
        f"Something in front of Jenkins at {jenkins.url} sends to a login page (302) instead of "
        "taking the API token. Nothing was followed."
    )
    assert len(jenkins.requests.posts) == 1


@pytest.mark.parametrize("tool", EVERY_TOOL)
async def test_a_login_page_is_never_data(tool: Any, ask: Call, jenkins: Jenkins) -> None:
    page = b"<html><title>Sign in</title><form action=/login></form></html>"
    jenkins.faults.body(page, times=None, content_type="text/html;charset=utf-8")
    answer = await ask(tool.name, **arguments(tool))
    assert answer.error
    assert "a proxy in front of Jenkins wants a login" in answer.text
    assert "form" not in answer.text


@pytest.mark.parametrize("tool", EVERY_TOOL)
async def test_a_token_that_is_refused_is_said_of_the_secret(
    tool: Any, ask: Call, jenkins: Jenkins
) -> None:
    jenkins.users[USER].token = "another"
    answer = await ask(tool.name, **arguments(tool))
    assert answer.error
    assert answer.text == (
        f'Jenkins at {jenkins.url} does not accept the credentials of user "{USER}" (Secret '
        '"ci/jenkins") (401): wrong, expired or revoked.'
    )


@pytest.mark.parametrize(
    "trick",
    [
        "{jenkins}@{canary}",
        "{jenkins}\\@{canary}",
        "{jenkins}?x={canary}",
        "{jenkins}#{canary}",
        "{jenkins}/../..",
        "{jenkins}/%2e%2e/x",
        "{jenkins}//{canary}",
        "{jenkins}evil",
        "{canary}/{jenkins}",
        "{host}",
        "{host}/jenkinsevil",
        "",
    ],
)
async def test_no_spelling_of_an_address_leads_elsewhere(
    trick: str, ask: Call, jenkins: Jenkins, canary: Jenkins
) -> None:
    host = jenkins.url.removesuffix("/jenkins")
    url = trick.format(jenkins=jenkins.url, canary=canary.url.removeprefix("http://"), host=host)
    answer = await ask("jenkins_whoami", api_url=url)
    assert answer.error
    assert jenkins.requests.lines == []


@pytest.mark.parametrize(
    "build",
    ["../../computer", "1/../../../computer", "..%2f..%2fcomputer", "1?tree=x", "1#", "-1", "0",
     "lastbuild", "1 ", "\u0661", "9" * 30, "\\..\\computer", "1;x", "last Build"],
)  # fmt: skip
async def test_a_build_is_a_number_or_a_permalink(build: str, ask: Call, jenkins: Jenkins) -> None:
    answer = await ask("jenkins_get_build", jobFullName="web", build=build)
    if build.strip() == "1":
        assert not answer.error
        return
    assert answer.error
    assert 'Argument "build"' in answer.text
    assert jenkins.requests.lines == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a?b", "/job/a%3Fb"),
        ("a#b", "/job/a%23b"),
        ("a%2Fb", "/job/a%252Fb"),
        ("a%2e%2e", "/job/a%252e%252e"),
        ("..%2f..", "/job/..%252f.."),
        ("a;b", "/job/a%3Bb"),
        ("a&b=c", "/job/a%26b%3Dc"),
        ("shop/a b", "/job/shop/job/a%20b"),
        ("shop/ü+", "/job/shop/job/%C3%BC%2B"),
        ("--help", "/job/--help"),
        ("http://evil", None),
        ("..", None),
        ("shop/../web", None),
        ("shop//web", None),
        ("shop/./web", None),
        ("a\\b", None),
        ("a\r\nX-Evil: 1", None),
        ("a\x00", None),
        ("/", None),
        ("x" * 2000, None),
    ],
)
async def test_a_job_is_a_name_and_nothing_else(
    name: str, path: str | None, ask: Call, jenkins: Jenkins
) -> None:
    answer = await ask("jenkins_get_job", jobFullName=name)
    assert answer.error
    if path is None:
        assert 'Argument "jobFullName"' in answer.text
        assert jenkins.requests.lines == []
        return
    assert "not found" in answer.text
    assert jenkins.requests.lines[0] == f"GET /jenkins{path}/api/json"


@pytest.mark.parametrize(
    "tree",
    ["url],jobs[*", "jobs[", "]", "a,,b", "a[]", "{0,5}", "a{b}", "a b$", "a&depth=9", "a?b",
     "a" * 2001, "[a]", "a{0,5}b", "a]b[", "jobs[name]{0,5", "☃", "a" + "[a" * 20 + "]" * 20],
)  # fmt: skip
@pytest.mark.parametrize(
    "tool", ["jenkins_get_build", "jenkins_get_job", "jenkins_get_last_builds"]
)
async def test_a_tree_that_is_none_is_not_sent(
    tool: str, tree: str, ask: Call, jenkins: Jenkins
) -> None:
    answer = await ask(tool, jobFullName="web", tree=tree)
    assert answer.error
    assert 'Argument "tree"' in answer.text
    assert jenkins.requests.lines == []


async def test_the_location_of_a_queue_item_is_only_a_number(
    ask: Call, jenkins: Jenkins, canary: Jenkins
) -> None:
    jenkins.location_root = canary.url.removesuffix("/jenkins")
    jenkins.moves_on_polls = True
    answer = await ask("jenkins_trigger_build", jobFullName="web")
    assert not answer.error
    assert "queue item 1" in answer.text or "queued as item 1" in answer.text
    assert {line for line in jenkins.requests.lines if "queue" in line} == {
        "GET /jenkins/queue/item/1/api/json"
    }


@pytest.mark.parametrize(
    "location", ["/jenkins/whoAmI", "/queue/item/../../computer", "/queue/item/1/../x", "//evil/x"]
)
async def test_a_location_that_is_no_queue_item_is_not_asked(
    location: str, ask: Call, jenkins: Jenkins
) -> None:
    jenkins.faults.redirect(location, path="/build$", code=201)
    answer = await ask("jenkins_trigger_build", jobFullName="web")
    assert answer.text == (
        'Jenkins took the order for job "web" and names no queue item: it is unknown whether a '
        "build was queued. Look with jenkins_get_last_builds before triggering again."
    )
    assert jenkins.requests.lines[-1] == "POST /jenkins/job/web/build"


async def test_another_secret_is_not_one_of_jenkins(
    ask: Call, cluster: Cluster, jenkins: Jenkins
) -> None:
    """With the two keys alone, any Secret would do."""
    other = a_secret(None, name="database")
    other["metadata"]["namespace"] = "shop"
    cluster.store.create(other)
    answer = await ask("jenkins_whoami", credentials_ref="shop/database")
    assert "does not say which Jenkins it belongs to" in answer.text
    for ref in ("shop/../ci/jenkins", "a/../b", "jenkins", "ci/jenkins/x", "kube-system/*"):
        answer = await ask("jenkins_whoami", credentials_ref=ref)
        assert answer.text.startswith('Argument "credentials_ref"')
    assert jenkins.requests.lines == []


@pytest.mark.parametrize("tool", ["jenkins_trigger_build", "jenkins_get_job_parameters"])
async def test_a_caller_cannot_turn_verification_off(
    tool: str, ask: Call, jenkins: Jenkins
) -> None:
    for no in (False, "false", 0):
        answer = await ask(tool, jobFullName="web", verify=no)
        assert answer.text == (
            "verify=false is not for a caller to say: the operator of this server gives it "
            "Jenkins' own authority (SKYFLO_JENKINS_CA_FILE) or turns the check off "
            "(SKYFLO_JENKINS_VERIFY_TLS=false). Nothing was sent."
        )
    assert jenkins.requests.lines == []


async def test_an_echoed_token_is_shown_nowhere(ask: Call, jenkins: Jenkins) -> None:
    build = jenkins.root.job("leaky", Definition("string", "x", default=TOKEN)).start()
    build.log.write(f"curl -u {USER}:{TOKEN} https://ci\nand {TOKEN} again\n")
    build.description = f"made with {TOKEN}"
    for tool, more in {
        "jenkins_get_build_log": {},
        "jenkins_get_build": {},
        "jenkins_get_job": {"tree": "property[parameterDefinitions[defaultParameterValue[value]]]"},
        "jenkins_get_job_parameters": {},
    }.items():
        answer = await ask(tool, jobFullName="leaky", **more)
        assert TOKEN not in answer.text + json.dumps(answer.data)
        assert "redacted" in answer.text


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    names = (None, *logs.QUIET)
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers
    for logger, level in before:
        logger.setLevel(level)


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.parametrize("tool", EVERY_TOOL)
async def test_credentials_are_in_no_log(
    tool: Any, ask: Call, jenkins: Jenkins, caplog: pytest.LogCaptureFixture
) -> None:
    """Even when everything is logged that the libraries have to say."""
    logs.configure("DEBUG", "json")
    logging.getLogger().addHandler(caplog.handler)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    await ask(tool.name, **arguments(tool))
    jenkins.faults.reset(times=None)
    await ask(tool.name, **arguments(tool))
    assert caplog.records
    assert TOKEN not in caplog.text
    assert "Basic " not in caplog.text


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.parametrize("dry_run", [False, True])
async def test_values_of_parameters_are_in_no_log(
    dry_run: bool, ask: Call, jenkins: Jenkins, caplog: pytest.LogCaptureFixture
) -> None:
    """Which of them is secret only the job says; so none is logged, at DEBUG either."""
    logs.configure("DEBUG", "json")
    logging.getLogger().addHandler(caplog.handler)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    values = {"signing": "canary-1", "DB_PASSWORD": "canary-2", "tag": "canary-3"}
    defined = [Definition("string", name) for name in values]
    jenkins.root.job("deploy", Definition("password", "signing"), *defined[1:])
    given: dict[str, Any] = {"jobFullName": "deploy", "parameters": values, "dry_run": dry_run}
    for more in ({}, {"no such": "canary-4"}):
        await ask("jenkins_trigger_build", **given | {"parameters": values | more})
    await ask("jenkins_trigger_build", **given | {"parameters": json.dumps(values)})
    await ask("jenkins_trigger_build", **given | {"parameters": ["canary-5"]})
    assert len(jenkins.requests.posts) == (0 if dry_run else 2)
    assert "jenkins_trigger_build" in caplog.text
    assert "signing" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.usefixtures("logging_as_before")
def test_what_the_http_libraries_log_is_left_out() -> None:
    logs.configure("DEBUG", "json")
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
