"""What changed and who is about to leave: figures of the first page, worked out once for each snapshot and scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.ask import members
from keepwell.answers.movers import moved_at
from keepwell.answers.segments import Standing, history, standings
from keepwell.answers.sight import Sight, visible_customers
from keepwell.core.errors import ExpressionRefused
from keepwell.fields.segments import MOVED
from keepwell.language.check import Checked, check
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAVING = "about_to_leave"
ENTERED_SHOWN = 8
COUNTED = {
    "customers": ("true", None),
    "active": ("orders_90d > 0", "orders_prev_90d > 0"),
    "repeating": ("orders_90d > 1", "orders_prev_90d > 1"),
    "kept": ("orders_90d > 0 and orders_prev_90d > 0", None),
    "silent": ("silent_days >= 30", None),
}
"""Figure → the condition of the customers it counts, and of those of the 90 days before; None where that is unknown."""
SUMMED = {"orders": ("orders_90d", "orders_prev_90d"), "sales": ("spend_90d", "spend_prev_90d")}
"""Figure → the field that is added up over all customers, and the one of the 90 days before."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and the one of the 90 days before, None where it is not known. ``where`` are the customers behind it."""

    name: str
    value: int
    before: int | None
    where: str
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class ReasonAtStake:
    """How many of those about to leave have a reason, and what is at stake with them in minor units."""

    name: str
    customers: int
    worth_minor: int | None


@dataclass(frozen=True, slots=True)
class Today:
    """``leaving`` is None where the plan has no such segment; ``entered`` are ids, those most worth first."""

    figures: tuple[Figure, ...]
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
        figures=_figures(sight, viewer),
        leaving=leaving,
        reasons=_reasons(sight, viewer) if leaving else (),
        entered=_entered(sight, viewer, leaving.worth) if leaving else (),
        segments=tuple(sorted(moved, key=lambda each: -abs(each.since_last_run or 0))),
    )


def _figures(sight: Sight, viewer: Viewer) -> tuple[Figure, ...]:
    record = sight.plan.customer_record()
    texts = {text for pair in COUNTED.values() for text in pair if text is not None}
    checked = {text: _checked(sight, text) for text in sorted(texts)}
    wanted = {text: each for text, each in checked.items() if each is not None}
    sums = {name for pair in SUMMED.values() for name in pair if name in record.fields}
    columns = {"customer_id", *sums, *(name for each in wanted.values() for name in each.fields)}
    customers = visible_customers(sight, viewer, columns)
    numbered = {text: f"count {number}" for number, text in enumerate(wanted)}
    totals: dict[str, ir.Value] = {
        numbered[text]: customers.count(where=to_ibis(each, customers, sight.as_of))
        if each.fields
        else customers.count()
        for text, each in wanted.items()
    }
    totals |= {f"sum {name}": customers[name].sum() for name in sums}
    [found] = sight.snapshot.engine.rows(customers.aggregate(**totals))
    counted = tuple(
        Figure(
            name,
            int(found[numbered[now]]),
            int(found[numbered[before]]) if before in numbered else None,
            where=now,
        )
        for name, (now, before) in COUNTED.items()
        if now in numbered
    )
    return (*counted, *_summed(found, sums, {name: record.fields[name].type for name in sums}))


def _summed(found: Mapping[str, int | None], sums: set[str], types: Mapping[str, Type]) -> list[Figure]:
    return [
        Figure(
            name,
            int(found[f"sum {now}"] or 0),
            int(found[f"sum {before}"] or 0) if before in sums else None,
            where=f"{now} > 0",
            is_money=types[now] is Type.MONEY,
        )
        for name, (now, before) in SUMMED.items()
        if now in sums
    ]


def _checked(sight: Sight, text: str) -> Checked | None:
    """The condition, or None where the plan has switched off a field of it."""
    try:
        return check(text, sight.plan.customer_record(), expect=Type.FLAG)
    except ExpressionRefused:
        return None


def _reasons(sight: Sight, viewer: Viewer) -> tuple[ReasonAtStake, ...]:
    found = []
    for reason in sight.plan.segments[LEAVING].reasons:
        answer = members(sight, viewer, LEAVING, reason=reason.name, limit=1)
        found.append(ReasonAtStake(reason.name, answer.count, answer.worth_minor))
    return tuple(sorted(found, key=lambda each: (-(each.worth_minor or 0), -each.customers)))


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
