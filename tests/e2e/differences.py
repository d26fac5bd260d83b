"""What the tools leave out of, mask in or add to kubectl's text on purpose: all of it, and why.

Each function takes one such difference out of a text, so that the rest can be compared.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_FINGERPRINT = re.compile(r"(?<=fingerprint )[0-9a-f]{6}(?=>)")

# A copy of the whole object, with the values of its Secrets; four times the tokens.
_APPLIED_YAML = re.compile(rf"^( *){re.escape(LAST_APPLIED)}: \|\n(?:\1  .*\n)+", re.MULTILINE)
_EMPTY_ANNOTATIONS = re.compile(r"^( *)annotations:\n(?!\1  )", re.MULTILINE)

# Under what the block begins with, up to the next line that is not deeper.
ADDED_BLOCKS: Mapping[str, str] = {
    "Condition Details": "kubectl prints neither reason nor message of a condition",
    "Conditions": "kubectl describes Jobs, DaemonSets and StatefulSets without theirs",
}
ADDED_LINES: Mapping[str, str] = {
    "Owner Chain": "kubectl names the first controller only, and not what controls that one",
    "Controlled By": "kubectl says it of pods, ReplicaSets and Jobs only",
    "Message": "kubectl prints a waiting container's reason and leaves the message out",
    "Not visible": "kubectl fails, or leaves out in silence, what may not be read",
}

# kubectl walks a limit range as a map: its lines come in another order each time.
_LIMITS = re.compile(r"(?:^ (?:Container|Pod|PersistentVolumeClaim) .*\n)+", re.MULTILINE)


def with_sorted_limits(text: str) -> str:
    """Sort the lines of a limit range, as ours are."""
    ordered = _LIMITS.sub(lambda lines: "".join(sorted(lines[0].splitlines(True))), f"{text}\n")
    return ordered.removesuffix("\n")


def without_trailing_spaces(text: str) -> str:
    """kubectl top and kubectl explain end lines with spaces; nobody sees them, and they cost."""
    return "\n".join(line.rstrip() for line in text.split("\n"))


def without_warnings(text: str) -> str:
    """A document stays one that can be parsed; tables carry the API server's warnings below."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("Warning: "))


def without_last_applied(text: str) -> str:
    """Take the annotation out of YAML, and ``annotations`` where nothing else is in it."""
    kept = _APPLIED_YAML.sub("", f"{without_warnings(text)}\n")
    return _EMPTY_ANNOTATIONS.sub("", kept).rstrip("\n")


def without_last_applied_in(node: Any) -> Any:
    """Take the annotation out of objects."""
    if isinstance(node, list):
        return [without_last_applied_in(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: without_last_applied_in(each) for key, each in node.items() if key != LAST_APPLIED}
    if LAST_APPLIED in (node.get("annotations") or {}) and not kept["annotations"]:
        del kept["annotations"]
    return kept


def with_masked_values(text: str, secrets: list[dict[str, Any]]) -> str:
    """Put what a masked value reads like in the place of every value of these Secrets."""
    for secret in secrets:
        for key, value in (secret.get("data") or {}).items():
            size = len(base64.b64decode(value))
            text = text.replace(f"{key}: {value or chr(34) * 2}", f"{key}: {a_mask(size)}")
    return text


def a_mask(size: int) -> str:
    return f"<redacted {size} bytes, fingerprint ->"


def without_fingerprints(text: str) -> str:
    """The key of fingerprints is drawn anew at each start of the server."""
    return _FINGERPRINT.sub("-", text)


def without_additions(kubectl: str, ours: str) -> str:
    """Take lines out of a description that kubectl's has not, as far as they are listed above."""
    theirs = {*kubectl.split("\n")}
    kept: list[str] = []
    block: int | None = None  # how deep the block is that is being left out
    for line in ours.split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        if block is not None and depth > block:
            continue
        block = None
        label = line.strip().partition(":")[0]
        if line in theirs or label not in {*ADDED_BLOCKS, *ADDED_LINES}:
            kept.append(line)
        elif label in ADDED_BLOCKS:
            block = depth
    return "\n".join(kept)
