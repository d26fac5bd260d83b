"""An API server's refusal as one of our errors, in one sentence.

Shapes followed: ``metav1.Status`` bodies, and the plain text that the kubelet, broken aggregated
APIs and unknown paths answer with. Texts are matched where the API gives no field to read.
"""

import asyncio
import re
from typing import Any

import aiohttp
import orjson

from clients import errors
from clients.masking import mask_free_text

_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\S+) resource "(?P<resource>[^"]*)"'
    r'(?: in API group "(?P<group>[^"]*)")?'
    r'(?: in the namespace "(?P<namespace>[^"]*)"| (?P<cluster>at the cluster scope))?'
)
_BY_STATUS: dict[int, type[errors.ClientError]] = {
    400: errors.InvalidError,
    401: errors.UnauthorizedError,
    403: errors.ForbiddenError,
    404: errors.NotFoundError,
    405: errors.InvalidError,
    406: errors.InvalidError,
    409: errors.ConflictError,
    413: errors.InvalidError,
    415: errors.InvalidError,
    422: errors.InvalidError,
}
# An unknown field under server-side apply and some kubelet answers are 500: the caller's fault.
_CALLERS_FAULT = (
    "failed to create typed patch object",
    "more than one PodDisruptionBudget",
    "container not found",
    "pod not found",
)
# Said before anything is stored: a webhook that cannot be asked, an API that is not there.
_BEFORE_STORING = ("failed calling webhook", "service unavailable", "storage is (re)initializing")
_MOST_READ_BYTES = 2**16
_MOST_SHOWN = 400
# A refused patch is quoted whole in Go's notation, in front of what is wrong with it.
_REPEATED = re.compile(
    r'^"" is invalid: patch: |Invalid value: "(?:map|\{)\S.*?[\]}]": (?:strict decoding error: )?',
    re.DOTALL,
)


async def body_of(response: aiohttp.ClientResponse) -> bytes:
    """Read a refusal to its end, however many pieces it comes in, or to the bound."""
    try:
        return await response.content.readexactly(_MOST_READ_BYTES)
    except asyncio.IncompleteReadError as whole:
        return whole.partial


def refusal(status: int, body: bytes, host: str) -> errors.ClientError:
    """Return the error for an answer of 400 or above; ``body`` is a Status or plain text."""
    said = _status_of(body)
    message = _sentence(str(said.get("message") or body.decode("utf-8", "replace")))
    if status == 401:
        return errors.UnauthorizedError(
            f"The API server at {host} does not accept these credentials (401): they are missing, "
            "wrong or expired."
        )
    if status == 403:
        return errors.ForbiddenError(_not_allowed(message))
    if status >= 500 and not any(text in message for text in _CALLERS_FAULT):
        return errors.UnavailableError(f"The API server at {host} answered {status}: {message}")
    if status == 429 and (budget := _budget(said)):
        return errors.DisruptionBudgetError(budget)
    if status == 429:
        return errors.UnavailableError(f"The API server at {host} asks to wait: {message}")
    if status == 410:
        return errors.ExpiredError(
            "The API server no longer keeps what this continue_token points to; "
            "start again without it."
        )
    kind = _BY_STATUS.get(status, errors.InvalidError)
    if kind is errors.InvalidError:
        return errors.InvalidError(message, causes=_causes(said))
    if kind is errors.ConflictError:
        return errors.ConflictError(message, causes=_conflicts(said))
    return kind(message)


def retry_after(body: bytes, header: str | None) -> float | None:
    """Return the seconds the server asks to wait, from the header or the Status."""
    if header and header.isdigit():
        return float(header)
    seconds = (_status_of(body).get("details") or {}).get("retryAfterSeconds")
    return float(seconds) if isinstance(seconds, int | float) else None


def callers_fault(body: bytes) -> bool:
    """Whether a 5xx answer is one of those that sending again cannot help."""
    return any(text.encode() in body for text in _CALLERS_FAULT)


def may_have_been_done(body: bytes) -> bool:
    """Whether a 5xx answer to a change leaves open if it was made, as etcd's time-outs do."""
    return not callers_fault(body) and not any(text.encode() in body for text in _BEFORE_STORING)


def _status_of(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) and said.get("kind") == "Status" else {}


def _conflicts(said: dict[str, Any]) -> list[tuple[str, str]]:
    """Return who owns which field, of a server-side apply that is refused for it."""
    listed = (said.get("details") or {}).get("causes") or []
    return [
        (str(cause.get("message", "")), str(cause.get("field", "")))
        for cause in listed
        if cause.get("reason") == "FieldManagerConflict"
    ]


def _budget(said: dict[str, Any]) -> str:
    """Return which disruption budget refuses an eviction, and with which figures."""
    listed = (said.get("details") or {}).get("causes") or []
    named = (str(c.get("message")) for c in listed if c.get("reason") == "DisruptionBudget")
    return next(named, "")


def _causes(said: dict[str, Any]) -> list[str]:
    listed = (said.get("details") or {}).get("causes") or []
    return [": ".join(filter(None, (c.get("field"), c.get("message")))) for c in listed]


def _sentence(message: str) -> str:
    """Cut what the server repeats or appends: diffs, whole objects (secrets in them), HTML."""
    first = _REPEATED.sub("", message.split("\n@@")[0]).strip() or "no reason given"
    masked = mask_free_text(first)  # a webhook may quote what it refuses
    return masked if len(masked) <= _MOST_SHOWN else f"{masked[:_MOST_SHOWN]}…"


def _not_allowed(message: str) -> str:
    if not (found := _FORBIDDEN.search(message)):
        return f"Not allowed: {message}"
    resource = found["resource"] + (f".{found['group']}" if found["group"] else "")
    where = f' in namespace "{found["namespace"]}"' if found["namespace"] else ""
    where = where or (" at the cluster scope" if found["cluster"] else "")
    return f'Not allowed: user "{found["user"]}" lacks "{found["verb"]}" on "{resource}"{where}.'
