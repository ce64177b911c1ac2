"""The shipped definitions: complete in both languages, and the lifecycle at its edges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from keepwell.catalog.draft import Entry, shipped_entries
from keepwell.catalog.kinds import DerivedField, Measure, Segment
from keepwell.catalog.sources import STANDARD_COLUMNS
from keepwell.core.clock import AsOf
from keepwell.language.evaluate import evaluate
from keepwell.language.types import Type, Value
from support.plans import good

NOW = AsOf(datetime(2026, 11, 22, 4, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
BOTH = {"en", "zh"}


@pytest.mark.parametrize("entry", shipped_entries(), ids=lambda entry: f"{entry.space}-{entry.name}")
def test_shipped_definitions_speak_both_languages_and_have_an_owner(entry: Entry) -> None:
    definition = entry.definition
    assert definition.label is not None
    texts = [definition.label, *([definition.about] if definition.about else [])]
    if isinstance(definition, DerivedField):
        assert all(case.label for case in definition.cases)
        texts += [case.label for case in definition.cases if case.label]
    if isinstance(definition, Segment):
        texts += [reason.say for reason in definition.reasons]
    assert all(set(text.texts) == BOTH for text in texts)
    assert definition.owner == "keepwell"


def source(kind: str, *columns: str) -> str:
    """A source of such facts that maps these columns, each from one of the same name."""
    mapped = ", ".join(f"{name}: {name}" for name in ("party", "occurred_at", *columns))
    return (
        f"source: {kind}s\nfrom: {{files: {kind}.csv}}\nfact: {kind}\nkey: [party]\ncolumns: {{{mapped}}}\n"
    )


ONLY_ORDERS = source("order", "order_id", "amount")
LINES = source("order_line", *STANDARD_COLUMNS["order_line"])
LINES_AND_TOUCHES = f"{LINES}---\n{source('interaction', *STANDARD_COLUMNS['interaction'])}"
MEMBERS = "source: members\nfrom: {files: m.csv}\nfact: party\ncolumns: {party: id, contract_end: end}\n"
EVERYTHING = f"{LINES_AND_TOUCHES}---\n{MEMBERS}"


def fields_at_work(sources: str) -> set[str]:
    """Fields of a plan with these sources alone that somebody may have a value of."""
    plan = good({"sources/orders.yml": sources})
    asleep = {each.name for each in plan.asleep}
    owners = {name: plan.owner(name) for name in plan.customer_record().fields}
    return {name for name, owner in owners.items() if owner is not None and owner.name not in asleep}


def test_everything_shipped_is_at_work_where_every_column_is_told() -> None:
    assert good({"sources/orders.yml": EVERYTHING}).asleep == ()


def test_how_much_is_shipped() -> None:
    """What requirement DATA-5 and issue 3 ask for: 60 fields from orders alone, 200 with lines and interactions."""
    measures = {entry.written_name for entry in shipped_entries() if isinstance(entry.definition, Measure)}
    assert len(measures) >= 40
    assert len(fields_at_work(ONLY_ORDERS)) >= 60
    assert len(fields_at_work(LINES)) >= 200
    assert len(fields_at_work(LINES_AND_TOUCHES)) >= 300


def test_what_no_column_tells_is_asleep() -> None:
    """A measure of a column that nobody maps, and all that rests on it alone, would be the same for everybody."""
    bare = fields_at_work(ONLY_ORDERS)
    assert not {
        name for name in bare if name.startswith(("margin", "profit", "discount", "price_", "favourite_st"))
    }
    assert {"orders_90d", "spend_90d", "favourite_hour_365d", "return_share_90d", "lifecycle_stage"} <= bare
    with_cost = fields_at_work(source("order", "order_id", "amount", "cost"))
    assert {"margin_90d", "margin_share_90d", "profit_90d"} <= with_cost
    assert "price_behaviour" not in with_cost


def test_a_rhythm_by_a_column_that_nobody_maps_is_asleep() -> None:
    """It would say of every customer that they buy of no category."""
    without = fields_at_work(
        source("order_line", *(name for name in STANDARD_COLUMNS["order_line"] if name != "category"))
    )
    assert "replenishment_items" not in without
    assert "products_365d" in without
    assert "replenishment_items" in fields_at_work(LINES)


def test_vips_are_a_share_and_not_a_number_of_orders() -> None:
    plan = good({"sources/orders.yml": ONLY_ORDERS})
    condition = plan.checked("vip", "segment")["where"]
    assert condition.fields == {"customer_value_rank", "orders_365d"}
    cases: list[tuple[float | None, int, bool]] = [(0.9, 1, True), (0.89, 50, False), (0.99, 0, False)]
    for rank, orders, expected in [*cases, (None, 50, False)]:
        values: dict[str, Value] = {"customer_value_rank": rank, "orders_365d": orders}
        assert evaluate(condition, values, NOW) is expected


def test_todays_names_stay() -> None:
    """Segments, pages and plans of users name them."""
    assert fields_at_work(LINES_AND_TOUCHES) >= {
        *("orders_90d", "orders_prev_90d", "orders_365d", "orders_lifetime", "spend_90d", "spend_prev_90d"),
        *("spend_365d", "spend_lifetime", "sales_90d", "sales_prev_90d", "basket_90d", "basket_prev_90d"),
        *("basket_change", "frequency_change", "products_365d", "interactions_90d", "last_touch_at"),
        *("first_order_at", "last_order_at", "days_since_last_order", "silent_days", "lifecycle_stage"),
    }


UNITLESS = {Type.TEXT, Type.FLAG, Type.MOMENT, Type.DAY}
OF_THE_CLOCK = ("favourite_weekday", "favourite_hour", "favourite_contact_hour")
OF_A_SCALE = ("_score", "_index")


def test_every_shipped_number_has_its_unit() -> None:
    plan = good({"sources/orders.yml": LINES_AND_TOUCHES})
    fields = plan.customer_record().fields.values()
    assert not {
        field.name
        for field in fields
        if field.type not in UNITLESS
        and not plan.unit(field.name)
        and not field.name.startswith(OF_THE_CLOCK)
        and not field.name.endswith(OF_A_SCALE)
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_shipped_fields_have_the_same_label(language: str) -> None:
    plan = good({"sources/orders.yml": LINES_AND_TOUCHES})
    labels = [plan.label(name, language) for name in plan.customer_record().fields]
    assert {label for label in labels if labels.count(label) > 1} == set()


def days_ago(days: int) -> datetime:
    return NOW.instant - timedelta(days=days)


def stage(fields: Mapping[str, Value]) -> str | None:
    """The lifecycle stage of a customer with these fields, by the shipped cases."""
    plan = good()
    known: dict[str, Value] = dict.fromkeys(plan.customer_record().names)
    known |= dict(fields)
    for name in plan.field_order:
        if name not in plan.fields:  # a ranking is of all customers together, and no stage rests on one
            continue
        definition = plan.fields[name]
        checked = plan.checked(name)
        if definition.value is not None:
            known[name] = evaluate(checked["value"], known, NOW)
        else:
            known[name] = next(
                (
                    case.value
                    for place, case in enumerate(definition.cases)
                    if case.when is None or evaluate(checked[f"cases[{place}].when"], known, NOW)
                ),
                None,
            )
    found = known["lifecycle_stage"]
    assert found is None or isinstance(found, str)
    return found


def customer(
    *, first: int, last: int, orders_365d: int = 1, orders: int = 5, **more: Value
) -> dict[str, Value]:
    """One who ordered first and last so many days ago."""
    return {
        "orders_lifetime": orders,
        "orders_365d": orders_365d,
        "first_order_at": days_ago(first),
        "last_order_at": days_ago(last),
        "last_order_event_at": days_ago(last),
        **more,
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"orders_lifetime": 0}, "prospect"),
        ({}, "prospect"),
        ({"orders_lifetime": 0, "last_touch_at": days_ago(1)}, "prospect"),
        (customer(first=0, last=0, orders=1), "new"),
        (customer(first=29, last=29, orders=1), "new"),
        (customer(first=29, last=0, orders_365d=9), "new"),
        (customer(first=30, last=29), "active"),
        (customer(first=400, last=29, orders_365d=3), "active"),
        (customer(first=400, last=29, orders_365d=4), "loyal"),
        (customer(first=400, last=30, orders_365d=4), "silent"),
        (customer(first=30, last=30), "silent"),
        (customer(first=400, last=59), "silent"),
        (customer(first=400, last=60), "at_risk"),
        (customer(first=400, last=179), "at_risk"),
        (customer(first=400, last=180), "dormant"),
        (customer(first=400, last=364), "dormant"),
        (customer(first=400, last=365, orders_365d=0), "lost"),
        (customer(first=4_000, last=3_000, orders_365d=0), "lost"),
        # a contract that ended counts as lost, until they buy again
        (customer(first=400, last=5, contract_ends_on=date(2026, 11, 21)), "lost"),
        (customer(first=400, last=5, contract_ends_on=date(2026, 11, 22)), "active"),
        (customer(first=400, last=5, contract_ends_on=date(2026, 11, 17)), "lost"),
        (customer(first=400, last=5, contract_ends_on=date(2026, 11, 16)), "active"),
        (customer(first=10, last=5, contract_ends_on=date(2026, 11, 18)), "lost"),
        (customer(first=400, last=5, contract_ends_on=date(2030, 1, 1)), "active"),
        ({"orders_lifetime": 0, "contract_ends_on": date(2026, 1, 1)}, "prospect"),
        # the latest interaction counts, whatever it was
        (customer(first=400, last=200, last_touch_at=days_ago(3)), "active"),
        (customer(first=400, last=200, last_touch_at=days_ago(70)), "at_risk"),
        (customer(first=400, last=3, last_touch_at=days_ago(200)), "active"),
        # bought again after dormant or lost: for 90 days, then as everybody
        (customer(first=700, last=0, purchase_returned_on=date(2026, 11, 22)), "won_back"),
        (customer(first=700, last=0, purchase_returned_on=date(2026, 8, 25)), "won_back"),
        (customer(first=700, last=0, purchase_returned_on=date(2026, 8, 24)), "active"),
        (customer(first=700, last=70, purchase_returned_on=date(2026, 9, 13)), "won_back"),
    ],
)
def test_lifecycle_at_its_edges(fields: dict[str, Value], expected: str) -> None:
    assert stage(fields) == expected


@pytest.mark.parametrize(
    ("days", "ratio", "overdue", "since", "expected"),
    [
        (4, 2.0, 14, 28, True),
        (3, 2.0, 14, 28, False),
        (4, 1.99, 14, 28, False),
        (4, 2.0, 13, 26, False),
        (4, 2.0, 89, 179, True),
        (4, 2.0, 90, 180, False),
        (None, None, None, None, False),
    ],
)
def test_about_to_leave(
    days: int | None, ratio: float | None, overdue: int, since: int, expected: bool
) -> None:
    plan = good()
    known: dict[str, Value] = dict.fromkeys(plan.customer_record().names)
    known |= {
        "purchase_days": days,
        "purchase_overdue_ratio": ratio,
        "purchase_overdue_days": overdue,
        "purchase_since_days": since,
    }
    assert evaluate(plan.checked("about_to_leave")["where"], known, NOW) is expected
