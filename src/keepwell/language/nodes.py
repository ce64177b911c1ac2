"""An expression as written: a tree of frozen nodes. Where a node stood is no part of its equality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node begins in its text; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spanned:
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(_Spanned):
    """A number as written, without needless zeros: ``5``, ``-2.50`` and ``15%`` are three different texts."""

    text: str

    @property
    def is_percentage(self) -> bool:
        """Whether it is written with ``%``."""
        return self.text.endswith("%")

    @property
    def is_whole(self) -> bool:
        """Whether it has neither decimals nor ``%``."""
        return not self.is_percentage and "." not in self.text

    @property
    def value(self) -> Decimal:
        """Its exact value: 0.15 for ``15%``."""
        return Decimal(f"{self.text[:-1]}e-2" if self.is_percentage else self.text)


@dataclass(frozen=True, slots=True)
class Text(_Spanned):
    """A text in single quotes, in NFC."""

    value: str


@dataclass(frozen=True, slots=True)
class Flag(_Spanned):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name(_Spanned):
    """A field; ``quoted`` remembers that it stood in double quotes."""

    name: str
    quoted: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call(_Spanned):
    """A function and its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negate(_Spanned):
    """Unary minus before anything but a number."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(_Spanned):
    """``+ - * /`` between two values."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(_Spanned):
    """``= != < <= > >=``, ``contains`` or ``starts with``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Membership(_Spanned):
    """``in (…)`` or ``not in (…)``."""

    operand: Node
    options: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between(_Spanned):
    """``between low and high``, both ends included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Missing(_Spanned):
    """``is missing`` or ``is not missing``."""

    operand: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not(_Spanned):
    """``not`` a condition."""

    operand: Node


@dataclass(frozen=True, slots=True)
class And(_Spanned):
    """All of two or more conditions; an ``and`` within an ``and`` is the same ``and``."""

    parts: tuple[Node, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(_flattened(self.parts, And)))


@dataclass(frozen=True, slots=True)
class Or(_Spanned):
    """Any of two or more conditions; an ``or`` within an ``or`` is the same ``or``."""

    parts: tuple[Node, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(_flattened(self.parts, Or)))


Node = (
    Number | Text | Flag | Name | Call | Negate | Arithmetic
    | Comparison | Membership | Between | Missing | Not | And | Or
)  # fmt: skip


def _flattened(parts: tuple[Node, ...], kind: type[And | Or]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, from left to right."""
    match node:
        case Number() | Text() | Flag() | Name():
            return ()
        case Call(arguments=arguments):
            return arguments
        case Negate(operand) | Missing(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Membership(operand, options):
            return (operand, *options)
        case Between(operand, low, high):
            return (operand, low, high)
        case And(parts) | Or(parts):
            return parts


def field_names(node: Node) -> frozenset[str]:
    """The fields an expression names, known before their types are."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Name):
            found.add(current.name)
        waiting.extend(children(current))
    return frozenset(found)
