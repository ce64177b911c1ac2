"""Who moved from which class to which between two instants, computed anew from the facts for both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.classes import field_of_classes, money_field, summed
from keepwell.answers.sight import Sight, visible_customers
from keepwell.core.clock import FIRST_OFFSET_YEAR, LAST_OFFSET_YEAR, AsOf
from keepwell.core.errors import Refused, Unavailable
from keepwell.fields.customers import customer_fields
from keepwell.fields.known import known_since

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from keepwell.catalog.plan import Plan

_one_at_a_time = threading.Lock()
"""Both ends are computed anew from the facts, which takes as much of the machine as a run."""


@dataclass(frozen=True, slots=True)
class Move:
    """Customers who were in the class ``before`` and are in ``after``, None being no class.

    ``is_new`` are those of whom nothing was known yet at the beginning. Worth is the sum over these customers, as of
    each of the two instants; missing where it is too great, or nothing says what customers are worth.
    """

    before: str | None
    is_new: bool
    after: str | None
    customers: int
    worth_before_minor: int | None
    worth_after_minor: int | None


@dataclass(frozen=True, slots=True)
class Migration:
    """Every move there was, those who stayed where they were included; the sum of all is ``customers``."""

    field: str
    worth: str | None
    start: AsOf
    end: AsOf
    moves: tuple[Move, ...]

    @property
    def customers(self) -> int:
        """How many there are at the end."""
        return sum(move.customers for move in self.moves)


def migration(
    sight: Sight,
    viewer: Viewer,
    name: str,
    start: AsOf,
    end: AsOf,
    *,
    worth: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Migration:
    """The moves between the classes of the field ``name``, of the customers a viewer sees now.

    Both ends are told by the facts and definitions of today. ``worth`` is a money field: the field's own when not
    given. Raises NotFound where the plan has no such field, Refused where no span that is known lies between.
    """
    field = field_of_classes(sight.plan, name)
    worth = money_field(sight.plan, worth or field.worth)
    if start.instant >= end.instant:
        raise Refused(
            f"{start.day} is not before {end.day}", hint="the first of the two is where the migration begins"
        )
    if end.instant > sight.as_of.instant:
        raise Refused(
            f"the newest snapshot is as of {sight.as_of.day}, and {end.day} is later",
            hint="take a day up to then, or `keepwell run` first",
        )
    engine = sight.lake.engine
    visible = sight.snapshot.engine.collect(visible_customers(sight, viewer).select("customer_id"))
    with engine.lend(visible) as customers:
        known = engine.stage(
            known_since(sight.plan, sight.lake, sight.lake.current()).semi_join(customers, "customer_id")
        )
    _refuse_unknown(sight, known, start)
    plan = sight.plan.only({name, *([worth] if worth else [])})
    parts = []
    for at in (start, end):
        progress(f"as of {at.day}")
        parts.append(engine.stage(_classes_at(sight, plan, at, name, worth)))
    begun, ended = (ibis.timestamp(at.instant.replace(tzinfo=None)) for at in (start, end))
    known = known.filter(known.known_since <= ended).mutate(is_new=known.known_since > begun)
    rows = engine.rows(_moves(known, *parts, has_worth=worth is not None))
    return Migration(name, worth, start, end, tuple(Move(**row) for row in rows))


def moves_of_days(sight: Sight, viewer: Viewer, name: str, start: date, end: date | None) -> Migration:
    """The migration from the end of one day to that of another, or to now; kept as long as the snapshot is shown.

    Raises Unavailable while another one is worked out, and what :func:`migration` raises.
    """

    def work_out() -> Migration:
        if not _one_at_a_time.acquire(blocking=False):
            raise Unavailable("another migration is being worked out", hint="try again in a minute")
        try:
            until = sight.as_of if end is None or end == sight.as_of.day else _end_of(sight, end)
            return migration(sight, viewer, name, _end_of(sight, start), until)
        finally:
            _one_at_a_time.release()

    return sight.memory.recall(("migration", viewer.scope, name, start, end), work_out)


def _end_of(sight: Sight, day: date) -> AsOf:
    zone = sight.plan.settings.zone
    if not FIRST_OFFSET_YEAR <= day.year <= LAST_OFFSET_YEAR:
        raise Refused(
            f"{day} is out of reach", hint=f"write a day from {FIRST_OFFSET_YEAR} to {LAST_OFFSET_YEAR}"
        )
    following = datetime.combine(day + timedelta(days=1), time(), zone)
    return AsOf(following.astimezone(UTC) - timedelta(microseconds=1), zone)


def _refuse_unknown(sight: Sight, known: ir.Table, start: AsOf) -> None:
    first = sight.lake.engine.value(known.known_since.min())
    if first is not None and first > start.instant.replace(tzinfo=None):
        raise Refused(
            f"nothing is known of anybody as of {start.day}", hint=f"the first fact is of {first:%Y-%m-%d}"
        )


def _classes_at(sight: Sight, plan: Plan, at: AsOf, name: str, worth: str | None) -> ir.Table:
    fields = customer_fields(plan, sight.lake, sight.lake.current(), at).customers
    value = fields[worth] if worth else ibis.null("int64")
    return fields.select("customer_id", value=fields[name], worth=value)


def _moves(known: ir.Table, before: ir.Table, after: ir.Table, *, has_worth: bool) -> ir.Table:
    both = known.inner_join(before.rename(before="value", worth_before="worth"), "customer_id")
    both = both.inner_join(after.rename(after="value", worth_after="worth"), "customer_id")
    # Rankings and measures give new customers a class of the time before them too: that of those who did nothing.
    both = both.mutate(before=both.is_new.ifelse(ibis.null("string"), both.before))
    moves = both.group_by("before", "is_new", "after").aggregate(
        customers=both.count(),
        worth_before_minor=summed(both, "worth_before" if has_worth else None),
        worth_after_minor=summed(both, "worth_after" if has_worth else None),
    )
    return moves.order_by("is_new", "before", "after")
