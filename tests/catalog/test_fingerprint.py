"""A segment's fingerprint changes when what it means does, and not otherwise."""

from __future__ import annotations

import pytest

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.fingerprint import fingerprint_of_segment
from keepwell.catalog.load import load
from support.plans import ORDERS, SETTINGS

FIELDS = """\
measure: bought
label: {en: Bought, zh: 购买}
of: order
count: true
where: status = 'paid'
window: 90d
---
field: class
cases:
  - {value: good, when: bought >= 3, label: {en: Good, zh: 好}}
  - {value: other}
---
field: amount
value: bought + 1
"""
SEGMENT = "segment: best\nwhere: class = 'good'\nreasons:\n  - {name: r, when: bought > 5, say: often}\n"


def fingerprint(fields: str = FIELDS, segment: str = SEGMENT, settings: str = SETTINGS) -> str:
    files = {"keepwell.toml": settings, "sources/orders.yml": ORDERS}
    plan = load(PlanFiles(files | {"fields/f.yml": fields, "segments/s.yml": segment}), library=False)
    return fingerprint_of_segment(plan, "best")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("bought >= 3", "bought >= 4"),
        ("status = 'paid'", "status = 'sent'"),
        ("window: 90d", "window: 30d"),
        ("count: true", "distinct: order_id"),
        ("value: other", "value: rest"),
    ],
)
def test_a_change_below_changes_it(old: str, new: str) -> None:
    assert old in FIELDS
    assert fingerprint(FIELDS.replace(old, new)) != fingerprint()


def test_its_own_condition_and_the_plans_zone_change_it() -> None:
    assert fingerprint(segment=SEGMENT.replace("class =", "not class =")) != fingerprint()
    assert fingerprint(settings=SETTINGS.replace("Asia/Shanghai", "Europe/Berlin")) != fingerprint()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("bought >= 3", "(bought   >= 3)"),
        ("en: Bought", "en: Orders"),
        ("en: Good", "en: Fine"),
        ("window: 90d", "window: 90d\nowner: somebody\nabout: a text\nunit: times"),
        # A field of the name of a column that the measure does not read, and that the segment does not name.
        ("bought + 1", "bought + 2"),
    ],
)
def test_what_decides_nothing_changes_nothing(old: str, new: str) -> None:
    assert old in FIELDS
    assert fingerprint(FIELDS.replace(old, new)) == fingerprint()


def test_how_a_segment_is_shown_changes_nothing() -> None:
    assert fingerprint(segment=SEGMENT.replace("bought > 5", "bought > 6")) == fingerprint()
    assert fingerprint(segment=SEGMENT.replace("say: often", "say: seldom")) == fingerprint()


def test_a_column_is_no_field_of_its_name() -> None:
    """A measure that sums `amount` does not rest on the customer's field `amount`."""
    summed = FIELDS.replace("count: true", "sum: amount")
    assert fingerprint(summed.replace("bought + 1", "bought + 2")) == fingerprint(summed)
