"""`pods/eviction`: deletes a pod unless a disruption budget forbids it.

Follows kubernetes `pkg/registry/core/pod/storage/eviction.go`.
"""

from sandbox.cluster.objects import JsonObject, labels_of, name_of
from sandbox.cluster.reading.label_selector import object_selector
from sandbox.cluster.schemas.schema_book import built_in
from sandbox.cluster.serving.call import Answer, Call, checked_dry_run
from sandbox.cluster.statuses import (
    ApiError,
    bad_request,
    bare_error,
    not_found,
    success,
)
from sandbox.cluster.writing.body_object import submitted
from sandbox.cluster.writing.deleting import DeleteOptions, check_preconditions, delete_object

ENDED = ("Failed", "Succeeded")
REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
TWO_BUDGETS = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
    "support."
)
UNPROCESSED_SECONDS = 10


def serve_eviction(call: Call) -> Answer:
    """Answer the POST of an Eviction. Raises 400, 404, 429 or 500."""
    schema = built_in("policy", "v1", "Eviction")
    eviction = submitted(call, "Eviction", "policy/v1", schema)
    named = (eviction.get("metadata") or {}).get("name")
    if named != call.name:
        raise bad_request("name in URL does not match name in Eviction object")
    pod = call.stored()
    if pod is None:
        raise not_found(call.resource, call.name)
    wanted = eviction.get("deleteOptions") or {}
    dry_run = call.dry_run("CreateOptions") or checked_dry_run(
        wanted.get("dryRun") or [], "DeleteOptions"
    )
    if not _goes_anyway(pod):
        _take_from_budget(call, pod, dry_run)
    options = DeleteOptions(
        dry_run=dry_run,
        grace_seconds=wanted.get("gracePeriodSeconds"),
        uid=(wanted.get("preconditions") or {}).get("uid") or "",
    )
    check_preconditions(call, pod, options)
    delete_object(call, pod, options)
    return Answer(success({}, 201), 201)


def _goes_anyway(pod: JsonObject) -> bool:
    phase = (pod.get("status") or {}).get("phase")
    return phase in (*ENDED, "Pending") or "deletionTimestamp" in pod["metadata"]


def _take_from_budget(call: Call, pod: JsonObject, dry_run: bool) -> None:
    budgets = [
        each
        for each in call.cluster.store.list("policy", "poddisruptionbudgets", call.namespace)
        if _covers(each, pod)
    ]
    if len(budgets) > 1:
        raise bare_error(TWO_BUDGETS)
    for budget in budgets:
        _check_budget(budget)
        if not dry_run:
            budget["status"]["disruptionsAllowed"] -= 1
            call.cluster.store.update(budget)


def _covers(budget: JsonObject, pod: JsonObject) -> bool:
    selector = (budget.get("spec") or {}).get("selector")
    return selector is not None and object_selector(selector).matches(labels_of(pod))


def _check_budget(budget: JsonObject) -> None:
    status = budget.get("status") or {}
    name = name_of(budget)
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        message = f"The disruption budget {name} is still being processed by the server."
        raise _refused(message, UNPROCESSED_SECONDS)
    if status.get("disruptionsAllowed", 0) < 1:
        needed, healthy = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        message = (
            f"The disruption budget {name} needs {needed} healthy pods and has {healthy} currently"
        )
        raise _refused(message, 0)


def _refused(message: str, retry_after_seconds: int) -> ApiError:
    cause = {"reason": "DisruptionBudget", "message": message}
    details = {"causes": [cause], "retryAfterSeconds": retry_after_seconds}
    headers = {"Retry-After": str(retry_after_seconds)} if retry_after_seconds else {}
    return ApiError(429, "TooManyRequests", REFUSED, details, headers)
