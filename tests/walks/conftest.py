"""A real server on the shop with hostile texts, and somebody signed in who walks through its pages."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from keepwell.access.commands import create_first_administrator, sign_in
from keepwell.web.app import make_app
from keepwell.wiring import Deployment
from support.served_shop import NAME, NOW, PASSWORD, open_shop, publish_plan, run_plan, write_plan
from support.walker import WAYS, Walker, Way, prepared

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LOCALES = {"en": "en-US", "zh": "zh-CN"}


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Published and run, with its administrator."""
    folder = tmp_path_factory.mktemp("walks") / "plan"
    write_plan(folder)
    opened = open_shop(folder)
    publish_plan(opened)
    run_plan(opened)
    with opened.store.write() as session:
        create_first_administrator(session, NAME, PASSWORD, now=NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def address(shop: Deployment) -> Iterator[str]:
    """The address of a server whose clock stands still."""
    app, _figures = make_app(shop, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    app.state.web.sights.close()


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    made: Way = request.param
    return made


@pytest.fixture
def walker(browser: Browser, shop: Deployment, address: str, way: Way) -> Iterator[Walker]:
    session = sign_in(shop.store, NAME, PASSWORD, now=NOW, address="127.0.0.1")
    context = browser.new_context(
        locale=LOCALES[way.language],
        color_scheme=way.scheme,
        viewport={"width": way.width, "height": way.height},
    )
    yield prepared(context, address, way, session)
    context.close()
