"""Bad input of every kind, given to commands: exit code, a sentence that helps, and nothing changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from keepwell.wiring import deployment
from support.code import PACKAGE, ROOT
from support.command import Said, keepwell
from support.disks import protect, small_disk
from support.trial_shop import ORDER_HEADER, write
from support.whole_state import State, state_of

EXTRA = """\
source: extra
from: {files: data/extra.*}
fact: interaction
system: shop
columns: {party: customer_no, occurred_at: at, type: {value: "'call'"}}
"""
GOOD_ROW = "B1,C1,2025-03-09 10:00,10.00,paid,1,Iris Meadow,13800138001,\n"


def state(plan: Path) -> State:
    found = deployment(plan)
    try:
        return state_of(found)
    finally:
        found.close()


def refused(said: Said, *sentences: str, code: int = 1) -> None:
    """The command ended as it should, with each sentence and without a trace."""
    assert said.code == code, said
    for sentence in sentences:
        assert sentence in said.err, said.err
    assert "Traceback" not in said.everything


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "no header": (b"1,2,3\n4,5,6\n", "its header lacks most columns"),
    "another table": (b"order_no,temperature\n2025-03-09,12\n", "its header lacks most columns"),
    "two columns alike": (b"order_no,order_no\n1,2\n", "columns 1 and 2 have the same name"),
    "not one good row": (ORDER_HEADER.encode() + b"B1,C1,never,?,paid,1,,,\n", "not one of 1 rows is good"),
    "pictures": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, ""),
    "a line without end": (ORDER_HEADER.encode() + b"x" * (9 << 20), "longer than 8 MiB"),
    "a quote without end": (
        ORDER_HEADER.encode() + b'B1,"' + b"x,\n" * (3 << 20),
        "not one of 1 rows is good",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read(name: str, shop: Path) -> None:
    content, sentence = FILES[name]
    (shop / "data/orders-2.csv").write_bytes(content)
    before = state(shop)
    refused(keepwell("run", plan=shop), "orders-2.csv", sentence)
    assert state(shop) == before


def test_a_header_and_nothing_more_is_a_file_without_rows(shop: Path) -> None:
    (shop / "data/orders-2.csv").write_text(ORDER_HEADER)
    before = state(shop)
    said = keepwell("run", plan=shop)
    assert said.code == 0, said
    assert "orders-2.csv" in said.out
    assert state(shop)["facts"] == before["facts"]


@pytest.mark.parametrize("kind", ["bomb", "no zip"])
def test_a_spreadsheet_that_is_a_bomb_or_none(kind: str, shop: Path) -> None:
    write(shop, {"sources/extra.yml": EXTRA})
    path = shop / "data/extra.xlsx"
    if kind == "bomb":
        Workbook().save(path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/image1.png", bytes(32 << 20))
    else:
        path.write_bytes(b"PK\x03\x04 and then nothing of the kind")
    assert keepwell("push", plan=shop).code == 0
    before = state(shop)
    refused(keepwell("run", plan=shop), "extra.xlsx")
    after = state(shop)
    assert after["facts"] == before["facts"]
    assert after["inputs"] == before["inputs"]


def test_a_database_that_is_away_stops_no_file(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DB", "postgresql+psycopg://ada:s3cret@127.0.0.1:9/shop")
    write(shop, {"sources/extra.yml": EXTRA.replace("files: data/extra.*", "sql: env:SHOP_DB, table: calls")})
    assert keepwell("push", plan=shop).code == 0
    (shop / "data/orders-2.csv").write_text(ORDER_HEADER + GOOD_ROW)
    said = keepwell("run", plan=shop)
    refused(said, "postgresql at 127.0.0.1, database shop", "it cannot be reached")
    assert "s3cret" not in said.everything
    assert len(state(shop)["facts"]["orders"]) == 7
    monkeypatch.delenv("SHOP_DB")
    refused(keepwell("run", plan=shop), "the environment variable SHOP_DB is not set")


@pytest.mark.heavy
def test_a_line_of_two_gigabytes(shop: Path) -> None:
    path = shop / "data/orders-2.csv"
    path.write_text(ORDER_HEADER)
    os.truncate(path, 2 << 30)
    before = state(shop)
    refused(keepwell("run", plan=shop), "orders-2.csv")
    path.unlink()
    assert state(shop) == before


@pytest.mark.parametrize("what", ["vanishes", "changes", "is replaced"])
def test_a_file_that_does_not_stay_while_it_is_read(what: str, shop: Path) -> None:
    path = shop / "data/orders-2.csv"
    path.write_text(ORDER_HEADER + GOOD_ROW)
    other = shop / "other.csv"
    other.write_text(ORDER_HEADER + GOOD_ROW * 2)
    acts: dict[str, Callable[[], object]] = {
        "vanishes": path.unlink,
        "changes": lambda: path.write_text(ORDER_HEADER + GOOD_ROW + GOOD_ROW),
        "is replaced": lambda: other.rename(path),
    }
    before = state(shop)
    refused(keepwell("run", plan=shop, meanwhile=("orders-2.csv", acts[what])), "orders-2.csv")
    assert state(shop) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_this_user_may_not_read(shop: Path) -> None:
    path = shop / "data/orders-2.csv"
    path.write_text(ORDER_HEADER)
    path.chmod(0)
    refused(keepwell("run", plan=shop), "this user may not read it")


PLANS: dict[str, tuple[dict[str, str], list[str]]] = {
    "of another format": (
        {"keepwell.toml": "format = 2\n"},
        ["keepwell.toml:1", "format 2", "install that one"],
    ),
    "that is no TOML": ({"keepwell.toml": "format = \n"}, ["keepwell.toml:1", "this is not TOML"]),
    "without settings": ({"keepwell.toml": "format = 1\n"}, ["keepwell.toml", "name"]),
    "with broken YAML": ({"fields/x.yml": "measure: a\n of: [b\n"}, ["fields/x.yml"]),
    "with a YAML bomb": (
        {"fields/x.yml": "a: &a [1,2]\nb: &b [*a,*a]\nc: &c [*b,*b]\nmeasure: x\nof: *c\n"},
        ["fields/x.yml"],
    ),
    "with unknown names": (
        {"segments/x.yml": "segment: x\nwhere: orders_90 > 1\n"},
        ["segments/x.yml:2", "orders_90", "orders_90d"],
    ),
    "with an unknown key": ({"segments/x.yml": "segment: x\nwhen: true\n"}, ["segments/x.yml"]),
    "with a cycle": (
        {"fields/x.yml": "field: a1\nvalue: b1 + 1\n---\nfield: b1\nvalue: a1 + 1\n"},
        ["a1", "b1"],
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_is_wrong(name: str, shop: Path) -> None:
    texts, sentences = PLANS[name]
    before = state(shop)
    kept = shutil.copytree(shop, shop.with_name("kept"))
    write(shop, texts)
    refused(keepwell("check", plan=shop), *sentences)
    refused(keepwell("push", plan=shop), *sentences)
    shutil.rmtree(shop / "fields", ignore_errors=True)
    shutil.rmtree(shop / "segments", ignore_errors=True)
    shutil.copy(kept / "keepwell.toml", shop)
    assert state(shop) == before


def test_the_published_plan_goes_on_while_the_folder_is_wrong(shop: Path) -> None:
    write(shop, {"segments/x.yml": "segment: x\nwhere: orders_90 > 1\n"})
    assert keepwell("run", plan=shop).code == 0
    assert keepwell("who", plan=shop).code == 0


WORDS: dict[str, tuple[list[str], int, str]] = {
    "an unknown segment": (["who", "about_to_leav"], 1, "about_to_leave"),
    "an unknown customer": (["customer", "nobody"], 1, "nobody"),
    "an unknown field": (["ask", "orders_90 > 1"], 1, "orders_90d"),
    "half a condition": (["ask", "orders_90d >"], 1, "1:13: expected a value"),
    "an unknown definition": (["show", "orders_90"], 1, "orders_90d"),
    "an unknown row": (["quarantine", "drop", "q000000000000000"], 1, "q000000000000000"),
    "no id of a row": (["quarantine", "mend", "12", "a=b"], 1, "12"),
    "no change": (["quarantine", "mend", "q000000000000000", "paid"], 1, "COLUMN=VALUE"),
    "a future day": (["run", "--as-of", "2999-01-01"], 1, "future"),
    "no day": (["run", "--as-of", "yesterday"], 1, "yesterday"),
    "an unknown option": (["run", "--fast"], 2, "--fast"),
    "an unknown command": (["runn"], 2, "runn"),
}


@pytest.mark.parametrize("name", WORDS)
def test_words_that_are_wrong(name: str, shop_as_it_was: Path) -> None:
    words, code, sentence = WORDS[name]
    plan = None if name == "an unknown command" else shop_as_it_was
    refused(keepwell(*words, plan=plan), sentence, code=code)


def test_no_plan_and_nothing_published(tmp_path: Path, shop: Path) -> None:
    refused(keepwell("run", plan=tmp_path), "keepwell.toml", "keepwell init")
    assert list(tmp_path.iterdir()) == [shop]
    shutil.rmtree(shop / ".keepwell")
    refused(keepwell("run", plan=shop), "nothing is published yet", "keepwell push")
    assert keepwell("push", plan=shop).code == 0
    refused(keepwell("who", plan=shop), "there is no snapshot yet", "keepwell run")


def test_a_store_that_another_program_holds(shop: Path) -> None:
    (shop / "data/orders-2.csv").write_text(ORDER_HEADER + GOOD_ROW)
    before = state(shop)
    holder = sqlite3.connect(shop / ".keepwell/store.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        refused(keepwell("run", plan=shop), "store.db is locked by another program", code=3)
    finally:
        holder.close()
    assert state(shop) == before


@pytest.mark.parametrize("kib", [16, 250, 700])
def test_a_full_disk(kib: int, shop: Path, tmp_path: Path) -> None:
    """However much room is left, the run ends with a sentence, and goes on once there is more."""
    rows = [
        f"B{n},D{n},2025-03-09 10:00,{n % 90}.00,paid,1,Iris Meadow,1380013{n:04},x\n" for n in range(400)
    ]
    (shop / "data/orders-2.csv").write_text(ORDER_HEADER + "".join(rows))
    with small_disk(tmp_path / "disk", 16 * 1024) as disk:
        plan = Path(shutil.copytree(shop, disk / "plan"))
        before = state(plan)
        (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - kib * 1024))
        refused(keepwell("run", plan=plan), code=3)
        moved = Path(shutil.copytree(plan, tmp_path / "moved"))
    after = state(moved)
    if (
        len(after["facts"]["orders"]) != 6 + 400
    ):  # else there was room for the input, and not for the snapshot
        for part in ("facts", "quarantine", "customers", "inputs"):
            assert after[part] == before[part]
    assert keepwell("run", plan=moved).code == 0
    assert len(state(moved)["facts"]["orders"]) == 6 + 400


def test_a_disk_that_may_not_be_written(shop: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8192) as disk:
        plan = Path(shutil.copytree(shop, disk / "plan"))
        (plan / "data/orders-2.csv").write_text(ORDER_HEADER + GOOD_ROW)
        protect(disk)
        refused(keepwell("run", plan=plan), code=3)
        refused(keepwell("push", plan=plan), code=3)
        refused(keepwell("init", disk / "new"), code=3)


DAMAGE: dict[str, tuple[str, bytes, int, str]] = {
    "the lake's pointer": ("lake/versions/CURRENT", b"x", 3, "CURRENT is damaged"),
    "the lake's pointer, to nothing": ("lake/versions/CURRENT", b"9", 3, "version 9 of the lake is gone"),
    "a version": ("lake/versions/00000004.json", b'{"format": 1, "ver', 3, "00000004.json is damaged"),
    "a version of a newer format": ("lake/versions/00000004.json", b'{"format": 2}', 1, "newer Keepwell"),
    "the store": ("store.db", b"no database" * 1000, 3, "store.db is not a SQLite file"),
    "the keys": ("keys.db", b"no database" * 1000, 3, "keys.db is not a SQLite file"),
    "the secret": ("secret", b"c2hvcnQ=\n", 1, "has 5 bytes instead of 32"),
    "another secret": ("secret", b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n", 1, "not the secret"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_and_not_worked_on(name: str, shop: Path) -> None:
    file, content, code, sentence = DAMAGE[name]
    work = shop / ".keepwell"
    for path in work.glob(f"{file}-*"):
        path.unlink()
    (work / file).write_bytes(content)
    (shop / "data/orders-2.csv").write_text(ORDER_HEADER + GOOD_ROW)
    refused(keepwell("run", plan=shop), sentence, code=code)
    assert (work / file).read_bytes() == content


def test_a_snapshot_that_is_damaged_is_told_and_made_anew(shop: Path) -> None:
    (snapshot,) = (shop / ".keepwell/snapshots").glob("*.duckdb")
    snapshot.write_bytes(b"no database" * 1000)
    refused(keepwell("who", plan=shop), snapshot.name, code=3)
    snapshot.unlink()
    refused(keepwell("who", plan=shop), snapshot.name, "keepwell run", code=3)
    assert keepwell("run", plan=shop).code == 0
    assert keepwell("who", plan=shop).code == 0


SHOWN = (
    "the file is empty",
    "its header lacks most columns of this source",
    "its encoding cannot be found out",
    "is good; most often",
    "it changed while it was read; nothing of it was taken in",
    "its definition changed, so all its files are to be read anew",
    "another run is working on this lake (process",
    "is locked by another program",
    "cannot grow: the disk is full",
    "the secret that opens the key store",
    "is damaged",
)


@pytest.mark.parametrize("sentence", SHOWN)
def test_the_page_shows_what_is_really_said(sentence: str) -> None:
    page = (ROOT / "docs/howto/when-it-goes-wrong.md").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    assert sentence in page
    assert sentence in code


def test_a_traceback_would_be_noticed() -> None:
    with pytest.raises(AssertionError):
        refused(Said(1, "", "Traceback (most recent call last)"))
    assert sys.argv[0] != "keepwell"
