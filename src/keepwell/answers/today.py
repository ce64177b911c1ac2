"""What changed and who is about to leave: figures of the first page, worked out once for each snapshot and scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.figures import Figure, figures
from keepwell.answers.monthly import Month, monthly
from keepwell.answers.movers import moved_at
from keepwell.answers.segments import Standing, history, standings
from keepwell.answers.sight import Sight, visible_customers
from keepwell.core.errors import NotFound
from keepwell.fields.segments import MOVED
from keepwell.lake.functions import checked_sum
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAVING = "about_to_leave"
ENTERED_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ReasonAtStake:
    """How many of those about to leave have a reason, and what is at stake with them in minor units."""

    name: str
    customers: int
    worth_minor: int | None


@dataclass(frozen=True, slots=True)
class Today:
    """``leaving`` is None where the plan has no such segment; ``entered`` are ids, those most worth first.

    ``months`` are empty where nobody has bought.
    """

    figures: tuple[Figure, ...]
    months: tuple[Month, ...]
    leaving: Standing | None
    reasons: tuple[ReasonAtStake, ...]
    entered: tuple[tuple[str, int | None], ...]
    segments: tuple[Standing, ...]


def today(sight: Sight, viewer: Viewer) -> Today:
    """The figures as of the snapshot, of the customers a viewer may see; kept as long as the snapshot is shown."""
    return sight.memory.recall(("today", viewer.scope), lambda: _today(sight, viewer))


def segments_now(sight: Sight, viewer: Viewer) -> tuple[Standing, ...]:
    """Every segment as of the snapshot, greatest stake first; kept as long as the snapshot is shown."""
    return sight.memory.recall(("segments", viewer.scope), lambda: tuple(standings(sight, viewer)))


def _today(sight: Sight, viewer: Viewer) -> Today:
    every = segments_now(sight, viewer)
    leaving = next((each for each in every if each.name == LEAVING), None)
    moved = [each for each in every if each.since_last_run and not each.is_redefined]
    return Today(
        figures=figures(sight, viewer),
        months=_months(sight, viewer),
        leaving=leaving,
        reasons=_reasons(sight, viewer) if leaving else (),
        entered=_entered(sight, viewer, leaving.worth) if leaving else (),
        segments=tuple(sorted(moved, key=lambda each: -abs(each.since_last_run or 0))),
    )


def _months(sight: Sight, viewer: Viewer) -> tuple[Month, ...]:
    try:
        return monthly(sight, viewer)
    except NotFound:  # nobody bought, or an older Keepwell made the snapshot
        return ()


def _reasons(sight: Sight, viewer: Viewer) -> tuple[ReasonAtStake, ...]:
    """Every reason in one pass, those with most at stake first."""
    segment, checked = sight.plan.segments[LEAVING], sight.plan.checked(LEAVING, "segment")
    when = {reason.name: checked[f"reasons[{number}].when"] for number, reason in enumerate(segment.reasons)}
    if not when:
        return ()
    named = {name for condition in (checked["where"], *when.values()) for name in condition.fields}
    customers = visible_customers(
        sight, viewer, {"customer_id", *named, *([segment.worth] if segment.worth else [])}
    )
    leaving = customers.filter(to_ibis(checked["where"], customers, sight.as_of))
    totals: dict[str, ir.Value] = {}
    for number, condition in enumerate(when.values()):
        holds = to_ibis(condition, leaving, sight.as_of)
        totals[f"customers {number}"] = leaving.count(where=holds)
        if segment.worth:
            totals[f"worth {number}"] = checked_sum(leaving[segment.worth], holds)
    [found] = sight.snapshot.engine.rows(leaving.aggregate(**totals))
    reasons = [
        ReasonAtStake(name, found[f"customers {number}"], found.get(f"worth {number}"))
        for number, name in enumerate(when)
    ]
    return tuple(sorted(reasons, key=lambda each: (-(each.worth_minor or 0), -each.customers)))


def _entered(sight: Sight, viewer: Viewer, worth: str | None) -> tuple[tuple[str, int | None], ...]:
    """Who moved into the segment at the last recorded run and is visible; nobody at the first run of all."""
    points = history(sight, viewer, LEAVING)
    if not points[1:]:
        return ()
    moved = moved_at(sight, viewer, LEAVING, points[-1].run_id, "entry")
    with sight.snapshot.engine.lend(moved) as lent:
        entered = lent.filter(lent.cause == MOVED)
        columns = ["customer_id", worth] if worth else ["customer_id"]
        customers = visible_customers(sight, viewer, columns).semi_join(entered, "customer_id")
        order = [customers[worth].desc()] if worth else []
        first = customers.order_by(*order, customers.customer_id).limit(ENTERED_SHOWN)
        return tuple(
            (row["customer_id"], row[worth] if worth else None) for row in sight.snapshot.engine.rows(first)
        )
