"""Values planted in files, and the search for them in everything that was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def found_in(folder: Path, plants: Iterable[str]) -> set[tuple[str, str]]:
    """``(file, plant)`` wherever a plant stands under a folder: in raw bytes, and in what the bytes mean.

    Parquet, DuckDB and SQLite files keep values packed; they are read as well.
    """
    hits: set[tuple[str, str]] = set()
    wanted = {plant: [plant.encode(each) for each in ENCODINGS] for plant in plants}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes() + "\n".join(texts_of(path)).encode()
        name = path.relative_to(folder).as_posix()
        hits |= {(name, plant) for plant, forms in wanted.items() if any(form in content for form in forms)}
    return hits


def texts_of(path: Path) -> Iterator[str]:
    """Every value that a file of a packed form holds."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"PAR1"):
        yield repr(pq.read_table(path).to_pylist())
        yield repr(pq.read_metadata(path).to_dict())
    elif head[8:12] == b"DUCK":
        with duckdb.connect(str(path), read_only=True) as database:
            for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                yield repr(database.execute(f'SELECT * FROM "{name}"').fetchall())
    elif head.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
            for name, sql in tables:
                yield sql or ""
                yield repr(database.execute(f'SELECT * FROM "{name}"').fetchall())
