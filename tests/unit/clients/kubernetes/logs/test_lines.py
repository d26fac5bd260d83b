"""A log's bytes as lines fit to be shown: decoded, masked, cut, searched."""

import pytest

from clients.kubernetes.logs import lines as module
from clients.kubernetes.logs.lines import LONGEST_LINE, LogLine, log_lines, search
from clients.patterns import matcher

KEY_LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
STAMP = "2026-11-20T12:00:00.000000001Z"


def texts(body: bytes | str, *, stamped: bool = False) -> list[str]:
    raw = body.encode() if isinstance(body, str) else body
    return [line.text for line in log_lines(raw, stamped=stamped)]


def test_lines_are_split_and_empty_ones_kept() -> None:
    assert texts("a\n\n  b\n") == ["a", "", "  b"]


def test_no_bytes_are_no_lines() -> None:
    assert texts("") == []
    assert texts("\n") == []


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert texts(b"bad \xff\xfe bytes") == ["bad �� bytes"]


def test_timestamps_are_taken_off_and_lines_without_one_are_whole() -> None:
    body = f"{STAMP} hello world\nunable to read\n{STAMP} ".encode()
    assert log_lines(body, stamped=True) == [
        LogLine(STAMP, "hello world"),
        LogLine("", "unable to read"),
        LogLine(STAMP, ""),
    ]


def test_a_long_line_is_cut_and_says_so() -> None:
    [first, cut] = texts("a\n" + "=" * (LONGEST_LINE + 1))
    assert first == "a"
    assert cut == "=" * LONGEST_LINE + "… [line cut after 8,192 characters]"


def test_credentials_are_masked() -> None:
    assert texts("login password=hunter2 ok\nAuthorization: Bearer abcdefghijkl") == [
        "login password=<redacted> ok",
        "Authorization: <redacted> <redacted>",
    ]


def test_a_private_key_is_masked_wherever_the_pieces_end(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "\n".join(["-----BEGIN PRIVATE KEY-----", *[KEY_LINE] * 5, "-----END PRIVATE KEY-----"])
    monkeypatch.setattr(module, "PIECE_CHARACTERS", 500)  # the key has 400
    for length in range(0, 1_000, 7):
        before = "\n".join(["x" * length, key, "between", key])
        assert texts(f"{before}\nafter\n") == [
            "x" * length,
            "<redacted private key>",
            "between",
            "<redacted private key>",
            "after",
        ]


@pytest.mark.parametrize("stamp", ["", f"{STAMP} "])
def test_the_rest_of_a_private_key_that_began_before_the_window_is_masked(stamp: str) -> None:
    rest = "\n".join(
        f"{stamp}{line}" for line in [KEY_LINE, "AB==", "-----END RSA PRIVATE KEY-----"]
    )
    assert texts(f"{rest}\n{stamp}after", stamped=bool(stamp)) == [
        "<redacted private key>",
        "after",
    ]
    assert texts(f"{stamp}{KEY_LINE}\n{stamp}{KEY_LINE}\n") == ["<redacted private key>"]


def test_a_search_finds_all_oldest_first_and_counts_what_it_saw() -> None:
    lines = [LogLine("", text) for text in ("error 1", "ok", "error 2")]
    found = search(lines, matcher("error"))
    assert [line.text for line in found.found] == ["error 1", "error 2"]
    assert found.searched == 3


def test_a_search_does_not_find_our_own_words() -> None:
    lines = log_lines(b"a\n" + b"=" * (LONGEST_LINE + 1), stamped=False)
    assert search(lines, matcher("cut after")).found == []


def test_a_search_that_takes_too_long_stops_and_has_seen_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_SEARCH_SECONDS", -1.0)
    lines = [LogLine("", str(number)) for number in range(100)]
    assert search(lines, matcher("")).searched == 0
