"""An analyst's question: an expression with a slip, mended, sorted and narrowed; and who stands behind a figure."""

from __future__ import annotations

import re

import pytest

from support.hands import Hands, Keyboard, Mouse
from support.walker import BY_KEYBOARD, Walker

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

OFTEN = "orders_lifetime > 5"
"""Two customers of three: twelve orders and eleven."""


def test_a_question(walker: Walker) -> None:
    question(walker, Mouse(walker.page))


@pytest.mark.parametrize("way", BY_KEYBOARD, ids=str)
def test_a_question_by_keyboard_alone(walker: Walker) -> None:
    question(walker, Keyboard(walker.page))


def question(walker: Walker, hands: Hands) -> None:
    page, say = walker.page, walker.way.say
    show = page.get_by_role("button", name=say("Show", "显示"), exact=True)
    walker.go("/customers")
    hands.choose(page.locator("#segment"), "everybody")
    hands.write(page.locator("#where"), OFTEN.replace("lifetime", "lifetme"))
    page.locator("#wrong", has_text="orders_lifetime").wait_for()  # told while one types
    walker.look()
    hands.write(page.locator("#where"), OFTEN)
    hands.press(show.first)
    page.wait_for_url(re.compile(r"segment=everybody.*where="))
    walker.look()
    assert listed(walker) == 2
    sorted_by_what_was_asked(walker, hands)
    hands.choose(page.locator("#segment"), "about_to_leave")
    hands.press(show.first)
    page.wait_for_url(re.compile("segment=about_to_leave"))
    walker.look()
    assert listed(walker) == 1
    who_stands_behind_a_figure(walker, hands)
    walker.must_be_faultless()


def sorted_by_what_was_asked(walker: Walker, hands: Hands) -> None:
    """A column is added, and its head sorts the list one way and the other."""
    page, say = walker.page, walker.way.say
    hands.press(page.locator("#columns > summary"))
    hands.write(page.locator("input[name=add]"), "orders_lifetime")
    hands.press(page.get_by_role("button", name=say("Add a column", "添加列")))
    page.wait_for_url(re.compile("columns="))
    head = page.locator("th a[href*='sort=orders_lifetime'], th a[href*='sort=-orders_lifetime']")
    for order in ("descending", "ascending"):
        if walker.is_phone:  # heads of columns do not stand on a phone: the address says it
            sign = "" if order == "descending" else "-"
            page.goto(re.sub(r"(&sort=[^&]*)?$", f"&sort={sign}orders_lifetime", page.url))
        else:
            hands.press(head)
        page.locator(f"th[aria-sort={order}]").wait_for(state="attached")
        walker.look()
        most = page.locator("main tbody tr").first.inner_text()
        assert ("12" in most) == (order == "descending")


def who_stands_behind_a_figure(walker: Walker, hands: Hands) -> None:
    page, say = walker.page, walker.way.say
    hands.press(page.get_by_role("link", name=say("Explore", "探索"), exact=True).first)
    page.locator("main h2 a[href='/explore/cohorts']").wait_for()
    walker.look()
    hands.press(page.locator("main h2 a[href='/explore/cohorts']"))
    page.wait_for_url("**/explore/cohorts")
    walker.look()
    hands.press(page.locator("main section summary").first)
    figure = page.locator("main section td a, main section th a").first
    figure.wait_for()
    hands.press(figure)
    page.wait_for_url("**/customers?*")
    walker.look()
    assert listed(walker) >= 1


def listed(walker: Walker) -> int:
    links = walker.page.locator("main td a[href^='/customers/c']")
    links.first.wait_for()
    return len(set(links.evaluate_all("all => all.map(one => one.pathname)")))
