"""What pods and nodes use now, from metrics.k8s.io, and why there may be no figures.

Source followed: kubectl's ``cmd/top`` (``verifyEmptyMetrics``). Beyond kubectl: all field selectors
of pods are taken, and a metrics API that is down says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clients.errors import ClientError, InvalidError, NotFoundError, UnavailableError
from clients.kubernetes.names import check_name
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef, ResourceType
from clients.kubernetes.reader import KubernetesReader

GROUP = "metrics.k8s.io"
MOST_OBJECTS = 100_000
CREATION_DELAY_SECONDS = 120
NOT_YET = "Metrics are not available yet"


@dataclass(frozen=True, slots=True)
class UsageChoice:
    """Which pods or nodes; ``namespace=None`` means the context's, as in kubectl."""

    name: str = ""
    namespace: str | None = None
    all_namespaces: bool = False
    label_selector: str = ""
    field_selector: str = ""

    def check(self, argument: str) -> None:
        """Refuse a name that is none, and a name with a selector."""
        if self.name:
            check_name(self.name, argument=argument)
        if self.name and (self.label_selector or self.field_selector):
            raise InvalidError(f'Give "{argument}" or a selector, not both.')

    async def searched(self, kubernetes: KubernetesReader) -> str | None:
        """Return the namespace meant, None for all."""
        return None if self.all_namespaces else self.namespace or await kubernetes.namespace()


@dataclass(frozen=True, slots=True)
class NodeUsage:
    """NodeMetrics, and what each node that was asked for can give (``status.allocatable``)."""

    metrics: Sequence[JsonObject]
    allocatable: Mapping[str, Mapping[str, str]]


async def pod_usage(
    kubernetes: KubernetesReader, choice: UsageChoice, now: datetime
) -> Sequence[JsonObject]:
    """Return PodMetrics; none only when there are no pods. Raises a reason for missing figures."""
    choice.check("pod_name")
    namespace = await choice.searched(kubernetes)
    pods = await kubernetes.resource_type("pods")
    fields = f"metadata.name={choice.name}" if choice.name else choice.field_selector
    query = ListQuery(pods, namespace, choice.label_selector, fields)
    measured = await _measured(kubernetes, "pods", query, choice.name)
    if choice.field_selector:
        wanted = await _names(kubernetes, query)
        measured = [one for one in measured if _key(one) in wanted]
    if not measured:
        await _explain_no_pods(kubernetes, query, choice.name, now)
    return measured


async def node_usage(kubernetes: KubernetesReader, choice: UsageChoice) -> NodeUsage:
    """Return NodeMetrics and allocatable amounts; raises a reason when nothing is measured."""
    choice.check("node_name")
    nodes = await kubernetes.resource_type("nodes")
    query = ListQuery(nodes, None, choice.label_selector)
    if choice.name:
        found: Sequence[JsonObject] = [await kubernetes.get(ObjectRef(nodes, choice.name))]
    else:
        found = (await kubernetes.list(query, MOST_OBJECTS)).items
    measured = await _measured(kubernetes, "nodes", query, choice.name) if found else []
    if found and not measured:
        of = f' of node "{choice.name}"' if choice.name else ""
        raise UnavailableError(f"{NOT_YET}: metrics-server has no figures{of}.")
    return NodeUsage(measured, {one["metadata"]["name"]: _allocatable(one) for one in found})


def _allocatable(node: JsonObject) -> Mapping[str, str]:
    return (node.get("status") or {}).get("allocatable") or {}


async def _measured(
    kubernetes: KubernetesReader, plural: str, query: ListQuery, name: str
) -> Sequence[JsonObject]:
    """Read metrics objects; one that does not exist is an empty list."""
    kind = await _metrics_type(kubernetes, plural)
    try:
        if name and not (kind.namespaced and query.namespace is None):
            return [await kubernetes.raw(kind.path(query.namespace, name))]
        # metrics-server knows no other field selector than the name.
        fields = query.field_selector if name else ""
        of_kind = ListQuery(kind, query.namespace, query.label_selector, fields)
        return (await kubernetes.list(of_kind, MOST_OBJECTS)).items
    except NotFoundError:
        return []
    except UnavailableError as down:
        raise await _down(kubernetes, kind.version, down) from down


async def _metrics_type(kubernetes: KubernetesReader, plural: str) -> ResourceType:
    try:
        return await kubernetes.resource_type(f"{plural}.{GROUP}")
    except NotFoundError as missing:
        if GROUP in (await kubernetes.api()).stale_groups:
            raise await _down(kubernetes, "v1beta1", None) from missing
        raise NotFoundError(
            "Metrics API not available: this cluster serves no metrics.k8s.io "
            "(metrics-server is not installed)."
        ) from missing


async def _down(
    kubernetes: KubernetesReader, version: str, refusal: UnavailableError | None
) -> UnavailableError:
    """Say what the APIService says; without one, the API server itself is at fault."""
    try:
        ref = await kubernetes.ref("apiservices.apiregistration.k8s.io", f"{version}.{GROUP}", None)
        status = (await kubernetes.get(ref)).get("status") or {}
    except ClientError:
        status = {}
    for condition in status.get("conditions") or ():
        if condition.get("type") == "Available" and condition.get("status") != "True":
            return UnavailableError(f"Metrics API not available: {condition.get('message')}")
    if refusal is not None:
        return refusal
    return UnavailableError("Metrics API not available: its server does not answer.")


async def _names(kubernetes: KubernetesReader, query: ListQuery) -> set[tuple[str, str]]:
    """Return namespace and name of the pods that a field selector picks."""
    found: set[tuple[str, str]] = set()
    continue_token = ""
    while True:
        page = await kubernetes.table(query, include="Metadata", continue_token=continue_token)
        found |= {_key(row["object"]) for row in page.table.get("rows") or ()}
        continue_token = page.continue_token
        if not continue_token:
            return found


def _key(obj: JsonObject) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


async def _explain_no_pods(
    kubernetes: KubernetesReader, query: ListQuery, name: str, now: datetime
) -> None:
    """Raise why pods have no figures; return when there are no pods."""
    if name and query.namespace:
        pods: Sequence[JsonObject] = [
            await kubernetes.get(ObjectRef(query.type, name, query.namespace))
        ]
    else:
        pods = (await kubernetes.list(query)).items
    running = [pod for pod in pods if _phase(pod) == "Running"]
    if pods and not running:
        raise UnavailableError(f"No metrics: {_not_running(pods)}")
    for pod in running:
        _check_age(pod, now)
    if running:
        raise UnavailableError(f"{NOT_YET}: these pods are younger than two minutes.")


def _phase(pod: JsonObject) -> str:
    return str((pod.get("status") or {}).get("phase") or "Unknown")


def _not_running(pods: Sequence[JsonObject]) -> str:
    if len(pods) == 1:
        namespace, name = _key(pods[0])
        return f'pod "{name}" in namespace "{namespace}" is not running ({_phase(pods[0])}).'
    return f"none of these {len(pods):,} pods is running."


def _check_age(pod: JsonObject, now: datetime) -> None:
    age = now - datetime.fromisoformat(pod["metadata"]["creationTimestamp"])
    if age.total_seconds() > CREATION_DELAY_SECONDS:
        namespace, name = _key(pod)
        minutes = int(age.total_seconds() // 60)
        raise UnavailableError(
            f'Metrics not available for pod "{name}" in namespace "{namespace}", '
            f"{minutes:,} minutes old: metrics-server does not reach the kubelet of its node."
        )
