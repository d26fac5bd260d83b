"""What is said of charts and repositories, as helm says it."""

from collections.abc import Iterable, Sequence

from tools.render.helm.uitable import uitable

_HEADER = ("NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION")

Row = tuple[str, str, str, str]
"""Name, chart version, app version, description."""
Outcome = tuple[str, str, int, str]
"""Name, URL, number of charts, and why it failed (empty: it did not)."""


def search_table(found: Sequence[Row], most_width: int, instead: str = "") -> str:
    """Print the table of ``helm search repo``; ``most_width`` 0 cuts nothing.

    ``instead`` is said where nothing was found, with its leading space.
    """
    if not found:
        return f"No results found.{instead}" if instead else "No results found"
    return uitable([_HEADER, *found], most_width)


def not_searched(failures: Iterable[Outcome]) -> list[str]:
    """Say which repositories are missing from a search, and why."""
    return [f'Not searched: repository "{name}": {why}' for name, _, _, why in failures]


def counted(charts: int) -> str:
    """Say how many charts a repository has."""
    return "1 chart" if charts == 1 else f"{charts} charts"


def updated(outcomes: Sequence[Outcome]) -> str:
    """Say what became of each repository, as ``helm repo update`` does."""
    lines = [_outcome(*outcome) for outcome in outcomes]
    failed = [name for name, _, _, why in outcomes if why]
    last = "Update Complete. ⎈Happy Helming!⎈"
    return "\n".join([*lines, f"Failed: {', '.join(failed)}." if failed else last])


def _outcome(name: str, url: str, charts: int, why: str) -> str:
    if why:
        return f'...Unable to get an update from the "{name}" chart repository ({url}): {why}'
    return f'...Successfully got an update from the "{name}" chart repository ({counted(charts)})'
