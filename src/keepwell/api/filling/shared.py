"""What fillings have in common: texts in both languages, labels, and what an answer is as of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from keepwell.answers.sight import Sight
from keepwell.api.shapes.shared import AsOf, Words
from keepwell.catalog.plan import Plan
from keepwell.catalog.texts import Text
from keepwell.language.types import Value


def as_of(sight: Sight) -> AsOf:
    """What an answer is as of."""
    info = sight.snapshot.info
    return AsOf(
        run_id=info.run_id,
        as_of=info.as_of,
        plan_version=info.plan_version,
        currency=sight.plan.settings.money.code,
    )


def in_both(told: Callable[[str], str]) -> Words:
    """A text from how it is said in a language."""
    return Words(en=told("en"), zh=told("zh"))


def words(plan: Plan, text: Text | None) -> Words | None:
    """A text of the plan."""
    return None if text is None else in_both(lambda language: text.in_(language, plan.settings.language))


def label_of(plan: Plan, name: str, kind: str | None = None) -> Words:
    """What people call a definition."""
    return in_both(lambda language: plan.label(name, language, kind))


def chosen(values: Mapping[str, Value], names: Collection[str] | None) -> dict[str, Value]:
    """The values of some fields, of all where none are named."""
    return {name: value for name, value in values.items() if names is None or name in names}
