"""What stands above the plugin's tree (``PrintRollout`` in ``cmd/get/get_rollout.go``)."""

from collections.abc import Iterator, Sequence

from tools.render import JsonObject
from tools.render.argo import Standing, health
from tools.render.argo.reading import annotation, at, images, is_owned, name
from tools.render.argo.roles import roles
from tools.render.argo.tree import Family

TEMPLATE = "experiment.argoproj.io/template-name"
_FIGURES = (
    ("Current", "replicas"),
    ("Updated", "updatedReplicas"),
    ("Ready", "readyReplicas"),
    ("Available", "availableReplicas"),
)


def header(family: Family, standing: Standing) -> list[str]:
    """Return the lines above the tree."""
    rollout = family.rollout
    lines = [
        field("Name:", name(rollout)),
        field("Namespace:", at(rollout, "metadata").get("namespace", "")),
        field("Status:", health.of_rollout(standing.phase)),
    ]
    if standing.message:
        lines.append(field("Message:", standing.message))
    lines.append(field("Strategy:", standing.strategy))
    if standing.strategy == "Canary":
        lines.append(field("  Step:", standing.step))
        lines.append(field("  SetWeight:", standing.set_weight))
        actual = standing.actual_weight
        lines.append(field("  ActualWeight:", "not visible" if actual is None else actual))
    shown = [*_images(family)]
    lines += [field("" if n else "Images:", image) for n, image in enumerate(shown)]
    return [line.rstrip() for line in [*lines, *_replicas(rollout, standing)]]


def field(label: str, value: object) -> str:
    """Write one line as the plugin does: ``%-17s%v``."""
    return f"{label:<17}{value}"


def _replicas(rollout: JsonObject, standing: Standing) -> Iterator[str]:
    status = at(rollout, "status")
    yield "Replicas:"
    yield field("  Desired:", standing.replicas)
    yield from (field(f"  {word}:", status.get(key) or 0) for word, key in _FIGURES)


def _images(family: Family) -> Iterator[str]:
    """Name each image that runs once, with what it runs as."""
    tags: dict[str, Sequence[str]] = {}
    for each in family.replica_sets:
        if at(each, "status").get("replicas"):
            for image in images(each):
                told = _tags(family, each)
                tags[image] = sorted({*tags[image], *told}) if image in tags else told
    for image in sorted(tags):
        yield f"{image} ({', '.join(tags[image])})" if tags[image] else image


def _tags(family: Family, replica_set: JsonObject) -> Sequence[str]:
    if is_owned(replica_set, family.rollout):
        return roles(family.rollout, replica_set)
    template = annotation(replica_set, TEMPLATE)
    return [f"Σ:{template}"] if template else []
