"""Kinds of definition: the shape of each YAML document in a plan folder.

A document's first key says its kind and its name: ``measure: orders_90d``. Shapes are pydantic models, so
that one place gives reading, errors, the reference page and the editor's form. What a definition *means*
together with the others (names, types, cycles) is checked in :mod:`keepwell.catalog.check`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from keepwell.catalog.sources import ColumnMap, FactKind, From, ValidRule
from keepwell.catalog.texts import Text
from keepwell.language.types import Type

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="a-z, 0-9 and _, at most 63")]
Expression = Annotated[str, Field(min_length=1, max_length=10_000)]
TagType = Literal["text", "flag", "whole", "number", "money", "day", "moment"]
Unit = Literal["days", "currency", "share", "times", "items", "ratio"]


class Window(BaseModel):
    """``90d`` (the last 90 local days), ``previous 90d`` (the 90 before those) or ``lifetime``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days: Annotated[int, Field(gt=0, le=36_500)] | None = None
    windows_back: Annotated[int, Field(ge=0, le=1)] = 0

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: object) -> object:
        if isinstance(given, dict):
            return given
        if given == "lifetime":
            return {}
        found = re.fullmatch(r"(previous )?(\d{1,5})d", str(given))
        if not found:
            raise ValueError("a window is `lifetime`, a number of days such as `90d`, or `previous 90d`")
        return {"days": int(found[2]), "windows_back": 1 if found[1] else 0}


def _days(given: object) -> object:
    if isinstance(given, str) and (found := re.fullmatch(r"(\d{1,5})d", given)):
        return int(found[1])
    raise ValueError("write a number of days such as `180d`")


_WRITTEN = Annotated[str, Field(examples=["90d"])]
Days = Annotated[int, BeforeValidator(_days, json_schema_input_type=_WRITTEN), Field(gt=0)]


class Definition(BaseModel):
    """What every definition carries."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str]

    name: Name
    label: Text | None = Field(None, description="what people call it, per language; its name when absent")
    about: Text | None = Field(None, description="one sentence more, shown on hover")
    owner: str | None = Field(None, max_length=200, description="who answers for it")
    unit: Unit | None = Field(None, description="the unit of its value")
    off: bool = Field(default=False, description="switch a shipped definition off")


class Source(Definition):
    """How a raw table or file becomes facts."""

    kind: ClassVar[str] = "source"

    from_: From = Field(alias="from", description="files or a database table")
    fact: FactKind = Field(description="what one row is")
    system: Name | None = Field(
        None, description="the system whose customer ids these are; sources that share it share customers"
    )
    key: tuple[Name, ...] = Field(
        (), description="columns that identify a row; without them identical lines of one file are all real"
    )
    revision: Name | None = Field(None, description="column that says which of two bodies of a key is newer")
    time_zone: str | None = Field(None, description="zone of times without one; the plan's when absent")
    currency: str | None = Field(
        None, description="currency of its amounts when no column says; the plan's when absent"
    )
    columns: dict[Name, ColumnMap] = Field(
        min_length=1, max_length=500, description="column of the fact: the column of the source it comes from"
    )
    valid: tuple[ValidRule, ...] = Field((), description="rows that break a rule go to quarantine")
    late_after: Days | None = Field(None, description="facts older than this on arrival are counted as late")
    future_after_minutes: int = Field(
        10, ge=0, description="facts further in the future than this go to quarantine"
    )
    back_filled: bool = Field(
        default=False, description="history loaded at once: training may trust occurred_at"
    )

    @property
    def party_system(self) -> str:
        """The system that names its parties: its own name when none is given."""
        return self.system or self.name


class Measure(Definition):
    """A field that aggregates facts of one kind over a window."""

    kind: ClassVar[str] = "measure"
    AGGREGATES: ClassVar[tuple[str, ...]] = ("count", "sum", "distinct", "first", "last", "min", "max")

    of: FactKind = Field(description="the kind of fact")
    count: Literal[True] | None = Field(None, description="how many facts")
    sum: Name | None = Field(None, description="total of a column")
    distinct: Name | None = Field(None, description="how many different values of a column")
    first: Name | None = Field(None, description="a column's value in the earliest fact")
    last: Name | None = Field(None, description="a column's value in the latest fact")
    min: Name | None = Field(None, description="smallest value of a column")
    max: Name | None = Field(None, description="largest value of a column")
    where: Expression | None = Field(None, description="only facts that meet this condition")
    window: Window = Field(default=Window(), description="`lifetime`, `90d` or `previous 90d`")

    @model_validator(mode="after")
    def _one_aggregate(self) -> Self:
        given = [name for name in self.AGGREGATES if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"give exactly one of {', '.join(self.AGGREGATES)}; found {found}")
        return self

    @property
    def aggregate(self) -> str:
        """Which of :attr:`AGGREGATES` it is."""
        return next(name for name in self.AGGREGATES if getattr(self, name) is not None)

    @property
    def column(self) -> str | None:
        """The column aggregated; None for a count."""
        return None if self.count else str(getattr(self, self.aggregate))


class Case(BaseModel):
    """One value of a choice field and the condition under which it holds; the first that holds wins."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: Name
    when: Expression | None = Field(None, description="absent: in every other case; must be the last")
    label: Text | None = Field(None, description="what people call this value")


class DerivedField(Definition):
    """A field computed from other fields: by an expression, or as the first case that holds."""

    kind: ClassVar[str] = "field"

    value: Expression | None = Field(None, description="an expression over other fields")
    cases: tuple[Case, ...] = Field((), description="choices in order; the first whose condition holds wins")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.value is None) == (not self.cases):
            raise ValueError("give either `value` or `cases`")
        if any(case.when is None for case in self.cases[:-1]):
            raise ValueError("only the last case may have no `when`")
        values = [case.value for case in self.cases]
        if repeated := sorted({value for value in values if values.count(value) > 1}):
            raise ValueError(f"cases repeat the value {', '.join(repeated)}")
        return self


class Rhythm(Definition):
    """Each customer's own rhythm of a kind of fact; it gives fields such as ``NAME_gap_days``."""

    kind: ClassVar[str] = "rhythm"

    of: FactKind = Field(description="the kind of fact")
    where: Expression | None = Field(None, description="only facts that meet this condition")
    return_after: Days = Field(180, description="a fact after a silence this long is a return")

    def field_names(self) -> dict[str, RhythmField]:
        """Name → shape of the fields it gives."""
        return {f"{self.name}_{suffix}": field for suffix, field in RHYTHM_FIELDS.items()}


@dataclass(frozen=True, slots=True)
class RhythmField:
    """One of the fields a rhythm gives; ``label`` follows the rhythm's own label."""

    type: Type
    unit: Unit | None
    label: Text


def _rhythm_field(type_: Type, unit: Unit | None, en: str, zh: str) -> RhythmField:
    return RhythmField(type_, unit, Text(texts={"en": en, "zh": zh}))


RHYTHM_FIELDS: dict[str, RhythmField] = {
    "days": _rhythm_field(Type.WHOLE, "days", "on how many days", "发生天数"),
    "gap_days": _rhythm_field(Type.NUMBER, "days", "usual gap", "通常间隔"),
    "last_on": _rhythm_field(Type.DAY, None, "last day", "最近一天"),
    "since_days": _rhythm_field(Type.WHOLE, "days", "days since the last", "距上次天数"),
    "expected_on": _rhythm_field(Type.DAY, None, "expected day", "预计日期"),
    "overdue_days": _rhythm_field(Type.WHOLE, "days", "days overdue", "逾期天数"),
    "overdue_ratio": _rhythm_field(Type.NUMBER, "ratio", "silence ÷ usual gap", "沉默与通常间隔之比"),
    "returned_on": _rhythm_field(Type.DAY, None, "last return after a long silence", "长期沉默后的最近回归"),
}
"""Suffix → the field ``NAME_suffix`` of a rhythm NAME.

``days`` counts local days with at least one fact; ``gap_days`` is the mean of the days between consecutive
ones and missing before the second; ``since_days`` runs from the last one to the day of ``as_of``;
``expected_on`` is the last plus the gap; ``overdue_days`` is 0 while that day lies ahead;
``overdue_ratio`` is ``since_days / gap_days``; ``returned_on`` is the latest day after a silence of at least
``return_after``.
"""


class Choice(BaseModel):
    """One of the texts that a tag may hold: plain, or with a label."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: Name
    label: Text | None = Field(None, description="what people call this value")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: object) -> object:
        return {"value": given} if isinstance(given, str) else given


class Tag(Definition):
    """A field whose value people set by hand, with `keepwell tag`; missing until they do."""

    kind: ClassVar[str] = "tag"

    type: TagType = Field("text", description="what it holds")
    choices: tuple[Choice, ...] = Field((), description="the only texts it may hold; any text when absent")

    @model_validator(mode="after")
    def _choices_are_texts(self) -> Self:
        if self.choices and self.type != "text":
            raise ValueError("only a tag of type text has choices")
        values = [choice.value for choice in self.choices]
        if repeated := sorted({value for value in values if values.count(value) > 1}):
            raise ValueError(f"choices repeat the value {', '.join(repeated)}")
        return self


class Reason(BaseModel):
    """Why a customer is in a segment, in plain words; ``{field}`` is replaced by the customer's value."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Name
    label: Text | None = Field(None, description="what it is called where it stands for many customers")
    when: Expression = Field(description="the condition under which it is given")
    say: Text = Field(description="the reason in plain words, with `{field}` for a value")

    @field_validator("say")
    @classmethod
    def _braces_match(cls, say: Text) -> Text:
        for text in say.texts.values():
            rest = re.sub(r"\{[a-z][a-z0-9_]*\}", "", text)
            if "{" in rest or "}" in rest:
                raise ValueError(f"braces hold the name of a field, such as {{orders_90d}}; found in: {text}")
        return say

    def placeholders(self) -> frozenset[str]:
        """Fields named in the sentences."""
        return frozenset(
            name for text in self.say.texts.values() for name in re.findall(r"\{([a-z0-9_]+)\}", text)
        )


class Segment(Definition):
    """A saved condition over customers."""

    kind: ClassVar[str] = "segment"

    where: Expression = Field(description="the condition its customers meet")
    worth: Name | None = Field(None, description="money field that says what is at stake; lists sort by it")
    reasons: tuple[Reason, ...] = Field((), description="the first that holds is shown first")


KINDS: dict[str, type[Definition]] = {
    kind.kind: kind for kind in (Source, Measure, DerivedField, Rhythm, Tag, Segment)
}
"""Kind word → its model."""

FOLDERS: dict[str, tuple[str, ...]] = {
    "sources": ("source",),
    "fields": ("measure", "field", "rhythm", "tag"),
    "segments": ("segment",),
}
"""Folder of a plan → kinds that live there."""


def definition(kind: str, body: dict[str, Any]) -> Definition:
    """Make a definition of ``kind`` from its YAML body (the kind key holds the name)."""
    return KINDS[kind].model_validate({**{k: v for k, v in body.items() if k != kind}, "name": body[kind]})
