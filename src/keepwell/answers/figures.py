"""The company's figures of the latest 90 days, each beside the one of the 90 days before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from keepwell.access.model import Viewer
from keepwell.answers.classes import summed
from keepwell.answers.sight import Sight, visible_customers
from keepwell.core.errors import ExpressionRefused
from keepwell.language.check import Checked, check
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

Unit = Literal["count", "money", "share"]

DAYS = 90
COUNTED = {
    "customers": ("true", None),
    "new": (
        f"days_since(purchase_first_on) < {DAYS}",
        f"days_since(purchase_first_on) >= {DAYS} and days_since(purchase_first_on) < {2 * DAYS}",
    ),
    "active": ("orders_90d > 0", "orders_prev_90d > 0"),
    "repeating": ("orders_90d > 1", "orders_prev_90d > 1"),
    "kept": ("orders_90d > 0 and orders_prev_90d > 0", None),
    "silent": ("silent_days >= 30", None),
}
"""What is counted → the condition, and that of the 90 days before; None where no field tells it."""
SUMMED = {"orders": ("orders_90d", "orders_prev_90d"), "sales": ("spend_90d", "spend_prev_90d")}
"""What is added up over all customers → the field, and the one of the 90 days before."""
FIGURES = (
    "customers", "new", "active", "retention", "repurchase", "silent", "orders", "sales", "average"
)  # fmt: skip
"""In their order: the customers known and the new; those who ordered; of those who ordered in the 90 days before the
share that did again; of those who ordered the share that did twice or more; those silent for 30 days; orders, what was
spent, and what was spent per order."""
RATES = {
    "retention": ("kept", "active before"),
    "repurchase": ("repeating", "active"),
    "average": ("sales", "orders"),
}
"""Figure → what is divided by what."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and the one of the 90 days before; None where it is not known, or there is nothing to divide by.

    Money is in minor units. ``where`` are the customers behind it, of whom there are ``customers``.
    """

    name: str
    unit: Unit
    value: float | None
    before: float | None
    where: str
    customers: int | None = None


def figures(sight: Sight, viewer: Viewer) -> tuple[Figure, ...]:
    """Those of :data:`FIGURES` whose fields the plan has, in one pass over the customers a viewer may see."""
    found = _totals(sight, viewer)
    behind = {name: texts[0] for name, texts in COUNTED.items()}
    behind |= {name: f"{texts[0]} > 0" for name, texts in SUMMED.items()}
    made = []
    for name in FIGURES:
        part, of = RATES.get(name, (name, None))
        if part not in found or (of is not None and of not in found):
            continue
        counted = "active" if name == "average" else part
        made.append(
            Figure(
                name,
                _unit(sight, name),
                _value(found, part, of),
                _value(found, f"{part} before", f"{of} before" if of else None),
                behind[counted],
                customers=found.get(counted) if counted in COUNTED else None,
            )
        )
    return tuple(made)


def _unit(sight: Sight, name: str) -> Unit:
    if name in {"retention", "repurchase"}:
        return "share"
    spent = sight.plan.customer_record().fields.get(SUMMED["sales"][0])
    return "money" if name in {"sales", "average"} and spent and spent.type is Type.MONEY else "count"


def _value(found: Mapping[str, int | None], part: str, of: str | None) -> float | None:
    """A count or sum, or one divided by another: of money whole minor units, of customers a share."""
    value, divisor = found.get(part), found.get(of) if of else 1
    if value is None or not divisor:
        return None
    return value // divisor if of is None or part.startswith("sales") else value / divisor


def _totals(sight: Sight, viewer: Viewer) -> dict[str, int | None]:
    """What is counted and added up, ``NAME`` and ``NAME before``, as far as the plan has fields for it."""
    known = _known(sight)
    fields = {name for pair in SUMMED.values() for name in pair if name in sight.snapshot.customers.columns}
    columns = {"customer_id", *fields, *(name for each in known.values() for name in each.fields)}
    customers = visible_customers(sight, viewer, columns)
    totals: dict[str, ir.Value] = {
        text: customers.count(where=to_ibis(each, customers, sight.as_of))
        if each.fields
        else customers.count()
        for text, each in known.items()
    }
    totals |= {name: summed(customers, name) for name in fields}
    numbered = {f"total {number}": total for number, total in enumerate(totals.values())}
    [row] = sight.snapshot.engine.rows(customers.aggregate(**numbered))
    found = dict(zip(totals, (row[name] for name in numbered), strict=True))
    pairs = COUNTED | SUMMED
    now = {name: found[text] for name, (text, _) in pairs.items() if text in found}
    return now | {f"{name} before": found[text] for name, (_, text) in pairs.items() if text in found}


def _known(sight: Sight) -> dict[str, Checked]:
    """The conditions, without those of which the plan has switched off a field, or the snapshot lacks one."""
    record, columns = sight.plan.customer_record(), set(sight.snapshot.customers.columns)
    known = {}
    for text in [text for pair in COUNTED.values() for text in pair if text is not None]:
        try:
            condition = check(text, record, expect=Type.FLAG)
        except ExpressionRefused:
            continue
        if columns.issuperset(condition.fields):
            known[text] = condition
    return known
