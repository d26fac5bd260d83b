"""Commands in a text without what they give away: ``--api-key x``, ``curl -u user:password``."""

import re

from clients.masking.names import names_a_secret

HINTS = ("curl", "sshpass", "mysql", "mariadb", "redis-cli")
_FLAG = re.compile(
    r"(?<![\w-])--([A-Za-z][\w.-]*+)[ \t]+(?![-<|&;])(\"[^\"\n]+\"|'[^'\n]+'|[^\s\"',;&|)]+)"
)
# What help says of a flag: `--token string`, `use --password to log in`.
_PROSE = frozenset(
    (
        *("string", "flag", "option", "argument", "parameter", "value", "file", "is", "are", "was"),
        *("has", "must", "may", "can", "cannot", "should", "will", "not", "to", "or", "and", "for"),
        *("from", "in", "instead", "of", "with", "when", "if", "as"),
    )
)
# What has a meaning of its own for one program, up to the next command of the line.
_WITHIN = r"\b[^\n|;&]{0,400}?[ \t]"
_OF_PROGRAMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(\bcurl{_WITHIN}(?:-u|--user|--proxy-user|-U)[ \t=]?[\"']?[^\s:\"'<-][^\s:\"']*:)"
        r"[^\s\"'<][^\s\"']*",
        r"(\bsshpass[ \t]+-p[ \t]?)[^\s<]\S*",
        rf"(\b(?:mysql|mariadb)[\w-]*{_WITHIN}-p)[^\s<]\S*",
        rf"(\bredis-cli{_WITHIN}-a[ \t]+)[^\s<]\S*",
    )
)


def mask_commands(text: str) -> str:
    """Mask the values of flags, and what single programs take as a password."""
    if " --" in text or text.startswith("--"):
        text = _FLAG.sub(_without_value, text)
    if any(hint in text for hint in HINTS):
        for pattern in _OF_PROGRAMS:
            text = pattern.sub(r"\1<redacted>", text)
    return text


def _without_value(flag: re.Match[str]) -> str:
    secret = names_a_secret(flag[1]) and flag[2] not in _PROSE
    return f"{flag[0][: flag.start(2) - flag.start()]}<redacted>" if secret else flag[0]
