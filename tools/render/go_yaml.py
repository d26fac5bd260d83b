"""JSON values as the YAML that kubectl writes: sigs.k8s.io/yaml, which is go-yaml v2.

libyaml's emitter does the writing; go-yaml is a port of it. Decided here is what go-yaml decides
before it emits: the order of keys, and which strings need quotes so that they stay strings.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cmp_to_key
from typing import Any

import yaml

from tools.render.sprint import float_text, json_float_text

_TEXT = "tag:yaml.org,2002:str"
_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_DEFAULT_TAGS = {yaml.ScalarNode: _TEXT, yaml.MappingNode: _MAPPING, yaml.SequenceNode: _SEQUENCE}

_WORDS = frozenset(
    spelling
    for word in ("y", "yes", "true", "on", "n", "no", "false", "off", "null")
    for spelling in (word, word.capitalize(), word.upper())
) | {"", "~", ".nan", ".NaN", ".NAN"} | {
    sign + inf for sign in ("", "+", "-") for inf in (".inf", ".Inf", ".INF")
}  # fmt: skip
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+))", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?", re.ASCII)
_POINT_FLOAT = re.compile(r"\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?", re.ASCII)
_SEXAGESIMAL = re.compile(r"[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)", re.ASCII)
_TIME = r"(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?"
_ZONED_TIME = re.compile(rf"{_DATE.pattern}[Tt]{_TIME}(?:Z|[-+]\d\d:\d\d)", re.ASCII)
_LOCAL_TIME = re.compile(rf"{_DATE.pattern} {_TIME}", re.ASCII)
# Where kubectl prints these line breaks as they are (or loses them), they are escaped here.
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
_LETTERS = re.compile(r"[A-Za-z]*")


def yaml_text(value: Any) -> str:
    """Write a JSON value as one YAML document, ending in a line break."""
    text: str = yaml.serialize(_node(value), Dumper=_Dumper, allow_unicode=True)
    # libyaml closes a document that ends in a "|+" block; go-yaml does not.
    return text.removesuffix("...\n")


class _Dumper(yaml.CSafeDumper):
    """Serialize nodes as they are styled: nothing is resolved a second time."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        return _DEFAULT_TAGS[kind]


def _node(value: Any) -> yaml.Node:
    match value:
        case str():
            return yaml.ScalarNode(_TEXT, value, style=_style(value))
        case dict():
            pairs = [(_node(key), _node(value[key])) for key in _sorted_keys(value)]
            return yaml.MappingNode(_MAPPING, pairs, flow_style=False)
        case list():
            return yaml.SequenceNode(_SEQUENCE, [_node(item) for item in value], flow_style=False)
        case _:
            return yaml.ScalarNode(_TEXT, _plain(value))


def _plain(value: bool | float | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    # kubectl goes through JSON, where a whole float loses its point and reads back as an integer.
    return str(int(value)) if _is_integer(json_float_text(value)) else float_text(value)


def _is_integer(text: str) -> bool:
    return text.lstrip("-").isdigit() and -(2**63) <= int(text) < 2**64


def _style(text: str) -> str | None:
    """Choose the style go-yaml's ``stringv`` asks for; the emitter quotes further where it must."""
    if _OTHER_BREAKS.search(text):
        return '"'
    if "\n" in text:
        return "|"
    return '"' if _reads_as_something_else(text) else None


def _reads_as_something_else(text: str) -> bool:
    """Tell whether YAML 1.1 takes a plain text for null, bool, number or time (``resolve.go``)."""
    if text in _WORDS:
        return True
    if text[0] == ".":
        return _is_float(text, _POINT_FLOAT)
    if text[0] not in "+-0123456789":
        return False
    plain = text.replace("_", "")
    return (
        _is_float(plain, _FLOAT)
        or _is_64_bit(plain)
        or _SEXAGESIMAL.fullmatch(text) is not None
        or _is_timestamp(text)
    )


def _is_float(text: str, grammar: re.Pattern[str]) -> bool:
    return grammar.fullmatch(text) is not None and abs(float(text)) != float("inf")


def _is_64_bit(text: str) -> bool:
    match = _INTEGER.fullmatch(text)
    if match is None:
        return False
    sign, hexadecimal, binary, octal = match.groups()
    base = 16 if hexadecimal else 2 if binary else 8
    number = int(hexadecimal or binary or octal, base)
    return number <= 2**63 if sign == "-" else number < (2**63 if sign else 2**64)


def _is_timestamp(text: str) -> bool:
    match = _DATE.fullmatch(text) or _ZONED_TIME.fullmatch(text) or _LOCAL_TIME.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second = [*map(int, match.groups()), 0, 0, 0][:6]
    try:
        datetime(year, month, day, hour, minute, second)
    except ValueError:
        return False
    return True


def _sorted_keys(mapping: dict[str, Any]) -> Iterable[str]:
    if _LETTERS.fullmatch("".join(mapping)):
        return sorted(mapping)
    return sorted(mapping, key=cmp_to_key(_compare_keys))


def _compare_keys(left: str, right: str) -> int:
    """Order keys as ``sorter.go``: letters last, runs of digits as numbers."""
    return -1 if _less(left, right) else 1


def _less(left: str, right: str) -> bool:
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return _less_from(index, left, right)
    return len(left) < len(right)


def _less_from(index: int, left: str, right: str) -> bool:
    a, b = left[index], right[index]
    if a.isalpha() or b.isalpha():
        return a < b if a.isalpha() and b.isalpha() else b.isalpha()
    left_digits, right_digits = _digits(left, index), _digits(right, index)
    start = int("0" in (a, b) and _ends_in_a_number(left[:index]))
    left_number, right_number = _int64(start, left_digits), _int64(start, right_digits)
    if left_number != right_number:
        return left_number < right_number
    if len(left_digits) != len(right_digits):
        return len(left_digits) < len(right_digits)
    return a < b


def _ends_in_a_number(text: str) -> bool:
    """Tell whether a 0 behind the text is part of a number, and not padding before one."""
    return text[-1:].isdecimal() and text.rstrip("0")[-1:].isdecimal()


def _digits(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[start:end]


def _int64(number: int, digits: str) -> int:
    """Read digits as go-yaml does: with wrap-around, and taking those of any script for ASCII."""
    for digit in digits:
        number = (number * 10 + ord(digit) - ord("0") + 2**63) % 2**64 - 2**63
    return number
