"""Parameter types of the Jenkins tools, each described once.

The Engine fills in the first two.
"""

from typing import Annotated

from pydantic import Field

from tools.needs import verbs

ApiUrl = Annotated[str, Field(description="URL of Jenkins")]
CredentialsRef = Annotated[str, Field(description="Secret, as namespace/name")]
JobFullName = Annotated[str, Field(description='"folder/job"')]
BuildNumber = Annotated[int | None, Field(ge=1, description="Default: last")]
BuildSelector = Annotated[str | None, Field(description="Number or permalink")]
Tree = Annotated[str | None, Field(description="Fields, for JSON")]
Verify = Annotated[bool, Field(description="TLS")]

CREDENTIALS = verbs("get", "secrets")
FEWER_FIELDS = "Ask for fewer fields in tree=, or fewer builds."
