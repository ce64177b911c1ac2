"""The pages of Explore: every view answers in every language, refuses what cannot be meant, and shows text as text."""

from __future__ import annotations

import pytest

from keepwell.web.pages.explore.views import VIEWS
from support.served_shop import HOSTILE_LABEL, Site

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


def test_figures_of_a_view_stand_in_a_table_and_open_their_customers(site: Site) -> None:
    page = site.client.get("/explore/rhythm").text
    assert "data-chart=" in page
    assert '<a href="/customers?' in page


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
