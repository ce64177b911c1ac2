"""The two interpreters of the language agree, on every engine.

A random typed expression is evaluated row by row and by the engine, on the same rows, and each pair of values
is compared: numbers to the last bit. An engine joins by one entry in ENGINES; what it cannot do yet is declared
there with the reason, and expressions that need it are passed over for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from keepwell.core.clock import AsOf
from keepwell.core.errors import ExpressionRefused
from keepwell.lake.engine import Engine, open_engine
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
UTC_ZONE = ZoneInfo("UTC")
ZONES = ("Europe/London", "America/New_York", "Asia/Shanghai", "America/St_Johns", "UTC")
"""In St John's clocks went back from 00:01 to 23:01: a later instant had an earlier local day."""

INSTANTS = (
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),
    datetime(2024, 2, 29, 16, 0, tzinfo=UTC),
    datetime(2026, 6, 30, 23, 30, tzinfo=UTC),
)


@dataclass(frozen=True)
class Subject:
    """An engine that expressions are translated for, by the fixture that opens it.

    ``batch`` expressions are computed in one query. ``gaps`` are operations it has no way to do yet, with why.
    """

    name: str
    batch: int
    gaps: Mapping[Operation, str] = field(default_factory=dict)


ENGINES = [
    pytest.param(Subject("duckdb", batch=1), id="duckdb"),
    pytest.param(Subject("spark", batch=25), id="spark", marks=pytest.mark.spark),
]


class Bench:
    """An engine with the rows on it, and how much was compared there."""

    def __init__(self, subject: Subject, engine: Engine, rows: list[dict[str, Value]]) -> None:
        columns = {
            name: pa.array([_naive(row[name]) for row in rows], ARROW_TYPES[known.type])
            for name, known in RECORD.fields.items()
        }
        self.subject = subject
        self.engine = engine
        self.table = engine.table(pa.table({"row number": pa.array(range(len(rows))), **columns}))
        self.rows = rows
        self.compared = 0
        self.expressions = 0

    def __repr__(self) -> str:
        return f"<rows on {self.subject.name}>"

    def differences(self, asked: Sequence[tuple[Checked, AsOf]]) -> list[str]:
        """What the interpreters do not agree on, row by row; all is asked of the engine at once."""
        values = {
            str(number): to_ibis(checked, self.table, as_of) for number, (checked, as_of) in enumerate(asked)
        }
        found = self.engine.collect(self.table.select("row number", **values)).to_pydict()
        rows = [self.rows[number] for number in found.pop("row number")]
        self.expressions += len(asked)
        self.compared += len(rows) * len(asked)
        differences = []
        for (checked, as_of), column in zip(asked, found.values(), strict=True):
            for row, value in zip(rows, column, strict=True):
                ours, theirs = evaluate(checked, row, as_of), _aware(value)
                if ours != theirs or type(ours) is not type(theirs):
                    seen = {name: row[name] for name in sorted(checked.fields)}
                    told = f"evaluate {ours!r}, {self.subject.name} {theirs!r} for {seen}"
                    differences.append(f"{checked} at {as_of}: {told}")
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


@pytest.fixture(scope="module", params=ENGINES)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    subject: Subject = request.param
    is_spark = subject.name == "spark"
    engine = (
        request.getfixturevalue("spark")
        if is_spark
        else open_engine(tmp_path_factory.mktemp("parity"), threads=1)
    )
    made = Bench(subject, engine, random_rows(ROWS, seed=20260131))
    yield made
    print(f"\n{subject.name}: {made.compared:,} values of {made.expressions:,} expressions compared")  # noqa: T201 (the figure is the point)
    if not is_spark:
        engine.close()


as_ofs = st.builds(AsOf, st.sampled_from(INSTANTS), st.sampled_from(ZONES).map(ZoneInfo))
typed_expressions = st.sampled_from(list(Type)).flatmap(lambda type_: expressions(type_, depth=3)).map(show)
conditions = expressions(Type.FLAG, depth=3).map(show)

SURPRISES = (
    "-(-(-(5.85)))",
    "-abs(orders) in (orders, -round(1000000000000000000000.0))",
    "orders * round(1000000000000000000000.0) = -abs(-abs(orders))",
    "orders * round(1000000000000000000000.0) != -abs(-abs(orders))",
)
"""Expressions that once were told apart."""


def asked_of(bench: Bench, expression: str, as_of: AsOf) -> list[tuple[Checked, AsOf]]:
    """The expression, where it is one that the engine can do."""
    try:
        checked = check(expression, RECORD)
    except ExpressionRefused:
        return []
    return [] if bench.subject.gaps.keys() & set(operations(checked.node)) else [(checked, as_of)]


def hold_equal(bench: Bench, written: st.SearchStrategy[str], *, examples: int) -> None:
    """So many random expressions, in batches."""

    @settings(
        max_examples=examples // bench.subject.batch,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(st.lists(st.tuples(written, as_ofs), min_size=bench.subject.batch, max_size=bench.subject.batch))
    def agree(batch: list[tuple[str, AsOf]]) -> None:
        asked = [one for expression, as_of in batch for one in asked_of(bench, expression, as_of)]
        assume(asked)
        differences = bench.differences(asked)
        assert not differences, "\n".join(differences[:3])

    agree()


def test_surprises_agree(bench: Bench) -> None:
    asked = [
        one for expression in SURPRISES for one in asked_of(bench, expression, AsOf(INSTANTS[0], UTC_ZONE))
    ]
    assert len(asked) == len(SURPRISES)
    assert not bench.differences(asked)


def test_values_agree(bench: Bench) -> None:
    hold_equal(bench, typed_expressions, examples=50)


def test_conditions_agree(bench: Bench) -> None:
    hold_equal(bench, conditions, examples=50)


@pytest.mark.heavy
def test_very_many_agree(bench: Bench) -> None:
    hold_equal(bench, typed_expressions | conditions, examples=1500)


def test_every_operation_is_translated() -> None:
    constant_only = {Operation.TODAY, Operation.START_OF_DAY}
    assert OPERATORS.keys() | RAW_OPERATORS.keys() | constant_only == set(Operation)
