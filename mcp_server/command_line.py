"""The command line: a few flags over the settings, each refused with the nearest name."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from clients.suggestions import did_you_mean
from mcp_server.app import metadata_version
from mcp_server.running import run
from mcp_server.settings import (
    Settings,
    all_variables,
    printed,
    unknown_variables,
    variables,
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Add the nearest flag to argparse's sentence."""
        flags = [flag for action in self._actions for flag in action.option_strings]
        wrong = message.rpartition("unrecognized arguments: ")[2].split(" ")[0].split("=")[0]
        self.exit(2, f"{self.prog}: {message}.{did_you_mean(wrong, flags)}\n")


def parser() -> argparse.ArgumentParser:
    """Describe the flags; each is the setting of the same name."""
    flags = _Parser(
        prog="skyflo-mcp", description="MCP server for platform operations.", allow_abbrev=False
    )
    flags.add_argument("--version", action="version", version=f"skyflo-mcp {metadata_version()}")
    for name, extra in _FLAGS.items():
        field = Settings.model_fields[name]
        flags.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            default=argparse.SUPPRESS,
            help=f"{field.description} ({', '.join(variables(name))})",
            **extra,  # type: ignore[arg-type]  # argparse takes what it documents
        )
    flags.add_argument(
        "--print-settings", action="store_true", help="Print every setting and its origin, and end."
    )
    return flags


_SWITCH: dict[str, object] = {"action": "store_true"}
_FLAGS: dict[str, dict[str, object]] = {
    "host": {},
    "port": {"type": int},
    "transport": {"choices": ["http", "stdio"]},
    "sandbox": _SWITCH,
    "sandbox_kubeconfig": {"metavar": "FILE"},
    "kubeconfig": {"metavar": "FILE"},
    "context": {},
    "read_only": _SWITCH,
    "toolsets": {"metavar": "NAMES"},
    "log_level": {},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read flags and environment, run the server, return the exit status."""
    given = vars(parser().parse_args(arguments))
    only_print = given.pop("print_settings")
    if unknown := unknown_variables(os.environ):
        return _refuse(f"Unknown variable {unknown[0]}.{did_you_mean(unknown[0], all_variables())}")
    try:
        settings = Settings(**given)
    except ValidationError as invalid:
        return _refuse(" ".join(map(_explained, invalid.errors(include_url=False))))
    if only_print:
        sys.stdout.write(printed(settings, given, os.environ))
        return 0
    return run(settings)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"skyflo-mcp: {sentence}\n")
    return 2


def _explained(error: ErrorDetails) -> str:
    """Name the setting as an operator writes it; the value may be secret."""
    name = str(error["loc"][0])
    name = variables(name)[0] if name in Settings.model_fields else name
    message = error["msg"].removeprefix("Value error, ")
    return f"{name}: {message}."
