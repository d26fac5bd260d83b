"""Volumes of pods and of pod templates, each kind in kubectl's words."""

from collections.abc import Sequence
from typing import Any

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import ANNOTATION_BYTES, annotation_lines, pairs, shortened
from tools.render.describe.persistent_volume_sources import SECRET_REFERENCE, Row, Source
from tools.render.describe.persistent_volume_sources import SOURCES as PERSISTENT_SOURCES
from tools.render.describe.persistent_volumes import storage_class
from tools.render.quantities import parse

JsonObject = dict[str, Any]

# What only the source of a PersistentVolume has: it is not bound to one namespace.
PERSISTENT_FIELDS = frozenset(
    {
        "endpointsNamespace",
        "secretNamespace",
        "secretRef.name",
        "secretRef.namespace",
        "volumeHandle",
    }
)


def local_reference(reference: JsonObject | None) -> str:
    """Print as the String method of Go's generated LocalObjectReference."""
    return "nil" if reference is None else f"&LocalObjectReference{{Name:{reference['name']},}}"


def size_limit(quantity: str) -> str:
    """Print the limit of an emptyDir; none and zero are both no limit."""
    return str(parse(quantity)) if parse(quantity).nanos > 0 else "<unset>"


def _in_pod(source: Source) -> Source:
    """Turn a PersistentVolume's kind of source into a pod's."""
    rows = (row for row in source.rows if row.field not in PERSISTENT_FIELDS)
    return Source(
        source.description,
        tuple(LOCAL_REFERENCE if row is SECRET_REFERENCE else row for row in rows),
    )


LOCAL_REFERENCE = Row("SecretRef:", "secretRef", None, local_reference)
OPTIONAL = Row("Optional:", "optional", False)

SOURCES = {
    **{kind: _in_pod(source) for kind, source in PERSISTENT_SOURCES.items() if kind != "local"},
    "emptyDir": Source(
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (Row("Medium:", "medium"), Row("SizeLimit:", "sizeLimit", "0", size_limit)),
    ),
    "gitRepo": Source(
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (Row("Repository:", "repository"), Row("Revision:", "revision")),
    ),
    "secret": Source(
        "Secret (a volume populated by a Secret)",
        (Row("SecretName:", "secretName"), OPTIONAL),
    ),
    "configMap": Source(
        "ConfigMap (a volume populated by a ConfigMap)",
        (Row("Name:", "name"), OPTIONAL),
    ),
    "persistentVolumeClaim": Source(
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (Row("ClaimName:", "claimName"), Row("ReadOnly:", "readOnly", False)),
    ),
    "ephemeral": Source(
        "EphemeralVolume (an inline specification for a volume"
        " that gets created and deleted with the pod)",
        (),
    ),
    "downwardAPI": Source("DownwardAPI (a volume populated by information about the pod)", ()),
    "projected": Source(
        "Projected (a volume that contains injected data from multiple sources)", ()
    ),
    "image": Source(
        "Image (a container image or OCI artifact)",
        (Row("Reference:", "reference"), Row("PullPolicy:", "pullPolicy")),
    ),
}


def write_volumes(
    lines: Lines, volumes: Sequence[JsonObject] | None, *, in_template: bool = False
) -> None:
    """Write the volumes of a pod, or those of a template, whose names stand a space deeper."""
    indent, name_indent = ("  ", " ") if in_template else ("", "")
    if not volumes:
        lines.field(f"{indent}Volumes", "<none>")
        return
    lines.text(f"{indent}Volumes:")
    for volume in volumes:
        lines.text(f"{name_indent}{volume['name']}:", level=1)
        _write_source(lines, volume)


def _write_source(lines: Lines, volume: JsonObject) -> None:
    known = next((kind for kind in SOURCES if volume.get(kind) is not None), None)
    if known is None:
        lines.text("<unknown>", level=1)
        return
    content = volume[known]
    description, rows = SOURCES[known]
    lines.field("Type", description, level=2)
    for label, field, unset, print_value in rows:
        lines.text(f"{label}\t{print_value(content.get(field, unset))}", level=2)
    _write_parts(lines, known, content)


def _write_parts(lines: Lines, known: str, content: JsonObject) -> None:
    """Write what is no plain field of a source."""
    if known == "csi":
        _write_attributes(lines, content.get("volumeAttributes"))
    elif known == "projected":
        for projection in content.get("sources") or ():
            _write_projection(lines, projection)
    elif known == "downwardAPI":
        _write_downward_items(lines, content.get("items") or ())
    elif known == "ephemeral" and (template := content.get("volumeClaimTemplate")):
        _write_claim_template(lines, template)


def _write_attributes(lines: Lines, attributes: dict[str, str] | None) -> None:
    if attributes:
        shown = [shortened(pair, ANNOTATION_BYTES) for pair in pairs(attributes)]
        _write_indented(lines, "VolumeAttributes", shown)
    else:
        lines.field("VolumeAttributes", "<none>", level=2)


def _write_projection(lines: Lines, projection: JsonObject) -> None:
    for kind, label in (("secret", "SecretName"), ("configMap", "ConfigMapName")):
        if source := projection.get(kind):
            lines.field(label, source.get("name", ""), level=2)
            lines.field("Optional", go_value(source.get("optional", False)), level=2)
    if "downwardAPI" in projection:
        lines.field("DownwardAPI", "true", level=2)
    if token := projection.get("serviceAccountToken"):
        lines.field("TokenExpirationSeconds", token.get("expirationSeconds", 0), level=2)


def _write_downward_items(lines: Lines, items: Sequence[JsonObject]) -> None:
    lines.text("Items:", level=2)
    for item in items:
        if field := item.get("fieldRef"):
            lines.text(f"{field['fieldPath']} -> {item['path']}", level=3)
        if resource := item.get("resourceFieldRef"):
            lines.text(f"{resource['resource']} -> {item['path']}", level=3)


def _write_claim_template(lines: Lines, template: JsonObject) -> None:
    """Write the claim of an ephemeral volume, of which only what a template can have."""
    metadata, spec = template.get("metadata") or {}, template["spec"]
    lines.field("StorageClass", storage_class({"metadata": metadata, "spec": spec}), level=2)
    lines.field("Volume", spec.get("volumeName", ""), level=2)
    _write_indented(lines, "Labels", pairs(metadata.get("labels")))
    _write_indented(lines, "Annotations", annotation_lines(metadata.get("annotations")))
    lines.field("Capacity", "0" if spec.get("volumeName") else "", level=2)
    lines.field("Access Modes", "", level=2)
    if mode := spec.get("volumeMode"):
        lines.field("VolumeMode", mode, level=2)
    if source := spec.get("dataSource"):
        lines.text("DataSource:", level=2)
        for label, key in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if source.get(key) is not None:
                lines.field(label, source[key], level=3)


def _write_indented(lines: Lines, label: str, values: Sequence[str]) -> None:
    """Write values as kubectl's nested writer does: what is written by itself is indented too.

    The rest of a long annotation, below its key, is written in one go with its column.
    """
    values = values or ["<none>"]
    indented = (value if value.startswith("  ") else f"    {value}" for value in values)
    lines.several(label, indented, level=2)
