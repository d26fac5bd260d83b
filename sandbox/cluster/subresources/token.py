"""`serviceaccounts/token`: a bearer token that this server then accepts."""

from datetime import timedelta

from sandbox.cluster.objects import timestamp
from sandbox.cluster.schemas.schema_book import built_in
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.statuses import Cause, invalid, not_found
from sandbox.cluster.writing.body_object import submitted

API_VERSION = "authentication.k8s.io/v1"
DEFAULT_SECONDS = 3600
SHORTEST_SECONDS = 600


def serve_token(call: Call) -> Answer:
    """Answer the POST of a TokenRequest. Raises 404 and 422."""
    schema = built_in("authentication.k8s.io", "v1", "TokenRequest")
    review = submitted(call, "TokenRequest", API_VERSION, schema)
    account = call.stored()
    if account is None:
        raise not_found(call.resource, call.name)
    spec = review.get("spec") or {}
    seconds = spec.get("expirationSeconds") or DEFAULT_SECONDS
    if seconds < SHORTEST_SECONDS:
        why = "may not specify a duration less than 10 minutes"
        message = f"Invalid value: {seconds}: {why}"
        cause = Cause("FieldValueInvalid", message, "spec.expirationSeconds")
        raise invalid("TokenRequest", "authentication.k8s.io", "", [cause])
    token = f"sandbox-token-{call.cluster.store.generated_uid()}"
    call.cluster.users.add(token, f"system:serviceaccount:{call.namespace}:{call.name}")
    expiry = timestamp(call.cluster.clock() + timedelta(seconds=seconds))
    full = {"audiences": ["sandbox"], "boundObjectRef": None, "expirationSeconds": seconds, **spec}
    metadata = {"name": call.name, "namespace": call.namespace, "creationTimestamp": None}
    head = {"kind": "TokenRequest", "apiVersion": API_VERSION, "metadata": metadata}
    status = {"token": token, "expirationTimestamp": expiry}
    return Answer({**head, "spec": full, "status": status}, 201)
