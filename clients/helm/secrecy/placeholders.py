"""Words that stand for a release's secrets while a chart is rendered only to be looked at.

A word such as ``redacted-16-bytes-3fa9c1`` tells what ``<redacted 16 bytes, fingerprint 3fa9c1>``
tells, and is valid where a password is: in a URL, a label, a value without quotes. So templates go
on with it, whatever they make of it, and nothing that they make of it tells the secret.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from clients.helm.secrecy.known import KnownSecrets
from clients.helm.secrecy.values import masked_values
from clients.masking import Masking, mask_free_text, secrets_told_by

JsonObject = dict[str, Any]
_WORD = re.compile(r"redacted-(\d+)-bytes-([0-9a-f]{6})")
_MARK = re.compile(r"<redacted (\d+) bytes, fingerprint ([0-9a-f]{6})>")
_PARTS = ("data", "stringData")


class Placeholders:
    """The words that were handed out, and the values behind them."""

    def __init__(self, masking: Masking) -> None:
        self._masking = masking
        self._values: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def hidden(self, values: Any, known: KnownSecrets) -> Any:
        """Return a copy of values with words for all that a reading tool would mask."""
        for text in _texts(values):
            for part in secrets_told_by(text):
                known.learn(part, named=True)
        marks = {self._masking.masked(each.encode()): each for each in known.all()}
        return self._hidden(values, masked_values(values, known), known, marks)

    def shown(self, text: str) -> str:
        """Return a text with the marks that reading tools show for the words in it."""
        for word, value in self._values.items():
            if (coded := _coded(word)) in text:
                text = text.replace(coded, self._masking.masked(_coded(value).encode()))
        return _WORD.sub(r"<redacted \1 bytes, fingerprint \2>", text)

    def within(self, text: str) -> bool:
        """Whether one of the words stands in a text."""
        return any(word in text or _coded(word) in text for word in self._values)

    def real(self, text: str) -> str:
        """Return a text with the values behind the words: for what is masked whole, or compared."""
        for word, value in self._values.items():
            text = text.replace(word, value).replace(_coded(word), _coded(value))
        return text

    def in_secret(self, obj: JsonObject) -> JsonObject:
        """Return a Secret with the values that it would have, for it is never shown but masked."""
        if not self._values or (obj.get("apiVersion"), obj.get("kind")) != ("v1", "Secret"):
            return obj
        filled = {part: obj[part] for part in _PARTS if isinstance(obj.get(part), dict)}
        return {**obj, **{part: self._filled(part, held) for part, held in filled.items()}}

    def _filled(self, part: str, held: JsonObject) -> JsonObject:
        fill = self._recoded if part == "data" else self.real
        return {
            key: fill(value) if isinstance(value, str) else value for key, value in held.items()
        }

    def _recoded(self, value: str) -> str:
        try:
            plain = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            return value
        return _coded(self.real(plain))

    def _hidden(
        self, value: Any, masked: Any, known: KnownSecrets, marks: Mapping[str, str]
    ) -> Any:
        """Exchange marks for words; of a mark without a fingerprint the whole becomes one."""
        if isinstance(value, dict):
            return {
                key: self._hidden(each, masked[key], known, marks) for key, each in value.items()
            }
        if isinstance(value, list):
            pairs = zip(value, masked, strict=True)
            return [self._hidden(each, mask, known, marks) for each, mask in pairs]
        if value == masked or not isinstance(masked, str):
            return value
        text = value if isinstance(value, str) else str(value)
        whole = self._masking.masked(text.encode())
        told = masked
        if "<redacted" in _MARK.sub("", masked):
            told = known.masked(text)
            told = told if mask_free_text(told) == told else whole
        return _MARK.sub(lambda mark: self._word(mark, {**marks, whole: text}), told)

    def _word(self, mark: "re.Match[str]", marks: Mapping[str, str]) -> str:
        word = f"redacted-{mark[1]}-bytes-{mark[2]}"
        if mark[0] in marks:
            self._values[word] = marks[mark[0]]
        return word


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _texts(values: Any) -> list[str]:
    found: list[str] = []
    waiting = [values]
    while waiting:
        match waiting.pop():
            case str() as text:
                found.append(text)
            case dict() as several:
                waiting += several.values()
            case list() as several:
                waiting += several
    return found
