"""System: the overview, its navigation, and what a viewer with a scope does not see."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from keepwell import __version__
from keepwell.access.model import Permission, Viewer
from keepwell.store.jobs import enqueue, fail, lease
from keepwell.web.navigation import ENTRIES, navigation, system_navigation
from support.served_shop import HOSTILE_LABEL, Site, publish_plan


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page)))


def test_the_overview(site: Site) -> None:
    page = site.client.get("/system").text
    assert f"Keepwell {__version__}" in text(page)
    assert "Plan published version 1 Plan shown version 1" in text(page)
    assert 'href="/sources/orders/quarantine">3<' in page
    assert re.search(r"Size of the store 0\.\d MB", text(page))
    assert html.escape(HOSTILE_LABEL) in page
    assert HOSTILE_LABEL not in page
    assert "第 1 版" in site.client.get("/system", headers={"Accept-Language": "zh-CN"}).text


def test_who_may_load_a_file_finds_the_way_there(site: Site) -> None:
    assert 'href="/start"' in site.client.get("/system").text
    assert 'href="/start"' not in site.signed_in("looks", "manager").get("/system").text


def test_jobs_of_any_kind_show_with_their_error(own_site: Site) -> None:
    shop, now = own_site.shop, own_site.now
    with shop.store.write() as session:
        enqueue(session, "odd", {}, now=now)
        enqueue(session, "later", {}, now=now, run_at=now + timedelta(days=1))
    job = lease(shop.store, kinds=["odd"], worker="w", now=now, seconds=60)
    assert job is not None
    with shop.store.write() as session:
        fail(session, job, now=now, error="<b>broken</b> \u202eodd", retry=False)
    own_site.sign_in()
    page = own_site.client.get("/system").text
    assert "odd failed" in text(page)
    assert "later waiting" in text(page)
    assert "&lt;b&gt;broken&lt;/b&gt;" in page


def test_before_anything_was_published_and_before_the_first_run(bare_site: Site) -> None:
    bare_site.sign_in()
    assert "Plan published none Plan shown none" in text(bare_site.client.get("/system").text)
    publish_plan(bare_site.shop)
    page = text(bare_site.client.get("/system").text)
    assert "Plan published version 1 Plan shown none" in page
    assert "not read yet" in page


@pytest.mark.parametrize("path", ["/system", "/sources", "/runs", "/sources/orders/quarantine"])
def test_system_is_marked_on_each_of_its_pages(site: Site, path: str) -> None:
    page = site.client.get(path).text
    head = page[: page.index("<main")]
    assert re.search(r'href="/system"[^>]*aria-current="page"', head)
    assert head.count('aria-current="page"') == 1
    [here] = re.findall(r'class="nav-link active" href="([^"]*)" aria-current', page[len(head) :])
    assert path.startswith(here)


def test_the_sub_navigation_stands_nowhere_else(site: Site) -> None:
    assert "nav-underline" not in site.client.get("/segments").text


def test_navigation_is_for_those_who_may() -> None:
    marketer = Viewer(1, "m", frozenset({"nobody"}))
    assert not marketer.may(Permission.SEE_DATA)
    assert list(navigation(marketer)) == []
    assert system_navigation(marketer, "/system") == ()
    assert system_navigation(None, "/system") == ()
    assert len({entry.path for entry in ENTRIES}) == len(ENTRIES)
