"""Parameter types shared by tools, each described once.

The descriptions are what the model reads: short, with the units and the accepted forms.
"""

from typing import Annotated

from pydantic import Field

Name = Annotated[str, Field(description="Object name")]
# Undescribed: every second tool has it, and the model is told its default once, in the handshake.
Namespace = str | None
AllNamespaces = Annotated[bool, Field(description="Search every namespace")]
ResourceType = Annotated[
    str, Field(description='As kubectl takes it: "pods", "deploy", "rollouts.argoproj.io"')
]
LabelSelector = Annotated[str | None, Field(description='e.g. "app=web,tier!=cache"')]
FieldSelector = Annotated[str | None, Field(description='e.g. "status.phase!=Running"')]
SortBy = Annotated[str | None, Field(description='JSONPath, e.g. ".metadata.creationTimestamp"')]
ContainerName = Annotated[str | None, Field(description="Default: kubectl's choice")]
Limit = Annotated[int, Field(ge=1, le=5000, description="Most rows or objects")]
ContinueToken = Annotated[str | None, Field(description="From the end of a cut answer")]
Revision = Annotated[int | None, Field(ge=1, description="Show this revision's pod template")]
Workload = Annotated[str, Field(description='"web", or "statefulset/web"')]
WaitSeconds = Annotated[int, Field(ge=0, le=280, description="0 answers at once")]
NoHeaders = Annotated[bool, Field(description="Leave the header row out")]
UsageSort = Annotated[str | None, Field(description='"cpu" or "memory"')]
