"""The pages show definitions that work and the errors that are really told."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from keepwell.catalog.facts import PRESENT_COLUMNS
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.kinds import ITEM_FIELDS, RHYTHM_FIELDS
from keepwell.catalog.load import load
from keepwell.catalog.sources import REQUIRED_COLUMNS, STANDARD_COLUMNS
from keepwell.core.errors import PlanRefused
from support.code import ROOT
from support.plans import plan_files

PAGES = ("concepts/plan.md", "concepts/customers.md", "howto/write-a-source.md", "howto/add-a-measure.md")
DEFINITIONS = re.compile(r"^```yaml file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ERRORS = re.compile(r"^```\n((?:\w+/[\w.-]+:\d.*\n)+)```", re.MULTILINE)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def told(files: PlanFiles) -> list[str]:
    try:
        load(files)
    except PlanRefused as refused:
        return str(refused).splitlines()
    return []


@pytest.mark.parametrize("name", PAGES)
def test_pages_tell_the_truth(name: str) -> None:
    files = dict(DEFINITIONS.findall(page(name)))
    good = {file: text for file, text in files.items() if "wrong" not in file and "mine" not in file}
    assert told(plan_files(good)) == []
    shown = [set(block.splitlines()) for block in ERRORS.findall(page(name))]
    assert shown
    bad = files.keys() - good.keys()
    for variant in ("mobile", "phone"):
        texts = {file: files[file].replace("personal: mobile", f"personal: {variant}") for file in bad}
        lines = set(told(plan_files(good | texts)))
        assert lines in shown, "\n".join(sorted(lines))


def test_the_fields_of_a_rhythm_are_listed() -> None:
    rows = re.findall(r"^\| `purchase_(\w+)` \| (\w+) \|", page("concepts/plan.md"), re.MULTILINE)
    assert dict(rows) == {suffix: str(field.type) for suffix, field in RHYTHM_FIELDS.items()}


def test_the_fields_of_a_rhythm_by_a_column_are_listed() -> None:
    rows = re.findall(r"^\| `replenishment_(\w+)` \| (\w+) \|", page("concepts/plan.md"), re.MULTILINE)
    assert dict(rows) == {suffix: str(field.type) for suffix, field in ITEM_FIELDS.items()}


def test_the_weights_of_the_indexes_are_as_told() -> None:
    """Each row of the page names an index, its weight in the score, and the ranks with their weights."""
    plan = load(plan_files())
    told = re.findall(
        r"^\| `(\w+_index)` \| ([\d.]+) \| (.*) \|", page("concepts/customers.md"), re.MULTILINE
    )
    assert len(told) == 5
    score = str(plan.checked("customer_value_score")["value"])
    for name, weight, ranks in told:
        assert f"{weight} * {name}" in score or f"{weight} * coalesce({name}, 50)" in score
        weights = dict(re.findall(r"`(\w+)` ([\d.]+)", ranks))
        assert sum(map(Decimal, weights.values())) == 1
        assert weights.keys() == plan.depends_on(name)
        written = str(plan.checked(name)["value"])
        for rank, each in weights.items():
            assert re.search(rf"{re.escape(each)} \* (coalesce\()?{rank}\b", written), (name, rank)
    assert sum(Decimal(weight) for _, weight, _ in told) == 1


def test_columns_are_listed() -> None:
    for column in PRESENT_COLUMNS:
        assert f"`{column}`" in page("concepts/plan.md")
    text = page("howto/write-a-source.md")
    for fact, standard in STANDARD_COLUMNS.items():
        row = re.search(rf"^\| `{fact}` \| (.*) \|$", text, re.MULTILINE)
        assert row
        assert set(re.findall(r"\*\*`(\w+)`\*\*", row[1])) == set(REQUIRED_COLUMNS[fact])
        assert set(re.findall(r"`(\w+)`", row[1])) == {*standard, *REQUIRED_COLUMNS[fact]}
