"""Which lists each kind's description needs, and how its events are found.

Follows the describers of kubectl/pkg/describe/describe.go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clients.kubernetes.objects import JsonObject

MOST_OBJECTS = 500
MOST_PODS = 5_000
LEASES_NAMESPACE = "kube-node-lease"
MIRROR_ANNOTATION = "kubernetes.io/config.mirror"
SERVICE_LABEL = "kubernetes.io/service-name"
RBAC = "rbac.authorization.k8s.io"
WITHOUT_EVENTS = frozenset(
    {
        ("", "LimitRange"),
        ("", "Namespace"),
        ("", "ResourceQuota"),
        ("", "Secret"),
        ("networking.k8s.io", "NetworkPolicy"),
        (RBAC, "ClusterRole"),
        (RBAC, "ClusterRoleBinding"),
        (RBAC, "Role"),
        (RBAC, "RoleBinding"),
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One list to read; ``optional`` when kubectl says nothing either if it cannot be read."""

    resource: str
    namespace: str | None = None
    label_selector: str = ""
    field_selector: str = ""
    most: int = MOST_OBJECTS
    optional: bool = False

    @property
    def plural(self) -> str:
        """The type's name without its group."""
        return self.resource.partition(".")[0]


def wanted_for(obj: JsonObject) -> Sequence[Wanted]:
    """Say which lists the describer of this kind needs."""
    wants = WANTS.get(group_and_kind(obj))
    return wants(obj) if wants else ()


def group_and_kind(obj: JsonObject) -> tuple[str, str]:
    """Give API group (``""`` for core) and kind."""
    return str(obj["apiVersion"]).rpartition("/")[0], str(obj["kind"])


def events_about(obj: JsonObject) -> Sequence[Wanted]:
    """Say how to find an object's events: as ``searchEvents`` of kubectl, in these special cases.

    Events of pods are found without their kind; those of static pods by the uid that the kubelet
    gave them; those of nodes by uid (controllers) and by name in its place (kubelet).
    """
    metadata, (group, kind) = obj["metadata"], group_and_kind(obj)
    if (group, kind) in WITHOUT_EVENTS:
        return ()
    namespace = metadata.get("namespace")
    fields = {"name": metadata["name"], "namespace": namespace or "", "kind": kind}
    uids = [metadata.get("uid", "")]
    if (group, kind) == ("", "Pod"):
        del fields["kind"]
        uids = [(metadata.get("annotations") or {}).get(MIRROR_ANNOTATION) or uids[0]]
    if (group, kind) == ("", "Node"):
        uids.append(metadata["name"])
    selectors = (_field_selector({**fields, "uid": uid} if uid else fields) for uid in uids)
    return [Wanted("events", namespace, field_selector=selector) for selector in selectors]


def _field_selector(fields: Mapping[str, str]) -> str:
    return ",".join(f"involvedObject.{field}={value}" for field, value in fields.items())


def _selected_pods(obj: JsonObject) -> Sequence[Wanted]:
    selector = label_selector(obj["spec"].get("selector") or {})
    return [Wanted("pods", _namespace(obj), label_selector=selector, most=MOST_PODS)]


def _pods_of_replication_controller(obj: JsonObject) -> Sequence[Wanted]:
    selector = label_selector({"matchLabels": obj["spec"].get("selector") or {}})
    return [Wanted("pods", _namespace(obj), label_selector=selector, most=MOST_PODS)]


def _replica_sets(obj: JsonObject) -> Sequence[Wanted]:
    selector = label_selector(obj["spec"].get("selector") or {})
    return [Wanted("replicasets.apps", _namespace(obj), label_selector=selector)]


def _slices_of_service(obj: JsonObject) -> Sequence[Wanted]:
    return [_slices(obj, [obj["metadata"]["name"]])]


def _backends(obj: JsonObject) -> Sequence[Wanted]:
    """Ask for the services behind an Ingress: their slices in one list, each by its name."""
    names = backend_services(obj["spec"])
    if not names:
        return ()
    services = [
        Wanted("services", _namespace(obj), field_selector=f"metadata.name={name}")
        for name in names
    ]
    return [_slices(obj, names), *services]


def _slices(obj: JsonObject, services: Sequence[str]) -> Wanted:
    selector = f"{SERVICE_LABEL} in ({','.join(services)})"
    return Wanted("endpointslices.discovery.k8s.io", _namespace(obj), label_selector=selector)


def backend_services(ingress_spec: JsonObject) -> list[str]:
    """Name the services an Ingress sends requests to, each once."""
    backends = [ingress_spec.get("defaultBackend")]
    for rule in ingress_spec.get("rules") or ():
        backends += [path["backend"] for path in (rule.get("http") or {}).get("paths") or ()]
    services = [(backend or {}).get("service") for backend in backends]
    return sorted({service["name"] for service in services if service})


def _pods_of_namespace(obj: JsonObject) -> Sequence[Wanted]:
    return [Wanted("pods", _namespace(obj), most=MOST_PODS)]


def _limits_of_namespace(obj: JsonObject) -> Sequence[Wanted]:
    name = obj["metadata"]["name"]
    return [Wanted("resourcequotas", name), Wanted("limitranges", name)]


def _on_node(obj: JsonObject) -> Sequence[Wanted]:
    name = obj["metadata"]["name"]
    running = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
    return [
        Wanted("pods", field_selector=running, most=MOST_PODS),
        Wanted(
            "leases.coordination.k8s.io", LEASES_NAMESPACE, field_selector=f"metadata.name={name}"
        ),
        Wanted(
            "resourceslices.resource.k8s.io", field_selector=f"spec.nodeName={name}", optional=True
        ),
    ]


def _namespace(obj: JsonObject) -> str | None:
    namespace: str | None = obj["metadata"].get("namespace")
    return namespace


WANTS: dict[tuple[str, str], Callable[[JsonObject], Sequence[Wanted]]] = {
    ("", "Namespace"): _limits_of_namespace,
    ("", "Node"): _on_node,
    ("", "PersistentVolumeClaim"): _pods_of_namespace,
    ("", "ReplicationController"): _pods_of_replication_controller,
    ("", "Service"): _slices_of_service,
    ("apps", "DaemonSet"): _selected_pods,
    ("apps", "Deployment"): _replica_sets,
    ("apps", "ReplicaSet"): _selected_pods,
    ("apps", "StatefulSet"): _selected_pods,
    ("networking.k8s.io", "Ingress"): _backends,
}


def label_selector(selector: JsonObject) -> str:
    """Write a ``LabelSelector`` as the query string has it: ``app=web,tier in (a,b),!canary``."""
    labels = (selector.get("matchLabels") or {}).items()
    requirements = [f"{key}={value}" for key, value in labels]
    return ",".join([*requirements, *map(_requirement, selector.get("matchExpressions") or ())])


def _requirement(expression: JsonObject) -> str:
    key, operator = expression["key"], expression["operator"]
    if operator in ("In", "NotIn"):
        return f"{key} {operator.lower()} ({','.join(expression.get('values') or ())})"
    return f"!{key}" if operator == "DoesNotExist" else str(key)
