"""What becomes of a container: it runs, ends, cannot be configured, or has no image.

A simulated node runs nothing. It tells from image, command and environment what a real one would
most likely show, so that a repair (another image, the missing key) has its effect.
"""

import re
from dataclasses import dataclass

from sandbox.cluster.objects import JsonObject, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.kubelet.images import is_valid, pull_error

_SHORT_COMMANDS = {"true", "echo", "date", "env", "hostname", "ls", "cat", "printenv", "id", "pwd"}
_SHELLS = {"busybox", "alpine", "ubuntu", "debian", "python", "node", "bash"}
_CRASHING = re.compile(r"crash|broken|panic")
REQUIRED_ENVIRONMENT = {"shop/checkout:2.4": ("STRIPE_KEY",)}
"""Beginnings of image names, and the variables without which these images exit with 1."""
JOB_SECONDS = 20


@dataclass(frozen=True)
class Runs:
    """The container starts; with `exit_code` it ends after so many seconds, else it stays."""

    seconds: int = 0
    exit_code: int | None = None


@dataclass(frozen=True)
class Waits:
    """The container cannot start; `retried` says that pulling the image is tried again."""

    reason: str
    message: str
    event: str
    retried: bool = False


Outcome = Runs | Waits


def outcome(cluster: ControlPlane, pod: JsonObject, container: JsonObject) -> Outcome:
    """Foretell what a container of a pod does when it is started now."""
    image = container.get("image", "")
    if not is_valid(image):
        message = f'Failed to apply default image tag "{image}": couldn\'t parse image name'
        full = f'{message} "{image}": invalid reference format'
        return Waits("InvalidImageName", full, "InspectFailed")
    if error := pull_error(image):
        return Waits("ErrImagePull", error, "Failed", retried=True)
    if error := _configuration_error(cluster, pod, container):
        return Waits("CreateContainerConfigError", error, "Failed")
    return _run(cluster, pod, container)


def _run(cluster: ControlPlane, pod: JsonObject, container: JsonObject) -> Runs:
    words = [*(container.get("command") or []), *(container.get("args") or [])]
    image = container["image"]
    for beginning, names in REQUIRED_ENVIRONMENT.items():
        if image.startswith(beginning) and not set(names) <= _environment(cluster, pod, container):
            return Runs(1, 1)
    if words and (ended := _ended(words)):
        return ended
    if _CRASHING.search(image):
        return Runs(1, 1)
    if pod["spec"].get("restartPolicy") != "Always":
        return Runs(JOB_SECONDS, 0) if not words or _is_job(pod) else Runs()
    base = image.rpartition("/")[2].partition(":")[0]
    return Runs(1, 0) if base in _SHELLS and not words else Runs()


def _is_job(pod: JsonObject) -> bool:
    references = pod["metadata"].get("ownerReferences") or []
    return any(reference["kind"] == "Job" for reference in references)


def _ended(words: list[str]) -> Runs | None:
    """Read an ending from a command: `false`, `sleep 5`, `sh -c "…; exit 3"`."""
    text = " ".join(words)
    if exit_ := re.search(r"\bexit (\d+)\s*$", text):
        slept = re.search(r"\bsleep (\d+)", text)
        return Runs(int(slept[1]) if slept else 1, int(exit_[1]))
    if re.search(r"\bfalse\s*$", text):
        return Runs(1, 1)
    if slept := re.fullmatch(r"(?:sh -c |/bin/sh -c )?sleep (\d+)", text):
        return Runs(int(slept[1]), 0)
    first = words[0].rpartition("/")[2]
    return Runs(1, 0) if first in _SHORT_COMMANDS else None


def _environment(cluster: ControlPlane, pod: JsonObject, container: JsonObject) -> set[str]:
    """Name the variables that are really set: references to what is not there are not."""
    names = set()
    for variable in container.get("env") or []:
        source = variable.get("valueFrom") or {}
        references = [source[kind] | {"kind": kind} for kind in _REFERENCES if kind in source]
        if all(not missing(cluster, pod, reference) for reference in references):
            names.add(variable["name"])
    return names


_REFERENCES = {"secretKeyRef": "secrets", "configMapKeyRef": "configmaps"}
_KINDS = {"secrets": "Secret", "configmaps": "ConfigMap"}


def _configuration_error(cluster: ControlPlane, pod: JsonObject, container: JsonObject) -> str:
    for variable in container.get("env") or []:
        for kind, reference in (variable.get("valueFrom") or {}).items():
            if kind in _REFERENCES and not reference.get("optional"):
                error = missing(cluster, pod, reference | {"kind": kind})
                if error:
                    return error
    return _source_error(cluster, pod, container)


def _source_error(cluster: ControlPlane, pod: JsonObject, container: JsonObject) -> str:
    for source in container.get("envFrom") or []:
        for kind, plural in (("secretRef", "secrets"), ("configMapRef", "configmaps")):
            reference = source.get(kind)
            if reference and not reference.get("optional"):
                found = cluster.store.peek("", plural, namespace_of(pod), reference["name"])
                if found is None:
                    return f'{_KINDS[plural].lower()} "{reference["name"]}" not found'
    return ""


def missing(cluster: ControlPlane, pod: JsonObject, reference: JsonObject) -> str:
    """Say what a key reference lacks, in kubelet's words; empty when it is all there."""
    plural = _REFERENCES[reference["kind"]]
    namespace, name, key = namespace_of(pod), reference["name"], reference["key"]
    found = cluster.store.peek("", plural, namespace, name)
    if found is None:
        return f'{_KINDS[plural].lower()} "{name}" not found'
    if key not in (found.get("data") or {}) and key not in (found.get("binaryData") or {}):
        return f"couldn't find key {key} in {_KINDS[plural]} {namespace}/{name}"
    return ""


def volume_error(cluster: ControlPlane, pod: JsonObject) -> str:
    """Say which volume cannot be mounted, as the event FailedMount does; empty for none."""
    for volume in pod["spec"].get("volumes") or []:
        for kind, plural, field in (
            ("secret", "secrets", "secretName"),
            ("configMap", "configmaps", "name"),
        ):
            source = volume.get(kind)
            if source and not source.get("optional"):
                found = cluster.store.peek("", plural, namespace_of(pod), source[field])
                if found is None:
                    what = f'{_KINDS[plural].lower()} "{source[field]}" not found'
                    return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {what}'
    return ""
