"""Parameter types of the Jenkins tools, each described once.

Callers other than a model fill in the first two; they are short for that reason.
"""

from typing import Annotated

from pydantic import Field

from tools.needs import verbs

ApiUrl = Annotated[str, Field(description="Jenkins")]
CredentialsRef = Annotated[str, Field(description="Secret")]
JobFullName = Annotated[str, Field(description='"folder/job"')]
BuildNumber = Annotated[int | None, Field(ge=1, description="Default: last")]
BuildSelector = Annotated[str | None, Field(description="Number or permalink")]
Tree = Annotated[str | None, Field(description="Fields, for JSON")]
Verify = Annotated[bool, Field(description="TLS")]

CREDENTIALS = verbs("get", "secrets")
FEWER_FIELDS = "Ask for fewer fields in tree=, or fewer builds."
