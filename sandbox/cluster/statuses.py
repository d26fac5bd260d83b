"""Errors as the API server words them (apimachinery `pkg/api/errors`), each a `Status` body."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType


@dataclass
class ApiError(Exception):
    """A refusal; `details` is the Status' own, `headers` go beside it (Retry-After)."""

    code: int
    reason: str
    message: str
    details: JsonObject | None = None
    headers: dict[str, str] = field(default_factory=dict)
    list_metadata: JsonObject = field(default_factory=dict)

    @property
    def status(self) -> JsonObject:
        """Return the body; an empty reason is left out, as the server does for bare errors."""
        body: JsonObject = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.list_metadata,
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = {key: value for key, value in self.details.items() if value}
        return {**body, "code": self.code}


class PlainTextError(Exception):
    """An answer that is no Status: proxies, broken aggregated APIs, unknown paths."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True)
class Cause:
    """One entry of `details.causes`."""

    reason: str
    message: str
    field: str = ""

    def as_json(self) -> JsonObject:
        """Return the cause without its empty members."""
        members = {"reason": self.reason, "message": self.message, "field": self.field}
        return {key: value for key, value in members.items() if value}


def details_of(resource: ResourceType, name: str = "") -> JsonObject:
    """Return the details naming an object; `kind` holds the plural, as on a real server."""
    return {"name": name, "group": resource.group, "kind": resource.plural}


def not_found(resource: ResourceType, name: str) -> ApiError:
    """Return the 404 of an object."""
    message = f'{resource.qualified} "{name}" not found'
    return ApiError(404, "NotFound", message, details_of(resource, name))


def resource_not_found() -> ApiError:
    """Return the 404 of a resource or subresource that is not served."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})


def page_not_found() -> PlainTextError:
    """Return the answer for a group, version or path that nothing serves."""
    return PlainTextError(404, "404 page not found\n")


def already_exists(resource: ResourceType, name: str) -> ApiError:
    """Return the 409 of a second create."""
    message = f'{resource.qualified} "{name}" already exists'
    return ApiError(409, "AlreadyExists", message, details_of(resource, name))


def conflict(resource: ResourceType, name: str, why: str) -> ApiError:
    """Return the 409 of a write against another version of the object."""
    message = f'Operation cannot be fulfilled on {resource.qualified} "{name}": {why}'
    return ApiError(409, "Conflict", message, details_of(resource, name))


def modified(resource: ResourceType, name: str) -> ApiError:
    """Return the 409 of a stale resourceVersion."""
    why = (
        "the object has been modified; please apply your changes to the latest version "
        "and try again"
    )
    return conflict(resource, name, why)


def forbidden(resource: ResourceType, name: str, why: str) -> ApiError:
    """Return the 403 of a request on a resource."""
    named = f' "{name}"' if name else ""
    message = f"{resource.qualified}{named} is forbidden: {why}"
    return ApiError(403, "Forbidden", message, details_of(resource, name))


def unauthorized() -> ApiError:
    """Return the 401 of bad credentials."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def bad_request(message: str) -> ApiError:
    """Return a 400."""
    return ApiError(400, "BadRequest", message)


def invalid(kind: str, group: str, name: str, causes: Sequence[Cause]) -> ApiError:
    """Return the 422 that names every bad field, once each."""
    qualified = f"{kind}.{group}" if group else kind  # an empty kind leaves its dot
    errors = list(dict.fromkeys(f"{each.field}: {each.message}" for each in causes))
    joined = f"[{', '.join(errors)}]" if len(errors) > 1 else "".join(errors)
    message = f'{qualified} "{name}" is invalid' + (f": {joined}" if joined else "")
    details = {
        "name": name,
        "group": group,
        "kind": kind,
        "causes": [each.as_json() for each in causes],
    }
    return ApiError(422, "Invalid", message, details)


def invalid_options(kind: str, causes: Sequence[Cause]) -> ApiError:
    """Return the 422 of bad query parameters or delete options."""
    return invalid(kind, "meta.k8s.io", "", causes)


def method_not_allowed() -> ApiError:
    """Return the 405 of a verb that the path does not serve."""
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message, {})


def unsupported_media_type(accepted: Sequence[str]) -> ApiError:
    """Return the 415 of a body in an unknown format."""
    message = (
        "the body of the request was in an unknown format - accepted media types include: "
        + ", ".join(accepted)
    )
    return ApiError(415, "UnsupportedMediaType", message)


def internal_error(message: str) -> ApiError:
    """Return a 500 with the reason InternalError."""
    details = {"causes": [{"message": message}]}
    return ApiError(500, "InternalError", f"Internal error occurred: {message}", details)


def bare_error(message: str) -> ApiError:
    """Return a 500 without a reason, as for any error that the server does not know."""
    return ApiError(500, "", message)


def expired(message: str, metadata: JsonObject | None = None) -> ApiError:
    """Return the 410 of a version or continue token that is gone."""
    return ApiError(410, "Expired", message, list_metadata=metadata or {})


def too_large_version(asked: int, current: int) -> ApiError:
    """Return the 504 of a resourceVersion from the future."""
    details = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    return ApiError(504, "Timeout", message, details, {"Retry-After": "1"})


def too_many_requests(message: str, retry_after_seconds: int = 0) -> ApiError:
    """Return a 429, with Retry-After when a number of seconds is given."""
    headers = {"Retry-After": str(retry_after_seconds)} if retry_after_seconds else {}
    details = {"retryAfterSeconds": retry_after_seconds}
    return ApiError(429, "TooManyRequests", message, details, headers)


def success(details: JsonObject, code: int | None = None) -> JsonObject:
    """Return a `Status: Success` body."""
    body: JsonObject = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    if details:
        body["details"] = details
    return {**body, "code": code} if code else body
