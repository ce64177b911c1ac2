"""A manager's morning: what changed, who is about to leave, one of them called, and found again by their phone."""

from __future__ import annotations

import pytest

from support.hands import Hands, Keyboard, Mouse
from support.served_shop import NAME, PHONE
from support.walker import BY_KEYBOARD, Walker

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

LEAVING = "王**"


def test_a_morning(walker: Walker) -> None:
    morning(walker, Mouse(walker.page))


@pytest.mark.parametrize("way", BY_KEYBOARD, ids=str)
def test_a_morning_by_keyboard_alone(walker: Walker) -> None:
    morning(walker, Keyboard(walker.page))


def morning(walker: Walker, hands: Hands) -> None:
    page, say = walker.page, walker.way.say
    walker.go("/")
    hands.press(page.locator("main h1 a"))
    page.wait_for_url("**/customers")
    walker.look()
    assert walker.page.locator("main td a[href^='/customers/c']").count() == 1
    hands.press(page.get_by_role("link", name=LEAVING).first)
    on_the_customer(walker)
    phone_is_shown_for_a_reason(walker, hands)
    hands.press(page.get_by_role("link", name=say("Back to the customer", "返回客户")))
    on_the_customer(walker)
    hands.press(page.get_by_role("link", name=say("Today", "今日")))
    page.locator("main h1 a").wait_for()
    hands.write(page.get_by_role("searchbox"), PHONE)
    page.keyboard.press("Enter")
    on_the_customer(walker)
    hands.press(page.get_by_role("button", name=say("中文", "English")))
    page.get_by_role("heading", name=say("时间线", "Time line")).wait_for()
    walker.look()
    hands.press(page.get_by_role("button", name=NAME))
    page.locator("#password").wait_for()
    walker.must_be_faultless()


def on_the_customer(walker: Walker) -> None:
    walker.page.get_by_role("heading", name=walker.way.say("Time line", "时间线")).wait_for()
    walker.look()
    assert PHONE not in walker.page.content()


def phone_is_shown_for_a_reason(walker: Walker, hands: Hands) -> None:
    page, say = walker.page, walker.way.say
    hands.press(page.locator("summary", has_text=say("Show in full", "查看明文")))
    hands.choose(page.locator("select[name=reason]"), "delivery")
    hands.press(page.get_by_role("button", name=say("Show", "查看"), exact=True).first)
    page.get_by_role("heading", name=say("Personal values", "个人信息")).wait_for()
    walker.look()
    assert PHONE in page.locator("main").inner_text()
