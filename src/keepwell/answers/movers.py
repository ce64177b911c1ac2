"""Who entered or left a segment at a recorded run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from keepwell.access.model import Viewer
from keepwell.answers.segments import changes_seen
from keepwell.answers.sight import Sight, visible_customers

Change = Literal["entry", "exit"]


@dataclass(frozen=True, slots=True)
class Movers:
    """A page of ``(customer id, cause)``, in the order of ids; ``count`` is of all that are visible."""

    rows: tuple[tuple[str, str], ...]
    count: int


def movers(
    sight: Sight, viewer: Viewer, segment: str, run_id: str, change: Change, *, limit: int, after: int
) -> Movers:
    """Customers of the snapshot whom a viewer may see and who entered or left then; nobody for an unknown run.

    Who is no longer known by the id of then is not among them: there is nobody to open.
    """
    moved = moved_at(sight, viewer, segment, run_id, change)
    with sight.snapshot.engine.lend(moved) as lent:
        seen = lent.semi_join(visible_customers(sight, viewer, ["customer_id"]), "customer_id")
        count = sight.snapshot.engine.count(seen)
        page = seen.order_by("customer_id", "cause").limit(limit, offset=after)
        rows = tuple((row["customer_id"], row["cause"]) for row in sight.snapshot.engine.rows(page))
    return Movers(rows, count)


def moved_at(sight: Sight, viewer: Viewer, segment: str, run_id: str, change: Change) -> pa.Table:
    """``customer_id`` and ``cause`` of those whom a viewer may see, by the ids of then."""
    with changes_seen(sight, viewer) as rows:
        wanted = rows.filter(rows.segment == segment, rows.run_id == run_id, rows.change == change)
        return sight.lake.engine.collect(wanted.select("customer_id", "cause").distinct())
