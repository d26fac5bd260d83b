"""Which fields of values and manifests hold secrets, by their names."""

import re
from functools import lru_cache

from clients.masking import is_secret_field, names_a_secret

# These name a Secret, they are none: `existingSecret`, `imagePullSecrets`, `tls.secretName`.
_POINTER = re.compile(
    r"^(?:.*existing.*secret|.*pull-?secrets?|.*(?:name|ref|key-?name))$", re.IGNORECASE
)
_ALSO_SECRET = re.compile(
    r"^\.?docker(?:config(?:json)?|cfg)$|kube-?config$|connection-?string$|^dsn$", re.IGNORECASE
)
_ENVIRONMENT = re.compile(r"[A-Z0-9_]+")
# Everything in a map of this name is secret: `secrets: {stripe: …}`, `secretEnv: {…}`.
_MAP = re.compile(
    r"(?:secret[-_]?(?:s|data|envs?|values|vars|environment|files)|stringData|passwords|tokens"
    r"|credentials|api-?keys)$",
    re.IGNORECASE,
)
_TELLS_NOTHING = re.compile(
    r"^(?:enabled|type|annotations|labels|namespace|path|mountPath|fullname.*)$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def is_secret(key: str) -> bool:
    """Whether the value under this key is a secret rather than points to one."""
    if _POINTER.search(key):
        return False
    if _ENVIRONMENT.fullmatch(key) and names_a_secret(key):
        return True
    return is_secret_field(key) or is_secret_field(key.rstrip("s")) or _is_also(key)


def _is_also(key: str) -> bool:
    return bool(_ALSO_SECRET.search(key))


@lru_cache(maxsize=4096)
def holds_secrets(key: str) -> bool:
    """Whether everything below this key of a chart's values is secret."""
    return bool(_MAP.search(key)) and not _POINTER.search(key)


@lru_cache(maxsize=4096)
def tells_nothing(key: str) -> bool:
    """Whether a key inside such a map holds no secret all the same."""
    return bool(_POINTER.search(key) or _TELLS_NOTHING.search(key))
