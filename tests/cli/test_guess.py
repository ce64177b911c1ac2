"""`keepwell guess`: what it prints is a source that a plan takes, and what it cannot read is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from support.command import keepwell
from support.plans import SETTINGS

HEADER = "订单号,会员手机号,收货人,下单时间,实付金额(元),订单状态,备注"
ROWS = [
    "A1,13812345678,王小明,2026-01-02 10:00,12.50,已完成,请快点",
    "A2,13912345678,李雷,2026-01-03 11:00,8.00,交易关闭,",
]
CSV = "\n".join([HEADER, *ROWS]) + "\n"


def written(path: Path) -> Path:
    """The same two orders in the form that the ending says."""
    cells = [line.split(",") for line in CSV.splitlines()]
    if path.suffix == ".xlsx":
        book = Workbook()
        assert book.active is not None
        for row in cells:
            book.active.append(row)
        book.save(path)
    elif path.suffix == ".jsonl":
        lines = [json.dumps(dict(zip(cells[0], row, strict=True)), ensure_ascii=False) for row in cells[1:]]
        path.write_text("\n".join(lines) + "\n", "utf-8")
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(CSV.encode()))
    else:
        path.write_bytes(CSV.encode("gb18030"))
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "csv.gz"])
def test_what_it_prints_is_a_source(tmp_path: Path, ending: str) -> None:
    plan = tmp_path / "plan"
    (plan / "data").mkdir(parents=True)
    (plan / "sources").mkdir()
    (plan / "keepwell.toml").write_text(SETTINGS, "utf-8")
    file = written(plan / f"data/导出 [2026].{ending}")
    said = keepwell("guess", file)
    assert (said.code, said.err) == (0, "")
    assert "13812345678" not in said.out
    assert "王小明" not in said.out
    assert 'party: {column: "会员手机号", personal: phone}' in said.out
    (plan / "sources/orders.yml").write_text(said.out, "utf-8")
    assert keepwell("check", plan=plan).code == 0
    if ending == "csv":
        assert keepwell("push", plan=plan).code == 0
        assert "2 customers" in keepwell("run", plan=plan).out


def test_a_name_and_a_preset_may_be_given(tmp_path: Path) -> None:
    file = written(tmp_path / "x.csv")
    assert "source: till\n" in keepwell("guess", file, "--name", "till").out
    assert "source: orders\n" in keepwell("guess", file).out
    shopify = keepwell("guess", file, "--preset", "shopify")
    assert "fact: order_line" in shopify.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.csv"], "there is no file"),
        (["."], "is a folder"),
        (["empty.csv"], "the file is empty"),
        (["page.xls"], "this is a web page"),
        (["good.csv", "--name", "Till 1"], "`Till 1` is no name"),
        (["good.csv", "--preset", "spotify"], "did you mean `shopify`"),
        (["header.csv"], "there is a header and no row beneath it"),
    ],
)
def test_what_it_cannot_do_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "good.csv")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "page.xls").write_text("<html><table>", "utf-8")
    (tmp_path / "header.csv").write_text(HEADER + "\n", "utf-8")
    answer = keepwell("guess", *words)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_column_that_is_lacking_is_said_beside_the_source(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("order_id,amount\n1,2.50\n", "utf-8")
    answer = keepwell("guess", tmp_path / "x.csv")
    assert answer.code == 0
    assert "source: " in answer.out
    assert "no column was found for" in answer.err
