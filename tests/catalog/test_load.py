"""How the shipped library and a plan come together, and what the plan answers."""

from __future__ import annotations

import pytest

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.kinds import DerivedField, Measure
from keepwell.catalog.load import load_settings
from keepwell.core.errors import NotFound, PlanRefused
from keepwell.language.types import Type
from support.plans import SETTINGS, good, plan_files, problems


def test_a_plan_with_orders_has_the_shipped_definitions() -> None:
    plan = good()
    assert plan.origin("orders_90d").shipped
    assert plan.origin("orders_90d").file == "library/fields/orders.yml"
    assert plan.origin("orders", "source").file == "sources/orders.yml"
    assert "about_to_leave" in plan.segments
    assert not good(library=False).measures


def test_what_rests_on_absent_facts_sleeps() -> None:
    plan = good()
    asleep = {each.name for each in plan.asleep}
    assert {"last_touch_at", "interactions_90d", "products_365d", "lines_per_order_90d"} <= asleep
    assert {"product_rank", "replenishment"} <= asleep
    assert "last_touch_at" not in plan.measures
    assert plan.customer_record().fields["last_touch_at"].type is Type.MOMENT, (
        "known, and missing for everybody"
    )
    assert "last_interaction_at" in plan.fields, "the latest order tells it"
    assert plan.fact_columns("interaction") == {}


def test_without_orders_their_definitions_sleep() -> None:
    visits = (
        "source: visits\nfrom: {files: a.csv}\nfact: interaction\ncolumns: {party: who, occurred_at: at}\n"
    )
    plan = good({"sources/orders.yml": ""}, sources=visits)
    asleep = {each.name for each in plan.asleep}
    assert {"orders_90d", "basket_90d", "basket_change", "purchase", "about_to_leave"} <= asleep
    assert {"interactions_90d", "silent_days", "lifecycle_stage"}.isdisjoint(asleep)
    assert not plan.segments


def test_a_definition_of_the_same_name_takes_the_place_of_the_shipped_one() -> None:
    plan = good(fields="measure: orders_90d\nof: order\ncount: true\nwindow: 91d\n")
    assert plan.measures["orders_90d"].window.days == 91
    assert not plan.origin("orders_90d").shipped


def test_only_of_the_same_kind() -> None:
    assert problems(fields="measure: rfm_type\nof: order\ncount: true\n") == (
        "fields/test.yml:1:1: rfm_type: Keepwell ships a field of this name, and a measure "
        "cannot take its "
        "place (choose another name)"
    )


def test_an_override_that_breaks_a_shipped_definition() -> None:
    assert problems(fields="field: basket_90d\nvalue: last_order_at\n") == (
        "library/fields/baskets.yml:31:19: basket_change.value: `/` cannot join them: `basket_90d` "
        "is moment, "
        "`basket_prev_90d` is money (your plan gives a field that this shipped definition uses another type: "
        "override this one too)"
    )


def test_switching_off() -> None:
    plan = good(segments="segment: about_to_leave\noff: true\n", fields="field: rfm_type\noff: true\n")
    assert "about_to_leave" not in plan.segments
    assert "rfm_type" not in plan.customer_record().fields


def test_laying_aside_ones_own() -> None:
    plan = good(fields="measure: mine\nof: order\ncount: true\noff: true\n")
    assert "mine" not in plan.measures


def test_switching_off_what_is_used() -> None:
    fields = "ranking: customer_value_rank\noff: true\n---\nfield: mine\nvalue: customer_value_rank + 1\n"
    assert problems(fields=fields).splitlines() == [
        (
            "fields/test.yml:2:1: customer_value_rank.off: the shipped field `customer_group` uses "
            "`customer_value_rank` "
            "(switch that off as well: `field: customer_group` and `off: true`)"
        ),
        (
            "fields/test.yml:2:1: customer_value_rank.off: the shipped segment `vip` uses "
            "`customer_value_rank` (switch that off as well: `segment: vip` and `off: true`)"
        ),
        (
            "fields/test.yml:5:1: mine.value: an expression cannot use `customer_value_rank`, "
            "which is switched off in fields/test.yml:1"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "measure: orders_9d\noff: true\n",
            "orders_9d.off: Keepwell ships no measure `orders_9d` to switch off (did you mean `orders_90d`?)",
        ),
        (
            "measure: lifecycle_stage\noff: true\n",
            "lifecycle_stage.off: Keepwell ships no measure `lifecycle_stage` to switch off (it is a field)",
        ),
    ],
)
def test_switching_off_what_is_not_there(text: str, sentence: str) -> None:
    assert problems(fields=text) == f"fields/test.yml:2:1: {sentence}"


def test_rhythms_give_fields() -> None:
    plan = good()
    assert plan.owner("purchase_gap_days") == plan.rhythms["purchase"]
    assert plan.customer_record().fields["purchase_returned_on"].type is Type.DAY
    assert plan.origin("purchase_gap_days").file == "library/fields/rhythm.yml"
    assert plan.label("purchase_gap_days", "zh") == "购买：通常间隔"
    assert plan.label("purchase_gap_days", "en") == "Purchases: usual gap"
    assert plan.unit("purchase_gap_days") == "days"


def test_labels_and_units() -> None:
    plan = good(
        fields="measure: mine\nof: order\nsum: amount\nlabel: {zh: 我的}\n---\nfield: bare\nvalue: mine\n"
    )
    assert plan.label("mine", "en") == "我的", "the plan's default language has none either"
    assert plan.label("bare", "zh") == "bare"
    assert plan.label("customer_id", "zh") == "customer_id"
    assert plan.label("about_to_leave", "zh") == "即将流失"
    assert plan.unit("mine") == "currency"
    assert plan.unit("orders_90d") == "times"
    assert plan.unit("customer_id") is None


def test_checked_expressions_by_place() -> None:
    plan = good()
    assert str(plan.checked("orders_90d")["where"]).startswith("amount > 0")
    assert set(plan.checked("about_to_leave")) == {
        "where",
        *(f"reasons[{number}].when" for number in range(3)),
    }
    assert "cases[0].when" in plan.checked("lifecycle_stage")
    assert plan.checked("orders", "source") == {}
    assert plan.depends_on("basket_90d") == {"sales_90d", "orders_90d"}
    assert plan.depends_on("spend_90d") == {"amount", "status"}
    assert {"spend_365d", "orders_prev_90d"} <= plan.depends_on("about_to_leave")


def test_derived_fields_come_after_what_they_use() -> None:
    plan = good()
    assert set(plan.field_order) == set(plan.fields) | set(plan.rankings)
    for name in plan.field_order:
        before = plan.field_order[: plan.field_order.index(name)]
        assert plan.depends_on(name) & set(plan.field_order) <= set(before)


def test_finding_a_definition() -> None:
    plan = good(segments="segment: orders_90d\nwhere: orders_90d > 3\n")
    assert isinstance(plan.definition("orders_90d"), Measure)
    assert plan.definition("orders_90d", "segment") == plan.segments["orders_90d"]
    assert isinstance(plan.definition("basket_change"), DerivedField)
    with pytest.raises(
        NotFound, match=r"the plan has no definition `order_90d` \(did you mean `orders_90d`\?\)"
    ):
        plan.definition("order_90d")
    with pytest.raises(
        NotFound, match=r"the plan has no segment `about_to_leav` \(did you mean `about_to_leave`"
    ):
        plan.definition("about_to_leav", "segment")


def test_no_settings() -> None:
    assert problems({"keepwell.toml": ""}) == "\n".join(
        f"keepwell.toml:1: {key}: this is missing" for key in ("currency", "format", "name", "time_zone")
    )


RATES = SETTINGS + 'rates = "rates.csv"\n'


def test_settings_are_read_whatever_is_wrong_with_the_definitions() -> None:
    assert load_settings(plan_files(fields="nonsense")).name == "Test shop"
    with pytest.raises(PlanRefused, match=r"keepwell.toml:1: name: this is missing"):
        load_settings(plan_files({"keepwell.toml": SETTINGS.replace("name", "nam")}))
    with pytest.raises(PlanRefused, match=r"the plan has no keepwell.toml"):
        load_settings(PlanFiles({}))


def test_rates() -> None:
    plan = good(
        {"keepwell.toml": RATES, "rates.csv": "day,currency,rate\n2025-02-01,USD,7.2\n2025-01-01,USD,7.18\n"}
    )
    assert [(rate.currency, rate.day.month, str(rate.rate)) for rate in plan.rates] == [
        ("USD", 1, "7.18"),
        ("USD", 2, "7.2"),
    ]


@pytest.mark.parametrize(
    ("settings", "rates", "sentences"),
    [
        (RATES, None, ["keepwell.toml:5: rates: there is no rates.csv"]),
        (
            SETTINGS,
            "day,currency,rate\n",
            [
                (
                    'rates.csv:1: nothing uses this file (write `rates = "rates.csv"` in keepwell.toml, '
                    "or remove the file)"
                )
            ],
        ),
        (
            RATES,
            "date;usd\n",
            ["rates.csv:1: this is no table of rates (the first line reads `day,currency,rate`)"],
        ),
        (
            RATES,
            (
                "day,currency,rate\n2025-01-01,USD,7\n2025-01-01,USD,8\n2025-13-01,USD,7\n2025-01-02,EUO,7\n"
                "2025-01-02,CNY,1\n2025-01-02,USD,seven\n2025-01-02,EUR,-1\n2025-01-02,USD\n"
            ),
            [
                "rates.csv:3: USD has a rate for 2025-01-01 already",
                "rates.csv:4: `2025-13-01` is no day such as 2025-01-31",
                "rates.csv:5: there is no currency `EUO`; did you mean `EUR`?",
                "rates.csv:6: CNY is the plan's own currency and needs no rate",
                "rates.csv:7: `seven` is no rate: write a number above 0 such as 7.18",
                "rates.csv:8: `-1` is no rate: write a number above 0 such as 7.18",
                "rates.csv:9: a line has 3 values; this one has 2",
            ],
        ),
    ],
)
def test_bad_rates(settings: str, rates: str | None, sentences: list[str]) -> None:
    files = {"keepwell.toml": settings} | ({"rates.csv": rates} if rates is not None else {})
    assert problems(files).splitlines() == sentences
