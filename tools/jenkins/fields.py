"""Parameter types of the Jenkins tools, each described once."""

from typing import Annotated

from pydantic import Field

from tools.needs import verbs

ApiUrl = Annotated[str, Field(description="Jenkins URL")]
CredentialsRef = Annotated[str, Field(description="Secret")]
JobFullName = Annotated[str, Field(description="folder/job")]
BuildNumber = Annotated[int | None, Field(description="Default: last")]
BuildSelector = Annotated[str | None, Field(description="Number or permalink")]
Tree = Annotated[str | None, Field(description="Fields, as JSON")]
Verify = Annotated[bool, Field(description="TLS")]

CREDENTIALS = verbs("get", "secrets")
