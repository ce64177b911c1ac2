"""Among whom, how many years back and how far forward questions about cohorts are asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.sight import Sight, visible_customers
from keepwell.cohorts.activity import ACTIVITY
from keepwell.cohorts.periods import MONTHS, By, Reach, number_of
from keepwell.core.errors import NotFound
from keepwell.language.check import check
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

YEARS = 3


@dataclass(frozen=True, slots=True)
class Among:
    """Customers in all of the ``segments`` who meet the expression ``where``, as they are in the snapshot.

    ``years``: how far back.
    """

    segments: tuple[str, ...] = ()
    where: str | None = None
    years: int = YEARS


class NobodyBought(NotFound):
    """There is no purchase to ask about."""


def customers_among(
    sight: Sight, viewer: Viewer, among: Among, columns: Collection[str] = ("customer_id",)
) -> ir.Table:
    """Those of them whom the viewer may see, with the fields ``columns``.

    Raises ExpressionRefused with all that is wrong with the expression, NotFound for a segment the plan lacks.
    """
    conditions = [sight.plan.checked(segment, "segment")["where"] for segment in among.segments]
    if among.where is not None:
        conditions.append(check(among.where, sight.plan.customer_record(), expect=Type.FLAG))
    named = {name for condition in conditions for name in condition.fields}
    customers = visible_customers(sight, viewer, {*columns, *named})
    for condition in conditions:
        customers = customers.filter(to_ibis(condition, customers, sight.as_of))
    return customers.select(*columns)


def rows_among(sight: Sight, viewer: Viewer, among: Among, table: str) -> ir.Table:
    """The rows of a table of the snapshot that are about them; all where that is everybody, without a join."""
    if viewer.scope is None and not among.segments and among.where is None:
        return sight.snapshot.table(table)
    return sight.snapshot.table(table).semi_join(customers_among(sight, viewer, among), "customer_id")


def reach_of(sight: Sight) -> Reach:
    """How far the facts reach. Raises NobodyBought."""
    activity = sight.snapshot.table(ACTIVITY)
    figures = activity.aggregate(latest_on=activity.last_on.max(), orders=activity.orders.max())
    [row] = sight.snapshot.engine.rows(figures)
    if not row["orders"]:
        raise NobodyBought(
            "nobody has bought yet: there is no order that counts",
            hint="what counts is said by the rhythm `purchase`; see `keepwell show purchase`",
        )
    return Reach(sight.as_of, row["latest_on"])


def first_period(reach: Reach, by: By, years: int) -> int:
    """The earliest period to look at: ``years`` before the one that the facts reach."""
    return number_of(reach.latest_on, by) - years * 12 // MONTHS[by]
