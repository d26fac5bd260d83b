"""One conversation with one Jenkins: what is sent, tried again, refused, and in which words."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
import respx

from clients import errors
from clients.jenkins import JenkinsReader, JenkinsWriter, build, job
from clients.jenkins.refusals import JenkinsRefusalError
from clients.kubernetes.changes import Journal
from sandbox import Cluster
from tests.support.jenkins import TOKEN, USER, a_secret
from tools.dependencies import Clients

BASE = "https://ci.example.com/jenkins"
JOB = f"{BASE}/job/web/api/json"
STOP = f"{BASE}/job/web/7/stop"
CRUMBS = f"{BASE}/crumbIssuer/api/json"
WEB = job("web")
SEVENTH = build(WEB, 7)
WHO = f'user "{USER}" (Secret "ci/jenkins")'
NO_CRUMB = "<title>Error 403 No valid crumb was included in the request</title>"
LOGIN = (
    "<meta http-equiv='refresh' content='1;url=/jenkins/login?from=%2F'/>Authentication required"
)

Reading = Callable[[], AbstractAsyncContextManager[JenkinsReader]]


@pytest.fixture
def ci(cluster: Cluster) -> AsyncIterator[respx.MockRouter]:
    cluster.store.create(a_secret(BASE))
    with respx.mock(assert_all_called=False) as router:
        yield router


@pytest.fixture
async def reader(clients: Clients, ci: respx.MockRouter) -> AsyncIterator[JenkinsReader]:
    assert clients.jenkins is not None
    async with clients.jenkins.reader.at(BASE, "ci/jenkins") as reading:
        yield reading


@pytest.fixture
async def writer(clients: Clients, ci: respx.MockRouter) -> AsyncIterator[JenkinsWriter]:
    assert clients.jenkins is not None
    async with clients.jenkins.writer(Journal(), dry=False).at(BASE, "ci/jenkins") as writing:
        yield writing


def says(data: object = None, status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=data if data is not None else {"name": "web"}, headers=named)


def page(status: int, text: str = "", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, html=text, headers=named)


async def refusal_of(reader: JenkinsReader) -> errors.ClientError:
    with pytest.raises(errors.ClientError) as refused:
        await reader.get_json(WEB)
    assert TOKEN not in repr(refused.value)
    return refused.value


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


# What a refusal says.


@pytest.mark.parametrize(
    ("answer", "kind", "sentence"),
    [
        (
            page(403, X_Required_Permission="hudson.model.Item.Read"),
            JenkinsRefusalError,
            f"Jenkins at {BASE} refuses (403): {WHO} lacks the permission "
            '"Item.Read" on job "web".',
        ),
        (
            page(403, LOGIN),
            errors.UnauthorizedError,
            f"Jenkins at {BASE} wants a login (403): it did not take the credentials of {WHO}.",
        ),
        (
            page(403, "<title>Forbidden by the proxy</title>"),
            JenkinsRefusalError,
            f"Jenkins at {BASE} refuses (403) {WHO}: Forbidden by the proxy.",
        ),
        (
            page(400, "<title>Jenkins</title>", X_Error="No such thing"),
            errors.InvalidError,
            "Jenkins refuses (400): No such thing.",
        ),
        (
            page(405, Allow="POST"),
            errors.InvalidError,
            f'Jenkins at {BASE} does not do that with job "web" (405).',
        ),
        (
            page(409, "<title>Error 409 web is not buildable</title>"),
            errors.ConflictError,
            "Jenkins refuses (409): web is not buildable.",
        ),
        (
            page(414, "<title>URI Too Long</title>"),
            errors.InvalidError,
            "Jenkins refuses (414): URI Too Long.",
        ),
        (
            page(500, "<title>Oops!</title> Logging ID=6ccf1a29-8a4b</span> at hudson.X.java:1"),
            errors.UnavailableError,
            f'Jenkins at {BASE} failed on job "web" (500): Oops!; logging id 6ccf1a29-8a4b in '
            "Jenkins' log.",
        ),
        (
            page(503),
            errors.UnavailableError,
            f"Jenkins at {BASE}, or a proxy in front of it, cannot answer now (503).",
        ),
    ],
)
async def test_a_refusal_is_one_sentence_and_never_a_page(
    answer: httpx.Response,
    kind: type[errors.ClientError],
    sentence: str,
    ci: respx.MockRouter,
    reader: JenkinsReader,
) -> None:
    ci.get(JOB).mock(return_value=answer)
    refused = await refusal_of(reader)
    assert (type(refused), str(refused)) == (kind, sentence)


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("/jenkins/login?from=%2F", "sends to a login page (302)"),
        ("/jenkins/securityRealm/commenceLogin?from=%2F", "sends to a login page (302)"),
        ("https://sso.example.com/oauth2/authorize", "sends to a login page (302)"),
        ("https://elsewhere.example.com/", "answered with a redirect (302)"),
        ("", "answered with a redirect (302)"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(
    status: int, location: str, sentence: str, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    ci.get(JOB).mock(return_value=page(status, Location=location))
    said = str(await refusal_of(reader))
    assert sentence.replace("302", str(status)) in said
    assert "Nothing was followed." in said
    assert len(ci.calls) == 1


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (page(200, "<form>Sign in</form>"), "answered with a page instead of JSON (200)"),
        (httpx.Response(200, text="{}"), "answered with a page instead of JSON (200)"),
        (httpx.Response(204), "answered with a page instead of JSON (204)"),
        (says([1]), "answered JSON that is no object"),
        (httpx.Response(200, content=b"{", headers={"Content-Type": "application/json"}), "broken"),
    ],
)
async def test_only_json_that_is_an_object_is_data(
    answer: httpx.Response, sentence: str, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    ci.get(JOB).mock(return_value=answer)
    assert sentence in str(await refusal_of(reader))


# Bodies.


async def test_a_packed_answer_is_unpacked(ci: respx.MockRouter, reader: JenkinsReader) -> None:
    body = gzip.compress(b'{"name": "' + b"x" * 200_000 + b'"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    asked = ci.get(JOB).mock(return_value=sent(body, headers))
    assert len((await reader.get_json(WEB))["name"]) == 200_000
    assert asked.calls.last.request.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("encoding", "body", "sentence"),
    [
        ("gzip", gzip.compress(b" " * 50_000_000), "is larger than 8 MiB"),
        ("identity", b" " * 9_000_000, "is larger than 8 MiB"),
        ("gzip", b"not packed at all", "cannot be unpacked"),
        ("br", b"x", "an encoding that was not asked for"),
        ("gzip, gzip", b"x", "an encoding that was not asked for"),
    ],
)
async def test_a_body_too_large_or_packed_wrongly_is_refused(
    encoding: str, body: bytes, sentence: str, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    ci.get(JOB).mock(return_value=sent(body, headers))
    assert sentence in str(await refusal_of(reader))


def sent(body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Build an answer whose body httpx has not looked at yet."""

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield body

    return httpx.Response(200, headers=headers, stream=Body())


async def test_a_stream_that_breaks_off_is_said_and_not_begun_again(
    ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    asked = ci.get(f"{BASE}/job/web/7/logText/progressiveText").mock(return_value=breaking(200))
    with pytest.raises(errors.UnavailableError) as broken:
        async with reader.stream(SEVENTH, ("logText", "progressiveText"), {}) as response:
            assert [piece async for piece in response.aiter_raw()] == []
    assert str(broken.value) == f"Jenkins at {BASE} broke off the connection. Nothing was changed."
    assert asked.call_count == 1


@pytest.mark.parametrize("status", [302, 404])
async def test_a_status_whose_page_breaks_off_still_counts(
    status: int, ci: respx.MockRouter, reader: JenkinsReader, writer: JenkinsWriter
) -> None:
    ci.get(JOB).mock(return_value=breaking(status))
    ci.get(f"{BASE}/api/json").mock(return_value=says({"jobs": []}))
    ci.post(STOP).mock(return_value=breaking(302))
    assert isinstance(await refusal_of(reader), errors.ClientError)
    assert (await writer.post(SEVENTH, ("stop",))).status == 302


def breaking(status: int) -> httpx.Response:
    """Build an answer whose body breaks off after its first bytes."""

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"x" * 10
            raise httpx.ReadError("broken")

    return httpx.Response(status, stream=Body())


# The way there.


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (httpx.ConnectError("x"), "cannot be reached: no such host, or it refuses connections"),
        (httpx.ConnectTimeout("x"), "cannot be reached in time"),
        (httpx.ReadTimeout("x"), "did not answer in time"),
        (httpx.ProxyError("x"), "cannot be reached through the configured proxy"),
        (httpx.ReadError("x"), "broke off the connection"),
    ],
)
async def test_no_answer_is_said_in_a_sentence(
    broken: Exception, sentence: str, ci: respx.MockRouter, reader: JenkinsReader
) -> None:
    ci.get(JOB).mock(side_effect=broken)
    assert str(await refusal_of(reader)) == f"Jenkins at {BASE} {sentence}. Nothing was changed."
