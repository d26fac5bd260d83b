"""What is to be installed: a chart, its version, the values beside its own."""

from dataclasses import dataclass
from typing import Any

from clients.errors import InvalidError
from clients.kubernetes.changing import manifests

MOST_VALUES_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """As the caller names them; ``values`` is YAML text, None where none are given."""

    chart: str
    version: str | None = None
    values: str | None = None

    @property
    def given(self) -> bytes:
        """The values as helm reads them on standard input; an empty mapping without any."""
        if self.values is None or not self.values.strip():
            return b"{}"
        parsed_values(self.values)
        return self.values.encode()

    @property
    def parsed(self) -> dict[str, Any]:
        """The values as a mapping."""
        return parsed_values(self.values) if self.values and self.values.strip() else {}


def parsed_values(text: str) -> dict[str, Any]:
    """Refuse what is no mapping, too large, or written so that it grows when it is read."""
    if len(text) > MOST_VALUES_BYTES:
        raise InvalidError(f'Argument "values" is longer than {MOST_VALUES_BYTES:,} characters.')
    try:
        parsed = manifests.value_or_none(text)
    except InvalidError as unreadable:
        why = str(unreadable).replace("The content", "it").replace("The patch", "it")
        raise InvalidError(f'Argument "values": {why[:1].lower()}{why[1:]}') from unreadable
    if parsed is None:  # comments alone, as helm reads them
        return {}
    if not isinstance(parsed, dict):
        raise InvalidError('Argument "values" has to be a YAML mapping, such as "replicas: 3".')
    return parsed
