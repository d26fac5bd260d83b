"""Read a repository's index, as a function and as a program of its own.

An index of 20 MB takes the parser many seconds: as a program it takes them from nobody else, and
whatever its bytes do to the parser ends with it. It therefore imports nothing of this project.

YAML is read event by event and only what is used is kept: the rest, most of it annotations, costs
time but no memory. Aliases are refused, so that a small index cannot become a large value; no index
that helm writes has one.
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
_MOST_VERSIONS = 200_000
_MOST_URLS = 10
_TEXTS = ("name", "version", "appVersion", "description", "digest", "deprecated")
_LISTS = ("keywords", "urls")
Events = Iterator[yaml.Event]


def rows(body: bytes) -> list[Row]:
    """Return the chart versions of an index; raises ValueError saying what it is not."""
    try:
        index = json.loads(body)
    except (ValueError, RecursionError):
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


def _from_yaml(body: bytes) -> dict[str, Any]:
    """Read ``apiVersion`` and ``entries``, and of these what a row is made of."""
    events: Events = yaml.parse(body, yaml.CBaseLoader)
    index: dict[str, Any] = {}
    try:
        for event in events:
            if isinstance(event, yaml.MappingStartEvent):
                for key, value in _members(events):
                    if key == "entries" and isinstance(value, yaml.MappingStartEvent):
                        index[key] = {name: _versions(events, at) for name, at in _members(events)}
                    else:
                        index[key or ""] = _plain(events, value)
                break
    except (yaml.YAMLError, UnicodeDecodeError) as garbled:
        raise ValueError("it is not YAML") from garbled
    return index


def _versions(events: Events, start: yaml.Event) -> list[dict[str, Any]]:
    if not isinstance(start, yaml.SequenceStartEvent):
        _plain(events, start)
        return []
    return [each for event in _items(events) if (each := _version(events, event))]


def _version(events: Events, start: yaml.Event) -> dict[str, Any]:
    if not isinstance(start, yaml.MappingStartEvent):
        _plain(events, start)
        return {}
    entry: dict[str, Any] = {}
    for key, value in _members(events):
        if key in _LISTS and isinstance(value, yaml.SequenceStartEvent):
            entry[key] = [_plain(events, item) for item in _items(events)]
        elif key in _TEXTS:
            entry[key] = _plain(events, value)
        else:
            _plain(events, value)
    return entry


def _members(events: Events) -> Iterator[tuple[str | None, yaml.Event]]:
    """Yield a mapping's keys with the event their value begins with; the reader finishes it."""
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            return
        name = _plain(events, key)
        yield name, next(events)


def _items(events: Events) -> Iterator[yaml.Event]:
    """Yield the events that a sequence's items begin with."""
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield event


def _plain(events: Events, start: yaml.Event) -> str | None:
    """Return a scalar's text; read past everything else."""
    if isinstance(start, yaml.ScalarEvent):
        return str(start.value)
    depth, event = 0, start
    while True:
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("it has aliases")  # noqa: TRY004 - of the text, not of a type
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth <= 0:
            return None
        event = next(events)


def _main() -> int:
    """Read an index from stdin, write rows or a refusal as JSON to stdout."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
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
