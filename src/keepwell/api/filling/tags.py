"""Fills tags and what was tagged."""

from __future__ import annotations

from functools import partial

from keepwell.answers.wording import choice_text
from keepwell.api.filling.shared import in_both, label_of, words
from keepwell.api.shapes.business import Choice
from keepwell.api.shapes.tags import TagAct, TagEntry
from keepwell.catalog.kinds import Tag
from keepwell.catalog.plan import Plan
from keepwell.customers.tags import Act


def tag_entry(plan: Plan, tag: Tag) -> TagEntry:
    """A tag."""
    return TagEntry(
        name=tag.name,
        label=label_of(plan, tag.name, "tag"),
        about=words(plan, tag.about),
        type=tag.type,
        choices=[
            Choice(value=each.value, label=in_both(partial(choice_text, plan, tag.name, each.value)))
            for each in tag.choices
        ],
    )


def tag_act(found: Act) -> TagAct:
    """An act."""
    return TagAct.model_validate(found)
