"""The customers that a list shows, all of them, as a table; and their order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.sight import Sight, visible_customers
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.language.check import check
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir


def matching(
    sight: Sight, viewer: Viewer, conditions: Sequence[str], columns: Collection[str] = ()
) -> ir.Table:
    """The visible customers who meet all conditions, with at least ``customer_id`` and the columns.

    Raises ExpressionRefused with all that is wrong with a condition.
    """
    parts = [check(text, sight.plan.customer_record(), expect=Type.FLAG) for text in conditions]
    needed = {"customer_id", *columns, *(name for part in parts for name in part.fields)}
    customers = visible_customers(sight, viewer, needed)
    predicates = [to_ibis(part, customers, sight.as_of) for part in parts]
    return customers.filter(*predicates) if predicates else customers


def order_of(plan: Plan, customers: ir.Table, sort: str | None) -> list[ir.Value]:
    """By a field, greatest first (``-field``: smallest first), missing values last; then by id, so pages agree."""
    by_id = customers.customer_id.asc()
    if sort is None:
        return [by_id]
    name, descending = sorted_by(plan, sort)
    column = customers[name]
    by_field = column.desc(nulls_first=False) if descending else column.asc(nulls_first=False)
    return [by_field] if name == "customer_id" else [by_field, by_id]


def sorted_by(plan: Plan, sort: str) -> tuple[str, bool]:
    """The field, and whether its greatest value comes first."""
    name, known = sort.removeprefix("-"), plan.customer_record().fields
    if name not in known:
        raise NotFound(f"customers have no field `{name}` to sort by", hint=did_you_mean(name, known))
    return name, not sort.startswith("-")
