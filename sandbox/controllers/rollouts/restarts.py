"""Restarts: pods older than `restartAt` are evicted, a few at a time (`rollout/restart.go`)."""

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.controllers import pod_states
from sandbox.controllers.conditions import moment
from sandbox.controllers.ownership import is_deleted, selects
from sandbox.controllers.replica_sets import delete_pod
from sandbox.controllers.rollouts import sets, spec
from sandbox.controllers.rollouts.context import Context

_RETRY_SECONDS = 30


def reconcile(context: Context) -> int:
    """Evict as many old pods as may be missing now; return how many."""
    context.new["restartedAt"] = context.status.get("restartedAt")
    wish = context.rollout["spec"].get("restartAt")
    if not wish or wish == context.status.get("restartedAt"):
        return 0
    if moment(wish) > context.cluster.now():
        context.look_again(moment(wish))
        return 0
    pods = _pods(context)
    old = [pod for pod in pods if moment(pod["metadata"]["creationTimestamp"]) < moment(wish)]
    spare = _spare(context, pods)
    evicted = 0
    for pod in old:
        if evicted < spare and not is_deleted(pod) and _may_go(context, pod):
            delete_pod(context.cluster, pod)
            evicted += 1
    if len(old) > evicted:
        context.look_again(context.cluster.in_seconds(_RETRY_SECONDS))
    else:
        context.new["restartedAt"] = wish
    return evicted


def _pods(context: Context) -> JsonObjects:
    """Return the pods, those of the stable version first, then the new, then all others."""
    found = context.sets
    first = [each for each in (found.stable, found.new) if each is not None]
    ordered = {id(each): each for each in [*first, *found.others]}
    return [pod for each in ordered.values() for pod in context.cluster.owned(each, "", "pods")]


def _spare(context: Context, pods: JsonObjects) -> int:
    ready = int(context.rollout["spec"].get("minReadySeconds") or 0)
    now = context.cluster.now()
    available = sum(
        pod_states.is_available(pod, ready, now) and not is_deleted(pod) for pod in pods
    )
    asked = max(spec.replicas(context.rollout), sets.total(context.sets.all))
    return available - asked + max(spec.max_unavailable(context.rollout), 1)


def _may_go(context: Context, pod: JsonObject) -> bool:
    """Ask the disruption budgets, as an eviction does."""
    where, labels = pod["metadata"]["namespace"], pod["metadata"].get("labels")
    for budget in context.cluster.store.list("policy", "poddisruptionbudgets", where):
        if not selects(budget["spec"].get("selector"), labels):
            continue
        status = budget.get("status") or {}
        if status.get("disruptionsAllowed", 0) < 1:
            return False
        status["disruptionsAllowed"] -= 1
        context.cluster.store.update(budget)
    return True
