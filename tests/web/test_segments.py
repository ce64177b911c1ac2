"""Segments: the list and one of them."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from keepwell.access.model import Scope, Viewer
from keepwell.answers.movers import movers
from keepwell.answers.segments import history
from keepwell.catalog.files import read_folder
from keepwell.publishing.commands import publish
from support.served_shop import LEAVING_ID, PHONE, Site, run_plan


def test_the_list_and_each_segment(site: Site) -> None:
    page = site.client.get("/segments").text
    assert "About to leave" in page
    assert 'href="/customers?segment=about_to_leave">1<' in page
    chinese = site.client.get("/segments", headers={"Accept-Language": "zh-CN"}).text
    assert "即将流失" in chinese
    one = site.client.get("/segments/about_to_leave").text
    assert "Size, entries and exits at each run" in one


def test_a_segment_there_is_not(site: Site) -> None:
    answer = site.client.get("/segments/%3Cb%3Ex%3C%2Fb%3E")
    assert answer.status_code == 404
    assert "<b>x</b>" not in answer.text


def late_site(site: Site) -> Site:
    """Signed in after a second run, at which the steady customer is overdue."""
    site.now += timedelta(days=40)
    run_plan(site.shop, now=site.now)
    site.sign_in()
    return site


def test_its_size_over_time_and_who_entered_at_a_run(own_site: Site) -> None:
    site = late_site(own_site)
    page = site.client.get("/segments/about_to_leave").text
    assert re.search(r"from \d+ to \d+ customers over 2 runs|as many as 2 runs ago", page)
    assert "data-chart=" in page
    links = re.findall(r'href="(/segments/about_to_leave/runs/[^"]*/entry)"', page)
    assert links
    listed = site.client.get(html.unescape(links[0])).text
    assert "Who entered: About to leave" in listed
    assert "figures of the customer changed" in listed
    assert "李雷" not in listed
    assert PHONE not in listed
    assert LEAVING_ID not in listed
    assert "进入「即将流失」" in site.client.get(links[0], headers={"Accept-Language": "zh-CN"}).text


def test_a_scope_sees_only_its_own_movers_and_they_are_paged(own_site: Site) -> None:
    site = late_site(own_site)
    everybody, scoped = (
        Viewer(1, "v", frozenset({"manager"}), scope) for scope in (None, Scope("orders_lifetime = 1"))
    )
    with site.app.state.web.sights.sight() as sight:
        last = history(sight, everybody, "about_to_leave")[-1].run_id
        found = movers(sight, everybody, "about_to_leave", last, "entry", limit=50, after=0)
        assert found.count == len(found.rows) >= 1
        assert (
            movers(sight, everybody, "about_to_leave", last, "entry", limit=50, after=found.count).rows == ()
        )
        assert movers(sight, scoped, "about_to_leave", last, "entry", limit=50, after=0).count == 0


def test_a_run_or_a_change_there_is_not(site: Site) -> None:
    assert site.client.get("/segments/about_to_leave/runs/x/entry").status_code == 404
    assert site.client.get("/segments/nothing/runs/x/entry").status_code == 404
    assert site.client.get("/segments/about_to_leave/runs/x/odd").status_code == 422


def test_what_two_segments_share_opens_the_customers_in_both(own_site: Site) -> None:
    path = own_site.shop.folder / "segments" / "often.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("segment: often\nlabel: {en: Often, zh: 常来}\nwhere: orders_lifetime > 5\n", "utf-8")
    with own_site.shop.store.write() as session:
        files = read_folder(own_site.shop.folder)
        publish(session, files, author="test", reason="test", now=own_site.now, expected_version=1)
    run_plan(own_site.shop)
    own_site.sign_in()
    page = own_site.client.get("/segments/about_to_leave").text
    assert 'href="/segments/often"' in page
    [link] = re.findall(r'href="(/customers\?segment=about_to_leave&amp;where=[^"]*)"', page)
    assert "about_to_leave" in link
    answer = own_site.client.get(html.unescape(link))
    assert answer.status_code == 200
    assert "1 / 3" in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))
