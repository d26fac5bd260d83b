"""`api/python`: the same as JSON, but a literal of Python (stapler `PythonDataWriter`)."""

from typing import Any

import orjson


def python_literal(value: Any) -> str:
    """Write a value as Python reads it."""
    if isinstance(value, dict):
        members = (f"{python_literal(k)}:{python_literal(v)}" for k, v in value.items())
        return f"{{{','.join(members)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(python_literal, value))}]"
    if isinstance(value, str):
        return orjson.dumps(value).decode()
    return repr(value)
