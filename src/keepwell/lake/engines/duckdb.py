"""DuckDB: the engine inside this process. Takes everything in, writes the lake and its snapshots, reads them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.core.errors import Unavailable
from keepwell.core.files import sync_file
from keepwell.lake.engines.duckdb_sql import sql_of
from keepwell.lake.engines.interface import FILENAME, Engine
from keepwell.lake.engines.spill import own_folder

if TYPE_CHECKING:
    import ibis.expr.types as ir

MACROS = (
    "CREATE OR REPLACE TEMP MACRO stable_hash(text) AS (md5_number(text) >> 65)::BIGINT",
    # A form with an offset makes the engine give times with a zone, which show and compare differently.
    "CREATE OR REPLACE TEMP MACRO moment_from_text(text, forms) AS try_strptime(text, forms)::TIMESTAMP",
    "CREATE OR REPLACE TEMP MACRO as_moment(time) AS time::TIMESTAMP",
)
"""Run on every new connection: functions of :mod:`keepwell.lake.functions` in the form DuckDB is quick at."""

ROWS_PER_GROUP = 100_000
"""Rows of a Parquet row group: small enough that one customer's rows are found without reading a whole file."""
_PARQUET = (
    f"FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP}, COMPRESSION zstd, "
    # The next level saves half a per cent of size for half as much time again; dictionaries are for few values.
    "COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 2000"
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A file written by :meth:`DuckDB.write_buckets`."""

    bucket: int
    path: Path
    rows: int


class DuckDB(Engine):
    """One connection. Not shared between threads: each takes its own :meth:`cursor`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spill: Path | None = None) -> None:
        self._connection = connection
        for statement in ("SET TimeZone = 'UTC'", *MACROS):
            connection.execute(statement)
        self._spill = spill
        self._ibis = ibis.duckdb.from_connection(connection)

    def close(self) -> None:
        """Release memory, and remove what was spilled to disk."""
        self._connection.close()
        if self._spill is not None:
            shutil.rmtree(self._spill, ignore_errors=True)

    def cursor(self) -> DuckDB:
        """The same engine for another thread."""
        return DuckDB(self._connection.cursor())

    def read(self, files: Sequence[Path], schema: pa.Schema, *, with_file: bool = False) -> ir.Table:
        """The rows of Parquet files as one table."""
        if not files:
            return self.table((schema.append(FILENAME) if with_file else schema).empty_table())
        options = {"filename": True} if with_file else {}
        table = self._ibis.read_parquet(
            [str(file) for file in files], union_by_name=True, table_name=f"read_{uuid4().hex}", **options
        )
        absent = {
            field.name: ibis.null(ibis.dtype(field.type))
            for field in schema
            if field.name not in table.columns
        }
        return table.mutate(**absent) if absent else table

    def read_all(self, files: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files that all have the same columns."""
        return self._ibis.read_parquet([str(file) for file in files], table_name=f"read_{uuid4().hex}")

    def table(self, arrow: pa.Table) -> ir.Table:
        """An Arrow table as an expression, without copying it."""
        name = f"arrow_{uuid4().hex}"
        self._connection.register(name, arrow)
        return self._ibis.table(name)

    @contextmanager
    def lend(self, arrow: pa.Table) -> Iterator[ir.Table]:
        """Like :meth:`table`, forgotten afterwards."""
        name = f"arrow_{uuid4().hex}"
        self._connection.register(name, arrow)
        try:
            yield self._ibis.table(name)
        finally:
            self._connection.unregister(name)

    def stage(self, expression: ir.Table, name: str | None = None) -> ir.Table:
        """Compute once into a temporary table."""
        name = name or f"staged_{uuid4().hex}"
        self._run(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql_of(expression)}')
        return self._ibis.table(name)

    def staged(self, name: str) -> ir.Table:
        """A temporary table made by :meth:`stage`."""
        return self._ibis.table(name)

    def remove(self, name: str, rows: pa.Table) -> None:
        """Remove rows from a temporary table made by :meth:`stage`: those that ``rows``, of one column, names."""
        [column] = rows.column_names
        with self.lend(rows) as lent:
            self._run(f'DELETE FROM "{name}" WHERE "{column}" IN ({sql_of(lent)})')

    def unite(self, name: str, parts: Sequence[ir.Table]) -> ir.Table:
        """The rows of several staged tables as one, which takes a name and no room of its own."""
        union = " UNION ALL ".join(sql_of(part) for part in parts)
        self._run(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {union}')
        return self._ibis.table(name)

    def drop(self, *names: str) -> None:
        """Forget temporary tables."""
        for name in names:
            self._run(f'DROP TABLE IF EXISTS "{name}"')

    def collect(self, expression: ir.Table) -> pa.Table:
        """The answer as an Arrow table. The caller bounds its size."""
        with self._errors():
            table: pa.Table = self._connection.sql(sql_of(expression)).to_arrow_table()
            return table

    def rows_where(self, table: str, column: str, value: str) -> list[dict[str, Any]]:
        """All columns of the rows whose ``column`` is a text.

        Written by hand: an expression over hundreds of columns takes longer to make and compile than to answer.
        """
        with self._errors():
            sql = f'SELECT * FROM "{table}" WHERE "{column}" = ?'
            rows: list[dict[str, Any]] = (
                self._connection.sql(sql, params=[value]).to_arrow_table().to_pylist()
            )
            return rows

    def values(self, column: ir.Value) -> list[Any]:
        """The values of one column as Python values, for small answers."""
        return [value for (value,) in self._run(sql_of(column.as_table()))]

    def count(self, table: ir.Table) -> int:
        """How many rows a table has."""
        return int(self._run(sql_of(table.count().as_table()))[0][0])

    def value(self, expression: ir.Scalar) -> Any:  # noqa: ANN401 - of whatever type the expression has
        """The single value of a scalar expression, as a Python object."""
        return self._run(sql_of(expression.as_table()))[0][0]

    def write(self, expression: ir.Table, path: Path) -> None:
        """Write one Parquet file durably. A crash leaves at most an unlisted file, which collection removes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._run(f"COPY ({sql_of(expression)}) TO '{_quoted(path)}' ({_PARQUET})")
        sync_file(path)

    def write_buckets(self, expression: ir.Table, folder: Path, *, by: str) -> list[Bucket]:
        """Write one Parquet file per value of the whole-number column ``by`` (not kept), in order of value."""
        folder.mkdir(parents=True)
        self._run(f"COPY ({sql_of(expression)}) TO '{_quoted(folder)}' ({_PARQUET}, PARTITION_BY ({by}))")
        written = []
        for part in folder.iterdir():
            files = list(part.iterdir())
            assert len(files) == 1, f"one file per bucket expected in {part}"
            sync_file(files[0])
            rows = pq.read_metadata(files[0]).num_rows
            written.append(Bucket(int(part.name.partition("=")[2]), files[0], rows))
        return sorted(written, key=lambda part: part.bucket)

    def write_database(self, tables: Mapping[str, ir.Table], path: Path) -> None:
        """Write tables into a new DuckDB file, for readers that open it read-only."""
        path.parent.mkdir(parents=True, exist_ok=True)
        alias = f"out_{uuid4().hex}"
        self._run(f"ATTACH '{_quoted(path)}' AS {alias}")
        try:
            for name, expression in tables.items():
                self._run(f'CREATE TABLE {alias}."{name}" AS {sql_of(expression)}')
        finally:
            self._run(f"DETACH {alias}")
        sync_file(path)

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        with self._errors():
            return self._connection.execute(sql).fetchall()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise Unavailable(
                f"the engine ran out of memory or room to spill: {_first_line(error)}",
                hint="free disk space, or raise `memory_limit_mb` under [lake] in keepwell.toml",
            ) from error
        except (
            duckdb.IOException,
            duckdb.TransactionException,
        ) as error:  # the latter: a commit without room
            raise Unavailable(
                f"the lake's files could not be read or written: {_first_line(error)}",
                hint="check free disk space and that the lake's folder is reachable; nothing was published",
            ) from error


def open_engine(spill: Path, *, memory_limit_mb: int | None = None, threads: int | None = None) -> DuckDB:
    """An engine in memory that spills to a folder of its own under ``spill``."""
    # DuckDB makes its own folder when it needs it, but not those above.
    spill.mkdir(parents=True, exist_ok=True)
    own = own_folder(spill)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(own),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if memory_limit_mb:
        settings["memory_limit"] = f"{memory_limit_mb}MB"
    if threads:
        settings["threads"] = threads
    return DuckDB(duckdb.connect(config=settings), own)


def write_views(script: str, path: Path) -> None:
    """A new DuckDB file that holds the views a script of SQL makes, and no rows."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(script)
    sync_file(path)


def open_database(path: Path) -> DuckDB:
    """A DuckDB file made by :meth:`Engine.write_database`, read-only."""
    try:
        return DuckDB(duckdb.connect(str(path), read_only=True))
    except duckdb.Error as error:
        raise Unavailable(
            f"{path.name} cannot be opened: {_first_line(error)}",
            hint="remove it, if it is there, and let `keepwell run` write a new one",
        ) from error


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
