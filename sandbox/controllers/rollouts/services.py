"""Services whose selectors name one version (`rollout/service.go`)."""

from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.controllers.deployments.sets import counted, wanted
from sandbox.controllers.rollouts import sets, spec
from sandbox.controllers.rollouts.context import Context

MANAGED_BY = "argo-rollouts.argoproj.io/managed-by-rollouts"


def service(context: Context, name: str | None) -> JsonObject | None:
    """Return a copy of a Service of the Rollout's namespace."""
    where = namespace_of(context.rollout)
    return context.cluster.store.get("", "services", where, name) if name else None


def selected_hash(found: JsonObject | None) -> str:
    """Return the version that a Service chooses, empty for all."""
    if found is None:
        return ""
    return str((found["spec"].get("selector") or {}).get(sets.HASH_LABEL, ""))


def switch(context: Context, found: JsonObject, digest: str) -> None:
    """Let a Service choose the pods of one version."""
    annotations = found["metadata"].setdefault("annotations", {})
    before = selected_hash(found)
    if before == digest and MANAGED_BY in annotations:
        return
    annotations.setdefault(MANAGED_BY, name_of(context.rollout))
    selector = found["spec"].get("selector") or {}
    found["spec"]["selector"] = {**selector, sets.HASH_LABEL: digest}
    context.cluster.store.update(found)
    message = f"Switched selector for service '{name_of(found)}' from '{before}' to '{digest}'"
    context.event("SwitchService", message)


def reconcile_canary(context: Context) -> None:
    """Point the stable and the canary Service to their versions once these have pods."""
    strategy = spec.canary(context.rollout) or {}
    stable = context.sets.stable
    aborted = context.pauses.is_aborted and not spec.routed(context.rollout)
    _target(context, strategy.get("stableService"), stable)
    _target(context, strategy.get("canaryService"), stable if aborted else context.sets.new)


def point(context: Context, name: str | None, replica_set: JsonObject | None) -> None:
    """Point a Service to a version, whether its pods are available or not."""
    found = service(context, name)
    if found is not None and replica_set is not None:
        digest = sets.hash_of(replica_set)
        if selected_hash(found) != digest:
            switch(context, found, digest)


def _target(context: Context, name: str | None, replica_set: JsonObject | None) -> None:
    found = service(context, name)
    if found is None or replica_set is None:
        return
    digest = sets.hash_of(replica_set)
    if selected_hash(found) == digest:
        return
    available = counted(replica_set, "availableReplicas")
    known = MANAGED_BY in (found["metadata"].get("annotations") or {})
    if available and (known or available == wanted(replica_set)):
        switch(context, found, digest)
