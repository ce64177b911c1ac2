"""Values and reasons in the reader's language: money with its currency, days and numbers in local form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from keepwell.catalog.kinds import DerivedField, Reason, Tag
from keepwell.catalog.plan import Plan
from keepwell.core.spreadsheet import Cell
from keepwell.language.types import Type, Value

LOCALES = {"en": "en", "zh": "zh_Hans_CN"}
MISSING = "—"


def money_text(plan: Plan, minor: int, language: str) -> str:
    """An amount in minor units with its currency sign."""
    currency = plan.settings.money
    return format_currency(Decimal(minor) / currency.minor_per_major, currency.code, locale=LOCALES[language])


def day_text(day: date, language: str) -> str:
    """A day in local form."""
    return format_date(day, "medium", locale=LOCALES[language])


def share_text(share: float | Decimal | None, language: str) -> str:
    """A share in per cent; a dash for a missing one."""
    return MISSING if share is None else format_percent(share, "#,##0.#%", locale=LOCALES[language])


def value_text(plan: Plan, name: str, value: Value, language: str) -> str:
    """A field's value as people read it; a dash for a missing one."""
    field = plan.customer_record().fields.get(name)
    if value is None or field is None:
        return MISSING if value is None else str(value)
    locale = LOCALES[language]
    if field.type is Type.MONEY and isinstance(value, int):
        return money_text(plan, value, language)
    if isinstance(value, datetime):
        return format_datetime(value, "medium", tzinfo=plan.settings.zone, locale=locale)
    if isinstance(value, date):
        return day_text(value, language)
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, float):
        if plan.unit(name) == "share":
            return share_text(value, language)
        return format_decimal(value, "#,##0.#", locale=locale)
    if isinstance(value, int):
        return format_decimal(value, locale=locale)
    return choice_text(plan, name, value, language)


def plain_cell(plan: Plan, name: str, value: Value) -> Cell:
    """A field's value for a file: money in major units, moments in the plan's zone, flags as yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and plan.customer_record().fields[name].type is Type.MONEY:
        return Decimal(value).scaleb(-plan.settings.money.exponent)
    if isinstance(value, datetime):
        return value.astimezone(plan.settings.zone).isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def choice_text(plan: Plan, name: str, value: str, language: str) -> str:
    """The label of a choice; a text that is no choice as it is."""
    owner = plan.owner(name)
    values = (
        owner.cases if isinstance(owner, DerivedField) else owner.choices if isinstance(owner, Tag) else ()
    )
    for choice in values:
        if choice.value == value and choice.label:
            return choice.label.in_(language, plan.settings.language)
    return value


def reason_text(plan: Plan, reason: Reason, values: Mapping[str, Value], language: str) -> str:
    """A reason's sentence with the customer's own figures in it."""
    text = reason.say.in_(language, plan.settings.language)
    for name in reason.placeholders():
        text = text.replace("{" + name + "}", value_text(plan, name, values.get(name), language))
    return text
