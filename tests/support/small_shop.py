"""A plan folder with one source of orders, to be written, run and looked into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

import keepwell.runs.inputs
from keepwell.catalog.files import read_folder
from keepwell.customers.tables import originals
from keepwell.intake.readers import Limits
from keepwell.lake.manifest import Counts, SourceState
from keepwell.publishing.commands import publish
from keepwell.publishing.queries import current
from keepwell.runs.intake import take_in_all
from keepwell.runs.place import Place
from keepwell.runs.quarantine import Waiting, waiting_rows
from keepwell.wiring import Deployment, deployment

NOW = datetime(2025, 3, 10, 4, 0, tzinfo=UTC)

SETTINGS = """\
format = 1
name = "Small shop"
time_zone = "Asia/Shanghai"
currency = "CNY"

[lake]
threads = 1
"""

ORDERS = """\
source: orders
from: {files: data/*.csv}
fact: order
system: shop
key: [order_id]
columns:
  order_id: id
  party: who
  occurred_at: at
  amount: paid
"""

HEADER = "id,who,at,paid\n"
LEFT_OUT = {"key_hash", "body_hash", "recorded_at"}


class Shop:
    """Its files are written, then taken in; close it when done."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = environment
        self.deployment: Deployment = deployment(folder, environment)
        self.now = NOW
        self.problems: list[str] = []

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files under the folder, texts as UTF-8."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def define(self, orders: str = ORDERS, **files: str) -> None:
        """Publish the plan with this source of orders; ``rates_csv="…"`` is rates.csv."""
        others = {name.replace("_", "."): text for name, text in files.items()}
        top = 'rates = "rates.csv"\n' if "rates.csv" in others else ""
        self.write({"keepwell.toml": top + SETTINGS, "sources/orders.yml": orders} | others)
        with self.deployment.store.write() as session:
            before = current(session)
            expected = before.number if before else None
            publish(
                session,
                read_folder(self.folder),
                author="test",
                reason="test",
                now=self.now,
                expected_version=expected,
            )

    def take_in(self, files: Mapping[str, str | bytes] | None = None) -> dict[str, Counts]:
        """Write files, then take in all that is new: counts by input. Problems are kept as texts."""
        self.write(files or {})
        with self.place() as place, place.lake.lock():
            taken, problems = take_in_all(place)
        self.problems = [str(problem) for problem in problems]
        for one in taken:
            assert one.counts.accounted == one.counts.rows, one
        return {one.name: one.counts for one in taken}

    def take_orders(self, rows: str, name: str = "orders", header: str = HEADER) -> Counts:
        """Take in one CSV file of orders."""
        taken = self.take_in({f"data/{name}.csv": header + rows})
        assert not self.problems
        return taken[f"data/{name}.csv"]

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Where work is done, with an engine of its own."""
        with self.deployment.place(now=self.now) as place:
            yield place

    def facts(self) -> list[dict[str, Any]]:
        """The facts of orders that count, by key; without hashes and when they were recorded."""
        with self.place() as place:
            state = place.lake.current().sources.get("orders")
            if state is None:
                return []
            rows = place.lake.engine.collect(place.lake.facts(state).order_by("key")).to_pylist()
        assert len(rows) == state.fact_count
        return [{name: row[name] for name in row if name not in LEFT_OUT} for row in rows]

    def amounts(self) -> dict[str, int]:
        """Key → amount."""
        facts = self.facts()
        amounts = {fact["key"]: fact["amount"] for fact in facts}
        assert len(amounts) == len(facts), "a key stands twice"
        return amounts

    def state(self) -> SourceState:
        """What the lake lists of orders."""
        with self.place() as place:
            return place.lake.current().sources["orders"]

    def waiting(self) -> list[Waiting]:
        """Rows in quarantine."""
        with self.place() as place:
            return waiting_rows(place)

    def reasons(self) -> dict[int, list[str]]:
        """Row → ``field=reason`` of the rows in quarantine; for tests with one file."""
        return {
            row.row: [f"{problem.field}={problem.reason}" for problem in row.problems]
            for row in self.waiting()
        }

    def kept_originals(self) -> set[str]:
        """Quarantine ids whose row the vault holds."""
        with self.deployment.store.read() as session:
            return set(session.scalars(select(originals.c.quarantine_id)))

    def close(self) -> None:
        """Let go of everything."""
        self.deployment.close()


@contextmanager
def open_small_shop(folder: Path, orders: str = ORDERS, **files: str) -> Iterator[Shop]:
    """A shop whose plan is published and whose files are still to come."""
    shop = Shop(folder)
    try:
        shop.define(orders, **files)
        yield shop
    finally:
        shop.close()


@contextmanager
def chunks_of(rows: int) -> Iterator[None]:
    """Readers hand on at most so many rows at once."""
    with patch.object(keepwell.runs.inputs, "Limits", partial(Limits, chunk_rows=rows)):
        yield
