"""What a log calls a secret stays one wherever a page of it begins, ends, or is searched."""

import json

import pytest

from sandbox.jenkins import Build, Jenkins
from sandbox.jenkins.console import note
from sandbox.jenkins.reports import Stage, Step
from tests.conftest import Call, Said
from tools.dependencies import Clients

BODY = [letter * 64 for letter in "QRSTUV"] + ["WxYz" * 5 + "Ww=="]
PEM = ["-----BEGIN RSA PRIVATE KEY-----", *BODY, "-----END RSA PRIVATE KEY-----"]
PASSWORD = "hunter2hunterXq9"
STAMP = "[2026-11-20T12:00:00.123Z] "


@pytest.fixture
def build(jenkins: Jenkins) -> Build:
    build = jenkins.root.job("web", kind="pipeline").start()
    build.finish("FAILURE")
    build.log._raw.clear()
    return build


@pytest.fixture
def log(ask: Call, build: Build) -> Call:
    async def log(**arguments: object) -> Said:
        return await ask("jenkins_get_build_log", jobFullName="web", build=1, **arguments)

    return log


def write(build: Build, lines: list[str], before: bytes = b"", end: bytes = b"\n") -> None:
    for line in lines:
        build.log.write(before + line.encode() + end)


def shows_key(text: str) -> bool:
    """Whether four characters of the key's body stand side by side."""
    return any(line[:4] in text or line[-6:] in text for line in BODY)


@pytest.mark.parametrize("prefix", [b"", STAMP.encode(), b"    ", note("A" * 200)])
@pytest.mark.parametrize("arguments", [{}, {"start": 0}, {"pattern": "."}])
async def test_a_private_key_is_not_shown(
    arguments: dict[str, object], prefix: bytes, log: Call, build: Build
) -> None:
    write(build, ["+ cat key", *PEM, "done"], prefix)
    text = (await log(**arguments)).text
    assert not shows_key(text)
    assert text.count("<redacted private key>") == 1
    assert "cat key" in text
    assert "done" in text


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("prefix", [b"", STAMP.encode(), note("A" * 200)])
async def test_no_page_begins_inside_a_private_key(
    prefix: bytes, end: bytes, log: Call, build: Build
) -> None:
    write(build, ["+ cat key"], prefix, end)
    first = len(build.log)
    write(build, PEM, prefix, end)
    last = len(build.log)
    write(build, ["done"], prefix, end)
    for start in range(first, last, max(1, (last - first) // 9)):
        text = (await log(start=start)).text
        assert not shows_key(text), start
        assert text.endswith("done"), start
        assert not shows_key((await log(start=start, num_lines=1)).text), start
        assert not shows_key((await log(start=start, pattern="[QRSTUVW]")).text), start


@pytest.mark.parametrize("prefix", ["", STAMP])
async def test_no_end_of_a_log_begins_inside_a_private_key(
    prefix: str, log: Call, build: Build, clients: Clients
) -> None:
    object.__setattr__(clients, "most_bytes", 3_000)  # of which 2,000 are the log's
    key = sum(len(prefix + line) + 1 for line in PEM)
    for inside in range(0, key, 73):
        build.log._raw.clear()
        write(build, ["+ cat key"] * 50)
        write(build, PEM, prefix.encode())
        build.log.write("y" * (1_990 - inside) + "\ndone\n")
        text = (await log()).text
        assert not shows_key(text), inside
        assert "done" in text


async def test_a_key_at_the_end_of_a_running_build_is_not_shown_either(
    log: Call, build: Build, clients: Clients
) -> None:
    object.__setattr__(clients, "most_bytes", 3_000)
    write(build, [PEM[0], *BODY[:1] * 60])
    assert not shows_key((await log()).text)


async def test_a_beginning_that_never_ends_hides_no_more_than_a_key(
    log: Call, build: Build
) -> None:
    write(build, ["expected -----BEGIN PRIVATE KEY-----", *["a line of the log"] * 2_000, "done"])
    text = (await log()).text
    assert text.startswith("expected <redacted private key>\na line")
    assert text.count("a line of the log") > 1_000
    assert text.endswith("done")


async def test_what_follows_a_key_in_its_last_line_is_shown(log: Call, build: Build) -> None:
    write(build, [*PEM[:-1], f"{PEM[-1]} and password={PASSWORD} too"])
    assert (await log()).text == "<redacted private key>\n and password=<redacted> too"


@pytest.mark.parametrize("prefix", [b"", note("A" * 200)])
@pytest.mark.parametrize(
    "line",
    [
        f"export DB_PASSWORD={PASSWORD} HOME=/root",
        f'{{"password": "{PASSWORD} and more", "next": 1}}',
        f"git clone https://bot:{PASSWORD}@git.example.com/x.git",
        f"Authorization: Bearer {PASSWORD}{PASSWORD}",
        f"ghp_{PASSWORD}{PASSWORD} is a token",
    ],
)
async def test_a_page_that_begins_inside_a_line_knows_what_stands_before(
    line: str, prefix: bytes, log: Call, build: Build
) -> None:
    write(build, ["+ env"], prefix)
    first = len(build.log) + len(prefix)
    write(build, [line, "done"], prefix)
    for start in range(first, first + len(line), 4):
        for more in ({}, {"pattern": "."}) if start % 3 else ({},):
            text = (await log(start=start, **more)).text
            assert "XQ9" not in text.upper(), (start, text)
            assert "done" in text


async def test_a_line_without_end_is_masked_across_its_parts(log: Call, build: Build) -> None:
    """It is shown in parts of 16 KiB; a secret may stand where one ends and the next begins."""
    secrets = [
        f"password={PASSWORD}", f'"password": "{PASSWORD} and {PASSWORD}"',
        f"ghp_{PASSWORD}{PASSWORD}", f"https://bot:{PASSWORD}@git.example.com",
    ]  # fmt: skip
    for secret in secrets:
        for ahead in (3, len(secret) // 2, len(secret) - 3):
            build.log._raw.clear()
            build.log.write("y" * 100 + " z" * ((16 * 1024 - ahead - 100) // 2) + " ")
            build.log.write(secret + " " + "z " * 20_000)
            text = (await log()).text
            assert PASSWORD[-8:] not in text, (secret, ahead)
            assert PASSWORD[:8] not in text, (secret, ahead)
            assert "redacted" in text


async def test_the_end_of_a_line_that_nothing_is_known_of_is_not_shown(
    log: Call, build: Build, jenkins: Jenkins
) -> None:
    """Here the place asked for is found in nothing that stands before it."""
    write(build, [f"password={PASSWORD}", "done"])
    jenkins.faults.body(
        b"something else\n", path="start=0$", times=None, content_type="text/plain",
        X_Text_Size=str(len(build.log)),
    )  # fmt: skip
    text = (await log(start=9)).text
    assert text == "… [the rest of this line is not shown]\ndone"


async def test_a_steps_log_hides_a_key_too(ask: Call, build: Build) -> None:
    filler = ["y" * 100] * 100
    for log in ([*filler, *PEM, "done"], [*PEM, *filler[:9], "done"]):
        step = Step("14", "Shell Script", "make", "FAILED", "exit 2", log="\n".join(log) + "\n")
        build.stages = [Stage("12", "tests", "FAILED", steps=[step])]
        answer = await ask("jenkins_get_stages", jobFullName="web")
        assert "<redacted private key>" in answer.text
        assert "done" in answer.text
        assert not shows_key(answer.text)
    for inside in (30, 130, 200, 330):  # Jenkins sends the last 10 KiB
        step.log = "\n".join([*PEM, "y" * (10 * 1024 - inside - 6), "done"]) + "\n"
        answer = await ask("jenkins_get_stages", jobFullName="web")
        assert not shows_key(answer.text), inside
        assert "done" in answer.text


async def test_the_explanation_of_a_failure_shows_no_key(ask: Call, build: Build) -> None:
    told = "ERROR: the key is -----BEGIN PRIVATE KEY-----"
    write(build, [told, "ERROR: QQQQ", PEM[-1], f"ERROR: password={PASSWORD}"])
    answer = await ask("jenkins_find_failure", jobFullName="web")
    assert "ERROR: the key is <redacted private key>" in answer.text
    assert "ERROR: password=<redacted>" in answer.text
    assert "QQQQ" not in json.dumps(answer.data)


@pytest.mark.parametrize("colour", ["\x1b[1m", "\x1b[1;31m", "\x1b[38;5;9m", "\u200b"])
@pytest.mark.parametrize("line", ["password{}={}", "pass{}word={}", "password={}{}"])
async def test_colours_hide_no_secret(line: str, colour: str, ask: Call, build: Build) -> None:
    write(build, ["ERROR: " + line.format(colour, PASSWORD)])
    for tool in ("jenkins_get_build_log", "jenkins_find_failure"):
        answer = await ask(tool, jobFullName="web")
        assert "ERROR: password=<redacted>" in answer.text
        assert PASSWORD not in answer.text + json.dumps(answer.data)
