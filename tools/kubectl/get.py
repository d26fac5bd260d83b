"""k8s_get: what there is, as a table or in the form asked for."""

from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError
from clients.kubernetes.types.selections import Selection
from tools.dependencies import Kubernetes, MostBytes, Now
from tools.fields import (
    AllNamespaces,
    ContinueToken,
    FieldSelector,
    LabelSelector,
    Limit,
    Namespace,
    ResourceType,
    SortBy,
)
from tools.kubectl import getting_objects, getting_tables
from tools.kubectl.paging import Paging
from tools.kubectl.toolset import k8s
from tools.needs import READ_ANYTHING
from tools.results import Answer

Output = Annotated[
    str | None,
    Field(description="wide, json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:.path,…"),
]
ResourceTypes = Annotated[ResourceType, Field(description='"pods", "deploy,svc", "all", "pod/web"')]
ObjectName = Annotated[str | None, Field(description="One object; absent: list")]

_WORDS = ("wide", "json", "yaml", "name")
_TEMPLATES = ("jsonpath", "custom-columns")


@k8s.read("Get Kubernetes Resources", needs=[READ_ANYTHING], deadline=120)
async def k8s_get(
    kubernetes: Kubernetes,
    now: Now,
    most_bytes: MostBytes,
    resource_type: ResourceTypes,
    name: ObjectName = None,
    all_namespaces: AllNamespaces = False,
    namespace: Namespace = None,
    output: Output = None,
    label_selector: LabelSelector = None,
    field_selector: FieldSelector = None,
    sort_by: SortBy = None,
    limit: Limit = 500,
    continue_token: ContinueToken = None,
) -> Answer:
    """Get Kubernetes resources, as kubectl get prints them.

    Secret values are masked; managedFields and last-applied annotations are left out.
    """
    selection = Selection(
        resource_type, name, namespace, all_namespaces, label_selector or "", field_selector or ""
    )
    form, template = _form(output)
    paging = Paging(limit, continue_token or "", most_bytes)
    targets = await selection.targets(kubernetes)
    if form in ("", "wide"):
        table = getting_tables.TableForm(wide=form == "wide", sort_by=sort_by or "", now=now)
        return await getting_tables.answer(kubernetes, selection, targets, paging, table)
    documents = getting_objects.ObjectForm(form, template, sort_by or "")
    return await getting_objects.answer(kubernetes, targets, paging, documents)


def _form(output: str | None) -> tuple[str, str]:
    """Split ``jsonpath={.items}`` into form and template; refuse what is neither.

    Capitals, the word "table" and quotes that a shell would take away are what people write.
    """
    word, _, rest = _unquoted(output or "").partition("=")
    form, template = word.strip().lower(), _unquoted(rest)
    if form == "table" and not template:
        return "", ""
    if form in ("", *_WORDS) and not template:
        return form, ""
    if form in _TEMPLATES and template:
        return form, template
    raise InvalidError(
        f'Argument "output" accepts {", ".join(_WORDS)}, jsonpath=TEMPLATE and '
        "custom-columns=NAME:.path,NAME:.path."
    )


def _unquoted(text: str) -> str:
    """Take one pair of quotes away, as a shell does."""
    bare = text.strip()
    quoted = len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\""
    return bare[1:-1] if quoted else text
