"""Segments: the list and one of them."""

from __future__ import annotations

from support.served_shop import Site


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
