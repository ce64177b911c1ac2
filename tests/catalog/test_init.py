"""The plan that `keepwell init` writes works at once."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from keepwell.catalog.files import read_folder
from keepwell.catalog.init import init_folder
from keepwell.catalog.load import load
from keepwell.catalog.sample import sample_orders
from keepwell.core.errors import Refused

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def test_what_is_written_is_a_plan(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    written = init_folder(folder, now=NOW)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(
        written
    )
    plan = load(read_folder(folder))
    assert {"fading_big_spenders", "new_this_month", "about_to_leave"} <= set(plan.segments)
    assert not [origin for origin in map(plan.origin, plan.measures) if not origin.file]


def test_what_is_commented_out_works_too(tmp_path: Path) -> None:
    init_folder(tmp_path, now=NOW)
    segments = tmp_path / "segments/example.yml"
    segments.write_text(segments.read_text("utf-8") + "---\nsegment: about_to_leave\noff: true\n", "utf-8")
    (tmp_path / "rates.csv").write_text("day,currency,rate\n2026-01-01,USD,7.18\n", "utf-8")
    settings = tmp_path / "keepwell.toml"
    lines = settings.read_text("utf-8").replace("# rates", "rates").replace("# [store]", "[store]")
    settings.write_text(lines.replace("# url", "url"), "utf-8")
    plan = load(read_folder(tmp_path))
    assert plan.settings.store.url == "env:KEEPWELL_STORE"
    assert len(plan.rates) == 1
    assert "about_to_leave" not in plan.segments


@pytest.mark.parametrize("name", ["notes.txt", ".git/config"])
def test_a_folder_in_use_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine", "utf-8")
    with pytest.raises(Refused, match=r"is not empty; nothing was written \(name a new or empty folder\)"):
        init_folder(tmp_path, now=NOW)
    assert not (tmp_path / "keepwell.toml").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", "utf-8")
    with pytest.raises(Refused, match=r"is a file \(name a new folder\)"):
        init_folder(tmp_path / "a", now=NOW)


def test_the_sample_is_two_years_of_sixty_customers() -> None:
    last = date(2026, 11, 21)
    text = sample_orders(last)
    assert text == sample_orders(last), "the same for the same day"
    rows = list(csv.DictReader(text.splitlines()))
    good = [row for row in rows if row["order_no"].startswith("A")]
    days = [date.fromisoformat(row["ordered_at"][:10]) for row in good]
    assert max(days) <= last
    assert min(days) >= last - timedelta(days=730)
    assert len({row["customer_no"] for row in good}) == 60
    assert len({(row["customer_no"], row["buyer"]) for row in good}) == 60, "each with a name of their own"
    assert len({row["order_no"] for row in good}) == len(good)
    assert 800 < len(good) < 1_600
    assert Counter(row["status"] for row in good)["returned"] > 10
    assert len(rows) - len(good) == 6, "five bad rows and an anonymous one"
