"""The first load in a real browser, in both languages: from an empty folder to the list, without a complaint."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from keepwell.catalog.sample import sample_orders
from keepwell.web.page import SESSION_COOKIE
from keepwell.worker.worker import Worker
from support.first_load import bare_site
from support.served_shop import NOW, Site

pytestmark = pytest.mark.browser

WORDS = {
    "en": ("Upload", "Save and go on", "Go on to publish", "Publish and run"),
    "zh": ("上传", "保存并继续", "去发布", "发布并运行"),
}
CHINESE = "订单号,会员卡号,下单时间,实付金额,订单状态,渠道,数量,收货人"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """A site on an empty folder, answering at an address, with a worker."""
    site = bare_site(tmp_path / "plan")
    server = uvicorn.Server(uvicorn.Config(site.app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    worker = Worker(site.shop, lambda: NOW)
    worker.start()
    while not server.started:
        time.sleep(0.05)
    yield site, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    worker.stop()
    site.close()


@pytest.mark.parametrize(("language", "locale", "width"), [("en", "en-US", 1280), ("zh", "zh-CN", 390)])
def test_from_an_empty_folder_to_the_list(
    served: tuple[Site, str], chromium: Path, tmp_path: Path, language: str, locale: str, width: int
) -> None:
    site, address = served
    text = sample_orders(NOW.date())
    if language == "zh":
        text = CHINESE + text[text.index("\n") :]
    (tmp_path / "orders.csv").write_bytes(text.encode("gb18030" if language == "zh" else "utf-8"))
    upload, save, go_on, publish = WORDS[language]
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 900})
        token = site.client.cookies.get(SESSION_COOKIE)
        assert token is not None
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
        page = context.new_page()
        page.on("console", lambda told: said.append(told.text) if told.type in {"error", "warning"} else None)
        page.goto(f"{address}/customers")
        page.locator('a[href="/start"]').click()
        page.set_input_files("#files", tmp_path / "orders.csv")
        page.get_by_role("button", name=upload).click()
        page.wait_for_url("**/start/columns/**")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name=save).click()
        page.wait_for_url("**/start/preview")
        page.get_by_role("link", name=go_on).click()
        page.locator("#name").fill("Tea house")
        page.get_by_role("button", name=publish).click()
        page.wait_for_url("**/customers", timeout=90_000)
        assert page.locator('a[href^="/customers/"]').count() > 0
        browser.close()
    assert said == []
