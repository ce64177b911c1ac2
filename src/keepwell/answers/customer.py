"""One customer: every field with its label, the segments they are in and why, and their time line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.ask import as_value, values_of
from keepwell.answers.persons import Person, party_keys_of, persons_of
from keepwell.answers.sight import Sight, visible_customers
from keepwell.catalog.kinds import Reason
from keepwell.core.errors import NotFound
from keepwell.fields.segments import CHANGE_SCHEMA
from keepwell.lake.lake import FACT_COLUMNS
from keepwell.lake.snapshot import ITEMS
from keepwell.language.evaluate import evaluate
from keepwell.language.explain import explain
from keepwell.language.types import Value

if TYPE_CHECKING:
    import ibis.expr.types as ir

EVENTS_PER_PAGE = 50
SEGMENT = "segment"
"""Kind of the events that are no facts."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A segment the customer is in, with the reasons that hold."""

    segment: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something the customer has a rhythm of, such as a category.

    ``gap_days`` is the usual gap; ``is_live`` is false once the silence has ended the rhythm.
    """

    rhythm: str
    item: str
    days: int
    gap_days: float
    last_on: date
    expected_on: date
    overdue_days: int
    is_live: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer as of the snapshot.

    ``decided_by`` says of each field with cases which parts of the customer's case decided, as canonical text;
    empty where it is the case for everybody else. ``items`` are sorted by rhythm and expected day.
    """

    customer_id: str
    person: Person
    values: Mapping[str, Value]
    memberships: tuple[Membership, ...]
    decided_by: Mapping[str, tuple[str, ...]]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for the time line: an order, a line, an interaction; or a segment's entry or exit.

    Of an entry or exit ``source`` is the segment, and ``values`` say the ``change`` and its ``cause``.
    """

    occurred_at: datetime
    kind: str
    source: str
    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a time line, which is sorted by instant, source and key; an instant alone stands before its events."""

    at: datetime
    source: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Events, newest first. ``before`` continues where this page ends; None at the beginning of time."""

    events: tuple[Event, ...]
    before: Place | None


def profile(sight: Sight, viewer: Viewer, customer_id: str) -> Profile:
    """One customer. Raises NotFound where there is none, or none the viewer may see."""
    customers = visible_customers(sight, viewer, ["customer_id"])
    if not sight.snapshot.engine.count(customers.filter(customers.customer_id == customer_id)):
        raise NotFound(f"there is no customer `{customer_id}`")
    values = values_of(sight.snapshot.whole(customer_id))
    return Profile(
        customer_id=customer_id,
        person=persons_of(sight, viewer, [customer_id])[customer_id],
        values=values,
        memberships=tuple(_memberships(sight, values)),
        decided_by=_decided_by(sight, values),
        items=tuple(_items(sight, customer_id)),
    )


def _decided_by(sight: Sight, values: Mapping[str, Value]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, field in sight.plan.fields.items():
        checked = sight.plan.checked(name, "field")
        for number, case in enumerate(field.cases):
            if case.value == values[name]:
                when = checked.get(f"cases[{number}].when")
                leaves = explain(when, values, sight.as_of).decisive() if when else ()
                found[name] = tuple(leaf.text for leaf in leaves)
    return found


def _items(sight: Sight, customer_id: str) -> list[Item]:
    if ITEMS not in sight.snapshot.info.tables:  # an older Keepwell made it
        return []
    items = sight.snapshot.table(ITEMS)
    rows = sight.snapshot.engine.rows(
        items.filter(items.customer_id == customer_id).order_by("rhythm", "expected_on", "item")
    )
    rhythms = sight.plan.rhythms
    return [
        Item(
            **{name: row[name] for name in Item.__slots__ if name != "is_live"},
            is_live=row["since_days"] < rhythms[row["rhythm"]].return_after,
        )
        for row in rows
    ]


def _memberships(sight: Sight, values: Mapping[str, Value]) -> list[Membership]:
    found = []
    for name, segment in sight.plan.segments.items():
        checked = sight.plan.checked(name, "segment")
        if evaluate(checked["where"], values, sight.as_of) is not True:
            continue
        reasons = [
            reason
            for number, reason in enumerate(segment.reasons)
            if evaluate(checked[f"reasons[{number}].when"], values, sight.as_of) is True
        ]
        found.append(Membership(name, tuple(reasons)))
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a time line is wanted: events of a ``kind``, of a ``source``, of a ``year`` of the plan's zone.

    ``kind`` is a kind of fact, or ``segment``; all of each where it is missing.
    """

    kind: str | None = None
    source: str | None = None
    year: int | None = None


EVERYTHING = Wanted()


def time_line(
    sight: Sight,
    viewer: Viewer,
    customer_id: str,
    *,
    wanted: Wanted = EVERYTHING,
    before: Place | None = None,
    limit: int = EVENTS_PER_PAGE,
) -> TimeLine:
    """What happened to a customer, newest first, from the lake. Lines of one order are its own page's matter.

    Entries into segments and exits stand at the instants of the runs that found them. A page has at most ``limit``
    events, however many happened at one instant. Raises NotFound where there is no such customer, or none the
    viewer may see.
    """
    keys = _party_keys(sight, viewer, customer_id)
    until = min(before or _the_end(sight), _the_end(sight))
    since = None
    if wanted.year is not None:
        since, end = (_new_year(sight, year) for year in (wanted.year, wanted.year + 1))
        until = min(until, Place(end))
    events: list[Event] = []
    for name, kind in _kinds(sight).items():
        if wanted.source in {None, name} and wanted.kind in {None, kind}:
            events += _events(sight, name, keys, since, until, limit + 1)
    if wanted.source is None and wanted.kind in {None, SEGMENT}:
        events += _segment_events(sight, customer_id, since, until, limit + 1)
    events.sort(key=lambda event: (event.occurred_at, event.source, event.key), reverse=True)
    page = tuple(events[:limit])
    if len(events) <= limit:
        return TimeLine(page, None)
    return TimeLine(page, Place(page[-1].occurred_at, page[-1].source, page[-1].key))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a time line holds: the first year, which kinds of events there are, and the newest fact of each source."""

    first_year: int | None
    kinds: tuple[str, ...]
    newest: Mapping[str, datetime]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that have facts of the customer."""
        return tuple(self.newest)


def reach_of_line(sight: Sight, viewer: Viewer, customer_id: str) -> Reach:
    """How far back a customer's time line goes, and of what it is made. Raises NotFound as :func:`time_line` does."""
    keys = _party_keys(sight, viewer, customer_id)
    manifest, zone = sight.lake.current(), sight.plan.settings.zone
    first: dict[str, datetime] = {}
    newest: dict[str, datetime] = {}
    until = _the_end(sight)
    for name in _kinds(sight):
        if name in manifest.sources:
            facts = sight.lake.facts_of_parties(manifest.sources[name], keys)
            facts = facts.filter(*_within(facts.occurred_at, None, until.at))
            at = facts.occurred_at
            [row] = sight.lake.engine.rows(facts.aggregate(first=at.min(), newest=at.max()))
            if row["first"] is not None:
                first[name], newest[name] = (row[each].replace(tzinfo=UTC) for each in ("first", "newest"))
    kinds = [kind for name, kind in _kinds(sight).items() if name in first]
    if _segment_events(sight, customer_id, None, until, 1):
        kinds.append(SEGMENT)
    year = min(first.values()).astimezone(zone).year if first else None
    return Reach(year, tuple(dict.fromkeys(kinds)), newest)


def _kinds(sight: Sight) -> dict[str, str]:
    """Source → the kind of its events. Lines stand as the orders that are made from them."""
    return {
        name: "order" if name in sight.plan.orders_from_lines else source.fact
        for name, source in sight.plan.sources.items()
        if source.fact not in {"party", "unit"}
    }


def _party_keys(sight: Sight, viewer: Viewer, customer_id: str) -> tuple[str, ...]:
    keys = party_keys_of(sight, viewer, [customer_id]).get(customer_id)
    if keys is None:
        raise NotFound(f"there is no customer `{customer_id}`")
    return tuple(keys)


def _new_year(sight: Sight, year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=sight.plan.settings.zone)


def _within(at: ir.TimestampValue, since: datetime | None, until: datetime | None) -> list[ir.BooleanValue]:
    """Whether an instant of the lake, which is in UTC, lies between two."""
    ends = [
        None if end is None else ibis.timestamp(end.astimezone(UTC).replace(tzinfo=None))
        for end in (since, until)
    ]
    first, last = ends
    return [*([] if first is None else [at >= first]), *([] if last is None else [at < last])]


def _the_end(sight: Sight) -> Place:
    """Behind all that the snapshot knows of."""
    return Place(sight.as_of.instant + timedelta(microseconds=1))


def _beneath(
    until: Place, at: ir.TimestampValue, source: str | ir.StringValue, key: ir.StringValue
) -> ir.BooleanValue:
    """Whether an event stands before a place; of its very instant, by source and key."""
    instant = ibis.timestamp(until.at.astimezone(UTC).replace(tzinfo=None))
    lower = ibis.literal(source < until.source) if isinstance(source, str) else source < until.source
    same = ibis.literal(source == until.source) if isinstance(source, str) else source == until.source
    return (at < instant) | ((at == instant) & (lower | (same & (key < until.key))))


def _segment_events(
    sight: Sight, customer_id: str, since: datetime | None, until: Place, limit: int
) -> list[Event]:
    changes = sight.lake.read(sight.lake.current().changes, CHANGE_SCHEMA)
    own = changes.filter(changes.customer_id == customer_id, *_within(changes.as_of, since, None))
    own = own.mutate(key=own.segment + " " + own.run_id)
    own = own.filter(_beneath(until, own.as_of, own.segment, own.key))
    newest = own.order_by(ibis.desc("as_of"), ibis.desc("segment"), ibis.desc("key")).limit(limit)
    return [
        Event(
            occurred_at=row["as_of"].replace(tzinfo=UTC),
            kind=SEGMENT,
            source=row["segment"],
            key=row["key"],
            values={"change": row["change"], "cause": row["cause"]},
        )
        for row in sight.lake.engine.rows(newest)
    ]


def _events(
    sight: Sight,
    source: str,
    party_keys: tuple[str, ...],
    since: datetime | None,
    until: Place,
    limit: int,
) -> list[Event]:
    manifest, kind = sight.lake.current(), _kinds(sight)[source]
    if source not in manifest.sources:
        return []
    facts = sight.lake.facts_of_parties(manifest.sources[source], party_keys)
    if source in sight.plan.orders_from_lines:
        # One entry per order, with what it came to.
        facts = facts.group_by("order_id").aggregate(
            occurred_at=facts.occurred_at.min(),
            key=facts.order_id.max(),
            amount=facts.amount.sum().cast("decimal(38, 0)").try_cast("int64"),
            lines=facts.count(),
        )
    hidden = set(FACT_COLUMNS) - {"occurred_at", "key"}
    shown = facts.drop(*(hidden & set(facts.columns)))
    known = shown.filter(
        *_within(shown.occurred_at, since, None), _beneath(until, shown.occurred_at, source, shown.key)
    )
    newest = known.order_by(ibis.desc("occurred_at"), ibis.desc("key")).limit(limit)
    return [
        Event(
            occurred_at=row.pop("occurred_at").replace(tzinfo=UTC),
            kind=kind,
            source=source,
            key=row.pop("key"),
            values={name: as_value(value) for name, value in row.items() if value is not None},
        )
        for row in sight.lake.engine.rows(newest)
    ]
