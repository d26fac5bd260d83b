"""Who is served now and would not be: Services without ready endpoints, hosts without a backend."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from clients.kubernetes.changes import Change
from clients.kubernetes.impact.fields import (
    at,
    counted,
    items,
    kind_of,
    labels,
    listed,
    name,
    selects,
)
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.workloads import (
    APPS,
    REPLICATED,
    WORKLOADS,
    pod_labels,
    pods_selector,
    replicas_of,
    strategy,
    surge_and_unavailable,
    template_changes,
)
from clients.kubernetes.inspecting.related_lists import SERVICE_LABEL
from clients.kubernetes.objects import JsonObject

SLICES = "endpointslices.discovery.k8s.io"
INGRESSES = "ingresses.networking.k8s.io"


async def endpoints_kept(sight: Sight) -> list[str]:
    """Say whether a workload's Services keep ready endpoints."""
    change = sight.change
    if change.kind in ("deleted", "evicted") and kind_of(change) == ("", "Pod"):
        going = [pod.before for pod in _going_pods(sight)]
        return await _losing(sight, [pod for pod in going if pod is not None], "")
    if _stops_all(change):
        between = " until the new pods are ready" if template_changes(change) else ""
        return await _losing(sight, await _pods(sight), between)
    if template_changes(change) and kind_of(change) in WORKLOADS:
        return await _rolling(sight)
    return []


def _going_pods(sight: Sight) -> Iterator[Change]:
    """Yield the pods that the whole plan takes away here; those that stay must suffice."""
    for change in sight.around.changes:
        taken = change.kind in ("deleted", "evicted") and kind_of(change) == ("", "Pod")
        if taken and change.ref.namespace == sight.change.ref.namespace:
            yield change


def _stops_all(change: Change) -> bool:
    replicas = replicas_of(change)
    if change.kind == "deleted":
        return kind_of(change) in WORKLOADS and not change.orphaning
    if replicas is not None and replicas.after == 0:
        return replicas.before > 0
    recreated = strategy(change.after).get("type") == "Recreate"
    paused = bool(at(change.after, "spec").get("paused"))
    return recreated and template_changes(change) and not paused


async def _pods(sight: Sight) -> Sequence[JsonObject]:
    selector = pods_selector(sight.change.before)
    return await sight.here("pods", label_selector=selector) if selector else []


async def _losing(sight: Sight, pods: Sequence[JsonObject], between: str) -> list[str]:
    """Compare what each Service has ready now with what the going pods leave it."""
    if not pods:
        return []
    services = [each for each in await sight.staying("services") if _selects_one(each, pods)]
    slices = await sight.here(SLICES) if services else []
    names = {name(pod) for pod in pods}
    told: list[str] = []
    for service in services:
        ready = ready_pods(slices, name(service))
        left = [pod for pod in ready if pod not in names]
        if ready and left:
            told.append(
                f"Service {name(service)} keeps {len(left)} of {len(ready)} ready endpoints."
            )
        elif ready:
            lost = f"Service {name(service)} loses its last ready endpoint{between}"
            told += [f"! {lost} ({len(ready)} now).", *await hosts_without(sight, name(service))]
    return told


def _selects_one(service: JsonObject, pods: Sequence[JsonObject]) -> bool:
    selector = at(service, "spec", "selector")
    return any(selects(selector, labels(pod)) for pod in pods)


async def _rolling(sight: Sight) -> list[str]:
    """Say of a rolling update which Services go on being served."""
    change = sight.change
    given, new = pod_labels(change.before), pod_labels(change.after)
    told: list[str] = []
    for service in await sight.here("services"):
        selector = at(service, "spec", "selector")
        if selects(selector, given) and not selects(selector, new):
            told.append(f"! Service {name(service)} does not select the new pods.")
        elif selects(selector, given):
            told += _while_rolling(change, service, await sight.here(SLICES))
    return told


def _while_rolling(change: Change, service: JsonObject, slices: Sequence[JsonObject]) -> list[str]:
    ready = len(ready_pods(slices, name(service)))
    if not ready:
        return [f"Service {name(service)} has no ready endpoint now."]
    if not _by_turns(change) or ready <= _missing_at_a_time(change):
        return [f"Service {name(service)} may have no ready endpoint meanwhile ({ready} now)."]
    return [f"Service {name(service)} keeps its endpoints."]


def _by_turns(change: Change) -> bool:
    return kind_of(change) in REPLICATED | {(APPS, "DaemonSet")}


def _missing_at_a_time(change: Change) -> int:
    if kind_of(change) == (APPS, "Deployment"):
        return surge_and_unavailable(change.after)[1]
    kind = strategy(change.after).get("type")
    return 0 if kind == "OnDelete" or kind_of(change)[1] in ("ReplicaSet", "Rollout") else 1


def ready_pods(slices: Sequence[JsonObject], service: str) -> list[str]:
    """Name what stands behind a Service ready: pods, or addresses where no pods are named."""
    found: dict[str, None] = {}
    for each in slices:
        if labels(each).get(SERVICE_LABEL) != service:
            continue
        for endpoint in items(each, "endpoints"):
            if at(endpoint, "conditions").get("ready") is not False:
                target = at(endpoint, "targetRef").get("name")
                found[str(target or (endpoint.get("addresses") or ["?"])[0])] = None
    return list(found)


async def hosts_without(sight: Sight, service: str) -> list[str]:
    """Say which hosts an Ingress sends to this Service."""
    told = []
    for ingress in await sight.staying(INGRESSES):
        hosts = [host for host, backend in routes(ingress) if backend == service]
        if hosts:
            told.append(f"! ingress {name(ingress)}: {listed(hosts)} is then without a backend.")
    return told


def routes(ingress: Any) -> list[tuple[str, str]]:
    """Return what is asked for, host and path, and the Service that answers it."""
    spec = at(ingress, "spec")
    found = [("everything else", _service(spec.get("defaultBackend")))]
    for rule in items(spec, "rules"):
        for path in items(at(rule, "http"), "paths"):
            host = f"{rule.get('host') or '*'}{path.get('path') or '/'}"
            found.append((host, _service(path.get("backend"))))
    return [(host, backend) for host, backend in found if backend]


def _service(backend: Any) -> str:
    return str(at(backend, "service").get("name") or "")


async def no_longer_served(sight: Sight) -> list[str]:
    """Say what a deleted Service or Ingress serves now."""
    change = sight.change
    if change.kind != "deleted":
        return []
    if kind_of(change) == ("", "Service"):
        return await _service_gone(sight)
    if kind_of(change) == ("networking.k8s.io", "Ingress"):
        return await serving_now(sight, [change.before], await sight.here(SLICES))
    return []


async def _service_gone(sight: Sight) -> list[str]:
    service = sight.change.ref.name
    ready = len(ready_pods(await sight.here(SLICES), service))
    status = items(at(sight.change.before, "status", "loadBalancer"), "ingress")
    given = [str(each.get("ip") or each.get("hostname")) for each in status]
    return [
        f"It has {counted(ready, 'ready endpoint')} now; its name and address stop answering.",
        *(f"! the load balancer's address {each} is given up." for each in given),
        *await hosts_without(sight, service),
    ]


async def serving_now(
    sight: Sight, ingresses: Collection[Any], slices: Sequence[JsonObject]
) -> list[str]:
    """Say which hosts are served through these Ingresses now, and by how many endpoints."""
    told = []
    for ingress in ingresses:
        found = routes(ingress)
        ready = {pod for _, backend in found for pod in ready_pods(slices, backend)}
        hosts = list(dict.fromkeys(host.partition("/")[0] for host, _ in found))
        if hosts and ready:
            now = counted(len(ready), "ready endpoint")
            told.append(f"! ingress {name(ingress)} serves {listed(hosts)} now ({now}).")
    return told
