"""No text of a CSV file becomes a formula, and every value is read back as it was."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from keepwell.core.spreadsheet import csv_text, harmless


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("plain", "plain"),
        ("1-2", "1-2"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "'=1"),
        (" =1", " =1"),
    ],
)
def test_a_text_is_no_formula(text: str, written: str) -> None:
    assert harmless(text) == written


def test_figures_stand_as_they_are_and_texts_are_quoted() -> None:
    rows: list[list[str | int | float | Decimal | None]] = [
        [-1, -0.5, Decimal("-12.50"), None],
        ['a,"b"', "c\nd", "=x", "客户"],
    ]
    text = csv_text(["=head", "b", "c", "d"], rows)
    assert list(csv.reader(io.StringIO(text))) == [
        ["'=head", "b", "c", "d"],
        ["-1", "-0.5", "-12.50", ""],
        ['a,"b"', "c\nd", "'=x", "客户"],
    ]
