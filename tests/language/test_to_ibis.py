"""Beyond what parity says: sizes that stay in step, columns of other widths, bounds an engine can use."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import ibis
import pytest

from keepwell.core.clock import AsOf
from keepwell.core.errors import ExpressionRefused
from keepwell.core.money import Currency
from keepwell.language.check import check
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Field, Record, Type

RECORD = Record.of(
    [
        Field("w", Type.WHOLE),
        Field("n", Type.NUMBER),
        Field("m", Type.MONEY),
        Field("f", Type.FLAG),
        Field("d", Type.DAY),
        Field("at", Type.MOMENT),
    ],
    Currency("CNY"),
)
COLUMNS = {"w": "int64", "n": "float64", "m": "int64", "f": "boolean", "d": "date", "at": "timestamp"}
AS_OF = AsOf(datetime(2026, 4, 10, 17, 0, tzinfo=UTC), ZoneInfo("Europe/London"))


def sql(text: str, columns: dict[str, str] | None = None, as_of: AsOf = AS_OF) -> str:
    table = ibis.table({**COLUMNS, **(columns or {})}, name="rows")
    return str(ibis.to_sql(table.select(value=to_ibis(check(text, RECORD), table, as_of)), dialect="duckdb"))


def test_a_simple_condition_stays_simple() -> None:
    assert '"w" > 5' in sql("w > 5")
    assert "\"n\" BETWEEN CAST('0.5' AS DOUBLE) AND" in sql("n >= 0.5"), (
        "bounds leave out infinity and NaN by themselves"
    )


def test_days_of_a_moment_become_bounds_of_the_moment() -> None:
    # London: 60 days before 10 April 2026 is 9 February; its first instant is midnight in UTC.
    assert "MAKE_TIMESTAMP(2026, 2, 9, 0, 0, 0.0)" in sql("days_since(at) > 60")
    assert len(sql("days_since(at) > 60")) < 300
    newfoundland = AsOf(AS_OF.instant, ZoneInfo("America/St_Johns"))
    assert len(sql("days_since(at) > 60", as_of=newfoundland)) > 5000, "where clocks went back over midnight"


@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [
        ("(", "w", "*w)"), ("abs(", "w", ")"), ("round(", "n", ")"), ("n/(1.0+", "n", ")"), ("(", "m", "*1.5)"),
        ("least(", "w", ", 5)"), ("add_days(", "d", ", w)"), ("(", "f", " = f)"),
    ],
)  # fmt: skip
def test_the_result_grows_in_step(opening: str, inner: str, closing: str) -> None:
    few, many = (len(sql(opening * depth + inner + closing * depth)) for depth in (6, 12))
    assert many < 3.5 * few


def test_what_lies_too_deep_is_refused() -> None:
    with pytest.raises(ExpressionRefused, match="too many calculations lie within one another"):
        sql("m" + " * 1.5" * 45)
    sql("n" + " + n" * 45)
    sql(" or ".join(f"w = {number}" for number in range(600)))


def test_a_column_may_be_narrower_but_not_of_another_kind() -> None:
    sql("w > 5 and n > 1 and at > '2026-01-01'", {"w": "int32", "n": "float32", "at": "timestamp(6)"})
    with pytest.raises(TypeError, match="column 'w' is float64"):
        sql("w > 5", {"w": "float64"})
    with pytest.raises(TypeError, match="column 'at'"):
        sql("at > '2026-01-01'", {"at": "timestamp('UTC')"})
