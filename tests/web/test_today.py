"""The first page: the finding, its figures with the customers behind them, and what it says when it has none."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import urlsplit

from keepwell.access.model import Scope, Viewer
from keepwell.answers.today import today
from support.served_shop import HOSTILE_LABEL, LEAVING_ID, PHONE, Site, publish_plan, run_plan


def text(page: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page)))


def test_the_first_run_has_a_finding_and_no_change(site: Site) -> None:
    page = text(site.client.get("/").text)
    assert "1 customer is about to leave; CN¥1,446.00 is at stake" in page
    assert "there is no earlier one to compare with" in page
    assert "Customers in all 3" in page
    assert "As of Jun 30, 2026" in page


def test_in_chinese(site: Site) -> None:
    page = site.client.get("/", headers={"Accept-Language": "zh-CN"}).text
    assert "1 位客户即将流失，涉及价值 ¥1,446.00" in text(page)


def test_figures_stand_beside_those_before_with_their_months(site: Site) -> None:
    """Of the last 90 days: 3 of twelve orders of one, 10 of another, one; the rest of the 24 lies before."""
    page = site.client.get("/").text
    assert "Apr 2, 2026 – Jun 30, 2026, against Jan 2, 2026 – Apr 1, 2026" in text(page)
    assert "Average order CN¥84.03" in text(page)  # (3 × 120.50 + 10 × 80 + 15) / 14
    assert "Retention: of those who ordered in the 90 days before, ordered again 100%" in text(page)
    running = re.findall(r'<rect class="kw-spark-open"[^>]*><title>([^<]*)</title>', page)
    assert "Jun 2026: 2…" in running  # two customers bought in June, which is not over
    assert '<th scope="row"><bdi>Jun 2026</bdi></th>' in page
    assert "2026年6月" in site.client.get("/", headers={"Accept-Language": "zh-CN"}).text


def test_every_figure_opens_customers(site: Site) -> None:
    page = site.client.get("/").text
    links = {html.unescape(link) for link in re.findall(r'href="(/customers\?[^"]*)"', page)}
    assert len(links) > 6
    assert {site.client.get(link).status_code for link in links} == {200}
    [active] = [link for link in links if urlsplit(link).query.endswith("where=orders_90d+%3E+0")]
    assert "Customers 3 / 3" in text(site.client.get(active).text)


def test_nothing_personal_and_nothing_unescaped(site: Site) -> None:
    page = site.client.get("/").text
    assert PHONE not in page
    assert HOSTILE_LABEL not in page
    assert html.escape(HOSTILE_LABEL) in page


def test_a_later_run_says_what_moved(own_site: Site) -> None:
    own_site.now += timedelta(days=20)
    run_plan(own_site.shop, now=own_site.now)
    own_site.sign_in()
    page = own_site.client.get("/").text
    assert "at the run before" in text(page)
    assert "there is no earlier one to compare with" not in text(page)
    assert LEAVING_ID not in page


def test_who_entered_since_the_run_before_is_named_to_those_who_may_see_them(own_site: Site) -> None:
    """Who bought every nine days until two days before the first run is overdue a month later."""
    own_site.now += timedelta(days=30)
    run_plan(own_site.shop, now=own_site.now)
    own_site.sign_in()
    page = own_site.client.get("/").text
    entered = page[page.index("New among those about to leave") :]
    assert "李** CN¥880.00" in text(entered[: entered.index("</table>")])
    with own_site.app.state.web.sights.sight() as sight:
        [(customer_id, worth_minor)] = today(sight, Viewer(1, "all", frozenset({"manager"}))).entered
        assert today(sight, Viewer(2, "some", frozenset(), Scope("orders_lifetime = 1"))).entered == ()
    assert worth_minor == 88_000
    assert f'href="/customers/{customer_id}"' in entered


def test_a_scope_sees_its_own_figures(site: Site) -> None:
    web = site.app.state.web
    scoped = Viewer(1, "scoped", frozenset({"manager"}), Scope("orders_lifetime = 1"))
    with web.sights.sight() as sight:
        found = today(sight, scoped)
        everything = today(sight, Viewer(1, "all", frozenset({"manager"})))
    assert [each.value for each in found.figures if each.name == "customers"] == [1]
    assert [each.value for each in everything.figures if each.name == "customers"] == [3]
    assert found.leaving is not None
    assert (found.leaving.size, found.reasons[0].customers) == (0, 0)


def test_before_the_first_run_it_says_so(bare_site: Site) -> None:
    bare_site.sign_in()
    assert "1 customer" not in bare_site.client.get("/").text
    publish_plan(bare_site.shop)
    assert bare_site.client.get("/").status_code == 200
