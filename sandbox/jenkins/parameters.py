"""A job's parameters: their definitions, and the values a form gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_VALUE_CLASSES = {
    "choice": "hudson.model.StringParameterValue",
    "text": "hudson.model.TextParameterValue",
    "credentials": "com.cloudbees.plugins.credentials.CredentialsParameterValue",
}
_DEFINITION_CLASSES = {
    "credentials": "com.cloudbees.plugins.credentials.CredentialsParameterDefinition",
}


class IllegalValueError(Exception):
    """A value that makes Jenkins fail with a 500."""


@dataclass
class Value:
    """A parameter's value in a build or in the queue."""

    kind: str
    name: str
    value: Any

    @property
    def class_name(self) -> str:
        """Return the Java class."""
        default = f"hudson.model.{self.kind.capitalize()}ParameterValue"
        return _VALUE_CLASSES.get(self.kind, default)

    @property
    def shown(self) -> str:
        """Return the value as the queue lists it."""
        if self.kind == "password":
            return "****"
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


@dataclass
class Definition:
    """A parameter that a job declares: string, text, boolean, choice, password, run, file..."""

    kind: str
    name: str
    default: Any = ""
    choices: list[str] = field(default_factory=list)
    description: str | None = None

    @property
    def type(self) -> str:
        """Return the Java class without its package."""
        return f"{self.kind.capitalize()}ParameterDefinition"

    @property
    def class_name(self) -> str:
        """Return the Java class."""
        return _DEFINITION_CLASSES.get(self.kind, f"hudson.model.{self.type}")

    def default_value(self) -> Value | None:
        """Return the default, None for a file."""
        if self.kind == "file":
            return None
        if self.kind == "choice":
            return Value(self.kind, self.name, self.choices[0] if self.choices else None)
        return Value(self.kind, self.name, self.default)

    def parse(self, texts: list[str]) -> Value | None:
        """Take a form's values for this parameter. Raises IllegalValueError as Jenkins throws."""
        if not texts:
            return self.default_value()
        if len(texts) != 1:
            raise IllegalValueError(f"Illegal number of parameter values for {self.name}")
        if self.kind == "choice" and texts[0] not in self.choices:
            raise IllegalValueError(f"Illegal choice for parameter {self.name}: {texts[0]}")
        if self.kind == "boolean":
            return Value(self.kind, self.name, texts[0].lower() == "true")
        return None if self.kind == "file" else Value(self.kind, self.name, texts[0])

    def from_json(self, value: Any) -> Value | None:
        """Take the value of the `json` form, in which `<DEFAULT>` keeps a password."""
        if self.kind == "password" and value == "<DEFAULT>":
            return self.default_value()
        if isinstance(value, bool):
            return self.parse([str(value).lower()])
        return self.parse([str(value)])
