"""What stands around an eviction: the budgets that cover pods, and the room on other nodes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clients.errors import ClientError
from clients.kubernetes.objects import JsonObject, ListQuery
from clients.kubernetes.reader import PAGE_OBJECTS, KubernetesReader

MOST_PODS = 5_000
MOST_NODES = 1_000
MOST_BUDGETS = 1_000
NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed"


@dataclass(frozen=True, slots=True)
class Outlook:
    """Budgets, the other nodes and what their pods ask for; ``unseen`` says what is missing."""

    budgets: Sequence[JsonObject] = ()
    nodes: Sequence[JsonObject] = ()
    pods: Sequence[JsonObject] = ()
    unseen: Sequence[str] = field(default=())


async def outlook(kubernetes: KubernetesReader, node_name: str) -> Outlook:
    """Read it all, within bounds; what may not be read is left out and said."""
    unseen: list[str] = []
    budgets = await _listed(kubernetes, "poddisruptionbudgets.policy", MOST_BUDGETS, "", unseen)
    nodes = await _listed(kubernetes, "nodes", MOST_NODES, "", unseen)
    elsewhere = f"{NOT_ENDED},spec.nodeName!={node_name}"
    pods = await _listed(kubernetes, "pods", MOST_PODS, elsewhere, unseen)
    others = [node for node in nodes if node["metadata"]["name"] != node_name]
    return Outlook(budgets, others, pods, unseen)


async def _listed(
    kubernetes: KubernetesReader, kind: str, most: int, fields: str, unseen: list[str]
) -> list[JsonObject]:
    try:
        query = ListQuery(await kubernetes.resource_type(kind), None, field_selector=fields)
        kept: list[JsonObject] = []
        page = await kubernetes.page(query, PAGE_OBJECTS)
        kept += map(_slim, page.items)
        while not page.complete and len(kept) < most:
            page = await kubernetes.page(query, PAGE_OBJECTS, page.continue_token)
            kept += map(_slim, page.items)
    except ClientError as refusal:
        unseen.append(f"{kind.partition('.')[0]}: {refusal}")
        return []
    if not page.complete:
        unseen.append(f"{kind}: there are more than {most:,}")
    return kept


def _slim(obj: JsonObject) -> JsonObject:
    """Keep of a pod what it asks of its node: a cluster's pods are many."""
    if obj["kind"] != "Pod":
        return obj
    spec, parts = obj["spec"], ("containers", "initContainers")
    asked = {
        part: [
            {"name": c["name"], "resources": c.get("resources") or {}, **_restarts(c)}
            for c in spec.get(part) or ()
        ]
        for part in parts
    }
    kept = {key: spec[key] for key in ("nodeName", "overhead", "resources") if key in spec}
    return {"kind": "Pod", "metadata": {}, "spec": {**kept, **asked}}


def _restarts(container: JsonObject) -> JsonObject:
    return {"restartPolicy": container["restartPolicy"]} if "restartPolicy" in container else {}


def covering(budgets: Iterable[JsonObject], pod: JsonObject) -> list[JsonObject]:
    """Return the budgets that cover a pod; an empty selector covers its whole namespace."""
    labels = pod["metadata"].get("labels") or {}
    namespace = pod["metadata"]["namespace"]
    return [
        budget
        for budget in budgets
        if budget["metadata"]["namespace"] == namespace
        and selects((budget.get("spec") or {}).get("selector"), labels)
    ]


def selects(selector: JsonObject | None, labels: dict[str, str]) -> bool:
    """Whether a LabelSelector matches; None matches nothing, an empty one everything."""
    if selector is None:
        return False
    wanted = (selector.get("matchLabels") or {}).items()
    return all(labels.get(key) == value for key, value in wanted) and all(
        _meets(one, labels) for one in selector.get("matchExpressions") or ()
    )


def _meets(expression: JsonObject, labels: dict[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return False
