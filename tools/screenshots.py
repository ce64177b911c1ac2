"""Take pictures of every page into docs/pages, and write docs/pages.md that shows them with a sentence each.

The shop is simulated from a fixed seed and the clock stands still, so the same code gives the same pictures. Pictures
are WebP, small enough for the repository; a picture over the limit stops the command.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from keepwell.access.commands import create_first_administrator, sign_in
from keepwell.catalog.files import read_folder
from keepwell.publishing.commands import publish
from keepwell.runs.run import run
from keepwell.simulate.parameters import Simulation, parameters_from
from keepwell.simulate.write import write_simulation
from keepwell.web.app import make_app
from keepwell.web.page import SESSION_COOKIE
from keepwell.wiring import Deployment, deployment

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pages"
TEXT = ROOT / "docs/pages.md"
NOW = datetime(2026, 7, 1, 1, tzinfo=UTC)
UNTIL = date(2026, 6, 30)
NAME, PASSWORD = "Wei Ning", "correct horse battery"
QUALITY = 70
BYTES_MAX, BYTES_MAX_ALL = 120_000, 3_000_000
HTTP_OK = 200
DESKTOP, PHONE = (1280, 860), (390, 844)
LOCALES = {"en": "en-US", "zh": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its picture's name, address and sentence. ``is_main`` pages are shown in dark and on a phone as well.

    ``{customer}`` in an address stands for one who is about to leave.
    """

    name: str
    path: str
    title: str
    sentence: str
    is_main: bool = False


PAGES = [
    Shown("today", "/", "Today", "Who is about to leave, what is at stake, and why.", is_main=True),
    Shown("customers", "/customers", "Customers", "Any question, answered with names and reasons.", is_main=True),
    Shown("customer", "/customers/{customer}", "Customer", "One customer, through all years.", is_main=True),
    Shown("explore", "/explore", "Explore", "Cohorts, grids and flows; every number opens its customers."),
    Shown("segments", "/segments", "Segments", "How large each segment is, and what changed."),
    Shown("plan", "/plan", "Plan", "Every definition, who changed it and why."),
    Shown("system", "/system", "System", "How the deployment is."),
    Shown("sources", "/sources", "Data", "What became of every row of every source."),
    Shown("runs", "/runs", "Runs", "What the last run did, and what it could not read."),
]  # fmt: skip
"""One line adds a page. One that the server does not have yet is left out, and said."""


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
MAIN = [*EVERY, Look("en", "dark", DESKTOP), Look("zh", "dark", DESKTOP), Look("zh", "light", PHONE)]


def main() -> None:
    """Take all pictures, or those of some pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of pages; the text is left as it is")
    parser.add_argument("--customers", type=int, default=3_000)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        _shop(Path(folder, "shop"), given.customers) as shop,
        _server(shop) as address,
    ):
        taken = _take_all(shop, address, given.only)
    if not given.only:
        TEXT.write_text(_text(taken), "utf-8")


@contextmanager
def _shop(folder: Path, customers: int) -> Iterator[Deployment]:
    """A simulated shop, published and run, with its administrator."""
    parameters = parameters_from([])
    write_simulation(
        folder,
        Simulation(
            customers=customers, years=3, seed=1, until=UNTIL, parameters=parameters, files_per="month"
        ),
    )
    opened = deployment(folder, {})
    with opened.store.write() as session:
        publish(session, read_folder(folder), author=NAME, reason="first plan", now=NOW)
        create_first_administrator(session, NAME, PASSWORD, now=NOW)
    with opened.place(now=NOW) as place:
        run(place)
    yield opened
    opened.close()


@contextmanager
def _server(shop: Deployment) -> Iterator[str]:
    """Its address; the clock stands still."""
    app, _figures = make_app(shop, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    app.state.web.sights.close()


def _take_all(shop: Deployment, address: str, only: list[str] | None) -> list[tuple[Shown, list[str]]]:
    """Each page with its pictures' names."""
    token = sign_in(shop.store, NAME, PASSWORD, now=NOW, address="127.0.0.1")
    PICTURES.mkdir(exist_ok=True)
    taken, total = [], 0
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        customer = _a_customer(browser, address, token)
        for shown in PAGES:
            if only and shown.name not in only:
                continue
            pictures = []
            for look in MAIN if shown.is_main else EVERY:
                picture = _take(browser, address, token, shown.path.format(customer=customer), look)
                if picture is None:
                    print(f"{shown.name}: the server has no such page, left out")
                    break
                name = f"{shown.name}-{look.suffix}.webp"
                if len(picture) > BYTES_MAX:
                    raise SystemExit(f"{name} has {len(picture):,} bytes, more than {BYTES_MAX:,}")
                (PICTURES / name).write_bytes(picture)
                pictures.append(name)
                total += len(picture)
            if pictures:
                taken.append((shown, pictures))
        browser.close()
    if total > BYTES_MAX_ALL:
        raise SystemExit(f"the pictures have {total:,} bytes together, more than {BYTES_MAX_ALL:,}")
    print(f"{sum(len(pictures) for _, pictures in taken)} pictures, {total / 1024:,.0f} KiB")
    return taken


def _a_customer(browser: Browser, address: str, token: str) -> str:
    """The first who is about to leave."""
    with browser.new_context() as context:
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/customers?segment=about_to_leave")
        found = re.search(r'href="/customers/([^"?/]+)"', page.content())
    if found is None:
        raise SystemExit("nobody is about to leave in the simulated shop")
    return found[1]


def _take(browser: Browser, address: str, token: str, path: str, look: Look) -> bytes | None:
    """The top of a page; None where there is no such page."""
    width, height = look.size
    with browser.new_context(
        locale=LOCALES[look.language],
        color_scheme="dark" if look.scheme == "dark" else "light",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    ) as context:
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
        page = context.new_page()
        answer = page.goto(address + path)
        if answer is None or answer.status != HTTP_OK or page.url != address + path:
            return None
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)  # charts are drawn
        taken = context.new_cdp_session(page).send(
            "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
        )
        return base64.b64decode(taken["data"])


def _text(taken: list[tuple[Shown, list[str]]]) -> str:
    """The page of documentation."""
    lines = [
        "# The pages, in pictures",
        "",
        "Taken by `make screenshots` of a made-up retailer (`keepwell simulate`, seed 1); nobody in them exists.",
    ]
    for shown, pictures in taken:
        lines += ["", f"## {shown.title}", "", shown.sentence, ""]
        lines += [
            f"![{shown.title}, {name.removeprefix(shown.name + '-').removesuffix('.webp')}](pages/{name})"
            for name in pictures
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
