"""The engines that answer questions about everybody: what each can do, and how DuckDB, which is always here, is opened.

Spark is opened by :mod:`keepwell.lake.engines.spark`, which needs the extra `keepwell[spark]`.
"""

from keepwell.lake.engines.duckdb import ROWS_PER_GROUP, DuckDB, open_database, open_engine, write_views
from keepwell.lake.engines.interface import Engine
from keepwell.lake.engines.spill import SPILL, remove_spilled

__all__ = [
    "ROWS_PER_GROUP",
    "SPILL",
    "DuckDB",
    "Engine",
    "open_database",
    "open_engine",
    "remove_spilled",
    "write_views",
]
