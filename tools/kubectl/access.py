"""k8s_can_i."""

import asyncio
from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError
from clients.kubernetes import KubernetesReader
from clients.kubernetes.inspecting.access import Identity, allowed_rules, can_i, who_am_i
from tools.dependencies import Kubernetes
from tools.fields import Namespace
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render.access import checks_table, rules_table, signed_in
from tools.results import Answer

MOST_CHECKS = 50
Checks = Annotated[
    list[str] | None,
    Field(description='["get pods", "create pods/exec in shop", "get /healthz"]; absent: list all'),
]
NEEDS = [
    verbs(
        "create",
        "selfsubjectreviews.authentication.k8s.io",
        "selfsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectrulesreviews.authorization.k8s.io",
    )
]


@k8s.read("Check Kubernetes Permissions", needs=NEEDS)
async def k8s_can_i(
    kubernetes: Kubernetes, checks: Checks = None, namespace: Namespace = None
) -> Answer:
    """Say who this server is to the cluster and what it may do, as kubectl auth can-i."""
    if not checks:
        return await _everything(kubernetes, namespace)
    if len(checks) > MOST_CHECKS:
        raise InvalidError(f'Argument "checks": {len(checks)} checks; at most {MOST_CHECKS}.')
    me, verdicts = await asyncio.gather(who_am_i(kubernetes), can_i(kubernetes, checks, namespace))
    rows = [
        (each.check.verb, each.check.resource, each.check.namespace or "", each.allowed, note)
        for each in verdicts
        for note in ["; ".join(filter(None, (each.check.note, each.reason)))]
    ]
    answers = {text: each.allowed for text, each in zip(checks, verdicts, strict=True)}
    return Answer("\n".join([_signed_in(me), *checks_table(rows)]), data={"allowed": answers})


async def _everything(kubernetes: KubernetesReader, namespace: str | None) -> Answer:
    where = namespace or await kubernetes.namespace()
    me, rules = await asyncio.gather(who_am_i(kubernetes), allowed_rules(kubernetes, where))
    lines = [f'{_signed_in(me)} Allowed in namespace "{where}":', *rules_table(rules)]
    if rules.get("incomplete"):
        lines.append(f"The list may be incomplete: {rules.get('evaluationError', '')}")
    return Answer("\n".join(lines), narrow="To see less, ask for single checks.")


def _signed_in(me: Identity) -> str:
    return signed_in(me.username, me.groups)
