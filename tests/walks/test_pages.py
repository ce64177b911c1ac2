"""Every page there is, in both languages, on a desk and a phone, in light and dark, of a shop whose texts are hostile.

The pages are enumerated from the application: a new one is walked without being listed, and fails until somebody says
what the parts of its address may be. No page has a grave fault, and every text stays a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from playwright.sync_api import Browser
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from keepwell.access.commands import sign_in
from keepwell.access.users import make_password_link
from keepwell.runs.first_load.draft import Desk
from keepwell.web.page import SESSION_COOKIE
from keepwell.web.pages.explore.views import VIEWS
from keepwell.wiring import Deployment
from support.answering import answering
from support.hostile_shop import ADMINISTRATOR, NOW, hostile, hostile_shop, visible
from support.served_shop import PASSWORD
from support.walker import Walker, Way, visitor

pytestmark = [pytest.mark.browser, pytest.mark.heavy, pytest.mark.timeout(900)]

BYTES_MAX = 400_000
"""Of one page; endless texts on each line of a list take more than names of people do."""
DOCUMENT = "<!doctype html>"
ELSEWHERE = {"/welcome", "/sign-in/oidc", "/sign-in/oidc/back", "/static"}
"""Walked by the first load, by the tests of the provider, and files."""
SIGNED_OUT = {"/sign-in", "/password"}
"""For who is not signed in."""
MORE = [
    "/customers?segment=everybody",
    "/customers?segment=whispered&sort=spend_lifetime",
    "/customers?segment=everybody&columns=usual_channel,mood,told,last_store",
    "/system/audit?action=publish",
    "/customers/export?segment=whispered",
    "/customers/tag?segment=whispered&tag=told",
    "/plan/new?kind=segment",
    "/plan/new?kind=segment&name=whispered",
]
"""States of a page that show more of it than its bare address."""
REFUSED = [
    f"/customers?where={quote(hostile('condition'))}",
    f"/customers?segment={quote(hostile('segment'))}",
    f"/explore/cohorts?where={quote(hostile('condition'))}",
    f"/customers/{quote(hostile('customer'), safe='')}",
    f"/plan/segment/{quote(hostile('definition'), safe='')}",
    f"/{quote(hostile('path'), safe='')}",
]
"""What is answered by an error that quotes hostile text."""
SEEN_AS_TEXT = {
    "business", "source_en", "source_zh", "rule", "column", "measure", "field", "case", "segment_en", "segment_zh",
    "segment_about", "reason", "said", "channel", "store", "unit", "unit_store", "order", "status", "file", "user",
    "reason_of_version", "job", "told", "draft_column", "draft_status", "list",
    "export_reason", "key",
}  # fmt: skip
"""Hostile texts that some page shows; were one not seen, the walk would not have been there."""


@pytest.fixture(scope="module")
def evil_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    made = hostile_shop(tmp_path_factory.mktemp("hostile") / "plan")
    yield made
    made.close()


@pytest.fixture(scope="module")
def evil_server(evil_shop: Deployment) -> Iterator[tuple[str, FastAPI]]:
    with answering(evil_shop, NOW) as told:
        yield told


@pytest.fixture(scope="module")
def pages(evil_shop: Deployment, evil_server: tuple[str, FastAPI]) -> list[str]:
    """The address of every page that somebody signed in may open."""
    _, app = evil_server
    client = TestClient(
        app, base_url="http://testserver", follow_redirects=False, client=("127.0.0.1", 50_000)
    )
    client.cookies.set(SESSION_COOKIE, session_of(evil_shop))
    known, found = values(app, evil_shop), []
    for path in paths(app.routes):
        if path in ELSEWHERE | SIGNED_OUT:
            continue
        for address in filled(path, known):
            answer = client.get(address)
            assert answer.status_code in {200, 303, 400, 422}, (
                f"{address}: {answer.status_code}; say how it is reached"
            )
            if answer.status_code == 200 and answer.text[:30].lower().startswith(DOCUMENT):
                found.append(address)
    return [*found, *MORE]


def session_of(shop: Deployment) -> str:
    return sign_in(shop.store, ADMINISTRATOR, PASSWORD, now=NOW, address="127.0.0.1")


def paths(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Each path that GET answers."""
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from paths(included.routes)
        elif isinstance(route, APIRoute) and "GET" in (route.methods or set()):
            yield route.path


def filled(path: str, known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The addresses of a path. A run of parameters is looked up by what stands before it, else one by one."""
    found = [path]
    for run in re.findall(r"[^{}]*?((?:\{\w+\}/?)+)", path):
        names = run.strip("/")
        whole = f"{path.partition(run)[0]}{names}"
        for name in [whole] if whole in known else re.findall(r"\{\w+\}", names):
            assert name in known, f"say in `values` what {name} of {path} may be"
            here = names if name == whole else name
            found = [each.replace(here, value) for each in found for value in known[name]]
    return found


def values(app: FastAPI, shop: Deployment) -> Mapping[str, tuple[str, ...]]:
    """What the parameters of addresses may be."""
    with app.state.web.sights.sight() as sight:
        parties = sight.snapshot.engine.rows(sight.snapshot.table("party"))
        run_id = sight.snapshot.info.run_id
    customers = {row["party_key"].rpartition("party")[2]: str(row["customer_id"]) for row in parties}
    definitions = (
        "source/orders",
        "source/stores",
        "segment/whispered",
        "measure/usual_channel",
        "field/mood",
    )
    return {
        "{customer_id}": (customers["0"], customers["5"]),
        "{user_id}": ("1", "2"),
        "{run_id}": (run_id,),
        "{change}": ("entry", "exit"),
        "{input_id}": tuple(each.id for each in Desk(shop.work, 1).read(NOW).inputs),
        "/explore/{name}": tuple(VIEWS),
        "/sources/{name}": ("orders", "stores"),
        "/segments/{name}": ("whispered", "about_to_leave"),
        "/plan/{kind}/{name}": (*definitions, "tag/told"),
        "{number}": ("1",),
        "{list_id}": ("1",),
        "{request_id}": ("1",),
    }


@pytest.fixture
def evil(
    browser: Browser, evil_shop: Deployment, evil_server: tuple[str, FastAPI], way: Way
) -> Iterator[Walker]:
    made = visitor(browser, evil_server[0], way, session_of(evil_shop))
    yield made
    made.page.context.close()


def test_no_page_has_a_grave_fault_and_every_text_stays_a_text(evil: Walker, pages: list[str]) -> None:
    seen: set[str] = set()
    for address in pages:
        evil.go(address)
        if evil.page.locator("[hx-trigger~=load], [data-chart]").count():
            evil.page.wait_for_load_state("networkidle")
            evil.look()
        seen |= set(re.findall(r'kw-evil id=["\']?(\w+)', shown(evil)))
    evil.must_be_faultless()
    assert max(evil.weights.values()) < BYTES_MAX
    of_other = {"source_zh", "segment_zh"} if evil.way.language == "en" else {"source_en", "segment_en"}
    assert SEEN_AS_TEXT - of_other - seen == set()


def shown(walker: Walker) -> str:
    """All the text of a page, what its fields hold and what is folded, and its title."""
    fields = "[...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' ')"
    text = walker.page.evaluate(f"document.body.textContent + ' ' + {fields}")
    return f"{walker.page.title()} {text}"


def test_the_title_of_a_page_has_the_hostile_name_as_it_is(evil: Walker) -> None:
    evil.go("/customers")
    assert '<kw-evil id="business"><script>window.hit=1</script>' in evil.page.title()


def test_charts_show_hostile_names_as_texts(evil: Walker) -> None:
    """Wherever the pointer goes on a chart, what it shows is a text."""
    for name in VIEWS:
        evil.go(f"/explore/{name}")
        for chart in evil.page.locator("[data-chart] canvas").all():
            box = chart.bounding_box()
            assert box is not None
            chart.scroll_into_view_if_needed()
            for across, down in product((0.1, 0.3, 0.5, 0.7, 0.9), repeat=2):
                chart.hover(position={"x": box["width"] * across, "y": box["height"] * down}, force=True)
        evil.look()
    evil.must_be_faultless()


def test_what_is_refused_quotes_hostile_text_as_text(evil: Walker) -> None:
    for address in REFUSED:
        evil.page.goto(evil.address + address)
        evil.look()
    evil.must_be_faultless(but_refusals=True)


def test_pages_for_who_is_not_signed_in(
    browser: Browser, evil_shop: Deployment, evil_server: tuple[str, FastAPI], way: Way
) -> None:
    with evil_shop.store.write() as session:
        link = make_password_link(session, visible("narrow"), actor="test", now=NOW)
    walker = visitor(browser, evil_server[0], way)
    for address in ("/sign-in", f"/password?token={link}", "/password?token=none"):
        walker.page.goto(walker.address + address)
        walker.look()
    walker.page.context.close()
    walker.must_be_faultless(but_refusals=True)
