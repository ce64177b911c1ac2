"""Spark: the engine for more facts than one machine computes on.

What it stages lies as Parquet in a folder of its own inside the lake, where every executor reads and writes: an
executor that is lost takes nothing along, what is computed again comes out of the same rows, and no plan of Spark's
grows beyond one stage.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from keepwell.core.files import sync_file
from keepwell.lake.engines.interface import FILENAME, Engine
from keepwell.lake.engines.spark_errors import rows_lost, told_plainly
from keepwell.lake.engines.spark_sql import sql_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

FUNCTIONS = (
    # The last eight bytes of the MD5, from the last to the first; 64 bits without a sign need a decimal.
    """CREATE OR REPLACE TEMPORARY FUNCTION stable_hash(text STRING) RETURNS BIGINT RETURN CAST(CAST(CONV(CONCAT(
        SUBSTR(MD5(text), 31, 2), SUBSTR(MD5(text), 29, 2), SUBSTR(MD5(text), 27, 2), SUBSTR(MD5(text), 25, 2),
        SUBSTR(MD5(text), 23, 2), SUBSTR(MD5(text), 21, 2), SUBSTR(MD5(text), 19, 2), SUBSTR(MD5(text), 17, 2)
    ), 16, 10) AS DECIMAL(20, 0)) DIV 2 AS BIGINT)""",
    "CREATE OR REPLACE TEMPORARY FUNCTION as_moment(time TIMESTAMP_NTZ) RETURNS TIMESTAMP_NTZ RETURN time",
)
"""Made in every session: functions of :mod:`keepwell.lake.functions`. Those of intake alone are DuckDB's."""


class Spark(Engine):
    """A Spark session, and the folder of what it stages, which every executor must reach by the same path."""

    def __init__(self, session: SparkSession, spill: Path) -> None:
        self._session = session
        self._spill = spill
        self._folders: dict[str, Path] = {}
        for statement in FUNCTIONS:
            session.sql(statement)

    def close(self) -> None:
        """Leave the cluster, and remove what was staged."""
        self._session.stop()
        shutil.rmtree(self._spill, ignore_errors=True)

    def read(self, files: Sequence[Path], schema: pa.Schema, *, with_file: bool = False) -> ir.Table:
        """The rows of Parquet files as one table."""
        if not files:
            return self.table((schema.append(FILENAME) if with_file else schema).empty_table())
        with told_plainly():
            rows = self._session.read.schema(_shape(schema)).parquet(*map(str, files))
            if with_file:
                # It is given as an address; to decode one would make a blank of a plus.
                path = "url_decode(replace(_metadata.file_path, '+', '%2B'))"
                rows = rows.withColumn(FILENAME.name, sf.expr(f"regexp_replace({path}, '^file:(//)?', '')"))
            return self._named(f"read_{uuid4().hex}", rows)

    def read_all(self, files: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files that all have the same columns."""
        return self.read(files, pq.read_schema(files[0]))

    def table(self, arrow: pa.Table) -> ir.Table:
        """An Arrow table as an expression, by way of a file."""
        folder = self._new_folder()
        folder.mkdir(parents=True)
        pq.write_table(arrow, folder / "part-0.parquet")
        return self._placed(f"arrow_{uuid4().hex}", folder, _shape(arrow.schema))

    def stage(self, expression: ir.Table, name: str | None = None) -> ir.Table:
        """Compute once into Parquet files."""
        with told_plainly():
            rows = self._session.sql(sql_of(expression))
            folder = self._written(rows)
        before = self._folders.get(name) if name else None
        staged = self._placed(name or f"staged_{uuid4().hex}", folder, rows.schema)
        if before:
            shutil.rmtree(before)
        return staged

    def staged(self, name: str) -> ir.Table:
        """A temporary table made by :meth:`stage`."""
        return self._named(name, self._session.table(name))

    def drop(self, *names: str) -> None:
        """Forget temporary tables."""
        for name in names:
            self._session.catalog.dropTempView(name)
            if folder := self._folders.pop(name, None):
                shutil.rmtree(folder)

    def collect(self, expression: ir.Table) -> pa.Table:
        """The answer as an Arrow table, by way of files, in the order of its rows. The caller bounds its size."""
        with told_plainly():
            rows = self._session.sql(sql_of(expression))
            folder = self._written(rows)
        shape = to_arrow_schema(rows.schema)
        parts = [pq.read_table(file).cast(shape) for file in _parts(folder)]
        shutil.rmtree(folder)
        return pa.concat_tables(parts) if parts else shape.empty_table()

    def write_database(self, tables: Mapping[str, ir.Table], path: Path) -> None:
        """Write tables into a new DuckDB file: Spark computes them in parallel, DuckDB reads them in."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as database:
            for name, expression in tables.items():
                with told_plainly():
                    folder = self._written(self._session.sql(sql_of(expression)))
                # Spark numbers its files in the order of the rows.
                database.execute(
                    f'CREATE TABLE "{name}" AS FROM read_parquet(?)', [[str(file) for file in _parts(folder)]]
                )
                shutil.rmtree(folder)
        sync_file(path)

    def _new_folder(self) -> Path:
        return self._spill / uuid4().hex

    def _written(self, rows: DataFrame) -> Path:
        """The rows as Parquet files in a new folder; all of them, or it is an error.

        An executor on whose machine the lake's folder is another one would write, without a word, where nobody reads.
        """
        folder, counted = self._new_folder(), Observation()
        rows.observe(counted, sf.count(sf.lit(1)).alias("rows")).write.parquet(str(folder))
        found = sum(pq.read_metadata(file).num_rows for file in _parts(folder))
        if found != counted.get["rows"]:
            raise rows_lost(self._spill, written=counted.get["rows"], found=found)
        return folder

    def _placed(self, name: str, folder: Path, shape: StructType) -> ir.Table:
        self._folders[name] = folder
        with told_plainly():
            return self._named(name, self._session.read.schema(shape).parquet(str(folder)))

    def _named(self, name: str, rows: DataFrame) -> ir.Table:
        rows.createOrReplaceTempView(name)
        return ibis.table(
            ibis.Schema.from_pyarrow(to_arrow_schema(rows.schema, timestamp_utc=False)), name=name
        )


def _shape(schema: pa.Schema) -> StructType:
    return from_arrow_schema(schema, prefer_timestamp_ntz=True)


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))
