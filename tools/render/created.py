"""What matters of an object that is to be created, in a line or two."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from tools.render.changed_fields import value

JsonObject = dict[str, Any]
MOST_SHOWN = 6
LONGEST = 200


def highlights(obj: Mapping[str, Any]) -> list[str]:
    """Return the lines; a kind that is not known shows its spec, as far as it is short."""
    describe = _KINDS.get(str(obj.get("kind")), _other)
    return [value(line) for line in describe(obj) if line]


def _at(obj: Any, *keys: str) -> JsonObject:
    for key in keys:
        obj = obj.get(key) if isinstance(obj, Mapping) else None
    return obj if isinstance(obj, dict) else {}


def _items(obj: Any, key: str) -> list[JsonObject]:
    found = obj.get(key) if isinstance(obj, Mapping) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _some(words: list[str]) -> str:
    more = f" and {len(words) - MOST_SHOWN:,} more" if len(words) > MOST_SHOWN else ""
    return ", ".join(words[:MOST_SHOWN]) + more


def _labels(selector: Any) -> str:
    pairs = _at(selector, "matchLabels") if "matchLabels" in _at(selector) else _at(selector)
    return _some([f"{key}={each}" for key, each in pairs.items() if isinstance(each, str)])


def _pod_lines(spec: JsonObject, prefix: str = "") -> Iterator[str]:
    for key in ("initContainers", "containers"):
        for container in _items(spec, key):
            yield f"{prefix}{_container(container)}"
            prefix = ""
    account = spec.get("serviceAccountName")
    yield f"service account {account}" if account not in (None, "", "default") else ""


def _container(container: JsonObject) -> str:
    ports = [str(each.get("containerPort")) for each in _items(container, "ports")]
    listening = f", port{'s' if len(ports) > 1 else ''} {_some(ports)}" if ports else ""
    words = [*_texts(container.get("command")), *_texts(container.get("args"))]
    run = f", runs {_short(words)}" if words else ""
    return f"container {container.get('name')}: {container.get('image')}{listening}{run}"


def _texts(found: Any) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list) else []


def _short(given: Any) -> str:
    text = orjson.dumps(given).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _workload(obj: Mapping[str, Any]) -> Iterator[str]:
    spec = _at(obj, "spec")
    replicas = spec.get("replicas", 1)
    many = f"{replicas} replica{'' if replicas == 1 else 's'}; "
    prefix = many if obj.get("kind") not in ("DaemonSet", "Job") else ""
    yield from _pod_lines(_at(spec, "template", "spec"), prefix)
    for claim in _items(spec, "volumeClaimTemplates"):
        yield f"a volume per replica: {_claim_text(claim)}"


def _cron_job(obj: Mapping[str, Any]) -> Iterator[str]:
    spec = _at(obj, "spec")
    suspended = " (suspended)" if spec.get("suspend") else ""
    yield f'schedule "{spec.get("schedule")}"{suspended}'
    yield from _pod_lines(_at(spec, "jobTemplate", "spec", "template", "spec"))


def _pod(obj: Mapping[str, Any]) -> Iterator[str]:
    yield from _pod_lines(_at(obj, "spec"))


def _service(obj: Mapping[str, Any]) -> Iterator[str]:
    spec = _at(obj, "spec")
    ports = [_service_port(each) for each in _items(spec, "ports")]
    selects = _labels(spec.get("selector"))
    to = f", to pods with {selects}" if selects else ""
    yield f"{spec.get('type', 'ClusterIP')}, port {_some(ports) or 'none'}{to}"
    outside = _texts(spec.get("externalIPs"))
    yield f"answers at {_some(outside)}" if outside else ""


def _service_port(port: JsonObject) -> str:
    target = port.get("targetPort", port.get("port"))
    return str(port.get("port")) if target == port.get("port") else f"{port.get('port')}→{target}"


def _ingress(obj: Mapping[str, Any]) -> Iterator[str]:
    for rule in _items(_at(obj, "spec"), "rules")[:MOST_SHOWN]:
        for path in _items(_at(rule, "http"), "paths")[:MOST_SHOWN]:
            service = _at(path, "backend", "service")
            port = _at(service, "port")
            to = f"{service.get('name')}:{port.get('number') or port.get('name')}"
            yield f"{rule.get('host') or '*'}{path.get('path') or '/'} → service {to}"


def _config_map(obj: Mapping[str, Any]) -> Iterator[str]:
    keys = [*_at(obj, "data"), *_at(obj, "binaryData")]
    yield f"keys: {_some(keys)}" if keys else "no data"


def _secret(obj: Mapping[str, Any]) -> Iterator[str]:
    data = {**_at(obj, "data"), **_at(obj, "stringData")}
    shown = [f"{key} {value(each)}" for key, each in data.items()]
    yield f"{obj.get('type', 'Opaque')}: {_some(shown) or 'no data'}"


def _role(obj: Mapping[str, Any]) -> Iterator[str]:
    rules = _items(obj, "rules")
    for rule in rules[:MOST_SHOWN]:
        resources = [*_texts(rule.get("resources")), *_texts(rule.get("nonResourceURLs"))]
        yield f"{', '.join(_texts(rule.get('verbs')))} on {', '.join(resources)}"
    yield f"and {len(rules) - MOST_SHOWN} more rules" if len(rules) > MOST_SHOWN else ""


def _binding(obj: Mapping[str, Any]) -> Iterator[str]:
    role = _at(obj, "roleRef")
    who = [
        f"{each.get('kind')} {'/'.join(filter(None, (each.get('namespace'), each.get('name'))))}"
        for each in _items(obj, "subjects")
    ]
    yield f"{role.get('kind')} {role.get('name')} to {_some(who) or 'nobody'}"


def _claim(obj: Mapping[str, Any]) -> Iterator[str]:
    yield _claim_text(obj)


def _claim_text(claim: Mapping[str, Any]) -> str:
    spec = _at(claim, "spec")
    size = _at(spec, "resources", "requests").get("storage", "no size")
    storage_class = spec.get("storageClassName") or "the default class"
    return f"{size} of {storage_class}, {_some(_texts(spec.get('accessModes')))}"


def _autoscaler(obj: Mapping[str, Any]) -> Iterator[str]:
    spec = _at(obj, "spec")
    target = _at(spec, "scaleTargetRef")
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas")
    yield f"{least} to {most} replicas of {target.get('kind')} {target.get('name')}"


def _budget(obj: Mapping[str, Any]) -> Iterator[str]:
    spec = _at(obj, "spec")
    bound = [f"{key} {spec[key]}" for key in ("minAvailable", "maxUnavailable") if key in spec]
    yield f"{_some(bound)} of pods with {_labels(spec.get('selector')) or 'any labels'}"


def _policy(obj: Mapping[str, Any]) -> Iterator[str]:
    spec = _at(obj, "spec")
    whom = _labels(spec.get("podSelector"))
    pods = f"pods with {whom}" if whom else "all pods"
    yield f"{_some(_texts(spec.get('policyTypes')))} of {pods}"


def _definition(obj: Mapping[str, Any]) -> Iterator[str]:
    spec = _at(obj, "spec")
    versions = [str(each.get("name")) for each in _items(spec, "versions")]
    kind = _at(spec, "names").get("kind")
    yield f"{kind} of {spec.get('group')}/{_some(versions)}, {spec.get('scope')}"


def _named(obj: Mapping[str, Any]) -> Iterator[str]:
    labels = _labels(
        {k: v for k, v in _at(obj, "metadata", "labels").items() if "metadata.name" not in k}
    )
    yield f"labels {labels}" if labels else ""


def _other(obj: Mapping[str, Any]) -> Iterator[str]:
    hidden = ("apiVersion", "kind", "metadata", "status")
    rest = obj.get("spec") or {key: each for key, each in obj.items() if key not in hidden}
    yield _short(rest) if rest else ""


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"), _workload),
    "ReplicationController": _workload,
    "Rollout": _workload,
    "CronJob": _cron_job,
    "Pod": _pod,
    "Service": _service,
    "Ingress": _ingress,
    "ConfigMap": _config_map,
    "Secret": _secret,
    "Role": _role,
    "ClusterRole": _role,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
    "PersistentVolumeClaim": _claim,
    "HorizontalPodAutoscaler": _autoscaler,
    "PodDisruptionBudget": _budget,
    "NetworkPolicy": _policy,
    "CustomResourceDefinition": _definition,
    "Namespace": _named,
    "ServiceAccount": _named,
}
