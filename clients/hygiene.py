"""Text that clusters supply, made safe to show: no control characters, no hidden ones.

Logs, annotations and messages are written by whoever can deploy; escape sequences and invisible
characters in them could hide text from a person or steer a model.
"""

import re

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Zero-width, bidirectional overrides, variation-free joiners, byte-order mark, tag characters.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Return ``text`` with plain line ends and without anything a reader cannot see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return _INVISIBLE.sub("", _CONTROL.sub("", text))
