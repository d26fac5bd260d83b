"""Query parameters as apimachinery decodes them (`pkg/conversion/queryparams`)."""

from collections.abc import Mapping

from sandbox.cluster.statuses import bad_request

MAX_INT64 = 2**63 - 1


class Parameters:
    """Parsed query parameters; the first value of a name counts unless `texts` is asked."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def texts(self, name: str) -> list[str]:
        """Return every value of a repeatable parameter."""
        return list(self._values.get(name, []))

    def text(self, name: str) -> str:
        """Return a value, empty when absent."""
        return next(iter(self._values.get(name, [])), "")

    def flag(self, name: str) -> bool | None:
        """Return a boolean: anything but `0` and `false` is true (Convert_Slice_string_To_bool)."""
        if name not in self._values:
            return None
        return self.text(name).lower() not in ("0", "false")

    def integer(self, name: str) -> int | None:
        """Return an integer, None when absent or empty. Raises the 400 of Go's parser."""
        text = self.text(name)
        if not text:
            return None
        try:
            number = int(text)
        except ValueError as fault:
            message = f'strconv.ParseInt: parsing "{text}": invalid syntax'
            raise bad_request(message) from fault
        if abs(number) > MAX_INT64:
            raise bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
        return number
