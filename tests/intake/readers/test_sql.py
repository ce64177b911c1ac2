from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pytest
import sqlalchemy as sa

from keepwell.core.errors import InputRefused, Unavailable
from keepwell.intake.readers import LIMITS, ROW
from keepwell.intake.readers.sql import SqlReader, open_sql
from support import machine

ROWS = [
    (1, "2026-01-01 10:00:00", "1.10"),
    (2, "2026-01-02 10:00:00", None),
    (3, "2026-01-02 10:00:00", "3.00"),
]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE orders (id INTEGER, changed_at TEXT, "Unit Price" TEXT)')
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", ROWS)
    connection.close()
    return f"sqlite:///{path}"


def ids(reader: SqlReader) -> list[int]:
    with reader:
        return [int(str(id_)) for chunk in reader.chunks() for id_ in chunk.table.column("id").to_pylist()]


def test_a_table_whole(sqlite_url: str) -> None:
    with open_sql(sqlite_url, table="orders", order=["id"]) as reader:
        (chunk,) = reader.chunks()
    assert reader.columns == ("id", "changed_at", "Unit Price")
    assert reader.last_watermark is None
    types: dict[str, pa.DataType] = {
        "id": pa.int64(),
        "changed_at": pa.string(),
        "Unit Price": pa.string(),
        ROW: pa.int64(),
    }
    assert chunk.table.schema == pa.schema(types)
    assert chunk.table.column(ROW).to_pylist() == [1, 2, 3]


def test_a_pull_by_watermark(sqlite_url: str) -> None:
    first = open_sql(sqlite_url, table="orders", watermark="changed_at", order=["id"])
    assert ids(first) == [1, 2, 3]
    assert first.last_watermark == "2026-01-02 10:00:00"
    # Rows of the last instant come again: others may have been written in it.
    again = open_sql(
        sqlite_url,
        table="orders",
        watermark="changed_at",
        since=first.last_watermark,
        order=["id"],
        wanted=["id"],
    )
    assert ids(again) == [2, 3]
    later = open_sql(sqlite_url, table="orders", watermark="changed_at", since="2027-01-01")
    assert ids(later) == []
    assert later.last_watermark == "2027-01-01"


def test_an_instant_as_watermark_of_sqlite(sqlite_url: str) -> None:
    since = dt.datetime(2026, 1, 2)  # noqa: DTZ001 - SQLite knows no zones
    assert ids(open_sql(sqlite_url, table="orders", watermark="changed_at", since=since, order=["id"])) == [
        2,
        3,
    ]


def test_rows_without_watermark_always_come(sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("INSERT INTO orders VALUES (4, NULL, NULL)")
    connection.close()
    reader = open_sql(sqlite_url, table="orders", watermark="changed_at", since="2026-01-02")
    assert sorted(ids(reader)) == [2, 3, 4]
    assert reader.last_watermark == "2026-01-02 10:00:00"


def test_a_query_with_colons_and_percent_signs(sqlite_url: str) -> None:
    query = "SELECT id, changed_at AS at, 'a :b 10:30 50%' AS note FROM orders WHERE id > 1;"
    with open_sql(sqlite_url, query=query, watermark="at", order=["id"], wanted=["note"]) as reader:
        (chunk,) = reader.chunks()
    assert chunk.table.to_pylist() == [{"note": "a :b 10:30 50%", ROW: 1}, {"note": "a :b 10:30 50%", ROW: 2}]


def test_chunks_hold_at_most_the_rows_of_the_limit(sqlite_url: str) -> None:
    with open_sql(sqlite_url, table="orders", limits=replace(LIMITS, chunk_rows=2)) as reader:
        numbers = [chunk.table.column(ROW).to_pylist() for chunk in reader.chunks()]
    assert numbers == [[1, 2], [3]]


def test_a_query_cannot_write(sqlite_url: str) -> None:
    with pytest.raises(InputRefused):
        open_sql(sqlite_url, query="DELETE FROM orders RETURNING id")
    assert ids(open_sql(sqlite_url, table="orders", order=["id"])) == [1, 2, 3]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"table": "ordres"}, "ordres: there is no such table .did you mean `orders`"),
        ({"table": "a.b.c"}, "a table is `name` or `schema.name`"),
        (
            {"table": "orders", "watermark": "changedat"},
            "changedat: no such column .did you mean `changed_at`",
        ),
        ({"table": "orders", "order": ["ID"]}, "ID: no such column"),
        ({"table": "orders", "wanted": ["price"]}, "price: no such column"),
        ({"query": "SELECT * FROM ordres"}, "the query failed .no such table: ordres"),
        ({"query": "SELEC"}, "the query failed"),
        ({}, "give either `table` or `query`"),
        ({"table": "orders", "query": "SELECT 1"}, "give either `table` or `query`"),
    ],
)
def test_what_is_wrong_is_said(sqlite_url: str, given: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence):
        open_sql(sqlite_url, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "the database's URL cannot be read"),
        ("postgresql+psycopg://u:sec:ret@h:port/db", "the database's URL cannot be read"),
        ("klingon://u:secret@h/db", "there is no driver"),
        ("sqlite:///none.db", "there is no such file"),
        ("sqlite://", "there is no such file"),
    ],
)
def test_a_url_that_is_wrong(url: str, sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence) as refused:
        open_sql(url, table="orders")
    assert "secret" not in str(refused.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("hello, this is a text that is long enough to be no database" * 20)
    with pytest.raises(InputRefused, match="sqlite"):
        open_sql(f"sqlite:///{tmp_path}/a.db", table="orders")


@pytest.mark.parametrize("password", ["secret", "sec:ret", "se@cret", "p@se@cret"])
def test_a_database_out_of_reach_is_unavailable_and_its_password_not_told(password: str) -> None:
    with pytest.raises(Unavailable, match="it cannot be reached") as unavailable:
        open_sql(f"postgresql+psycopg://u:{password}@127.0.0.1:9/db", table="orders")
    said = f"{unavailable.value}{unavailable.value!r}{unavailable.value.__cause__}"
    assert "ret" not in said
    assert unavailable.value.__suppress_context__


def test_a_locked_database_is_unavailable(sqlite_url: str) -> None:
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(Unavailable):
            open_sql(f"{sqlite_url}?timeout=0.1", table="orders")
    finally:
        holder.close()


@pytest.fixture
def shop() -> Iterator[tuple[str, str]]:
    """PostgreSQL's URL and a schema of its own, with a table of five orders."""
    server = machine.postgres_server()
    assert server is not None
    url = server.render_as_string(hide_password=False)
    schema = f"shop_{uuid4().hex[:12]}"
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        connection.exec_driver_sql(
            f"CREATE TABLE {schema}.orders (id int, changed_at timestamptz, sold_on date,"
            " made timestamp, price numeric(12, 2), paid boolean, weight float8, tags text[], more jsonb,"
            " ref uuid, raw bytea)"
        )
        connection.exec_driver_sql(
            f"INSERT INTO {schema}.orders SELECT n,"
            " '2026-01-01 08:00+08'::timestamptz + n * interval '1 hour',"
            " '2026-01-01', '2026-01-01 08:00', n + 0.10, true, 0.5, '{a,b}', '{\"x\": 1}',"
            " '00000000-0000-0000-0000-000000000001', '\\x00ff' FROM generate_series(1, 5) n"
        )
    yield url, schema
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.mark.postgres
def test_the_types_of_postgres(shop: tuple[str, str]) -> None:
    url, schema = shop
    with open_sql(url, table=f"{schema}.orders", watermark="changed_at", order=["id"]) as reader:
        (chunk,) = reader.chunks()
    assert chunk.table.schema.field("changed_at").type == pa.timestamp("us", "UTC")
    assert chunk.table.slice(0, 1).to_pylist() == [
        {
            "id": 1,
            "changed_at": dt.datetime(2026, 1, 1, 1, tzinfo=dt.UTC),
            "sold_on": dt.date(2026, 1, 1),
            "made": dt.datetime(2026, 1, 1, 8),  # noqa: DTZ001 - a timestamp without zone
            "price": "1.10",
            "paid": True,
            "weight": 0.5,
            "tags": '["a", "b"]',
            "more": '{"x": 1}',
            "ref": "00000000-0000-0000-0000-000000000001",
            "raw": "00ff",
            ROW: 1,
        }
    ]


@pytest.mark.postgres
def test_a_pull_from_postgres_by_watermark(shop: tuple[str, str]) -> None:
    url, schema = shop
    first = open_sql(url, table=f"{schema}.orders", watermark="changed_at", wanted=["id"])
    assert ids(first) == [1, 2, 3, 4, 5]
    last = first.last_watermark
    assert isinstance(last, dt.datetime)
    before = last - dt.timedelta(hours=1)
    for since in (before, before.isoformat()):
        pulled = open_sql(url, table=f"{schema}.orders", watermark="changed_at", since=since, wanted=["id"])
        assert ids(pulled) == [4, 5]
    query = f"SELECT id, changed_at::date AS day, '50%' AS note FROM {schema}.orders"
    assert ids(open_sql(url, query=query, watermark="day", since="2026-01-01", order=["id"])) == [
        1,
        2,
        3,
        4,
        5,
    ]


@pytest.mark.postgres
def test_what_is_wrong_with_postgres_is_said(shop: tuple[str, str]) -> None:
    url, schema = shop
    with pytest.raises(InputRefused, match="did you mean `orders`"):
        open_sql(url, table=f"{schema}.order")
    with pytest.raises(InputRefused, match="the query failed"):
        open_sql(url, query=f"WITH gone AS (DELETE FROM {schema}.orders RETURNING id) SELECT * FROM gone")
    other = sa.make_url(url).set(database="no_such_database").render_as_string(hide_password=False)
    with pytest.raises(Unavailable, match="there is no database of this name"):
        open_sql(other, table="orders")


@pytest.mark.postgres
def test_values_are_not_told_when_a_query_fails_among_the_rows(shop: tuple[str, str]) -> None:
    url, schema = shop
    query = f"SELECT id, ('张三' || id)::int AS wrong FROM {schema}.orders"
    with pytest.raises(InputRefused, match="it stopped in the middle of the rows") as refused:
        ids(open_sql(url, query=query))
    assert "张三" not in str(refused.value)
