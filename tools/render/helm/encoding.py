"""JSON and YAML as helm writes them: JSON on one line, YAML as kubectl does."""

from typing import Any

import orjson

from tools.render.go_yaml import yaml_text
from tools.render.sprint import json_float_text


def to_json(value: Any, *, sort_keys: bool = False) -> str:
    """Write on one line; ``sort_keys`` for what Go keeps in a map.

    Differs from helm in that ``<``, ``>`` and ``&`` stay readable: Go escapes them for HTML.
    """
    options = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_SORT_KEYS if sort_keys else 0)
    return orjson.dumps(_with_go_floats(value), option=options).decode()


def to_yaml(value: Any) -> str:
    """Write with sorted keys."""
    return yaml_text(value)


def _with_go_floats(value: Any) -> Any:
    match value:
        case float():
            return orjson.Fragment(json_float_text(value))
        case dict():
            return {key: _with_go_floats(each) for key, each in value.items()}
        case list():
            return [_with_go_floats(each) for each in value]
    return value
