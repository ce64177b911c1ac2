"""A small shop for pages: one regular about to leave, one who keeps coming, one new, and rows that wait in quarantine.

Its texts are hostile: markup, right-to-left marks and emoji stand where files have names, channels and ids.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from keepwell.access.commands import create_first_administrator
from keepwell.access.commands import sign_in as begin_session
from keepwell.access.keys import add_key, owner_named
from keepwell.access.model import Permission, Scope
from keepwell.access.users import create_user, make_password_link, redeem_password_link
from keepwell.catalog.files import read_folder
from keepwell.publishing.commands import publish
from keepwell.runs.run import run
from keepwell.web.app import make_app
from keepwell.web.page import SESSION_COOKIE
from keepwell.wiring import Deployment, deployment

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
NAME, PASSWORD = "Wei Ning", "correct horse battery"

PHONE = "13812345678"
LEAVING_ID = '<img src=x onerror="alert(1)">'
HOSTILE_CHANNEL = "</td><script>alert(2)</script>\u202eevil\u202c 🛒"
HOSTILE_LABEL = "<b>Tills</b>"

SETTINGS = """\
format = 1
name = "Shop <of> 'tests'"
time_zone = "Asia/Shanghai"
currency = "CNY"
"""

ORDERS = f"""\
source: orders
label: {{en: "{HOSTILE_LABEL}", zh: 收银台}}
from: {{files: data/*.csv}}
fact: order
system: shop
key: [order_id]
columns:
  order_id: order_no
  party: customer_no
  occurred_at: ordered_at
  amount: paid
  channel: channel
  name: {{personal: name}}
  phone: {{personal: phone}}
valid:
  - rule: amount < 100000
    say: {{en: "nobody spends that much <i>here</i>", zh: 金额过大}}
"""

HEADER = "order_no,customer_no,ordered_at,paid,channel,name,phone\n"


def orders() -> str:
    """The shop's orders as a CSV file: 24 good rows and 3 bad ones."""
    rows = [
        _row("L", n, LEAVING_ID, 70 + 7 * n, "120.50", HOSTILE_CHANNEL, "王小明", PHONE) for n in range(12)
    ]
    rows += [_row("S", n, "steady", 2 + 9 * n, "80", "shop", "李雷", "13912345678") for n in range(11)]
    rows += [_row("N", 0, "new", 3, "15", "web", "", "")]
    rows += [
        _row("B", 0, "steady", 5, "n/a", "shop", "", ""),
        _row("B", 1, "steady", 5, "not <b>money</b>", "shop", "", ""),
        _row("B", 2, "steady", 5, "2000000", "shop", "", ""),
    ]
    return HEADER + "".join(rows)


def _row(
    prefix: str, number: int, customer: str, days_ago: int, paid: str, channel: str, name: str, phone: str
) -> str:
    at = (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%d %H:%M")
    values = (f"{prefix}{number:03}", customer, at, paid, channel, name, phone)
    quoted = ('"' + value.replace('"', '""') + '"' for value in values)
    return ",".join(quoted) + "\n"


def write_plan(folder: Path, *, settings: str = SETTINGS) -> None:
    """The plan folder, not published."""
    for name, text in {
        "keepwell.toml": settings,
        "sources/orders.yml": ORDERS,
        "data/orders.csv": orders(),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def publish_plan(shop: Deployment, *, now: datetime = NOW) -> None:
    """Publish what stands in the folder."""
    with shop.store.write() as session:
        publish(session, read_folder(shop.folder), author="test", reason="test", now=now)


def run_plan(shop: Deployment, *, now: datetime = NOW) -> None:
    """Run it."""
    with shop.place(now=now) as place:
        run(place)


def open_shop(folder: Path, **environment: str) -> Deployment:
    """The deployment, with nothing of this process's environment but what is given."""
    return deployment(folder, environment)


def copy_shop(template: Path, folder: Path) -> Path:
    """A copy of a shop that was published and run, to change at will."""
    shutil.copytree(template, folder)
    return folder


class Site:
    """The application with a client of it, and a clock that can be moved."""

    def __init__(self, shop: Deployment, *, now: datetime = NOW) -> None:
        self.shop = shop
        self.now = now
        self.app: FastAPI
        self.app, self.figures = make_app(shop, clock=lambda: self.now)
        self.client = self.visitor()

    def visitor(self, *, https: bool = False, address: str = "127.0.0.1") -> TestClient:
        """A browser that has not been here."""
        return TestClient(
            self.app,
            base_url=f"{'https' if https else 'http'}://testserver",
            follow_redirects=False,
            client=(address, 50_000),
        )

    def sign_in(self) -> None:
        """Make the administrator where there is none, and sign the client in."""
        with self.shop.store.write() as session:
            create_first_administrator(session, NAME, PASSWORD, now=self.now)
        token = begin_session(self.shop.store, NAME, PASSWORD, now=self.now, address="127.0.0.1")
        self.client.cookies.set(SESSION_COOKIE, token)

    def signed_in(self, name: str, *roles: str, scope: Scope | None = None) -> TestClient:
        """A browser of a new user with these roles, from an address of their own: failed sign-ins count by it."""
        with self.shop.store.write() as session:
            create_user(session, name, roles, scope, actor="test", now=self.now)
            token = make_password_link(session, name, actor="test", now=self.now)
            redeem_password_link(session, token, PASSWORD, now=self.now)
        browser = self.visitor(address=f"of {name}")
        begun = begin_session(self.shop.store, name, PASSWORD, now=self.now, address=f"of {name}")
        browser.cookies.set(SESSION_COOKIE, begun)
        return browser

    def key(self, owner: str, *permissions: Permission) -> str:
        """A new key of a user."""
        with self.shop.store.write() as session:
            viewer = owner_named(session, owner)
            # A key may be given more than a scope lets its owner do: it is looked at when it is used.
            whole = replace(viewer, scope=None)
            return add_key(session, whole, "of tests", permissions, now=self.now, actor="test")

    def form(self, path: str, client: TestClient | None = None) -> str:
        """The token that forms of a page carry."""
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', (client or self.client).get(path).text)
        assert found is not None, f"{path} has no form"
        return found[1]

    def close(self) -> None:
        """Let go of everything."""
        self.client.close()
        self.app.state.web.sights.close()
        self.shop.close()
