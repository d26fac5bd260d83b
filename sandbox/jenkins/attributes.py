"""Keyword arguments that become attributes: a mistyped one is an error and not a new attribute."""

from collections.abc import Mapping
from typing import TypeVar

Target = TypeVar("Target")


def assigned(target: Target, values: Mapping[str, object]) -> Target:
    """Set attributes that are there, and return their owner. Raises AttributeError for others."""
    for name, value in values.items():
        getattr(target, name)
        setattr(target, name, value)
    return target
