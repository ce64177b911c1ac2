"""A manager's morning: who is about to leave, one of them, and back; with the mouse and by keyboard alone."""

from __future__ import annotations

import pytest

from support.walker import DESKTOP, Walker, Way

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_from_the_first_page_to_a_customer_and_back(walker: Walker) -> None:
    walker.go("/")
    walker.go("/customers?segment=about_to_leave")
    walker.page.get_by_role("link", name="王**").first.click()
    walker.page.get_by_role("heading", name=walker.way.say("Time line", "时间线")).wait_for()
    walker.look()
    walker.page.go_back()
    walker.page.get_by_role("link", name="王**").first.wait_for()
    walker.look()
    assert walker.faults == []


@pytest.mark.parametrize("way", [Way("en", "light", *DESKTOP), Way("zh", "dark", *DESKTOP)], ids=str)
def test_by_keyboard_alone(walker: Walker) -> None:
    walker.go("/customers?segment=about_to_leave")
    _tab_to(walker, "王**")
    walker.page.keyboard.press("Enter")
    walker.page.get_by_role("heading", name=walker.way.say("Time line", "时间线")).wait_for()
    walker.look()
    walker.page.reload()  # the way by Tab begins at the top
    _tab_to(walker, walker.way.say("Customers", "客户"))
    walker.page.keyboard.press("Enter")
    walker.page.get_by_role("link", name="王**").first.wait_for()
    assert walker.faults == []


def _tab_to(walker: Walker, text: str, *, most: int = 120) -> None:
    for _ in range(most):
        walker.page.keyboard.press("Tab")
        if text in str(walker.page.evaluate("document.activeElement.textContent")):
            return
    pytest.fail(f"{most} times Tab did not reach {text}")
