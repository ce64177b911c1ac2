"""Every command says what it is for, and works on a shop."""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from keepwell.cli.main import app
from support.command import keepwell


def commands(group: TyperGroup, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


def all_commands() -> list[tuple[str, ...]]:
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    return list(commands(program))


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_a_command_says_what_it_is_for(words: tuple[str, ...]) -> None:
    said = keepwell(*words, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"keepwell {' '.join(words)}" in said.out


def test_without_words_the_commands_are_listed() -> None:
    said = keepwell()
    assert all(f" {words[0]} " in said.everything for words in all_commands())
    assert re.fullmatch(r"keepwell \d+\.\d+\.\d+\n", keepwell("--version").out)


def test_from_a_new_plan_to_who_is_about_to_leave(tmp_path: Path) -> None:
    plan = tmp_path / "shop"
    assert keepwell("init", plan).code == 0
    for words in (["check"], ["push"], ["run"], ["status"], ["show"], ["pull"]):
        said = keepwell(*words, plan=plan)
        assert said.code == 0, said
    said = keepwell("who", plan=plan)
    assert said.code == 0
    assert "About to leave: 9 of 60 customers" in said.out
    again = keepwell("run", plan=plan)
    assert "everything was up to date" in again.out


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (["status"], ["lake", "snapshot", "quarantine 8 rows", "orders", "16.67%"]),
        (["check"], ["3 sources"]),
        (["show", "orders_90d"], ["measure orders_90d", "shipped"]),
        (["show", "--graph"], ["orders"]),
        (["show", "--mermaid"], ["flowchart"]),
        (["who"], ["0 of 6 customers"]),
        (["ask", "orders_lifetime >= 2"], ["1 of 6 customers"]),
        (["customer", "C1"], ["13800138001"[-4:]]),
        (["customer", "13800138001"], ["orders_lifetime"]),
        (["quarantine", "list"], ["not an amount of money", "fewer values than the header"]),
        (["quarantine", "list", "--source", "visits"], ["not JSON"]),
        (["customer", "C1"], ["RFM class", "silent_days >= 365"]),
        (["classes", "lifecycle_stage"], ["6 customers have a class", "Prospect", "50%"]),
        (
            ["classes", "rfm_class", "--worth", "spend_lifetime"],
            ["expected", "Spend ever", "6 customers have none"],
        ),
        (["migration", "lifecycle_stage", "--from", "2025-02-01"], ["from ↓ to →", "(new)", "100%"]),
        (["show", "recency_rank"], ["ranking recency_rank", "uses: days_since_last_order"]),
        (["upgrade"], ["nothing to do"]),
        (["run", "--as-of", "2025-02-28"], ["as of 2025-02-28"]),
    ],
    ids=" ".join,
)
def test_a_command_on_a_shop(words: list[str], texts: list[str], shop: Path) -> None:
    said = keepwell(*words, plan=shop)
    assert said.code == 0, said
    for text in texts:
        assert text in said.out


def test_answers_are_of_the_plan_that_ran(shop: Path) -> None:
    """A field that was published and not yet computed is no field of a customer yet."""
    (shop / "fields").mkdir(exist_ok=True)
    (shop / "fields/mine.yml").write_text("field: mine\nvalue: orders_lifetime + 1\n", "utf-8")
    assert keepwell("push", plan=shop).code == 0
    said = keepwell("ask", "mine > 1", plan=shop)
    assert (said.code, "there is no field `mine`" in said.err) == (1, True), said
    assert keepwell("run", plan=shop).code == 0
    assert "3 of 6 customers" in keepwell("ask", "mine > 1", plan=shop).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["classes", "rfm_clas"], "did you mean `rfm_class`?"),
        (["migration", "rfm_class", "--from", "soon"], "`soon` is no day and no instant"),
        (["migration", "rfm_class", "--from", "9999-12-31"], "is no day and no instant"),
        (["migration", "rfm_class", "--from", "2999-01-01"], "2999-01-01 lies in the future"),
        (["migration", "rfm_class", "--from", "2025-02-01", "--to", ""], "`` is no day and no instant"),
        (["migration", "rfm_class", "--from", "2025-02-02", "--to", "2025-02-01"], "is not before"),
        (
            ["migration", "rfm_class", "--from", "1999-02-02", "--to", "2025-02-01"],
            "nothing is known of anybody",
        ),
    ],
    ids=" ".join,
)
def test_what_a_stranger_is_told(words: list[str], sentence: str, shop_as_it_was: Path) -> None:
    said = keepwell(*words, plan=shop_as_it_was)
    assert (said.code, sentence in said.err) == (1, True), said


def test_the_quarantine_is_exported_mended_and_replayed(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    assert keepwell("quarantine", "export", file, "--source", "orders", plan=shop).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = keepwell("quarantine", "export", file, "--source", "orders", plan=shop)
    assert (again.code, "exists already" in again.err) == (1, True)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 5
    fixed = next(row for row in rows if row["paid"] == "n/a")
    fixed["paid"] = "12.50"
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(fixed))
        writer.writeheader()
        writer.writerow(fixed)
    done = keepwell("quarantine", "replay", file, plan=shop)
    assert (done.code, "1 rows taken in" in done.out) == (0, True), done
    twice = keepwell("quarantine", "replay", file, plan=shop)
    assert (twice.code, "0 rows taken in" in twice.out) == (0, True), twice
    assert keepwell("run", plan=shop).code == 0
    assert "4 rows" in keepwell("status", plan=shop).out.replace("quarantine 7", "quarantine 4")


def test_a_row_is_mended_or_dropped(shop: Path) -> None:
    listed = keepwell("quarantine", "list", "--source", "members", plan=shop).out
    phone, mail = re.findall(r"^q[0-9a-f]{15}", listed, re.MULTILINE)
    still = keepwell("quarantine", "mend", mail, "email=nothing", plan=shop)
    assert (still.code, f"{mail} is still bad" in still.err) == (1, True)
    assert keepwell("quarantine", "mend", mail, "email=sage@willow.example", plan=shop).code == 0
    assert keepwell("quarantine", "drop", phone, plan=shop).code == 0
    assert "empty" in keepwell("quarantine", "list", "--source", "members", plan=shop).out
    assert keepwell("quarantine", "mend", mail, "email=sage@willow.example", plan=shop).code == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1,2\n", "there is no column quarantine_id"),
        (b"quarantine_id,paid\nq000000000000000,1\n", "this row is not in quarantine"),
        ("quarantine_id,买家\n".encode("gb18030"), "this is not UTF-8 text"),
        (b"", "there is no column quarantine_id"),
    ],
)
def test_a_file_that_cannot_be_replayed(content: bytes, sentence: str, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    said = keepwell("quarantine", "replay", file, plan=shop)
    assert (said.code, sentence in said.err) == (1, True), said
