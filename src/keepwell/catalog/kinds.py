"""Kinds of definition: the shape of each YAML document in a plan folder.

A document's first key says its kind and its name: ``measure: orders_90d``. Shapes are pydantic models, so
that one place gives reading, errors, the reference page and the editor's form. What a definition *means*
together with the others (names, types, cycles) is checked in :mod:`keepwell.catalog.check`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from keepwell.catalog.sources import ColumnMap, CustomerFact, FactKind, From, ValidRule
from keepwell.catalog.texts import Text
from keepwell.catalog.windows import WINDOW, Days, Window, Windows
from keepwell.language.types import Type

NAME_LENGTH = 63
Name = Annotated[
    str,
    Field(
        pattern=rf"^[a-z][a-z0-9_]{{0,{NAME_LENGTH - 1}}}$",
        description=f"a-z, 0-9 and _, at most {NAME_LENGTH}",
    ),
]
Expression = Annotated[str, Field(min_length=1, max_length=10_000)]
TagType = Literal["text", "flag", "whole", "number", "money", "day", "moment"]
Unit = Literal["days", "currency", "share", "times", "items", "ratio"]


def _percent(given: object) -> object:
    if isinstance(given, str) and (found := re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?)%", given)):
        return Decimal(found[1])
    raise ValueError("write a share such as `15%`")


_WRITTEN_SHARE = Annotated[str, Field(examples=["15%"])]
Share = Annotated[Decimal, BeforeValidator(_percent, json_schema_input_type=_WRITTEN_SHARE), Field(le=100)]
"""A share, in per cent."""


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


class Family(Definition):
    """What may have many windows; :mod:`keepwell.catalog.families` makes one definition for each."""

    windows: Windows | None = Field(
        None, description="a family: one field for each, such as NAME_90d, NAME_prev_90d and NAME_lifetime"
    )

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        for window in self.windows or ():
            if len(name := self.member_name(window)) > NAME_LENGTH:
                raise ValueError(f"the name `{name}` would be longer than {NAME_LENGTH}")
        return self

    def member_name(self, window: Window) -> str:
        """The name of the field for one window."""
        return f"{self.name}_{window.suffix}"


class Measure(Family):
    """A field that aggregates facts of one kind over a window."""

    kind: ClassVar[str] = "measure"
    AGGREGATES: ClassVar[tuple[str, ...]] = (
        "count",
        "sum",
        "distinct",
        "mode",
        "mode_share",
        "first",
        "last",
        "min",
        "max",
    )

    of: CustomerFact = Field(description="the kind of fact")
    count: Literal[True] | None = Field(None, description="how many facts")
    sum: Expression | None = Field(None, description="total of a column, or of an expression over columns")
    distinct: Expression | None = Field(None, description="how many different values")
    mode: Expression | None = Field(
        None, description="the value most often; of equally frequent the smallest"
    )
    mode_share: Expression | None = Field(None, description="the share of facts that have that value")
    first: Expression | None = Field(None, description="the value in the earliest fact")
    last: Expression | None = Field(None, description="the value in the latest fact")
    min: Expression | None = Field(None, description="the smallest value")
    max: Expression | None = Field(None, description="the largest value")
    where: Expression | None = Field(None, description="only facts that meet this condition")
    window: Window = Field(default=Window(), description="`lifetime`, `90d` or `previous 90d`")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.windows and "window" in self.model_fields_set:
            raise ValueError("give `window` or `windows`, not both")
        return self

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
    def is_count(self) -> bool:
        """Whether it counts facts, whatever their values."""
        return self.count is not None


class Expected(BaseModel):
    """The shares that one expects of a class, shown beside the actual ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    customers: Share | None = Field(None, description="its share of all customers who have a class")
    worth: Share | None = Field(None, description="its share of what they are all worth")


class Case(BaseModel):
    """One value of a choice field and the condition under which it holds; the first that holds wins."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: Name
    when: Expression | None = Field(None, description="absent: in every other case; must be the last")
    label: Text | None = Field(None, description="what people call this value")
    expected: Expected | None = Field(None, description="the shares one expects of it")


class DerivedField(Family):
    """A field computed from other fields: by an expression, or as the first case that holds."""

    kind: ClassVar[str] = "field"

    value: Expression | None = Field(None, description="an expression over other fields")
    cases: tuple[Case, ...] = Field((), description="choices in order; the first whose condition holds wins")
    worth: Name | None = Field(None, description="money field that says what each of its classes is worth")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.value is None) == (not self.cases):
            raise ValueError("give either `value` or `cases`")
        if self.worth and not self.cases:
            raise ValueError("`worth` is of classes, and there are no `cases`")
        if any(case.when is None for case in self.cases[:-1]):
            raise ValueError("only the last case may have no `when`")
        values = [case.value for case in self.cases]
        if repeated := sorted({value for value in values if values.count(value) > 1}):
            raise ValueError(f"cases repeat the value {', '.join(repeated)}")
        expressions = [self.value, *(case.when for case in self.cases)]
        if self.windows and not any(WINDOW in (text or "") for text in expressions):
            raise ValueError(f"no expression names `{WINDOW}`, so all its windows would be the same")
        for of in ("customers", "worth"):
            percents = [getattr(case.expected, of) or 0 for case in self.cases if case.expected]
            if sum(percents) > 100:  # noqa: PLR2004 - per cent
                raise ValueError(f"the expected shares of {of} add up to {sum(percents)}%, more than 100%")
        return self


class Ranking(Definition):
    """Where a customer stands among all: the share of those ranked who stand lower."""

    kind: ClassVar[str] = "ranking"
    LEAST: ClassVar[int] = 5

    unit: Unit | None = Field("share", description="the unit of its value")
    value: Expression = Field(description="what customers are ranked by: a number, money, a day or a moment")
    among: Expression | None = Field(
        None, description="only customers who meet this condition are ranked; the others have no rank"
    )
    best: Literal["highest", "lowest"] = Field("highest", description="which value has the highest rank")
    at_least: int = Field(
        LEAST, ge=1, le=1_000_000, description="where fewer have a value to be ranked by, nobody has a rank"
    )


class Rhythm(Definition):
    """Each customer's own rhythm of a kind of fact; it gives fields such as ``NAME_gap_days``."""

    kind: ClassVar[str] = "rhythm"

    of: CustomerFact = Field(description="the kind of fact")
    where: Expression | None = Field(None, description="only facts that meet this condition")
    by: Name | None = Field(
        None, description="text column such as `category`: a rhythm of its own for each of its values"
    )
    least_days: int = Field(
        3, ge=2, le=1_000, description="with `by`: on how many days at least something makes a rhythm"
    )
    return_after: Days = Field(
        180, description="a fact after a silence this long is a return; with `by`, its rhythm has ended"
    )

    def field_names(self) -> dict[str, RhythmField]:
        """Name → shape of the fields it gives."""
        shapes = ITEM_FIELDS if self.by else RHYTHM_FIELDS
        return {f"{self.name}_{suffix}": field for suffix, field in shapes.items()}


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
    "first_on": _rhythm_field(Type.DAY, None, "first day", "第一天"),
    "last_on": _rhythm_field(Type.DAY, None, "last day", "最近一天"),
    "since_days": _rhythm_field(Type.WHOLE, "days", "days since the last", "距上次天数"),
    "expected_on": _rhythm_field(Type.DAY, None, "expected day", "预计日期"),
    "overdue_days": _rhythm_field(Type.WHOLE, "days", "days overdue", "逾期天数"),
    "overdue_ratio": _rhythm_field(Type.NUMBER, "ratio", "silence ÷ usual gap", "沉默与通常间隔之比"),
    "returned_on": _rhythm_field(Type.DAY, None, "last return after a long silence", "长期沉默后的最近回归"),
    "gap_variation": _rhythm_field(Type.NUMBER, "ratio", "variation of the gaps", "间隔波动"),
    "longest_gap_days": _rhythm_field(Type.WHOLE, "days", "longest gap", "最长间隔"),
}
"""Suffix → the field ``NAME_suffix`` of a rhythm NAME.

``days`` counts local days with a fact, from ``first_on`` to ``last_on``; ``gap_days`` is the mean of the days between
consecutive ones, missing before the second; ``since_days`` runs from the last one to the day of ``as_of``;
``expected_on`` is the last plus the gap; ``overdue_days`` is 0 while that day lies ahead; ``overdue_ratio`` is
``since_days / gap_days``; ``returned_on`` is the latest day after a silence of ``return_after`` or more;
``gap_variation`` is the standard deviation of the gaps ÷ their mean, 0 when they are all equal and missing before the
third day; ``longest_gap_days`` is the longest of them.
"""


ITEM_FIELDS: dict[str, RhythmField] = {
    "items": _rhythm_field(Type.WHOLE, "items", "with a rhythm", "有节奏的项数"),
    "overdue_items": _rhythm_field(Type.WHOLE, "items", "overdue", "逾期的项数"),
    "due_item": _rhythm_field(Type.TEXT, None, "due first", "最先到期的项"),
    "due_on": _rhythm_field(Type.DAY, None, "day of the first due", "最先到期的日期"),
}
"""Suffix → the field ``NAME_suffix`` of a rhythm NAME that goes ``by`` a column, such as the category.

``items`` are those bought on at least ``least_days`` days whose silence is shorter than ``return_after``;
``overdue_items`` of them have their expected day behind them; ``due_item`` has the earliest expected day of all,
past ones included (of equal ones, the first by code point), and ``due_on`` is that day.
"""

RHYTHM_SUFFIXES = (*RHYTHM_FIELDS, *ITEM_FIELDS)
"""What the names of fields that any rhythm may give end with."""


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
    kind.kind: kind for kind in (Source, Measure, DerivedField, Rhythm, Ranking, Tag, Segment)
}
"""Kind word → its model."""

FOLDERS: dict[str, tuple[str, ...]] = {
    "sources": ("source",),
    "fields": ("measure", "field", "rhythm", "ranking", "tag"),
    "segments": ("segment",),
}
"""Folder of a plan → kinds that live there."""


def definition(kind: str, body: dict[str, Any]) -> Definition:
    """Make a definition of ``kind`` from its YAML body (the kind key holds the name)."""
    return KINDS[kind].model_validate({**{k: v for k, v in body.items() if k != kind}, "name": body[kind]})
