"""YAML of a stranger, read only after its expanded size is known."""

from typing import Any

import yaml

from clients.errors import InvalidError
from clients.yaml_bounds import MOST_VALUES, check_size


def loaded(text: str, what: str, most: int = MOST_VALUES) -> Any:
    """Return the one document's value; raises InvalidError naming ``what``."""
    try:
        check_size(text, what, most)
        return yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as garbled:
        mark = getattr(garbled, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InvalidError(f"{what} is not YAML{where}.") from garbled
    # An impossible date, an integer of 5,000 digits, "!!bool x", "!!timestamp x".
    except (ValueError, LookupError, AttributeError, RecursionError) as odd:
        raise InvalidError(f"{what} holds a value that cannot be read.") from odd


def mapping(text: str, what: str) -> dict[str, Any]:
    """Return the document, which has to be a mapping; an empty one is an empty mapping."""
    value = loaded(text, what)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidError(f"{what} is not a mapping.")
    return value
