"""All values of a release: the chart's own with the user's laid over them, as Helm coalesces them.

Follows ``pkg/chart/common/util/coalesce.go`` of Helm 4 for a chart without subcharts, which records
do not have: what they add was merged into the chart's own values when it was installed.
"""

from copy import deepcopy
from typing import Any

JsonObject = dict[str, Any]


def computed_values(config: JsonObject, chart_values: JsonObject) -> JsonObject:
    """Return what templates were rendered with; a user's null takes a default away."""
    values = deepcopy(config)
    for key, default in deepcopy(chart_values).items():
        if key not in values:
            if default is not None:
                values[key] = _without_nulls(default)
        elif values[key] is None:
            del values[key]
        elif isinstance(values[key], dict) and isinstance(default, dict):
            _fill(values[key], _without_nulls(default))
    return values


def _fill(values: JsonObject, defaults: JsonObject) -> None:
    """Add the defaults that are absent; a null stays where there is no default to take away."""
    for key, default in defaults.items():
        if key not in values:
            values[key] = default
        elif values[key] is None:
            del values[key]
        elif isinstance(values[key], dict) and isinstance(default, dict):
            _fill(values[key], default)


def _without_nulls(value: Any) -> Any:
    """Take the nulls out of maps, not out of lists."""
    if not isinstance(value, dict):
        return value
    return {key: _without_nulls(each) for key, each in value.items() if each is not None}
