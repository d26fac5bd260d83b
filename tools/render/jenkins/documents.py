"""Jenkins' own JSON, as it was asked for."""

import orjson

from tools.render import JsonObject


def as_json(found: JsonObject | list[JsonObject]) -> str:
    """Write JSON to be read."""
    return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()
