"""Which parts of a definition its form has: lines, a condition, and a table. What is not here stays text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from keepwell.catalog.kinds import Unit
from keepwell.catalog.sources import FactKind, PersonalKind
from keepwell.language.types import Type

LABELS = ("label.en", "label.zh")
WORTH = "worth"
FREE_TEXT = "free_text"
HANDLED = ("plain", *get_args(PersonalKind), FREE_TEXT)
"""How a column of a source is handled: kept in the lake, a personal value of a kind, or free text."""

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "unit": get_args(Unit),
    "fact": get_args(FactKind),
    "type": tuple(Type),
    "handled": HANDLED,
}
"""Part → what may be chosen for it; of the others anything is entered."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """A list, or a mapping by ``named_by``, whose items have these parts."""

    key: str
    parts: tuple[str, ...]
    named_by: str | None = None
    short_for: str | None = None
    """The part whose text alone may stand for an item."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of a kind: keys that are entered in a line, the key of the condition, and tables."""

    lines: tuple[str, ...]
    condition: str | None = None
    tables: tuple[TableShape, ...] = ()


SHAPES: Mapping[str, Shape] = {
    "segment": Shape(
        (*LABELS, WORTH), "where", (TableShape("reasons", ("name", "when", "say.en", "say.zh")),)
    ),
    "field": Shape(
        (*LABELS, "unit", WORTH), "value", (TableShape("cases", ("value", "when", "label.en", "label.zh")),)
    ),
    "source": Shape(
        (*LABELS, "from.files", "from.sql", "from.table", "fact", "system", "key", "time_zone", "currency"),
        tables=(
            TableShape(
                "columns",
                ("name", "column", "value", "type", "handled", "format"),
                named_by="name",
                short_for="column",
            ),
        ),
    ),
}
"""Kinds that have a form; the others are text alone."""

Kind = Literal["text", "expression", "choice"]
EXPRESSIONS = frozenset({"when", "value"})
