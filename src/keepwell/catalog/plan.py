"""The plan, read and checked: what every room asks about definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keepwell.catalog.kinds import Definition, DerivedField, Measure, Rhythm, Segment, Source
from keepwell.catalog.rates import Rate
from keepwell.catalog.settings import Settings
from keepwell.core.errors import NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.language.check import Checked
from keepwell.language.types import Field, Record

Key = tuple[str, str]
"""A definition's kind and name; names are unique within sources, within segments and within all others."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a definition stands. ``shipped`` ones come with Keepwell; ``file`` is then a path in its library."""

    file: str
    line: int
    shipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All definitions of a plan, the shipped ones included, checked together.

    ``sources`` … ``segments`` are the definitions at work, by name. ``asleep`` are shipped ones that rest on kinds
    of fact which no source gives: their fields are known and missing for every customer. ``field_order`` names the
    derived fields so that each comes after those it uses.
    """

    settings: Settings
    rates: tuple[Rate, ...]
    sources: Mapping[str, Source]
    measures: Mapping[str, Measure]
    rhythms: Mapping[str, Rhythm]
    fields: Mapping[str, DerivedField]
    segments: Mapping[str, Segment]
    asleep: tuple[Definition, ...]
    field_order: tuple[str, ...]
    orders_from_lines: frozenset[str]
    _columns: Mapping[str, Mapping[str, Field]]
    _facts: Mapping[str, Mapping[str, Field]]
    _customer: Record
    _origins: Mapping[Key, Origin]
    _expressions: Mapping[Key, Mapping[str, Checked]]

    def source_columns(self, name: str) -> Mapping[str, Field]:
        """The plain columns of a source with their types: neither personal ones nor free texts."""

    def fact_columns(self, kind: str) -> Mapping[str, Field]:
        """Columns of the facts of a kind, as measures see them; empty when no source gives such facts."""

    def customer_record(self) -> Record:
        """Every field of a customer: what expressions over customers may name."""

    def checked(self, name: str, kind: str | None = None) -> Mapping[str, Checked]:
        """A definition's expressions by place: ``where``, ``value``, ``cases[1].when``, ``columns.amount.value`` …"""

    def origin(self, name: str, kind: str | None = None) -> Origin:
        """Where a definition stands; a rhythm's field stands where its rhythm does."""

    def label(self, name: str, language: str) -> str:
        """What people call a field or segment; its name when it has no label."""

    def depends_on(self, name: str, kind: str | None = None) -> frozenset[str]:
        """Names of the fields (of a measure or rhythm: columns) that a definition uses itself."""
