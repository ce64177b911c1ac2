"""The plan, read and checked: what every room asks about definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from keepwell.catalog.kinds import (
    Definition,
    DerivedField,
    Measure,
    Ranking,
    Rhythm,
    Segment,
    Source,
    Tag,
    Unit,
)
from keepwell.catalog.rates import Rate
from keepwell.catalog.settings import Settings
from keepwell.core.errors import NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.language.check import Checked
from keepwell.language.types import Field, Record, Type

Key = tuple[str, str]
"""A definition's kind and name; names are unique within sources, within segments and within all others."""

KIND_ORDER = ("measure", "field", "rhythm", "ranking", "tag", "segment", "source")
"""Where a name without its kind is looked for first."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a definition stands; the file of a ``shipped`` one begins with ``library/``."""

    file: str
    line: int
    shipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All definitions of a plan, the shipped ones included, checked together.

    ``sources`` … ``segments`` are the definitions at work, by name. ``asleep`` are shipped ones that rest on
    kinds of fact which no source gives: their fields are known and missing for every customer.
    ``field_order`` names the derived fields and rankings at work so that each comes after those it uses.
    ``orders_from_lines`` names the sources of order lines whose orders are made from the lines. ``off`` says where
    the plan switches a definition off.
    """

    settings: Settings
    rates: tuple[Rate, ...]
    sources: Mapping[str, Source]
    measures: Mapping[str, Measure]
    rhythms: Mapping[str, Rhythm]
    fields: Mapping[str, DerivedField]
    rankings: Mapping[str, Ranking]
    tags: Mapping[str, Tag]
    segments: Mapping[str, Segment]
    asleep: tuple[Definition, ...]
    field_order: tuple[str, ...]
    orders_from_lines: frozenset[str]
    off: Mapping[Key, Origin]
    _columns: Mapping[str, Mapping[str, Field]] = field(repr=False)
    _facts: Mapping[str, Mapping[str, Field]] = field(repr=False)
    _customer: Record = field(repr=False)
    _owners: Mapping[str, Definition] = field(repr=False)
    _origins: Mapping[Key, Origin] = field(repr=False)
    _expressions: Mapping[Key, Mapping[str, Checked]] = field(repr=False)
    _by_key: Mapping[Key, Definition] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Pages ask for hundreds of labels each, so what a name stands for is not put together at each question.
        by_key = {(each.kind, each.name): each for each in (*self.definitions(), *self.asleep)}
        object.__setattr__(self, "_by_key", by_key)

    def definitions(self) -> Iterator[Definition]:
        """Every definition at work: sources, measures, rhythms, derived fields, rankings, tags, segments."""
        for group in (
            self.sources, self.measures, self.rhythms, self.fields, self.rankings, self.tags, self.segments,
        ):  # fmt: skip
            yield from group.values()

    def definition(self, name: str, kind: str | None = None) -> Definition:
        """The definition of that name, asleep or not; of a rhythm's field, the rhythm.

        Raises:
            NotFound: there is none; the hint has the nearest name.
        """
        for each in (kind,) if kind else KIND_ORDER:
            if (each, name) in self._by_key:
                return self._by_key[each, name]
        if kind in {None, "rhythm"} and name in self._owners:
            return self._owners[name]
        known = [known for of, known in self._by_key if kind in {None, of}] + (
            [] if kind else list(self._owners)
        )
        raise NotFound(f"the plan has no {kind or 'definition'} `{name}`", hint=did_you_mean(name, known))

    def source_columns(self, name: str) -> Mapping[str, Field]:
        """The plain columns of a source with their types: neither personal ones nor free texts."""
        return self._columns[self.definition(name, "source").name]

    def fact_columns(self, kind: str) -> Mapping[str, Field]:
        """Columns of the facts of a kind, as measures see them; empty when no source gives such facts.

        Standard columns are among them whether a source maps them or not: unmapped ones are missing.
        """
        return self._facts.get(kind, {})

    def customer_record(self) -> Record:
        """Every field of a customer, those asleep included: what expressions over customers may name."""
        return self._customer

    def checked(self, name: str, kind: str | None = None) -> Mapping[str, Checked]:
        """A definition's checked expressions by their place in it.

        Places are ``where``, ``value``, ``among``, ``cases[0].when``, ``reasons[0].when``, ``columns.amount.value`` and
        ``valid[0].rule``.
        """
        found = self.definition(name, kind)
        return self._expressions.get((found.kind, found.name), {})

    def origin(self, name: str, kind: str | None = None) -> Origin:
        """Where a definition stands; a rhythm's field stands where its rhythm does."""
        found = self.definition(name, kind)
        return self._origins[found.kind, found.name]

    def label(self, name: str, language: str, kind: str | None = None) -> str:
        """What people call a field, segment or source; its name when it has no label."""
        if name not in self._owners and name in self._customer.fields:
            return name
        found = self.definition(name, kind)
        label = found.label.in_(language, self.settings.language) if found.label else found.name
        if isinstance(found, Rhythm) and name != found.name:
            suffix = found.field_names()[name].label.in_(language, self.settings.language)
            return f"{label}：{suffix}" if language == "zh" else f"{label}: {suffix}"
        return label

    def unit(self, name: str) -> Unit | None:
        """The unit of a field: as declared, else that of its rhythm, else ``currency`` for money."""
        owner = self._owners.get(name)
        if isinstance(owner, Rhythm):
            return owner.field_names()[name].unit
        if owner is not None and owner.unit:
            return owner.unit
        return "currency" if self._customer.fields[name].type is Type.MONEY else None

    def depends_on(self, name: str, kind: str | None = None) -> frozenset[str]:
        """Names that a definition uses itself: fields; of a source, measure or rhythm, columns of facts."""
        found = self.definition(name, kind)
        used = {name for checked in self.checked(found.name, found.kind).values() for name in checked.fields}
        if isinstance(found, Rhythm) and found.by:
            used.add(found.by)
        if isinstance(found, Segment):
            used |= {found.worth} if found.worth else set()
            used |= {placeholder for reason in found.reasons for placeholder in reason.placeholders()}
        return frozenset(used)

    def only(self, names: Iterable[str]) -> Plan:
        """This plan with no more measures, rhythms, rankings and derived fields than the fields ``names`` rest on.

        The customer record stays whole: what is left out is missing.
        """
        needed: set[str] = set()
        waiting = set(names)
        while waiting:
            owner = self._owners.get(waiting.pop())
            if owner is not None and owner.name not in needed:
                needed.add(owner.name)
                if isinstance(owner, DerivedField | Ranking):
                    waiting |= self.depends_on(owner.name, owner.kind)
        return replace(
            self,
            measures={name: each for name, each in self.measures.items() if name in needed},
            rhythms={name: each for name, each in self.rhythms.items() if name in needed},
            fields={name: each for name, each in self.fields.items() if name in needed},
            rankings={name: each for name, each in self.rankings.items() if name in needed},
            field_order=tuple(name for name in self.field_order if name in needed),
        )

    def owner(self, name: str) -> Definition | None:
        """The definition that gives a field; None for ``customer_id``, which Keepwell fills itself."""
        return self._owners.get(name)
