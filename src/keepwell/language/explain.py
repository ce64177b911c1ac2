"""Why a condition holds for one record, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.core.clock import AsOf
from keepwell.language.check import Checked
from keepwell.language.evaluate import compiled
from keepwell.language.show import show
from keepwell.language.typed import Apply, Operation, Typed, names_in
from keepwell.language.types import Type, Value

_JOINTS = (Operation.AND, Operation.OR, Operation.NOT)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A condition, whether it held, and either its parts or the values of the fields it looked at.

    ``joint`` is AND, OR or NOT of the ``parts``; a leaf has none, and ``fields`` instead.
    """

    text: str
    held: bool
    joint: Operation | None
    parts: tuple[Explanation, ...]
    fields: Mapping[str, Value]

    def decisive(self) -> tuple[Explanation, ...]:
        """The leaves that decided: each that made an ``and`` fail, else all of it; so too with ``or``."""
        if self.joint is None:
            return (self,)
        turned = self.joint is Operation.NOT
        decided = [part.decisive() for part in self.parts if turned or part.held == self.held]
        return tuple(leaf for leaves in decided for leaf in leaves)


def explain(checked: Checked, values: Mapping[str, Value], as_of: AsOf) -> Explanation:
    """The tree of a condition for one record, at ``as_of``. A ``ValueError`` for anything but a flag."""
    if checked.type is not Type.FLAG:
        raise ValueError(f"{checked} is {checked.type}; only a condition holds or not")
    return _explained(checked.node, values, as_of)


def _explained(node: Typed, values: Mapping[str, Value], as_of: AsOf) -> Explanation:
    text, held = show(node.source), compiled(node)(values, as_of) is True
    if isinstance(node, Apply) and node.operation in _JOINTS:
        parts = tuple(_explained(part, values, as_of) for part in node.arguments)
        return Explanation(text, held, node.operation, parts, {})
    return Explanation(text, held, None, (), {name: values.get(name) for name in sorted(names_in(node))})
