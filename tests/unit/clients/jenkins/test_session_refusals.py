"""One conversation with one Jenkins: what is refused, in which words, and what bodies may be."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
import respx

from clients import errors
from clients.jenkins import JenkinsReader, JenkinsWriter
from clients.jenkins.refusals import JenkinsRefusalError
from tests.support.jenkins_conversation import (
    BASE,
    JOB,
    LOGIN,
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

__all__ = ["ci", "reader", "writer"]  # fixtures


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
