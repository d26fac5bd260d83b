"""What a tool needs of the API server; the chart's roles are generated from these."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """Verbs on resources, written ``pods``, ``pods/log``, ``deployments.apps`` or ``*.*``."""

    verbs: tuple[str, ...]
    resources: tuple[str, ...]

    def __str__(self) -> str:
        return f"{_listed(self.verbs)} on {_listed(self.resources)}"


def verbs(names: str, *resources: str) -> Need:
    """Spell a need as RBAC does: ``verbs("get list", "pods", "pods/log")``."""
    return Need(tuple(names.split()), resources)


def sentence(tool: str, needs: Iterable[Need]) -> str:
    """Say what a tool needs, after a refusal for want of it."""
    stated = "; ".join(map(str, needs))
    return f" The tool {tool} needs {stated}." if stated else ""


def rbac_names(resource: str) -> tuple[str, str]:
    """Return a resource's API group and name as a role spells them; a wide one's group is ``*``.

    ``rollouts.argoproj.io/status`` is ``("argoproj.io", "rollouts/status")``.
    """
    whole, _, below = resource.partition("/")
    name, _, group = whole.partition(".")
    subresource, _, group_after = below.partition(".")
    full = f"{name}/{subresource}" if subresource else name
    return ("*" if name == "*" else group or group_after), full


READ_ANYTHING = verbs("get list", "*.*")
FOLLOW_ANYTHING = verbs("get list watch", "*.*")


def _listed(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
