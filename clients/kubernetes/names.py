"""Names as the API server accepts them, checked before a URL is built.

Rules followed: apimachinery ``validation.IsDNS1123Subdomain`` (most names), ``IsDNS1123Label``
(namespaces), ``path.IsValidPathSegmentName`` (RBAC roles and whatever a custom resource allows).
A name that fails never leaves: it can become neither a flag, nor a second path segment, nor a host.
"""

import re
from urllib.parse import quote

from clients.errors import InvalidError

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SEGMENT_GROUPS = frozenset({"rbac.authorization.k8s.io", "apiregistration.k8s.io"})
_SHOWN = 60


def check_name(name: str, group: str = "", argument: str = "name") -> str:
    """Return ``name`` if an object of ``group`` can have it; refuse it in a sentence otherwise."""
    if group in _SEGMENT_GROUPS:  # "system:node", "v1.": any single path segment
        valid = bool(name) and name not in {".", ".."} and not re.search(r"[/%\s\x00-\x1f]", name)
        valid = valid and not name.startswith("-") and len(name) <= 253
    else:
        valid = len(name) <= 253 and bool(_SUBDOMAIN.fullmatch(name))
    if not valid:
        raise InvalidError(
            f'Argument "{argument}": {shown(name)} is not a Kubernetes name '
            '(lower-case letters, digits, "-" and "."; one object per call).'
        )
    return name


def check_namespace(namespace: str) -> str:
    """Return ``namespace`` if it is one DNS label; refuse it otherwise."""
    if len(namespace) > 63 or not _LABEL.fullmatch(namespace):
        raise InvalidError(
            f'Argument "namespace": {shown(namespace)} is not a namespace '
            '(lower-case letters, digits and "-", 63 at most; one namespace per call).'
        )
    return namespace


def shown(text: str) -> str:
    """Quote a caller's text for a refusal: one line, cut, control characters visible."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    plain = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in cut)
    return f'"{plain}"'


def segment(text: str) -> str:
    """Escape one path segment, ``/`` and ``%`` included."""
    return quote(text, safe="")
