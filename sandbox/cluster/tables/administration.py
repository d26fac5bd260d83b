"""What only administrators look at: admission policies, flow control, addresses, devices."""

from datetime import datetime
from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, condition, created, deleted, name, selector_text
from sandbox.cluster.tables.printing import Cells, prints


@prints(
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "validatingwebhookconfigurations.admissionregistration.k8s.io",
    columns="Name, Webhooks:integer, Age",
)
def _webhooks(item: JsonObject, now: datetime) -> Cells:
    return [name(item), len(at(item, "webhooks", [])), created(item, now)]


@prints(
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    columns="Name, Validations:integer, ParamKind, Age",
)
def _validating_policy(item: JsonObject, now: datetime) -> Cells:
    validations = len(at(item, "spec.validations", []))
    return [name(item), validations, _parameter_kind(item), created(item, now)]


@prints(
    "mutatingadmissionpolicies.admissionregistration.k8s.io",
    columns="Name, Mutations:integer, ParamKind, Age",
)
def _mutating_policy(item: JsonObject, now: datetime) -> Cells:
    mutations = len(at(item, "spec.mutations", []))
    return [name(item), mutations, _parameter_kind(item), created(item, now)]


def _parameter_kind(policy: JsonObject) -> str:
    kind = at(policy, "spec.paramKind")
    return f"{kind['apiVersion']}/{kind['kind']}" if kind else "<unset>"


@prints(
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
    columns="Name, PolicyName, ParamRef, Age",
)
def _policy_binding(item: JsonObject, now: datetime) -> Cells:
    reference = _parameter(at(item, "spec.paramRef", {}))
    return [name(item), at(item, "spec.policyName", ""), reference, created(item, now)]


def _parameter(reference: JsonObject) -> str:
    if reference.get("name"):
        return f"{reference.get('namespace') or '*'}/{reference['name']}"
    return selector_text(reference["selector"]) if reference.get("selector") else "<unset>"


@prints(
    "flowschemas.flowcontrol.apiserver.k8s.io",
    columns="Name, PriorityLevel, MatchingPrecedence, DistinguisherMethod, Age, MissingPL",
)
def _flow_schema(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "spec.priorityLevelConfiguration.name", ""),
        at(item, "spec.matchingPrecedence", 0),
        at(item, "spec.distinguisherMethod.type", "<none>"),
        created(item, now),
        (condition(item, "Dangling") or {}).get("status", "?"),
    ]


@prints(
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    columns="Name, Type, NominalConcurrencyShares, Queues, HandSize, QueueLengthLimit, Age",
)
def _priority_level(item: JsonObject, now: datetime) -> Cells:
    queuing: Any = at(item, "spec.limited.limitResponse.queuing", {})
    return [
        name(item),
        at(item, "spec.type", ""),
        at(item, "spec.limited.nominalConcurrencyShares", "<none>"),
        *(queuing.get(field, "<none>") for field in ("queues", "handSize", "queueLengthLimit")),
        created(item, now),
    ]


@prints("servicecidrs.networking.k8s.io", columns="Name, CIDRs, Age")
def _service_range(item: JsonObject, now: datetime) -> Cells:
    return [name(item), ",".join(at(item, "spec.cidrs", [])), created(item, now)]


@prints("ipaddresses.networking.k8s.io", columns="Name, ParentRef")
def _address(item: JsonObject, now: datetime) -> Cells:
    # One cell more than there are columns: so does the real one.
    return [name(item), _parent(at(item, "spec.parentRef")), created(item, now)]


def _parent(reference: JsonObject | None) -> str:
    if not reference:
        return "<none>"
    group = f".{reference['group']}" if reference.get("group") else ""
    path = [
        f"{reference['resource']}{group}".lower(),
        reference.get("namespace"),
        reference["name"],
    ]
    return "/".join(part for part in path if part)


@prints(
    "deviceclasses.resource.k8s.io",
    "resourceclaimtemplates.resource.k8s.io",
    columns="Name, Age",
)
def _name_and_age(item: JsonObject, now: datetime) -> Cells:
    return [name(item), created(item, now)]


@prints("resourceclaims.resource.k8s.io", columns="Name, State, Age")
def _device_claim(item: JsonObject, now: datetime) -> Cells:
    return [name(item), _claim_state(item), created(item, now)]


def _claim_state(claim: JsonObject) -> str:
    states = ["deleted"] if deleted(claim) else []
    if at(claim, "status.allocation") is not None:
        states += ["allocated", "reserved"] if at(claim, "status.reservedFor") else ["allocated"]
    return ",".join(states or ["pending"])


@prints("resourceslices.resource.k8s.io", columns="Name, Node, Driver, Pool, Age")
def _device_slice(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "spec.nodeName", ""),
        at(item, "spec.driver", ""),
        at(item, "spec.pool.name", ""),
        created(item, now),
    ]
