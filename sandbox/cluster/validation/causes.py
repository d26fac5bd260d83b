"""The usual ways for a field to be wrong (apimachinery `pkg/util/validation/field`)."""

from typing import Any

import orjson

from sandbox.cluster.statuses import Cause


def required(where: str, why: str = "") -> Cause:
    """Return the cause of an absent field."""
    return Cause("FieldValueRequired", f"Required value: {why}" if why else "Required value", where)


def invalid_value(where: str, value: Any, why: str) -> Cause:
    """Return the cause of a value that is not permitted."""
    shown = orjson.dumps(value).decode()
    return Cause("FieldValueInvalid", f"Invalid value: {shown}: {why}", where)


def not_supported(where: str, value: Any, supported: list[str]) -> Cause:
    """Return the cause of a value that is none of a few."""
    shown = orjson.dumps(value).decode()
    listed = ", ".join(f'"{each}"' for each in sorted(supported))
    message = f"Unsupported value: {shown}: supported values: {listed}"
    return Cause("FieldValueNotSupported", message, where)


def forbidden_value(where: str, why: str) -> Cause:
    """Return the cause of a field that may not be set or changed."""
    return Cause("FieldValueForbidden", f"Forbidden: {why}", where)
