"""Role bindings and certificate signing requests; roles have no printer of their own."""

from datetime import datetime, timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, created, name
from sandbox.cluster.tables.durations import human
from sandbox.cluster.tables.printing import Cells, prints


@prints(
    "rolebindings.rbac.authorization.k8s.io",
    "clusterrolebindings.rbac.authorization.k8s.io",
    columns="Name, Role, Age, Users*, Groups*, ServiceAccounts*",
)
def _binding(item: JsonObject, now: datetime) -> Cells:
    role = at(item, "roleRef", {})
    accounts = [
        f"{subject.get('namespace', '')}/{subject['name']}"
        for subject in at(item, "subjects", [])
        if subject["kind"] == "ServiceAccount"
    ]
    return [
        name(item),
        f"{role.get('kind', '')}/{role.get('name', '')}",
        created(item, now),
        _subjects(item, "User"),
        _subjects(item, "Group"),
        ", ".join(accounts),
    ]


def _subjects(binding: JsonObject, kind: str) -> str:
    return ", ".join(s["name"] for s in at(binding, "subjects", []) if s["kind"] == kind)


@prints(
    "certificatesigningrequests.certificates.k8s.io",
    columns="Name, Age, SignerName, Requestor, RequestedDuration, Condition",
)
def _signing_request(item: JsonObject, now: datetime) -> Cells:
    seconds = at(item, "spec.expirationSeconds")
    return [
        name(item),
        created(item, now),
        at(item, "spec.signerName", "") or "<none>",
        at(item, "spec.username", ""),
        "<none>" if seconds is None else human(timedelta(seconds=seconds)),
        _signing_status(item),
    ]


def _signing_status(request: JsonObject) -> str:
    kinds = {c["type"] for c in at(request, "status.conditions", [])}
    status = "Pending"
    for kind in ("Approved", "Denied"):  # a denial outweighs an approval
        status = kind if kind in kinds else status
    failed = ",Failed" if "Failed" in kinds else ""
    issued = ",Issued" if at(request, "status.certificate") else ""
    return f"{status}{failed}{issued}"
