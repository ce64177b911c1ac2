"""A shop of three customers and two segments, run day by day, small enough to be worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keepwell.catalog.draft import shipped_entries
from keepwell.catalog.files import read_folder
from keepwell.catalog.kinds import Segment
from keepwell.fields.segments import CHANGE_SCHEMA, SIZE_SCHEMA
from keepwell.publishing.commands import publish
from keepwell.publishing.queries import current
from keepwell.runs.run import Ran, run
from keepwell.wiring import Deployment, deployment
from support.trial_shop import write

SETTINGS = """\
format = 1
name = "Segment shop"
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
columns: {order_id: id, party: who, occurred_at: at, amount: paid}
"""

TWICE = """\
segment: twice
label: {en: Bought twice, zh: 两次购买}
where: orders_lifetime >= 2
worth: spend_lifetime
"""
FRESH = "segment: fresh\nwhere: days_since_last_order < 7\n"

HEADER = "id,who,at,paid\n"
FIRST = """\
A1,ann,2025-03-01 10:00,10
A2,ann,2025-03-09 10:00,10
B1,bob,2025-03-08 10:00,20
C1,cat,2025-01-01 10:00,5
"""
SECOND = "B2,bob,2025-03-11 09:00,30\n"


def day(number: int, hour: int = 4) -> datetime:
    """A day of March 2025, at noon in Shanghai unless another hour of UTC is given."""
    return datetime(2025, 3, number, hour, tzinfo=UTC)


class SegmentShop:
    """Its segments are defined and its files written; then it is run. Close it when done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deployment: Deployment = deployment(folder, {})
        write(folder, {"keepwell.toml": SETTINGS, "sources/orders.yml": ORDERS})

    def define(self, now: datetime, **segments: str) -> None:
        """Publish the plan with these segments and no others of the plan's own; the shipped ones are off."""
        for old in (self.folder / "segments").glob("*.yml"):
            old.unlink()
        own = {f"segments/{name}.yml": text for name, text in segments.items()}
        shipped = [each.name for each in shipped_entries() if isinstance(each.definition, Segment)]
        off = "---\n".join(f"segment: {name}\noff: true\n" for name in shipped)
        write(self.folder, {"segments/off.yml": off} | own)
        self.publish(now)

    def publish(self, now: datetime) -> None:
        """Publish the folder as it stands."""
        with self.deployment.store.write() as session:
            before = current(session)
            publish(
                session,
                read_folder(self.folder),
                author="test",
                reason="test",
                now=now,
                expected_version=before.number if before else None,
            )

    def run(self, now: datetime, *, as_of: datetime | None = None, **files: str) -> Ran:
        """Write files of orders, then run."""
        write(self.folder, {f"data/{name}.csv": HEADER + rows for name, rows in files.items()})
        with self.deployment.place(now=now) as place:
            done = run(place, as_of=as_of)
        assert done.problems == ()
        return done

    def changes(self) -> list[tuple[Any, ...]]:
        """(day, segment, who, change, cause) of every entry and exit, in that order."""
        with self.deployment.place(now=day(1)) as place:
            manifest = place.lake.current()
            rows = place.lake.engine.rows(place.lake.read(manifest.changes, CHANGE_SCHEMA))
            people = place.lake.engine.rows(place.lake.customers(manifest))
        who = {row["customer_id"]: row["party_key"].partition(":")[2] for row in people}
        return sorted(
            (row["as_of"].day, row["segment"], who.get(row["customer_id"], "?"), row["change"], row["cause"])
            for row in rows
        )

    def sizes(self) -> list[tuple[Any, ...]]:
        """(day, segment, size, worth) of every recorded run."""
        with self.deployment.place(now=day(1)) as place:
            rows = place.lake.engine.rows(place.lake.read(place.lake.current().sizes, SIZE_SCHEMA))
        return sorted((row["as_of"].day, row["segment"], row["size"], row["worth"]) for row in rows)

    def version(self) -> int:
        """The lake's version."""
        with self.deployment.place(now=day(1)) as place:
            return place.lake.current().version
