"""Manifests as the API server would read them: YAML or JSON, several documents, bounded.

kubectl and the API server parse YAML with go-yaml and pass it on as JSON. PyYAML's safe loader
differs in ways that change values: dates, ``12:30:45`` and ``1e3``; those follow go-yaml here.
Twice the same key is an error, as with ``fieldValidation=Strict``. ``y`` and ``n`` are texts, as in
YAML 1.2. Anchors may not make a small text large.
"""

import base64
import math
import re
from collections.abc import Hashable, Iterator
from typing import Any

import yaml

from clients.errors import InvalidError
from clients.kubernetes.objects import JsonObject
from clients.yaml_bounds import MOST_VALUES, check_size

MOST_DOCUMENTS = 500
MOST_RENDERED = 2_000
_INTEGER = re.compile(r"^[-+]?(?:0o?[0-7_]+|0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)$")
_FLOAT = re.compile(
    r"^(?:[-+]?(?:[0-9][0-9_]*)?\.[0-9_]+(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+|[-+]?[0-9][0-9_]*\.)$"
)
_INT, _FLT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
_MERGE = "tag:yaml.org,2002:merge"
_LEFT_OUT = (_INT, _FLT, "tag:yaml.org,2002:timestamp")


class _Loader(yaml.CSafeLoader):
    """PyYAML's fast loader with go-yaml's scalars."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way of being configured
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _LEFT_OUT]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    refuses_twice = True

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse twice the same key; make keys texts, as JSON has them."""
        own = {key.value for key, _ in node.value if key.tag != _MERGE}
        if self.refuses_twice and len(own) < sum(key.tag != _MERGE for key, _ in node.value):
            raise InvalidError(_twice(node))
        self.flatten_mapping(node)
        return {
            _key(self.construct_object(key, deep=True)): self.construct_object(value, deep=deep)
            for key, value in node.value
        }

    def _integer(self, node: Any) -> int:
        text = str(self.construct_scalar(node)).replace("_", "")
        sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
        octal = digits[0] == "0" and len(digits) > 1 and not set(digits) & set("89")
        prefixed = digits[:2].lower() in ("0x", "0b", "0o")
        number = sign * int(digits, 0 if prefixed else 8 if octal else 10)
        if not -(2**63) <= number < 2**64:
            raise InvalidError(f"Line {node.start_mark.line + 1}: a number is too large.")
        return number

    def _binary(self, node: Any) -> str:
        try:
            return base64.b64decode(str(self.construct_scalar(node))).decode()
        except ValueError as bytes_:
            raise InvalidError(
                f"Line {node.start_mark.line + 1}: !!binary that is no text."
            ) from bytes_

    def _float(self, node: Any) -> float | int:
        number = float(str(self.construct_scalar(node)).replace("_", ""))
        if not math.isfinite(number):
            raise InvalidError(f"Line {node.start_mark.line + 1}: a number is too large.")
        return int(number) if number == int(number) and abs(number) < 2**53 else number


_Loader.add_implicit_resolver(_INT, _INTEGER, list("-+0123456789"))
_Loader.add_implicit_resolver(_FLT, _FLOAT, list("-+0123456789."))
_Loader.add_constructor(_INT, _Loader._integer)
_Loader.add_constructor(_FLT, _Loader._float)
_Loader.add_constructor("tag:yaml.org,2002:binary", _Loader._binary)


class _Lenient(_Loader):
    """Takes the last of several values of a key, as Helm does with what its charts render."""

    refuses_twice = False


def documents(content: str) -> list[JsonObject]:
    """Return the objects of a text, lists taken apart; refuse what is no object."""
    found = [obj for parsed in _parsed(content) for obj in _objects(parsed)]
    if not found:
        raise InvalidError("The content holds no object.")
    if len(found) > MOST_DOCUMENTS:
        raise InvalidError(f"The content holds {len(found)} objects; at most {MOST_DOCUMENTS}.")
    for number, obj in enumerate(found, 1):
        _check(obj, number)
    return found


def rendered(content: str) -> list[JsonObject]:
    """Return the objects of what Helm has rendered, which may be none."""
    found = [obj for parsed in _parsed(content, _Lenient) for obj in _objects(parsed)]
    if len(found) > MOST_RENDERED:
        raise InvalidError(f"The chart renders {len(found)} objects; at most {MOST_RENDERED}.")
    for number, obj in enumerate(found, 1):
        _check(obj, number)
    return found


def value(content: str) -> Any:
    """Return the one value of a text: a patch, as YAML or JSON."""
    found = value_or_none(content)
    if found is None:
        raise InvalidError("The patch has to be one document.")
    return found


def value_or_none(content: str) -> Any:
    """Return the one value of a text, None for comments alone."""
    parsed = _parsed(content)
    if len(parsed) > 1:
        raise InvalidError("The patch has to be one document.")
    return parsed[0] if parsed else None


def _parsed(content: str, loader: type[_Loader] = _Loader) -> list[Any]:
    try:
        if "&" in content and "*" in content:  # without an alias it is as large as it looks
            check_size(content, "The content")
        parsed = [one for one in yaml.load_all(content, loader) if one is not None]
    except yaml.YAMLError as garbled:
        raise InvalidError(f"The content is not YAML: {_problem(garbled)}") from garbled
    except RecursionError as deep:
        raise InvalidError("The content is nested too deeply.") from deep
    # A number of 5,000 digits, "!!bool x", "!!timestamp x", a key that is a list.
    except (ValueError, LookupError, AttributeError, TypeError) as odd:
        raise InvalidError("The content holds a value that cannot be read.") from odd
    for one in parsed:
        _bound(one)
    return parsed


def _problem(garbled: yaml.YAMLError) -> str:
    mark = getattr(garbled, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{where}{getattr(garbled, 'problem', None) or 'not readable'}."


def _bound(parsed: Any) -> None:
    """Walk the value as JSON would be written, anchors repeated, up to the bound."""
    waiting, seen = [parsed], 0
    while waiting:
        seen += 1
        if seen > MOST_VALUES:
            raise InvalidError(f"The content has more than {MOST_VALUES:,} values.")
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
        elif not isinstance(node, str | int | float | bool | None):
            raise InvalidError(f"The content has a {type(node).__name__}, which JSON has not.")


def _objects(parsed: Any) -> Iterator[Any]:
    if (
        isinstance(parsed, dict)
        and str(parsed.get("kind", "")).endswith("List")
        and "items" in parsed
    ):
        for item in parsed["items"] or []:
            yield from _objects(item)
    else:
        yield parsed


def _check(obj: Any, number: int) -> None:
    if not isinstance(obj, dict):
        raise InvalidError(f"Document {number} is no object.")
    for field in ("apiVersion", "kind"):
        if not isinstance(obj.get(field), str):
            raise InvalidError(f"Document {number} has no {field}.")
    metadata = obj.get("metadata")
    named = isinstance(metadata, dict) and (metadata.get("name") or metadata.get("generateName"))
    if not named:
        raise InvalidError(f"Document {number} ({obj['kind']}) has no metadata.name.")


def _twice(node: Any) -> str:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            return f'Line {key.start_mark.line + 1}: key "{key.value}" is there twice.'
        seen.add(key.value)
    return "A key is there twice."


def _key(key: Hashable) -> str:
    if isinstance(key, bool):
        return str(key).lower()
    return "" if key is None else str(key)
