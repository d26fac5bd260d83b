"""The reviews about oneself: who am I, may I, and what may I (all answer 201)."""

from collections.abc import Callable

from sandbox.cluster.access.rbac import Attributes, allows, rules_of
from sandbox.cluster.objects import JsonObject, JsonObjects, timestamp
from sandbox.cluster.serving.body import decoded
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.statuses import Cause, bad_request, invalid

AUTHORIZATION = "authorization.k8s.io"


def subject(call: Call) -> Answer:
    """Answer a SelfSubjectReview."""
    review = _head(call, call.resource.kind)
    now = timestamp(call.cluster.clock())
    review["metadata"] = {"creationTimestamp": now}
    return Answer({**review, "status": {"userInfo": call.user.as_user_info()}}, 201)


def access(call: Call) -> Answer:
    """Answer a SelfSubjectAccessReview. Raises 422 unless exactly one attribute set is given."""
    spec = decoded(call).get("spec") or {}
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) == (path is None):
        why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        cause = Cause("FieldValueInvalid", f"Invalid value: null: {why}", "spec.resourceAttributes")
        raise invalid("", AUTHORIZATION, "", [cause])
    asked = _asked(resource, path or {})
    status: JsonObject = {"allowed": allows(call.cluster.store, call.user, asked)}
    if status["allowed"]:
        status["reason"] = "allowed by the sandbox"
    review = _head(call, call.resource.kind)
    return Answer({**review, "spec": spec, "status": status}, 201)


def rules(call: Call) -> Answer:
    """Answer a SelfSubjectRulesReview; its `spec` comes back empty, as on a real server."""
    namespace = (decoded(call).get("spec") or {}).get("namespace")
    if not namespace:
        raise bad_request("no namespace on request")
    found = list(rules_of(call.cluster.store, call.user, namespace))
    status = {
        "resourceRules": _only(found, ("verbs", "apiGroups", "resources", "resourceNames")),
        "nonResourceRules": _only(found, ("verbs", "nonResourceURLs")),
        "incomplete": False,
    }
    return Answer({**_head(call, call.resource.kind), "spec": {}, "status": status}, 201)


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "selfsubjectreviews": subject,
    "selfsubjectaccessreviews": access,
    "selfsubjectrulesreviews": rules,
}


def _head(call: Call, kind: str) -> JsonObject:
    return {"kind": kind, "apiVersion": call.resource.api_version, "metadata": {}}


def _asked(resource: JsonObject | None, path: JsonObject) -> Attributes:
    if resource is None:
        return Attributes(path.get("verb", ""), path=path.get("path", ""))
    return Attributes(
        verb=resource.get("verb", ""),
        group=resource.get("group", ""),
        resource=resource.get("resource", ""),
        subresource=resource.get("subresource", ""),
        namespace=resource.get("namespace", ""),
        name=resource.get("name", ""),
    )


def _only(rules: JsonObjects, keys: tuple[str, ...]) -> JsonObjects:
    wanted = "resources" if "resources" in keys else "nonResourceURLs"
    return [{key: rule[key] for key in keys if key in rule} for rule in rules if rule.get(wanted)]
