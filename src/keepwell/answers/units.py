"""The units of the business as the snapshot knows them, and whether a scope fits what there is."""

from __future__ import annotations

from dataclasses import dataclass

from keepwell.access.model import Scope, Viewer
from keepwell.answers.sight import Sight
from keepwell.core.errors import Forbidden, NotFound, Refused
from keepwell.core.nearest import did_you_mean
from keepwell.lake.snapshot import BENEATH, UNITS
from keepwell.language.check import check
from keepwell.language.types import Type

SHOWN_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; ``beneath`` counts the units under it, and ``depth`` those above it."""

    unit: str
    label: str
    level: str
    parent: str | None
    depth: int
    beneath: int


def units(sight: Sight, viewer: Viewer) -> list[Unit]:
    """The tree from the top down, each unit before those beneath it; at most :data:`SHOWN_MAX`.

    Raises Forbidden for a viewer with a scope: the tree is of the whole business.
    """
    if viewer.scope is not None:
        raise Forbidden("the units of the business are for those who see everybody")
    if BENEATH not in sight.snapshot.info.tables:
        return []
    return list(sight.memory.recall("units", lambda: tuple(_units(sight))))


def _units(sight: Sight) -> list[Unit]:
    rows, pairs = sight.snapshot.table(UNITS), sight.snapshot.table(BENEATH)
    engine = sight.snapshot.engine
    found = {row["unit"]: row for row in engine.rows(rows.order_by("unit").limit(SHOWN_MAX))}
    under = engine.rows(pairs.group_by("unit").agg(many=pairs.count()))
    many = {row["unit"]: row["many"] - 1 for row in under}
    children: dict[str | None, list[str]] = {}
    for unit, row in found.items():
        children.setdefault(row["parent"] if row["parent"] in found else None, []).append(unit)
    ordered: list[Unit] = []
    waiting = [(unit, 0) for unit in reversed(children.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        row = found[unit]
        ordered.append(
            Unit(unit, row["label"] or unit, row["level"] or "", row["parent"], depth, many.get(unit, 0))
        )
        waiting += [(child, depth + 1) for child in reversed(children.get(unit, []))]
    return ordered


def check_scope(sight: Sight, scope: Scope | None) -> None:
    """See that the plan knows the condition and the snapshot the units.

    Raises ExpressionRefused with all that is wrong with a condition, Refused where no plan says whose units are
    whose, NotFound for a unit that is not there.
    """
    if scope is None:
        return
    if scope.condition is not None:
        check(scope.condition, sight.plan.customer_record(), expect=Type.FLAG)
    if not scope.units:
        return
    if sight.plan.settings.units is None:
        hint = "write `[units]` and `field = ...` in keepwell.toml, publish, and run"
        raise Refused("the plan does not say to which unit a customer belongs", hint=hint)
    rows = sight.snapshot.table(UNITS)
    known = sight.snapshot.engine.rows(rows.filter(rows.unit.isin(sorted(scope.units))).select("unit"))
    missing = sorted(scope.units - {row["unit"] for row in known})
    if missing:
        some = [row["unit"] for row in sight.snapshot.engine.rows(rows.select("unit").limit(SHOWN_MAX))]
        raise NotFound(f"there is no unit `{missing[0]}`", hint=did_you_mean(missing[0], some))
