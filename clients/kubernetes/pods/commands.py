"""A command as a model writes it, as the argv a container gets: never through a shell."""

import shlex
from collections.abc import Sequence

import orjson

from clients.errors import InvalidError

_OF_A_SHELL = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1", "&>"})


def argv_of(text: str, argument: str = "command") -> list[str]:
    """Split as a POSIX shell splits words; a JSON array of strings is taken exactly."""
    listed = _listed(text, argument)
    argv = _split(text, argument) if listed is None else listed
    if not argv or not argv[0]:
        raise InvalidError(f'Argument "{argument}" names no program.')
    if any("\x00" in word for word in argv):
        raise InvalidError(
            f'Argument "{argument}" has a NUL character, which no argument can have.'
        )
    return argv


def _listed(text: str, argument: str) -> list[str] | None:
    """Read a JSON array; other text that begins with a bracket is the program ``[``."""
    if not text.lstrip().startswith("["):
        return None
    try:
        listed = orjson.loads(text)
    except ValueError:
        return None
    if not all(isinstance(word, str) for word in listed):
        raise InvalidError(f'Argument "{argument}": a JSON array of strings, nothing else in it.')
    return list(listed)


def _split(text: str, argument: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as unbalanced:
        raise InvalidError(
            f'Argument "{argument}" has a quotation mark or backslash without its counterpart.'
        ) from unbalanced


def shell_hint(argv: Sequence[str]) -> str:
    """Say that what only a shell understands is passed on as it is; empty without any."""
    marks = [word for word in argv if word in _OF_A_SHELL]
    if not marks:
        return ""
    return f"No shell reads {marks[0]}: for pipes and redirections use sh -c '…'."
