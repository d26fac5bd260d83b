"""kubectl's JSONPath templates taken apart: client-go's ``util/jsonpath/parser.go``.

What the braces hold is translated into RFC 9535, which is what the library evaluates. Accepted
beyond kubectl: line breaks inside quotes and braces, double-quoted keys, ``..*``.
"""

import json
import re
from dataclasses import dataclass, field

MAX_TEMPLATE_BYTES = 4096
_MAX_RANGE_DEPTH = 16

_FIELD = re.compile(r"(?:\\.|[^\s.,\[\]$@{}\\])*", re.DOTALL)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_IDENTIFIER = re.compile(r"[^\W][^\s.,\[\]$@{}]*")
_QUOTED = re.compile(r"""(["'])((?:\\.|(?!\1)[^\\])*)\1""", re.DOTALL)
_FILTER = re.compile(r"""\[\?\(((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^)"'])*)\)\]""", re.DOTALL)
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)
_SLICE = re.compile(r"(-?\d+)?(?::(-?\d+)?)?(?::(-?\d+)?)?")
_KEY = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_ESCAPE = re.compile(r"\\(?:x(..)|u(.{4})|U(.{8})|([0-7]{3})|(.))", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_OPERATORS = ("==", "!=", "<", "<=", ">", ">=")

Literal = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Text:
    """A literal, in quotes inside the braces, or a bare number or bool."""

    value: Literal


@dataclass(frozen=True, slots=True)
class Union:
    """Several expressions of which the results follow each other."""

    members: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """One ``{…}``: RFC 9535 segments (``['metadata']['name']``), unions and literals, in turn."""

    parts: tuple["str | Union | Text", ...]


@dataclass(frozen=True, slots=True)
class Range:
    """``{range …}…{end}``: the template between is printed for each result."""

    over: Expression
    body: list["Node"] = field(default_factory=list)


Node = Text | Expression | Range


def parse_template(template: str) -> list[Node]:
    """Take a whole template apart.

    Raises ValueError, one sentence, where kubectl refuses it, or where it is longer than 4 KiB.
    """
    _check_length(template)
    nodes: list[Node] = []
    open_blocks = [nodes]
    position = 0
    while (brace := template.find("{", position)) >= 0:
        open_blocks[-1] += [Text(template[position:brace])] if brace > position else []
        action = _Action(template, brace + 1)
        position = action.position
        _place(action, open_blocks)
    if len(open_blocks) > 1:
        raise ValueError("the jsonpath template has a {range} without {end}")
    return [*nodes, Text(template[position:])] if position < len(template) else nodes


def parse_path(path: str) -> Expression:
    """Read a single path; the leading point and the braces may be missing, as for ``--sort-by``."""
    _check_length(path)
    return Expression(tuple(_Action(relaxed(path), 1).parts))


def relaxed(path: str) -> str:
    """Complete a path to ``{.metadata.name}``, as kubectl's ``RelaxedJSONPathExpression``."""
    match = re.fullmatch(r"\{\.?([^{}]+)\}|\.?([^{}]+)", path, re.DOTALL)
    if match is None:
        raise ValueError(f"{path!r} is not a path such as .metadata.name or {{.metadata.name}}")
    return f"{{.{match[1] or match[2]}}}"


def _check_length(text: str) -> None:
    if len(text.encode()) > MAX_TEMPLATE_BYTES:
        raise ValueError(f"the jsonpath template is longer than {MAX_TEMPLATE_BYTES} bytes")


def _place(action: "_Action", open_blocks: list[list[Node]]) -> None:
    expression = Expression(tuple(action.parts))
    if action.keyword == "range":
        loop = Range(expression)
        open_blocks[-1].append(loop)
        open_blocks.append(loop.body)
    elif action.keyword == "end":
        open_blocks.pop()
    else:
        open_blocks[-1].append(expression)
    if not open_blocks:
        raise ValueError("the jsonpath template has an {end} without {range}")
    if len(open_blocks) > _MAX_RANGE_DEPTH:
        raise ValueError(f"the jsonpath template nests more than {_MAX_RANGE_DEPTH} ranges")


class _Action:
    """What stands between two braces, read from ``position`` on to behind the closing one."""

    def __init__(self, text: str, position: int = 0) -> None:
        self.parts: list[str | Union | Text] = []
        self.keyword = ""
        self.position = position
        self._text = text
        self._descends = False
        while not text.startswith("}", self.position):
            self._step()
        self.position += 1
        if self._descends:
            raise ValueError("a name is missing behind '..' in the jsonpath template")

    def _step(self) -> None:
        rest = self._text[self.position : self.position + 3]
        if not rest:
            raise ValueError("the jsonpath template has an unclosed '{'")
        if rest[0].isspace() or rest[0] in "@$":
            self.position += 1
        elif rest == "[?(":
            self._filter(self._take(_FILTER, "filter")[1])
        elif rest.startswith(".."):
            self._recurse()
        elif rest[0] == "[":
            self._array()
        elif rest[0] == ".":
            self.position += 1
            self._field()
        else:
            self._word(rest[0])

    def _word(self, first: str) -> None:
        if first in "\"'":
            self.parts.append(Text(_unquoted(self._take(_QUOTED, "text")[2])))
        elif first.isdigit() or first in "+-":
            number = self._take(_NUMBER, "number")[0]
            self.parts.append(Text(float(number) if "." in number else int(number)))
        elif first.isalpha() or first == "_":
            self._identifier(self._take(_IDENTIFIER, "word")[0])
        else:
            raise ValueError(f"{first!r} makes no sense inside the braces of a jsonpath template")

    def _identifier(self, word: str) -> None:
        if word in ("true", "false"):
            self.parts.append(Text(word == "true"))
        elif word in ("range", "end") and not self.parts:
            self.keyword = word
        else:
            raise ValueError(f"{word!r} is no jsonpath keyword; a field is written .{word}")

    def _recurse(self) -> None:
        if self._descends:
            raise ValueError("a name is missing behind '..' in the jsonpath template")
        self.position += 2
        self._descends = True
        if self._text[self.position : self.position + 1] not in ("[", ".", "}", ""):
            self._field()

    def _field(self) -> None:
        name = self._take(_FIELD, "field")[0]
        self._segment("[*]" if name == "*" else f"[{json.dumps(name.replace(chr(92), ''))}]")

    def _array(self) -> None:
        end = self._text.find("]", self.position)
        if end < 0:
            raise ValueError("the jsonpath template has an unclosed '['")
        content = self._text[self.position + 1 : end]
        self.position = end + 1
        if "," in content:
            self._union(content.split(","))
        elif (key := _KEY.fullmatch(content)) is not None:
            # kubectl reads 'metadata.name' in brackets as a path, too.
            self._append(_Action(f"{'..' if self._descends else '.'}{key[1] or key[2] or ''}}}"))
        else:
            self._segment(f"[{_index_or_slice(content)}]")

    def _union(self, members: list[str]) -> None:
        descent = ".." if self._descends else ""
        actions = [_Action(f"{descent}[{member.strip()}]}}") for member in members]
        self._descends = False
        self.parts.append(Union(tuple(Expression(tuple(action.parts)) for action in actions)))

    def _filter(self, condition: str) -> None:
        comparison = _COMPARISON.fullmatch(condition)
        if comparison is None:
            self._segment(f"[?{_operand(condition)}]")
            return
        left, operator, right = _operand(comparison[1]), comparison[2], _operand(comparison[3])
        if operator not in _OPERATORS:
            raise ValueError(f"{operator!r} is no comparison; use one of {' '.join(_OPERATORS)}")
        # kubectl drops an item that lacks what is compared, also for !=.
        present = [side for side in (left, right) if side.startswith("@[")]
        self._segment(f"[?{' && '.join([*present, f'{left} {operator} {right}'])}]")

    def _segment(self, segment: str) -> None:
        segment = f"..{segment}" if self._descends else segment
        self._descends = False
        if self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += segment
        else:
            self.parts.append(segment)

    def _append(self, other: "_Action") -> None:
        self._descends = False
        for part in other.parts:
            if isinstance(part, str):
                self._segment(part)
            else:
                self.parts.append(part)

    def _take(self, pattern: re.Pattern[str], what: str) -> re.Match[str]:
        match = pattern.match(self._text, self.position)
        if match is None:
            raise ValueError(f"the jsonpath template has an unfinished {what}")
        self.position = match.end()
        return match


def _operand(text: str) -> str:
    match _Action(f"{text}}}").parts:
        case []:
            return "@"
        case [str(segments)]:
            return f"@{segments}"
        case [Text(value)]:
            return json.dumps(value)
        case _:
            raise ValueError(f"{text.strip()!r} is too complex for a jsonpath filter")


def _index_or_slice(content: str) -> str:
    match = _SLICE.fullmatch(content)
    if content == "*":
        return "*"
    if match is None:
        raise ValueError(f"[{content}] is no index, slice or key of a jsonpath template")
    if match[3] and int(match[3]) <= 0:
        raise ValueError(f"the step of the slice [{content}] must be greater than 0")
    return content or "0"


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    *codes, octal, letter = escape.groups()
    if letter is not None and letter not in "xuU01234567":
        return _ESCAPED.get(letter, letter)
    try:
        return chr(int(octal, 8) if octal else int(next(filter(None, codes), ""), 16))
    except (ValueError, OverflowError):
        raise ValueError(f"{escape[0]!r} is no character") from None
