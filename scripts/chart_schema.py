"""The part of the chart's values.schema.json that is made of the server's settings."""

import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from mcp_server.settings import Settings

# Where the pod is and what it may do: the chart's own values decide.
CHARTS_OWN = {
    "allowed_namespaces",
    "context",
    "host",
    "kubeconfig",
    "kubernetes_service_host",
    "kubernetes_service_port",
    "port",
    "read_only",
    "sandbox",
    "sandbox_kubeconfig",
    "shutdown_delay",
    "shutdown_grace",
    "toolsets",
    "transport",
}


def with_settings(file: Path) -> str:
    """Return the schema with every setting that ``settings`` in the values takes."""
    schema = json.loads(file.read_text())
    schema["properties"]["settings"] = {
        "description": "Settings of the server by their names in docs/operations.md.",
        "type": "object",
        "additionalProperties": False,
        "properties": settings(),
    }
    return json.dumps(schema, indent=2) + "\n"


def settings() -> dict[str, Any]:
    """Return the schema of each setting that is no secret and not the chart's own."""
    properties = Settings.model_json_schema(by_alias=False)["properties"]
    return {
        name: {key: value for key, value in each.items() if key not in ("title", "default")}
        for name, each in sorted(properties.items())
        if name not in CHARTS_OWN and not is_secret(name)
    }


def is_secret(name: str) -> bool:
    """Whether a setting holds a secret, which values are no place for."""
    return SecretStr.__name__ in str(Settings.model_fields[name].annotation)
