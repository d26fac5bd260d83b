"""What exec and port-forward need, and what is missing where the API server does not say it.

Since 1.35 a websocket on these subresources needs ``create`` besides ``get``
(AuthorizePodWebsocketUpgradeCreatePermission); a refusal for want of it ends in nothing.
"""

from clients.errors import ForbiddenError
from clients.kubernetes.inspecting.access import can_i
from clients.kubernetes.reader import KubernetesReader


def completed(refusal: ForbiddenError, subresource: str, where: str) -> ForbiddenError:
    """Say that ``create`` is missing where the refusal breaks off before its reason."""
    if not str(refusal).rstrip().endswith("is forbidden:"):
        return refusal
    return ForbiddenError(
        f'Not allowed: "create" is missing on "pods/{subresource}"{where}; "get" alone is not '
        "enough since Kubernetes 1.35."
    )


async def missing_rights(kubernetes: KubernetesReader, subresource: str, namespace: str) -> str:
    """Say which of the two verbs we lack; empty if none, for a preview."""
    resource = f"pods/{subresource}"
    checks = [f"get {resource}", f"create {resource}"]
    verdicts = await can_i(kubernetes, checks, namespace)
    lacking = " and ".join(f'"{each.check.verb}"' for each in verdicts if not each.allowed)
    return f'Not allowed: {lacking} missing on "{resource}".' if lacking else ""
