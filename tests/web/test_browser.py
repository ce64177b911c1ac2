"""A real browser on a real server: the way from the first run to a customer, and nothing the policy forbids."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect, sync_playwright

from keepwell.access.commands import first_run_token
from keepwell.web.app import make_app
from keepwell.web.pages.explore.views import VIEWS
from keepwell.wiring import Deployment
from keepwell.worker.worker import Worker
from support.served_shop import LEAVING_ID, NAME, NOW, PASSWORD, copy_shop, open_shop

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Iterator[Deployment]:
    opened = open_shop(copy_shop(template, tmp_path / "plan"))
    yield opened
    opened.close()


@pytest.fixture
def address(shop: Deployment) -> Iterator[str]:
    """The address of a server with a worker, whose clock stands still."""
    app, figures = make_app(shop, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    worker = Worker(shop, lambda: NOW, figures.run_ended)
    thread = threading.Thread(target=server.run)
    thread.start()
    worker.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    worker.stop()
    app.state.web.sights.close()


# Every visible text with the contrast of its colour to what is painted behind it, where that is too little (WCAG AA).
TOO_FAINT = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const painted = (colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    const hidden = !element.checkVisibility() || element.closest(".visually-hidden, .visually-hidden-focusable");
    if (!text || hidden) continue;
    const behind = [];
    for (let e = element; e; e = e.parentElement) behind.unshift(getComputedStyle(e).backgroundColor);
    const style = getComputedStyle(element);
    const [one, two] = [light(painted(behind)), light(painted([...behind, style.color]))];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const needed = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    if (contrast < needed) found.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return found;
}"""


class Told(list[str]):
    """What the browser's console complained about."""

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Dialog) -> None:
        self.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.append(message.text)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, shop: Deployment, address: str, told: Told) -> Page:
    """Signed in by the link of the first run, at the list."""
    with shop.store.write() as session:
        token = first_run_token(session, now=NOW)
    page = context.new_page()
    told.listen(page)
    page.goto(f"{address}/welcome?token={token}")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/customers")
    return page


def test_from_the_list_to_a_customer_in_both_languages(page: Page, told: Told, address: str) -> None:
    page.get_by_role("link", name="王**").click()
    page.get_by_role("heading", name="Orders fell from 9 to 3 in 90 days").wait_for()
    page.locator(".kw-chart canvas").wait_for()
    assert LEAVING_ID in page.locator("main").inner_text()
    page.get_by_role("button", name="中文").click()
    page.get_by_role("heading", name="近 90 天订单数从 9 降至 3").wait_for()
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    page.locator(".kw-menu summary").click()
    page.get_by_role("button", name="深色").click()
    page.locator("html[data-bs-theme=dark]").wait_for()
    page.locator(".kw-chart canvas").wait_for()
    page.goto(address + "/sources/orders/quarantine")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(f"{address}/sign-in")
    assert told == []


def test_the_list_changes_in_place_and_the_address_with_it(page: Page, told: Told) -> None:
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name=re.compile("Fewer orders")).click()
    page.wait_for_url("**/customers?reason=fewer_orders")
    page.locator("a[aria-current=true]", has_text="Fewer orders").wait_for()
    page.get_by_role("link", name="Overdue").click()
    page.wait_for_url("**sort=purchase_overdue_days")
    page.get_by_label("and who meet this condition").fill("orders_lifetime > 99")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("Nobody is here").wait_for()
    assert page.evaluate("window.stayed")
    page.go_back()
    page.get_by_role("link", name="王**").wait_for()
    assert told == []


def test_a_wrong_condition_is_marked_in_place(page: Page, told: Told) -> None:
    page.get_by_label("and who meet this condition").fill("spnd_365d > 1")
    page.keyboard.press("Enter")
    assert page.locator("mark").inner_text() == "spnd_365d"
    assert page.get_by_label("and who meet this condition").get_attribute("aria-invalid") == "true"
    assert [text for text in told if "422" not in text] == []


def test_text_and_form_of_a_condition_keep_in_step(page: Page, told: Told) -> None:
    text = page.get_by_label("and who meet this condition")
    text.fill("spnd_365d > 1")
    page.locator("#where[aria-invalid=true]").wait_for()  # while typing, without asking for the list
    assert page.locator("mark").inner_text() == "spnd_365d"
    text.fill("orders_lifetime > 5")
    page.locator("#where:not([aria-invalid])").wait_for()
    assert page.evaluate("document.activeElement.id") == "where"
    page.locator("#r0-value-0").fill("11")
    page.keyboard.press("Tab")
    expect(text).to_have_value("orders_lifetime > 11")
    assert page.evaluate("document.activeElement.id") == "r0-remove"
    page.locator("#r0-compare").select_option("<=")
    expect(text).to_have_value("orders_lifetime <= 11")
    text.fill("orders_lifetime != 11")  # what was chosen by hand before must not stay chosen
    expect(page.locator("#r0-compare")).to_have_value("!=")
    page.locator("#r0-value-0").fill("12")
    page.keyboard.press("Tab")
    expect(text).to_have_value("orders_lifetime != 12")
    text.press("Enter")
    page.wait_for_url("**where=orders_lifetime+%21%3D+12*")
    assert told == []


def test_text_and_form_of_a_definition_keep_in_step(page: Page, told: Told, address: str) -> None:
    page.goto(f"{address}/plan/new?kind=segment")
    text = page.get_by_label("Definition", exact=True)
    page.evaluate("window.stayed = true")
    page.locator("#r1-value-0").fill("77")
    page.keyboard.press("Tab")
    expect(text).to_have_value(re.compile("days_since_last_order > 77\n"))
    assert page.evaluate("document.activeElement.id") == "r1-remove"
    text.fill(text.input_value().replace("> 77", "> 88").replace("# A segment", "# Mine: a segment"))
    expect(page.locator("#r1-value-0")).to_have_value("88")
    page.get_by_role("button", name="Add a reason").click()
    page.locator("#form-reasons1-name").fill("second")
    page.keyboard.press("Tab")
    expect(text).to_have_value(re.compile("name: second"))
    page.locator("#reasons-1-drop").click()
    expect(page.locator("#reasons-1-drop")).to_have_count(0)
    assert text.input_value().startswith("# Mine: a segment")
    assert page.evaluate("window.stayed")
    page.get_by_role("button", name="Show what will change").last.click()
    page.get_by_role("heading", name="What it would do").wait_for()
    page.get_by_label("Reason").fill("to see")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(f"{address}/plan?published=2")
    assert told == []


def test_a_run_is_watched_to_its_end(page: Page, told: Told, address: str) -> None:
    page.goto(f"{address}/runs")
    page.get_by_role("button", name="Run now").click()
    page.get_by_role("heading", name="Last run").wait_for(timeout=60_000)
    page.get_by_role("button", name="Run now").wait_for()
    assert "everything was up to date" in page.locator("#run-state").inner_text()
    assert told == []


def test_by_keyboard(page: Page, told: Told) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.get_by_role("searchbox").press_sequentially("13812345678")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Time line").wait_for()
    assert "13812345678" not in page.url
    assert told == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/customers",
        "/customers?segment=everybody",
        "/segments",
        "/segments/about_to_leave",
        "/plan",
        "/plan/segment/about_to_leave",
        "/plan/source/orders",
        "/plan/new",
        "/plan/versions/1",
        "/sources",
        "/sources/orders/quarantine",
        "/runs",
        "/explore",
        *(view.address for view in VIEWS.values()),
    ],
)
def test_a_phone_needs_no_sideways_scrolling(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("language", ["English", "中文"])
def test_the_head_is_one_row(page: Page, language: str) -> None:
    if language == "中文":
        page.get_by_role("button", name=language).click()
        page.locator("html[lang=zh-Hans]").wait_for()
    tops = page.locator(".kw-head > *").evaluate_all(
        "parts => parts.map(part => { const box = part.getBoundingClientRect(); return (box.top + box.bottom) / 2; })"
    )
    assert len(tops) == 4
    assert max(tops) - min(tops) < 10


def test_without_scripts_everything_still_works(browser: Browser, page: Page, address: str) -> None:
    signed_in = page.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, locale="en-US", storage_state=signed_in)
    there = plain.new_page()
    there.goto(f"{address}/customers?reason=fewer_orders")
    there.get_by_label("and who meet this condition").fill("orders_lifetime = 12")
    there.get_by_role("button", name="Show", exact=True).click()
    there.get_by_role("link", name="王**").click()
    there.get_by_role("heading", name="Time line").wait_for()
    there.get_by_role("button", name="中文").click()
    there.get_by_role("heading", name="时间线").wait_for()
    there.goto(f"{address}/plan/new?kind=segment")
    there.locator("#condition-add").click()
    there.locator("#r2-field").fill("orders_90d")
    there.get_by_role("button", name="写入文本").click()
    there.locator("#r2-value-0").fill("7")
    there.get_by_role("button", name="查看将发生的更改").last.click()
    assert (
        "+where: spend_365d > 0 and days_since_last_order > 60 and orders_90d > 7"
        in there.content().replace("&gt;", ">")
    )
    plain.close()


def test_colours_follow_the_device(browser: Browser, address: str) -> None:
    for scheme in ("dark", "light"):
        context = browser.new_context(color_scheme=scheme)
        there = context.new_page()
        there.goto(f"{address}/sign-in")
        assert there.evaluate("document.documentElement.dataset.bsTheme") == scheme
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    customer = page.get_by_role("link", name="王**").get_attribute("href")
    paths = [
        "/",
        "/customers?reason=fewer_orders",
        "/customers?where=x",
        f"{customer}",
        "/segments",
        "/segments/about_to_leave",
        "/plan",
        "/plan/segment/about_to_leave",
        "/plan/source/orders",
        "/plan/new",
        "/plan/versions/1",
        "/sources",
        "/sources/orders/quarantine",
        "/runs",
        *(view.address for view in VIEWS.values()),
    ]
    faint = {}
    for path in paths:
        page.goto(address + path)
        faint[path] = page.evaluate(TOO_FAINT)
    assert not {path: texts for path, texts in faint.items() if texts}
