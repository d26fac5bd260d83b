"""Which lines of a log tell what went wrong."""

from itertools import product

import pytest

from clients.jenkins.telling import MOST_KINDS, TellingLines, weight_of

TELLING = [
    "java.net.ConnectException: payments:8443 refused",
    "Caused by: org.postgresql.util.PSQLException: FATAL: no such database",
    "ModuleNotFoundError: No module named 'shop'",
    "panic: runtime error: index out of range",
    "src/main.c:14:3: error: unknown type name 'foo'",
    "error[E0308]: mismatched types",
    "src/cart.ts(12,5): error TS2322: Type 'string' is not assignable",
    "E   AssertionError: assert 1 == 2",
    "fatal: could not read from remote repository",
    "/usr/bin/ld: main.o: undefined reference to `pay'",
    "bash: kubectl: command not found",
    "cp: cannot stat 'dist': No such file or directory",
    "npm ERR! missing script: build",
    "ERROR: failed to solve: process did not complete",
    "Error: Process completed with exit code 1.",
]
EMPTY = [
    "Finished: FAILURE",
    "ERROR: script returned exit code 2",
    "[INFO] BUILD FAILURE",
    "make: *** [Makefile:31: it] Error 1",
    "[ERROR] Re-run Maven using the -X switch to enable full debug logging.",
    "Tests run: 212, Failures: 0, Errors: 0, Skipped: 0",
    "0 errors, 0 warnings",
    "gcc -Wall -Werror -o main main.c",
    "[INFO] Downloaded from central: https://example.com/error-prone-2.3.jar",
    "\tat shop.checkout.FailedPaymentException.of(FailedPaymentException.java:88)",
    "all is well",
]


@pytest.mark.parametrize("line", TELLING)
def test_it_tells(line: str) -> None:
    assert TellingLines().is_worth_a_look(line)
    assert weight_of(line) >= 6


@pytest.mark.parametrize("line", EMPTY)
def test_it_tells_nothing(line: str) -> None:
    assert weight_of(line) == 0


def collected(*lines: str) -> TellingLines:
    found = TellingLines()
    for number, line in enumerate(lines, 1):
        found.add(line, number, number * 100)
    return found


def test_timestamps_and_numbers_make_no_difference() -> None:
    found = collected(
        "[2026-11-20T09:14:11.123Z] ERROR: pod 7f3a9bc21 is gone",
        "12:01:07  ERROR: pod 12345678 is gone",
        "ERROR: pod deadbeef01 is gone",
    )
    (line,) = found.best()
    assert (line.text, line.number, line.count) == ("ERROR: pod 7f3a9bc21 is gone", 1, 3)


def test_lines_of_the_failed_step_come_before_heavier_ones_elsewhere() -> None:
    found = collected(
        *(f"shop.{name}Exception: of a retry" for name in "ABCDEFG"), "ERROR: the disk is full"
    )
    assert "ERROR: the disk is full" in [
        line.text for line in found.best(["ERROR: the disk is full"])
    ]


def test_much_lighter_lines_are_left_out() -> None:
    found = collected("java.io.IOException: disk full", "[ERROR] PayTest.pays <<< FAILURE!")
    assert [line.text for line in found.best()] == ["java.io.IOException: disk full"]


def test_the_best_stand_in_the_logs_order_and_are_few() -> None:
    found = collected(*(f"ERROR: {letter} is missing" for letter in "abcdefghij"))
    assert [line.text[7] for line in found.best()] == ["f", "g", "h", "i", "j"]


def test_what_is_kept_is_bounded() -> None:
    words = ("".join(letters) for letters in product("ghijklmnop", repeat=4))
    found = collected(*(f"ERROR: {word} is missing{'!' * 500}" for word in words))
    assert len(found.kinds) == MOST_KINDS
    assert found.others == 10**4 - MOST_KINDS
    assert {len(line.text) for line in found.kinds.values()} == {301}
