"""Nothing of a customer outside a viewer's scope stands in any answer, whatever route gives it.

The routes are enumerated from the application, so a new one is walked too; one whose path or query needs a value
that is not known here fails until somebody says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import product

import pytest
from fastapi import FastAPI
from fastapi._compat import ModelField
from fastapi.dependencies.utils import _get_flat_fields_from_params
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount
from starlette.testclient import TestClient

from keepwell.access.model import ROLES, Permission, Scope, Viewer
from keepwell.access.users import set_scope
from keepwell.api.asking import ROOT
from keepwell.catalog.limits import Exports
from keepwell.lists.exports import Contents, request_export
from keepwell.lists.model import EVERYBODY, Question
from keepwell.lists.saved import save_list
from keepwell.web.pages.explore.views import VIEWS
from support.branch_shop import NOW, write_branches
from support.served_shop import NAME, Site, open_shop, publish_plan, run_plan

OUTSIDE = 611
"""So many customers buy in the south; with the three of the north they are 614. No figure of the north is near."""
RUN_BEFORE = NOW - timedelta(days=12)
HEADER = "id,who,at,paid,store,name,phone\n"

MARKERS = {
    "a name": "龘",
    "a store": "outstore",
    "a party": "outsider",
    "an amount": r"7,?77\d|31,?088",
    "a count": r"(?<![\w.,])61[14](?![\w,])",
}
"""What tells of those outside, as a pattern: each of their names, parties, stores and amounts has it."""

OUTSIDERS = Contents(
    question=Question(EVERYBODY, "last_store = 'outstore'"),
    conditions=("last_store = 'outstore'",),
    sort=None,
    columns=("last_store",),
    personal=("name",),
    is_unmasked=True,
    customers=OUTSIDE,
)
"""An export that somebody else asked for, of customers outside."""

SCOPES = {
    "by units": Scope(units=frozenset({"north"})),
    "by condition": Scope("last_store != 'outstore'"),
    "by both": Scope("spend_lifetime < 1000", frozenset({"north"})),
}
QUERIES: Mapping[str, tuple[str, ...]] = {
    "where": ("true", "spend_lifetime > 1", "days_since_last_order > 3"),
    "segment": ("everybody",),
    "sort": ("-spend_lifetime", "customer_id"),
    "before": ("2026-06-29T00:00:00Z",),
    "text": ("a",),
    "kind": ("order",),
    "year": ("2026",),
    "reason": ("overdue",),
    "days": ("7",),
    "of": ("last_store", "spend_lifetime"),
    "by": ("last_store",),
    "fields": ("spend_lifetime", "last_store,customer_id"),
    "start": ("2026-06-01",),
    "limit": ("500",),
}
"""Parameters of queries that are worth a try, each alone."""
SEVERAL = {f"{ROOT}/segments/overlap": "segment=about_to_leave&segment=basket_down"}
"""Path → a query of it that needs several values of one parameter."""


NOT_REACHED = {
    "/welcome", "/password", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/back",
    "/start/columns/{input_id}", "/start/preview", "/start/publish", "/lists/{list_id}", f"{ROOT}/runs/{{number}}",
}  # fmt: skip
"""Pages for who is not signed in, those of a draft that a first load begins, or of a run that somebody asked for (no
scope lets anybody there), and one that only leads on to the list."""


TELLS_THE_TOTAL = "/metrics"
"""For whoever watches over the process: open to this machine or with a token, whoever is signed in or nobody."""


def _orders() -> str:
    """The three of the north come often; the many of the south stopped in spring, so that segments hold them."""
    rows = []
    for who, store in (("ann", "s1"), ("bob", "s2"), ("eva", "s1")):
        for number in range(6):
            at = NOW - timedelta(days=4 + 9 * number)
            rows.append(
                f"{who}{number},{who},{at:%Y-%m-%d %H:%M},{20 + number},{store},王{who},13900000001\n"
            )
    for number in range(OUTSIDE):
        for order in range(4):
            at = NOW - timedelta(days=9 + number % 23 + 11 * order)
            who = f"outsider{number}"
            paid = f"7{770 + order}.7{order}"
            phone = f"138{number:08}"
            rows.append(f"x{number}-{order},{who},{at:%Y-%m-%d %H:%M},{paid},outstore,龘{number},{phone}\n")
    return HEADER + "".join(rows)


@pytest.fixture(scope="module")
def walk_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("walk") / "plan"
    stores = "id,above,label,level\nnorth,,North,region\nsouth,,South,region\n"
    stores += "s1,north,One,store\ns2,north,Two,store\noutstore,south,Three,store\n"
    write_branches(folder, stores=stores)
    (folder / "data/orders.csv").write_text(_orders(), "utf-8")
    shop = open_shop(folder)
    publish_plan(shop, now=RUN_BEFORE)
    run_plan(shop, now=RUN_BEFORE)
    run_plan(shop, now=NOW)
    made = Site(shop, now=NOW)
    made.sign_in()
    with shop.store.write() as session:
        owner = Viewer(1, NAME, frozenset(ROLES))
        request_export(session, owner, OUTSIDERS, "so that there is one", Exports(), now=NOW)
        save_list(session, owner, "everybody's", Question(EVERYBODY), is_shared=True, now=NOW)
    made.client.headers["Authorization"] = f"Bearer {made.key(NAME, *Permission)}"
    yield made
    made.close()


@pytest.fixture(scope="module")
def narrowed(walk_site: Site) -> TestClient:
    """A browser of somebody who may do everything, so that the scope alone stands between; it has a key of theirs too.

    Pages do not look at the key, nor the API at the session.
    """
    browser = walk_site.signed_in("narrow", *ROLES, scope=Scope(units=frozenset()))
    browser.headers["Authorization"] = f"Bearer {walk_site.key('narrow', *Permission)}"
    return browser


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from routes_of(included.routes)
        elif isinstance(route, APIRoute):
            yield route


def paths_of(site: Site) -> Iterator[tuple[str, APIRoute]]:
    """Every route with its whole path, those of the API too."""
    yield from ((route.path, route) for route in routes_of(site.app.routes))
    [api] = [each.app for each in site.app.routes if isinstance(each, Mount) and each.path == ROOT]
    assert isinstance(api, FastAPI)
    yield from ((f"{ROOT}{route.path}", route) for route in routes_of(api.routes))


def values(site: Site) -> dict[str, tuple[str, ...]]:
    """Parameter of a path → what to try. Ids of customers are of the north: those outside have a test of their own."""
    with site.app.state.web.sights.sight() as sight:
        engine = sight.snapshot.engine
        parties = engine.rows(sight.snapshot.table("party"))
        inside = tuple(row["customer_id"] for row in parties if "outsider" not in row["party_key"])
        plan, run_id = sight.plan, sight.snapshot.info.run_id
        names = {kind: tuple(getattr(plan, f"{kind}s")) for kind in ("source", "segment", "measure", "field")}
    return {
        "customer_id": inside,
        "name": (*names["source"], *names["segment"], names["measure"][0], "last_store"),
        "kind": ("source", "segment", "measure", "field"),
        "user_id": ("1",),
        "list_id": ("1",),
        "request_id": ("1",),
        "run_id": (run_id,),
        "change": ("entry", "exit"),
        "input_id": ("x",),
        "number": ("1",),
    }


def addresses(site: Site) -> list[str]:
    """Every GET address there is, with each parameter of its query alone."""
    known = values(site)
    found: list[str] = []
    for whole, route in paths_of(site):
        if "GET" not in (route.methods or set()):
            continue
        asked = re.findall(r"\{(\w+)\}", whole)
        for name in asked:
            assert name in known, f"say in `values` what {{{name}}} of {whole} may be"
        names = known | {"name": tuple(VIEWS)} if whole.startswith("/explore/") else known
        queries = [field.alias for field in _query_fields(route)]
        required = [field.alias for field in _query_fields(route) if field.field_info.is_required()]
        for name in required:
            assert name in QUERIES, f"say in QUERIES what `{name}` of {whole} may be"
        base = SEVERAL.get(whole) or "&".join(f"{name}={QUERIES[name][0]}" for name in required)
        for chosen in product(*(names[name] for name in asked)):
            path = whole
            for name, value in zip(asked, chosen, strict=True):
                path = path.replace("{" + name + "}", value)
            found.append(f"{path}?{base}" if base else path)
            if len(asked) > 1:
                continue
            extra = [f"{name}={value}" for name in queries for value in QUERIES.get(name, ())]
            found += [f"{path}?{one}&{base}" for one in extra]
    return found


def _query_fields(route: APIRoute) -> list[ModelField]:
    waiting, found = [route.dependant], list[ModelField]()
    while waiting:
        one = waiting.pop()
        found += _get_flat_fields_from_params(one.query_params)  # a model stands for its fields
        waiting += one.dependencies
    return found


def plain(text: str) -> str:
    """Without what is random or of the layout: tokens of forms, versions of files, ids of requests."""
    text = re.sub(r'name="csrf" value="\w+"|\?v=\w+|class="[^"]*"|"request_id":"\w+"', "", text)
    text = re.sub(r'"next_cursor":"[\w-]+"|(?<=\d)\.\d{3,}', "", text)  # no amount has a third decimal
    return re.sub(r"20\d{6}T\d{6}-[0-9a-f]{8}", "", text)


def leaks(text: str, ids: set[str]) -> list[str]:
    shown = plain(text)
    found = [what for what, pattern in MARKERS.items() if re.search(pattern, shown)]
    return found + sorted(set(re.findall(r"c[0-9a-f]{19}", shown)) & ids)[:3]


def outside(site: Site) -> list[tuple[str, str]]:
    with site.app.state.web.sights.sight() as sight:
        parties = sight.snapshot.engine.rows(sight.snapshot.table("party"))
    return [(row["customer_id"], row["party_key"]) for row in parties if "outsider" in row["party_key"]]


@pytest.mark.parametrize("scope", SCOPES)
def test_no_route_tells_of_customers_outside(walk_site: Site, narrowed: TestClient, scope: str) -> None:
    with walk_site.shop.store.write() as session:
        set_scope(session, "narrow", SCOPES[scope], actor="test", now=NOW)
    ids = {customer_id for customer_id, _ in outside(walk_site)}
    assert len(ids) == OUTSIDE
    told: dict[str, list[str]] = {}
    answered = 0
    for address in addresses(walk_site):
        walk_site.now += timedelta(seconds=1)  # or the key is used too often
        answer = narrowed.get(address)
        assert answer.status_code < 500, (address, answer.text)
        assert answer.status_code != 429, address
        answered += answer.status_code == 200
        if address != TELLS_THE_TOTAL and (found := leaks(answer.text, ids)):
            told[address] = found
    assert not told
    assert answered > 20


def test_the_walk_reaches_every_page_and_would_find_what_leaks(walk_site: Site) -> None:
    """Somebody without a scope is answered by every route, and shown each of the marks on some page."""
    ids = {customer_id for customer_id, _ in outside(walk_site)}
    seen: set[str] = set()
    reached: set[str] = set()
    for address in (*addresses(walk_site), f"/customers/{min(ids)}"):
        walk_site.now += timedelta(seconds=1)
        answer = walk_site.client.get(address)
        if answer.status_code == 200:
            reached.add(address.partition("?")[0])
        seen |= {each if each in MARKERS else "an id" for each in leaks(answer.text, ids)}
    assert seen >= {"a name", "a party", "an amount", "a count", "an id"}
    patterns = {
        whole: re.compile(re.sub(r"\{\w+\}", "[^/]+", whole))
        for whole, route in paths_of(walk_site)
        if "GET" in (route.methods or set())
    }
    missed = {path for path, pattern in patterns.items() if not any(map(pattern.fullmatch, reached))}
    assert missed == NOT_REACHED


def test_a_customer_outside_is_as_one_who_is_not(walk_site: Site, narrowed: TestClient) -> None:
    with walk_site.shop.store.write() as session:
        set_scope(session, "narrow", SCOPES["by units"], actor="test", now=NOW)
    customer_id, party_key = outside(walk_site)[0]
    nobody = "c" + "0" * 19
    paths = {
        whole
        for whole, route in paths_of(walk_site)
        if "GET" in (route.methods or ()) and "{customer_id}" in whole
    }
    assert len(paths) >= 4
    for path in paths:
        query = "" if path.startswith(ROOT) else "?before=2026-06-29T00:00:00Z"
        there = narrowed.get(path.replace("{customer_id}", customer_id) + query)
        absent = narrowed.get(path.replace("{customer_id}", nobody) + query)
        assert there.status_code == absent.status_code == 404
        assert plain(there.text).replace(customer_id, nobody) == plain(absent.text)
    form = walk_site.form("/customers", narrowed)
    for text in (customer_id, party_key, "outsider0", "龘0", "13800000000", "0000"):
        answer = narrowed.post("/search", data={"csrf": form, "text": text})
        assert answer.status_code == 200
        assert not leaks(answer.text.replace(text, ""), {customer_id})
        told = narrowed.post(f"{ROOT}/search", json={"text": text})
        assert (told.status_code, told.json()["customers"]) == (200, [])


def test_who_sees_nobody_is_shown_empty_pages(walk_site: Site, narrowed: TestClient) -> None:
    with walk_site.shop.store.write() as session:
        set_scope(session, "narrow", Scope(units=frozenset()), actor="test", now=NOW)
    for address in ("/", "/customers", "/customers?segment=everybody", "/segments"):
        answer = narrowed.get(address)
        assert answer.status_code == 200
        assert not re.search(r"c[0-9a-f]{19}|王", plain(answer.text))
