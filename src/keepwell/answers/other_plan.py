"""The customers of the snapshot as another plan defines their fields, without a run.

What only the plan's own expressions decide is computed from what the snapshot has. What needs the facts is computed
from the lake, as far as that is little enough to wait for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from keepwell.access.model import Viewer
from keepwell.answers.sight import Sight, visible_customers
from keepwell.catalog.compare import means_the_same
from keepwell.catalog.kinds import Definition, DerivedField, Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.errors import LimitExceeded, Unavailable
from keepwell.fields.customers import customer_fields
from keepwell.fields.derived import value_of
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir

FACTS_MAX = 3_000_000
"""So many facts are worked through in a few seconds; beyond them only a run tells."""


class NeedsRun(LimitExceeded):
    """Only a run can tell: too many facts would have to be worked through."""


@dataclass(frozen=True, slots=True)
class Comparing:
    """One comparison of plans over the snapshot; what was worked out from the facts is kept as long as it lasts."""

    sight: Sight
    viewer: Viewer
    made: dict[tuple[int, frozenset[str]], pa.Table] = field(default_factory=dict, repr=False)


@contextmanager
def customers_as(comparing: Comparing, plan: Plan, names: Collection[str]) -> Iterator[ir.Table]:
    """The customers the viewer may see: ``customer_id`` and the fields ``names``, as ``plan`` defines them.

    Raises NeedsRun.
    """
    sight, viewer = comparing.sight, comparing.viewer
    derived, from_facts = _to_make(sight.plan, plan, names)
    known = {"customer_id"} | (set(names) - set(derived) - from_facts)
    for name in derived:
        known |= plan.depends_on(name, "field") - set(derived) - from_facts
    customers = visible_customers(sight, viewer, known)
    if not from_facts:
        yield _with_derived(sight, plan, customers, derived).select("customer_id", *_without_id(names))
        return
    with sight.snapshot.engine.lend(_from_facts(comparing, plan, from_facts)) as rows:
        made = rows.select("customer_id", *sorted(from_facts))
        joined = customers.left_join(made, "customer_id").drop("customer_id_right")
        yield _with_derived(sight, plan, joined, derived).select("customer_id", *_without_id(names))


def _from_facts(comparing: Comparing, plan: Plan, names: Collection[str]) -> pa.Table:
    """``customer_id`` and the fields worked out from the facts: all those of the definitions that give ``names``."""
    owners = {owner.name: owner for name in names if (owner := plan.owner(name))}
    whole = frozenset(
        name
        for owner in owners.values()
        for name in (owner.field_names() if isinstance(owner, Rhythm) else (owner.name,))
    )
    key = (id(plan), whole)
    if key not in comparing.made:
        sight = comparing.sight
        _refuse_many_facts(sight, plan, whole)
        computed = customer_fields(plan.only(whole), sight.lake, _manifest(sight), sight.as_of)
        rows = computed.customers.select("customer_id", *sorted(whole))
        comparing.made[key] = sight.lake.engine.collect(rows)
    return comparing.made[key]


def rests_on_facts(sight: Sight, plan: Plan, names: Collection[str]) -> bool:
    """Whether the fields as ``plan`` defines them cannot be told from the snapshot alone."""
    return bool(_to_make(sight.plan, plan, names)[1])


def _without_id(names: Collection[str]) -> list[str]:
    return sorted(set(names) - {"customer_id"})


def _to_make(known: Plan, plan: Plan, names: Collection[str]) -> tuple[list[str], set[str]]:
    """Of all that ``names`` rest on, what is not as the snapshot has it: derived fields in order, and all others."""
    stale: dict[str, bool] = {}

    def is_stale(name: str) -> bool:
        if name not in stale:
            stale[name] = False  # no circle: a plan has none
            owner = plan.owner(name)
            if owner is None:
                return False
            below = set() if isinstance(owner, Measure | Rhythm) else plan.depends_on(owner.name, owner.kind)
            stands = {is_stale(each) for each in sorted(below)}  # all of them, to know each one's own
            stale[name] = True in stands or not _is_known(known, plan, owner)
        return stale[name]

    for name in sorted(names):
        is_stale(name)
    found = {name for name, stands in stale.items() if stands}
    derived = [name for name in plan.field_order if name in found and name in plan.fields]
    return derived, found - set(derived)


def _is_known(known: Plan, plan: Plan, owner: Definition) -> bool:
    key = (owner.kind, owner.name)
    slept, sleeps = ({(each.kind, each.name) for each in one.asleep} for one in (known, plan))
    return (key in slept) == (key in sleeps) and means_the_same(known, plan, key)


def _with_derived(sight: Sight, plan: Plan, customers: ir.Table, derived: list[str]) -> ir.Table:
    for name in derived:
        definition = plan.fields[name]
        assert isinstance(definition, DerivedField)
        customers = customers.mutate(**{name: value_of(plan, definition, customers, sight.as_of)})
    return customers


def _manifest(sight: Sight) -> Manifest:
    """The version of the lake that the snapshot was made from; the current one where that is collected."""
    try:
        return sight.lake.versions.read(sight.snapshot.info.lake_version)
    except Unavailable:
        return sight.lake.current()


def _refuse_many_facts(sight: Sight, plan: Plan, names: Collection[str]) -> None:
    needed = plan.only(names)
    kinds: set[str] = {each.of for each in needed.measures.values()}
    kinds |= {each.of for each in needed.rhythms.values()}
    if "order" in kinds and plan.orders_from_lines:
        kinds.add("order_line")
    sources = {name for name, source in plan.sources.items() if source.fact in kinds}
    count = sum(state.fact_count for name, state in _manifest(sight).sources.items() if name in sources)
    if count > FACTS_MAX:
        raise NeedsRun(
            f"{count:,} facts would have to be worked through; at most {FACTS_MAX:,} are for a preview",
            hint="publish and run: the run tells what changed",
        )
