"""An analyst's question: an expression, sorted, among everybody and among a segment."""

from __future__ import annotations

import re

import pytest

from support.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_an_expression_is_asked_sorted_and_narrowed(walker: Walker) -> None:
    walker.go("/customers?segment=everybody&where=orders_lifetime > 5&sort=orders_lifetime")
    customers = walker.page.locator("main a[href^='/customers/']")
    assert _distinct(customers.evaluate_all("links => links.map(link => link.pathname)")) == 2
    walker.go("/customers?segment=about_to_leave&where=orders_lifetime > 5")
    assert _distinct(customers.evaluate_all("links => links.map(link => link.pathname)")) == 1
    assert walker.faults == []


def _distinct(paths: list[str]) -> int:
    return len({path for path in paths if re.fullmatch(r"/customers/c[0-9a-f]+", path)})
