"""The page on files names every limit, every reason and every format."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from keepwell.intake.readers import BROKEN, LIMITS
from keepwell.personal import REASONS

PAGE = (Path(__file__).parents[3] / "docs" / "concepts" / "files.md").read_text("utf-8")
UNITS = {"": 1, " MiB": 1024**2, " GiB": 1024**3}


def test_every_limit_is_documented_with_its_value() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+)( [MG]iB)? \|", PAGE, re.MULTILINE)
    assert {name: int(value.replace(",", "")) * UNITS[unit] for name, value, unit in rows} == asdict(LIMITS)


def test_every_reason_of_a_personal_value_is_documented() -> None:
    table = PAGE.partition("| Reason | Meaning |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(REASONS)


def test_every_reason_of_a_broken_row_is_documented() -> None:
    assert [reason for reason in BROKEN if f"`{reason}`" not in PAGE] == []
