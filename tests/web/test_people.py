"""The list of people about to leave, and what it says when there is none."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape, unescape

import pytest

from keepwell.catalog.files import read_folder
from keepwell.publishing.commands import publish
from keepwell.web.pages.people import COLUMNS_MAX
from support.served_shop import HOSTILE_CHANNEL, LEAVING_ID, PHONE, Site, publish_plan


def text(html: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def test_who_why_and_how_much(site: Site) -> None:
    page = text(site.client.get("/customers").text)
    assert "About to leave" in page
    assert "Customers 1 / 3 · 33.33%" in page
    assert "At stake CN¥1,446.00" in page  # twelve orders of 120.50
    assert "Usually buys every 7 days; silent for 70 days" in page
    assert "王**" in page
    assert "shop:" + LEAVING_ID in page
    assert "Apr 21, 2026" in page
    assert "63 days" in page


def test_in_chinese(site: Site) -> None:
    page = site.client.get("/customers", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert '<html lang="zh-Hans"' in page.text
    assert "通常每7天购买一次；已沉默70天" in text(page.text)
    assert "¥1,446.00" in text(page.text)
    assert "2026年4月21日" in text(page.text)


def test_nothing_personal_and_nothing_unescaped(site: Site) -> None:
    page = site.client.get("/customers").text
    assert "王小明" not in page
    assert PHONE not in page
    assert LEAVING_ID not in page
    assert escape(LEAVING_ID, quote=False).split("=")[0] in page
    assert "Shop &lt;of&gt; &#39;tests&#39;" in page


def test_a_reason_leaves_those_who_have_it(site: Site) -> None:
    page = text(site.client.get("/customers?reason=fewer_orders").text)
    assert "Fewer orders 1" in page
    assert "Orders fell from 9 to 3 in 90 days" in page
    none = text(site.client.get("/customers?reason=smaller_basket").text)
    assert "Nobody is here" in none
    assert site.client.get("/customers?reason=no_such").status_code == 404


@pytest.mark.parametrize("segment", ["everybody", "about_to_leave"])
def test_a_condition_narrows_the_list(site: Site, segment: str) -> None:
    met = site.client.get("/customers", params={"segment": segment, "where": "orders_lifetime = 12"})
    assert "Customers 1 / 3" in text(met.text)
    not_met = site.client.get("/customers", params={"segment": segment, "where": "orders_lifetime = 99"})
    assert "Nobody is here" in text(not_met.text)


def test_everybody_sorted(site: Site) -> None:
    def order(sort: str) -> list[str]:
        page = site.client.get("/customers", params={"segment": "everybody", "sort": sort}).text
        return re.findall(r'href="/customers/(\w+)\?back=', page)

    assert len(order("spend_365d")) == 3
    assert order("spend_365d") == order("-spend_365d")[::-1]
    unsorted = site.client.get("/customers?sort=nonsense")
    assert unsorted.status_code == 200
    assert "sorted by “nonsense”, which the plan no longer has" in unsorted.text


def heads(page: str) -> list[str]:
    return [text(each).strip() for each in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page, re.DOTALL)]


def test_columns_are_chosen_in_the_address(site: Site) -> None:
    page = site.client.get("/customers?segment=everybody&columns=orders_lifetime,customer_id").text
    assert heads(page)[2:] == ["Orders ever", "Customer ID"]
    assert "columns=orders_lifetime%2Ccustomer_id" in page  # kept by the links that sort
    assert 'name="columns" value="orders_lifetime,customer_id"' in page  # and by the form
    fewer = site.client.get("/customers?segment=everybody&columns=customer_id").text
    assert heads(fewer)[2:] == ["Customer ID"]


def test_a_column_is_added_by_what_people_call_it(site: Site) -> None:
    added = site.client.get("/customers", params={"columns": "customer_id", "add": " orders EVER "})
    assert (added.status_code, added.headers["location"]) == (
        303,
        "/customers?columns=customer_id%2Corders_lifetime",
    )
    by_name = site.client.get("/customers", params={"segment": "everybody", "add": "orders_lifetime"})
    assert by_name.headers["location"].endswith("%2Corders_lifetime")
    assert "rhythm_stage%2C" in by_name.headers["location"]  # the usual ones stay


@pytest.mark.parametrize("query", ["columns=orders_lifetime,{}", "add={}", "columns={}"])
def test_a_column_that_is_no_field_is_told(site: Site, query: str) -> None:
    page = site.client.get("/customers?" + query.format("%3Cb%3Egone%3C%2Fb%3E"))
    assert page.status_code == 200
    assert "The plan has no such field: <b>gone</b>" in text(page.text)
    assert "<b>gone" not in page.text


def test_at_most_so_many_columns(site: Site) -> None:
    names = re.findall(r">(\w+)</option>", site.client.get("/conditions/fields").text)
    page = site.client.get("/customers", params={"columns": ",".join(names)}).text
    assert len(heads(page)) == 2 + COLUMNS_MAX
    assert "Add a column" not in page


@pytest.mark.parametrize("field", ["customer_id", "rhythm_stage", "purchase_last_on"])
def test_any_column_sorts(site: Site, field: str) -> None:
    page = site.client.get(f"/customers?segment=everybody&sort={field}&columns={field}").text
    assert 'aria-sort="descending"' in page
    assert f"sort=-{field}" in page


def test_a_wrong_condition_is_shown_where_it_is_wrong(site: Site) -> None:
    answer = site.client.get("/customers", params={"where": "orders_90d > 2 and spnd_365d > 100"})
    assert answer.status_code == 422
    assert "<mark>spnd_365d</mark>" in answer.text
    page = text(answer.text)
    assert "line 1, column 20" in page
    assert "did you mean spend_365d ?" in page
    assert ">orders_90d &gt; 2 and spnd_365d &gt; 100</textarea>" in answer.text


@pytest.mark.parametrize(
    "where", ["(", "'", "</script>", "x" * 10_000, "名 = '值'", "1 >", "not " * 500 + "true"]
)
def test_no_condition_breaks_the_page(site: Site, where: str) -> None:
    answer = site.client.get("/customers", params={"where": where})
    assert answer.status_code == 422
    assert "</script>" not in answer.text.replace("></script>", "")


def test_a_segment_that_is_gone(site: Site) -> None:
    answer = site.client.get("/customers?segment=retired_one")
    assert answer.status_code == 404
    assert "The plan has no segment “retired_one”" in text(answer.text)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=99999999999999"])
def test_addresses_that_cannot_be_meant(site: Site, query: str) -> None:
    assert site.client.get(f"/customers?{query}").status_code == 422


@pytest.mark.parametrize("wanted", [PHONE, "138 1234 5678", "王小明", LEAVING_ID, f"shop:{LEAVING_ID}"])
def test_search_is_exact_and_leads_to_the_customer(site: Site, wanted: str) -> None:
    answer = site.client.post("/search", data={"csrf": site.form("/customers"), "text": wanted})
    assert answer.status_code == 303
    assert re.fullmatch(r"/customers/\w+", answer.headers["location"])


@pytest.mark.parametrize("wanted", ["1381234567", "小明", "", "   ", "'; drop table", "%"])
def test_search_finds_no_parts(site: Site, wanted: str) -> None:
    answer = site.client.post("/search", data={"csrf": site.form("/customers"), "text": wanted})
    assert answer.status_code == 200
    assert "Nobody was found" in answer.text


def test_nothing_is_published_yet(bare_site: Site) -> None:
    bare_site.sign_in()
    for path in ("/customers", "/sources", "/runs"):
        page = text(bare_site.client.get(path).text)
        assert "No plan is published yet" in page
        assert "keepwell push" in page


def test_nothing_has_run_yet(bare_site: Site) -> None:
    publish_plan(bare_site.shop)
    bare_site.sign_in()
    page = bare_site.client.get("/customers").text
    assert "The plan has not run yet" in page
    assert 'action="/runs"' in page
    assert "not read yet" in bare_site.client.get("/sources").text
    bare_site.client.post("/runs", data={"csrf": bare_site.form("/customers")})
    assert "The first run is under way" in bare_site.client.get("/customers").text


def test_a_published_plan_that_has_not_run_is_told(own_site: Site) -> None:
    own_site.sign_in()
    settings = own_site.shop.folder / "keepwell.toml"
    settings.write_text(settings.read_text("utf-8") + 'run_every = "1d"\n', "utf-8")
    with own_site.shop.store.write() as session:
        files = read_folder(own_site.shop.folder)
        publish(
            session, files, author="t", reason="t", now=own_site.now + timedelta(hours=1), expected_version=1
        )
    page = text(own_site.client.get("/customers").text)
    assert "Version 2 of the plan is published; these figures are from version 1." in page


def test_the_hostile_channel_is_only_text(site: Site) -> None:
    found = re.search(r'href="(/customers/\w+)"', site.client.get("/customers").text)
    assert found is not None
    page = site.client.get(found[1]).text
    assert HOSTILE_CHANNEL not in page
    assert "<script>alert(2)" not in page
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in page
