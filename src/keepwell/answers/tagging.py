"""Whom a tag is meant for: customers by a condition or by their ids, with the parties it will be said of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from keepwell.access.model import Viewer
from keepwell.answers.matching import matching
from keepwell.answers.sight import Sight, visible_customers
from keepwell.core.errors import NotFound
from keepwell.lake.snapshot import PARTIES

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNKNOWN_SHOWN = 5

Meant = Mapping[str, Sequence[str]]
"""Customer → their party keys."""


def meant_by_conditions(sight: Sight, viewer: Viewer, *conditions: str) -> Meant:
    """The visible customers who meet all conditions. Raises ExpressionRefused with all that is wrong with one."""
    return _parties(sight, matching(sight, viewer, conditions).select("customer_id"))


@dataclass(frozen=True, slots=True)
class Change:
    """What saying a value of customers would change: of how many it is news, of them how many have another value."""

    customers: int
    news: int
    other_value: int


def change_of(meant: Meant, known: Mapping[str, str], said: str | None) -> Change:
    """Compare what shall be said with what was last said of each party; None takes back."""
    news = [keys for keys in meant.values() if any(known.get(key) != said for key in keys)]
    return Change(len(meant), len(news), sum(any(key in known for key in keys) for keys in news))


def meant_by_ids(sight: Sight, viewer: Viewer, ids: Sequence[str]) -> Meant:
    """The visible customers named by customer id or party key. Raises NotFound with those nobody has."""
    engine, parties = sight.snapshot.engine, sight.snapshot.table(PARTIES)
    visible = visible_customers(sight, viewer, ["customer_id"])
    with engine.lend(pa.table({"id": pa.array(dict.fromkeys(ids), pa.string())})) as given:
        by_party = parties.inner_join(given, parties.party_key == given.id).select("id", "customer_id")
        by_customer = given.mutate(customer_id=given.id)
        named = by_party.union(by_customer.select("id", "customer_id")).semi_join(visible, "customer_id")
        known = set(engine.values(named.id))
        if unknown := [each for each in dict.fromkeys(ids) if each not in known]:
            few = ", ".join(unknown[:UNKNOWN_SHOWN]) + (" …" if len(unknown) > UNKNOWN_SHOWN else "")
            raise NotFound(
                f"{len(unknown):,} of {len(set(ids)):,} ids are nobody's: {few}",
                hint="give customer ids, or party keys as `keepwell customer` shows them (system:id)",
            )
        return _parties(sight, named.select("customer_id").distinct())


def _parties(sight: Sight, customers: ir.Table) -> Meant:
    rows = sight.snapshot.engine.rows(sight.snapshot.table(PARTIES).semi_join(customers, "customer_id"))
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["customer_id"]].append(row["party_key"])
    return found
