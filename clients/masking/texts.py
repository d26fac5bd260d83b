"""What a text itself calls a secret: ``password=hunter2``, ``"token": "…"``, ``--api-key …``."""

import re
from collections.abc import Iterator

from clients.hygiene import clean
from clients.masking.commands import HINTS, mask_commands
from clients.masking.forms import MARKS, URL_PASSWORD, has_any, mask_text
from clients.masking.names import LONGEST, is_secret_field

# Nothing that a reader does not see: no escape sequence, no zero-width character.
_SEEN_AS_IT_IS = re.compile(r"[\t\n -~\u00a1-\u00ac\u00ae-\u034e\u0350-\u05ff]*")
# Every secret name has one of these in it; a bare `pat` would be found in every "path".
_HINTS = (
    *("pass", "pwd", "secret", "token", "cred", "key", "auth", "dsn", "cookie"),
    *("pat=", "pat:", 'pat"', "pat'", *HINTS),
)
# A name and what follows it. Possessive: a long run of letters costs no more than its length.
_QUOTE = r"(?:\\{0,4}[\"'])"
_SIGN = rf"{_QUOTE}?[ \t]*(?::=|=>|=(?!=)|:)[ \t]*"
_CALLED = re.compile(rf"(?<![\w.-])({_QUOTE}?)([\w.-]++)({_SIGN})")
# No secret: `password: null`, `password=${DB_PASSWORD}`, `"token": {`; nor what is masked already.
_EMPTY = (
    r"(?:[\"']?(?i:null|true|false|yes|no|none|nil)[\"']?"
    r"|[\"']?(?:\$\(\w+\)|\$\{\w+\}|\{\{[ \w.-]+\}\})[\"']?)"
)
_OPENS = r"<redacted|[{\[|>][-+]?(?:[\s\"'}\]]|\Z)"
_VALUE = re.compile(
    rf"(?!{_EMPTY}(?:[\s,;&<)}}\]]|\Z)|{_OPENS})"
    r"(?:\"(?:[^\"\\\n]|\\.)+\"|'[^'\n]+'|\\+\"[^\"\\\n]+\\+\""
    r"|\\*[\"'][^\"'\n]+|[^\s\"',;&<]+)"
)
# Up to the end of the quotes around it, or of the line.
_HEADER_VALUE = re.compile(rf"(?!{_EMPTY}[ \t]*(?:[\"'\n]|\Z)|{_OPENS})[^\s\"'<][^\"'\n<]*")
_LINE_VALUE = re.compile(rf"(?!{_EMPTY}[ \t]*(?:#|\n|\Z)|{_OPENS})[^\s\"'<][^\n<]*")
# What a program says of a secret: `token: expired`, `Authorization: missing header`. Only in these
# words, for a password may be a sentence.
_FIRST = (
    r"(?:expired|invalid|malformed|missing|required|unauthorized|not found|not set|must be"
    r"|permission denied)"
)
_NEXT = r"(?:header|signature|value|token|secret|key|set|in|order|to|start|or|is|for|empty)"
_PROSE = re.compile(rf"{_FIRST}(?:[ \t]+{_NEXT})*[.!]?(?=[ \t]*(?:[\n,;)]|\Z))")
_COUNT = re.compile(r"\d{1,6}(?:[\s,;)]|\Z)")
_ELEMENT = re.compile(r"<([\w.:-]++)>([^<>\s][^<>]*)(?=</\1>)")


def mask_free_text(text: str) -> str:
    """Mask also what a line itself calls a secret: ``password=hunter2``, ``"token": "…"``.

    A text with colours or invisible characters is masked as it is without them: they may stand
    inside a name, and `;` in a colour would end a value early. It is kept as it is if no secret
    shows either way.
    """
    if _SEEN_AS_IT_IS.fullmatch(text):
        return _masked(text)
    seen = clean(text)
    masked = _masked(seen)
    return text if masked == seen and _masked(text) == text else masked


def _masked(text: str) -> str:
    masked = mask_text(text)
    if not has_any(_HINTS, masked):
        return masked
    pieces, position = [], 0
    for start, end in _assigned(masked):
        pieces += [masked[position:start], "<redacted>"]
        position = end
    return mask_commands("".join([*pieces, masked[position:]]))


def may_need_masking(text: str) -> bool:
    """Look quickly whether a long text can hold anything that ``mask_free_text`` masks."""
    return has_any(MARKS + _HINTS, text) or not _SEEN_AS_IT_IS.fullmatch(text)


def secrets_told_by(text: str) -> Iterator[str]:
    """Yield what ``mask_free_text`` would take for secrets: assigned values, URLs' passwords."""
    for start, end in _assigned(text):
        yield text[start:end].strip("\"'")
    for found in URL_PASSWORD.finditer(text):
        yield found[1]


def _assigned(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the values stand that a name before them makes secret, in order."""
    reached = 0
    spots = [*_named(text), *_elements(text)]
    for start, end in sorted(spots):
        if start >= reached:
            yield start, end
            reached = end


def _named(text: str) -> Iterator[tuple[int, int]]:
    reached = 0
    for called in _CALLED.finditer(text):
        if called.start() < reached or not _is_secret(text, called):
            continue
        further = _CALLED.match(text, called.end())
        if further and _is_secret(text, further):  # `secret: password=x`: the second is meant
            continue
        if ":" in called[3] and _PROSE.match(text, called.end()):
            continue
        if value := _value_pattern(text, called).match(text, called.end()):
            reached = value.end()
            yield value.start(), len(text[: value.end()].rstrip())


def _elements(text: str) -> Iterator[tuple[int, int]]:
    if "</" in text:
        for element in _ELEMENT.finditer(text):
            if is_secret_field(element[1][-LONGEST:]):
                yield element.span(2)


def _is_secret(text: str, called: re.Match[str]) -> bool:
    quote, name, sign = called.groups()
    if not is_secret_field(name[-LONGEST:]) or (name.lower() == "auth" and not quote):
        return False
    if _is_of_a_test(text, called):
        return False
    if quote and sign[0] in "\"'":
        return not _is_prose(text, called)
    return not (sign == ":" and text[called.start() - 1 : called.start()] == "/")  # an image


def _is_of_a_test(text: str, called: re.Match[str]) -> bool:
    """Whether it says that a test passed, or how many: ``--- PASS: TestCart``, ``pass: 10``."""
    _, name, sign = called.groups()
    if name.lower() != "pass":
        return False
    return (name == "PASS" and sign[:1] == ":" and len(sign) > 1) or bool(
        _COUNT.match(text, called.end())
    )


def _is_prose(text: str, called: re.Match[str]) -> bool:
    """Whether a quoted name ends a clause: ``secret "db-password": not found``."""
    before = text[max(0, called.start() - 2) : called.start()]
    after = text[called.end() : called.end() + 1]
    return before[:1].isalpha() and before[1:] == " " and after.isalpha()


def _value_pattern(text: str, called: re.Match[str]) -> re.Pattern[str]:
    """Choose how far the value goes: a word, the rest of the line, a header's whole value."""
    quote, name, sign = called.groups()
    if ":" not in sign or text[called.end() : called.end() + 1] in "\"'\\":
        return _VALUE
    if name.lower().endswith(("authorization", "cookie")):
        return _HEADER_VALUE
    whole = not quote and (name.isupper() or "pass" in name.lower())
    return _LINE_VALUE if whole and _begins_line(text, called.start()) else _VALUE


def _begins_line(text: str, position: int) -> bool:
    """Whether only what may stand before a key is before this: a YAML list's dash."""
    return not text[text.rfind("\n", 0, position) + 1 : position].strip(" \t-")
