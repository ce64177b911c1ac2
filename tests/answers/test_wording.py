"""Values and reasons in English and Chinese, as they are printed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from keepwell.answers.wording import MISSING, choice_text, money_text, reason_text, value_text
from keepwell.language.types import Value
from support.plans import SETTINGS, good


@pytest.mark.parametrize(
    ("name", "value", "english", "chinese"),
    [
        ("spend_365d", 123456, "CN¥1,234.56", "¥1,234.56"),
        ("spend_365d", -50, "-CN¥0.50", "-¥0.50"),
        ("orders_365d", 12345, "12,345", "12,345"),
        ("purchase_expected_on", date(2025, 6, 1), "Jun 1, 2025", "2025年6月1日"),
        ("frequency_change", -0.305, "-30.5%", "-30.5%"),
        ("purchase_gap_days", 12.54, "12.5", "12.5"),
        ("lifecycle_stage", "at_risk", "At risk", "流失风险客户"),
        ("lifecycle_stage", "of the past", "of the past", "of the past"),
        ("spend_365d", None, MISSING, MISSING),
        ("a_field_of_another_plan", 7, "7", "7"),
    ],
)
def test_values_in_both_languages(name: str, value: Value, english: str, chinese: str) -> None:
    plan = good()
    assert (value_text(plan, name, value, "en"), value_text(plan, name, value, "zh")) == (english, chinese)


def test_moments_are_told_in_the_plans_zone() -> None:
    evening = datetime(2025, 6, 1, 17, tzinfo=UTC)
    assert value_text(good(), "last_order_at", evening, "en").startswith("Jun 2, 2025, 1:00:00")
    assert value_text(good(), "last_order_at", evening, "zh") == "2025年6月2日 01:00:00"


def test_money_has_the_decimals_of_its_currency() -> None:
    yen = good({"keepwell.toml": SETTINGS.replace("CNY", "JPY")})
    assert money_text(yen, 1234, "en") == "¥1,234"


def test_choices_and_reasons_speak_the_readers_language() -> None:
    plan = good()
    assert choice_text(plan, "rhythm_stage", "overdue", "zh") == "逾期"
    reason = plan.segments["about_to_leave"].reasons[0]
    values: dict[str, Value] = {"purchase_gap_days": 7.0, "purchase_since_days": 30}
    assert reason_text(plan, reason, values, "en") == "Usually buys every 7 days; silent for 30 days"
    assert reason_text(plan, reason, values, "zh") == "通常每7天购买一次；已沉默30天"
    assert (
        reason_text(plan, reason, {}, "en") == f"Usually buys every {MISSING} days; silent for {MISSING} days"
    )
