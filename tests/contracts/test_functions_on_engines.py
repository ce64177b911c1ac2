"""What rooms ask of an engine beside the language has one meaning on all of them, on values where engines differ."""

# ruff: noqa: DTZ001 (moments of the lake are naive)

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from math import inf, isnan, nan
from typing import Any

import ibis
import pyarrow as pa
import pytest

from keepwell.lake.engine import Engine, open_engine
from keepwell.lake.functions import as_moment, checked_sum, stable_hash, value_at_first, value_at_last
from keepwell.lake.lake import bucket_of, first_customer_id

MAX = 2**63 - 1
NOON = datetime(2026, 1, 1, 12)

ROWS = pa.table(
    {
        "group": ["a", "a", "a", "b", "b", "c"],
        "whole": pa.array([MAX, 1, -1, MAX, 1, None], pa.int64()),
        "number": pa.array([nan, inf, None, -0.5, 2.5, -2.5], pa.float64()),
        "text": ["😀", "\uffff", "a", None, " \tb\n ", "it's \\ %_"],
        "day": pa.array(
            [date(2024, 2, 29), None, date(1, 1, 1), date(9999, 12, 31), date(1969, 12, 31), date(2026, 1, 31)],
            pa.date32(),
        ),
        "at": pa.array([NOON, NOON, None, NOON, datetime(1969, 12, 31, 23, 59, 59, 999_999), NOON], pa.timestamp("us")),
        "key": ["9", "10", "8", "", "1", "1"],
        "flag": [True, None, False, None, None, None],
    }
)  # fmt: skip

HASHES = [
    6562778800323230198,
    54476444360249405,
    3500206983725506968,
    None,
    8986965068780113067,
    9195205734334674150,
]
"""Of the texts: the last eight bytes of their MD5 from the last to the first, without the lowest bit."""
IDS = [
    "c2a02eac39d716a70ecf",
    "cb65c5532b01074a57a2",
    "c0cc175b9c0f1b6a831c",
    None,
    "ca089b65a1021f956561",
    "c98d01712116a41f0cc6",
]
"""Of the texts: the first 19 hexadecimal digits of their MD5."""


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "spark":
        yield request.getfixturevalue("spark")
        return
    opened = open_engine(tmp_path_factory.mktemp("functions"), threads=1)
    yield opened
    opened.close()


def of_each_row(engine: Engine, **made: Callable[[Any], Any]) -> dict[str, list[Any]]:
    table = engine.table(ROWS.append_column("row", pa.array(range(6))))
    asked = table.mutate(**{name: make(table) for name, make in made.items()}).order_by("row").select(*made)
    return engine.collect(asked).to_pydict()


def of_each_group(engine: Engine, **made: Callable[[Any], Any]) -> dict[str, list[Any]]:
    table = engine.table(ROWS)
    asked = table.group_by("group").aggregate(**{name: make(table) for name, make in made.items()})
    return engine.collect(asked.order_by("group").drop("group")).to_pydict()


def test_hashes(engine: Engine) -> None:
    found = of_each_row(
        engine,
        hash=lambda t: stable_hash(t.text),
        bucket=lambda t: bucket_of(t.text),
        id=lambda t: first_customer_id(t.text),
    )
    assert found == {"hash": HASHES, "bucket": [6, 13, 8, 0, 11, 6], "id": IDS}


def test_sums(engine: Engine) -> None:
    assert of_each_group(
        engine,
        all=lambda t: checked_sum(t.whole),
        some=lambda t: checked_sum(t.whole, t.whole < MAX),
        none=lambda t: checked_sum(t.whole, t.flag),
    ) == {
        "all": [MAX, None, None],  # on the way beyond 64 bits and back; beyond; nothing there
        "some": [0, 1, None],
        "none": [MAX, None, None],
    }


def test_counts(engine: Engine) -> None:
    assert of_each_group(
        engine,
        rows=lambda t: t.count(where=t.flag),
        values=lambda t: t.number.count(),
        kinds=lambda t: t.text.nunique(),
        kinds_where=lambda t: t.text.nunique(where=t.flag),
    ) == {"rows": [1, 0, 0], "values": [2, 2, 1], "kinds": [3, 1, 1], "kinds_where": [1, 0, 0]}


def test_first_and_last(engine: Engine) -> None:
    assert of_each_group(
        engine,
        first=lambda t: value_at_first(t.whole, t["at"], t.key, t["at"].notnull()),
        last=lambda t: value_at_last(t.whole, t["at"], t.key, t["at"].notnull()),
        none=lambda t: value_at_last(t.whole, t["at"], t.key, t.flag & (t.number > 0) & (t.whole < 0)),
    ) == {
        "first": [1, 1, None],  # keys compare as texts: "10" is before "9"
        "last": [MAX, MAX, None],
        "none": [None, None, None],
    }


def test_least_and_greatest_texts_go_by_code_point(engine: Engine) -> None:
    found = of_each_group(engine, least=lambda t: t.text.min(), greatest=lambda t: t.text.max())
    assert found == {"least": ["a", " \tb\n ", "it's \\ %_"], "greatest": ["😀", " \tb\n ", "it's \\ %_"]}


def test_numbers(engine: Engine) -> None:
    found = of_each_row(
        engine,
        floor=lambda t: ibis.ifelse(t.number.between(-9, 9), t.number, ibis.null("float64")).floor(),
        missing=lambda t: t.number.isnull(),
        ratio=lambda t: t.whole / 2,
        great=lambda t: t.number > 1e300,
    )
    assert found == {
        "floor": [None, None, None, -1, 2, -3],
        "missing": [False, False, True, False, False, False],
        "ratio": [2.0**62, 0.5, -0.5, 2.0**62, 0.5, None],
        "great": [True, True, None, False, False, False],  # NaN is above all numbers
    }
    assert isnan(of_each_row(engine, same=lambda t: t.number)["same"][0])


def test_days_and_moments(engine: Engine) -> None:
    found = of_each_row(
        engine,
        moment=lambda t: as_moment(t.day),
        apart=lambda t: ibis.date("2026-01-01").delta(t.day, unit="day"),
        next=lambda t: (t.day.cast("timestamp") + (t.key.length()).as_interval("M")).date(),
        month=lambda t: t["at"].truncate("M"),
        week=lambda t: t.day.day_of_week.index(),
    )
    days = ROWS["day"].to_pylist()
    assert found["moment"] == [day and datetime(day.year, day.month, day.day) for day in days]
    assert found["apart"] == [day and (date(2026, 1, 1) - day).days for day in days]
    assert found["next"][0] == date(2024, 3, 29)
    assert found["next"][5] == date(2026, 2, 28)
    assert found["month"][:5] == [datetime(2026, 1, 1)] * 2 + [
        None,
        datetime(2026, 1, 1),
        datetime(1969, 12, 1),
    ]
    assert [int(day) for day in found["week"] if day is not None] == [day.weekday() for day in days if day]


def test_texts(engine: Engine) -> None:
    found = of_each_row(
        engine,
        stripped=lambda t: t.text.strip(),
        length=lambda t: t.text.length(),
        has=lambda t: t.text.contains("\\ %_"),
        among=lambda t: t.text.isin(["it's \\ %_", "\uffff"]),
        after=lambda t: t.text > "\uffff",
    )
    assert found["stripped"] == ["😀", "\uffff", "a", None, "b", "it's \\ %_"]
    assert found["length"] == [1, 1, 1, None, 5, 9]
    assert found["has"] == [False, False, False, None, False, True]
    assert found["among"] == [False, True, False, None, False, True]
    assert found["after"] == [True, False, False, None, False, False]


def test_windows(engine: Engine) -> None:
    found = of_each_row(
        engine,
        before=lambda t: t.key.lag().over(group_by=t.group, order_by=[t["at"], t.key]),
        rank=lambda t: ibis.row_number().over(group_by=t.group, order_by=[t.text]),
        running=lambda t: t.row.sum().over(group_by=t.group, order_by=t.row, rows=(None, 0)),
    )
    assert found["before"] == ["10", None, "9", "1", None, None]  # what is missing comes last
    assert found["rank"] == [2, 1, 0, 1, 0, 0]
    assert [int(total) for total in found["running"]] == [0, 1, 3, 3, 7, 5]
