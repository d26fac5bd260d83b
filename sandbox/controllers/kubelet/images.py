"""Which images a node can pull, and what pulling them says."""

import hashlib
import re

PULL_SECONDS = 1
_REFERENCE = re.compile(
    r"(?:(?P<host>[\w.-]+(?:\.[\w.-]+|:\d+|(?<=localhost))(?::\d+)?)/)?"
    r"(?P<path>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
# Names by which anyone can try what an image does that is not there.
_ABSENT = re.compile(r"missing|absent|nonexistent|no-such|not-found|does-not-exist|typo|nope")
UNPUBLISHED = {"shop/catalog:3.2.0-rc1"}
"""Images of the story that nobody has pushed."""


def normalised(image: str) -> str:
    """Write an image as a node does: with its registry and tag."""
    found = _REFERENCE.fullmatch(image)
    if found is None:
        return image
    host, path = found["host"] or "docker.io", found["path"]
    if host == "docker.io" and "/" not in path:
        path = f"library/{path}"
    tag = f"@{found['digest']}" if found["digest"] else f":{found['tag'] or 'latest'}"
    return f"{host}/{path}{tag}"


def is_valid(image: str) -> bool:
    """Tell whether the text is an image reference at all."""
    return _REFERENCE.fullmatch(image) is not None


def pull_error(image: str) -> str:
    """Say why an image cannot be pulled; empty for one that can."""
    full = normalised(image)
    host, _, rest = full.partition("/")
    failed = f'failed to pull and unpack image "{full}": failed to resolve reference "{full}"'
    if host.endswith(".invalid"):
        path, _, tag = rest.rpartition(":")
        url = f"https://{host}/v2/{path}/manifests/{tag}"
        lookup = f"dial tcp: lookup {host} on 10.43.0.10:53: no such host"
        return f'{failed}: failed to do request: Head "{url}": {lookup}'
    if image in UNPUBLISHED or _ABSENT.search(full):
        return f"rpc error: code = NotFound desc = {failed}: {full}: not found"
    return ""


def image_id(image: str) -> str:
    """Make up the digest that an image always has."""
    full = normalised(image)
    digest = hashlib.sha256(full.encode()).hexdigest()
    return f"{re.split(r':(?=[^/]*$)|@', full)[0]}@sha256:{digest}"


def pulled_message(image: str) -> str:
    """Say that an image was pulled, as kubelet does."""
    size = 20_000_000 + int(hashlib.sha256(image.encode()).hexdigest()[:6], 16) * 8
    took = f"{PULL_SECONDS}.{size % 900 + 50:03}s"
    return (
        f'Successfully pulled image "{image}" in {took} ({took} including waiting). '
        f"Image size: {size} bytes."
    )
