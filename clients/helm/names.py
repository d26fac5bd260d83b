"""Release names by Helm's own rule (``pkg/chart/v2/util/validate_name.go``).

A name that fails never leaves: it can become neither a flag nor a second label selector.
"""

import re

from clients.errors import InvalidError
from clients.kubernetes.names import shown

MOST_CHARACTERS = 53
_RELEASE = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def check_release_name(name: str) -> str:
    """Return ``name`` if a release can have it; refuse it in a sentence otherwise."""
    if len(name) > MOST_CHARACTERS or not _RELEASE.fullmatch(name):
        raise InvalidError(
            f'Argument "release_name": {shown(name)} is not a release name (lower-case letters, '
            f'digits, "-" and ".", {MOST_CHARACTERS} at most; one release per call).'
        )
    return name
