"""Arguments as models really send them, made what the tool takes, or refused in a sentence.

Accepted: numbers as strings and strings as numbers, ``"true"``, ``null`` or ``""`` for anything
optional, JSON text where an object or a list is expected, one string where a list of them is. The
rest is refused before anything is sent.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from clients.errors import InvalidError
from clients.kubernetes.names import shown
from clients.masking import mask_text
from clients.suggestions import did_you_mean

Schema = Mapping[str, Any]

LONGEST_ARGUMENT = 512 * 1024
LONGEST_WORD = 4096
# Empty is not absent here: a name would widen to a list, a condition to none; "" is a group, core.
# And an empty dry_run is no answer to whether anything may be changed.
NEVER_ABSENT = frozenset({"name", "if_unchanged", "dry_run", "api_group"})
_EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "string_type": "text",
    "dict_type": "an object",
    "list_type": "a list",
}


def prepared(tool: str, schema: Schema, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments without absent ones, their obvious spellings straightened."""
    properties = schema.get("properties", {})
    for name in arguments:
        if name not in properties:
            takes = ", ".join(properties) or "no arguments"
            near = did_you_mean(name, properties)
            raise InvalidError(f"Unknown argument {shown(name)}.{near} {tool} takes: {takes}.")
    required = schema.get("required", ())
    present = {
        name: value
        for name, value in arguments.items()
        if name in required or not _is_absent(name, value, properties[name])
    }
    for name in required:
        if present.get(name) in (None, ""):
            raise InvalidError(f'Argument "{name}" of {tool} is required.')
    return {name: _straightened(name, value, properties[name]) for name, value in present.items()}


def _is_absent(name: str, value: Any, schema: Schema) -> bool:
    """Take ``""`` as nothing, except where it may say something, or where the default is a word."""
    empty = value == "" and name not in NEVER_ABSENT and "default" not in schema
    return value is None or empty


def _straightened(name: str, value: Any, schema: Schema) -> Any:
    wanted = schema.get("type")
    if wanted == "string":
        return _text(name, value, int(schema.get("maxLength", LONGEST_WORD)))
    if wanted == "array":
        return _listed(name, value)
    if wanted == "object" and isinstance(value, str):
        return _parsed(name, value)
    return value


def _listed(name: str, value: Any) -> Any:
    """Read a list, or take one string as a list of one; its strings are bounded as others are."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value[:LONGEST_ARGUMENT])
        except ValueError:
            value = [value]
    if isinstance(value, list):
        for each in value:
            _check_length(name, each, LONGEST_WORD)
    return value


def _text(name: str, value: Any, longest: int) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    _check_length(name, value, longest)
    return value


def _check_length(name: str, value: Any, longest: int) -> None:
    if isinstance(value, str) and len(value) > longest:
        raise InvalidError(
            f'Argument "{name}" is too long: {len(value):,} characters, {longest:,} at most.'
        )


def _parsed(name: str, text: str) -> Any:
    try:
        return orjson.loads(text[:LONGEST_ARGUMENT])
    except ValueError as garbled:
        raise InvalidError(f'Argument "{name}" is text that is not JSON.') from garbled


def explained(invalid: ValidationError) -> str:
    """Say of each wrong argument what it is and what is accepted."""
    return " ".join(_explained(dict(error)) for error in invalid.errors(include_url=False))


def _explained(error: Mapping[str, Any]) -> str:
    name = ".".join(map(str, error["loc"])) or "arguments"
    given = quoted(error["input"])
    limits = error.get("ctx") or {}
    match error["type"]:
        case "missing_argument" | "missing":
            return f'Argument "{name}" is required.'
        case "literal_error" | "enum":
            accepted = str(limits["expected"]).replace("'", '"')
            return f'Argument "{name}": {given} is not accepted; accepted: {accepted}.'
        case "greater_than_equal":
            return f'Argument "{name}": {given} is too small; at least {limits["ge"]}.'
        case "less_than_equal":
            return f'Argument "{name}": {given} is too large; at most {limits["le"]}.'
        case "int_parsing_size":
            return f'Argument "{name}": {given} is too large.'
        case kind if kind in _EXPECTED:
            return f'Argument "{name}": {given} is not {_EXPECTED[kind]}.'
    return f'Argument "{name}": {given} is not accepted ({error["msg"]}).'


def quoted(value: Any) -> str:
    """Quote a wrong argument for its refusal, as it was sent: in JSON."""
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return shown(mask_text(text))
