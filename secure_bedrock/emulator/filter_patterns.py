"""Filter patterns of Amazon CloudWatch Logs, evaluated as its User Guide says.

Patterns over JSON and patterns over text. Patterns over columns, and what the guide does not have,
are refused. What the guide leaves open is decided so that fewer events match: a comparison with a
field that is not there is false, ``!=`` included. Source: CloudWatch Logs User Guide, "Filter
pattern syntax for metric filters, subscription filters, filter log events, and Live Tail".
"""

import json
import re
from collections.abc import Callable
from typing import Any

LONGEST = 1_024

Condition = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<selector>\$(?:\.[\w-]+|\[\d+\])+)
    | (?P<operator>\|\||&&|!=|<=|>=|[=<>()])
    | "(?P<quoted>(?:[^"\\]|\\.)*)"
    | %(?P<regex>[^%]*)%
    | (?P<word>[\w.*:/@+-]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")
_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|([\w]+))')
_ABSENT = object()


class InvalidPatternError(ValueError):
    """CloudWatch Logs would not take the pattern."""


def matches(pattern: str, message: str) -> bool:
    """Whether a metric filter with the pattern would count the log event.

    Raises:
        InvalidPatternError: It is no pattern, or one that is not evaluated here.
    """
    if len(pattern) > LONGEST:
        raise InvalidPatternError(f"{len(pattern)} characters, at most {LONGEST}")
    text = pattern.strip()
    if text.startswith("["):
        raise InvalidPatternError("patterns over columns are not evaluated")
    if text.startswith("{"):
        condition = _Json(text).condition()
        try:
            return condition(json.loads(message))
        except json.JSONDecodeError:
            return False
    return _terms(text)(message)


def _terms(text: str) -> Callable[[str], bool]:
    found: dict[str, list[Callable[[str], bool]]] = {"": [], "?": [], "-": []}
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise InvalidPatternError(f"no term at {text[position:]!r}")
        mark, quoted, regex, word = match.groups()
        found[mark].append(_term(quoted, regex, word))
        position = match.end()
    if found["?"] and (found[""] or found["-"]):
        raise InvalidPatternError("optional terms beside others are ignored by CloudWatch Logs")
    return lambda message: (
        all(term(message) for term in found[""])
        and not any(term(message) for term in found["-"])
        and (not found["?"] or any(term(message) for term in found["?"]))
    )


def _term(quoted: str | None, regex: str | None, word: str | None) -> Callable[[str], bool]:
    if regex is not None:
        compiled = re.compile(regex)
        return lambda message: compiled.search(message) is not None
    wanted = _unescaped(quoted) if quoted is not None else str(word)
    return lambda message: wanted in message


class _Json:
    """One pattern over JSON, read from left to right; ``&&`` binds stronger than ``||``."""

    def __init__(self, text: str) -> None:
        if not text.endswith("}"):
            raise InvalidPatternError(f"no closing brace: {text}")
        self._text = text[1:-1].rstrip()
        self._position = 0
        self._kind, self._value = "", ""
        self._advance()

    def condition(self) -> Condition:
        """The whole pattern."""
        condition = self._any()
        if self._kind:
            raise InvalidPatternError(f"{self._value!r} is too much")
        return condition

    def _advance(self) -> None:
        if self._position >= len(self._text):
            self._kind, self._value = "", ""
            return
        match = _TOKEN.match(self._text, self._position)
        if match is None:
            raise InvalidPatternError(f"not understood: {self._text[self._position :]!r}")
        self._position = match.end()
        self._kind = str(match.lastgroup)
        self._value = match[self._kind]

    def _take(self, kind: str, *values: str) -> str:
        if self._kind != kind or (values and self._value not in values):
            raise InvalidPatternError(f"{self._value!r} where {values or kind} belongs")
        value = self._value
        self._advance()
        return value

    def _any(self) -> Condition:
        choices = [self._all()]
        while (self._kind, self._value) == ("operator", "||"):
            self._advance()
            choices.append(self._all())
        return lambda event: any(each(event) for each in choices)

    def _all(self) -> Condition:
        parts = [self._one()]
        while (self._kind, self._value) == ("operator", "&&"):
            self._advance()
            parts.append(self._one())
        return lambda event: all(each(event) for each in parts)

    def _one(self) -> Condition:
        if (self._kind, self._value) == ("operator", "("):
            self._advance()
            inner = self._any()
            self._take("operator", ")")
            return inner
        selector = self._take("selector")
        if self._kind == "word":
            return _state(selector, self._take("word", "IS", "NOT"), self._take("word"))
        operator = self._take("operator", "=", "!=", "<", ">", "<=", ">=")
        kind = self._kind
        if kind not in {"quoted", "regex", "word"}:
            raise InvalidPatternError(f"{self._value!r} is no value")
        return _comparison(selector, operator, kind, self._take(kind))


def _state(selector: str, first: str, second: str) -> Condition:
    states: dict[tuple[str, str], Condition] = {
        ("IS", "NULL"): lambda value: value is None,
        ("IS", "TRUE"): lambda value: value is True,
        ("IS", "FALSE"): lambda value: value is False,
        ("NOT", "EXISTS"): lambda value: value is _ABSENT,
    }
    if (first, second) not in states:
        raise InvalidPatternError(f"{first} {second} is no state")
    state = states[first, second]
    return lambda event: state(_select(event, selector))


def _comparison(selector: str, operator: str, kind: str, wanted: str) -> Condition:
    if operator in {"=", "!="}:
        same = _equality(kind, wanted)

        def equal(event: Any) -> bool:  # noqa: ANN401 - any JSON
            value = _select(event, selector)
            known = isinstance(value, str | int | float) and not isinstance(value, bool)
            return known and same(value) == (operator == "=")

        return equal
    if kind != "word":
        raise InvalidPatternError(f"{operator} compares numbers, not {wanted!r}")
    number = float(wanted)

    def compared(event: Any) -> bool:  # noqa: ANN401 - any JSON
        value = _select(event, selector)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        below, same = value < number, value == number
        return {"<": below, "<=": below or same, ">": not (below or same), ">=": not below}[
            operator
        ]

    return compared


def _equality(kind: str, wanted: str) -> Callable[[str | float], bool]:
    if kind == "regex":
        compiled = re.compile(wanted)
        return lambda value: isinstance(value, str) and compiled.search(value) is not None
    text = _unescaped(wanted) if kind == "quoted" else wanted
    shape = re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
    if kind == "word" and re.fullmatch(r"-?\d+(\.\d+)?", wanted):
        return lambda value: not isinstance(value, str) and value == float(wanted)
    return lambda value: shape.fullmatch(str(value)) is not None


def _select(event: Any, selector: str) -> Any:  # noqa: ANN401 - any JSON
    value = event
    for name, index in _STEP.findall(selector):
        if name and isinstance(value, dict) and name in value:
            value = value[name]
        elif index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        else:
            return _ABSENT
    return value


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
