"""What another plan would do to the customers of the snapshot: who enters or leaves, whose values change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from keepwell.answers.ask import as_value
from keepwell.answers.other_plan import Comparing, NeedsRun, customers_as, rests_on_facts
from keepwell.answers.persons import Person, persons_of
from keepwell.answers.sight import Sight
from keepwell.catalog.plan import Plan
from keepwell.core.errors import Problem
from keepwell.lake.functions import checked_sum
from keepwell.lake.lake import ARROW_TYPES
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Field, Type, Value

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHOWN = 5
VALUES_SHOWN = 8
NUMBERS = frozenset({Type.WHOLE, Type.NUMBER, Type.MONEY})
ENDS = frozenset({Type.DAY, Type.MOMENT})
COUNTABLE = frozenset({Type.TEXT, Type.FLAG})
QUARTERS = {"lower": 0.25, "middle": 0.5, "upper": 0.75}
WAS, WILL = "was so", "will be so"
"""Names of columns made here. No field has a space in its name."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A customer who would enter or leave; ``worth_minor`` is what is at stake with them."""

    customer_id: str
    person: Person
    worth_minor: int | None


@dataclass(frozen=True, slots=True)
class Side:
    """A segment under one of two plans; ``worth_minor`` is None where it says no ``worth``."""

    size: int
    worth: str | None
    worth_minor: int | None


@dataclass(frozen=True, slots=True)
class Moves:
    """A segment under two plans. A side is None where that plan has no such segment at work."""

    name: str
    of: int
    before: Side | None
    after: Side | None
    entering: int
    leaving: int
    first_entering: tuple[Mover, ...]
    first_leaving: tuple[Mover, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many customers have a value before and after; None stands for a missing one."""

    value: Value
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Values:
    """A field under two plans: how many customers' values are different, and how values lie.

    ``counted`` are the most frequent values of a text or flag; ``spread`` has of a figure least, lower quarter, middle,
    upper quarter and greatest, of a day or moment least and greatest, as (before, after). A side without the field has
    only missing values.
    """

    name: str
    of: int
    changed: int
    filled_before: int
    filled_after: int
    counted: tuple[Counted, ...]
    spread: Mapping[str, tuple[Value, Value]]
    from_facts: bool


@dataclass(frozen=True, slots=True)
class Untold:
    """What only a run can tell, and why."""

    name: str
    problems: tuple[Problem, ...]


def moves(comparing: Comparing, before: Plan, after: Plan, segment: str) -> Moves | Untold:
    """Who would enter and leave a segment if ``after`` took the place of ``before``."""
    try:
        with (
            _membership(comparing, before, segment, WAS) as were,
            _membership(comparing, after, segment, WILL) as will,
        ):
            return _moves(comparing, (before, after), segment, were.inner_join(will, "customer_id"))
    except NeedsRun as needs:
        return Untold(segment, needs.problems)


@contextmanager
def _membership(comparing: Comparing, plan: Plan, segment: str, flag: str) -> Iterator[ir.Table]:
    """``customer_id``, whether they are in it, and what is at stake with them."""
    definition = plan.segments.get(segment)
    if definition is None:
        with customers_as(comparing, plan, ()) as customers:
            nothing = {flag: ibis.literal(value=False), f"{flag} worth": ibis.null("int64")}
            yield customers.select("customer_id", **nothing)
        return
    condition = plan.checked(segment, "segment")["where"]
    worth = {definition.worth} if definition.worth else set()
    with customers_as(comparing, plan, {*condition.fields, *worth}) as customers:
        is_in = ibis.coalesce(to_ibis(condition, customers, comparing.sight.as_of), ibis.literal(value=False))
        stake = customers[definition.worth] if definition.worth else ibis.null("int64")
        yield customers.select("customer_id", **{flag: is_in, f"{flag} worth": stake})


def _moves(comparing: Comparing, plans: tuple[Plan, Plan], segment: str, customers: ir.Table) -> Moves:
    was, will = customers[WAS], customers[WILL]
    [found] = comparing.sight.snapshot.engine.rows(
        customers.aggregate(
            of=customers.count(),
            before=customers.count(where=was),
            after=customers.count(where=will),
            entering=customers.count(where=will & ~was),
            leaving=customers.count(where=was & ~will),
            worth_before=checked_sum(customers[f"{WAS} worth"], was),
            worth_after=checked_sum(customers[f"{WILL} worth"], will),
        )
    )

    def side(plan: Plan, when: str) -> Side | None:
        definition = plan.segments.get(segment)
        if definition is None:
            return None
        worth = found[f"worth_{when}"] if definition.worth else None
        return Side(int(found[when]), definition.worth, worth)

    return Moves(
        name=segment,
        of=int(found["of"]),
        before=side(plans[0], "before"),
        after=side(plans[1], "after"),
        entering=int(found["entering"]),
        leaving=int(found["leaving"]),
        first_entering=_first(comparing, customers.filter(will & ~was), f"{WILL} worth"),
        first_leaving=_first(comparing, customers.filter(was & ~will), f"{WAS} worth"),
    )


def _first(comparing: Comparing, movers: ir.Table, worth: str) -> tuple[Mover, ...]:
    """A few of them, those most worth first."""
    in_order = movers.order_by(movers[worth].desc(nulls_first=False), movers.customer_id.asc()).limit(SHOWN)
    rows = comparing.sight.snapshot.engine.rows(in_order.select("customer_id", worth=worth))
    if not rows:
        return ()
    persons = persons_of(comparing.sight, comparing.viewer, [row["customer_id"] for row in rows])
    return tuple(Mover(row["customer_id"], persons[row["customer_id"]], row["worth"]) for row in rows)


def values(comparing: Comparing, before: Plan, after: Plan, names: Sequence[str]) -> list[Values] | Untold:
    """How the values of fields would change if ``after`` took the place of ``before``."""
    try:
        with (
            _columns(comparing, before, names, WAS) as were,
            _columns(comparing, after, names, WILL) as will,
        ):
            customers = were.inner_join(will, "customer_id")
            return [_values(comparing.sight, (before, after), name, customers) for name in names]
    except NeedsRun as needs:
        return Untold(", ".join(names), needs.problems)


@contextmanager
def _columns(comparing: Comparing, plan: Plan, names: Sequence[str], when: str) -> Iterator[ir.Table]:
    there = [name for name in names if name in plan.customer_record().fields]
    with customers_as(comparing, plan, there) as customers:
        yield customers.select("customer_id", **{f"{when} {name}": customers[name] for name in there})


def _values(sight: Sight, plans: tuple[Plan, Plan], name: str, customers: ir.Table) -> Values:
    fields = [plan.customer_record().fields.get(name) for plan in plans]
    type_ = _type(fields)
    known = next((field.type for field in fields if field), Type.TEXT)
    columns = [
        customers[f"{when} {name}"] if field else ibis.null(ibis.dtype(ARROW_TYPES[known.value]))
        for when, field in zip((WAS, WILL), fields, strict=True)
    ]
    customers = customers.select(was=columns[0], will=columns[1])
    was, will = customers.was, customers.will
    differs = ~was.identical_to(will) if type_ else was.notnull() | will.notnull()
    figures: dict[str, ir.Value] = {
        "of": customers.count(),
        "changed": customers.count(where=differs),
        "before": was.count(),
        "after": will.count(),
    }
    [found] = sight.snapshot.engine.rows(customers.aggregate(**figures))
    return Values(
        name=name,
        of=int(found["of"]),
        changed=int(found["changed"]),
        filled_before=int(found["before"]),
        filled_after=int(found["after"]),
        counted=_counted(sight, customers) if type_ in COUNTABLE else (),
        spread=_spread(sight, customers, type_) if type_ is not None and type_ in NUMBERS | ENDS else {},
        from_facts=any(
            rests_on_facts(sight, plan, [name]) for plan in plans if name in plan.customer_record().fields
        ),
    )


def _type(fields: Sequence[Field | None]) -> Type | None:
    """The type of a field that two plans have, or one of them; None where they differ."""
    types = {field.type for field in fields if field}
    return types.pop() if len(types) == 1 else None


def _counted(sight: Sight, customers: ir.Table) -> tuple[Counted, ...]:
    sides = [
        customers.select(value="was", before=ibis.literal(1), after=ibis.literal(0)),
        customers.select(value="will", before=ibis.literal(0), after=ibis.literal(1)),
    ]
    both = sides[0].union(sides[1])
    grouped = both.group_by("value").aggregate(before=both.before.sum(), after=both.after.sum())
    most = grouped.order_by((grouped.before + grouped.after).desc(), grouped.value.asc()).limit(VALUES_SHOWN)
    rows = sight.snapshot.engine.rows(most)
    return tuple(Counted(row["value"], int(row["before"]), int(row["after"])) for row in rows)


def _spread(sight: Sight, customers: ir.Table, type_: Type) -> dict[str, tuple[Value, Value]]:
    """Place → what stands there before and after; exact, since a preview is compared with what a run then says."""
    figures: dict[str, ir.Value] = {}
    for when in ("was", "will"):
        column = customers[when]
        figures |= {f"least {when}": column.min(), f"greatest {when}": column.max()}
        if type_ in NUMBERS:
            figures |= {f"{place} {when}": column.quantile(at) for place, at in QUARTERS.items()}
    [found] = sight.snapshot.engine.rows(customers.aggregate(**figures))

    def at(place: str, when: str) -> Value:
        value = as_value(found[f"{place} {when}"])
        return round(value) if type_ is Type.MONEY and isinstance(value, float) else value

    places = ("least", *(QUARTERS if type_ in NUMBERS else ()), "greatest")
    return {place: (at(place, "was"), at(place, "will")) for place in places}
