"""Since when each customer has been known."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.plan import Plan
from keepwell.fields.facts import facts_by_party
from keepwell.lake.lake import ReadableLake
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir

ALWAYS = datetime(1, 1, 1)  # noqa: DTZ001 - a lake's moments are naive


def known_since(plan: Plan, lake: ReadableLake, manifest: Manifest) -> ir.Table:
    """``customer_id`` and ``known_since``, the instant of the first fact of any kind, for customers who have one.

    A fact without a time, such as what is said of a party, has always been known.
    """
    kinds = sorted({source.fact for source in plan.sources.values()})
    told = [facts_by_party(plan, lake, manifest, kind).select("party_key", "occurred_at") for kind in kinds]
    everything = reduce(lambda one, other: one.union(other), told)
    first = everything.occurred_at.coalesce(ibis.timestamp(ALWAYS)).min()
    by_party = everything.group_by("party_key").aggregate(known_since=first)
    joined = by_party.inner_join(lake.customers(manifest), "party_key")
    return joined.group_by("customer_id").aggregate(known_since=joined.known_since.min())
