"""Every page, in both languages, on a desk and a phone, in light and dark: no grave fault, and text stays text."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from support.served_shop import HOSTILE_LABEL, LEAVING_ID
from support.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

HOSTILE_CONDITION = "<script>alert(3)</script>"
BYTES_MAX = 300_000

PAGES = [
    "/",
    "/customers",
    "/customers?segment=everybody",
    "/customers?segment=about_to_leave&sort=purchase_overdue_days",
    "/customers/export?segment=everybody",
    "/customers/tag?segment=everybody",
    "/exports",
    "/tags",
    "/sources",
    "/sources/orders/quarantine",
    "/runs",
]
"""One line adds a page."""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_grave_fault(walker: Walker, path: str) -> None:
    walker.go(path)
    assert walker.faults == []
    assert walker.weights
    assert max(walker.weights.values()) < BYTES_MAX


def test_a_customer_has_no_grave_fault_and_their_texts_stay_texts(walker: Walker) -> None:
    walker.go("/customers?segment=about_to_leave")
    walker.page.get_by_role("link", name="王**").first.click()
    walker.page.get_by_role("heading", name=walker.way.say("Time line", "时间线")).wait_for()
    walker.look()
    assert LEAVING_ID in walker.page.locator("main").inner_text()
    assert walker.page.locator("main script, main img").count() == 0
    assert walker.faults == []


def test_labels_and_reasons_with_markup_stay_texts(walker: Walker) -> None:
    walker.go("/sources/orders/quarantine")
    shown = walker.page.locator("main").inner_text()
    assert walker.way.say(HOSTILE_LABEL, "收银台") in shown
    assert walker.way.say("<i>here</i>", "金额过大") in shown
    assert walker.page.locator("main i:not([class]), main b").count() == 0
    assert walker.faults == []


def test_a_condition_with_markup_stays_text(walker: Walker) -> None:
    walker.page.goto(f"{walker.address}/customers?where={quote(HOSTILE_CONDITION)}")
    walker.look()
    assert walker.page.locator("main script").count() == 0
    assert HOSTILE_CONDITION in walker.page.content().replace("&lt;", "<").replace("&gt;", ">")
    assert [fault for fault in walker.faults if not re.search(r"\b(400|422)\b", fault)] == []
