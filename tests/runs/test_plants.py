"""Personal values that are planted in every kind of place are found nowhere but in the vault, sealed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from keepwell.core.clock import system_clock
from keepwell.lake.engine import DuckDB
from keepwell.store.jobs import lease
from keepwell.store.tables import jobs
from keepwell.wiring import deployment
from keepwell.worker.logs import stop_logs, write_logs
from keepwell.worker.run_job import RUN, carry_out, request_run
from support.command import keepwell
from support.plants import found_in
from support.trial_shop import MEMBERS, ORDER_HEADER, ORDERS, SETTINGS, write

NAMES = ("Zephyrine", "Quillfeather", "Oberonia", "Thistlewick", "欧阳慕霜", "Balthazarine", "Wrenfieldia")
PHONES = ("13912345671", "13912345672", "13912345673", "13912345674", "13912345675", "13912345676")
MAILS = ("zephyrine@quill.example", "oberonia.t@thistle.example")
IDS = ("110105194912310038", "11010519491231002X")
TEXTS = ("the dog is called Marmaduke",)
PLANTS = (*NAMES, *PHONES, *MAILS, *IDS, *TEXTS, "Marmaduke")

MORE = """\
source: calls
from: {files: data/calls.*}
fact: interaction
system: phone
columns:
  party: {column: caller, personal: phone}
  occurred_at: at
  type: {value: "'call'"}
  said: {column: what.said, free_text: true}
"""

GOOD = f"""\
A1,C1,2025-01-05 10:00,100.00,paid,1,{NAMES[0]} {NAMES[1]},{PHONES[0]},{TEXTS[0]}
A2,C2,2025-01-06 10:00,90.00,paid,1,{NAMES[4]},+86 {PHONES[1]},
"""
BAD = {
    "a bad amount": f"A3,C3,2025-01-05 10:00,{PHONES[2]}9,paid,1,{NAMES[2]} {NAMES[3]},{PHONES[2]},{TEXTS[0]}",
    "a bad time": f"A4,C3,{NAMES[5]},10.00,paid,1,{NAMES[2]},{PHONES[2]},",
    "broken": f"A5,C3,{NAMES[2]} {NAMES[3]},{PHONES[3]}",
    "a column too many": f"A6,C3,2025-01-05 10:00,10.00,paid,1,{NAMES[2]},{PHONES[3]},{TEXTS[0]},{MAILS[1]}",
    "shifted left": f"A7,2025-01-05 10:00,10.00,paid,1,{NAMES[5]},{PHONES[3]},{TEXTS[0]},",
    "shifted right": f"A8,,C3,2025-01-05 10:00,10.00,paid,1,{NAMES[6]},{PHONES[4]}",
    "the phone as number of items": f"A9,C3,2025-01-05 10:00,10.00,paid,{PHONES[4]}x,{NAMES[6]},,",
    "the id as amount": f"A10,C3,2025-01-05 10:00,{IDS[1]},paid,1,{NAMES[6]},,",
    "a phone that is none": f"A11,C3,2025-01-05 10:00,10.00,paid,1,{NAMES[6]},{PHONES[4]}12345,",
    "another body": f"A1,C1,2025-01-05 10:00,99.00,paid,1,{NAMES[5]},{PHONES[5]},",
    "a quote left open": f'A12,C3,2025-01-05 10:00,10.00,paid,1,"{NAMES[6]},{PHONES[5]},',
}
MISPLACED = {NAMES[5], PHONES[2], PHONES[4], IDS[1]}
"""Plants that stand where a time, an amount or a number should: the engine has to look at those to refuse them, and
may put them aside on disk until it is closed. It never sees a personal column or a free text."""

MEMBER_ROWS = f"""\
member_no,joined_on,name,email,id_number,city
{PHONES[0]},2024-05-01,{NAMES[0]} {NAMES[1]},{MAILS[0]},{IDS[1]},Chengdu
{PHONES[5]},2024-05-01,{NAMES[2]},{MAILS[1]}, {IDS[0]} ,Xian
{PHONES[4]}{PHONES[4]},2024-05-01,{NAMES[6]},,,Xian
"""
CALLS = f"""\
{{"caller": "{PHONES[0]}", "at": "2025-02-01T10:00:00+08:00", "what": {{"said": "{TEXTS[0]}"}}}}
{{"caller": {PHONES[1]}, "at": "2025-02-01T10:00:00+08:00", "what": {{"said": "it is {NAMES[2]}"}}}}
{{"caller": "{NAMES[3]}", "at": "2025-02-01T10:00:00+08:00", "what": {{}}}}
{{"caller": "{PHONES[2]}", "at": "{NAMES[5]}", "what": {{"said": "x"}}}}
[{PHONES[3]}, "{NAMES[6]}"]
{{"caller": "{PHONES[3]}", "caller": "{PHONES[4]}"}}
{NAMES[5]} {PHONES[5]}
"""
REFUSED_FILES = {
    "data/orders-no-header.csv": "".join(GOOD),
    "data/orders-all-bad.csv": ORDER_HEADER + f"B1,C1,{NAMES[5]},{PHONES[4]},x,y,{NAMES[2]},,\n",
    "data/orders-twice.csv": f"{NAMES[0]},{NAMES[0]},{PHONES[0]}\n1,2,3\n",
    "data/orders-open.csv": f'{NAMES[0]},"{NAMES[1]},{PHONES[1]}\n' * 3,
}
REFUSED_OTHERS = {"data/calls.txt": "x", "data/members.csv": ORDER_HEADER}


def planted(folder: Path) -> Path:
    write(
        folder,
        {
            "keepwell.toml": SETTINGS,
            "sources/orders.yml": ORDERS,
            "sources/members.yml": MEMBERS,
            "sources/calls.yml": MORE,
            "data/orders.csv": ORDER_HEADER + GOOD + "\n".join(BAD.values()) + "\n",
            "data/members.csv": MEMBER_ROWS,
            "data/calls.jsonl": CALLS,
        },
    )
    return folder


@contextmanager
def watched_engine(seen: list[str]) -> Iterator[None]:
    """Notes every table that is given to the engine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("table", "lend"):
            before = getattr(DuckDB, name)

            def noted(engine: DuckDB, arrow: pa.Table, before=before):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
                seen.append(repr(arrow.to_pylist()))
                return before(engine, arrow)

            patch.setattr(DuckDB, name, noted)
        yield


def commands(plan: Path) -> str:
    """What a day of commands prints."""
    said = [
        keepwell(*words, plan=plan)
        for words in (
            ["push"],
            ["run"],
            ["status"],
            ["quarantine", "list"],
            ["who"],
            ["ask", "orders_lifetime > 0"],
            ["customer", "C1"],
        )
    ]
    assert [each.code for each in said[:4]] == [0, 0, 0, 0], said
    return "".join(each.everything for each in said)


def jobs_and_logs(plan: Path) -> str:
    """Runs carried out as jobs, as `serve` does; what their rows in the store say."""
    found = deployment(plan)
    handler = write_logs(found.work / "logs" / "serve.log")
    try:
        with found.store.write() as session:
            request_run(session, now=system_clock())
        job = lease(found.store, kinds=[RUN], worker="w", now=system_clock(), seconds=60)
        assert job is not None
        carry_out(found, job, clock=system_clock, stopping=threading.Event())
        with found.store.read() as session:
            return repr(session.execute(select(jobs)).all())
    finally:
        stop_logs(handler)
        found.close()


def test_nothing_that_is_planted_is_found(tmp_path: Path) -> None:
    plan = planted(tmp_path / "plan")
    work, seen = plan / ".keepwell", list[str]()
    with watched_engine(seen):
        printed = commands(plan)
        write(plan, REFUSED_FILES | REFUSED_OTHERS)
        refused = keepwell("run", plan=plan)
        printed += refused.everything
        printed += jobs_and_logs(plan)
    assert refused.err.count("✗") >= len(REFUSED_FILES), refused.err
    # A reader that holds the store open keeps the write-ahead logs in being.
    with closing(sqlite3.connect(work / "store.db")) as holder:
        holder.execute("BEGIN")
        holder.execute("SELECT * FROM job").fetchall()
        assert keepwell("quarantine", "list", plan=plan).code == 0
        assert found_in(work, PLANTS) == set()
    assert {plant for plant in PLANTS if plant in printed} == set()
    assert {plant for plant in PLANTS for table in seen if plant in table} <= MISPLACED
    assert (work / "logs/serve.log").stat().st_size
    assert len(seen) > 10


def test_an_export_has_them_and_says_so(tmp_path: Path) -> None:
    """The one place where they may stand in the clear, on purpose; and the search does find them."""
    plan = planted(tmp_path / "plan")
    assert keepwell("push", plan=plan).code == 0
    assert keepwell("run", plan=plan).code == 0
    said = keepwell("quarantine", "export", tmp_path / "rows.csv", "--source", "orders", plan=plan)
    assert "it holds personal values" in said.out
    exported = {plant for _, plant in found_in(tmp_path, PLANTS) if (_, plant)[0] == "rows.csv"}
    assert {"Oberonia", "Wrenfieldia", PHONES[3], "Marmaduke", MAILS[1]} <= exported
    assert found_in(plan / ".keepwell", PLANTS) == set()


def test_the_search_looks_into_packed_files(tmp_path: Path) -> None:
    texts = pa.table({"t": ["Zephyrine"] * 1000})
    pq.write_table(texts, tmp_path / "a.parquet", compression="zstd")
    with duckdb.connect(str(tmp_path / "b.duckdb")) as database:
        database.execute("CREATE TABLE t AS SELECT * FROM texts")
    with closing(sqlite3.connect(tmp_path / "c.db")) as store:
        store.execute("CREATE TABLE t AS SELECT 'Zephyrine' AS t")
        store.commit()
    (tmp_path / "d").write_bytes("欧阳慕霜".encode("gb18030"))
    assert found_in(tmp_path, PLANTS) == {
        ("a.parquet", "Zephyrine"),
        ("b.duckdb", "Zephyrine"),
        ("c.db", "Zephyrine"),
        ("d", "欧阳慕霜"),
    }
