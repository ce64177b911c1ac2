"""Take pictures of every page into docs/pages, and write docs/pages.md that shows them with a sentence each.

The shop is simulated from a fixed seed and the clock stands still, so the same code gives the same pictures. Pictures
are WebP, small enough for the repository; a picture over the limit stops the command.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import shutil
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, sync_playwright
from starlette.routing import BaseRoute

from keepwell.access.commands import create_first_administrator, sign_in
from keepwell.access.model import ADMINISTRATOR, Viewer
from keepwell.access.users import create_user
from keepwell.answers.ask import members
from keepwell.catalog.files import read_folder
from keepwell.catalog.sample import sample_orders
from keepwell.intake.readers import LIMITS
from keepwell.publishing.commands import publish
from keepwell.runs.first_load.add import add_file
from keepwell.runs.first_load.draft import Desk, incoming
from keepwell.runs.run import run
from keepwell.simulate.parameters import Simulation, parameters_from
from keepwell.simulate.write import write_simulation
from keepwell.web.app import make_app
from keepwell.web.asked import LEAVING
from keepwell.web.page import SESSION_COOKIE
from keepwell.wiring import Deployment, deployment

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pages"
TEXTS = {"en": ROOT / "docs/pages.md", "zh": ROOT / "docs/pages.zh.md"}
LIST = Path(__file__).with_suffix(".toml")
HEADS = {
    "en": (
        "# The pages, in pictures",
        "",
        "[中文](pages.zh.md)",
        "",
        "Taken by `make screenshots` of a made-up retailer (`keepwell simulate`, seed 1); nobody in them exists.",
    ),
    "zh": (
        "# 页面一览",
        "",
        "[English](pages.md)",
        "",
        "由 `make screenshots` 对一家虚构零售商（`keepwell simulate`，种子 1）截取；图中人物均不存在。",
    ),
}
NOW = datetime(2026, 7, 1, 1, tzinfo=UTC)
UNTIL = date(2026, 6, 30)
NAME, PASSWORD = "Wei Ning", "correct horse battery"
SECRET = base64.b64encode(bytes(32)).decode()
"""The same each time, and of nothing that lasts."""
QUALITY = 60
BYTES_MAX, BYTES_MAX_ALL = 120_000, 4_000_000
HTTP_OK = 200
DESKTOP, PHONE = (1280, 860), (390, 844)
LOCALES = {"en": "en-US", "zh": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its picture's name, its address, and in each language its title and what it answers."""

    name: str
    address: str
    titles: Mapping[str, tuple[str, str]]
    is_main: bool
    signed_out: bool


def pages(app: FastAPI, known: Mapping[str, str]) -> list[Shown]:
    """Every page of screenshots.toml. Ends the command where the application has one that it does not know."""
    told = tomllib.loads(LIST.read_text("utf-8"))
    routes = {each["route"] for each in told["page"]} | set(told["no_picture"]) | set(told["parts"])
    if strangers := set(_paths(app.routes)) - routes:
        raise SystemExit(f"say in {LIST.name} what these pages are: {', '.join(sorted(strangers))}")
    return [
        Shown(
            each["name"],
            each.get("path", each["route"]).format(**known),
            {language: tuple(each[language]) for language in LOCALES},
            each.get("main", False),
            each.get("signed_out", False),
        )
        for each in told["page"]
    ]


def _paths(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Each path that GET answers, but those of the API."""
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from _paths(included.routes)
        elif isinstance(route, APIRoute) and "GET" in (route.methods or set()) and "/api/" not in route.path:
            yield route.path


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    language: str
    scheme: str
    size: tuple[int, int]

    @property
    def suffix(self) -> str:
        """Ends a picture's name."""
        return f"{self.language}-{'phone' if self.size == PHONE else self.scheme}"


EVERY = [Look("en", "light", DESKTOP), Look("zh", "light", DESKTOP)]
MAIN = [
    *EVERY,
    Look("en", "dark", DESKTOP),
    Look("zh", "dark", DESKTOP),
    Look("en", "light", PHONE),
    Look("zh", "light", PHONE),
]


def main() -> None:
    """Take all pictures, or those of some pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of pages; the text is left as it is")
    parser.add_argument("--customers", type=int, default=3_000)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        _shop(Path(folder, "shop"), given.customers) as shop,
        _server(shop) as (address, app),
    ):
        taken = _take_all(pages(app, _known(shop, app)), shop, address, given.only)
    if not given.only:
        for old in set(PICTURES.iterdir()) - {PICTURES / name for _, names in taken for name in names}:
            old.unlink()
        for language, text in TEXTS.items():
            text.write_text(_text(taken, language), "utf-8")


@contextmanager
def _shop(folder: Path, customers: int) -> Iterator[Deployment]:
    """A simulated shop, published and run two days in a row, with its administrator and a first load under way."""
    parameters = parameters_from([])
    write_simulation(
        folder,
        Simulation(
            customers=customers, years=3, seed=1, until=UNTIL, parameters=parameters, files_per="month"
        ),
    )
    opened = deployment(folder, {"KEEPWELL_SECRET": SECRET})
    with opened.store.write() as session:
        publish(session, read_folder(folder), author=NAME, reason="first plan", now=NOW)
        create_first_administrator(session, NAME, PASSWORD, now=NOW)
        create_user(session, "Lin Yue", ["manager"], None, actor=NAME, now=NOW)
        create_user(session, "Zhao Min", ["agent"], None, actor=NAME, now=NOW)
    for now in (NOW - timedelta(days=1), NOW):
        with opened.place(now=now) as place:
            run(place)
    desk = Desk(opened.work, 1)
    coming = incoming(desk, desk.read(NOW))
    coming.write(sample_orders(UNTIL).encode())
    desk.write(add_file(desk, desk.read(NOW), coming.close(), "orders.csv", LIMITS), NOW)
    yield opened
    opened.close()


@contextmanager
def _server(shop: Deployment) -> Iterator[tuple[str, FastAPI]]:
    """Its address, and the application; the clock stands still."""
    app, _figures = make_app(shop, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", app
    server.should_exit = True
    thread.join()
    app.state.web.sights.close()


def _known(shop: Deployment, app: FastAPI) -> dict[str, str]:
    """What the parts of addresses stand for: the first who is about to leave, the first source, the draft's input."""
    with app.state.web.sights.sight() as sight:
        leaving = members(sight, Viewer(1, NAME, frozenset({ADMINISTRATOR})), LEAVING, limit=1).found[0]
        source = next(iter(sight.plan.sources))
    return {
        "customer": leaving.customer_id,
        "source": source,
        "input": Desk(shop.work, 1).read(NOW).inputs[0].id,
    }


def _take_all(
    every: list[Shown], shop: Deployment, address: str, only: list[str] | None
) -> list[tuple[Shown, list[str]]]:
    """Each page with its pictures' names."""
    token = sign_in(shop.store, NAME, PASSWORD, now=NOW, address="127.0.0.1")
    PICTURES.mkdir(exist_ok=True)
    taken, total = [], 0
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shown in every:
            if only and shown.name not in only:
                continue
            pictures = []
            for look in MAIN if shown.is_main else EVERY:
                picture = _take(browser, address, None if shown.signed_out else token, shown.address, look)
                name = f"{shown.name}-{look.suffix}.webp"
                if len(picture) > BYTES_MAX:
                    raise SystemExit(f"{name} has {len(picture):,} bytes, more than {BYTES_MAX:,}")
                (PICTURES / name).write_bytes(picture)
                pictures.append(name)
                total += len(picture)
            taken.append((shown, pictures))
        browser.close()
    if total > BYTES_MAX_ALL:
        raise SystemExit(f"the pictures have {total:,} bytes together, more than {BYTES_MAX_ALL:,}")
    print(f"{sum(len(pictures) for _, pictures in taken)} pictures, {total / 1024:,.0f} KiB")
    return taken


def _take(browser: Browser, address: str, token: str | None, path: str, look: Look) -> bytes:
    """The top of a page. Ends the command where there is no such page."""
    width, height = look.size
    with browser.new_context(
        locale=LOCALES[look.language],
        color_scheme="dark" if look.scheme == "dark" else "light",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    ) as context:
        if token is not None:
            context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
        page = context.new_page()
        answer = page.goto(address + path)
        if answer is None or answer.status != HTTP_OK or page.url != address + path:
            raise SystemExit(f"{path}: {answer.status if answer else 'nothing'} at {page.url}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)  # charts are drawn
        taken = context.new_cdp_session(page).send(
            "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
        )
        return base64.b64decode(taken["data"])


def _text(taken: list[tuple[Shown, list[str]]], language: str) -> str:
    """The page of documentation: each page's sentence and the pictures of its language."""
    lines = list(HEADS[language])
    for shown, pictures in taken:
        title, sentence = shown.titles[language]
        lines += ["", f"## {title}", "", sentence, ""]
        mine = [name for name in pictures if name.removeprefix(f"{shown.name}-").startswith(language)]
        lines += [
            f"![{title}, {name.removeprefix(shown.name + '-').removesuffix('.webp')}](pages/{name})"
            for name in mine
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
