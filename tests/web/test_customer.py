"""One customer's page."""

from __future__ import annotations

import re

import pytest

from support.served_shop import HOSTILE_LABEL, PHONE, Site
from web.test_people import text


@pytest.fixture
def address(site: Site) -> str:
    found = re.search(r'href="(/customers/\w+)"', site.client.get("/customers").text)
    assert found is not None
    return found[1]


def test_everything_about_one_customer(site: Site, address: str) -> None:
    html = site.client.get(address).text
    page = text(html)
    assert "王**" in page
    assert "138****5678" in page
    assert (
        "About to leave Usually buys every 7 days; silent for 70 days Orders fell from 9 to 3 in 90 days"
        in page
    )
    assert "Orders ever 12 times Apr 21, 2026" in page  # with the day of the newest order, on which it rests
    assert "Spend ever CN¥1,446.00 Apr 21, 2026" in page
    assert "At risk" in page
    assert page.count("Order <b>Tills</b> CN¥120.50") == 12
    assert "This is where it begins." in page
    assert "as of Jun 30, 2026" in page


def test_personal_values_are_masked_and_labels_escaped(site: Site, address: str) -> None:
    page = site.client.get(address).text
    assert PHONE not in page
    assert "王小明" not in page
    assert HOSTILE_LABEL not in page
    assert "&lt;b&gt;Tills&lt;/b&gt;" in page


def test_the_chart_has_its_table(site: Site, address: str) -> None:
    html = site.client.get(address).text
    assert "Orders fell from 9 to 3 in 90 days" in html
    assert 'data-chart="{&#34;grid&#34;' in html
    assert "Apr 2026 3 CN¥361.50" in text(html)


def test_in_chinese(site: Site, address: str) -> None:
    page = text(site.client.get(address, headers={"Accept-Language": "zh"}).text)
    assert "近 90 天订单数从 9 降至 3" in page
    assert "订单 收银台 ¥120.50" in page
    assert "流失风险客户" in page


def test_earlier_events_are_a_page_of_their_own(site: Site, address: str) -> None:
    page = text(site.client.get(f"{address}/time-line?before=2026-03-01T00:00:00Z").text)
    assert "This is where it begins." in page
    assert page.count("CN¥120.50") == 4  # of 12 weekly orders up to April 21, those before March


def test_the_time_line_is_narrowed_in_the_address(site: Site, address: str) -> None:
    def page(query: str) -> str:
        return text(site.client.get(f"{address}?{query}").text)

    assert page("").count("CN¥120.50") - page("year=2025").count("CN¥120.50") == 12
    assert page("kind=order&source=orders&year=2026").count("Order <b>Tills</b> CN¥120.50") == 12
    assert "Nothing has happened yet" in page("kind=interaction")
    earlier = site.client.get(f"{address}/time-line?before=2026-03-01T00:00:00Z&year=2025").text
    assert "CN¥120.50" not in earlier


@pytest.mark.parametrize("query", ["year=0000", "year=x", "year=99999", "kind=" + "x" * 41])
def test_a_narrowing_that_cannot_be_meant(site: Site, address: str, query: str) -> None:
    assert site.client.get(f"{address}?{query}").status_code == 422


@pytest.mark.parametrize(
    "path", ["/customers/nobody", "/customers/%3Cscript%3E", "/customers/x/time-line?before=2026-01-01"]
)
def test_nobody_by_that_id(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text.replace('<script src="', "")


def test_a_day_that_is_none(site: Site, address: str) -> None:
    assert site.client.get(f"{address}/time-line?before=someday").status_code == 422


def test_fields_are_found_by_what_they_are_called(site: Site, address: str) -> None:
    for path in (f"{address}/fields", address):
        page = text(site.client.get(path, params={"field": "ORDERS ev"}).text)
        assert "Orders ever 12 times" in page
        assert "Spend ever" not in page
        assert "Orders ever" in text(site.client.get(path, params={"field": "orders_lifetime"}).text)
        none = site.client.get(path, params={"field": '<script>"none'}).text
        assert "No figure is called “&lt;script&gt;&#34;none”." in none
    zh = site.client.get(
        f"{address}/fields", params={"field": "累计"}, headers={"Accept-Language": "zh"}
    ).text
    assert "12" in text(zh)


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/customers?segment=everybody&after=50", "/customers?segment=everybody&amp;after=50"),
        ("//evil.example/x", "/customers"),
        ("/\\evil.example", "/customers"),
        ("https://evil.example", "/customers"),
        ("javascript:alert(1)", "/customers"),
        ("/a\nb", "/customers"),
    ],
)
def test_the_way_back_stays_here(site: Site, address: str, back: str, leads: str) -> None:
    page = site.client.get(address, params={"back": back}).text
    assert f'<a href="{leads}">← Customers</a>' in page
    if leads != "/customers":
        assert "back=%2Fcustomers%3Fsegment%3Deverybody%26after%3D50" in page or 'name="back"' in page


def test_the_list_leads_to_a_customer_and_they_back(site: Site) -> None:
    page = site.client.get("/customers?segment=everybody&sort=-spend_365d").text
    found = re.search(r'href="(/customers/\w+\?back=[^"]+)"', page)
    assert found is not None
    there = site.client.get(found[1]).text
    assert '<a href="/customers?segment=everybody&amp;sort=-spend_365d">← Customers</a>' in there
