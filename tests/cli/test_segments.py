"""Asking, tagging, segments over time and exports, as commands."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from support.command import Said, keepwell
from support.trial_shop import write, write_second_day

PLAN = {
    "fields/tags.yml": "tag: vip\nlabel: {en: VIP, zh: 贵宾}\nchoices: [{value: gold, label: {en: Gold, zh: 金}}]\n"
    "---\ntag: note\n---\ntag: budget\ntype: money\n",
    "segments/own.yml": "segment: buyers\nlabel: {en: Buyers, zh: 买家}\nwhere: orders_lifetime >= 1\n"
    "worth: spend_lifetime\n---\nsegment: golden\nwhere: vip = 'gold'\n",
}


@pytest.fixture(scope="session")
def tagged_as_it_was(shop_as_it_was: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all tests: not to be changed."""
    plan = Path(shutil.copytree(shop_as_it_was, tmp_path_factory.mktemp("tagged") / "plan"))
    write(plan, PLAN)
    for words in ("push", "run"):
        assert keepwell(words, plan=plan).code == 0
    return plan


@pytest.fixture
def tagged(tagged_as_it_was: Path, tmp_path: Path) -> Path:
    """The shop with tags and segments in its plan, pushed and run."""
    return Path(shutil.copytree(tagged_as_it_was, tmp_path / "tagged"))


def done(*words: str | Path, plan: Path) -> Said:
    said = keepwell(*words, plan=plan)
    assert said.code == 0, said
    return said


def test_an_answer_says_how_many_how_much_and_of_how_much(tagged: Path) -> None:
    said = done(
        "ask",
        "orders_lifetime >= 2",
        "--worth",
        "spend_lifetime",
        "--columns",
        "orders_lifetime",
        plan=tagged,
    )
    # Iris bought for 100 and 120.50; Hazel for 80, Olive for 40.
    assert said.out.startswith("orders_lifetime >= 2: 1 of 6 customers (16.7%), CN¥220.50 at stake (64.8%)")
    assert "Orders ever" in said.out
    assert "orders_lifetime >= 2" in said.out.splitlines()[2]


def test_an_answer_as_csv_and_json(tagged: Path) -> None:
    done("tag", "note", "=1+1", "--customer", "shop:C1", "--yes", plan=tagged)
    done("run", plan=tagged)
    words = ("ask", "orders_lifetime >= 1", "--worth", "spend_lifetime", "--columns", "note, vip")
    rows = list(csv.DictReader(io.StringIO(done(*words, "--format", "csv", plan=tagged).out)))
    assert [(row["note"], row["vip"], row["spend_lifetime"], row["why"]) for row in rows] == [
        ("'=1+1", "", "220.50", "orders_lifetime >= 1"),
        ("", "", "80.00", "orders_lifetime >= 1"),
        ("", "", "40.00", "orders_lifetime >= 1"),
    ]
    told = json.loads(done(*words, "--format", "json", "--limit", "1", "--after", "1", plan=tagged).out)
    assert (told["count"], told["of"], told["worth_minor"], told["next_after"]) == (3, 6, 34050, 2)
    [found] = told["customers"]
    assert (found["note"], found["spend_lifetime"], found["why"]) == (None, 8000, ["orders_lifetime >= 1"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["true", "--worth", "orders_90d"], "`orders_90d` is whole; what is at stake is money"),
        (["true", "--columns", "orders_90"], "did you mean `orders_90d`?"),
        (["true", "--sort", "vipp"], "did you mean `vip`?"),
        (["vip = 'silver'"], "'silver' is no value of this field"),
        (["orders_lifetime >"], "✗"),
    ],
)
def test_what_cannot_be_asked(words: list[str], sentence: str, tagged: Path) -> None:
    said = keepwell("ask", *words, plan=tagged)
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err
    assert "is published" not in said.err


def test_a_field_that_no_run_has_computed_yet(tagged: Path) -> None:
    write(tagged, {"fields/more.yml": "field: half\nvalue: orders_lifetime / 2\n"})
    done("push", plan=tagged)
    said = keepwell("ask", "half > 1", plan=tagged)
    assert said.code == 1
    assert "Version 3 of the plan is published; what is shown was made from version 2." in said.err
    done("run", plan=tagged)
    assert "0 of 6 customers" in done("ask", "half > 1", plan=tagged).out


def test_a_tag_is_said_taken_back_and_said_once(tagged: Path) -> None:
    words = ("tag", "vip", "gold", "--where", "orders_lifetime >= 1", "--yes")
    said = done(*words, plan=tagged)
    assert "`vip` is set to gold: 3 of 6 customers are meant; for 3 of them this is new" in said.out
    assert "all of them have it already" in done(*words, plan=tagged).out
    done("run", plan=tagged)
    assert "vip = 'gold': 3 of 6 customers" in done("ask", "vip = 'gold'", plan=tagged).out
    assert "VIP" in done("customer", "shop:C1", plan=tagged).out
    done("tag", "vip", "--unset", "--customer", "shop:C1", "--customer", "shop:C2", "--yes", plan=tagged)
    done("run", plan=tagged)
    assert "vip = 'gold': 1 of 6 customers" in done("ask", "vip = 'gold'", plan=tagged).out
    assert "everything was up to date" in done("run", plan=tagged).out


def test_a_tag_for_the_customers_of_a_file(tagged: Path, tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("\ufeffcustomer_id\r\nshop:C1\r\n\r\nshop:C2\r\nshop:C1\r\n", "utf-8")
    said = done("tag", "budget", "12.50", "--file", file, "--yes", plan=tagged)
    assert "2 of 6 customers are meant" in said.out
    done("run", plan=tagged)
    assert (
        "2 of 6 customers (33.3%), CN¥25.00"
        in done("ask", "budget = 12.5", "--worth", "budget", plan=tagged).out
    )


def test_nobody_is_asked_twice_and_no_is_no(tagged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    said = keepwell("tag", "vip", "gold", "--where", "true", plan=tagged)
    assert said.code == 1
    assert "6 of 6 customers are meant" in said.out
    assert "for 6 of them this is new" in keepwell("tag", "vip", "gold", "--where", "true", plan=tagged).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["vipp", "gold", "--where", "true"], "did you mean `vip`?"),
        (["warehouse", "x", "--where", "true"], "define it in fields/ with `tag: warehouse`"),
        (["vip", "silver", "--where", "true"], "it takes gold"),
        (["vip", "--where", "true"], "give a VALUE, or --unset"),
        (["vip", "gold", "--unset", "--where", "true"], "give a VALUE, or --unset"),
        (["vip", "gold"], "one of --where, --customer and --file"),
        (
            ["vip", "gold", "--where", "true", "--customer", "shop:C1"],
            "one of --where, --customer and --file",
        ),
        (["vip", "gold", "--customer", "shop:C99"], "1 of 1 ids are nobody's: shop:C99"),
        (["vip", "gold", "--where", "vip ="], "✗"),
        (["note", "13800138001", "--where", "true"], "personal values belong in a source's columns"),
        (["vip", "gold", "--file", "no/such.txt"], "there is no such file"),
    ],
)
def test_a_tag_that_cannot_be_said(words: list[str], sentence: str, tagged: Path) -> None:
    said = keepwell("tag", *words, "--yes", plan=tagged)
    assert said.code == 1
    assert sentence in said.err
    assert "this is new" not in said.out


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"\xb3\xa4\xff", "this is not UTF-8 text"), (b"id\n\n", "no id stands in it")]
)
def test_a_file_of_ids_that_cannot_be_read(
    content: bytes, sentence: str, tagged: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ids.txt"
    file.write_bytes(content)
    said = keepwell("tag", "vip", "gold", "--file", file, "--yes", plan=tagged)
    assert (said.code, sentence in said.err) == (1, True), said


def test_segments_over_time(tagged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_second_day(tagged)
    done("run", plan=tagged)
    listed = done("segments", "list", plan=tagged).out.splitlines()
    buyers = next(line for line in listed if " buyers " in line)
    assert buyers.split()[:4] == ["Buyers", "buyers", "4", "50.0%"]
    assert "CN¥490.50" in buyers
    assert "+1" in buyers
    told = done("segments", "history", "buyers", plan=tagged).out
    assert "the segment is new: 3 entered" in told
    assert len(told.splitlines()) == 3
    both = done("segments", "overlap", "buyers", "golden", "about_to_leave", plan=tagged).out
    assert "0 customers are in all of them, 4 of 8 in any" in both
    monkeypatch.setenv("KEEPWELL_LANGUAGE", "zh")
    assert "买家" in done("segments", "list", plan=tagged).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["history", "buyer"], "did you mean `buyers`?"),
        (["overlap", "buyers"], "name from 2 to 12 different ones"),
    ],
)
def test_segments_that_cannot_be_shown(words: list[str], sentence: str, tagged: Path) -> None:
    said = keepwell("segments", *words, plan=tagged)
    assert (said.code, sentence in said.err) == (1, True), said


def test_a_customers_time_line_tells_of_segments(tagged: Path) -> None:
    told = done("customer", "shop:C1", plan=tagged).out
    line = next(each for each in told.splitlines() if "segment" in each)
    assert "buyers" in line
    assert "change=entry" in line
    assert "cause=began" in line


def test_an_export_and_its_dictionary(tagged: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bi"
    said = done("export", folder, plan=tagged)
    assert "3  segment_members" in said.out
    assert done("export", folder, plan=tagged).code == 0
    write(folder, {"mine.txt": "x"})
    refused = keepwell("export", folder, plan=tagged)
    assert (refused.code, "mine.txt" in refused.err) == (1, True)
    markdown = done("dictionary", plan=tagged).out
    assert markdown == (folder / "dictionary.md").read_text("utf-8")
    assert "| vip | VIP | 贵宾 | text: gold |" in markdown
    told = json.loads(done("dictionary", "--format", "json", plan=tagged).out)
    rows = list(csv.DictReader(io.StringIO(done("dictionary", "--format", "csv", plan=tagged).out)))
    assert [entry["name"] for entry in told] == [row["name"] for row in rows]
