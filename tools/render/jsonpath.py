"""``kubectl get -o jsonpath=…``: templates filled from objects.

The template language is kubectl's (``jsonpath_syntax``), the paths in it are evaluated by
python-jsonpath (RFC 9535). Differs from kubectl where that fails: an index past the end, an index
or filter on something that is no list, and a comparison of unlike types give nothing here.
"""

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from tools.render.jsonpath_syntax import (
    Expression,
    Node,
    Range,
    Text,
    Union,
    parse_path,
    parse_template,
    relaxed,
)
from tools.render.sprint import sprint

_MAX_RESULTS = 200_000

Finder = Callable[[Any], list[Any]]
_Filler = Callable[[Any], Iterable[str]]


def render_jsonpath(template: str, item: Any) -> str:
    """Fill a template from an object (kubectl fills one from a whole ``List``, too).

    Texts are printed as they are, other values as JSON, several results with a space between; a
    missing key prints nothing. Without braces the template is a path: ``.metadata.name``. Raises
    ValueError, one sentence, for a template that is none or longer than 4 KiB.
    """
    return "".join(_template(template)(item))


def between_pages(template: str) -> str | None:
    """Return what stands between the parts of a list that are filled one by one, or None.

    None: the template looks at the list as a whole. A path over ``.items[*]`` has a space between
    its results, a range over them nothing.
    """
    match parse_template(template if "{" in template else relaxed(template)):
        case [Expression((str(path), *_))] if path.startswith(_EACH_ITEM):
            return " "
        case [Range(Expression((str(path), *_)))] if path.startswith(_EACH_ITEM):
            return ""
    return None


def find(path: str, item: Any) -> list[Any]:
    """Return what a path such as ``.metadata.name`` leads to: nothing, one value, or several."""
    return finder(path)(item)


@lru_cache(maxsize=256)
def finder(path: str) -> Finder:
    """Prepare a path for use on many objects; raises ValueError for what is no single path."""
    return _finder(parse_path(path))


_EACH_ITEM = '["items"][*]'


@lru_cache(maxsize=64)
def _template(template: str) -> _Filler:
    return _block(parse_template(template if "{" in template else relaxed(template)))


def _block(nodes: Iterable[Node]) -> _Filler:
    fillers = [_filler(node) for node in nodes]
    return lambda item: (text for filler in fillers for text in filler(item))


def _filler(node: Node) -> _Filler:
    match node:
        case Text(value):
            text = sprint(value)
            return lambda item: [text]
        case Range(over, body):
            find_all, block = _finder(over), _block(body)
            return lambda item: (text for result in find_all(item) for text in block(result))
        case _:
            find_all = _finder(node)
            return lambda item: [" ".join(map(_printed, find_all(item)))]


def _finder(expression: Expression) -> Finder:
    steps = [_step(part) for part in expression.parts]

    def find_all(item: Any) -> list[Any]:
        values = [item]
        for step in steps:
            values = step(values)
        return values

    return find_all


def _step(part: str | Union | Text) -> Finder:
    match part:
        case Text(value):
            return lambda values: [value] if values or isinstance(value, str) else []
        case Union(members):
            finders = [_finder(member) for member in members]
            return lambda values: _bounded(
                result for found in finders for value in values for result in found(value)
            )
        case _:
            return _query(part)


def _query(segments: str) -> Finder:
    # Imported when first needed: the library costs a tenth of a second that no other tool needs.
    from jsonpath import JSONPathEnvironment, JSONPathError

    try:
        query = JSONPathEnvironment(strict=True).compile(f"${segments}")
    except JSONPathError as error:
        raise ValueError(f"jsonpath: {error.args[0]}") from error
    return lambda values: _bounded(
        result
        for value in values
        if isinstance(value, (dict, list))
        for result in query.findall(value)
    )


def _bounded(results: Iterable[Any]) -> list[Any]:
    collected = []
    for result in results:
        collected.append(result)
        if len(collected) > _MAX_RESULTS:
            raise ValueError(f"the jsonpath template gives more than {_MAX_RESULTS:,} results")
    return collected


def _printed(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sprint(value)
