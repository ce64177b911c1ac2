"""`keepwell simulate`: what it writes works as it is, and what it is asked wrongly it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keepwell.catalog.files import read_folder
from keepwell.intake.quality import quality_of
from keepwell.wiring import deployment
from support.command import keepwell
from support.dataset_plans import counted
from support.simulations import truth

SMALL = ("--customers", "150", "--years", "1", "--seed", "5", "--files-per", "year")


def test_what_is_written_is_pushed_run_and_asked(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    made = keepwell("simulate", shop, *SMALL, "--until", "2026-06-30", "--set", "bad_share=0.02")
    assert (made.code, "150 customers" in made.out) == (0, True), made
    assert "2025-07-01 to 2026-06-30" in made.out
    assert keepwell("push", plan=shop).code == 0
    ran = keepwell("run", "--as-of", "2026-06-30", plan=shop)
    assert ran.code == 0, ran
    who = keepwell("who", "--limit", "5", plan=shop)
    assert who.code == 0, who
    assert re.search(r"About to leave: [1-9]\d* of \d+ customers", who.out)

    spoilt = truth(shop, "bad_rows")["source"]
    orders, parties = truth(shop, "orders"), truth(shop, "parties")
    opened = deployment(shop, {})
    lake = opened.lake()
    manifest = lake.current()
    quality = {name: quality_of(name, state).counts for name, state in manifest.sources.items()}
    lake.engine.close()
    opened.close()
    for name, counts in quality.items():
        assert counts.accounted == counts.rows
        assert counts.quarantined == spoilt.count(name), counted(counts)
    assert sum(counts.quarantined for counts in quality.values()) == len(spoilt) > 20
    online = orders["system"].count("shop")
    assert quality["shop_orders"].rows == online
    assert quality["pos_members"].rows >= parties["system"].count("pos")
    assert quality["pos_lines"].anonymous > 0


def test_until_yesterday_when_nothing_is_said(tmp_path: Path) -> None:
    made = keepwell("simulate", tmp_path / "shop", *SMALL)
    assert made.code == 0, made
    told = re.search(r"to (\d{4}-\d\d-\d\d)", made.out)
    assert told
    # In Shanghai it may be a day later than here.
    now = datetime.now(UTC)
    assert told[1] in {str((now + timedelta(hours=8) - timedelta(days=days)).date()) for days in (1, 2)}
    assert len(read_folder(tmp_path / "shop")) == 9


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--customers", "5"], ["5 customers cannot be simulated", "ask for 100 to 20,000,000"]),
        (["--years", "0", "--seed", "-1"], ["0 years cannot be simulated", "-1 is no seed"]),
        (["--until", "yesterday"], ["`yesterday` is no day", "such as 2026-06-30"]),
        (["--until", "2039-01-01"], ["2039-01-01 is not over yet"]),
        (["--set", "dropout=1"], ["`dropout=1` sets no parameter", "did you mean `dropout_"]),
        (["--set", "rate_days"], ["`rate_days` sets no parameter"]),
        (["--set", "bad_share=2"], ["bad_share", "`2` is no number from 0 to 0.2", "share of rows spoilt"]),
        (["--set", "bad_share=nan"], ["`nan` is no number"]),
        (["--set", "rate_days=1"], ["0.8 purchases a day are too many", "rate_shape ÷ rate_days may be 0.5"]),
        (["--set", "x=1", "--set", "y=2"], ["`x=1` sets no parameter", "`y=2` sets no parameter"]),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_said(words: list[str], says: list[str], tmp_path: Path) -> None:
    said = keepwell("simulate", tmp_path / "shop", *words)
    assert said.code == 1
    for text in says:
        assert text in said.err, said.err
    assert not (tmp_path / "shop").exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    said = keepwell("simulate", tmp_path, *SMALL)
    assert (said.code, "is not empty; nothing was written" in said.err) == (1, True)
    said = keepwell("simulate", tmp_path / "mine.txt", *SMALL)
    assert (said.code, "is a file" in said.err) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    said = keepwell("simulate", tmp_path / "shop", "--files-per", "week")
    assert said.code == 2
