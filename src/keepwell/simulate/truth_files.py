"""The files of the truth: which columns each has, what they mean, and writing them block by block."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from keepwell.core.files import write_atomically
from keepwell.simulate.truth import Columns
from keepwell.simulate.types import Column

FOLDER = "truth"

TABLES: dict[str, tuple[str, tuple[tuple[str, pa.DataType, str], ...]]] = {
    "customers": (
        "One row a customer: latent parameters and what became of them.",
        (
            ("customer", pa.int64(), "number of the person; no file of the business has it"),
            ("segment", pa.string(), "family, young, senior or office: what they like, not how often they buy"),
            ("city", pa.string(), "where they live"),
            ("first_on", pa.date32(), "day of the first purchase"),
            ("purchase_rate", pa.float64(), "purchases per clock day, the lambda of BG/NBD"),
            ("dropout_probability", pa.float64(), "chance of leaving after a repeat purchase, the p of BG/NBD"),
            ("purchases", pa.int64(), "purchases, the first included; x of BG/NBD is one less"),
            ("last_clock_days", pa.float64(), "clock days from the first to the latest purchase, t_x of BG/NBD"),
            ("clock_days", pa.float64(), "clock days from the first purchase to the end, T of BG/NBD"),
            ("left_on", pa.date32(), "day of the purchase after which they left; missing while they are there"),
            ("is_there", pa.bool_(), "whether they are still there at the end"),
            ("mean_spend", pa.float64(), "元 an order on average, p / nu of Gamma-Gamma"),
            ("price_elasticity", pa.float64(), "0: prices do not matter to them"),
            ("campaign_response", pa.float64(), "how much of a campaign's effect they show: 0, 1, 1.6 or -0.4"),
            ("decline_cause", pa.string(), "price, experience, competitor or service; missing: none is planted"),
            ("decline_onset", pa.date32(), "the first day of the decline"),
            ("was_there_at_onset", pa.bool_(), "whether they had not left before it, so that it can show"),
        ),
    ),
    "parties": (
        "One row an account: which ids of which systems are the same person.",
        (
            ("customer", pa.int64(), "number of the person"),
            ("system", pa.string(), "pos (tills) or shop (online)"),
            ("party", pa.string(), "the system's id"),
            ("opened_on", pa.date32(), "day it was opened"),
            ("phone", pa.string(), "phone at first; missing where the system has none"),
            ("new_phone", pa.string(), "phone from the change on; missing where the system heard of none"),
            ("phone_changed_on", pa.date32(), "day on which the system heard of it"),
            ("unionid", pa.string(), "WeChat's id of the person for all apps of the retailer"),
            ("is_second_card", pa.bool_(), "whether it is a second card of the same person"),
            ("is_phone_shared", pa.bool_(), "whether another person has the first phone as well"),
        ),
    ),
    "orders": (
        "One row an order, with the person behind it, known to the business or not.",
        (
            ("customer", pa.int64(), "number of the person"),
            ("order_id", pa.string(), "number of the order or receipt"),
            ("system", pa.string(), "pos or shop"),
            ("party", pa.string(), "the account it was made by; missing: anonymous"),
            ("occurred_at", pa.timestamp("ms"), "local time"),
            ("amount", pa.int64(), "what was paid, in fen"),
            ("status", pa.string(), "paid, returned or cancelled; returned in a store has a receipt R… as well"),
        ),
    ),
    "touches": (
        "One row for each customer chosen for a campaign, treated or control.",
        (
            ("customer", pa.int64(), "number of the person"),
            ("campaign", pa.string(), "name of the campaign"),
            ("arm", pa.string(), "treated or control, by chance"),
            ("rate_multiplier", pa.float64(), "what treatment does to their purchase rate, or would have done"),
            ("was_there", pa.bool_(), "whether they had not left before the campaign"),
            ("extra_purchases", pa.float64(), "expected from treatment, if there all the while; 0 for controls"),
        ),
    ),
    "bad_rows": (
        "One row for each row of the files that was spoilt on purpose.",
        (
            ("customer", pa.int64(), "number of the person it belongs to"),
            ("source", pa.string(), "name of the source"),
            ("file", pa.string(), "the file it is in"),
            ("key", pa.string(), "the row's key, its parts joined by `:`"),
            ("column", pa.string(), "the column that was spoilt, as the file calls it"),
            ("written", pa.string(), "what stands there; missing: nothing"),
            ("right", pa.string(), "what should stand there"),
        ),
    ),
    "campaigns": (
        "One row a campaign.",
        (
            ("campaign", pa.string(), "name"),
            ("first_day", pa.date32(), "day it was sent, the first of its effect"),
            ("days", pa.int64(), "how long the effect lasts"),
            ("channel", pa.string(), "sms or wecom"),
            ("uplift", pa.float64(), "what it multiplies the rate of a customer by whose response is 1"),
        ),
    ),
    "openings": (
        "One row for each city in which a competitor opens.",
        (("city", pa.string(), "the city"), ("opened_on", pa.date32(), "the day")),
    ),
    "days": (
        "One row a day of the period.",
        (
            ("day", pa.date32(), "the day"),
            ("seasonal_index", pa.float64(), "what it multiplies everybody's rate by; mean 1 a calendar year"),
            ("discount", pa.float64(), "0.2 is 20 % off the list price"),
            ("promotion", pa.string(), "its name; empty: none"),
        ),
    ),
}  # fmt: skip
"""Table → what it is, and its columns: name, type, meaning."""

SCHEMAS = {name: pa.schema([column[:2] for column in columns]) for name, (_, columns) in TABLES.items()}


class TruthFiles:
    """Parquet files of the truth, open until all blocks are written; one row group a block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True)
        self._open = ExitStack()
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def append(self, name: str, columns: Columns, *, before: int | None = None) -> None:
        """Append rows to a table, only those of customers with numbers below ``before`` if it is given."""
        schema = SCHEMAS[name]
        table = pa.table(
            {field.name: _array(columns[field.name], field.type) for field in schema}, schema=schema
        )
        if before is not None:
            table = table.filter(pa.array(np.asarray(columns["customer"]) < before))
        if name not in self._writers:
            writer = pq.ParquetWriter(self._folder / f"{name}.parquet", schema, compression="zstd")
            self._writers[name] = self._open.enter_context(writer)
        self._writers[name].write_table(table)


def _array(values: Sequence[object] | NDArray[Any] | Column, kind: pa.DataType) -> Column:
    made: Column = values.cast(kind) if isinstance(values, pa.Array) else pa.array(values, kind)
    return made


def write_readme(folder: Path, about: str) -> None:
    """truth/README.md: ``about`` the simulation, then every table with its columns."""
    parts = ["# The truth", about]
    for name, (sentence, columns) in TABLES.items():
        rows = "\n".join(f"| `{column}` | {kind} | {meaning} |" for column, kind, meaning in columns)
        parts.append(
            f"## {name}.parquet\n\n{sentence}\n\n| column | type | meaning |\n| --- | --- | --- |\n{rows}"
        )
    write_atomically(folder / FOLDER / "README.md", ("\n\n".join(parts) + "\n").encode())
