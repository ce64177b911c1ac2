"""Families: one definition, many windows.

A measure or field with ``windows`` stands for one definition for each: ``orders`` with 90d and lifetime for
``orders_90d`` and ``orders_lifetime``. It is taken apart when it is read: everything else sees plain definitions.
"""

from __future__ import annotations

from collections.abc import Mapping

from keepwell.catalog.kinds import DerivedField, Family, Measure
from keepwell.catalog.texts import LANGUAGES, Text
from keepwell.catalog.windows import WINDOW, Window

_PHRASES: Mapping[str, tuple[str, str, str]] = {
    "en": ("{label} in {span}", "{label} in the {span} before", "{label} ever"),
    "zh": ("近{span}{label}", "前一个{span}{label}", "累计{label}"),
}
"""How a label goes with a window: the recent one, the one before, a lifetime."""

_YEAR = 365
_YEAR_PHRASES: Mapping[str, tuple[str, str]] = {
    "en": ("{label} in a year", "{label} in the year before"),
    "zh": ("近一年{label}", "前一年{label}"),
}


def member(family: Family, window: Window) -> Family:
    """The plain definition for one window."""
    changed: dict[str, object] = {"name": family.member_name(window), "windows": None}
    if family.label is not None:
        changed["label"] = labelled(family.label, window)
    if isinstance(family, Measure):
        return family.model_copy(update={**changed, "window": window})
    assert isinstance(family, DerivedField)
    changed["value"] = family.value and at_window(family.value, window)
    changed["cases"] = tuple(
        case.model_copy(update={"when": case.when and at_window(case.when, window)}) for case in family.cases
    )
    return family.model_copy(update=changed)


def at_window(expression: str, window: Window) -> str:
    """An expression of a family, for one window."""
    return expression.replace(WINDOW, window.suffix)


def offset_in_family(expression: str, window: Window, offset: int) -> int:
    """Where character ``offset`` of :func:`at_window` stands in the family's own ``expression``."""
    at = expression.find(WINDOW)
    while at != -1 and offset >= at + len(window.suffix):
        offset += len(WINDOW) - len(window.suffix)
        at = expression.find(WINDOW, at + len(WINDOW))
    return offset if at == -1 else min(offset, at)


def labelled(label: Text, window: Window) -> Text:
    """A label with its window: "Orders in 90 days", 近90天订单数."""
    texts = {language: label.texts.get(language, label.texts.get("")) for language in LANGUAGES}
    return Text(texts={key: _phrase(key, text, window) for key, text in texts.items() if text is not None})


def _phrase(language: str, label: str, window: Window) -> str:
    recent, before, ever = _PHRASES[language]
    if window.days is None:
        return ever.format(label=label)
    if window.days == _YEAR:
        return _YEAR_PHRASES[language][window.windows_back].format(label=label)
    span = f"{window.days}天" if language == "zh" else f"{window.days} day{'' if window.days == 1 else 's'}"
    return (before if window.windows_back else recent).format(label=label, span=span)
