"""Requests and their failures: what is tried again, what is not, and the sentence that is left."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr

from clients import errors
from clients.kubernetes.configuration.config import ClusterConfig, Headers
from clients.kubernetes.wire import doors
from clients.kubernetes.wire.connection import Connection, Request, TimeLimits
from clients.kubernetes.wire.session import Retries, Session
from tests.support.scripted import (
    Scripted,
    breaks_off,
    hangs_up,
    in_pieces,
    refuses,
    says,
    says_text,
    scripted,
)

TOKEN = "canary-s3cr3t-token"
A_READ = Request("GET", "/api/v1/pods")
A_WRITE = Request("POST", "/api/v1/pods", body=b"{}")


@pytest.fixture
async def far() -> AsyncIterator[Scripted]:
    async with scripted() as server:
        yield server


@pytest.fixture
async def session(far: Scripted) -> AsyncIterator[Session]:
    async def load() -> ClusterConfig:
        loads.append(far.url)
        return ClusterConfig(far.url, "a test", token=lambda: SecretStr(f"Bearer {TOKEN}"))

    loads: list[str] = []
    connection = Connection(
        load, limits=TimeLimits(connect=1, read=0.3), connections=4, user_agent="skyflo-mcp"
    )
    session = Session(connection, Retries(attempts=3, base_delay=0.001, max_delay=0.002))
    session.loads = loads  # type: ignore[attr-defined]
    yield session
    await connection.close()


async def refusal(session: Session, request: Request = A_READ) -> str:
    with pytest.raises(errors.ClientError) as refused:
        await session.json(request)
    assert TOKEN not in f"{refused.value!r} {refused.value.__cause__!r}"
    return str(refused.value)


async def test_identity_and_name_go_with_each_request(far: Scripted, session: Session) -> None:
    far.answers(says({"kind": "PodList"}))
    answer = await session.json(A_READ)
    assert answer.body == {"kind": "PodList"}
    assert far.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert far.requests[0].headers["User-Agent"] == "skyflo-mcp"


async def test_warnings_come_with_the_answer(far: Scripted, session: Session) -> None:
    far.answers(says({}, Warning='299 - "v1 Endpoints is deprecated in v1.33+"'))
    assert (await session.json(A_READ)).warnings == ("v1 Endpoints is deprecated in v1.33+",)


@pytest.mark.parametrize(
    "passing",
    [
        refuses(429, "TooManyRequests", "slow down", **{"Retry-After": "1"}),
        refuses(503, "ServiceUnavailable", "starting"),
        refuses(500, "InternalError", "etcd"),
        hangs_up,
        breaks_off,
    ],
    ids=["429", "503", "500", "hangs up", "breaks off"],
)
async def test_a_read_is_tried_again(far: Scripted, session: Session, passing: object) -> None:
    far.answers(passing, passing, says({"kind": "PodList"}))  # type: ignore[arg-type]
    assert (await session.json(A_READ)).body == {"kind": "PodList"}
    assert len(far.requests) == 3


async def test_trying_again_has_an_end_and_is_counted(far: Scripted, session: Session) -> None:
    far.answers(refuses(503, "ServiceUnavailable", "starting"))
    assert await refusal(session) == f"The API server at {far.url} answered 503: starting (3 tries)"
    assert len(far.requests) == 3


async def test_the_tries_are_said_before_what_follows_from_them(
    far: Scripted, session: Session
) -> None:
    far.answers(hangs_up)
    assert await refusal(session) == (
        f"The API server at {far.url} broke off in the middle of its answer (3 tries). "
        "Nothing was changed."
    )


@pytest.mark.parametrize("passing", [refuses(503, "ServiceUnavailable", "starting"), hangs_up])
async def test_a_write_that_may_have_arrived_is_never_sent_twice(
    far: Scripted, session: Session, passing: object
) -> None:
    far.answers(passing)  # type: ignore[arg-type]
    await refusal(session, A_WRITE)
    assert len(far.requests) == 1


async def test_a_write_whose_answer_was_lost_is_said_to_be_unknown(
    far: Scripted, session: Session
) -> None:
    far.answers(hangs_up)
    assert "it is unknown whether it was carried out" in await refusal(session, A_WRITE)


async def test_a_callers_mistake_is_not_tried_again_though_it_is_a_500(
    far: Scripted, session: Session
) -> None:
    far.answers(
        refuses(500, "", "failed to create typed patch object: .spec.replica: not declared")
    )
    with pytest.raises(errors.InvalidError, match=r"\.spec\.replica"):
        await session.json(A_READ)
    assert len(far.requests) == 1


async def test_a_silent_server_is_given_up_after_the_time_limit(
    far: Scripted, session: Session
) -> None:
    async def silent(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    far.answers(silent)
    said = await refusal(session)
    assert said == f"The API server at {far.url} did not answer within 0.3 s. Nothing was changed."
    assert len(far.requests) == 1


async def test_a_dead_server_is_asked_less_and_less(far: Scripted, session: Session) -> None:
    far.answers(hangs_up)
    await refusal(session)
    asked = len(far.requests)
    assert "It is tried again in" in await refusal(session)
    assert len(far.requests) == asked


@pytest.mark.parametrize(
    "garbage",
    [says_text("<html>login</html>", content_type="text/html"), says_text(b"\xff\xfe"), says([1])],
    ids=["html", "binary", "a list"],
)
async def test_what_is_no_api_answer_is_said_so(
    far: Scripted, session: Session, garbage: object
) -> None:
    far.answers(garbage)  # type: ignore[arg-type]
    assert "JSON" in await refusal(session)


async def test_a_redirect_is_not_followed(far: Scripted, session: Session) -> None:
    far.answers(says({}, 302, Location="https://evil.example/"))
    assert (await session.json(A_READ)).status == 302
    assert len(far.requests) == 1


async def test_an_expired_login_is_read_again_once(far: Scripted, session: Session) -> None:
    far.answers(says({}))
    await session.json(A_READ)
    session.connection._loaded_at -= 60
    far.answers(refuses(401, "Unauthorized", "Unauthorized"), says({"kind": "PodList"}))
    assert (await session.json(A_READ)).body == {"kind": "PodList"}
    assert len(session.loads) == 2  # type: ignore[attr-defined]


async def test_a_login_that_is_not_accepted_is_said_in_a_sentence(
    far: Scripted, session: Session
) -> None:
    far.answers(refuses(401, "Unauthorized", "Unauthorized"))
    assert await refusal(session) == (
        f"The API server at {far.url} does not accept these credentials (401): "
        "they are missing, wrong or expired."
    )


async def test_a_missing_permission_names_user_verb_resource_and_place(
    far: Scripted, session: Session
) -> None:
    far.answers(
        refuses(
            403,
            "Forbidden",
            'pods "web" is forbidden: User "system:serviceaccount:skyflo:mcp" cannot get resource '
            '"pods/exec" in API group "" in the namespace "shop"',
        )
    )
    assert await refusal(session) == (
        'Not allowed: user "system:serviceaccount:skyflo:mcp" lacks "get" on "pods/exec" '
        'in namespace "shop".'
    )


async def test_a_refused_patch_is_not_repeated_with_its_secrets(
    far: Scripted, session: Session
) -> None:
    said = (
        '"" is invalid: patch: Invalid value: "map[stringData:map[password:canary] x:1]": '
        'strict decoding error: unknown field "x"'
    )
    far.answers(refuses(422, "Invalid", said))
    assert await refusal(session) == 'unknown field "x"'


async def test_a_refusal_that_comes_in_pieces_is_read_to_its_end(
    far: Scripted, session: Session
) -> None:
    """An API server sends what is longer than 2 KiB piece by piece."""
    causes = [{"message": "x" * 3000}]
    said = {"kind": "Status", "details": {"causes": causes}, "message": "no such field"}
    far.answers(in_pieces(orjson.dumps(said), 400))
    assert await refusal(session) == "no such field"


async def test_text_is_read_up_to_the_bound(far: Scripted, session: Session) -> None:
    far.answers(says_text("x" * 10_000_000))
    assert len(await session.text(A_READ, 1000)) == 1000


@pytest.mark.parametrize(
    "request_",
    [
        Request("POST", "/api/v1/namespaces/shop/pods", body=b"{}"),
        Request("PUT", "/api/v1/namespaces/shop/pods/web", body=b"{}"),
        Request("PATCH", "/api/v1/namespaces/shop/pods/web", body=b"{}"),
        Request("DELETE", "/api/v1/namespaces/shop/pods/web"),
        Request("GET", "/api/v1/namespaces/shop/pods/web/exec"),
        Request("GET", "/api/v1/namespaces/shop/pods/web/attach"),
        Request("GET", "/api/v1/namespaces/shop/pods/web/portforward"),
        Request("GET", "/api/v1/namespaces/shop/services/web/proxy/delete-all"),
        Request("GET", "/api/v1/nodes/one/proxy/run/shop/web/web"),
        Request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body=b"{}"),
        Request("POST", "/api/v1/namespaces/shop/serviceaccounts/web/token", body=b"{}"),
    ],
    ids=lambda request_: f"{request_.method} {request_.path}",
)
async def test_the_read_only_door_lets_nothing_out_that_acts(
    far: Scripted, session: Session, request_: Request
) -> None:
    far.answers(says({}))
    reading = session.with_door(doors.reading_only)
    assert "nothing was sent" in await refusal(reading, request_)
    assert far.requests == []


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/api/v1/namespaces/proxy/pods/exec"),
        Request("GET", "/api/v1/namespaces/shop/pods/exec/log"),
        Request("GET", "/apis/apps/v1/namespaces/shop/deployments/proxy"),
        Request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=b"{}"),
    ],
    ids=lambda request_: f"{request_.method} {request_.path}",
)
async def test_the_read_only_door_lets_reads_and_reviews_of_oneself_through(
    far: Scripted, session: Session, request_: Request
) -> None:
    far.answers(says({"kind": "Fine"}))
    answer = await session.with_door(doors.reading_only).json(request_)
    assert answer.body == {"kind": "Fine"}


async def test_impersonation_and_repeated_groups_are_sent(far: Scripted) -> None:
    impersonate = Headers()
    impersonate.add("Impersonate-User", "jane")
    impersonate.add("Impersonate-Group", "dev")
    impersonate.add("Impersonate-Group", "ops")

    async def load() -> ClusterConfig:
        return ClusterConfig(far.url, "a test", impersonate=impersonate)

    far.answers(says({}))
    connection = Connection(load, limits=TimeLimits(), connections=1, user_agent="skyflo-mcp")
    await Session(connection, Retries()).json(A_READ)
    await connection.close()
    assert far.requests[0].headers["Impersonate-User"] == "jane"
    assert far.requests[0].headers.getall("Impersonate-Group") == ["dev", "ops"]
