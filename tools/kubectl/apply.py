"""k8s_apply: manifests."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from clients.kubernetes.changing.applying import UNDONE, Applied, apply
from tools.dependencies import Writing
from tools.fields import Namespace
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.results import Answer

Content = Annotated[
    str, Field(description="YAML or JSON; several documents too", max_length=1_000_000)
]
Force = Annotated[bool, Field(description="Take over fields that others own")]


@k8s.destroy(
    "Apply Kubernetes Manifest",
    needs=[
        verbs("get create patch", "*.*"),
        verbs("get", "customresourcedefinitions.apiextensions.k8s.io"),
    ],
    deadline=120,
)
async def k8s_apply(
    writing: Writing, content: Content, namespace: Namespace = None, force: Force = False
) -> Answer:
    """Apply manifests, server-side: fields left out since the last apply are removed."""
    applied = await apply(writing, content, namespace, force=force)
    return _answer(applied, dry=writing.dry)


def _answer(applied: Sequence[Applied], *, dry: bool) -> Answer:
    done = sum(each.outcome not in UNDONE for each in applied)
    width = max(len(each.name) for each in applied)
    rows = [
        f"{each.name:{width}}  {each.outcome}{f': {each.reason}' if each.reason else ''}"
        for each in applied
    ]
    failed = done < len(applied)
    if failed and len(applied) > 1:
        stopped = f"Applied {done} of {len(applied)} documents, then stopped."
        refused = f"{len(applied) - done} of {len(applied)} documents are refused."
        rows = [refused if dry else stopped, *(f"  {r}" for r in rows)]
    return Answer("\n".join(rows), error=failed)
