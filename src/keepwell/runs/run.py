"""One run of the plan: take in what is new, compact, compute every field and segment, publish a snapshot.

It may be killed at any instant and run again: inputs already in the lake are skipped, a snapshot is either
pointed to or not there, and what nothing lists is removed by the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from keepwell.cohorts.activity import ACTIVITY
from keepwell.cohorts.first_steps import FIRST_STEPS
from keepwell.cohorts.made import cohort_tables
from keepwell.core.clock import AsOf
from keepwell.core.errors import Problem
from keepwell.exchange.collect_tags import collect_tags
from keepwell.exchange.into_vault import forget_settled
from keepwell.fields.customers import customer_fields
from keepwell.fields.segments import membership
from keepwell.fields.units import Tree, read_units
from keepwell.intake.quarantine import open_rows
from keepwell.lake.compact import compact
from keepwell.lake.lake import ReadableLake
from keepwell.lake.manifest import Manifest
from keepwell.lake.snapshot import BENEATH, CUSTOMERS, ITEMS, MEMBERS, PARTIES, UNITS, SnapshotInfo
from keepwell.runs.intake import TakenInput, take_in_all
from keepwell.runs.place import Place, Progress
from keepwell.runs.segments import record_segments

if TYPE_CHECKING:
    import ibis.expr.types as ir

OLD_VERSIONS_KEPT = timedelta(days=7)
TABLES = (CUSTOMERS, PARTIES, ITEMS, MEMBERS, ACTIVITY, FIRST_STEPS, UNITS, BENEATH)
"""Every table of a snapshot."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did.

    ``problems`` are inputs it could not read and units it could not place; ``snapshot`` is the current one after it.
    """

    taken: tuple[TakenInput, ...]
    problems: tuple[Problem, ...]
    snapshot: SnapshotInfo | None
    is_new: bool


def run(place: Place, *, as_of: datetime | None = None) -> Ran:
    """Bring everything up to date as of ``as_of`` (default: now). Raises Unavailable while another run works."""
    moment = AsOf(as_of or place.now, place.plan.settings.zone)
    with place.lake.lock():
        place.report(Progress(step="tidying", share=None))
        _tidy(place)
        taken, problems = take_in_all(place)
        collect_tags(place.lake, place.store, now=place.now)
        compact(place.lake, now=place.now)
        tree = read_units(place.plan, place.lake, place.lake.current())
        snapshot, is_new = _snapshot(place, moment, tree, forced=as_of is not None)
    return Ran(tuple(taken), (*problems, *tree.problems), snapshot, is_new)


def _tidy(place: Place) -> None:
    """Remove what nothing needs any more, and what a run that was killed left behind."""
    lake = place.lake
    lake.collect_garbage(now=place.now, keep=OLD_VERSIONS_KEPT)
    place.snapshots.remove_unfinished()
    forget_settled(place.store, set(lake.engine.values(open_rows(lake, lake.current()).quarantine_id)))


def _snapshot(place: Place, as_of: AsOf, tree: Tree, *, forced: bool) -> tuple[SnapshotInfo | None, bool]:
    """A new snapshot, unless the current one says the same: same facts, plan, local day, and tables."""
    manifest = place.lake.current()
    before = place.snapshots.current()
    if manifest.version == 0:
        return before, False
    if before and not forced and _says_the_same(place, before, as_of):
        return before, False
    run_id = f"{place.now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    with place.computing() as lake:
        place.report(Progress(step="computing fields"))
        computed = customer_fields(
            place.plan,
            lake,
            manifest,
            as_of,
            progress=lambda step: place.report(Progress(step="computing fields", detail=step)),
        )
        customers = lake.engine.stage(computed.customers)
        place.report(Progress(step="computing cohorts"))
        cohorts = cohort_tables(place.plan, lake, manifest, as_of)
        place.report(Progress(step="comparing segments"))
        members = lake.engine.stage(membership(place.plan, lake.engine, customers, as_of))
        manifest = record_segments(place, lake.engine, customers, members, as_of, run_id=run_id)
        place.report(Progress(step="writing the snapshot"))
        tables = _tables(lake, manifest, customers, computed.items, members) | cohorts
        tables |= {name: lake.engine.table(rows) for name, rows in tree.tables().items()}
        path = place.snapshots.write(lake.engine, run_id, tables)
        count = lake.engine.count(customers)
    info = SnapshotInfo(
        file=path.name,
        as_of=as_of.instant,
        made_at=place.now,
        run_id=run_id,
        lake_version=manifest.version,
        plan_version=place.plan_version,
        customers=count,
        tables=TABLES,
    )
    place.snapshots.publish(info)
    return info, True


def _tables(
    lake: ReadableLake, manifest: Manifest, customers: ir.Table, items: ir.Table, members: ir.Table
) -> dict[str, ir.Table]:
    parties = lake.customers(manifest).select("customer_id", "party_key")
    return {
        CUSTOMERS: customers.order_by("customer_id"),
        PARTIES: parties.order_by("customer_id"),
        ITEMS: items.order_by("customer_id", "rhythm", "item"),
        MEMBERS: members.order_by("segment", "customer_id"),
    }


def _says_the_same(place: Place, before: SnapshotInfo, as_of: AsOf) -> bool:
    return (
        before.tables == TABLES
        and before.lake_version == place.lake.current().version
        and before.plan_version == place.plan_version
        and AsOf(before.as_of, as_of.zone).day == as_of.day
        and (place.snapshots.folder / before.file).exists()
    )
