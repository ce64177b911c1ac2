"""A real server on the shop with hostile texts, and somebody signed in who walks through its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from keepwell.access.commands import create_first_administrator, sign_in
from keepwell.wiring import Deployment
from support.answering import answering
from support.served_shop import NAME, NOW, PASSWORD, open_shop, publish_plan, run_plan, write_plan
from support.walker import WAYS, Walker, Way, visitor

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


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
    with answering(shop, NOW) as (there, _app):
        yield there


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    made: Way = request.param
    return made


@pytest.fixture
def walker(browser: Browser, shop: Deployment, address: str, way: Way) -> Iterator[Walker]:
    session = sign_in(shop.store, NAME, PASSWORD, now=NOW, address="127.0.0.1")
    made = visitor(browser, address, way, session)
    yield made
    made.page.context.close()
