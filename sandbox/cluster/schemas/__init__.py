"""What objects look like: the OpenAPI schemas of Kubernetes 1.36.3, and those of CRDs.

`kubernetes.json` holds `api/openapi-spec/v3` of the Kubernetes sources (Apache License 2.0);
`x-omitempty` was added from the tags of the Go types.
"""

from sandbox.cluster.schemas.schema import Schema
from sandbox.cluster.schemas.schema_book import definitions, schema_of

__all__ = ["Schema", "definitions", "schema_of"]
