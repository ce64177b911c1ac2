"""A tree into its canonical text: ``parse(show(node)) == node``, with no parenthesis that is not needed."""

from __future__ import annotations

from collections.abc import Iterable

from keepwell.language.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Flag,
    Membership,
    Missing,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Text,
)
from keepwell.language.parse import AND, COMPARE, NOT, OR, PRODUCT, SUM, TIGHTEST
from keepwell.language.tokens import BARE_NAME, KEYWORDS


def show(node: Node) -> str:
    """The canonical text of an expression."""
    return _shown(node, 0)


def _shown(node: Node, power: int) -> str:
    """The text of a node; in parentheses where its operator binds no tighter than ``power``."""
    binds, text = _text(node)
    return text if binds > power else f"({text})"


def _text(node: Node) -> tuple[int, str]:
    match node:
        case Number(text):
            return TIGHTEST + 1, text
        case Text(value):
            return TIGHTEST + 1, _quoted(value, "'")
        case Flag(value):
            return TIGHTEST + 1, "true" if value else "false"
        case Name(name):
            is_bare = BARE_NAME.fullmatch(name) and name not in KEYWORDS
            return TIGHTEST + 1, name if is_bare else _quoted(name, '"')
        case Call(function, arguments):
            return TIGHTEST + 1, f"{function}({_listed(arguments)})"
        case Negate(operand):
            # -(5) is the negation of a number, -5 is a number; a second minus beside the first reads badly.
            inner = f"({show(operand)})" if isinstance(operand, Number) else _shown(operand, TIGHTEST)
            return TIGHTEST, f"-{inner}"
        case Arithmetic(operator, left, right):
            binds = SUM if operator in "+-" else PRODUCT
            return binds, f"{_shown(left, binds - 1)} {operator} {_shown(right, binds)}"
        case And(parts):
            return AND, " and ".join(_shown(part, AND) for part in parts)
        case Or(parts):
            return OR, " or ".join(_shown(part, OR) for part in parts)
        case Not(operand):
            return NOT, f"not {_shown(operand, NOT - 1)}"
        case _:
            return COMPARE, _comparison(node)


def _comparison(node: Comparison | Membership | Between | Missing) -> str:
    match node:
        case Comparison(operator, left, right):
            return f"{_shown(left, COMPARE)} {operator} {_shown(right, COMPARE)}"
        case Membership(operand, options, negated):
            return f"{_shown(operand, COMPARE)} {'not in' if negated else 'in'} ({_listed(options)})"
        case Between(operand, low, high):
            ends = f"{_shown(low, COMPARE)} and {_shown(high, COMPARE)}"
            return f"{_shown(operand, COMPARE)} between {ends}"
        case Missing(operand, negated):
            return f"{_shown(operand, COMPARE)} is {'not missing' if negated else 'missing'}"


def _listed(nodes: Iterable[Node]) -> str:
    return ", ".join(show(node) for node in nodes)


def _quoted(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote
