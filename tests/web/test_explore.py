"""The pages of Explore: every view answers in every language, refuses what cannot be meant, and shows text as text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from keepwell.web.pages.explore.views import VIEWS
from support.branch_shop import NOW, write_branches
from support.served_shop import HOSTILE_LABEL, Site, open_shop, publish_plan, run_plan

CROWD = 12
CHINESE = {"Accept-Language": "zh-CN"}


def test_the_overview_leads_to_every_view(site: Site) -> None:
    page = site.client.get("/explore").text
    for name in VIEWS:
        assert f'href="/explore/{name}"' in page
    assert page != site.client.get("/explore", headers=CHINESE).text


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("headers", [{}, CHINESE], ids=["en", "zh"])
def test_every_view_answers(site: Site, name: str, headers: dict[str, str]) -> None:
    answer = site.client.get(f"/explore/{name}", headers=headers)
    assert answer.status_code == 200
    assert HOSTILE_LABEL not in answer.text
    assert site.client.get(f"/explore/{name}/card", headers=headers).status_code == 200


def test_a_line_stands_beside_a_table_and_opens_the_customers_of_its_periods(site: Site) -> None:
    page = site.client.get("/explore/cohorts").text
    [drawn] = re.findall(r'data-chart="([^"]*)"', page)
    [line] = json.loads(html.unescape(drawn))["series"]
    links = {item["link"] for item in line["data"]}
    assert links
    for link in links:
        assert f'<a href="{html.escape(link)}">' in page
        assert site.client.get(link).status_code == 200


def test_bars_are_cells_and_open_their_customers(site: Site) -> None:
    """The shop's three customers: one within their rhythm, one far beyond it, one without."""
    page = site.client.get("/explore/rhythm").text
    widths = {float(width) for width in re.findall(r'class="kw-bar-part" width="([\d.]+)%"', page)}
    assert {0.0, 100.0} <= widths
    assert all(0 <= width <= 100 for width in widths)
    links = set(re.findall(r'<a href="(/customers\?[^"]*)"', page))
    assert links
    assert {site.client.get(html.unescape(link)).status_code for link in links} == {200}


@pytest.mark.parametrize(
    ("headers", "across", "money"),
    [({}, "Average basket", "CN¥"), (CHINESE, "平均客单价", "¥")],
    ids=["en", "zh"],
)
def test_a_heat_map_names_its_columns_and_writes_figures_as_the_reader_does(
    site: Site, headers: dict[str, str], across: str, money: str
) -> None:
    page = site.client.get("/explore/baskets", headers=headers).text
    assert re.search(rf'scope="colgroup" colspan="\d"[^>]*><bdi>{across}</bdi>', page)
    assert re.search(rf'kw-shade-\d+"><bdi>\d+</bdi><span class="kw-note"><bdi>{re.escape(money)}', page)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Twelve customers, enough to be ranked: who came later came more often."""
    folder = tmp_path_factory.mktemp("crowd") / "plan"
    write_branches(folder)
    rows = [
        f"{number}-{order},who{number},{NOW - timedelta(days=100 - 8 * number + order):%Y-%m-%d %H:%M},90,s1,,\n"
        for number in range(CROWD)
        for order in range(1 + number)
    ]
    (folder / "data/orders.csv").write_text("id,who,at,paid,store,name,phone\n" + "".join(rows), "utf-8")
    shop = open_shop(folder)
    publish_plan(shop, now=NOW)
    run_plan(shop, now=NOW)
    made = Site(shop, now=NOW)
    made.sign_in()
    yield made
    made.close()


def test_the_grid_opens_the_customers_of_each_square(crowd: Site) -> None:
    page = crowd.client.get("/explore/rfm").text
    squares = re.findall(r'kw-shade-\d+"><a href="([^"]*)"><bdi>(\d+)</bdi>', page)
    assert sum(int(count) for _, count in squares) == CROWD
    for link, count in squares:
        told = crowd.client.get(html.unescape(link)).text
        assert re.search(rf"\b{count} / {CROWD}\b", re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", told)))


def test_what_is_not_over_is_marked_and_not_drawn(site: Site) -> None:
    page = site.client.get("/explore/cohorts").text
    assert re.search(r'class="text-center kw-open"><bdi>[\d.]+%…</bdi>', page)
    [drawn] = re.findall(r'data-chart="([^"]*)"', page)
    assert "Jun 2026" not in json.loads(html.unescape(drawn))["xAxis"]["data"]


@pytest.mark.parametrize("name", [name for name in VIEWS if VIEWS[name].has_among])
def test_a_condition_that_is_wrong_is_shown_where_it_is_wrong(site: Site, name: str) -> None:
    answer = site.client.get(f"/explore/{name}", params={"where": "orders_90d > > <b>"})
    assert answer.status_code == 422
    assert "<b>" not in answer.text
    assert "&lt;b&gt;" in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/explore/nothing", 404),
        ("/explore/cohorts?segment=nobody", 404),
        ("/explore/cohorts?years=x", 422),
        ("/explore/cohorts?years=1000000", 422),
        ("/explore/migration?start=someday&end=2026-01-01", 422),
    ],
)
def test_what_cannot_be_meant(site: Site, address: str, status: int) -> None:
    assert site.client.get(address).status_code == status
