"""Read a repository's index, as a function and as a program of its own.

An index of 20 MB takes the parser many seconds: as a program it takes them from nobody else, and
whatever its bytes do to the parser ends with it. It therefore imports nothing of this project.

YAML is read with every scalar as its text: no dates, no merge keys, and aliases stay shared, so
that a small index cannot become a large value.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import yaml

# One chart version: name, version, appVersion, description, keywords, urls, digest, deprecated.
Row = list[Any]
_NULLS = ("", "~", "null", "Null", "NULL")
_LONGEST_TEXT = 2_000
_MOST_VERSIONS = 500_000
_MOST_URLS = 10


def rows(body: bytes) -> list[Row]:
    """Return the chart versions of an index; raises ValueError saying what it is not."""
    try:
        index = json.loads(body)
    except ValueError:
        index = _from_yaml(body)
    if not isinstance(index, dict) or not isinstance(index.get("apiVersion"), str):
        raise ValueError("it has no apiVersion")  # noqa: TRY004 - of the text, not of a type
    entries = index.get("entries")
    found = []
    for row in _rows(entries if isinstance(entries, dict) else {}):
        found.append(row)
        if len(found) > _MOST_VERSIONS:
            raise ValueError(f"it has more than {_MOST_VERSIONS:,} chart versions")
    return found


def _from_yaml(body: bytes) -> Any:
    try:
        return yaml.load(body, yaml.CBaseLoader)  # noqa: S506 - makes nothing but texts
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as garbled:
        raise ValueError("it is not YAML") from garbled


def _rows(entries: dict[str, Any]) -> Iterator[Row]:
    for versions in entries.values():
        for each in versions if isinstance(versions, list) else []:
            if isinstance(each, dict) and _text(each, "name") and _text(each, "version"):
                texts = [_text(each, k) for k in ("name", "version", "appVersion", "description")]
                lists = [_texts(each, "keywords", 100), _texts(each, "urls", _MOST_URLS)]
                deprecated = each.get("deprecated") in (True, "true")
                yield [*texts, *lists, _text(each, "digest"), deprecated]


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return value[:_LONGEST_TEXT] if isinstance(value, str) and value not in _NULLS else ""


def _texts(entry: dict[str, Any], key: str, most: int) -> list[str]:
    value = entry.get(key)
    texts = value[:most] if isinstance(value, list) else []
    return [text[:_LONGEST_TEXT] for text in texts if isinstance(text, str)]


def _main() -> int:
    """Read an index from stdin, write rows or a refusal as JSON to stdout."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    except (ImportError, ValueError, OSError):
        pass  # no such limits here: the caller's bounds on bytes and seconds remain
    try:
        answer: Any = rows(sys.stdin.buffer.read())
    except ValueError as wrong:
        answer = {"wrong": str(wrong)}
    sys.stdout.write(json.dumps(answer, separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
