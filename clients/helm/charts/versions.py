"""Versions and constraints as helm reads them (Masterminds/semver 3).

``^1.2``, ``~1.2.3``, ``1.x``, ``>=1.2, <3 || 5.0.0`` and ``1.2 - 2.3``. Two traits differ from
other dialects: a pre-release matches only where the constraint names one (``>0.0.0-0`` matches
all), and a missing part of a version is a wildcard (``=1.2`` is ``1.2.x``, ``>1`` is ``>=2``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from semver import Version

from clients.errors import InvalidError
from clients.kubernetes.names import shown

STABLE = ">0.0.0"
ANY = ">=0.0.0-0"
_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_PRE = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_TAIL = rf"(?:-({_PRE}(?:\.{_PRE})*))?(?:\+({_IDENTIFIERS}))?"
_VERSION = re.compile(rf"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?{_TAIL}")
_PART = r"\d+|[xX*]"
_PARTIAL = rf"v?({_PART})(?:\.({_PART}))?(?:\.({_PART}))?{_TAIL}"
_OPERATOR = r"!=|>=|=>|<=|=<|~>|[=><~^]|"
_ONE = re.compile(rf"\s*({_OPERATOR})\s*{_PARTIAL}(?=[\s,]|$)[\s,]*")
_RANGE = re.compile(r"(\S+)\s+-\s+(\S+)")
_LONGEST = 200


def parsed(text: str) -> Version | None:
    """Return a version, ``v`` and missing parts forgiven; None for what is none."""
    match = _VERSION.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    major, minor, patch, pre, build = match.groups()
    return Version(int(major), int(minor or 0), int(patch or 0), pre, build)


def newest_first(texts: list[str]) -> list[str]:
    """Sort versions as helm does; what is no version comes last, in the order given."""
    known = [(version, text) for text in texts if (version := parsed(text)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=True)
    return [text for _, text in known] + [text for text in texts if parsed(text) is None]


class Constraint:
    """Alternatives (``||``) of comparisons that must all hold."""

    def __init__(self, text: str) -> None:
        """Read a constraint; raises InvalidError for what is none."""
        spelled = _RANGE.sub(r">=\1 <=\2", text)
        valid = 0 < len(text) <= _LONGEST
        self._alternatives = [_comparisons(part) for part in spelled.split("||")] if valid else []
        if not valid or not all(self._alternatives):
            raise InvalidError(
                f'Argument "version": {shown(text)} is neither a version nor a constraint such as '
                '"1.2.3", "^1.2" or ">=1.0 <3".'
            )

    def allows(self, version: Version) -> bool:
        """Whether a version is within the constraint."""
        return any(_hold(comparisons, version) for comparisons in self._alternatives)


@dataclass(frozen=True, slots=True)
class _Comparison:
    operator: str
    version: Version
    given: int
    """How many parts of the version are given: 0 for ``*``, 3 for a whole one."""


def _comparisons(text: str) -> list[_Comparison]:
    found, position, text = [], 0, text.strip()
    while position < len(text):
        match = _ONE.match(text, position)
        if match is None:
            return []
        found.append(_comparison(*match.groups()))
        position = match.end()
    return found


def _comparison(operator: str, *parts: str | None) -> _Comparison:
    numbers, (pre, build) = parts[:3], parts[3:]
    given = next((i for i, part in enumerate(numbers) if not (part or "").isdigit()), 3)
    major, minor, patch = (*(int(part or 0) for part in numbers[:given]), 0, 0, 0)[:3]
    if not given:  # a bare wildcard: helm takes it as 0.0.0 here, and as anything elsewhere
        given = {"^": 3, "!=": 3, "<=": 2, "=<": 2}.get(operator, 0)
    return _Comparison(operator, Version(major, minor, patch, pre, build), given)


def _hold(comparisons: list[_Comparison], version: Version) -> bool:
    asks_for_pre = any(each.version.prerelease for each in comparisons)
    if version.prerelease and not asks_for_pre:
        return False
    return all(_TESTS[each.operator](version, each) for each in comparisons)


def _same(version: Version, wanted: _Comparison, parts: int) -> bool:
    return version.to_tuple()[:parts] == wanted.version.to_tuple()[:parts]


def _tilde(version: Version, wanted: _Comparison) -> bool:
    anything = wanted.given == 3 and not any(wanted.version.to_tuple()[:3])  # ~0.0.0
    kept = 0 if anything else min(wanted.given, 2)
    return version >= wanted.version and _same(version, wanted, kept)


def _equal(version: Version, wanted: _Comparison) -> bool:
    return version == wanted.version if wanted.given == 3 else _tilde(version, wanted)


def _unequal(version: Version, wanted: _Comparison) -> bool:
    if wanted.given == 3:
        return version != wanted.version
    return not _same(version, wanted, wanted.given)


def _above(version: Version, wanted: _Comparison) -> bool:
    if wanted.given in (1, 2):
        mine, theirs = version.to_tuple()[: wanted.given], wanted.version.to_tuple()
        return mine > theirs[: wanted.given]
    return version > wanted.version


def _at_most(version: Version, wanted: _Comparison) -> bool:
    return version <= wanted.version or (wanted.given < 3 and _same(version, wanted, wanted.given))


def _caret(version: Version, wanted: _Comparison) -> bool:
    if version < wanted.version:
        return False
    leading = next((i for i in range(wanted.given) if wanted.version.to_tuple()[i]), None)
    kept = wanted.given if leading is None else leading + 1
    return _same(version, wanted, kept)


_TESTS: dict[str, Callable[[Version, _Comparison], bool]] = {
    "": _equal,
    "=": _equal,
    "!=": _unequal,
    ">": _above,
    "<": lambda version, wanted: version < wanted.version,
    ">=": lambda version, wanted: version >= wanted.version,
    "=>": lambda version, wanted: version >= wanted.version,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
