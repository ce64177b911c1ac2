"""The history of segments: at each run, who entered and who left, and how many there are.

Membership is compared with what the lake says of the last recorded run, not with a snapshot. So a run that was
killed after it had recorded its changes and before it had published its snapshot finds nothing new when it is done
again, and adds nothing twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from keepwell.catalog.fingerprint import fingerprint_of_segment
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.segments import (
    BEGAN,
    CHANGE_SCHEMA,
    ENDED,
    MEMBER_SCHEMA,
    REDEFINED,
    SIZE_SCHEMA,
    changes,
    sizes,
)
from keepwell.lake.engine import Engine
from keepwell.lake.lake import Lake
from keepwell.lake.manifest import DataFile, Manifest, Recorded
from keepwell.runs.place import Place

if TYPE_CHECKING:
    import ibis.expr.types as ir


def record_segments(
    place: Place, engine: Engine, customers: ir.Table, members: ir.Table, as_of: AsOf, *, run_id: str
) -> Manifest:
    """Add to the lake what changed since the last recorded run; the current version where nothing did.

    ``engine`` computed ``customers`` and ``members``. A day on which nobody moved is recorded too, once. A run for a
    time before the last recorded one is not: history goes forward.
    """
    lake, manifest = place.lake, place.lake.current()
    last = manifest.recorded
    if last is not None and as_of.instant < last.as_of:
        return manifest
    customers = _handed_over(place, engine, customers.select("customer_id", *sorted(_used(place.plan))))
    members = _handed_over(place, engine, members)
    recorded = Recorded(run_id=run_id, as_of=as_of.instant, definitions=_definitions(place.plan))
    moved = _changes(lake, manifest, customers, members, recorded)
    count = lake.engine.count(moved)
    held = _sizes(place.plan, lake, customers, as_of, recorded)
    is_new_day = last is None or AsOf(last.as_of, as_of.zone).day != as_of.day
    if not (count or is_new_day or _differ(lake, manifest, held)):
        return manifest
    update: dict[str, object] = {
        "recorded": recorded,
        "sizes": manifest.sizes + _write(lake, held),
    }
    if count:
        # A customer's own changes are looked for, so they lie together.
        in_order = moved.order_by("customer_id", "segment")
        update["changes"] = manifest.changes + lake.write(in_order, "changes", row_count=count)
        ordered = members.order_by("segment", "customer_id")
        update["members"] = lake.write(ordered, "members", row_count=lake.engine.count(members))
    return lake.publish(manifest.model_copy(update=update), cause=f"segments of run {run_id}", now=place.now)


def _used(plan: Plan) -> set[str]:
    """The fields that segments name."""
    used = {name for segment in plan.segments for name in plan.depends_on(segment, "segment")}
    return used - {"customer_id"}


def _handed_over(place: Place, engine: Engine, rows: ir.Table) -> ir.Table:
    """Rows of the engine that computes, for the one that writes the lake; they need not be the same."""
    mine = place.lake.engine
    return rows if engine is mine else mine.table(engine.collect(rows))


def _definitions(plan: Plan) -> dict[str, str]:
    return {name: fingerprint_of_segment(plan, name) for name in plan.segments}


def _changes(
    lake: Lake, manifest: Manifest, customers: ir.Table, members: ir.Table, recorded: Recorded
) -> ir.Table:
    known = manifest.recorded.definitions if manifest.recorded else {}
    causes = {name: BEGAN for name in recorded.definitions if name not in known}
    causes |= {name: ENDED for name in known if name not in recorded.definitions}
    for name, definition in recorded.definitions.items():
        if known.get(name, definition) != definition:
            causes[name] = REDEFINED
    entered, left = changes(lake.read(manifest.members, MEMBER_SCHEMA), members, customers, causes)
    at = ibis.timestamp(recorded.as_of.replace(tzinfo=None))
    found = entered.union(left).mutate(as_of=at, run_id=ibis.literal(recorded.run_id))
    return lake.engine.stage(found.select(*CHANGE_SCHEMA.names))


def _sizes(plan: Plan, lake: Lake, customers: ir.Table, as_of: AsOf, recorded: Recorded) -> pa.Table:
    if not plan.segments:
        return SIZE_SCHEMA.empty_table()
    [figures] = lake.engine.rows(sizes(plan, customers, as_of))
    rows = [
        {
            "segment": name,
            "as_of": recorded.as_of.replace(tzinfo=None),
            "run_id": recorded.run_id,
            "definition": recorded.definitions[name],
            "size": figures[f"{name} size"],
            "worth": figures.get(f"{name} worth"),
        }
        for name in plan.segments
    ]
    return pa.Table.from_pylist(rows, schema=SIZE_SCHEMA)


def _differ(lake: Lake, manifest: Manifest, held: pa.Table) -> bool:
    """Whether sizes, worth or definitions are other than at the last recorded run."""
    assert manifest.recorded is not None
    rows = lake.read(manifest.sizes, SIZE_SCHEMA)
    last = lake.engine.rows(rows.filter(rows.run_id == manifest.recorded.run_id))
    decisive = ("segment", "definition", "size", "worth")

    def told(rows: list[dict[str, object]]) -> set[tuple[object, ...]]:
        return {tuple(row[name] for name in decisive) for row in rows}

    return told(last) != told(held.to_pylist())


def _write(lake: Lake, held: pa.Table) -> tuple[DataFile, ...]:
    with lake.engine.lend(held) as rows:
        return lake.write(rows, "sizes", row_count=held.num_rows)
