"""What an expression comes to where some of its fields are missing in every record."""

from __future__ import annotations

from collections.abc import Collection

from keepwell.language.typed import Apply, Constant, FieldValue, Operation, Typed
from keepwell.language.values import COMPARED

_NEVER_MISSING = frozenset({
    Operation.HOLDS, Operation.AND, Operation.OR, Operation.NOT, Operation.IS_MISSING, Operation.IS_PRESENT, *COMPARED,
})  # fmt: skip


def is_missing(node: Typed, absent: Collection[str]) -> bool:
    """Whether the value is missing in every record that lacks the fields ``absent``."""
    if isinstance(node, FieldValue):
        return node.name in absent
    if not isinstance(node, Apply) or node.operation in _NEVER_MISSING:
        return False
    if node.operation is Operation.IF:
        return all(is_missing(side, absent) for side in node.arguments[1:])
    lacking = [is_missing(argument, absent) for argument in node.arguments]
    return all(lacking) if node.operation is Operation.COALESCE and lacking else any(lacking)


def truth(node: Typed, absent: Collection[str]) -> bool | None:
    """What a condition is in every record that lacks the fields ``absent``; None where it depends on others."""
    if isinstance(node, Constant):
        return node.value is True
    if not isinstance(node, Apply):
        return None
    match node.operation:
        case Operation.AND:
            return _joined(node, absent, decisive=False)
        case Operation.OR:
            return _joined(node, absent, decisive=True)
        case Operation.NOT:
            inner = truth(node.arguments[0], absent)
            return None if inner is None else not inner
        case Operation.IS_MISSING:
            return True if is_missing(node.arguments[0], absent) else None
        case Operation.ONE_OF:
            return False if is_missing(node.arguments[0], absent) else None
    # A comparison with something missing is false; so is a flag that is.
    sides = node.arguments if node.operation in _NEVER_MISSING else ()
    return False if any(is_missing(side, absent) for side in sides) else None


def _joined(node: Apply, absent: Collection[str], *, decisive: bool) -> bool | None:
    parts = [truth(part, absent) for part in node.arguments]
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive
