"""Whole objects as ``kubectl get -o json``, ``-o yaml`` and ``-o name`` print them."""

import re
from collections.abc import Iterable, Sequence

import orjson

from tools.render import JsonObject
from tools.render.go_yaml import yaml_text
from tools.render.identity import qualified_name
from tools.render.sprint import json_float_text

_INDENT = re.compile(r"^ +", re.MULTILINE)
# Only a number ends a line with a digit: texts end in a quote.
_FLOAT = re.compile(r"(?<= )-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+)(?=,?$)", re.MULTILINE)
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def to_json(item: JsonObject) -> str:
    """Print an object as ``kubectl get -o json``: keys sorted, indented by four spaces.

    Differs from kubectl in that ``<``, ``>`` and ``&`` stay readable: Go escapes them for HTML.
    """
    text = orjson.dumps(without_managed_fields(item), option=_OPTIONS).decode()
    wider = _INDENT.sub(lambda spaces: spaces[0] * 2, text)
    return _FLOAT.sub(lambda number: json_float_text(float(number[0])), wider)


def to_yaml(item: JsonObject) -> str:
    """Print an object as ``kubectl get -o yaml``, byte for byte."""
    return yaml_text(without_managed_fields(item))


def to_names(objects: Iterable[JsonObject]) -> list[str]:
    """Print one line for each object, as ``kubectl get -o name``: ``deployment.apps/web``."""
    return [qualified_name(item) for item in objects]


def to_list(objects: Sequence[JsonObject]) -> JsonObject:
    """Wrap objects in the ``List`` that kubectl prints for anything but one object by its name."""
    metadata = {"resourceVersion": ""}
    return {"apiVersion": "v1", "items": list(objects), "kind": "List", "metadata": metadata}


def without_managed_fields(item: JsonObject) -> JsonObject:
    """Leave out ``metadata.managedFields``, of an object and of each item of a list, as kubectl."""
    items, metadata = item.get("items"), item.get("metadata")
    if isinstance(metadata, dict) and "managedFields" in metadata:
        kept = {key: value for key, value in metadata.items() if key != "managedFields"}
        item = {**item, "metadata": kept}
    if isinstance(items, list):
        parts = [without_managed_fields(part) if isinstance(part, dict) else part for part in items]
        item = {**item, "items": parts}
    return item
