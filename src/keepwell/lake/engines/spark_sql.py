"""Ibis expressions as Spark SQL that means what the same expression means on DuckDB.

Ibis's own translation differs in places: it counts NaN as missing, sums integers within 64 bits only, counts rows as
null where every condition is null, reads intervals from text. Each is settled here, so that no other room knows.
"""

from __future__ import annotations

from string import whitespace
from typing import TYPE_CHECKING, Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import NULL, AggGen, SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MONTHS = {"Y": 12, "Q": 3, "M": 1}
"""Units of an interval that are so many months."""
_SECONDS = {"W": 7 * 86_400, "D": 86_400, "h": 3_600, "m": 60, "s": 1}
"""Units of an interval that are so many seconds."""


class SparkSQL(PySparkCompiler):  # type: ignore[misc] # Ibis is written without types
    """Ibis's compiler for Spark, with what it means differently set right."""

    agg = AggGen(supports_filter=True)
    visit_Field = SQLGlotCompiler.visit_Field

    def visit_NonNullLiteral(
        self,
        op: ops.Literal,
        *,
        value: Any,
        dtype: dt.DataType,
    ) -> sge.Expression | None:
        """A number as text: Spark reads -5.85 as a decimal."""
        if dtype.is_floating():
            return self.cast(repr(float(value)), dt.float64)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_IsNull(self, _: ops.Node, *, arg: sge.Expression) -> sge.Expression:
        """NaN is a number."""
        return arg.is_(NULL)

    def visit_NotNull(self, _: ops.Node, *, arg: sge.Expression) -> sge.Expression:
        """NaN is a number."""
        return arg.is_(sg.not_(NULL))

    def visit_CountStar(self, _: ops.Node, *, arg: object, where: Any) -> sge.Expression:
        """A row for which the condition is null counts no more than one for which it is false."""
        return self.agg.count(sge.Star(), where=where)

    def visit_Sum(self, op: ops.Sum, *, arg: sge.Expression, where: Any) -> sge.Expression:
        """Of integers exact and wide, as DuckDB's: 64 bits do not hold every sum."""
        if op.arg.dtype.is_integer():
            arg = self.cast(arg, dt.Decimal(19, 0))
        return super().visit_Sum(op, arg=arg, where=where)

    def visit_Divide(self, op: ops.Divide, *, left: sge.Expression, right: sge.Expression) -> sge.Expression:
        """In float64, also where an integer is a wide sum."""
        sides = ((op.left, left), (op.right, right))
        one, other = (
            self.cast(side, dt.float64) if node.dtype.is_integer() else sge.paren(side)
            for node, side in sides
        )
        return sge.Div(this=one, expression=other)

    def visit_BitOr(self, _: ops.Node, *, arg: sge.Expression, where: Any) -> sge.Expression:
        """Spark has it, Ibis does not know."""
        return self.agg.bit_or(arg, where=where)

    def visit_Greatest(self, _: ops.Node, *, arg: tuple[sge.Expression, ...]) -> sge.Expression:
        """Of a single value that value."""
        return self.f.greatest(*arg) if len(arg) > 1 else arg[0]

    def visit_Least(self, _: ops.Node, *, arg: tuple[sge.Expression, ...]) -> sge.Expression:
        """Of a single value that value."""
        return self.f.least(*arg) if len(arg) > 1 else arg[0]

    def visit_Strip(self, _: ops.Node, *, arg: sge.Expression) -> sge.Expression:
        """White space of ASCII, not blanks alone."""
        return self.f.anon.btrim(arg, whitespace)

    def visit_TimestampTruncate(
        self,
        op: ops.TimestampTruncate,
        *,
        arg: sge.Expression,
        unit: Any,
    ) -> sge.Expression:
        """Of the type that was given; Spark makes every one a timestamp with a zone."""
        return self.cast(super().visit_TimestampTruncate(op, arg=arg, unit=unit), op.arg.dtype)

    visit_DateTruncate = visit_TimestampTruncate

    def visit_IntervalFromInteger(
        self,
        _: ops.Node,
        *,
        arg: sge.Expression,
        unit: Any,
    ) -> sge.Expression:
        """Days and shorter as seconds, months and longer as months; text would be read for every row."""
        if months := _MONTHS.get(unit.short):
            return self.f.anon.make_ym_interval(0, self.cast(sge.paren(arg) * months, dt.int32))
        seconds = self.cast(sge.paren(arg) * _SECONDS[unit.short], dt.Decimal(18, 6))
        return self.f.anon.make_dt_interval(0, 0, 0, seconds)


def sql_of(expression: ir.Table) -> str:
    """The query of an expression."""
    compiler = SparkSQL()
    sql: str = compiler.to_sqlglot(expression).sql(
        dialect=compiler.dialect, copy=False, unsupported_level=sg.ErrorLevel.RAISE
    )
    return sql
