"""Parameter types shared by the Helm tools, each described once."""

from typing import Annotated

from pydantic import Field

ChartName = Annotated[str, Field(description="repo/name, oci://host/path or https://…/x.tgz")]
ChartVersion = Annotated[str | None, Field(description='e.g. "1.2.3", "^1.2"; default: newest')]
