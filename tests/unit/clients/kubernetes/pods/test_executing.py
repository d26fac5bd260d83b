"""What is made of an exec's frames: outputs, exit code, and what is not known."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
import yaml

from clients import errors
from clients.kubernetes.pods.executing import Captured, Command, Execution, execute
from clients.kubernetes.wire import doors
from clients.kubernetes.writer import KubernetesWriter
from tests.support.scripted import Scripted, hangs_up, refuses, says, says_text, scripted
from tests.support.websocket import SUCCESS, WEB, Conversation, writing_to

V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"


@pytest.fixture
async def far() -> AsyncIterator[Scripted]:
    async with scripted() as server:
        yield server


@pytest.fixture
async def writing(far: Scripted, tmp_path: Path) -> AsyncIterator[KubernetesWriter]:
    def kubeconfig(url: str) -> str:
        path = tmp_path / "kubeconfig"
        path.write_text(
            yaml.safe_dump(
                {
                    "clusters": [{"name": "c", "cluster": {"server": url}}],
                    "users": [{"name": "u", "user": {"token": "t0ken"}}],
                    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                    "current-context": "x",
                }
            )
        )
        return str(path)

    async with writing_to(far, kubeconfig) as writer:
        yield writer


async def ran(writing: KubernetesWriter, **more: object) -> Execution:
    async def tell(_: str) -> None:
        pass

    command = {"pod": WEB, "container": "web", "argv": ["ls", "a b"], "seconds": 5, **more}
    return await execute(writing, Command(**command), tell)  # type: ignore[arg-type]


def text(captured: Captured) -> str:
    return captured.fitting(10_000)[0]


def exited(code: int) -> bytes:
    causes = [{"reason": "ExitCode", "message": str(code)}]
    status = {"status": "Failure", "reason": "NonZeroExitCode", "details": {"causes": causes}}
    return b"\x03" + orjson.dumps({**status, "message": "command terminated"})


async def test_outputs_are_apart_and_split_letters_whole(
    far: Scripted, writing: KubernetesWriter
) -> None:
    letter = "é".encode()
    frames = [b"\x01", b"\x01caf" + letter[:1], b"\x02oops", b"\x01" + letter[1:], exited(137)]
    far.answers(Conversation(V5, frames))
    execution = await ran(writing)
    assert (text(execution.stdout), text(execution.stderr)) == ("café", "oops")
    assert execution.exit_code == 137


async def test_each_word_is_a_parameter_and_v5_is_offered_first(
    far: Scripted, writing: KubernetesWriter
) -> None:
    far.answers(Conversation(V4, [b"\x03" + SUCCESS]))
    assert (await ran(writing)).exit_code == 0
    [request] = far.requests
    assert request.query.getall("command") == ["ls", "a b"]
    assert (request.query["container"], request.query.get("tty")) == ("web", None)
    assert request.headers["Sec-WebSocket-Protocol"] == f"{V5},{V4}"
    assert request.headers["Authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("closes", [True, False])
async def test_without_a_status_the_exit_code_is_unknown(
    far: Scripted, writing: KubernetesWriter, closes: bool
) -> None:
    far.answers(Conversation(V5, [b"\x01half of it"], closes=closes))
    execution = await ran(writing)
    assert (execution.exit_code, execution.timed_out) == (None, False)
    assert text(execution.stdout) == "half of it"


async def test_standard_input_is_sent_whole_and_ended(
    far: Scripted, writing: KubernetesWriter
) -> None:
    talk = Conversation(V5, stays=True)
    far.answers(talk)
    execution = await ran(writing, stdin=b"x" * 40_000, seconds=0.3)
    await talk.over.wait()
    assert b"".join(frame[1:] for frame in talk.received[:-1]) == b"x" * 40_000
    assert {frame[:1] for frame in talk.received[:-1]} == {b"\x00"}
    assert talk.received[-1] == b"\xff\x00"
    assert execution.timed_out
    assert far.requests[0].headers["Sec-WebSocket-Protocol"] == V5


async def test_an_old_server_is_never_given_standard_input(
    far: Scripted, writing: KubernetesWriter
) -> None:
    far.answers(says_text("", 403))
    with pytest.raises(errors.InvalidError) as refused:
        await ran(writing, stdin=b"x")
    assert str(refused.value) == (
        "This API server speaks no v5.channel.k8s.io (before Kubernetes 1.30): it cannot end "
        'standard input. Leave "stdin" out.'
    )


async def test_a_deadline_gives_what_there_is(far: Scripted, writing: KubernetesWriter) -> None:
    far.answers(Conversation(V5, [b"\x01begun"], stays=True))
    execution = await ran(writing, seconds=0.2)
    assert (execution.timed_out, execution.exit_code) == (True, None)
    assert text(execution.stdout) == "begun"


async def test_a_refusal_without_a_reason_names_the_missing_verb(
    far: Scripted, writing: KubernetesWriter
) -> None:
    far.answers(refuses(403, "Forbidden", 'pods "web" is forbidden: '))
    with pytest.raises(errors.ForbiddenError) as refused:
        await ran(writing)
    assert str(refused.value) == (
        'Not allowed: "create" is missing on "pods/exec" in namespace "shop"; "get" alone is not '
        "enough since Kubernetes 1.35."
    )


async def test_a_broken_handshake_is_not_tried_again(
    far: Scripted, writing: KubernetesWriter
) -> None:
    far.answers(hangs_up)
    with pytest.raises(errors.UnavailableError, match="unknown whether it was carried out"):
        await ran(writing)
    assert len(far.requests) == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_a_refused_handshake_is_not_tried_again(
    far: Scripted, writing: KubernetesWriter, status: int
) -> None:
    far.answers(refuses(status, "InternalError", "etcd"))
    with pytest.raises(errors.UnavailableError, match=f"answered {status}: etcd"):
        await ran(writing)
    assert len(far.requests) == 1


async def test_a_proxy_that_passes_no_websockets_on_is_told(
    far: Scripted, writing: KubernetesWriter
) -> None:
    far.answers(says({"kind": "Pod"}))
    with pytest.raises(errors.UnavailableError, match="did not open a websocket"):
        await ran(writing)


@pytest.mark.parametrize("door", [doors.reading_only, doors.dry_runs_only])
async def test_no_narrow_session_executes(
    far: Scripted, writing: KubernetesWriter, door: doors.Request
) -> None:
    writing._session = writing._session.with_door(door)
    with pytest.raises(errors.ForbiddenError, match="nothing was sent"):
        await ran(writing)
    assert far.requests == []


def test_of_a_long_output_beginning_and_end_are_kept() -> None:
    captured = Captured(1000)
    for number in range(100_000):
        captured.add(b"%06d\n" % number)
    head, tail, missing = captured.fitting(200)
    assert head.startswith("000000\n000001\n")
    assert tail.endswith("099998\n099999\n")
    assert (len(head), len(tail), missing) == (100, 100, 700_000 - 200)


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 150])
def test_what_fits_is_left_whole(size: int) -> None:
    captured = Captured(100)
    captured.add(b"x" * size)
    head, tail, missing = captured.fitting(60)
    assert len(head) + len(tail) + missing == size
    assert missing == (size - 60 if size > 60 else 0)
