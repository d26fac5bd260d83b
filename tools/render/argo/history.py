"""The revisions of a rollout: what the plugin has no command for."""

from collections.abc import Sequence
from datetime import datetime

from tools.render import JsonObject
from tools.render.ages import age
from tools.render.argo.reading import annotation, at, created, items, name, revision
from tools.render.argo.roles import roles
from tools.render.argo.tree import Family
from tools.render.describe.lines import Lines
from tools.render.describe.template import write_pod_template
from tools.render.tabwriter import align

EARLIER = "rollout.argoproj.io/revision-history"
CHANGE_CAUSE = "kubernetes.io/change-cause"
_HEADER = "REVISION\tREPLICASET\tROLE\tIMAGES\tPODS\tAGE\tANALYSIS\tCHANGE-CAUSE"


def history(family: Family, now: datetime) -> list[str]:
    """Print one row per revision that is kept, the newest first."""
    kept = sorted(family.replica_sets, key=revision, reverse=True)
    title = f"rollout {name(family.rollout)}"
    if not kept:
        return [title, "No revision is kept."]
    rows = [_row(family, each, now) for each in kept]
    lines = align([_HEADER, *rows], minimum=0, padding=2, remember_widths=False)
    return [title, *(line.rstrip() for line in lines)]


def _row(family: Family, replica_set: JsonObject, now: datetime) -> str:
    earlier = annotation(replica_set, EARLIER)
    number = f"{revision(replica_set)}{f' (was {earlier})' if earlier else ''}"
    status = at(replica_set, "status")
    pods = f"{status.get('availableReplicas') or 0}/{status.get('replicas') or 0}"
    role = ",".join(roles(family.rollout, replica_set)) or "-"
    cause = " ".join(annotation(replica_set, CHANGE_CAUSE).split()) or "-"
    cells = [number, name(replica_set), role, _images(replica_set), pods]
    return "\t".join([*cells, age(created(replica_set), now), _analyses(family, number), cause])


def _images(replica_set: JsonObject) -> str:
    containers = items(replica_set, "spec", "template", "spec", "containers")
    return ",".join(f"{each.get('name')}={each.get('image', '')}" for each in containers)


def _analyses(family: Family, number: str) -> str:
    """Name the outcomes of a revision's analyses, each once."""
    own = [r for r in family.analysis_runs if str(revision(r)) == number.split(" ")[0]]
    phases = [str(at(each, "status").get("phase") or "Pending") for each in own]
    counts = {phase: phases.count(phase) for phase in phases}
    told = (f"{phase}{f' x{many}' if many > 1 else ''}" for phase, many in counts.items())
    return ", ".join(told) or "-"


def one_revision(rollout: JsonObject, replica_set: JsonObject) -> str:
    """Print a revision's pod template, as ``kubectl rollout history --revision`` does."""
    lines = Lines()
    write_pod_template(lines, at(replica_set, "spec", "template"))
    return f"rollout {name(rollout)} with revision #{revision(replica_set)}\n{lines}"


def known_revisions(replica_sets: Sequence[JsonObject]) -> str:
    """List the numbers there are."""
    numbers = sorted(filter(None, map(revision, replica_sets)))
    return ", ".join(map(str, numbers)) or "none"
