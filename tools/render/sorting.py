"""``kubectl get --sort-by``: objects and Table rows in the order of one field.

Follows ``isLess`` of kubectl's ``cmd/get/sorter.go``. Differs in that equal fields keep their
order, and that whole numbers compare with fractions.
"""

import re
from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar

from tools.render import JsonObject
from tools.render.jsonpath import finder
from tools.render.quantities import Quantity, parse

_LIKE_A_QUANTITY = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+|[a-zA-Z]{1,2})?")
_Entry = TypeVar("_Entry")
_Word = tuple[str, Quantity | None]


def sort_by(objects: Sequence[JsonObject], path: str) -> list[JsonObject]:
    """Sort objects by the first result of a path (``.metadata.name``); those without one lead.

    Numbers sort as numbers, quantities by their amount (``100m`` before ``1``), other texts, so
    timestamps too, by code points. Raises ValueError, one sentence, where kubectl refuses: no
    object has the field, or its values cannot be compared.
    """
    find_all = finder(path)
    return in_order(objects, [find_all(item) for item in objects], path)


def sort_table(table: JsonObject, path: str) -> JsonObject:
    """Sort a Table by a field of its rows' objects (``includeObject=Object`` brings them)."""
    rows, find_all = table.get("rows") or [], finder(path)
    found = [find_all(row.get("object") or {}) for row in rows]
    return {**table, "rows": in_order(rows, found, path)}


def in_order(entries: Sequence[_Entry], found: Sequence[list[Any]], path: str) -> list[_Entry]:
    """Sort entries by what ``path`` found in each: for lists too long to keep whole objects."""
    if found and not any(found):
        raise ValueError(f"no object has the field {path!r} to sort by")
    key = _key([results[0] for results in found if results and results[0] is not None], path)

    def place(position: int) -> tuple[int, Any]:
        results = found[position]
        if not results or results[0] is None:
            return (1 if results else 0), None
        return 2, key(results[0])

    return [entries[position] for position in sorted(range(len(entries)), key=place)]


def _key(values: Sequence[Any], path: str) -> Callable[[Any], Any]:
    """Choose how to compare the values of a field, which must all be of one type."""
    if all(isinstance(value, str) for value in values):
        return _text_key(values)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return lambda value: value
    raise ValueError(f"{path!r} is no field to sort by: not all numbers or all texts")


def _text_key(texts: Sequence[str]) -> Callable[[str], Any]:
    words = {text: (text, _quantity(text)) for text in texts}
    if not any(quantity for _, quantity in words.values()):
        return lambda text: text
    in_order = cmp_to_key(_compare)
    return lambda text: in_order(words[text])


def _compare(left: _Word, right: _Word) -> int:
    if left[1] is not None and right[1] is not None:
        return left[1].nanos - right[1].nanos
    return -1 if left[0] < right[0] else int(left[0] > right[0])


def _quantity(text: str) -> Quantity | None:
    if not _LIKE_A_QUANTITY.fullmatch(text):  # most texts are names and times: a cheap no
        return None
    try:
        return parse(text)
    except ValueError:
        return None
