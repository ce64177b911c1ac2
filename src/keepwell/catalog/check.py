"""Checking all definitions together: names, types, cycles, and what rests on facts that nobody gives."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from keepwell.catalog.check_fields import (
    check_derived,
    check_measure,
    check_ranking,
    check_rhythm,
    check_segment,
    check_worth,
    tag_field,
    uses,
)
from keepwell.catalog.check_sources import check_source, hidden_columns
from keepwell.catalog.draft import Draft, Entry, Off
from keepwell.catalog.expressions import Findings
from keepwell.catalog.facts import columns_of_kind, kinds_present, mapped_columns
from keepwell.catalog.kinds import (
    RHYTHM_SUFFIXES,
    Definition,
    DerivedField,
    Measure,
    Ranking,
    Rhythm,
    Segment,
    Source,
    Tag,
)
from keepwell.catalog.sources import STANDARD_COLUMNS
from keepwell.language.absence import is_missing, truth
from keepwell.language.types import Field, Type

CUSTOMER_ID = Field("customer_id", Type.TEXT)
"""The one field that no definition gives."""

Kind = TypeVar("Kind", bound=Definition)


@dataclass(slots=True)
class Checking:
    """What is known about a plan under check, filled stage by stage.

    ``absent`` are the standard columns of a kind that no source maps. ``owners`` says which definition gives a field;
    ``asleep`` are the definitions that rest on absent facts.
    """

    draft: Draft
    findings: Findings
    columns: dict[str, dict[str, Field]] = field(default_factory=dict)
    facts: dict[str, dict[str, Field]] = field(default_factory=dict)
    absent: dict[str, frozenset[str]] = field(default_factory=dict)
    hidden: dict[str, dict[str, str]] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=lambda: {CUSTOMER_ID.name: CUSTOMER_ID})
    owners: dict[str, Entry] = field(default_factory=dict)
    field_order: list[str] = field(default_factory=list)
    asleep: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def entries(self, kind: type[Kind]) -> Iterator[tuple[Entry, Kind]]:
        """The definitions of one kind."""
        for entry in self.draft.entries:
            if isinstance(entry.definition, kind):
                yield entry, entry.definition

    @property
    def sources(self) -> list[Source]:
        """All sources."""
        return [source for _, source in self.entries(Source)]

    def add_field(self, name: str, found: Field | None) -> None:
        """Note a field's type, or that an error hides it."""
        if found is None:
            self.findings.broken.add(name)
        else:
            self.fields[name] = found


def check_draft(draft: Draft, findings: Findings) -> Checking:
    """Check everything; problems go to ``findings``."""
    suffixes = {*RHYTHM_SUFFIXES, *(entry.window.suffix for entry in draft.entries if entry.window)}
    findings.broken |= draft.broken | {f"{name}_{suffix}" for name in draft.broken for suffix in suffixes}
    checking = Checking(draft, findings)
    _check_sources(checking)
    _find_owners(checking)
    for entry, tag in checking.entries(Tag):
        checking.add_field(entry.name, tag_field(tag))
    _check_measures_and_rhythms(checking)
    _check_derived_fields(checking)
    for entry, segment in checking.entries(Segment):
        _put_to_sleep(checking, entry, uses(entry, findings))
        check_segment(entry, segment, checking.fields, _switched_off(checking, entry), findings)
    return checking


def _check_sources(checking: Checking) -> None:
    for entry, source in checking.entries(Source):
        checking.columns[source.name] = check_source(entry, source, checking.findings)
    for kind in STANDARD_COLUMNS:
        columns = columns_of_kind(kind, checking.sources, checking.columns)
        checking.facts[kind] = columns
        mapped = mapped_columns(kind, checking.sources, checking.columns)
        checking.absent[kind] = frozenset(columns) - mapped
        of_kind = [source for source in checking.sources if source.fact == kind]
        hidden = {name: why for source in of_kind for name, why in hidden_columns(source).items()}
        checking.hidden[kind] = {name: why for name, why in hidden.items() if name not in columns}
    for entry, source in checking.entries(Source):
        for name, column in checking.columns[source.name].items():
            common = checking.facts[source.fact].get(name, column)
            if common.type is not column.type:
                what = f"`{name}` is {column.type} here and {common.type} in other `{source.fact}` facts"
                hint = "give both the same type, or one another name"
                checking.findings.add(entry.problem(what, ("columns", name), hint=hint))


def _find_owners(checking: Checking) -> None:
    """Who gives each field; two that give the same one are a problem of the plan's own."""
    for entry in checking.draft.entries:
        definition = entry.definition
        if isinstance(definition, Source | Segment):
            continue
        for name in definition.field_names() if isinstance(definition, Rhythm) else (entry.name,):
            if name == CUSTOMER_ID.name:
                checking.findings.add(entry.problem(f"`{name}` is filled by Keepwell itself"))
            first = checking.owners.setdefault(name, entry)
            if first is not entry:
                mine, other = (first, entry) if entry.shipped else (entry, first)
                what = f"the {other.definition.kind} `{other.name}` gives a field `{name}` already"
                checking.findings.add(mine.problem(what, hint=f"choose another name; see {other.where}"))


def _check_measures_and_rhythms(checking: Checking) -> None:
    present = kinds_present(checking.sources)
    for entry in checking.draft.entries:
        definition = entry.definition
        if not isinstance(definition, Measure | Rhythm):
            continue
        if definition.of not in present:
            _rest_on_nothing(checking, entry, f"no source gives facts of kind `{definition.of}`")
        facts, hidden = checking.facts[definition.of], checking.hidden[definition.of]
        if isinstance(definition, Measure):
            found = check_measure(entry, definition, facts, hidden, checking.findings)
            checking.add_field(entry.name, found)
        else:
            for each in check_rhythm(entry, definition, facts, hidden, checking.findings):
                checking.add_field(each.name, each)
        if entry.shipped and definition.of in present:
            _sleep_without(checking, entry, checking.absent[definition.of])
            if isinstance(definition, Rhythm) and definition.by in checking.absent[definition.of]:
                checking.asleep[entry.key] = entry


def _check_derived_fields(checking: Checking) -> None:
    """In an order in which each field comes after those it uses."""
    findings = checking.findings
    derived = {
        entry.name: entry
        for entry in checking.draft.entries
        if isinstance(entry.definition, DerivedField | Ranking)
    }
    uses_of = {name: uses(entry, findings) for name, entry in derived.items()}
    within = {name: sorted(used & set(derived)) for name, used in uses_of.items()}
    while way := _circle(within):
        what = f"these fields use each other in a circle: {' → '.join([*way, way[0]])}"
        findings.add(derived[way[0]].problem(what, hint="one of them must do without the next"))
        findings.broken |= set(way)
        within |= {name: [] for name in way}
    # Fields that use a name which does not exist come last, when all names are there to suggest from.
    ill = {
        name
        for name, used in uses_of.items()
        if used - {*checking.owners, *findings.broken, CUSTOMER_ID.name}
    }
    findings.broken |= ill
    order = sorted(TopologicalSorter(within).static_order(), key=lambda name: name in ill)
    for name in order:
        entry = derived[name]
        _put_to_sleep(checking, entry, _rests_on(entry, findings))
        hidden = _switched_off(checking, entry)
        if isinstance(entry.definition, DerivedField):
            found = check_derived(entry, entry.definition, checking.fields, hidden, findings)
        else:
            assert isinstance(entry.definition, Ranking)
            found = check_ranking(entry, entry.definition, checking.fields, hidden, findings)
        checking.add_field(name, found)
        if entry.shipped:
            known = uses_of[name] & checking.owners.keys()
            _sleep_without(
                checking, entry, {each for each in known if checking.owners[each].key in checking.asleep}
            )
    for entry, field_of_classes in checking.entries(DerivedField):
        check_worth(entry, field_of_classes.worth, checking.fields, findings)
    checking.field_order = order


def _circle(uses_of: dict[str, list[str]]) -> list[str]:
    """Fields of which each uses the next, and the last the first; empty when there is no circle."""
    try:
        TopologicalSorter(uses_of).prepare()
    except CycleError as error:
        way = list(reversed(error.args[1]))[:-1]
        start = way.index(min(way))
        return way[start:] + way[:start]
    return []


def _rests_on(entry: Entry, findings: Findings) -> frozenset[str]:
    """The names without any of which a definition gives nothing: of a ranking, those it ranks by."""
    if isinstance(entry.definition, Ranking):
        return findings.names(entry, ("value",))
    return uses(entry, findings)


def _put_to_sleep(checking: Checking, entry: Entry, used: frozenset[str]) -> None:
    """A definition sleeps when all it uses does; where it uses something awake, the rest is just missing."""
    owners = [checking.owners[name] for name in sorted(used) if name in checking.owners]
    if owners and len(owners) == len(used) and all(owner.key in checking.asleep for owner in owners):
        names = ", ".join(f"`{name}`" for name in sorted(used))
        _rest_on_nothing(checking, entry, f"it rests only on {names}, for which no source gives facts")


def _sleep_without(checking: Checking, entry: Entry, absent: Collection[str]) -> None:
    """A shipped definition sleeps when what is missing for everybody leaves it nothing to tell."""
    checked = checking.findings.expressions.get(entry.key, {})
    known = {place: truth(each.node, absent) for place, each in checked.items()}
    missing = {place for place, each in checked.items() if is_missing(each.node, absent)}
    cases = entry.definition.cases if isinstance(entry.definition, DerivedField) else ()
    decided = next((place for place in known if known[place] is not False), None) if cases else None
    if missing or known.get("where") is False or (decided and known[decided]):
        checking.asleep[entry.key] = entry


def _rest_on_nothing(checking: Checking, entry: Entry, what: str) -> None:
    """Quiet where Keepwell ships it, a problem where the plan itself says it."""
    if entry.shipped:
        checking.asleep[entry.key] = entry
    else:
        kinds = ", ".join(sorted(kinds_present(checking.sources))) or "none"
        checking.findings.add(
            entry.problem(what, hint=f"add a source; kinds of fact that are given: {kinds}")
        )


def _switched_off(checking: Checking, entry: Entry) -> dict[str, str]:
    """Names that are switched off, with where; if a shipped definition uses one, the switch is wrong."""
    off: dict[str, Off] = {}
    for (kind, name), document in checking.draft.off.items():
        names = [f"{name}_{suffix}" for suffix in RHYTHM_SUFFIXES] if kind == "rhythm" else [name]
        off |= dict.fromkeys((each for each in names if each not in checking.owners), document)
    used = sorted(uses(entry, checking.findings) & set(off))
    if used and entry.shipped:
        for name in used:
            document = off[name]
            checking.findings.add(
                document.problem(
                    f"the shipped {entry.definition.kind} `{entry.name}` uses `{name}`",
                    hint=f"switch that off as well: `{entry.definition.kind}: {entry.name}` and `off: true`",
                )
            )
        checking.findings.broken |= set(used)
        return {}
    return {name: f"is switched off in {document.where}" for name, document in off.items()}
