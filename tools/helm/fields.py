"""Parameter types shared by the Helm tools, each described once."""

from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError

ChartName = Annotated[str, Field(description="repo/name, oci://host/path or https://…/x.tgz")]
ChartVersion = Annotated[str | None, Field(description='e.g. "1.2.3", "^1.2"; default: newest')]
ReleaseName = Annotated[str, Field(description="Release")]
Output = Annotated[str | None, Field(description="table, json or yaml")]
Revision = Annotated[int | None, Field(ge=1, description="Default: the latest")]
Values = Annotated[
    str | None, Field(description="YAML, over the chart's own", max_length=1_000_000)
]
Wait = Annotated[bool, Field(description="Until all is ready")]
Patience = Annotated[int, Field(ge=10, le=270, description="Most seconds for hooks and waiting")]
RollbackOnFailure = Annotated[bool, Field(description="Also known as atomic")]
ForceConflicts = Annotated[bool, Field(description="Take fields over from other managers")]

_FORMS = ("table", "json", "yaml")


def form_of(output: str | None) -> str:
    """Read the form that an answer shall have; nothing is a table."""
    form = (output or "table").strip().lower()
    if form not in _FORMS:
        raise InvalidError('Argument "output" accepts table, json and yaml.')
    return form
