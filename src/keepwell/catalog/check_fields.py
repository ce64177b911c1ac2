"""Checking measures, rhythms, derived fields and segments, each against what it may name."""

from __future__ import annotations

from collections.abc import Mapping

from keepwell.catalog.draft import Entry
from keepwell.catalog.expressions import Findings
from keepwell.catalog.kinds import DerivedField, Measure, Rhythm, Segment
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
        path = ("windows",) if entry.family else ("window",)
        findings.add(entry.problem("a party has no time, so it lies in no window", path, hint=hint))
    if measure.is_count:
        return Field(measure.name, Type.WHOLE)
    path = (measure.aggregate,)
    checked = findings.check(entry, path, facts, expect=None, hidden=hidden)
    if checked is None:
        return None
    if measure.aggregate == "distinct":
        return Field(measure.name, Type.WHOLE)
    if measure.aggregate == "mode_share":
        return Field(measure.name, Type.NUMBER)
    if measure.aggregate == "sum" and checked.type not in SUMMABLE:
        what = f"`{checked}` is {checked.type} and has no sum"
        findings.add(entry.problem(what, path, hint="sum a whole, number or money column"))
        return None
    if measure.aggregate in {"min", "max"} and checked.type is Type.FLAG:
        what = f"`{checked}` is a flag, and flags have no order"
        findings.add(entry.problem(what, path, hint="count the facts `where` it holds"))
        return None
    column = facts.get(str(checked))
    return Field(measure.name, checked.type, column.choices if column else None)


def check_rhythm(
    entry: Entry, rhythm: Rhythm, facts: Mapping[str, Field], hidden: Mapping[str, str], findings: Findings
) -> list[Field]:
    """The fields a rhythm gives."""
    if rhythm.where is not None:
        findings.check(entry, ("where",), facts, hidden=hidden)
    if rhythm.of == "party":
        findings.add(entry.problem("a party has no time and so no rhythm", ("of",)))
    return [Field(name, shape.type) for name, shape in rhythm.field_names().items()]


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
