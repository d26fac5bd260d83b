"""One conversation with one Jenkins: what is sent, and what is tried again."""

import asyncio
from typing import Any

import httpx
import pytest
import respx

from clients import errors
from clients.jenkins import JenkinsReader, JenkinsWriter
from clients.jenkins.refusals import JenkinsRefusalError
from clients.kubernetes.changes import Journal
from sandbox import Cluster
from tests.support.jenkins import USER, a_secret
from tests.support.jenkins_conversation import (
    BASE,
    CRUMBS,
    JOB,
    NO_CRUMB,
    SEVENTH,
    STOP,
    WEB,
    WHO,
    ci,
    page,
    reader,
    refusal_of,
    says,
    writer,
)
from tools.dependencies import Clients

__all__ = ["ci", "reader", "writer"]  # fixtures


# What is sent.


async def test_a_token_goes_alone_without_crumb_or_cookie(
    ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    cookie = "JSESSIONID.1a2b=abc; Path=/jenkins; HttpOnly"
    ci.get(JOB).mock(return_value=says(Set_Cookie=cookie))
    ci.post(STOP).mock(return_value=page(302, Location=f"{BASE}/job/web/7/"))
    await writer.read.get_json(WEB, "name")
    await writer.read.get_json(WEB, "name")
    await writer.post(SEVENTH, ("stop",))
    for call in ci.calls:
        assert call.request.headers["Authorization"].startswith("Basic ")
        assert "Cookie" not in call.request.headers
        assert "Jenkins-Crumb" not in call.request.headers
    assert len(ci.calls) == 3


@pytest.mark.parametrize("field", ["Jenkins-Crumb", "X-Renamed", ".crumb"])
async def test_where_a_crumb_is_wanted_it_goes_with_its_cookie_once_more(
    field: str, ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    issued = {"crumb": "0ff1ce", "crumbRequestField": field}
    ci.get(CRUMBS).mock(
        return_value=says(issued, Set_Cookie="JSESSIONID.77=s3ss10n; Path=/jenkins; HttpOnly")
    )
    stop = ci.post(STOP).mock(side_effect=[page(403, NO_CRUMB), page(302, Location="..")])
    reply = await writer.post(SEVENTH, ("stop",))
    assert reply.status == 302
    assert [call.request.method for call in ci.calls] == ["POST", "GET", "POST"]
    sent = stop.calls.last.request.headers
    assert (sent[field], sent["Cookie"]) == ("0ff1ce", "JSESSIONID.77=s3ss10n")


async def test_a_crumb_that_is_not_accepted_is_not_tried_for_ever(
    ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    ci.get(CRUMBS).mock(return_value=says({"crumb": "a", "crumbRequestField": "Jenkins-Crumb"}))
    stop = ci.post(STOP).mock(return_value=page(403, NO_CRUMB))
    with pytest.raises(JenkinsRefusalError, match="does not accept the one it issued"):
        await writer.post(SEVENTH, ("stop",))
    assert stop.call_count == 2


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (page(404), "a crumb issuer not found"),
        (page(403), "refuses (403)"),
        (page(500), "failed on a crumb issuer (500)"),
        (says({"crumb": "a"}), "issues none that can be sent"),
        (says({"crumb": "a\r\nX: 1", "crumbRequestField": "C"}), "issues none that can be sent"),
        (page(200, "<html>"), "issues none that can be sent"),
    ],
)
async def test_without_a_crumb_to_be_had_the_change_is_not_made(
    answer: httpx.Response, sentence: str, ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    ci.get(CRUMBS).mock(return_value=answer)
    stop = ci.post(STOP).mock(return_value=page(403, NO_CRUMB))
    with pytest.raises(errors.ClientError) as refused:
        await writer.post(SEVENTH, ("stop",))
    assert sentence in str(refused.value)
    assert stop.call_count == 1


async def test_a_reading_session_sends_nothing_but_get(clients: Clients, ci: Any) -> None:
    assert clients.jenkins is not None
    for writing in (clients.jenkins.writer(Journal(), dry=True),):
        async with writing.at(BASE, "ci/jenkins") as dry:
            with pytest.raises(errors.ForbiddenError, match="nothing was sent"):
                await dry.post(SEVENTH, ("stop",))
    assert not hasattr(JenkinsReader, "post")
    assert len(ci.calls) == 0


# What is tried again.


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_read_is_tried_again_when_that_may_help(
    status: int, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    ci.get(JOB).mock(side_effect=[page(status, Retry_After="0"), page(status), says()])
    assert await reader.get_json(WEB) == {"name": "web"}


@pytest.mark.parametrize(
    "broken", [httpx.ReadError("x"), httpx.RemoteProtocolError("x"), httpx.ConnectError("x")]
)
async def test_a_read_whose_connection_broke_is_tried_again(
    broken: Exception, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    ci.get(JOB).mock(side_effect=[broken, says()])
    assert await reader.get_json(WEB) == {"name": "web"}


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_a_read_that_was_refused_is_not_tried_again(
    status: int, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    asked = ci.get(JOB).mock(return_value=page(status))
    ci.get(f"{BASE}/api/json").mock(return_value=says({"jobs": []}))
    await refusal_of(reader)
    assert asked.call_count == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_change_is_never_sent_twice(
    status: int, ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    stop = ci.post(STOP).mock(return_value=page(status))
    with pytest.raises(errors.OutcomeUnknownError, match="unknown whether the build was stopped"):
        await writer.post(SEVENTH, ("stop",), unknown="the build was stopped")
    assert stop.call_count == 1


@pytest.mark.parametrize(
    ("broken", "unknown"),
    [
        (httpx.ReadTimeout("x"), True),
        (httpx.ReadError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
    ],
)
async def test_a_change_whose_answer_is_lost_is_said_to_be_unknown(
    broken: Exception, unknown: bool, ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    stop = ci.post(STOP).mock(side_effect=broken)
    with pytest.raises(errors.UnavailableError) as lost:
        await writer.post(SEVENTH, ("stop",))
    assert isinstance(lost.value, errors.OutcomeUnknownError) is unknown
    assert stop.call_count == 1


async def test_a_starting_jenkins_has_done_nothing(
    ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    text = "Please wait while Jenkins is getting ready to work"
    ci.post(STOP).mock(return_value=page(503, text))
    with pytest.raises(errors.UnavailableError) as refused:
        await writer.post(SEVENTH, ("stop",))
    assert str(refused.value) == f"Jenkins at {BASE} is starting (503); try again in a minute."


async def test_a_token_that_was_replaced_is_read_again_once(
    cluster: Cluster, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    replace_token(cluster)
    asked = ci.get(JOB).mock(side_effect=[page(401), says()])
    assert await reader.get_json(WEB) == {"name": "web"}
    first, second = (call.request.headers["Authorization"] for call in asked.calls)
    assert first != second


async def test_requests_at_the_same_time_notice_it_together(
    cluster: Cluster, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    replace_token(cluster)
    fresh = httpx.BasicAuth(USER, "the-new-token")._auth_header

    def answer(request: httpx.Request) -> httpx.Response:
        return says() if request.headers["Authorization"] == fresh else page(401)

    ci.get(JOB).mock(side_effect=answer)
    cluster.requests.clear()
    found = await asyncio.gather(*(reader.get_json(WEB) for _ in range(5)))
    assert found == [{"name": "web"}] * 5
    assert len(cluster.requests) == 1


async def test_a_change_is_sent_with_the_token_that_was_replaced(
    cluster: Cluster, ci: respx.MockRouter, writer: JenkinsWriter
) -> None:
    replace_token(cluster)
    stop = ci.post(STOP).mock(side_effect=[page(401), page(302, Location="..")])
    assert (await writer.post(SEVENTH, ("stop",))).status == 302
    assert stop.call_count == 2


def replace_token(cluster: Cluster) -> None:
    secret = a_secret(BASE, **{"api-token": "the-new-token"})
    old = cluster.store.get("", "secrets", "ci", "jenkins")
    cluster.store.update(old | {"data": secret["data"]})


async def test_a_token_that_is_the_same_is_not_sent_again(
    ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    asked = ci.get(JOB).mock(return_value=page(401))
    assert str(await refusal_of(reader)) == (
        f"Jenkins at {BASE} does not accept the credentials of {WHO} (401): wrong, expired or "
        "revoked."
    )
    assert asked.call_count == 1
