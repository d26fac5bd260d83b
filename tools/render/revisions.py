"""The revisions of a workload, as ``kubectl rollout history`` prints them.

A revision is kept in a ReplicaSet (Deployments) or in a ControllerRevision (StatefulSets and
DaemonSets). Follows kubectl's ``polymorphichelpers/history.go``.
"""

from collections.abc import Sequence
from datetime import datetime

from tools.render import JsonObject
from tools.render.ages import age
from tools.render.describe.lines import Lines
from tools.render.describe.template import write_pod_template
from tools.render.identity import qualified_name
from tools.render.tabwriter import align

CHANGE_CAUSE = "kubernetes.io/change-cause"
REVISION = "deployment.kubernetes.io/revision"


def revision_number(kept: JsonObject) -> int:
    """Read the number from a ReplicaSet's annotation or a ControllerRevision; 0 without one."""
    number = str(kept.get("revision") or _annotations(kept).get(REVISION, ""))
    return int(number) if number.isdigit() else 0


def history(workload: JsonObject, revisions: Sequence[JsonObject], now: datetime) -> str:
    """Print the table, and beyond kubectl each revision's age and images."""
    heading = qualified_name(workload)
    numbered = sorted(filter(revision_number, revisions), key=revision_number)
    if not numbered:
        return f"{heading}\nNo rollout history found."
    rows = [_row(each, now) for each in numbered]
    table = align(["REVISION\tCHANGE-CAUSE\tAGE\tIMAGES", *rows], minimum=0, padding=2)
    return "\n".join([heading, *table])


def one_revision(workload: JsonObject, kept: JsonObject) -> str:
    """Print what ``--revision=N`` prints: the pod template, its change cause among annotations."""
    template = _template(kept)
    if cause := _annotations(kept).get(CHANGE_CAUSE):
        metadata = template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: cause}
        template = {**template, "metadata": {**metadata, "annotations": annotations}}
    lines = Lines()
    write_pod_template(lines, template)
    return f"{qualified_name(workload)} with revision #{revision_number(kept)}\n{lines}"


def _row(kept: JsonObject, now: datetime) -> str:
    cause = _annotations(kept).get(CHANGE_CAUSE) or _annotations(_template(kept)).get(CHANGE_CAUSE)
    created = kept["metadata"].get("creationTimestamp")
    one_line = " ".join((cause or "<none>").split())
    return f"{revision_number(kept)}\t{one_line}\t{age(created, now)}\t{_images(kept)}"


def _images(kept: JsonObject) -> str:
    """Name each container's image as ``kubectl set image`` takes it: ``web=shop/web:1.8.2``."""
    containers = (_template(kept).get("spec") or {}).get("containers") or ()
    return ",".join(f"{each['name']}={each.get('image', '')}" for each in containers)


def _template(kept: JsonObject) -> JsonObject:
    """Find the pod template; a ControllerRevision keeps it as a patch that replaces the old one."""
    spec = kept.get("spec") or (kept.get("data") or {}).get("spec") or {}
    template: JsonObject = spec.get("template") or {}
    return template


def _annotations(obj: JsonObject) -> dict[str, str]:
    return (obj.get("metadata") or {}).get("annotations") or {}
