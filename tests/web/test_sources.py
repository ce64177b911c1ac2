"""Data quality and quarantine."""

from __future__ import annotations

import pytest

from keepwell.access.model import Viewer
from keepwell.answers.sources import waiting_rows
from keepwell.core.errors import Forbidden
from support.served_shop import NOW, Site
from web.test_people import text


def test_every_row_is_accounted_for(site: Site) -> None:
    page = text(site.client.get("/sources").text)
    assert "Rows 27 New 24 Corrected 0 Unchanged 0 Outdated 0 Duplicate 0 Quarantined 3" in page
    assert "3 rows wait" in page
    assert "Errors in key fields 0% within the goal of 0.3%" in page
    assert "Latest fact Jun 28, 2026" in page


def test_rows_in_quarantine_with_their_reasons(site: Site) -> None:
    html = site.client.get("/sources/orders/quarantine").text
    page = text(html)
    assert page.count("data/orders.csv") == 3
    assert "nobody spends that much <i>here</i>" in page
    assert "<i>here</i>" not in html
    assert "<b>money</b>" not in page, "values that are no figures are masked"


def test_rows_of_one_reason(site: Site) -> None:
    page = text(site.client.get("/sources/orders/quarantine", params={"reason": "=rule_1"}).text)
    assert "1–1 of 1" in page
    money = text(site.client.get("/sources/orders/quarantine", params={"reason": "amount=not_money"}).text)
    assert "1–2 of 2" in money
    assert "amount: not an amount of money" in money
    none = text(site.client.get("/sources/orders/quarantine", params={"reason": "amount=nonsense"}).text)
    assert "No row waits here" in none


def test_reasons_in_chinese(site: Site) -> None:
    page = text(site.client.get("/sources/orders/quarantine", headers={"Accept-Language": "zh"}).text)
    assert "amount：不是金额" in page
    assert "金额过大" in page


def test_no_such_source(site: Site) -> None:
    assert site.client.get("/sources/none/quarantine").status_code == 404


def test_rows_in_quarantine_are_for_administrators(site: Site) -> None:
    published = site.app.state.web.sights.published()
    assert published is not None
    agent = Viewer(2, "agent", frozenset({"agent"}))
    with site.app.state.web.sights.lake() as lake, pytest.raises(Forbidden):
        waiting_rows(published[1], lake, agent, "orders", reason=None, limit=10, after=0)
    assert site.now == NOW
