"""Clients that are not ours, each run in a thread: they wait for their answers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import api4jenkins
import jenkins as python_jenkins
import pytest
from jenkinsapi.jenkins import Jenkins as JenkinsApi

from sandbox.jenkins import Build, Definition, Jenkins, Scm
from sandbox.jenkins.reports import Change, Stage, TestCase, TestReport
from tests.support.jenkins import TOKEN, USER

Answer = TypeVar("Answer")
InThread = Callable[[Callable[[], Answer]], Awaitable[Answer]]


@pytest.fixture(autouse=True)
def no_settings_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JENKINS_API_EXTRA_HEADERS", "PYTHONHTTPSVERIFY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def filled(jenkins: Jenkins) -> Jenkins:
    """A controller with something of everything."""
    shop = jenkins.root.folder("shop")
    shop.description = "All of the shop"
    shop.job("My Job")
    deploy = shop.job("deploy", Definition("choice", "where", choices=["test", "live"]))
    deploy.parameters.append(Definition("boolean", "dry", True))
    deploy.parameters.append(Definition("password", "key", "s3cr3t-default"))
    shop.multibranch("web", Scm("https://git.example.com/web")).branch("feature/cart")
    _failed(shop.job("checkout", kind="pipeline").start(started=jenkins.now))
    return jenkins


def _failed(build: Build) -> None:
    build.changes = [Change("a1b2c3", "retry on 409\n\nmore", paths={"src/pay.py": "edit"})]
    cases = [TestCase("PayTest", "pays", "FAILED", error="refused"), TestCase("PayTest", "refunds")]
    build.tests = TestReport({"PayTest": cases})
    build.stages = [Stage("6", "build"), Stage("11", "test", "FAILED")]
    build.log.write("one\ntwo\n")
    build.finish("FAILURE", 5000)


@pytest.fixture
def in_thread() -> Callable[[Callable[[], Any]], Awaitable[Any]]:
    async def run(work: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(work)

    return run


@pytest.fixture
def theirs(filled: Jenkins) -> Iterator[python_jenkins.Jenkins]:
    """python-jenkins: a crumb before everything, cookies, redirects followed."""
    client = python_jenkins.Jenkins(filled.url, USER, TOKEN, timeout=5)
    yield client
    client._session.close()


@pytest.fixture
def api4(filled: Jenkins) -> Iterator[api4jenkins.Jenkins]:
    client = api4jenkins.Jenkins(filled.url, auth=(USER, TOKEN))
    yield client
    client.http_client.close()


@pytest.fixture
async def jenkins_api(filled: Jenkins, in_thread: InThread[Any]) -> Any:
    client = await in_thread(lambda: JenkinsApi(filled.url, USER, TOKEN, timeout=5))
    yield client
    client.requester.session.close()
