"""The units of the business as a tree: region, store, associate, or whatever the sources of units tell.

A tree that is ill narrows what people see and never widens it: a parent that is unknown, disputed or leads in a
circle is not followed, so that nobody sees the unit from above; and each is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from keepwell.catalog.plan import Plan
from keepwell.core.errors import Problem
from keepwell.core.nearest import did_you_mean
from keepwell.fields.facts import facts_by_party
from keepwell.lake.lake import ReadableLake
from keepwell.lake.manifest import Manifest
from keepwell.lake.snapshot import BENEATH, UNITS

UNITS_MAX = 200_000
DEPTH_MAX = 20
TOLD = 20
"""So many problems are told one by one."""

UNIT_SCHEMA = pa.schema([(name, pa.string()) for name in ("unit", "parent", "label", "level")])
BENEATH_SCHEMA = pa.schema([("unit", pa.string()), ("beneath", pa.string())])


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as a source tells of it."""

    unit: str
    parent: str | None
    label: str | None
    level: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Tree:
    """The units by id, each with a parent that can be followed to the top, and what was wrong with the others."""

    units: Mapping[str, UnitRow]
    problems: tuple[Problem, ...]

    def above(self, unit: str) -> Iterator[str]:
        """The unit itself and every one above it."""
        at: str | None = unit
        while at is not None:
            yield at
            at = self.units[at].parent

    def tables(self) -> dict[str, pa.Table]:
        """The tables of the snapshot, by name."""
        rows = [
            {name: getattr(self.units[unit], name) for name in UNIT_SCHEMA.names}
            for unit in sorted(self.units)
        ]
        pairs = [
            {"unit": above, "beneath": unit} for unit in sorted(self.units) for above in self.above(unit)
        ]
        return {
            UNITS: pa.Table.from_pylist(rows, UNIT_SCHEMA),
            BENEATH: pa.Table.from_pylist(pairs, BENEATH_SCHEMA),
        }


def read_units(plan: Plan, lake: ReadableLake, manifest: Manifest) -> Tree:
    """The tree that the sources of units give now; empty where there is none."""
    if not any(source.fact == "unit" for source in plan.sources.values()):
        return Tree({}, ())
    told = facts_by_party(plan, lake, manifest, "unit")
    wanted = told.select("unit", "parent", "label", "level", "source").order_by("unit", "source")
    rows = lake.engine.collect(wanted.limit(UNITS_MAX + 1)).to_pylist()
    return tree_of([UnitRow(**row) for row in rows])


def tree_of(rows: Sequence[UnitRow]) -> Tree:
    """The tree of rows in order of unit and source. Of a unit that sources tell differently, no parent is followed."""
    if len(rows) > UNITS_MAX:
        return Tree(
            {}, (Problem(f"there are more than {UNITS_MAX:,} units", hint="none is known until then"),)
        )
    problems: list[Problem] = []
    units: dict[str, UnitRow] = {}
    for row in rows:
        first = units.setdefault(row.unit, row)
        if first.parent != row.parent:
            what = f"the unit `{row.unit}` has another parent in the source `{first.source}`"
            problems.append(Problem(what, field=row.source, hint="let one source tell of it"))
            units[row.unit] = _without_parent(first)
    for row in list(units.values()):
        if row.parent is not None and row.parent not in units:
            what = f"the parent `{row.parent}` of the unit `{row.unit}` is no unit"
            hint = did_you_mean(row.parent, units) if len(problems) < TOLD else None
            hint = hint or "add it, or leave the parent of a topmost unit empty"
            problems.append(Problem(what, field=row.source, hint=hint))
            units[row.unit] = _without_parent(row)
    for row in _in_circles(units):
        what = f"the units above `{row.unit}` lead back to it"
        problems.append(Problem(what, field=row.source, hint="one of them must have another parent, or none"))
        units[row.unit] = _without_parent(row)
    for row in _too_deep(units):
        what = f"more than {DEPTH_MAX} units stand above `{row.unit}`"
        problems.append(Problem(what, field=row.source, hint="make the tree flatter"))
        units[row.unit] = _without_parent(row)
    more = len(problems) - TOLD
    rest = (Problem(f"and {more:,} more problems with the tree of units"),) if more > 0 else ()
    return Tree(units, (*problems[:TOLD], *rest))


def _without_parent(row: UnitRow) -> UnitRow:
    return UnitRow(row.unit, None, row.label, row.level, row.source)


def _in_circles(units: Mapping[str, UnitRow]) -> list[UnitRow]:
    """Every unit from which the way up leads back to it."""
    found: list[UnitRow] = []
    done: set[str] = set()
    for start in units:
        way: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in way:
            way[at] = len(way)
            at = units[at].parent
        if at is not None and at in way:
            found += [units[each] for each, place in way.items() if place >= way[at]]
        done |= way.keys()
    return found


def _too_deep(units: Mapping[str, UnitRow]) -> list[UnitRow]:
    """Units so deep that their parent is not followed; those beneath them begin anew there."""
    depth: dict[str, int] = {}
    found: list[UnitRow] = []
    for start in units:
        way: list[str] = []
        at: str | None = start
        while at is not None and at not in depth:
            way.append(at)
            at = units[at].parent
        for each in reversed(way):
            parent = units[each].parent
            depth[each] = 0 if parent is None else depth[parent] + 1
            if depth[each] > DEPTH_MAX:
                found.append(units[each])
                depth[each] = 0
    return found
