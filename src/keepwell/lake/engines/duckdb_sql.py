"""Ibis expressions as DuckDB's SQL, with what Ibis writes at needless cost left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

if TYPE_CHECKING:
    import ibis.expr.types as ir

_WIDE = dt.Decimal(38, 0)


class DuckDBSQL(DuckDBCompiler):  # type: ignore[misc] # Ibis is written without types
    """Ibis's compiler for DuckDB."""

    def visit_Cast(self, op: ops.Cast, *, arg: sge.Expression, to: dt.DataType) -> sge.Expression:
        """A sum of integers has 128 bits already: bringing it to 38 digits would cost a fifth of the whole pass."""
        if to == _WIDE and isinstance(op.arg, ops.Sum) and op.arg.arg.dtype.is_integer():
            return arg
        return super().visit_Cast(op, arg=arg, to=to)


def sql_of(expression: ir.Table) -> str:
    """The query of an expression."""
    compiler = DuckDBSQL()
    sql: str = compiler.to_sqlglot(expression).sql(
        dialect=compiler.dialect, copy=False, unsupported_level=sg.ErrorLevel.RAISE
    )
    return sql
