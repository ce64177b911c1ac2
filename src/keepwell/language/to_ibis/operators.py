"""Every operation of the language and what it is over columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.datatypes as dt

from keepwell.core.clock import AsOf
from keepwell.core.errors import ExpressionRefused, Problem
from keepwell.language.check import Checked
from keepwell.language.to_ibis.arithmetic import (
    absolute,
    negated,
    quotient,
    rounded,
    whole_product,
    whole_sum,
)
from keepwell.language.to_ibis.choices import chosen, coalesced, extreme
from keepwell.language.to_ibis.comparisons import (
    COMPARED,
    between,
    compared,
    holds,
    junction,
    one_of,
    presence,
    text_within,
)
from keepwell.language.to_ibis.days import day, day_of, days_between, hour, later, month_day
from keepwell.language.to_ibis.translation import Columns, Operator, RawOperator, Translation, height
from keepwell.language.typed import Operation
from keepwell.language.values import CAPITALS, SMALL

MAX_HEIGHT = 100
"""Ibis goes down the result with about seven calls a level, and Python allows a thousand in all."""


def _of_one(compute: Callable[[ibis.Value], ibis.Value]) -> Operator:
    return lambda to, arguments, _: compute(to.value(arguments[0]))


OPERATORS: Mapping[Operation, Operator] = {
    **dict.fromkeys(COMPARED, compared),
    Operation.CONTAINS: text_within,
    Operation.STARTS_WITH: text_within,
    Operation.BETWEEN: between,
    Operation.ONE_OF: one_of,
    Operation.NONE_OF: one_of,
    Operation.IS_MISSING: presence,
    Operation.IS_PRESENT: presence,
    Operation.HOLDS: holds,
    Operation.AND: junction,
    Operation.OR: junction,
    Operation.NOT: _of_one(lambda outcome: ~outcome),
    Operation.ADD_WHOLE: whole_sum,
    Operation.SUBTRACT_WHOLE: whole_sum,
    Operation.MULTIPLY_WHOLE: whole_product,
    Operation.NEGATE_WHOLE: negated,
    Operation.ABS_WHOLE: absolute,
    Operation.WIDEN: _of_one(lambda whole: whole.cast(dt.float64)),
    Operation.HALF_UP: rounded,
    Operation.FLOOR: rounded,
    Operation.DAY_OF: day_of,
    Operation.DAYS_BETWEEN: days_between,
    Operation.DAY: day,
    Operation.ADD_DAYS: later,
    Operation.ADD_MONTHS: later,
    Operation.MONTH_DAY: month_day,
    Operation.MONTH: _of_one(lambda day: day.month().cast(dt.int64)),
    Operation.YEAR: _of_one(lambda day: day.year().cast(dt.int64)),
    Operation.WEEKDAY: _of_one(lambda day: day.day_of_week.index().cast(dt.int64) + 1),
    Operation.HOUR: hour,
    Operation.LOWER: _of_one(lambda text: text.translate(CAPITALS, SMALL)),
    Operation.TRIM: _of_one(lambda text: text.strip()),
    Operation.LENGTH: _of_one(lambda text: text.length().cast(dt.int64)),
    Operation.COALESCE: coalesced,
    Operation.IF: chosen,
    Operation.LEAST: extreme,
    Operation.GREATEST: extreme,
}

RAW_OPERATORS: Mapping[Operation, RawOperator] = {
    Operation.ADD_NUMBER: lambda to, left, right: to.raw(left) + to.raw(right),
    Operation.SUBTRACT_NUMBER: lambda to, left, right: to.raw(left) - to.raw(right),
    Operation.MULTIPLY_NUMBER: lambda to, left, right: to.raw(left) * to.raw(right),
    Operation.DIVIDE_NUMBER: quotient,
    Operation.NEGATE_NUMBER: lambda to, operand: -to.raw(operand),
    Operation.ABS_NUMBER: lambda to, operand: to.raw(operand).abs(),
}
"""Operations on numbers whose result may not be finite, and is settled where it is used."""


def to_ibis(checked: Checked, columns: Columns, as_of: AsOf) -> ibis.Value:
    """The value of an expression for every row, asked at ``as_of``; null is missing. No row can make it fail.

    ``columns`` give each field its column: whole and money as integers, number as float, text in NFC, moments
    as naive timestamps that mean UTC. A condition is true or false, never null. ``ExpressionRefused`` where
    the result would be nested too deeply to be written down as a query.
    """
    value = Translation(columns, as_of, OPERATORS, RAW_OPERATORS).value(checked.node)
    if height(value.op()) > MAX_HEIGHT:
        what = "too many calculations lie within one another to ask them of a whole table"
        raise ExpressionRefused(Problem(what, line=1, column=1, hint="name parts of it as fields"))
    return value
