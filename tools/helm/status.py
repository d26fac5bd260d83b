"""helm_status: the lines of Helm 4, but for two things.

RESOURCES is one line for each object, in the manifest's order, and says what is missing or cannot
be read, which helm leaves out. A release that is failed, pending or half uninstalled says its way
out. Notes and hooks are shown when asked for.
"""

from typing import Annotated, Any

from pydantic import Field

from clients.helm import Helm as HelmClients
from clients.helm.health import LiveObject, live_objects
from clients.helm.operations import STALE_AFTER
from clients.helm.release import Release
from clients.kubernetes import KubernetesReader
from clients.kubernetes.workloads.rollouts import hold_up
from clients.masking import mask_free_text
from tools.dependencies import Helm, Kubernetes, Now
from tools.fields import Namespace
from tools.helm.fields import Output, ReleaseName, form_of
from tools.helm.permissions import LOGS, PODS, RELEASES
from tools.helm.toolset import helm
from tools.needs import verbs
from tools.render.helm.encoding import to_json, to_yaml
from tools.render.helm.readiness import WORKLOADS, readiness
from tools.render.helm.resources import Health, Live
from tools.render.helm.status import Way, hooks_text, status_lines, test_lines
from tools.render.pod_troubles import pod_troubles
from tools.results import Answer

JsonObject = dict[str, Any]
Notes = Annotated[bool, Field(description="Also its notes")]
Hooks = Annotated[bool, Field(description="Also its hooks")]
MOST_EXPLAINED = 3


@helm.read("Get Helm Release Status", needs=[RELEASES, verbs("get", "*.*"), PODS, LOGS])
async def helm_status(
    clients: Helm,
    kubernetes: Kubernetes,
    now: Now,
    release_name: ReleaseName,
    namespace: Namespace = None,
    output: Output = None,
    notes: Notes = False,
    hooks: Hooks = False,
) -> Answer:
    """Show a release's state, whether its objects are ready, and the way out if it is stuck."""
    form = form_of(output)
    where = namespace or await kubernetes.namespace()
    release, former = await clients.releases.current(where, release_name)
    health = await _health(kubernetes, release)
    healthy = None if release.status == "uninstalled" else health.healthy
    data = {"status": release.status, "revision": release.version, "healthy": healthy}
    if form != "table":
        return Answer(await _document(clients, release, health, form), data=data)
    record = await clients.releases.shown(release, lambda secrecy: secrecy.head())
    since = max(release.created_at, release.modified_at)
    free_after = STALE_AFTER.total_seconds()
    way = Way(release.name, release.namespace, release.status, since, former, free_after)
    return Answer(_text(record, health, way.out(now), notes=notes, hooks=hooks), data=data)


def _text(record: JsonObject, health: Health, next_step: str, *, notes: bool, hooks: bool) -> str:
    parts = [*status_lines(record), health.text().rstrip("\n")]
    parts += [next_step] if next_step else []
    parts += test_lines(record["hooks"])
    if notes and (said := str(record["info"].get("notes") or "").strip()):
        parts.append(f"NOTES:\n{said}")
    if hooks:
        shown = hooks_text(record["hooks"])
        parts.append(f"HOOKS:\n{shown}".rstrip("\n") if shown else "HOOKS: none")
    return "\n".join(parts)


async def _document(clients: HelmClients, release: Release, health: Health, form: str) -> str:
    record = await clients.releases.shown(release, lambda secrecy: secrecy.whole())
    record["info"]["resources"] = health.items()
    return to_json(record) if form == "json" else to_yaml(record)


async def _health(kubernetes: KubernetesReader, release: Release) -> Health:
    live = await live_objects(kubernetes, release)
    unready = [each for each in live.objects if _is_unready_workload(each)]
    troubles = {each.name: await _troubles(kubernetes, each) for each in unready[:MOST_EXPLAINED]}
    objects = [
        Live(each.name, each.elsewhere, each.obj, each.unread)
        for each in live.objects
        if release.status != "uninstalled" or each.obj or each.unread  # what is left of it
    ]
    return Health(objects, troubles, live.left_out)


def _is_unready_workload(live: LiveObject) -> bool:
    obj = live.obj
    return bool(obj and obj["kind"] in WORKLOADS and not readiness(obj).ready)


async def _troubles(kubernetes: KubernetesReader, live: LiveObject) -> list[str]:
    found = await hold_up(kubernetes, live.obj or {})
    lines = [mask_free_text(line) for line in pod_troubles(found.pods, found.evidence)]
    return [*lines, *(f"  {said}" for said in (*found.warnings, *found.not_shown))]
