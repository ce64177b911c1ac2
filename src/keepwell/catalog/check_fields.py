"""Checking measures, rhythms, derived fields, rankings and segments, each against what it may name."""

from __future__ import annotations

from collections.abc import Mapping

from keepwell.catalog.draft import Entry
from keepwell.catalog.expressions import Findings
from keepwell.catalog.kinds import DerivedField, Measure, Ranking, Rhythm, Segment, Tag
from keepwell.core.nearest import did_you_mean
from keepwell.language.types import Field, Type

RANKED = frozenset({Type.WHOLE, Type.NUMBER, Type.MONEY, Type.DAY, Type.MOMENT})
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
    if rhythm.by is not None:
        _check_by(entry, rhythm, rhythm.by, facts, hidden, findings)
    return [Field(name, shape.type) for name, shape in rhythm.field_names().items()]


def _check_by(
    entry: Entry,
    rhythm: Rhythm,
    by: str,
    facts: Mapping[str, Field],
    hidden: Mapping[str, str],
    findings: Findings,
) -> None:
    column = facts.get(by)
    if by in hidden:
        findings.add(entry.problem(f"`{by}` {hidden[by]}", ("by",)))
    elif column is None and by not in findings.broken:
        hint = did_you_mean(by, facts) or f"there are {', '.join(facts)}"
        what = f"facts of kind `{rhythm.of}` have no column `{by}`"
        findings.add(entry.problem(what, ("by",), hint=hint))
    elif column is not None and column.type is not Type.TEXT:
        what = f"`{by}` is {column.type.value}; a rhythm goes by a text"
        findings.add(entry.problem(what, ("by",), hint="name a text column, such as `category`"))


def tag_field(tag: Tag) -> Field:
    """The field a tag gives."""
    choices = tuple(choice.value for choice in tag.choices)
    return Field(tag.name, Type(tag.type), choices or None)


def uses(entry: Entry, findings: Findings) -> frozenset[str]:
    """Names of the fields that a derived field, ranking or segment uses itself."""
    definition = entry.definition
    names: set[str] = set()
    for path in expression_paths(definition):
        names |= findings.names(entry, path)
    if isinstance(definition, Segment):
        names |= {definition.worth} if definition.worth else set()
        names |= {name for reason in definition.reasons for name in reason.placeholders()}
    return frozenset(names)


def expression_paths(definition: object) -> list[tuple[str | int, ...]]:
    """Where a derived field, a ranking or a segment has expressions."""
    if isinstance(definition, DerivedField):
        if definition.value is not None:
            return [("value",)]
        return [("cases", i, "when") for i, case in enumerate(definition.cases) if case.when is not None]
    if isinstance(definition, Ranking):
        return [("value",), *([("among",)] if definition.among is not None else [])]
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


def check_ranking(
    entry: Entry,
    ranking: Ranking,
    fields: Mapping[str, Field],
    hidden: Mapping[str, str],
    findings: Findings,
) -> Field:
    """The ranking's field, which is a number whatever is wrong with the rest."""
    value = findings.check(entry, ("value",), fields, expect=None, hidden=hidden)
    if value is not None and value.type not in RANKED:
        what = f"this is {value.type.value}, by which nobody is ranked"
        findings.add(entry.problem(what, ("value",), hint="rank by a number, money, a day or a moment"))
    if ranking.among is not None:
        findings.check(entry, ("among",), fields, hidden=hidden)
    return Field(ranking.name, Type.NUMBER)


def check_worth(entry: Entry, name: str | None, fields: Mapping[str, Field], findings: Findings) -> None:
    """That what somebody is worth is a money field."""
    if name is None or name in findings.broken:
        return
    worth = fields.get(name)
    if worth is None:
        money = [field.name for field in fields.values() if field.type == Type.MONEY]
        hint = did_you_mean(name, money or fields)
        findings.add(entry.problem(f"there is no field `{name}`", ("worth",), hint=hint))
    elif worth.type != Type.MONEY:
        what = f"`{worth.name}` is {worth.type.value}; what is at stake is money"
        findings.add(entry.problem(what, ("worth",), hint="name a money field, or leave `worth` out"))


def check_segment(
    entry: Entry, segment: Segment, fields: Mapping[str, Field], hidden: Mapping[str, str], findings: Findings
) -> None:
    """A segment's condition, worth and reasons."""
    for path in expression_paths(segment):
        findings.check(entry, path, fields, hidden=hidden)
    check_worth(entry, segment.worth, fields, findings)
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
