"""Checking measures, rhythms, derived fields and segments, each against what it may name."""

from __future__ import annotations

from collections.abc import Mapping

from keepwell.catalog.draft import Entry
from keepwell.catalog.expressions import Findings
from keepwell.catalog.kinds import DerivedField, Measure, Rhythm, Segment, Tag
from keepwell.core.nearest import did_you_mean
from keepwell.language.types import Field, Type

SUMMABLE = frozenset({Type.WHOLE, Type.NUMBER, Type.MONEY})


def check_measure(
    entry: Entry, measure: Measure, facts: Mapping[str, Field], hidden: Mapping[str, str], findings: Findings
) -> Field | None:
    """The measure's field; None when its type cannot be known."""
    if measure.where is not None:
        findings.check(entry, ("where",), facts, hidden=hidden)
    if measure.of == "party" and measure.window.days is not None:
        hint = "leave `window` out, or measure facts that happen"
        findings.add(entry.problem("a party has no time, so it lies in no window", ("window",), hint=hint))
    if measure.column is None:
        return Field(measure.name, Type.WHOLE)
    path = (measure.aggregate,)
    column = facts.get(measure.column)
    if column is None:
        if measure.column in hidden:
            findings.add(entry.problem(f"`{measure.column}` {hidden[measure.column]}", path))
        elif measure.column not in findings.broken:
            hint = did_you_mean(measure.column, facts) or f"there are {', '.join(facts)}"
            findings.add(
                entry.problem(
                    f"facts of kind `{measure.of}` have no column `{measure.column}`", path, hint=hint
                )
            )
        return None
    if measure.aggregate == "distinct":
        return Field(measure.name, Type.WHOLE)
    if measure.aggregate == "sum" and column.type not in SUMMABLE:
        what = f"`{column.name}` is {column.type.value} and has no sum"
        findings.add(entry.problem(what, path, hint="sum a whole, number or money column"))
        return None
    if measure.aggregate in {"min", "max"} and column.type == Type.FLAG:
        what = f"`{column.name}` is a flag, and flags have no order"
        findings.add(entry.problem(what, path, hint="count the facts `where` it holds"))
        return None
    return Field(measure.name, column.type, column.choices)


def check_rhythm(
    entry: Entry, rhythm: Rhythm, facts: Mapping[str, Field], hidden: Mapping[str, str], findings: Findings
) -> list[Field]:
    """The fields a rhythm gives."""
    if rhythm.where is not None:
        findings.check(entry, ("where",), facts, hidden=hidden)
    if rhythm.of == "party":
        findings.add(entry.problem("a party has no time and so no rhythm", ("of",)))
    return [Field(name, shape.type) for name, shape in rhythm.field_names().items()]


def tag_field(tag: Tag) -> Field:
    """The field a tag gives."""
    choices = tuple(choice.value for choice in tag.choices)
    return Field(tag.name, Type(tag.type), choices or None)


def uses(entry: Entry, findings: Findings) -> frozenset[str]:
    """Names of the fields that a derived field or segment uses itself."""
    definition = entry.definition
    names: set[str] = set()
    for path in expression_paths(definition):
        names |= findings.names(entry, path)
    if isinstance(definition, Segment):
        names |= {definition.worth} if definition.worth else set()
        names |= {name for reason in definition.reasons for name in reason.placeholders()}
    return frozenset(names)


def expression_paths(definition: object) -> list[tuple[str | int, ...]]:
    """Where a derived field or a segment has expressions."""
    if isinstance(definition, DerivedField):
        if definition.value is not None:
            return [("value",)]
        return [("cases", i, "when") for i, case in enumerate(definition.cases) if case.when is not None]
    assert isinstance(definition, Segment)
    return [("where",), *(("reasons", i, "when") for i in range(len(definition.reasons)))]


def check_derived(
    entry: Entry,
    derived: DerivedField,
    fields: Mapping[str, Field],
    hidden: Mapping[str, str],
    findings: Findings,
) -> Field | None:
    """The derived field's type; None when an error hides it."""
    if derived.value is not None:
        found = findings.check(entry, ("value",), fields, expect=None, hidden=hidden)
        return Field(derived.name, found.type) if found else None
    for path in expression_paths(derived):
        findings.check(entry, path, fields, hidden=hidden)
    return Field(derived.name, Type.TEXT, tuple(case.value for case in derived.cases))


def check_segment(
    entry: Entry, segment: Segment, fields: Mapping[str, Field], hidden: Mapping[str, str], findings: Findings
) -> None:
    """A segment's condition, worth and reasons."""
    for path in expression_paths(segment):
        findings.check(entry, path, fields, hidden=hidden)
    if segment.worth is not None and segment.worth not in findings.broken:
        worth = fields.get(segment.worth)
        if worth is None:
            money = [field.name for field in fields.values() if field.type == Type.MONEY]
            hint = did_you_mean(segment.worth, money or fields)
            findings.add(entry.problem(f"there is no field `{segment.worth}`", ("worth",), hint=hint))
        elif worth.type != Type.MONEY:
            what = f"`{worth.name}` is {worth.type.value}; what is at stake is money"
            findings.add(entry.problem(what, ("worth",), hint="name a money field, or leave `worth` out"))
    repeated: set[str] = set()
    for index, reason in enumerate(segment.reasons):
        if reason.name in repeated:
            findings.add(
                entry.problem(f"two reasons have the name `{reason.name}`", ("reasons", index, "name"))
            )
        repeated.add(reason.name)
        for name in sorted(reason.placeholders() - set(fields) - findings.broken):
            findings.add(
                entry.problem(
                    f"`{{{name}}}` is no field of a customer",
                    ("reasons", index, "say"),
                    hint=did_you_mean(name, fields),
                )
            )
