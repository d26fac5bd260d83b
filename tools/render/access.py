"""What one may do, as tables: ``kubectl auth can-i``, many at once, and ``--list``."""

from collections.abc import Iterable, Iterator, Sequence

from tools.render import JsonObject
from tools.render.tabwriter import align

CheckRow = tuple[str, str, str, bool, str]


def signed_in(username: str, groups: Sequence[str]) -> str:
    """Say under which name requests arrive."""
    said = f" (groups: {', '.join(groups)})" if groups else ""
    return f"Signed in as {username}{said}."


def checks_table(rows: Iterable[CheckRow]) -> list[str]:
    """Print verb, resource, namespace, yes or no, and what is doubtful."""
    lines = [
        f"{verb}\t{resource}\t{namespace or '-'}\t{'yes' if allowed else 'no'}\t{note}"
        for verb, resource, namespace, allowed, note in rows
    ]
    return [line.rstrip() for line in align(["VERB\tRESOURCE\tNAMESPACE\tALLOWED\t", *lines])]


def rules_table(status: JsonObject) -> list[str]:
    """Print what ``kubectl auth can-i --list`` tells, shorter: one row per set of verbs."""
    rows: dict[tuple[str, str], list[str]] = {}
    for rule in status.get("resourceRules") or ():
        names = _joined(rule.get("resourceNames"))
        only = f" (only: {names})" if names else ""
        rows.setdefault((_joined(rule.get("verbs")), only), []).extend(_resources(rule))
    for rule in status.get("nonResourceRules") or ():
        urls = rule.get("nonResourceURLs") or ()
        rows.setdefault((_joined(rule.get("verbs")), " (URLs)"), []).extend(urls)
    lines = [
        f"{verbs}\t{', '.join(dict.fromkeys(what))}{note}" for (verbs, note), what in rows.items()
    ]
    return align(["VERBS\tRESOURCES", *lines])


def _resources(rule: JsonObject) -> Iterator[str]:
    for group in rule.get("apiGroups") or ("",):
        for resource in rule.get("resources") or ():
            yield f"{resource}.{group}" if group else resource


def _joined(words: Sequence[str] | None) -> str:
    return ",".join(sorted(words or ()))
