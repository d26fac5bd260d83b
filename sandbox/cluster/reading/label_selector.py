"""Label selectors with their full grammar (apimachinery `pkg/labels/selector.go`)."""

from dataclasses import dataclass

from sandbox.cluster.names import label_key_faults, label_value_faults
from sandbox.cluster.objects import JsonObject

SYMBOLS = ("==", "!=", "=", "!", "(", ")", ",", ">", "<")
WORDS = ("in", "notin")
OPERATORS = ("in", "notin", "=", "==", "!=", ">", "<")
OPERATOR_NAMES = "in, notin, =, ==, !=, gt, lt"
BLANKS = " \t\r\n"


class SelectorError(Exception):
    """The selector does not follow the grammar; the text is the server's."""


@dataclass(frozen=True)
class Requirement:
    """One condition; `operator` is in, notin, exists, !, > or <."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def matches(self, labels: dict[str, str]) -> bool:
        """Tell whether labels satisfy the condition; an absent key satisfies `notin`."""
        value = labels.get(self.key)
        if self.operator in ("notin", "!"):
            return value is None or (self.operator == "notin" and value not in self.values)
        if value is None:
            return False
        if self.operator in (">", "<"):
            return self._compares(value)
        return self.operator == "exists" or value in self.values

    def _compares(self, value: str) -> bool:
        (bound,) = self.values
        if not value.lstrip("-").isdigit():
            return False
        return int(value) > int(bound) if self.operator == ">" else int(value) < int(bound)


@dataclass(frozen=True)
class LabelSelector:
    """All of some requirements; none selects everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: dict[str, str]) -> bool:
        """Tell whether labels satisfy every requirement."""
        return all(each.matches(labels) for each in self.requirements)


def parse_label_selector(text: str) -> LabelSelector:
    """Parse the `labelSelector` parameter. Raises SelectorError with the server's words."""
    parser = _Parser(_lexemes(text))
    return LabelSelector(tuple(parser.requirements()))


def object_selector(selector: JsonObject | None) -> LabelSelector:
    """Read a `metav1.LabelSelector` (`matchLabels`, `matchExpressions`); empty selects all."""
    labels = ((selector or {}).get("matchLabels") or {}).items()
    wanted = [Requirement(key, "in", frozenset([value])) for key, value in labels]
    return LabelSelector(
        (*wanted, *map(_expression, (selector or {}).get("matchExpressions") or []))
    )


def _expression(expression: JsonObject) -> Requirement:
    operators = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
    values = frozenset(expression.get("values") or [])
    return Requirement(expression["key"], operators[expression["operator"]], values)


def _lexemes(text: str) -> list[str]:
    lexemes: list[str] = []
    position = 0
    while position < len(text):
        if text[position] in BLANKS:
            position += 1
            continue
        symbol = next((s for s in SYMBOLS if text.startswith(s, position)), None)
        end = position + len(symbol) if symbol else _end_of_word(text, position)
        lexemes.append(text[position:end])
        position = end
    return [*lexemes, ""]


def _end_of_word(text: str, start: int) -> int:
    stops = BLANKS + "".join(SYMBOLS)
    return next((i for i in range(start, len(text)) if text[i] in stops), len(text))


class _Parser:
    """Reads requirements from lexemes; the empty lexeme is the end of the text."""

    def __init__(self, lexemes: list[str]) -> None:
        self._lexemes = lexemes
        self._position = 0

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while self._peek():
            if not (self._is_identifier(self._peek()) or self._peek() == "!"):
                expected = "!, identifier, or 'end of string'"
                raise SelectorError(f"found '{self._peek()}', expected: {expected}")
            found.append(self._requirement_or_wrapped_error())
            self._end_of_requirement()
        return found

    def _end_of_requirement(self) -> None:
        lexeme = self._next()
        if lexeme not in ("", ","):
            raise SelectorError(f"found '{lexeme}', expected: ',' or 'end of string'")
        following = self._peek()
        if lexeme == "," and not (self._is_identifier(following) or following == "!"):
            raise SelectorError(f"found '{following}', expected: identifier after ','")

    def _requirement_or_wrapped_error(self) -> Requirement:
        try:
            return self._requirement()
        except SelectorError as fault:
            raise SelectorError(f"unable to parse requirement: {fault}") from fault

    def _requirement(self) -> Requirement:
        lexeme = self._next()
        negated = lexeme == "!"
        key = self._next() if negated else lexeme
        if not self._is_identifier(key):
            raise SelectorError(f"found '{key}', expected: identifier")
        if faults := label_key_faults(key):
            raise SelectorError(f'<nil>: Invalid value: "{key}": {"; ".join(faults)}')
        if negated or self._peek() in ("", ","):
            return Requirement(key, "!" if negated else "exists")
        return self._with_operator(key)

    def _with_operator(self, key: str) -> Requirement:
        operator = self._next()
        if operator not in OPERATORS:
            raise SelectorError(f"found '{operator}', expected: {OPERATOR_NAMES}")
        values = self._set() if operator in WORDS else {self._exact()}
        _check_values(key, operator, values)
        same = {"=": "in", "==": "in", "!=": "notin"}
        return Requirement(key, same.get(operator, operator), frozenset(values))

    def _exact(self) -> str:
        if self._peek() in ("", ","):
            return ""
        lexeme = self._next()
        if not self._is_identifier(lexeme):
            raise SelectorError(f"found '{lexeme}', expected: identifier")
        return lexeme

    def _set(self) -> set[str]:
        if (lexeme := self._next()) != "(":
            raise SelectorError(f"found '{lexeme}' expected: '('")
        if self._peek() == ")":
            self._next()
            return {""}
        if not (self._is_identifier(self._peek()) or self._peek() == ","):
            raise SelectorError(f"found '{self._peek()}', expected: ',', ')' or identifier")
        return self._members()

    def _members(self) -> set[str]:
        members = {self._member()}
        while (lexeme := self._next()) == ",":
            members.add(self._member())
        if lexeme != ")":
            raise SelectorError(f"found '{lexeme}', expected: ',' or ')'")
        return members

    def _member(self) -> str:
        if self._peek() in (",", ")"):  # an empty member, as in "(,a)"
            return ""
        lexeme = self._next()
        if not self._is_identifier(lexeme):
            raise SelectorError(f"found '{lexeme}', expected: ',', or identifier")
        return lexeme

    @staticmethod
    def _is_identifier(lexeme: str) -> bool:
        return bool(lexeme) and lexeme not in SYMBOLS

    def _peek(self) -> str:
        return self._lexemes[min(self._position, len(self._lexemes) - 1)]

    def _next(self) -> str:
        lexeme = self._peek()
        self._position += 1
        return lexeme


def _check_values(key: str, operator: str, values: set[str]) -> None:
    for value in sorted(values):
        if operator in (">", "<") and not value.lstrip("-").isdigit():
            why = "for 'Gt', 'Lt' operators, the value must be an integer"
            raise SelectorError(f'values[0]: Invalid value: "{value}": {why}')
        if faults := label_value_faults(value):
            where = f"values[0][{key}]"
            raise SelectorError(f'{where}: Invalid value: "{value}": {"; ".join(faults)}')
