"""Values without their secrets: those that a key, a form or another place gives away."""

from collections.abc import Callable, Iterator
from typing import Any

from clients.helm.secrecy.known import KnownSecrets
from clients.helm.secrecy.rules import holds_secrets, is_secret, tells_nothing
from clients.masking import mask_arguments, mask_free_text, names_a_secret

_COMMAND_LINES = ("args", "command", "extraArgs")
Mask = Callable[[Any], str]


def secrets_in(values: Any, key: str = "", inside: bool = False) -> Iterator[str]:
    """Yield the secrets that keys give away, as text."""
    if isinstance(values, dict):
        inside = (inside or holds_secrets(key)) and not tells_nothing(key)
        named = _variable(values)
        for each, value in values.items():
            secret = inside and not tells_nothing(each)
            yield from secrets_in(value, "password" if named and each == "value" else each, secret)
    elif isinstance(values, list):
        for item in values:
            yield from secrets_in(item, key, inside)
    elif _is_telling(values) and (inside or is_secret(key)):
        yield _text(values)


def masked_values(values: Any, known: KnownSecrets, key: str = "", inside: bool = False) -> Any:
    """Return a copy of the values in which no secret is left; booleans and nulls stay."""
    if isinstance(values, dict):
        inside = (inside or holds_secrets(key)) and not tells_nothing(key)
        named = _variable(values)
        return {
            each: masked_values(
                value,
                known,
                "password" if named and each == "value" else each,
                inside and not tells_nothing(each),
            )
            for each, value in values.items()
        }
    if isinstance(values, list):
        return _masked_list([masked_values(item, known, key, inside) for item in values], key)
    if not _is_telling(values):
        return values
    if inside or is_secret(key) or known.is_held(_text(values)):
        return known.masking.masked(_text(values).encode())
    return known.masked(mask_free_text(values)) if isinstance(values, str) else values


def _masked_list(items: list[Any], key: str) -> list[Any]:
    if key in _COMMAND_LINES:
        mask_arguments(items)
    return items


def _variable(values: dict[str, Any]) -> bool:
    """Whether this is ``{name: DB_PASSWORD, value: …}``."""
    name = values.get("name")
    return isinstance(name, str) and "value" in values and names_a_secret(name)


def _is_telling(value: Any) -> bool:
    is_text = isinstance(value, str) and bool(value) and not value.startswith("<redacted ")
    return is_text or (isinstance(value, int | float) and not isinstance(value, bool))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
