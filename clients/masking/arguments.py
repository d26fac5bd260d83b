"""A command line's words without what they give away: ``--token=x``, ``--token`` ``x``."""

import re
from typing import Any

from clients.masking.names import names_a_secret
from clients.masking.texts import mask_free_text

_FLAG = re.compile(r"--?([A-Za-z][\w.-]*)")
_USER = re.compile(r"([^:]+:).+")
_PROGRAM = re.compile(r"(?:.*/)?(curl|sshpass|mysql|mariadb|redis-cli)[\w-]*")
# Flags whose next word is a password for this program, with or without a user before it.
_TELLING = {
    "curl": ("-u", "--user", "-U", "--proxy-user"),
    "sshpass": ("-p",),
    "redis-cli": ("-a",),
}


def mask_arguments(words: list[Any]) -> None:
    """Mask, in place, the texts among the words; what else is among them is left alone."""
    program, before = "", ""
    for position, word in enumerate(words):
        if not isinstance(word, str):
            before = ""
            continue
        words[position] = _masked(word, before, program)
        before = word
        if found := _PROGRAM.fullmatch(word):
            program = found[1]


def _masked(word: str, before: str, program: str) -> str:
    if word and before in _TELLING.get(program, ()):
        return _USER.sub(r"\1<redacted>", word) if program == "curl" else "<redacted>"
    if program in ("mysql", "mariadb") and word.startswith("-p") and len(word) > 2:
        return "-p<redacted>"
    flag = _FLAG.fullmatch(before)
    told = flag and names_a_secret(flag[1]) and word and not word.startswith("--")
    return "<redacted>" if told else mask_free_text(word)
