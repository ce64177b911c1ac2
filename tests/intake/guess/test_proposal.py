"""Proposals for files of several kinds: each loads as a source, and doubts are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.core.errors import InputRefused
from keepwell.intake.guess.presets import presets
from keepwell.intake.guess.proposal import Proposal, propose, uses_of, with_uses
from keepwell.intake.guess.sample import Sample
from keepwell.intake.guess.source_file import source_text
from keepwell.intake.guess.words import meanings, plain
from keepwell.intake.readers import LIMITS
from keepwell.intake.readers.reader import Found
from keepwell.runs.first_load.add import look_at

SETTINGS = 'format = 1\nname = "x"\ntime_zone = "Asia/Shanghai"\ncurrency = "CNY"\n'


def of(header: str, *rows: str, fact: str | None = None) -> tuple[Proposal, Sample]:
    columns = tuple(header.split(","))
    sample = Sample(
        columns, [dict(zip(columns, row.split(","), strict=True)) for row in rows], 0, Found("csv")
    )
    return propose(sample, "orders", fact=fact), sample  # type: ignore[arg-type]


def uses(proposal: Proposal) -> dict[str, str]:
    return {each.column: each.use for each in proposal.columns}


def loads(proposal: Proposal) -> None:
    text = source_text(proposal, 'files: "data/x.csv"', made_of="x.csv")
    load(PlanFiles({"keepwell.toml": SETTINGS, "sources/orders.yml": text}))


def test_chinese_orders_with_personal_columns() -> None:
    proposal, _ = of(
        "订单号,会员手机号,收货人,下单时间,实付金额(元),订单状态,备注",
        "A1,13812345678,王小明,2026-01-02 10:00,12.50,已完成,请快点",
        "A2,13912345678,李雷,2026-01-03 11:00,8.00,交易关闭,",
    )
    assert uses(proposal) == {
        "订单号": "order_id", "会员手机号": "party:phone", "收货人": "personal:name", "下单时间": "occurred_at",
        "实付金额(元)": "amount", "订单状态": "status", "备注": "free_text",
    }  # fmt: skip
    assert (proposal.fact, proposal.key) == ("order", ("order_id",))
    assert proposal.statuses == {"cancelled": ("交易关闭",)}
    loads(proposal)
    shown = {each.column: each.shown for each in proposal.columns}
    assert "13812345678" not in str(shown)
    assert "王小明" not in str(shown)
    assert "请快点" not in str(shown)


def test_a_product_that_comes_twice_on_a_receipt_makes_no_key() -> None:
    proposal, _ = of("invoice_no,stock_code,quantity,unit_price,invoice_date,customer_id", *_lines())
    assert (proposal.fact, proposal.key) == ("order_line", ())
    assert "amount: {value: quantity * unit_price}" in source_text(proposal, "files: x", made_of="x")
    loads(proposal)


def _lines() -> list[str]:
    return [f"I{n // 3},P{n % 5},2,1.50,2026-01-{n % 28 + 1:02} 10:00,C{n % 4}" for n in range(30)]


def test_without_order_numbers_what_was_bought_at_one_time_is_an_order() -> None:
    proposal, _ = of("customer_id,date,amount", "1,19970101,11.77", "1,19970112,12.00", "2,19970101,5.00")
    assert proposal.by_time
    text = source_text(proposal, "files: x", made_of="x")
    assert "fact: order_line" in text
    assert "order_id: {column: date}" in text
    loads(proposal)


def test_day_and_month_that_could_be_swapped_are_doubted() -> None:
    doubted, _ = of("order_id,date,total", "1,03/04/2026,1.00", "2,05/06/2026,2.00")
    told, _ = of("order_id,date,total", "1,03/04/2026,1.00", "2,25/06/2026,2.00")
    time_of = {name: each.of_use("occurred_at") for name, each in (("doubted", doubted), ("told", told))}
    assert time_of["doubted"]
    assert time_of["told"]
    assert "day or month" in time_of["doubted"].why
    assert time_of["doubted"].sure <= 0.5
    assert (time_of["told"].form, "day or month" in time_of["told"].why) == ("%d/%m/%Y", False)


def test_hundredths_are_told_by_the_name_and_doubted_without_decimals() -> None:
    minor, _ = of("order_id,date,金额(分)", "1,2026-01-01,1250", "2,2026-01-02,800")
    assert minor.minor
    assert "/ 100" in source_text(minor, "files: x", made_of="x")
    loads(minor)
    doubted, _ = of("order_id,date,amount", "1,2026-01-01,1250", "2,2026-01-02,800")
    assert (doubted.minor, doubted.minor_sure < 0.8) == (False, True)


def test_the_phone_that_most_rows_have_tells_people_apart_where_no_number_does() -> None:
    header = "订单号,收货电话,会员手机号,下单时间,实付金额"
    rows = [f"A{n},{'' if n % 3 else '13700000001'},1381234567{n},2026-01-0{n + 1},9.50" for n in range(6)]
    proposal, _ = of(header, *rows)
    assert uses(proposal)["会员手机号"] == "party:phone"
    assert uses(proposal)["收货电话"] == "personal:phone"
    told = proposal.of_use("party")
    assert told
    assert ("no customer number" in told.why, told.sure <= 0.7) == (True, True)
    loads(proposal)
    masked, _ = of(
        "订单号,手机号,下单时间,实付金额", "A1,138****5678,2026-01-01,1.50", "A2,139****5678,2026-01-02,2.50"
    )
    assert masked.of_use("party") is None


def test_orders_whose_amount_nobody_knows_lack_it_and_are_no_visits() -> None:
    proposal, _ = of(
        "订单编号,VIP卡号,成交时间,到手(元)", "A1,C1,2026-01-02 10:00,12.50", "A2,C2,2026-01-03 11:00,8.00"
    )
    assert (proposal.fact, proposal.lacks()) == ("order", ("amount",))


def test_numbers_are_nobodys_name() -> None:
    """A row whose name is a number waits in quarantine, so a column of numbers is never taken for names."""
    rows = [f"{n},2026-01-0{n},{n}.50,{n}" for n in range(1, 6)]
    proposal, _ = of("order_id,date,amount,file name", *rows)
    assert uses(proposal)["file name"] == "skip"
    people, _ = of("order_id,date,amount,buyer name", "1,2026-01-01,1.50,王**", "2,2026-01-02,2.50,李*")
    assert uses(people)["buyer name"] == "personal:name"


def test_what_nobody_knows_is_left_out() -> None:
    proposal, _ = of("order_id,date,amount,zzz", "1,2026-01-01,1.50,secret", "2,2026-01-02,2.50,other")
    assert uses(proposal)["zzz"] == "skip"
    assert "zzz" not in source_text(proposal, "files: x", made_of="x")


def test_corrections_keep_one_column_of_each_and_load() -> None:
    proposal, sample = of("order_id,date,amount,extra", "1,2026-01-01,1.50,a", "2,2026-01-02,2.50,b")
    changed = with_uses(proposal, sample, {"extra": "own:text", "amount": "nonsense"}, fact="order", key=None)
    assert changed.lacks() == ("amount",)
    both = with_uses(proposal, sample, {"extra": "order_id"}, fact="order", key=None)
    assert sum(each.use == "order_id" for each in both.columns) == 1


@pytest.mark.parametrize("name", sorted(presets()))
def test_every_preset_is_found_by_its_columns_and_loads(name: str) -> None:
    preset = presets()[name]
    columns = tuple(dict.fromkeys([*preset.must, *preset.columns]))
    sample = Sample(columns, [dict.fromkeys(columns, None)] * 3, 0, Found("csv"))
    proposal = propose(sample, "orders")
    assert proposal.preset == name
    assert not proposal.lacks()
    assert not set(preset.columns.values()) - set(uses_of(preset.fact))
    loads(proposal)


def test_no_word_stands_in_two_meanings_of_one_kind() -> None:
    seen: dict[tuple[str, str], str] = {}
    for meaning in meanings().values():
        for fact in meaning.facts or {"order", "order_line", "interaction", "party"}:
            for known, worth in meaning.names:
                if worth == 1.0:
                    assert seen.setdefault((fact, known), meaning.name) == meaning.name, known


def test_names_are_compared_by_their_words() -> None:
    assert plain("CustomerID") == plain("customer_id") == plain("Customer ID") == "customer id"
    assert plain("商品总价(元)") == "商品总价"


HOSTILE = {
    "one column": b"value\n1\n2\n",
    "no header": b"A1,2026-01-01 10:00,12.5\nA2,2026-01-02 10:00,13.5\n",
    "header twice": b"order_id,date,amount\n1,2026-01-01,1.5\norder_id,date,amount\n2,2026-01-02,2.5\n",
    "formulas": b"order_id,date,amount\n=1+1,2026-01-01,1.5\n@SUM(A1),2026-01-02,=2\n",
    "odd names": 'order_id,date,amount,"a: {b} # c",\u202ename,"x\'y""z"\n1,2026-01-01,1.5,a,b,c\n'.encode(),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_proposed_or_refused_and_never_break(case: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(HOSTILE[case])
    try:
        _, looked = look_at(path, LIMITS)
    except InputRefused:
        return
    proposal = propose(looked, "orders")
    if not proposal.lacks():
        loads(proposal)
    assert (case == "no header") == proposal.headless


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(f"c{n}" for n in range(2000)) + "\n" + ",".join(["1"] * 2000) + "\n", "utf-8")
    with pytest.raises(InputRefused, match=r"2,000 columns"):
        look_at(path, LIMITS)
