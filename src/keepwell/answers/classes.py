"""How many customers are in each class of a field, what they are worth, and what one expected."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis

from keepwell.access.model import Viewer
from keepwell.answers.among import Among, customers_among
from keepwell.answers.sight import Sight
from keepwell.catalog.kinds import Case, DerivedField
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.lake.functions import checked_sum
from keepwell.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Class:
    """One class: ``value`` is that of the case, ``worth_minor`` the sum over its customers, missing if too great.

    Shares are of those who have a class; missing where there is nothing to share: nobody, or nothing above zero.
    What one expects is in per cent.
    """

    value: str
    customers: int
    customer_share: float | None
    worth_minor: int | None
    worth_share: float | None
    expected_customers: Decimal | None
    expected_worth: Decimal | None


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes in the order of their cases; ``without`` counts the visible customers who have none."""

    field: str
    worth: str | None
    classes: tuple[Class, ...]
    without: int

    @property
    def customers(self) -> int:
        """How many have a class."""
        return sum(each.customers for each in self.classes)


def classes(
    sight: Sight, viewer: Viewer, name: str, *, worth: str | None = None, among: Among | None = None
) -> Classes:
    """The classes of the field ``name``; ``worth`` is a money field to add up, the field's own when not given.

    Raises NotFound where the plan has no such field, or the field has no cases.
    """
    field = field_of_classes(sight.plan, name)
    worth = money_field(sight.plan, worth or field.worth)
    columns = {name, *([worth] if worth else [])}
    found = counted(customers_among(sight, viewer, among or Among(), columns), name, worth)
    rows = {row[name]: row for row in sight.snapshot.engine.rows(found)}
    without = rows.pop(None, {"customers": 0})["customers"]
    total = sum(row["customers"] for row in rows.values())
    sums = [row["worth"] for row in rows.values()]
    total_worth = None if None in sums else sum(sums)
    nobody = {"customers": 0, "worth": 0 if worth else None}
    made = (_class(case, rows.get(case.value, nobody), total, total_worth) for case in field.cases)
    return Classes(name, worth, tuple(made), without)


def field_of_classes(plan: Plan, name: str) -> DerivedField:
    """The field of that name, which has cases. Raises NotFound."""
    field = plan.fields.get(name)
    if field is not None and field.cases:
        return field
    known = [each.name for each in plan.fields.values() if each.cases]
    hint = did_you_mean(name, known) or f"fields with classes: {', '.join(known)}"
    if name in plan.customer_record().fields:
        raise NotFound(f"`{name}` is no field of classes: it has no cases", hint=hint)
    raise NotFound(f"customers have no field `{name}`", hint=hint)


def money_field(plan: Plan, name: str | None) -> str | None:
    """``name``, which is a money field. Raises NotFound."""
    if name is None:
        return None
    fields = plan.customer_record().fields
    if name in fields and fields[name].type is Type.MONEY:
        return name
    known = [each.name for each in fields.values() if each.type is Type.MONEY]
    what = (
        f"`{name}` is {fields[name].type}, no money"
        if name in fields
        else f"customers have no field `{name}`"
    )
    raise NotFound(what, hint=did_you_mean(name, known) or f"money fields: {', '.join(known)}")


def counted(customers: ir.Table, name: str, worth: str | None) -> ir.Table:
    """``name``, ``customers`` and ``worth``, which is missing without a field of that: a row for each class."""
    figures = {"customers": customers.count(), "worth": summed(customers, worth)}
    return customers.group_by(name).aggregate(**figures)


def summed(customers: ir.Table, worth: str | None) -> ir.Value:
    """What customers are worth together: nothing if of none of them it is known, missing where it is too great.

    Missing too without a field of that.
    """
    if worth is None:
        return ibis.null("int64")
    column = customers[worth]
    return (column.count() > 0).ifelse(checked_sum(column), 0)


def _class(case: Case, row: dict[str, int | None], total: int, total_worth: int | None) -> Class:
    customers, worth = row["customers"] or 0, row["worth"]
    worth_share = worth / total_worth if worth is not None and total_worth and total_worth > 0 else None
    return Class(
        value=case.value,
        customers=customers,
        customer_share=customers / total if total else None,
        worth_minor=worth,
        worth_share=worth_share,
        expected_customers=case.expected.customers if case.expected else None,
        expected_worth=case.expected.worth if case.expected else None,
    )
