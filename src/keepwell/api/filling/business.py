"""Fills today's figures and the list of fields."""

from __future__ import annotations

from functools import partial

from keepwell.answers.sight import Sight
from keepwell.answers.today import Today
from keepwell.answers.wording import choice_text
from keepwell.api.filling.segments import standing
from keepwell.api.filling.shared import as_of, in_both, words
from keepwell.api.shapes.business import (
    Choice,
    EnteredCustomer,
    FieldEntry,
    FieldList,
    ReasonAtStake,
    TodayFigure,
    TodayFigures,
    TodayMonth,
)
from keepwell.api.shapes.shared import Words
from keepwell.catalog.dictionary import Entry, data_dictionary
from keepwell.catalog.plan import Plan


def today_figures(sight: Sight, found: Today) -> TodayFigures:
    """Today."""
    return TodayFigures(
        as_of=as_of(sight),
        figures=[TodayFigure.model_validate(each) for each in found.figures],
        months=[TodayMonth.model_validate(each) for each in found.months],
        leaving=standing(sight, found.leaving) if found.leaving else None,
        reasons=[ReasonAtStake.model_validate(each) for each in found.reasons],
        entered=[EnteredCustomer(customer_id=each, worth_minor=worth) for each, worth in found.entered],
        changed_segments=[standing(sight, each) for each in found.segments],
    )


def field_list(sight: Sight) -> FieldList:
    """The dictionary."""
    entries = [each for each in data_dictionary(sight.plan) if each.table == "customers"]
    return FieldList(as_of=as_of(sight), fields=[_field(sight.plan, each) for each in entries])


def _field(plan: Plan, entry: Entry) -> FieldEntry:
    owner = plan.owner(entry.name)
    choices = plan.customer_record().fields[entry.name].choices or ()
    return FieldEntry(
        name=entry.name,
        label=Words(en=entry.label_en, zh=entry.label_zh),
        about=words(plan, owner.about) if owner else None,
        type=entry.type,
        choices=[
            Choice(value=each, label=in_both(partial(choice_text, plan, entry.name, each)))
            for each in choices
        ],
        unit=entry.unit or None,
        kind=entry.kind or None,
        formula=entry.formula,
        owner=entry.owner or None,
    )
