"""Logs as text: merged by time, prefixed as kubectl does, the newest kept."""

from tools.render.logs import Stream, merged, newest


def a_stream(name: str, *lines: tuple[str, str]) -> Stream:
    return Stream(f"[pod/{name}/app] ", lines)


def at(second: str, zone: str = "Z") -> str:
    return f"2026-11-20T12:00:{second}{zone}"


def test_one_stream_has_no_prefix_and_keeps_its_lines() -> None:
    lines = merged([a_stream("web", ("", "b"), ("", ""), ("", "a"))], timestamps=False)
    assert lines == ["b", "", "a"]


def test_several_streams_are_merged_by_time_with_prefixes() -> None:
    first = a_stream("a", (at("01.5"), "one"), (at("03"), "three"))
    second = a_stream("b", (at("01.499999999"), "zero"), (at("01.500000001"), "two"))
    assert merged([first, second], timestamps=False) == [
        "[pod/b/app] zero",
        "[pod/a/app] one",
        "[pod/b/app] two",
        "[pod/a/app] three",
    ]


def test_nodes_in_other_time_zones_are_put_in_order() -> None:
    here = a_stream("here", (at("02"), "second"))
    there = a_stream("there", ("2026-11-20T13:00:01.9+01:00", "first"))
    assert merged([here, there], timestamps=True) == [
        "[pod/there/app] 2026-11-20T13:00:01.9+01:00 first",
        "[pod/here/app] 2026-11-20T12:00:02Z second",
    ]


def test_a_line_without_time_stays_behind_the_one_before_it() -> None:
    trace = a_stream("a", (at("01"), "Traceback"), ("", "  File x"), (at("00"), "clock set back"))
    other = a_stream("b", (at("02"), "later"))
    assert merged([other, trace], timestamps=True) == [
        f"[pod/a/app] {at('01')} Traceback",
        "[pod/a/app]   File x",
        f"[pod/a/app] {at('00')} clock set back",
        f"[pod/b/app] {at('02')} later",
    ]


def test_of_equal_times_the_first_stream_comes_first() -> None:
    streams = [a_stream(name, (at("01"), "x"), (at("01"), "y")) for name in ("b", "a")]
    assert merged(streams, timestamps=False) == [
        "[pod/b/app] x",
        "[pod/b/app] y",
        "[pod/a/app] x",
        "[pod/a/app] y",
    ]


def test_the_newest_lines_that_fit_are_kept() -> None:
    lines = ["first", "äää", "last"]
    assert newest(lines, 100) == lines
    assert newest(lines, 12) == ["äää", "last"]
    assert newest(lines, 11) == ["last"]


def test_the_last_line_is_kept_even_if_it_does_not_fit() -> None:
    assert newest(["first", "a long last line"], 5) == ["a long last line"]
    assert newest([], 5) == []
