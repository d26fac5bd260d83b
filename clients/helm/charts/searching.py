"""Search the indexes of all repositories as ``helm search repo`` does (pkg/cmd/search).

A keyword is looked for, letter case aside, in name, repository/name, description and keywords, in
this order; what matches earlier comes first, then by name, then the newest version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clients.helm.charts import versions
from clients.helm.charts.index import Entry, Index
from clients.suggestions import did_you_mean

_BETWEEN = "\v"
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A chart version by its full name."""

    name: str
    entry: Entry


def search(
    indexes: Mapping[str, Index], keyword: str, version: str | None, *, every_version: bool
) -> list[Found]:
    """Return what matches; one version per chart unless ``every_version``. Raises InvalidError."""
    constraint = versions.Constraint(version or versions.STABLE)
    scored: list[tuple[int, str, list[Entry]]] = []
    for repository, index in indexes.items():
        for chart, entries in index.charts.items():
            for score, matching in _matches(repository, chart, entries, keyword.lower()):
                scored.append((score, f"{repository}/{chart}", matching))
    scored.sort(key=lambda each: each[:2])
    return list(_chosen(scored, constraint, every_version=every_version))


def instead(indexes: Mapping[str, Index], keyword: str) -> str:
    """Say what there is where nothing was found: in other versions, or by the nearest name."""
    others = search(indexes, keyword, versions.ANY, every_version=False)
    if not others:
        return _near(indexes, keyword)
    named = [f"{each.name} {each.entry.version}" for each in others[:_MOST_NAMED]]
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    return f" In other versions: {', '.join(named)}{more}."


def _near(indexes: Mapping[str, Index], keyword: str) -> str:
    wrong = keyword.lower()
    names: set[str] = set()
    for repository, index in indexes.items():
        names |= {f"{repository}/{chart}" if "/" in wrong else chart for chart in index.charts}
    return did_you_mean(wrong, sorted(names))


def _matches(
    repository: str, chart: str, entries: list[Entry], keyword: str
) -> Iterable[tuple[int, list[Entry]]]:
    by_score: dict[int, list[Entry]] = {}
    for entry in entries:
        words = " ".join(entry.keywords)
        parts = (entry.name, f"{repository}/{chart}", entry.description, words)
        line = _BETWEEN.join(parts).lower()
        at = line.find(keyword)
        if at >= 0:
            by_score.setdefault(line.count(_BETWEEN, 0, at), []).append(entry)
    return by_score.items()


def _chosen(
    scored: list[tuple[int, str, list[Entry]]],
    constraint: versions.Constraint,
    *,
    every_version: bool,
) -> Iterable[Found]:
    seen: set[str] = set()
    for _, name, entries in scored:
        for entry in entries:
            known = versions.parsed(entry.version)
            if known is None or not constraint.allows(known):
                continue
            if name in seen and not every_version:
                break
            seen.add(name)
            yield Found(name, entry)
