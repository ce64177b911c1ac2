"""What is written: the same bytes for the same seed, the first customers whatever their number, and the truth."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from keepwell.core.errors import Refused
from keepwell.simulate.files import FORMS
from keepwell.simulate.parameters import PARAMETERS, Parameters, Simulation
from keepwell.simulate.truth_files import SCHEMAS
from keepwell.simulate.write import Written, write_simulation
from support.simulations import UNTIL, truth

BAD = Parameters(bad_share=0.01)


def simulation(customers: int, *, seed: int = 7) -> Simulation:
    return Simulation(customers, 1, seed, UNTIL, BAD)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(content: bytes, source: str) -> list[dict[str, str]]:
    text = content.decode(FORMS[source].encoding)
    if FORMS[source].suffix == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def source_rows(folder: Path, source: str) -> list[dict[str, str]]:
    paths = sorted((folder / "data" / source).iterdir())
    return [row for path in paths for row in rows_of(path.read_bytes(), source)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,200 customers over a year."""
    folder = tmp_path_factory.mktemp("shop") / "plan"
    write_simulation(folder, simulation(1_200))
    return folder


def test_the_same_seed_writes_the_same_bytes(shop: Path, tmp_path: Path) -> None:
    write_simulation(tmp_path / "again", simulation(1_200))
    assert contents(tmp_path / "again") == contents(shop)


def test_another_seed_writes_others(shop: Path, tmp_path: Path) -> None:
    write_simulation(tmp_path / "other", simulation(1_200, seed=8))
    before, after = contents(shop), contents(tmp_path / "other")
    same = {name for name in before if name.startswith("data/") and before[name] == after.get(name)}
    assert same == {"data/stores.csv"}


def test_more_customers_leave_the_first_ones_as_they_are(shop: Path, tmp_path: Path) -> None:
    """Across the end of a block of 2,000: every line of the smaller one is in the larger one, in the same order."""
    write_simulation(tmp_path / "more", simulation(2_300))
    before, after = contents(shop), contents(tmp_path / "more")
    for name in before:
        if name.startswith("data/"):
            more = iter(after[name].splitlines())
            assert all(line in more for line in before[name].splitlines()), name
    few, many = truth(shop, "customers"), truth(tmp_path / "more", "customers")
    assert many["customer"] == list(range(2_300))
    assert {name: values[:1_200] for name, values in many.items()} == few


def test_a_part_is_the_same_whatever_comes_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keepwell.simulate.files.PART_BLOCKS", 1)
    write_simulation(tmp_path / "one", simulation(2_000))
    write_simulation(tmp_path / "two", simulation(2_100))
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    first = {name for name in one if name.startswith("data/")}
    assert all(one[name] == two[name] for name in first)
    assert any(name.endswith("-001.csv") for name in two)
    files = set(truth(tmp_path / "two", "bad_rows")["file"])
    assert files <= two.keys()


def test_tills_write_gb18030_and_the_shop_utf8(shop: Path) -> None:
    for name, content in contents(shop).items():
        if name.startswith("data/pos"):
            text = content.decode("gb18030")
            assert text.encode("gb18030") == content
            with pytest.raises(UnicodeDecodeError):
                content.decode("utf-8")
        else:
            assert name.startswith("truth/") or content.decode("utf-8")
    amounts = [row["实收金额"] for row in source_rows(shop, "pos_lines")]
    odd = Counter(
        "元" if text.endswith("元") else "wide" if not text.isascii() and text != "待定" else "plain"
        for text in amounts
    )
    assert odd["元"] > 50
    assert odd["wide"] > 10


def test_the_files_and_the_truth_tell_the_same_orders(shop: Path) -> None:
    orders = truth(shop, "orders")
    amount = dict(zip(orders["order_id"], orders["amount"], strict=True))
    party = dict(zip(orders["order_id"], orders["party"], strict=True))
    spoilt = truth(shop, "bad_rows")
    broken = {key.split(":")[0] for key in spoilt["key"]}
    totals: Counter[str] = Counter()
    for row in source_rows(shop, "pos_lines"):
        plain = (
            row["实收金额"]
            .removesuffix("元")
            .translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-"))
        )
        if row["小票号"] and row["小票号"] not in broken:
            totals[row["小票号"]] += round(float(plain) * 100)
            assert row["会员卡号"] == (party[row["小票号"].removeprefix("R")] or "")
    for row in source_rows(shop, "shop_lines"):
        if row["order_no"] not in broken:
            totals[row["order_no"]] += round(float(row["amount"]) * 100)
    returns = {number: total for number, total in totals.items() if number.startswith("R")}
    assert len(returns) > 50
    for number, total in returns.items():
        assert total == -amount[number.removeprefix("R")]
    sold = {number: total for number, total in totals.items() if not number.startswith("R")}
    assert sold == {number: amount[number] for number in sold}
    assert set(amount) - set(sold) <= broken
    assert None in orders["party"]


def test_every_bad_row_is_in_the_truth_with_what_should_stand_there(shop: Path) -> None:
    spoilt = truth(shop, "bad_rows")
    assert len(spoilt["key"]) > 100
    keys = {"pos_lines": ("小票号", "行号"), "pos_members": ("会员卡号",), "shop_users": ("user_id",)} | {
        "shop_orders": ("order_no",),
        "shop_lines": ("order_no", "line"),
    }
    assert set(spoilt["source"]) == set(keys)
    for source, file, key, column, written, right in zip(
        *(spoilt[name] for name in ("source", "file", "key", "column", "written", "right")), strict=True
    ):
        assert right
        rows = rows_of((shop / file).read_bytes(), source)
        if column not in keys[source]:
            found = [row for row in rows if ":".join(str(row[part]) for part in keys[source]) == key]
            assert written in [row[column] for row in found]


def test_late_receipts_are_in_the_file_of_the_month_they_were_uploaded_in(shop: Path) -> None:
    late = 0
    for path in sorted((shop / "data/pos_lines").iterdir()):
        for row in rows_of(path.read_bytes(), "pos_lines"):
            assert row["上传时间"].startswith(path.name[:7])
            late += row["交易时间"][:7] < row["上传时间"][:7]
    assert late > 10


def test_nothing_lies_outside_the_period(shop: Path) -> None:
    for source, name in (
        ("pos_lines", "上传时间"),
        ("shop_contacts", "at"),
        ("pos_contacts", "时间"),
        ("shop_lines", "paid_at"),
    ):
        days = {row[name][:10] for row in source_rows(shop, source)}
        assert min(days) >= "2025-07-01"
        assert max(days) <= "2026-06-30"


def test_every_column_of_the_truth_is_explained(shop: Path) -> None:
    readme = (shop / "truth/README.md").read_text("utf-8")
    for name, schema in SCHEMAS.items():
        table = pq.read_table(shop / "truth" / f"{name}.parquet")
        assert table.schema.equals(schema)
        section = readme.split(f"## {name}.parquet")[1].split("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == schema.names
    assert "keepwell simulate --customers 1200 --years 1 --seed 7 --until 2026-06-30" in readme
    assert "--set bad_share=0.01" in readme


def test_the_tree_of_stores_is_whole(shop: Path) -> None:
    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((shop / f"data/{name}.csv").read_text("utf-8").splitlines()))

    stores = {row["门店编码"]: row for row in table("stores")}
    associates = {row["导购编码"]: row for row in table("associates")}
    products = {row["商品编码"] for row in table("products")}
    assert (len(stores), len(associates), len(products)) == (60, 300, 300)
    assert {row["门店编码"] for row in associates.values()} == set(stores)
    for row in source_rows(shop, "pos_lines"):
        assert associates[row["导购"]]["门店编码"] == row["门店"]
        assert row["商品编码"] in products


@pytest.mark.parametrize(
    ("customers", "years", "until", "says"),
    [
        (99, 1, date(2026, 6, 30), "99 customers cannot be simulated"),
        (20_000_001, 1, date(2026, 6, 30), "20,000,001 customers cannot be simulated"),
        (20_000_000, 10, date(2026, 6, 30), "customers × years may be 60,000,000 at most"),
        (100, 0, date(2026, 6, 30), "0 years cannot be simulated"),
        (100, 11, date(2026, 6, 30), "11 years cannot be simulated"),
        (100, 1, date(2010, 6, 30), "leaves the years 2010 to 2040"),
        (100, 1, date(2041, 1, 1), "leaves the years 2010 to 2040"),
    ],
)
def test_beyond_the_limits_nothing_is_written(
    customers: int, years: int, until: date, says: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=says):
        write_simulation(tmp_path / "shop", Simulation(customers, years, 1, until))
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_parameter_at_its_limit(end: str, tmp_path: Path) -> None:
    """All together: nothing anonymous, late, spoilt or planted, and everything; then hardly anything is left."""
    given = Parameters(**{name: one.metadata[end] for name, one in PARAMETERS.items()})
    written = write_simulation(tmp_path / "shop", Simulation(100, 1, 1, UNTIL, given))
    customers = truth(tmp_path / "shop", "customers")
    assert len(customers["customer"]) == 100
    assert written.rows == sum(len(source_rows(tmp_path / "shop", source)) for source in FORMS)
    assert written.bad_rows == (0 if end == "low" else pytest.approx(0.2 * written.rows, rel=0.5))
    parties = truth(tmp_path / "shop", "orders")["party"]
    assert (None in parties) == (end == "high")


@pytest.mark.parametrize("until", [date(2024, 2, 28), date(2024, 2, 29), date(2024, 12, 31)], ids=str)
def test_a_period_is_whole_years(until: date, tmp_path: Path) -> None:
    asked = Simulation(100, 4, 1, until)
    assert asked.days == 4 * 365 + 1
    told: list[tuple[int, int]] = []
    written = write_simulation(tmp_path / "shop", asked, report=lambda done, of: told.append((done, of)))
    assert isinstance(written, Written)
    assert told == [(100, 100)]
    assert written.rows == sum(len(source_rows(tmp_path / "shop", source)) for source in FORMS)
    assert written.bad_rows == len(truth(tmp_path / "shop", "bad_rows")["key"])
