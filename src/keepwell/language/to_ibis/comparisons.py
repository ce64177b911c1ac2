"""Comparisons over columns. A missing value makes them false."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from math import inf, nextafter
from operator import and_, ge, gt, le, lt, or_

import ibis
import ibis.expr.operations as ops

from keepwell.language.days import Ends, compared_ends, instants
from keepwell.language.to_ibis.translation import FALSE, Translation, is_constant, joined, literal
from keepwell.language.typed import Apply, Operation, Typed
from keepwell.language.types import MAX_NUMBER, Type, Value


def _equal(one: ibis.Value, other: ibis.Value) -> ibis.Value:
    """Null beside a null: Ibis's own ``==`` and ``!=`` ask there whether the other is there."""
    return ops.Equals(one, other).to_expr()


def _unequal(one: ibis.Value, other: ibis.Value) -> ibis.Value:
    return ops.NotEquals(one, other).to_expr()


COMPARED: Mapping[Operation, Callable[[ibis.Value, ibis.Value], ibis.Value]] = {
    Operation.EQUAL: _equal,
    Operation.UNEQUAL: _unequal,
    Operation.LESS: lt,
    Operation.AT_MOST: le,
    Operation.GREATER: gt,
    Operation.AT_LEAST: ge,
}
_TURNED = {
    Operation.EQUAL: Operation.EQUAL,
    Operation.UNEQUAL: Operation.UNEQUAL,
    Operation.LESS: Operation.GREATER,
    Operation.AT_MOST: Operation.AT_LEAST,
    Operation.GREATER: Operation.LESS,
    Operation.AT_LEAST: Operation.AT_MOST,
}
"""The same comparison with its sides exchanged."""


def _ordinal(value: Value) -> int:
    assert isinstance(value, date)
    return value.toordinal()


def compared(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """Two values of one type, one of them often a constant."""
    left, right = arguments
    if is_constant(left):
        left, right, operation = right, left, _TURNED[operation]
    if is_constant(right):
        return _beside_constant(to, left, to.constant(right), operation)
    one, other = to.operand(left), to.operand(right)
    return to.certain(COMPARED[operation](one, other), (left, one), (right, other))


def _beside_constant(to: Translation, node: Typed, constant: Value, operation: Operation) -> ibis.Value:
    if constant is None:
        return FALSE
    if isinstance(constant, float) and operation is not Operation.UNEQUAL:
        return _number_between(to, node, *_number_bounds(constant, operation))
    if isinstance(constant, int | date):
        days = _days_meant(to, node, constant, constant, operation)
        if days is not None:
            return days
    value = to.operand(node)
    return to.certain(COMPARED[operation](value, literal(constant, node.type)), (node, value))


def _number_bounds(constant: float, operation: Operation) -> tuple[float, float]:
    """The finite numbers for which the comparison holds: bounds leave out NaN and infinity by themselves."""
    low = nextafter(constant, inf) if operation is Operation.GREATER else constant
    high = nextafter(constant, -inf) if operation is Operation.LESS else constant
    if operation in (Operation.GREATER, Operation.AT_LEAST):
        high = MAX_NUMBER
    if operation in (Operation.LESS, Operation.AT_MOST):
        low = -MAX_NUMBER
    return low, high


def _number_between(to: Translation, node: Typed, low: float, high: float) -> ibis.Value:
    if low > high:
        return FALSE
    value = to.raw(node)
    ends = (literal(end, Type.NUMBER) for end in (low, high))
    return to.certain(value.between(*ends), (node, value))


def between(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """A value between two, both included."""
    node, *ends = arguments
    if all(is_constant(end) for end in ends):
        low, high = (to.constant(end) for end in ends)
        if isinstance(low, float) and isinstance(high, float):
            return _number_between(to, node, low, high)
        if isinstance(low, int | date) and isinstance(high, int | date):
            days = _days_meant(to, node, low, high, Operation.BETWEEN)
            if days is not None:
                return days
    values = [to.value(argument) for argument in arguments]
    return to.certain(values[0].between(*values[1:]), *zip(arguments, values, strict=True))


def _days_meant(
    to: Translation, node: Typed, low: int | date, high: int | date, operation: Operation
) -> ibis.Value | None:
    """A comparison of a moment's local day, or of the days since or until it, as one of the moment itself."""
    lowest, highest = (end.toordinal() if isinstance(end, date) else end for end in (low, high))
    found = _moment_within(to, node, compared_ends(operation, lowest, highest))
    span = found and instants(found[1], to.as_of.zone.key)
    if not found or not span:
        return None
    start, end = (None if end is None else literal(end, Type.MOMENT) for end in span)

    def inside(moment: ibis.Value) -> ibis.Value:
        tests = [] if start is None else [moment >= start]
        tests += [] if end is None else [moment < end]
        outcome = reduce(and_, tests)
        return to.certain(~outcome if operation is Operation.UNEQUAL else outcome, (found[0], moment))

    return to.once(to.value(found[0]), inside)


def _moment_within(to: Translation, node: Typed, ends: Ends) -> tuple[Typed, Ends] | None:
    """The moment whose local day ``node`` is about, and the days (ordinals) it is to lie in."""
    first, last = ends
    match node:
        case Apply(Operation.DAY_OF, (moment,)):
            return moment, ends
        case Apply(Operation.DAYS_BETWEEN, (Apply(Operation.DAY_OF, (moment,)), later)) if is_constant(later):
            base = _ordinal(to.constant(later))
            return moment, (None if last is None else base - last, None if first is None else base - first)
        case Apply(Operation.DAYS_BETWEEN, (since, Apply(Operation.DAY_OF, (moment,)))) if is_constant(since):
            base = _ordinal(to.constant(since))
            return moment, (None if first is None else base + first, None if last is None else base + last)
    return None


def one_of(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """A value among others, or unlike each of them."""
    node, *options = arguments
    among = operation is Operation.ONE_OF
    if not all(is_constant(option) for option in options):
        return _beside_each(to, node, options, among=among)
    constants = [to.constant(option) for option in options]
    if not among and None in constants:
        return FALSE
    value = to.operand(node)
    listed = [literal(constant, node.type) for constant in constants if constant is not None]
    if not listed:
        return FALSE
    return to.certain(value.isin(listed) if among else value.notin(listed), (node, value))


def _beside_each(to: Translation, node: Typed, options: Sequence[Typed], *, among: bool) -> ibis.Value:
    others = [(option, to.operand(option)) for option in options]
    compare, join = (_equal, or_) if among else (_unequal, and_)

    def outcome(value: ibis.Value) -> ibis.Value:
        return joined([to.certain(compare(value, side[1]), (node, value), side) for side in others], join)

    return to.once(to.operand(node), outcome)


def text_within(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """``contains`` and ``starts with``, by code points."""
    text, part = (to.value(argument) for argument in arguments)
    outcome = text.contains(part) if operation is Operation.CONTAINS else text.startswith(part)
    return to.certain(outcome, *zip(arguments, (text, part), strict=True))


def presence(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """Whether a value is there."""
    [node] = arguments
    if node.type is Type.NUMBER:
        present = _number_between(to, node, -MAX_NUMBER, MAX_NUMBER)
        return present if operation is Operation.IS_PRESENT else ~present
    value = to.operand(node)
    return value.notnull() if operation is Operation.IS_PRESENT else value.isnull()


def holds(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """A flag as a condition: false where it is missing."""
    flag = to.value(arguments[0])
    return to.certain(flag, (arguments[0], flag))


def junction(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """``and`` or ``or`` of conditions, none of which is ever null."""
    parts = [to.value(argument) for argument in arguments]
    return joined(parts, and_ if operation is Operation.AND else or_)
