"""Databases by URL, pulled by watermark: the one place of the batch half that knows SQLAlchemy."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    NoSuchTableError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.sql.selectable import FromClause

from keepwell.core.errors import InputRefused, KeepwellError, Problem, Unavailable
from keepwell.core.nearest import did_you_mean
from keepwell.intake.readers.header import choose, clean_header
from keepwell.intake.readers.limits import LIMITS, Limits
from keepwell.intake.readers.reader import ROW, Chunk, Found, Reader
from keepwell.intake.readers.sql_values import column_array

Watermark = int | float | str | Decimal | dt.date | dt.datetime

_FETCH_ROWS = 50_000
_NAME = re.compile(r"[^.]+(?:\.[^.]+)?")


def open_sql(
    url: str,
    *,
    table: str | None = None,
    query: str | None = None,
    watermark: str | None = None,
    since: Watermark | None = None,
    order: Sequence[str] = (),
    wanted: Collection[str] | None = None,
    limits: Limits = LIMITS,
) -> SqlReader:
    """Open a table (``name`` or ``schema.name``) or a query of a database for reading.

    With ``watermark`` the rows come in its order, then by ``order`` (the key columns); with ``since`` only
    those at or after it; rows without a watermark always come, since nobody can tell that they are old.
    ``since`` is what an earlier reader gave as ``last_watermark``, or the same as text.

    Raises InputRefused for a URL, table, column or query that is wrong, and Unavailable when the database is
    out of reach. Neither quotes the password, nor any part of the URL that might hold it.
    """
    if (table is None) == (query is None):
        raise InputRefused("give either `table` or `query` of a database")
    engine = _engine(url)
    try:
        connection = _connect(engine)
        try:
            rows = (
                _columns_of_table(connection, table) if table else _columns_of_query(connection, query or "")
            )
            return SqlReader(connection, rows, watermark, since, order, wanted, limits)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        engine.dispose()
        raise


class SqlReader(Reader):
    """One table or query, streamed in one read-only transaction."""

    def __init__(
        self,
        connection: sa.Connection,
        rows: FromClause,
        watermark: str | None,
        since: Watermark | None,
        order: Sequence[str],
        wanted: Collection[str] | None,
        limits: Limits,
    ) -> None:
        self._connection = connection
        self._place = _place(connection.engine.url)
        self.columns = clean_header(list(rows.columns.keys()), self._place, limits)
        choose(self.columns, [*([watermark] if watermark else []), *order], self._place)
        self._chosen = choose(self.columns, wanted, self._place)
        self._watermark = watermark
        self._statement = _statement(rows, self._chosen, watermark, _bound(since, connection), order)
        self._limits = limits
        self.found = Found("sql")
        self.last_watermark: Watermark | None = since
        """The highest watermark read so far; ``since`` as long as there is none."""

    def chunks(self) -> Iterator[Chunk]:
        """The rows in order; see Reader. Types are the database's: decimals as text, instants in UTC."""
        size = min(self._limits.chunk_rows, _FETCH_ROWS)
        first = 1
        try:
            result = self._connection.execution_options(stream_results=True, max_row_buffer=size).execute(
                self._statement
            )
            for part in result.partitions(size):
                values = list(zip(*part, strict=True))
                if self._watermark is not None:
                    self._raise_watermark(values.pop())
                columns = {
                    name: column_array(column) for name, column in zip(self._chosen, values, strict=True)
                }
                numbers = pa.array(range(first, first + len(part)), pa.int64())
                first += len(part)
                yield Chunk(pa.table({**columns, ROW: numbers}))
        except DBAPIError as error:
            raise _failed(error, self._place, "it stopped in the middle of the rows") from None

    def _raise_watermark(self, values: Sequence[Watermark | None]) -> None:
        # In their order the last is the highest; nulls come first or last, as the database likes.
        known = [value for value in values if value is not None]
        if known:
            self.last_watermark = known[-1]

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
        self._connection.engine.dispose()


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
            raise InputRefused(
                Problem("there is no such file", file=parsed.database, hint="look at the path")
            )
        return sa.create_engine(parsed, poolclass=sa.NullPool)
    except (NoSuchModuleError, ImportError):
        raise InputRefused(
            "there is no driver for this kind of database", hint="for PostgreSQL install keepwell[postgres]"
        ) from None
    except (ArgumentError, ValueError):
        raise InputRefused(
            "the database's URL cannot be read",
            hint="write postgresql+psycopg://user:password@host:5432/database; escape @ : / in the password",
        ) from None


def _place(url: sa.URL) -> str:
    """Where the database is, for errors. A host part with ``@`` in it is the end of an unescaped password."""
    if url.host is None:
        return f"{url.get_backend_name()} {url.database}"
    return f"{url.get_backend_name()} at {url.host.rpartition('@')[2]}, database {url.database}"


def _connect(engine: sa.Engine) -> sa.Connection:
    place = _place(engine.url)
    try:
        connection = engine.connect()
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        elif connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
    except DBAPIError as error:
        raise _failed(error, place, "it cannot be reached", hint=_why_not(error)) from None
    return connection


def _why_not(error: DBAPIError) -> str:
    """A hint by what the driver says, which itself may quote the URL."""
    text = str(error.orig).lower()
    if "password" in text or "authentication" in text or "role" in text:
        return "user or password are wrong"
    if "does not exist" in text or "unknown database" in text:
        return "there is no database of this name"
    return "is it running, and are host and port right?"


def _failed(error: DBAPIError, place: str, what: str, *, hint: str | None = None) -> KeepwellError:
    problem = Problem(what, file=place, hint=hint)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return Unavailable(problem)
    return InputRefused(problem)


def _columns_of_table(connection: sa.Connection, name: str) -> FromClause:
    place = _place(connection.engine.url)
    if not _NAME.fullmatch(name):
        raise InputRefused(Problem("a table is `name` or `schema.name`", file=place, field=name))
    schema, _, bare = name.rpartition(".")
    inspector = sa.inspect(connection)
    try:
        columns = [column["name"] for column in inspector.get_columns(bare, schema or None)]
    except NoSuchTableError:
        known = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
        raise InputRefused(
            Problem("there is no such table", file=place, field=name, hint=did_you_mean(bare, known))
        ) from None
    except DBAPIError as error:
        raise _failed(error, place, "its tables cannot be listed") from None
    return sa.table(bare, *map(sa.column, columns), schema=schema or None)


def _columns_of_query(connection: sa.Connection, query: str) -> FromClause:
    # Colons are the query's own: nothing is bound in it.
    text = sa.text(query.strip().rstrip(";").replace(":", "\\:"))
    try:
        with connection.execute(
            sa.select(sa.text("*")).select_from(text.columns().subquery("pulled")).where(sa.false())
        ) as probe:
            names = list(probe.keys())
    except SQLAlchemyError as error:
        # No row was read: what the database says is about the query, and no value can be in it.
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputRefused(
            Problem("the query failed", file=_place(connection.engine.url), field="query", hint=said)
        ) from None
    return text.columns(*map(sa.column, names)).subquery("pulled")


def _bound(since: Watermark | None, connection: sa.Connection) -> Watermark | None:
    # SQLite has no type for instants: they are text there, and compare as text.
    if isinstance(since, dt.date) and connection.dialect.name == "sqlite":
        return since.isoformat(" ") if isinstance(since, dt.datetime) else since.isoformat()
    return since


def _statement(
    rows: FromClause,
    chosen: Sequence[str],
    watermark: str | None,
    since: Watermark | None,
    order: Sequence[str],
) -> sa.Select[tuple[object, ...]]:
    columns = rows.columns
    statement = sa.select(*(columns[name] for name in chosen))
    if watermark is not None:
        mark = columns[watermark]
        statement = statement.add_columns(mark.label("__watermark__"))
        if since is not None:
            # Untyped: the database reads it as the column's type, also when it was stored as text meanwhile.
            since_bound = sa.bindparam("since", since, type_=sa.types.NullType())
            statement = statement.where(sa.or_(mark >= since_bound, mark.is_(None)))
        order = [watermark, *(name for name in order if name != watermark)]
    return statement.order_by(*(columns[name] for name in order))


TABLES_MAX = 500


def tables_of(url: str) -> tuple[str, ...]:
    """Tables and views of a database, by name, at most TABLES_MAX. Raises as :func:`open_sql`."""
    engine = _engine(url)
    try:
        with _connect(engine) as connection:
            inspector = sa.inspect(connection)
            try:
                found = [*inspector.get_table_names(), *inspector.get_view_names()]
            except DBAPIError as error:
                raise _failed(error, _place(engine.url), "its tables cannot be listed") from None
        return tuple(sorted(found)[:TABLES_MAX])
    finally:
        engine.dispose()
