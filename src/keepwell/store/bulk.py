"""Many rows at once, in statements that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, LargeBinary, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

CHUNK_ROWS = 5_000
"""So many rows or values go into one statement; both databases take several times as many."""

Item = TypeVar("Item")
Row = Mapping[str, Any]


def in_chunks(items: Iterable[Item], size: int = CHUNK_ROWS) -> Iterator[list[Item]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_missing(session: Session, table: Table, rows: Sequence[Row]) -> int:
    """Insert the rows whose key is not there yet, leave the others as they are; how many were inserted."""
    count = 0
    for chunk in in_chunks(rows):
        if _is_sqlite(session):
            count += _execute_many(session, table, sqlite.insert(table).on_conflict_do_nothing(), chunk)
        else:
            missing = _from_arrays(table, chunk).on_conflict_do_nothing()
            counted = missing.execution_options(preserve_rowcount=True)
            count += session.connection().execute(counted).rowcount
    return count


def put(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows; where the primary key is there, overwrite the row. No key comes twice in ``rows``."""
    keys = [column.name for column in table.primary_key]
    for chunk in in_chunks(rows):
        others = [name for name in chunk[0] if name not in keys]
        if _is_sqlite(session):
            plain = sqlite.insert(table)
            changed = {name: plain.excluded[name] for name in others}
            _execute_many(
                session, table, plain.on_conflict_do_update(index_elements=keys, set_=changed), chunk
            )
        else:
            arrays = _from_arrays(table, chunk)
            changed = {name: arrays.excluded[name] for name in others}
            session.execute(arrays.on_conflict_do_update(index_elements=keys, set_=changed))


def rows_among(
    session: Session, key: Column[Any], values: Iterable[str] | Iterable[bytes], *others: Column[Any]
) -> dict[Any, tuple[Any, ...]]:
    """The rows whose ``key`` is among the values: key -> the other columns. All are text or bytes."""
    found: dict[Any, tuple[Any, ...]] = {}
    wanted = select(key, *others)
    for chunk in in_chunks(values):
        if _is_sqlite(session):
            marks = ",".join("?" * len(chunk))
            rows = session.connection().exec_driver_sql(f"{wanted} WHERE {key} IN ({marks})", tuple(chunk))
        else:
            array = bindparam(None, chunk, type_=postgresql.ARRAY(key.type))
            rows = session.connection().execute(wanted.where(key == any_(array)))
        found |= {first: tuple(rest) for first, *rest in rows}
    return found


def insert_or_none(session: Session, table: Table, values: Row) -> int | None:
    """Insert one row and give its id; None where one with the same unique key is there."""
    of = sqlite.insert if _is_sqlite(session) else postgresql.insert
    added = of(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
    return session.scalars(added).one_or_none()


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _execute_many(session: Session, table: Table, statement: sqlite.Insert, rows: Sequence[Row]) -> int:
    """Hand the rows to the driver as tuples: binding them one by one costs more than inserting them."""
    connection = session.connection()
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    names = compiled.positiontup
    assert names is not None
    columns = [[row[name] for row in rows] for name in names]
    for position, name in enumerate(names):
        if isinstance(table.c[name].type, LargeBinary):  # the driver takes bytes as they are
            continue
        bind = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        if bind is not None:
            columns[position] = [bind(value) for value in columns[position]]
    return connection.exec_driver_sql(str(compiled), list(zip(*columns, strict=True))).rowcount


def _from_arrays(table: Table, rows: Sequence[Row]) -> postgresql.Insert:
    """One statement with an array for each column: ten times as fast as a statement for each row."""
    names = list(rows[0])
    arrays = [
        func.unnest(bindparam(None, [row[name] for row in rows], type_=postgresql.ARRAY(table.c[name].type)))
        for name in names
    ]
    return postgresql.insert(table).from_select(names, select(*arrays))
