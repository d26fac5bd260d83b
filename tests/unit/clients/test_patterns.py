"""Callers' regular expressions: what is taken, what is refused, and that none can hang us."""

import pytest

from clients.errors import InvalidError
from clients.patterns import matcher


@pytest.mark.parametrize(
    ("pattern", "text", "occurs"),
    [
        ("error", "an error here", True),
        ("error", "an ERROR here", False),
        ("(?i)error|fatal", "FATAL: no", True),
        ("^ERROR", "no ERROR", False),
        (r"status=5\d\d\b", "status=503 in 2 ms", True),
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", "2026-11-20T12:00:00Z", True),
        ("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "no uuid", False),
        (r"\{1000\}{5}", "{1000}}}}}", True),
    ],
)
def test_a_pattern_is_looked_for_anywhere(pattern: str, text: str, occurs: bool) -> None:
    assert matcher(pattern)(text) is occurs


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a", "unclosed group"),
        ("[a", "unclosed character class"),
        ("*", "repetition operator missing expression"),
        ("(?=a)b", "look-around, including look-ahead and look-behind, is not supported"),
        (r"(a)\1", "backreferences are not supported"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_reason(pattern: str, why: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        matcher(pattern)
    assert str(refusal.value) == (
        f'Argument "pattern" is not a regular expression that can be used: {why}.'
    )


@pytest.mark.parametrize(
    "pattern",
    ["a" * 501, "a{1001}", "((a{11}){11}){11}", "a{32}{32}", "(a?){501}a{501}", "x{99999999999}"],
)
def test_a_pattern_that_would_be_a_large_machine_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidError, match='Argument "pattern" is too large'):
        matcher(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*b", "(a|aa)+$", "(.*.*.*=.*)+;"])
def test_patterns_that_never_end_elsewhere_end_here(pattern: str) -> None:
    assert matcher(pattern)("a" * 100_000 + "!") is False
