"""What Helm asks of an API server: its records as protobuf, its objects applied as `helm`."""

from typing import Any

from tests.contract.cluster.steps import (
    APPS,
    CORE,
    JSON,
    Step,
    a_config_map,
    a_deployment,
    apply,
    delete,
    get,
    patch,
)

PROTOBUF = "application/vnd.kubernetes.protobuf"
SECRETS = f"{CORE}/secrets"
RECORD = f"{SECRETS}/web.v1"
MAP = f"{CORE}/configmaps/settings"
DEPLOYMENT = f"{APPS}/deployments/web"
STRICT = "&fieldValidation=Strict&force=false"


def _record(status: str, content: str, kind: str = "helm.sh/release.v1") -> str:
    """Write a Secret as client-go does; every length is below 128, so the bytes are text."""
    metadata = _text(1, "web.v1")
    labels = {"name": "web", "owner": "helm", "status": status}
    for key, value in labels.items():
        metadata += _text(11, _text(1, key) + _text(2, value))
    data = _text(1, "release") + _text(2, content)
    secret = _text(1, metadata) + _text(2, data) + _text(3, kind)
    return "k8s\x00" + _text(1, _text(1, "v1") + _text(2, "Secret")) + _text(2, secret)


def _text(number: int, value: str) -> str:
    assert len(value) < 128, "one byte has to do for the length"
    return chr(number << 3 | 2) + chr(len(value)) + value


def _kept(method: str, path: str, body: str) -> Step:
    return Step(method, path, body, PROTOBUF, headers={"Accept": JSON})


def _of_helm(obj: dict[str, Any]) -> dict[str, Any]:
    """Add what Helm adds to each object."""
    obj["metadata"] |= {
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {"meta.helm.sh/release-name": "web"},
    }
    return obj


RELEASING: list[Step] = [
    _kept("POST", SECRETS, _record("pending", "a")),
    _kept("POST", SECRETS, _record("pending", "a")),
    apply(MAP, _of_helm(a_config_map(data={"k": "v"})), "helm", STRICT),
    apply(MAP, _of_helm(a_config_map(data={"k": "v"})), "helm", STRICT),
    apply(MAP, _of_helm(a_config_map(data={"k": True})), "helm", STRICT),
    apply(MAP, _of_helm(a_config_map(dta={"k": "v"})), "helm", STRICT),
    apply(DEPLOYMENT, _of_helm(a_deployment(replicas=0)), "helm", STRICT),
    patch(f"{DEPLOYMENT}/scale?fieldManager=kubectl", {"spec": {"replicas": 1}}),
    get(DEPLOYMENT),
    apply(DEPLOYMENT, _of_helm(a_deployment(replicas=2)), "helm", STRICT),
    apply(DEPLOYMENT, _of_helm(a_deployment(replicas=1)), "helm", STRICT),
    apply(
        DEPLOYMENT,
        _of_helm(a_deployment(replicas=0)),
        "helm",
        "&fieldValidation=Strict&force=true",
    ),
    _kept("PUT", RECORD, _record("deployed", "b")),
    _kept("PUT", RECORD, _record("deployed", "b", "Opaque")),
    get(f"{SECRETS}?labelSelector=name%3Dweb%2Cowner%3Dhelm"),
    get(f"{SECRETS}?labelSelector=owner%3Dhelm%2Cstatus%3Dpending"),
    delete(MAP, {"propagationPolicy": "Background"}),
    _kept("DELETE", RECORD, ""),
    get(RECORD),
]

SCENARIOS: dict[str, list[Step]] = {"releasing": RELEASING}
