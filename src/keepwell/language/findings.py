"""What a check knows and what it found wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from keepwell.core.errors import Problem
from keepwell.language.nodes import Node, Span
from keepwell.language.show import show
from keepwell.language.tokens import shorten
from keepwell.language.typed import Typed
from keepwell.language.types import Record

MAX_LISTED = 8
"""How many names or values an error lists."""


@dataclass(slots=True)
class Findings:
    """The record an expression is checked against, and the problems so far."""

    record: Record
    problems: list[Problem] = field(default_factory=list)

    def complain(self, node: Node, what: str, hint: str | None = None) -> None:
        """Add a problem at the place of a node."""
        span = node.span or Span(1, 1)
        self.problems.append(Problem(what, line=span.line, column=span.column, hint=hint))


def shown(node: Node) -> str:
    """The text of a node, in an error's length."""
    return shorten(show(node))


def described(node: Typed) -> str:
    """What something is: `spend_365d` is money."""
    return f"`{shown(node.source)}` is {node.type}"
