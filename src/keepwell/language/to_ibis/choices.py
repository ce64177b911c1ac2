"""Values chosen among others, over columns."""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from keepwell.language.to_ibis.translation import Translation, joined
from keepwell.language.typed import Operation, Typed


def coalesced(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """The first value that is there."""
    return ibis.coalesce(*(to.value(argument) for argument in arguments))


def chosen(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """One of two values by a condition, which is never null."""
    holds, then, otherwise = (to.value(argument) for argument in arguments)
    return holds.ifelse(then, otherwise)


def extreme(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """Engines skip what is missing; here it makes the whole missing."""
    pick = ibis.least if operation is Operation.LEAST else ibis.greatest

    def picked(one: ibis.Value, other: ibis.Value) -> ibis.Value:
        return (one.notnull() & other.notnull()).ifelse(pick(one, other), ibis.null(one.type()))

    def both(left: ibis.Value, right: ibis.Value) -> ibis.Value:
        return to.once(left, lambda one: to.once(right, lambda other: picked(one, other)))

    return joined([to.value(argument) for argument in arguments], both)
