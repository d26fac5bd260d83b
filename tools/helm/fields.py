"""Parameter types shared by the Helm tools, each described once."""

from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError

ChartName = Annotated[str, Field(description="repo/name, oci:// or https:// URL")]
ChartVersion = Annotated[str | None, Field(description="Default: newest")]
ReleaseName = Annotated[str, Field(description="Release")]
Output = Annotated[str | None, Field(description="table, json or yaml")]
Revision = Annotated[int | None, Field(description="Default: the latest")]
Values = Annotated[str | None, Field(description="YAML", max_length=1_000_000)]
Wait = Annotated[bool, Field(description="Until ready")]
Patience = Annotated[int, Field(description="At most 270")]
CreateNamespace = Annotated[bool, Field(description="If missing")]
InstallNamespace = Annotated[str, Field(description="Namespace")]
RollbackOnFailure = Annotated[bool, Field(description="Atomic; waits 130 s at most")]
ForceConflicts = Annotated[bool, Field(description="Take over others' fields")]

LEAST_SECONDS, MOST_SECONDS = 10, 270
_FORMS = ("table", "json", "yaml")


def form_of(output: str | None) -> str:
    """Read the form that an answer shall have; nothing is a table."""
    form = (output or "table").strip().lower()
    if form not in _FORMS:
        raise InvalidError('Argument "output" accepts table, json and yaml.')
    return form


def patience(seconds: int) -> int:
    """Check a wait; the schema leaves the bounds out, they would be paid for six times over."""
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise InvalidError(
            f'Argument "wait_seconds" is {LEAST_SECONDS} to {MOST_SECONDS}; with wait=false helm '
            "waits for hooks only."
        )
    return seconds
