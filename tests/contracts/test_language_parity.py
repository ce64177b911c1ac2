"""The two interpreters of the language agree, on every engine.

A random typed expression is evaluated row by row and by the engine, on the same rows, and each pair of values
is compared: numbers to the last bit. An engine joins by one entry in ENGINES; what it cannot do yet is declared
there with the reason, and expressions that need it are passed over for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from keepwell.core.clock import AsOf
from keepwell.core.errors import ExpressionRefused
from keepwell.language.check import Checked, check
from keepwell.language.evaluate import evaluate
from keepwell.language.show import show
from keepwell.language.to_ibis import to_ibis
from keepwell.language.to_ibis.operators import OPERATORS, RAW_OPERATORS
from keepwell.language.typed import Apply, Operation, Typed
from keepwell.language.types import Type, Value
from support.expressions import RECORD, expressions, random_rows

ROWS = 400
ARROW_TYPES = {
    Type.WHOLE: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.MONEY: pa.int64(),
    Type.TEXT: pa.string(),
    Type.FLAG: pa.bool_(),
    Type.DAY: pa.date32(),
    Type.MOMENT: pa.timestamp("us"),
}
ZONES = ("Europe/London", "America/New_York", "Asia/Shanghai", "America/St_Johns", "UTC")
"""In St John's clocks went back from 00:01 to 23:01: a later instant had an earlier local day."""

INSTANTS = (
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),
    datetime(2024, 2, 29, 16, 0, tzinfo=UTC),
    datetime(2026, 6, 30, 23, 30, tzinfo=UTC),
)


@dataclass(frozen=True)
class Engine:
    """An engine that expressions are translated for, and the operations it has no way to do yet, with why."""

    name: str
    connect: Callable[[], ibis.BaseBackend]
    gaps: Mapping[Operation, str] = field(default_factory=dict)


ENGINES = [Engine("duckdb", ibis.duckdb.connect)]


class Bench:
    """An engine with the rows on it, and how much was compared there."""

    def __init__(self, engine: Engine, table: ibis.Table, rows: list[dict[str, Value]]) -> None:
        self.engine = engine
        self.connection = engine.connect()
        self.table = table
        self.rows = rows
        self.compared = 0
        self.expressions = 0

    def __repr__(self) -> str:
        return f"<rows on {self.engine.name}>"

    def differences(self, checked: Checked, as_of: AsOf) -> list[str]:
        """What the interpreters do not agree on, row by row."""
        value = to_ibis(checked, self.table, as_of)
        found = self.connection.to_pyarrow(self.table.select(row=self.table["row number"], value=value))
        engine_values = dict(zip(*found.to_pydict().values(), strict=True))
        self.expressions += 1
        self.compared += len(self.rows)
        differences = []
        for number, row in enumerate(self.rows):
            ours, theirs = evaluate(checked, row, as_of), _aware(engine_values[number])
            if ours != theirs or type(ours) is not type(theirs):
                seen = {name: row[name] for name in sorted(checked.fields)}
                differences.append(f"{checked}: evaluate {ours!r}, {self.engine.name} {theirs!r} for {seen}")
        return differences


def _aware(value: Value) -> Value:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _naive(value: Value) -> Value:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def operations(node: Typed) -> Iterator[Operation]:
    """Every operation of a tree."""
    if isinstance(node, Apply):
        yield node.operation
        for argument in node.arguments:
            yield from operations(argument)


@pytest.fixture(scope="module", params=ENGINES, ids=lambda engine: engine.name)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    engine: Engine = request.param
    rows = random_rows(ROWS, seed=20260131)
    columns = {
        name: pa.array([_naive(row[name]) for row in rows], ARROW_TYPES[known.type])
        for name, known in RECORD.fields.items()
    }
    table = ibis.memtable(pa.table({"row number": pa.array(range(ROWS)), **columns}))
    made = Bench(engine, table, rows)
    yield made
    print(f"\n{engine.name}: {made.compared:,} values of {made.expressions:,} expressions compared")  # noqa: T201 (the figure is the point)


as_ofs = st.builds(AsOf, st.sampled_from(INSTANTS), st.sampled_from(ZONES).map(ZoneInfo))
typed_expressions = st.sampled_from(list(Type)).flatmap(lambda type_: expressions(type_, depth=3)).map(show)
conditions = expressions(Type.FLAG, depth=3).map(show)


def hold_equal(bench: Bench, expression: str, as_of: AsOf) -> None:
    try:
        checked = check(expression, RECORD)
    except ExpressionRefused:
        assume(False)
    assume(not bench.engine.gaps.keys() & set(operations(checked.node)))
    differences = bench.differences(checked, as_of)
    assert not differences, f"{expression} at {as_of}:\n" + "\n".join(differences[:3])


QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@settings(max_examples=50, deadline=None, suppress_health_check=QUIET)
@given(expression=typed_expressions, as_of=as_ofs)
@example(expression="-(-(-(5.85)))", as_of=AsOf(INSTANTS[0], ZoneInfo("UTC")))
@example(
    expression="-abs(orders) in (orders, -round(1000000000000000000000.0))",
    as_of=AsOf(INSTANTS[0], ZoneInfo("UTC")),
)
@example(
    expression="orders * round(1000000000000000000000.0) = -abs(-abs(orders))",
    as_of=AsOf(INSTANTS[0], ZoneInfo("UTC")),
)
@example(
    expression="orders * round(1000000000000000000000.0) != -abs(-abs(orders))",
    as_of=AsOf(INSTANTS[0], ZoneInfo("UTC")),
)
def test_values_agree(bench: Bench, expression: str, as_of: AsOf) -> None:
    hold_equal(bench, expression, as_of)


@settings(max_examples=50, deadline=None, suppress_health_check=QUIET)
@given(expression=conditions, as_of=as_ofs)
def test_conditions_agree(bench: Bench, expression: str, as_of: AsOf) -> None:
    hold_equal(bench, expression, as_of)


@pytest.mark.heavy
@settings(max_examples=1500, deadline=None, suppress_health_check=QUIET)
@given(expression=typed_expressions | conditions, as_of=as_ofs)
def test_very_many_agree(bench: Bench, expression: str, as_of: AsOf) -> None:
    hold_equal(bench, expression, as_of)


def test_every_operation_is_translated() -> None:
    constant_only = {Operation.TODAY, Operation.START_OF_DAY}
    assert OPERATORS.keys() | RAW_OPERATORS.keys() | constant_only == set(Operation)
