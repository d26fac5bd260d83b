"""Which representation a client accepts (apiserver `pkg/endpoints/handlers/negotiation`)."""

from dataclasses import dataclass

from sandbox.cluster.statuses import ApiError

SERIALIZERS = ("application/json", "application/yaml")
ALL_MEDIA_TYPES = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
STREAMS = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
TRANSFORMATIONS = ("Table", "PartialObjectMetadata", "PartialObjectMetadataList")


@dataclass(frozen=True)
class Representation:
    """A media type and, in `transformed`, the kind of meta.k8s.io to convert into."""

    media_type: str = "application/json"
    transformed: str = ""
    version: str = "v1"


def negotiate(accept: str, watchable: bool = False) -> Representation:
    """Return the first acceptable clause of an Accept header. Raises the 406."""
    served = False
    for clause in (accept or "*/*").split(","):
        media_type, parameters = _clause(clause)
        if media_type in ("*/*", "application/*"):
            media_type = SERIALIZERS[0]
        if media_type not in SERIALIZERS:
            continue
        served = True
        kind = parameters.get("as", "")
        if not kind:
            return Representation(media_type)
        version = parameters.get("v", "")
        known = kind in TRANSFORMATIONS and version in ("v1", "v1beta1")
        if known and parameters.get("g") == "meta.k8s.io":
            return Representation(media_type, kind, version)
    raise _not_convertible() if served else _not_acceptable(watchable)


def _not_convertible() -> ApiError:
    message = f"only the following media types are accepted: {ALL_MEDIA_TYPES}"
    return ApiError(406, "NotAcceptable", message)


def _not_acceptable(watchable: bool) -> ApiError:
    types = f"{ALL_MEDIA_TYPES}, {STREAMS}" if watchable else ALL_MEDIA_TYPES
    message = f"406: Not Acceptable\n\nAvailable representations: {types}"
    return ApiError(406, "NotAcceptable", message, {})


def accepts_aggregated_discovery(accept: str) -> bool:
    """Tell whether the first clause that can be served asks for `apidiscovery.k8s.io/v2`."""
    for clause in (accept or "*/*").split(","):
        media_type, parameters = _clause(clause)
        if media_type not in (*SERIALIZERS, "*/*", "application/*"):
            continue
        if not parameters.get("as"):
            return False
        wanted = (parameters.get("as"), parameters.get("g"), parameters.get("v"))
        if wanted == ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2"):
            return True
    return False


def _clause(clause: str) -> tuple[str, dict[str, str]]:
    media_type, *parameters = (part.strip() for part in clause.split(";"))
    pairs = (each.partition("=") for each in parameters)
    return media_type.lower(), {key.strip(): value.strip() for key, _, value in pairs}
