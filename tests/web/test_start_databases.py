"""The first load with PostgreSQL: a table of it as the source, and the store of Keepwell itself in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from keepwell.catalog.sample import sample_orders
from keepwell.publishing.queries import history
from keepwell.store.audit import entries
from support.databases import MakeUrl
from support.first_load import bare_site, publish, run_until_done, send
from support.served_shop import NOW, Site

pytestmark = pytest.mark.postgres

ODD = 'weird "name"; --'
"""A column whose name has to be quoted."""


def shop_database(url: str) -> int:
    """A shop's table of orders, with types of its own and names in Chinese; how many rows."""
    rows = list(csv.DictReader(sample_orders(NOW.date() - timedelta(days=1)).splitlines()))
    metadata = sa.MetaData()
    orders = sa.Table(
        "订单",
        metadata,
        sa.Column("订单号", sa.Text),
        sa.Column("会员卡号", sa.Text),
        sa.Column("下单时间", sa.Text),
        sa.Column("实付金额", sa.Numeric(10, 2)),
        sa.Column("订单状态", sa.Text),
        sa.Column("收货人", sa.Text),
        sa.Column(ODD, sa.Integer),
    )
    sa.Table("z_stock", metadata, sa.Column("sku", sa.Text))
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    good = [row for row in rows if row["paid"].replace(".", "").isdecimal()]
    with engine.begin() as connection:
        connection.execute(
            orders.insert(),
            [
                {
                    "订单号": row["order_no"],
                    "会员卡号": row["customer_no"],
                    "下单时间": row["ordered_at"],
                    "实付金额": Decimal(row["paid"]),
                    "订单状态": row["status"],
                    "收货人": row["buyer"],
                    ODD: 1,
                }
                for row in good
            ],
        )
    engine.dispose()
    return len(good)


@pytest.fixture
def shop_url(new_database: MakeUrl) -> str:
    return new_database("postgres")


@pytest.fixture
def beside_a_database(tmp_path: Path, shop_url: str) -> Iterator[Site]:
    """A bare site whose surroundings name the shop's database."""
    made = bare_site(tmp_path / "plan", SHOP_DATABASE=shop_url)
    yield made
    made.close()


def test_a_table_becomes_the_list(beside_a_database: Site, shop_url: str) -> None:
    site = beside_a_database
    rows = shop_database(shop_url)
    token = site.form("/start")
    listed = site.client.post("/start/tables", data={"csrf": token, "variable": "SHOP_DATABASE"})
    assert listed.status_code == 200
    assert "<option>z_stock</option><option>订单</option>" in listed.text
    empty = site.client.post(
        "/start/tables", data={"csrf": token, "variable": "env:SHOP_DATABASE", "table": "z_stock"}
    )
    assert empty.status_code == 422
    assert "the table has no rows" in empty.text
    chosen = {"csrf": token, "variable": "SHOP_DATABASE", "table": "订单"}
    address = site.client.post("/start/tables", data=chosen).headers["location"]
    columns = site.client.get(address).text
    assert 'value="order_id" selected' in columns
    assert "收货人" in columns
    assert "&#34;name&#34;" in columns
    kept = site.client.post(address, data={"csrf": token, "name": "till"})
    assert kept.headers["location"] == "/start/preview"
    preview = site.client.get("/start/preview").text
    assert f"{rows:,}" in preview
    assert "Would wait in quarantine</dt><dd>3" in preview  # a day that is none, one to come, and no number
    assert publish(site, time_zone="UTC", currency="USD").headers["location"] == "/start/progress"
    written = (site.shop.folder / "sources/till.yml").read_text("utf-8")
    assert 'from: {sql: "env:SHOP_DATABASE", table: "订单"}' in written
    assert str(sa.make_url(shop_url).database) not in written.replace("SHOP_DATABASE", "")
    assert run_until_done(site) == "/customers"
    assert 'href="/customers/c' in site.client.get("/customers?segment=about_to_leave").text


def test_a_table_that_went_away_is_said(beside_a_database: Site, shop_url: str) -> None:
    site = beside_a_database
    shop_database(shop_url)
    token = site.form("/start")
    chosen = {"csrf": token, "variable": "SHOP_DATABASE", "table": "订单"}
    address = site.client.post("/start/tables", data=chosen).headers["location"]
    site.client.post(address, data={"csrf": token})
    engine = sa.create_engine(shop_url)
    with engine.begin() as connection:
        connection.execute(sa.text('DROP TABLE "订单"'))
    engine.dispose()
    preview = site.client.get("/start/preview")
    assert preview.status_code == 200
    assert "订单" in preview.text
    assert 'href="/start/publish"' not in preview.text.partition("<main")[2].partition("card-footer")[2]


def test_the_store_may_be_postgresql(tmp_path: Path, shop_url: str) -> None:
    settings = '\n[store]\nurl = "env:KEEPWELL_STORE"\n'
    site = bare_site(tmp_path / "plan", settings=settings, KEEPWELL_STORE=shop_url)
    try:
        address = send(site, ("orders.csv", sample_orders(NOW.date()).encode())).headers["location"]
        site.client.post(address, data={"csrf": site.form("/start")})
        site.client.get("/start/preview")
        moved = publish(site, time_zone="Asia/Tokyo", currency="CNY")
        assert moved.headers["location"] == "/start/preview"
        site.client.get("/start/preview")
        assert publish(site, time_zone="Asia/Tokyo", currency="CNY").headers["location"] == "/start/progress"
        with site.shop.store.read() as session:
            assert [each.number for each in history(session)] == [1]
            assert len(entries(session, action="publish_first_load").entries) == 1
        assert settings in (site.shop.folder / "keepwell.toml").read_text("utf-8")
        assert run_until_done(site) == "/customers"
        assert 'href="/customers/c' in site.client.get("/customers?segment=about_to_leave").text
    finally:
        site.close()
