"""jenkins_get_build_log: the end, from an offset, with a pattern; offsets are Jenkins' own."""

import pytest

from sandbox.jenkins import Build, Jenkins
from sandbox.jenkins.console import note
from tests.conftest import Call, Said
from tools.dependencies import Clients

PATH = "GET /jenkins/job/web/1/logText/progressiveText"


@pytest.fixture
def build(jenkins: Jenkins) -> Build:
    """A finished build of `web` with an empty log."""
    build = jenkins.root.job("web").start()
    build.building, build.result = False, "SUCCESS"
    return build


@pytest.fixture
def log(ask: Call, build: Build) -> Call:
    async def log(**arguments: object) -> Said:
        return await ask("jenkins_get_build_log", jobFullName="web", **arguments)

    return log


async def test_a_log_that_fits_is_shown_whole(log: Call, jenkins: Jenkins, build: Build) -> None:
    build.log.write("one\r\ntwo\n\nthree")
    jenkins.requests.clear()
    assert (await log()).text == "one\ntwo\n\nthree"
    assert jenkins.requests.lines == ["GET /jenkins/job/web/lastBuild/api/json", PATH]


async def test_an_empty_log_says_so(log: Call) -> None:
    assert (await log()).text == "(no lines)"


async def test_of_a_long_log_the_end_is_shown_and_the_rest_not_sent(
    log: Call, jenkins: Jenkins, build: Build
) -> None:
    for number in range(200_000):
        build.log.write(f"line {number}\n")
    answer = await log()
    lines = answer.text.splitlines()
    assert lines[-2] == "line 199999"
    assert lines[0].startswith("line ")
    size = len(build.log)
    assert lines[-1] == (
        f"… the last {len(lines) - 1:,} lines of {size:,} bytes; from the beginning: start=0; "
        'search: pattern="(?i)error".'
    )
    assert len(answer.text.encode()) < 100_000
    assert jenkins.requests[-1].target.endswith(f"?start={size - 99_000}")


async def test_only_so_many_lines(log: Call, build: Build) -> None:
    build.log.write("".join(f"line {number}\n" for number in range(10)))
    assert (await log(num_lines=2)).text.splitlines()[:2] == ["line 8", "line 9"]
    assert (await log(num_lines=2, start=0)).text.splitlines() == [
        "line 0", "line 1", "… up to byte 14 of 70. Continue: start=14",
    ]  # fmt: skip


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("noted", [b"", note("A" * 200)])
async def test_going_on_by_offsets_leaves_nothing_out(
    ends: str, noted: bytes, log: Call, build: Build, clients: Clients
) -> None:
    """Jenkins' offsets count what it does not send; so some lines may come twice, none is lost."""
    object.__setattr__(clients, "most_bytes", 3_000)
    wanted = [f"line {number} of the log" for number in range(120)]
    for line in wanted:
        build.log.write(noted + f"{line}{ends}".encode())
    seen: set[str] = set()
    start, calls = 0, 0
    while start is not None and calls < 400:
        text = (await log(start=start)).text
        seen |= {*text.splitlines()}
        _, more, where = text.rpartition("Continue: start=")
        calls += 1
        assert not more or int(where) > start
        start = int(where) if more else None
    assert start is None
    assert {*wanted} <= seen


async def test_an_offset_in_the_middle_of_a_line_begins_there(log: Call, build: Build) -> None:
    build.log.write("hello\nworld\n")
    assert (await log(start=6)).text == "world"
    assert (await log(start=8)).text == "rld"
    assert (await log(start=12)).text == "(no lines)"


async def test_a_start_past_the_end_is_refused_instead_of_beginning_anew(
    log: Call, build: Build
) -> None:
    build.log.write("hello\n")
    answer = await log(start=700)
    assert answer.error
    assert answer.text == (
        'The log of build 1 of job "web" has 6 bytes so far: start=700 is past its end.'
    )


async def test_a_running_build_says_where_to_go_on(log: Call, build: Build) -> None:
    build.building = True
    build.log.write("one\n")
    assert (await log()).text == "one\nThe build is still running. Continue: start=4"
    build.log.write("two\n")
    assert (await log(start=4)).text == "two\nThe build is still running. Continue: start=8"
    assert (await log(start=8)).text == "(no lines)\nThe build is still running. Continue: start=8"


@pytest.mark.parametrize("more", [{}, {"start": 0}, {"pattern": "x"}])
async def test_a_log_of_nothing_is_refused_as_other_tools_do(
    ask: Call, jenkins: Jenkins, build: Build, more: dict[str, object]
) -> None:
    for asked in ({"jobFullName": "wbe", "build": 1}, {"jobFullName": "web", "build": 9}):
        answer = await ask("jenkins_get_build_log", **asked, **more)
        assert answer.error
        assert answer.text == (await ask("jenkins_get_build", **asked)).text
        assert "not found" in answer.text
        assert "Did you mean" in answer.text or "the job has builds 1 to 1" in answer.text


async def test_a_log_that_is_not_there_yet_is_empty(log: Call, build: Build) -> None:
    build.building, build.log.exists = True, False
    assert (await log()).text == "(no lines)\nThe build is still running. Continue: start=0"


async def test_lines_are_searched_with_their_numbers(log: Call, build: Build) -> None:
    build.log.write("ok\nERROR: one\nok\nerror: two\n")
    assert (await log(pattern="(?i)error")).text == (
        '2: ERROR: one\n4: error: two\n… "(?i)error" matches 2 of 4 lines of build 1 of job "web".'
    )
    assert (await log(pattern="nothing")).text == (
        '… "nothing" matches 0 of 4 lines of build 1 of job "web".'
    )
    assert (await log(pattern="(")).error


async def test_of_very_many_matches_the_last_are_shown(log: Call, build: Build) -> None:
    build.log.write("error\n" * 50_000)
    text = (await log(pattern="error")).text
    assert text.splitlines()[-2] == "50000: error"
    assert "matches 50,000 of 50,000 lines" in text
    assert text.endswith(" shown.")


async def test_what_a_log_calls_a_secret_is_masked(log: Call, build: Build) -> None:
    build.log.write("export DB_PASSWORD=hunter2\nAuthorization: Bearer abcdefghijkl\n")
    text = (await log()).text
    assert "hunter2" not in text
    assert "abcdefghijkl" not in text


async def test_colours_and_hidden_notes_are_not_text(log: Call, build: Build) -> None:
    build.log.write(note() + b"\x1b[31mred\x1b[0m\n" + "split \u00fc".encode()[:-1] + b"\n")
    assert (await log()).text == "red\nsplit \ufffd"


async def test_a_line_without_end_is_bounded(log: Call, jenkins: Jenkins, build: Build) -> None:
    build.log.write("x" * 300_000)
    text = (await log()).text
    assert len(text) < 100_000
    assert (await log(pattern="y")).text.startswith('… "y" matches 0')


async def test_a_server_that_lies_about_the_size_is_bounded_too(
    log: Call, jenkins: Jenkins
) -> None:
    jenkins.faults.flood(5_000_000, path="progressiveText", times=None, text=b"flood\n")
    answer = await log()
    assert len(answer.text) <= 100_000
    assert "flood" in answer.text
    part = await log(start=0)
    assert len(part.text) <= 100_000
    assert "Continue: start=" in part.text


@pytest.mark.parametrize("start", [None, 0])
async def test_a_log_that_breaks_off_is_said(
    start: int | None, log: Call, jenkins: Jenkins, build: Build
) -> None:
    jenkins.faults.reset(path="progressiveText", times=None)
    answer = await log(start=start)
    assert answer.error
    assert "broke off the connection" in answer.text
