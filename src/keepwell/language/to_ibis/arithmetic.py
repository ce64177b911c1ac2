"""Arithmetic over columns, none of which can raise.

Of wholes, an operand with which the result would not fit is made null before it is reckoned with. Numbers run
into infinity and NaN, and are settled where they are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

import ibis
import ibis.expr.datatypes as dt

from keepwell.language.to_ibis.translation import Translation, is_constant
from keepwell.language.typed import Apply, Operation, Typed
from keepwell.language.types import MAX_NUMBER, MAX_ROUNDED, MAX_WHOLE, MIN_WHOLE, Value

LEAST_NUMBER = 5e-324
SAFE_PRODUCT, LOST_PRODUCT = 9.2e18, 9.3e18
"""A float64 product below the first is an int64 for sure; above the second it is none."""


def _whole(value: int) -> ibis.Value:
    return ibis.literal(value, type=dt.int64)


def whole_sum(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """The sum or difference of two wholes, null where it does not fit."""
    left, right = (to.value(argument) for argument in arguments)
    return _added(to, left, right) if operation is Operation.ADD_WHOLE else _taken(to, left, right)


def _added(to: Translation, left: ibis.Value, right: ibis.Value) -> ibis.Value:
    def total(one: ibis.Value, other: ibis.Value) -> ibis.Value:
        low, high = _whole(MIN_WHOLE) - ibis.least(other, 0), _whole(MAX_WHOLE) - ibis.greatest(other, 0)
        return one.between(low, high).ifelse(one, ibis.null(dt.int64)) + other

    return to.once(left, lambda one: to.once(right, lambda other: total(one, other)))


def _taken(to: Translation, left: ibis.Value, right: ibis.Value) -> ibis.Value:
    def rest(one: ibis.Value, other: ibis.Value) -> ibis.Value:
        low, high = _whole(MIN_WHOLE) + ibis.greatest(other, 0), _whole(MAX_WHOLE) + ibis.least(other, 0)
        return one.between(low, high).ifelse(one, ibis.null(dt.int64)) - other

    return to.once(left, lambda one: to.once(right, lambda other: rest(one, other)))


def whole_product(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """The product of two wholes, null where it does not fit."""
    left, right = arguments
    if is_constant(left):
        left, right = right, left
    if is_constant(right):
        return _multiple(to, to.value(left), to.constant(right))

    def product(one: ibis.Value, other: ibis.Value) -> ibis.Value:
        """Reckoned in decimals only where float64 cannot tell whether the result fits."""
        size = (one.cast(dt.float64) * other.cast(dt.float64)).abs()
        nothing, exact = ibis.null(dt.int64), dt.Decimal(38, 0)
        plain = (size < SAFE_PRODUCT).ifelse(one, nothing) * other
        unsure = size.between(SAFE_PRODUCT, LOST_PRODUCT).ifelse(one, nothing)
        return plain.coalesce((unsure.cast(exact) * other.cast(exact)).try_cast(dt.int64))

    values = to.value(left), to.value(right)
    return to.once(values[0], lambda one: to.once(values[1], lambda other: product(one, other)))


def _multiple(to: Translation, value: ibis.Value, constant: Value) -> ibis.Value:
    if constant is None:
        return ibis.null(dt.int64)
    assert isinstance(constant, int)
    if constant == 0:
        return value * 0
    ends = sorted((Fraction(MIN_WHOLE, constant), Fraction(MAX_WHOLE, constant)))
    low, high = max(ceil(ends[0]), MIN_WHOLE), min(floor(ends[1]), MAX_WHOLE)
    return to.within(value, low, high) * _whole(constant)


def negated(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """A whole with its sign turned, null where that does not fit."""
    return _taken(to, _whole(0), to.value(arguments[0]))


def absolute(to: Translation, arguments: Sequence[Typed], _: Operation) -> ibis.Value:
    """A whole without its sign, null where that does not fit."""
    return to.within(to.value(arguments[0]), MIN_WHOLE + 1, MAX_WHOLE).abs()


def rounded(to: Translation, arguments: Sequence[Typed], operation: Operation) -> ibis.Value:
    """A number rounded to a whole, null beyond 2^53."""
    value = to.within(to.raw(arguments[0]), -MAX_ROUNDED, MAX_ROUNDED)
    return (value + 0.5 if operation is Operation.HALF_UP else value).floor()


def quotient(to: Translation, left: Typed, right: Typed) -> ibis.Value:
    """An infinite divisor would bring the quotient back among the finite: it is null, as zero is."""

    def divisor(value: ibis.Value) -> ibis.Value:
        return value.abs().between(LEAST_NUMBER, MAX_NUMBER).ifelse(value, ibis.null(dt.float64))

    if isinstance(right, Apply) and right.operation is Operation.WIDEN:
        return to.raw(left) / to.once(to.raw(right), lambda value: value.nullif(0.0))
    return to.raw(left) / to.once(to.raw(right), divisor)
