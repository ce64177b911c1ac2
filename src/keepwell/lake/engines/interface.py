"""What every engine can do: expressions in; Arrow tables, temporary tables or the tables of a snapshot out.

Rooms that compute call this interface alone, so that an answer does not depend on the engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

FILENAME = pa.field("filename", pa.string())


class Engine(ABC):
    """One connection. Not shared between threads."""

    @abstractmethod
    def close(self) -> None:
        """Release memory, and remove what was put aside on disk."""

    @abstractmethod
    def read(self, files: Sequence[Path], schema: pa.Schema, *, with_file: bool = False) -> ir.Table:
        """The rows of Parquet files as one table; columns that a file lacks are missing values.

        ``with_file`` adds the column ``filename``. No files give an empty table of ``schema``.
        """

    @abstractmethod
    def read_all(self, files: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files that all have the same columns."""

    @abstractmethod
    def table(self, arrow: pa.Table) -> ir.Table:
        """An Arrow table as an expression."""

    @contextmanager
    def lend(self, arrow: pa.Table) -> Iterator[ir.Table]:
        """Like :meth:`table`, forgotten afterwards."""
        lent = self.table(arrow)
        try:
            yield lent
        finally:
            self.drop(lent.get_name())

    @abstractmethod
    def stage(self, expression: ir.Table, name: str | None = None) -> ir.Table:
        """Compute once into a temporary table."""

    @abstractmethod
    def staged(self, name: str) -> ir.Table:
        """A temporary table made by :meth:`stage`."""

    @abstractmethod
    def drop(self, *names: str) -> None:
        """Forget temporary tables."""

    @abstractmethod
    def collect(self, expression: ir.Table) -> pa.Table:
        """The answer as an Arrow table. The caller bounds its size."""

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows as Python values, for small answers."""
        return self.collect(expression).to_pylist()

    def values(self, column: ir.Value) -> list[Any]:
        """The values of one column as Python values, for small answers."""
        found: list[Any] = self.collect(column.as_table()).column(0).to_pylist()
        return found

    def count(self, table: ir.Table) -> int:
        """How many rows a table has."""
        return int(self.value(table.count()))

    def value(self, expression: ir.Scalar) -> Any:  # noqa: ANN401 - of whatever type the expression has
        """The single value of a scalar expression, as a Python object."""
        return self.values(expression)[0]

    @abstractmethod
    def write_database(self, tables: Mapping[str, ir.Table], path: Path) -> None:
        """Write tables into a new DuckDB file, for readers that open it read-only."""
