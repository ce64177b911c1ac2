"""Segments over time: how many are in each, what is at stake, who entered and left, and how far they overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.sight import Sight, visible_customers
from keepwell.core.clock import local_day
from keepwell.core.errors import NotFound, Refused
from keepwell.core.nearest import did_you_mean
from keepwell.fields.segments import CHANGE_SCHEMA, GONE, MOVED, SIZE_SCHEMA, sizes
from keepwell.language.to_ibis import to_ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

OVERLAPPING_MAX = 12
"""So many segments make 66 pairs, as much as a person can look through."""


@dataclass(frozen=True, slots=True)
class Point:
    """A segment as of a recorded run.

    ``entries`` and ``exits`` are the customers who moved since the recorded run before; ``others`` counts changes
    of any other cause by ``(change, cause)``. ``worth_minor`` is None where the segment has no worth and for
    viewers with a scope: what was at stake among their customers then is not kept.
    """

    as_of: datetime
    run_id: str
    size: int
    worth_minor: int | None
    entries: int
    exits: int
    others: dict[tuple[str, str], int]
    is_redefined: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A segment as of the snapshot. The changes are None where no run was recorded so long ago.

    ``is_redefined`` says that its definition changed within those days, so that sizes do not compare. ``course`` is
    its size at each recorded run, oldest first.
    """

    name: str
    size: int
    of: int
    worth: str | None
    worth_minor: int | None
    since_last_run: int | None
    since_days: int | None
    is_redefined: bool
    course: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """How many customers two segments share. ``jaccard`` is both ÷ either, None where both are empty."""

    one: str
    other: str
    both: int
    either: int

    @property
    def jaccard(self) -> float | None:
        """1 where they are the same customers, 0 where they share none."""
        return self.both / self.either if self.either else None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Segments beside each other: the size of each, of all pairs, and of being in all of them or in any."""

    sizes: dict[str, int]
    pairs: tuple[Pair, ...]
    in_all: int
    in_any: int
    of: int


def standings(sight: Sight, viewer: Viewer, *, days: int = 30) -> list[Standing]:
    """Every segment of the plan, greatest stake first, with its change since the run and ``days`` days before."""
    customers = visible_customers(sight, viewer, _needed(sight, sight.plan.segments))
    figures: dict[str, Any] = {}
    if sight.plan.segments:
        counted = sizes(sight.plan, customers, sight.as_of)
        [figures] = sight.snapshot.engine.rows(counted)
    of = sight.snapshot.engine.count(customers)
    past = _history(sight, viewer, list(sight.plan.segments), has_moves=False)
    first_day = sight.as_of.day - timedelta(days=days)
    found = []
    for name, segment in sight.plan.segments.items():
        size, points = int(figures[f"{name} size"]), past[name]
        # The run that made this snapshot recorded the last point of its day.
        before = points[:-1] if points and _day(sight, points[-1]) == sight.as_of.day else points
        old = [point for point in points if _day(sight, point) <= first_day]
        young = points[len(old) :]
        found.append(
            Standing(
                name=name,
                size=size,
                of=of,
                worth=segment.worth,
                worth_minor=figures.get(f"{name} worth"),
                since_last_run=size - before[-1].size if before else None,
                since_days=size - old[-1].size if old else None,
                is_redefined=any(point.is_redefined for point in young if old or point is not points[0]),
                course=tuple((point.as_of, point.size) for point in points),
            )
        )
    return sorted(found, key=lambda each: (-(each.worth_minor or 0), each.name))


def history(sight: Sight, viewer: Viewer, segment: str) -> list[Point]:
    """A segment at each recorded run, oldest first; the last one of a day tells of the day.

    Raises NotFound for a name that neither the plan nor the history has.
    """
    points = _history(sight, viewer, [segment])[segment]
    if not points and segment not in sight.plan.segments:
        raise NotFound(
            f"the plan has no segment `{segment}`", hint=did_you_mean(segment, sight.plan.segments)
        )
    return points


def overlap(sight: Sight, viewer: Viewer, segments: Sequence[str]) -> Overlap:
    """How many customers segments share, as of the snapshot. Raises NotFound or Refused for what cannot be asked."""
    names = list(dict.fromkeys(segments))
    for name in names:
        if name not in sight.plan.segments:
            raise NotFound(f"the plan has no segment `{name}`", hint=did_you_mean(name, sight.plan.segments))
    if not 1 < len(names) <= OVERLAPPING_MAX:
        raise Refused(
            f"{len(names)} segments cannot be laid beside each other",
            hint=f"name from 2 to {OVERLAPPING_MAX} different ones",
        )
    customers = visible_customers(sight, viewer, _needed(sight, names))
    is_in = {
        name: to_ibis(sight.plan.checked(name, "segment")["where"], customers, sight.as_of) for name in names
    }
    flags = customers.select(**{f"in {number}": is_in[name] for number, name in enumerate(names)})
    columns = [flags[f"in {number}"] for number in range(len(names))]
    pairs = list(combinations(range(len(names)), 2))
    counts = {f"size {number}": flags.count(where=column) for number, column in enumerate(columns)}
    counts |= {f"both {a} {b}": flags.count(where=columns[a] & columns[b]) for a, b in pairs}
    counts["all"] = flags.count(where=ibis.and_(*columns))
    counts["any"] = flags.count(where=ibis.or_(*columns))
    [found] = sight.snapshot.engine.rows(flags.aggregate(of=flags.count(), **counts))
    held = {name: int(found[f"size {number}"]) for number, name in enumerate(names)}
    return Overlap(
        sizes=held,
        pairs=tuple(
            Pair(
                names[a],
                names[b],
                both := int(found[f"both {a} {b}"]),
                held[names[a]] + held[names[b]] - both,
            )
            for a, b in pairs
        ),
        in_all=int(found["all"]),
        in_any=int(found["any"]),
        of=int(found["of"]),
    )


def _needed(sight: Sight, names: Collection[str]) -> set[str]:
    """The fields that these segments are about."""
    needed = {"customer_id"}
    for name in names:
        needed.update(sight.plan.checked(name, "segment")["where"].fields)
        worth = sight.plan.segments[name].worth
        needed.update([worth] if worth else [])
    return needed


def _day(sight: Sight, point: Point) -> date:
    return local_day(point.as_of, sight.as_of.zone.key)


def _history(
    sight: Sight, viewer: Viewer, names: Sequence[str], *, has_moves: bool = True
) -> dict[str, list[Point]]:
    """The recorded points of segments up to the snapshot, each segment's oldest first.

    Without ``has_moves`` entries and exits are left out, unless sizes have to be told by them.
    """
    engine, manifest = sight.lake.engine, sight.lake.current()
    recorded = sight.lake.read(manifest.sizes, SIZE_SCHEMA)
    until = ibis.timestamp(sight.as_of.instant.replace(tzinfo=None))
    wanted = recorded.filter(recorded.segment.isin(list(names)), recorded.as_of <= until)
    # A run id begins with the time of the run, so that of two runs as of one instant the later comes last.
    rows = engine.rows(wanted.order_by("as_of", "run_id", "segment"))
    moved = _moved(sight, viewer, names) if has_moves or viewer.scope is not None else defaultdict(dict)
    found: dict[str, list[Point]] = {name: [] for name in names}
    definitions: dict[str, str] = {}
    for row in rows:
        name, of_run = row["segment"], moved[row["segment"], row["run_id"]]
        is_first = not found[name]
        size = row["size"]
        if viewer.scope is not None:
            before = 0 if is_first else found[name][-1].size
            size = before + sum(many if change == "entry" else -many for (change, _), many in of_run.items())
        found[name].append(
            Point(
                as_of=row["as_of"].replace(tzinfo=UTC),
                run_id=row["run_id"],
                size=size,
                worth_minor=row["worth"] if viewer.scope is None else None,
                entries=of_run.get(("entry", MOVED), 0),
                exits=of_run.get(("exit", MOVED), 0) + of_run.get(("exit", GONE), 0),
                others={key: many for key, many in of_run.items() if key[1] not in {MOVED, GONE}},
                is_redefined=not is_first and definitions[name] != row["definition"],
            )
        )
        definitions[name] = row["definition"]
    return found


def _moved(
    sight: Sight, viewer: Viewer, names: Sequence[str]
) -> dict[tuple[str, str], dict[tuple[str, str], int]]:
    """(segment, run) → (change, cause) → how many visible customers."""
    found: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    keys = ("segment", "run_id", "change", "cause")
    with changes_seen(sight, viewer) as rows:
        wanted = rows.filter(rows.segment.isin(list(names)))
        for row in sight.lake.engine.rows(wanted.group_by(*keys).agg(many=wanted.count())):
            found[row["segment"], row["run_id"]][row["change"], row["cause"]] = row["many"]
    return found


@contextmanager
def changes_seen(sight: Sight, viewer: Viewer) -> Iterator[ir.Table]:
    """Entries and exits up to the snapshot, of the customers a viewer may see; with the lake's engine."""
    rows = sight.lake.read(sight.lake.current().changes, CHANGE_SCHEMA)
    until = ibis.timestamp(sight.as_of.instant.replace(tzinfo=None))
    rows = rows.filter(rows.as_of <= until)
    if viewer.scope is None:
        yield rows
        return
    ids = sight.snapshot.engine.collect(visible_customers(sight, viewer, ["customer_id"]))
    with sight.lake.engine.lend(ids) as visible:
        yield rows.semi_join(visible, "customer_id")
