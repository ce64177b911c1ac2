"""Tags: what was last said of a customer by hand, as typed fields.

The lake holds every word in the order of its number. It was said of parties, so that a merge of customers or its
undo changes no word: of a customer the latest word about any of their parties counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.catalog.kinds import Tag
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf
from keepwell.fields.passes import CUSTOMER
from keepwell.lake.functions import value_at_last
from keepwell.lake.lake import ARROW_TYPES, ReadableLake, schema_of
from keepwell.lake.manifest import Manifest

if TYPE_CHECKING:
    import ibis.expr.types as ir

TAG_SCHEMA = schema_of(
    {"number": "whole", "tag": "text", "party_key": "text", "value": "text", "said_at": "moment"}
)
"""A word: its number in the store, of which tag and party, the value in canonical text (missing: taken back)."""


def tag_pass(plan: Plan, lake: ReadableLake, manifest: Manifest, as_of: AsOf, parties: ir.Table) -> ir.Table:
    """CUSTOMER and one column per tag, for the customers of whom something was said until ``as_of``."""
    at = ibis.timestamp(as_of.instant.replace(tzinfo=None))
    words = lake.read(manifest.tags, TAG_SCHEMA)
    known = words.filter(words.said_at <= at, words.tag.isin(list(plan.tags)))
    known = known.inner_join(parties.select("party_key", CUSTOMER), "party_key")
    # Engines differ in what they make of a missing value at the last place, so there is none.
    known = known.mutate(word=ibis.ifelse(known.value.isnull(), "", "=" + known.value))
    columns = {
        name: _typed(tag, value_at_last(known.word, known.number, known.number, known.tag == name))
        for name, tag in plan.tags.items()
    }
    return known.group_by(CUSTOMER).aggregate(**columns)


def _typed(tag: Tag, word: ir.StringValue) -> ir.Value:
    """The value as the type the plan gives the tag now; a word that is no such value is missing."""
    text = ibis.ifelse(word == "", ibis.null("string"), word.substr(1))
    if tag.type == "text":
        choices = [choice.value for choice in tag.choices]
        return ibis.ifelse(text.isin(choices), text, ibis.null("string")) if choices else text
    return text.try_cast(ibis.dtype(ARROW_TYPES[tag.type]))
