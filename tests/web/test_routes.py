"""No route is answered without a session but those listed here: a new one fails until it is classified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, APIRouter
from starlette.routing import BaseRoute, Mount, Route

from keepwell.access.model import Permission
from keepwell.api.asking import ROOT
from keepwell.api.asking import Needed as NeededOfKey
from keepwell.web.page import Needed
from support.served_shop import Site

OPEN = {
    ("GET", "/welcome"),
    ("POST", "/welcome"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/sign-in/oidc"),
    ("GET", "/sign-in/oidc/back"),
    ("GET", "/password"),
    ("POST", "/password"),
    ("POST", "/preferences"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/static"),
}
ACCESS = Permission.MANAGE_ACCESS
SEE, DATA, RUN = Permission.SEE_CUSTOMERS, Permission.SEE_DATA, Permission.RUN
EDIT, EXPORT, TAG = Permission.EDIT_PLAN, Permission.EXPORT, Permission.TAG
CLOSED = {
    ("GET", "/"): {SEE},
    ("GET", "/customers"): {SEE},
    ("POST", "/customers/columns"): {SEE},
    ("GET", "/lists/{list_id}"): {SEE},
    ("POST", "/lists"): {SEE},
    ("POST", "/lists/{list_id}/question"): {SEE},
    ("POST", "/lists/{list_id}/name"): {SEE},
    ("POST", "/lists/{list_id}/remove"): {SEE},
    ("GET", "/customers/export"): {SEE, EXPORT},
    ("POST", "/customers/export"): {SEE, EXPORT},
    ("GET", "/exports"): {SEE, EXPORT},
    ("GET", "/exports/{request_id}"): {SEE, EXPORT},
    ("POST", "/exports/{request_id}/approve"): {SEE, EXPORT, Permission.APPROVE_EXPORT},
    ("POST", "/exports/{request_id}/refuse"): {SEE, EXPORT, Permission.APPROVE_EXPORT},
    ("POST", "/exports/{request_id}/withdraw"): {SEE, EXPORT},
    ("POST", "/exports/{request_id}/download"): {SEE, EXPORT},
    ("GET", "/customers/tag"): {SEE, TAG},
    ("POST", "/customers/tag"): {SEE, TAG},
    ("POST", "/customers/{customer_id}/tag"): {SEE, TAG},
    ("GET", "/tags"): {SEE, TAG},
    ("POST", "/tags/{act_id}/undo"): {SEE, TAG},
    ("POST", "/search"): {SEE},
    ("GET", "/conditions"): {SEE},
    ("GET", "/conditions/fields"): {SEE},
    ("GET", "/customers/{customer_id}"): {SEE},
    ("GET", "/customers/{customer_id}/fields"): {SEE},
    ("GET", "/customers/{customer_id}/time-line"): {SEE},
    ("POST", "/customers/{customer_id}/reveal"): {SEE, Permission.REVEAL_VALUES},
    ("GET", "/explore"): {SEE},
    ("GET", "/explore/{name}"): {SEE},
    ("GET", "/explore/{name}/card"): {SEE},
    ("GET", "/segments"): {SEE},
    ("GET", "/segments/{name}"): {SEE},
    ("GET", "/segments/{name}/runs/{run_id}/{change}"): {SEE},
    ("GET", "/plan"): {SEE},
    ("GET", "/plan/versions"): {SEE},
    ("GET", "/plan/versions/{number}"): {SEE},
    ("POST", "/plan/versions/{number}/back"): {SEE, EDIT},
    ("GET", "/plan/new"): {SEE, EDIT},
    ("POST", "/plan/new/check"): {SEE, EDIT},
    ("POST", "/plan/new/form"): {SEE, EDIT},
    ("POST", "/plan/new/review"): {SEE, EDIT},
    ("POST", "/plan/new/publish"): {SEE, EDIT},
    ("GET", "/plan/{kind}/{name}"): {SEE},
    ("GET", "/plan/{kind}/{name}/history"): {SEE},
    ("POST", "/plan/{kind}/{name}/form"): {SEE, EDIT},
    ("POST", "/plan/{kind}/{name}/switch"): {SEE, EDIT},
    ("POST", "/plan/{kind}/{name}/check"): {SEE, Permission.EDIT_PLAN},
    ("POST", "/plan/{kind}/{name}/review"): {SEE, Permission.EDIT_PLAN},
    ("POST", "/plan/{kind}/{name}/publish"): {SEE, Permission.EDIT_PLAN},
    ("GET", "/system"): {DATA},
    ("GET", "/sources"): {DATA},
    ("GET", "/sources/{name}/quarantine"): {DATA},
    ("GET", "/runs"): {DATA},
    ("GET", "/runs/state"): {DATA},
    ("POST", "/runs"): {DATA, RUN},
    ("GET", "/start"): {EDIT, RUN},
    ("POST", "/start/files"): {EDIT, RUN},
    ("POST", "/start/tables"): {EDIT, RUN},
    ("POST", "/start/remove"): {EDIT, RUN},
    ("POST", "/start/discard"): {EDIT, RUN},
    ("GET", "/start/columns/{input_id}"): {EDIT, RUN},
    ("POST", "/start/columns/{input_id}"): {EDIT, RUN},
    ("GET", "/start/preview"): {EDIT, RUN},
    ("GET", "/start/publish"): {EDIT, RUN},
    ("POST", "/start/publish"): {EDIT, RUN},
    ("GET", "/start/progress"): {EDIT, RUN},
    ("GET", "/start/progress/state"): {EDIT, RUN},
    ("GET", "/system/users"): {ACCESS},
    ("POST", "/system/users"): {ACCESS},
    ("GET", "/system/users/{user_id}"): {ACCESS},
    ("POST", "/system/users/{user_id}/roles"): {ACCESS},
    ("POST", "/system/users/{user_id}/scope"): {ACCESS},
    ("POST", "/system/users/{user_id}/disabled"): {ACCESS},
    ("POST", "/system/users/{user_id}/link"): {ACCESS},
    ("GET", "/system/keys"): {ACCESS},
    ("POST", "/system/keys/{key_id}/revoke"): {ACCESS},
    ("GET", "/system/audit"): {Permission.SEE_AUDIT},
    ("GET", "/account"): set(),
    ("POST", "/account/password"): set(),
    ("POST", "/account/sessions"): set(),
    ("POST", "/account/keys"): set(),
    ("POST", "/account/keys/{key_id}/revoke"): set(),
}
"""Route → what a viewer needs for it."""
BY_KEY: dict[tuple[str, str], set[Permission]] = {
    ("GET", "/business"): {SEE},
    ("GET", "/key"): set(),
    ("GET", "/today"): {SEE},
    ("GET", "/fields"): {SEE},
    ("GET", "/customers"): {SEE},
    ("POST", "/search"): {SEE},
    ("GET", "/customers/{customer_id}"): {SEE},
    ("GET", "/customers/{customer_id}/time-line"): {SEE},
    ("GET", "/segments"): {SEE},
    ("GET", "/segments/overlap"): {SEE},
    ("GET", "/segments/{name}/history"): {SEE},
    ("GET", "/segments/{name}/runs/{run_id}/{change}"): {SEE},
    ("POST", "/customers/{customer_id}/reveal"): {SEE, Permission.REVEAL_VALUES},
    ("GET", "/lists"): {SEE},
    ("GET", "/lists/{number}"): {SEE},
    ("POST", "/lists"): {SEE},
    ("POST", "/lists/{number}/remove"): {SEE},
    ("GET", "/tags"): {SEE},
    ("POST", "/tags/{name}/words"): {SEE, Permission.TAG},
    ("GET", "/tags/acts"): {SEE, Permission.TAG},
    ("POST", "/tags/acts/{number}/undo"): {SEE, Permission.TAG},
    ("GET", "/explore/cohorts"): {SEE},
    ("GET", "/explore/newcomers"): {SEE},
    ("GET", "/explore/silence"): {SEE},
    ("GET", "/explore/funnel"): {SEE},
    ("GET", "/explore/rfm"): {SEE},
    ("GET", "/explore/classes"): {SEE},
    ("GET", "/explore/migration"): {SEE},
    ("GET", "/explore/baskets"): {SEE},
    ("GET", "/explore/rhythm"): {SEE},
    ("GET", "/sources"): {DATA},
    ("GET", "/sources/{name}/quarantine"): {DATA},
    ("GET", "/runs"): {DATA},
    ("GET", "/runs/{number}"): {DATA},
    ("POST", "/runs"): {DATA, RUN},
    ("GET", "/plan"): {SEE},
    ("GET", "/plan/definitions/{kind}/{name}"): {SEE},
    ("GET", "/plan/versions"): {SEE},
    ("GET", "/plan/versions/{number}"): {EDIT},
    ("POST", "/plan/check"): {EDIT},
    ("POST", "/plan/versions"): {EDIT},
    ("POST", "/plan/versions/{number}/restore"): {EDIT},
    ("GET", "/users"): {ACCESS},
    ("GET", "/keys"): {ACCESS},
    ("POST", "/keys/{number}/revoke"): set(),
    ("GET", "/audit"): {Permission.SEE_AUDIT},
}
"""Route of the API, under /api/v1 → what a key needs for it. Its document alone is open."""
OPEN_OF_THE_API = {("GET", "/openapi.json")}


Needs = frozenset[Permission]


def all_routes(routes: Iterable[BaseRoute], needed: Needs = frozenset()) -> Iterator[tuple[str, str, Needs]]:
    """Method, path and permissions of every route, those of included routers and mounted applications too."""
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from all_routes(included.routes, needed | permissions(included))
        elif isinstance(route, APIRoute):
            yield from (
                (method, route.path, needed | permissions(route))
                for method in (route.methods or set()) - {"HEAD"}
            )
        elif isinstance(route, Mount) and isinstance(route.app, FastAPI):
            inner = all_routes(route.app.routes, needed)
            yield from ((method, f"{route.path}{path}", more) for method, path, more in inner)
        else:
            assert isinstance(route, Mount | Route), f"a route of a new kind: {route}"
            yield "GET", route.path, needed


def permissions(declared: APIRouter | APIRoute) -> Needs:
    """What a route or a router of routes says that it needs."""
    asked = (each.dependency for each in declared.dependencies)
    return frozenset(each.permission for each in asked if isinstance(each, Needed | NeededOfKey))


def test_every_route_is_classified(site: Site) -> None:
    every = list(all_routes(site.app.routes))
    found = {(method, path): set(needed) for method, path, needed in every}
    assert len(found) == len(every), "a router is included twice"
    api = {(method, f"{ROOT}{path}"): needed for (method, path), needed in BY_KEY.items()}
    assert found == {route: set() for route in OPEN} | CLOSED | api | {
        (method, f"{ROOT}{path}"): set[Permission]() for method, path in OPEN_OF_THE_API
    }


@pytest.mark.parametrize(("method", "path"), sorted(BY_KEY))
def test_the_api_answers_no_session_and_nobody_without_a_key(site: Site, method: str, path: str) -> None:
    address = ROOT + re.sub(r"\{.*?\}", "x", path)
    for browser in (site.client, site.visitor()):
        answer = browser.request(method, address)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["error"] == "KeyNeeded"


@pytest.mark.parametrize(("method", "path"), sorted(CLOSED))
def test_without_a_session_there_is_only_the_way_to_sign_in(own_site: Site, method: str, path: str) -> None:
    address = re.sub(r"\{.*?\}", "x", path)
    answer = own_site.client.request(method, address)
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/sign-in", b"")
    partial = own_site.client.request(method, address, headers={"HX-Request": "true"})
    assert (partial.status_code, partial.headers["hx-redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize(
    ("method", "path"), sorted(each for each in OPEN | CLOSED.keys() if each[0] == "POST")
)
def test_no_form_is_taken_without_its_token(site: Site, method: str, path: str) -> None:
    everything = {"name": "a", "password": "b", "token": "c", "again": "b", "text": "d"}
    assert site.client.post(path, data=everything).status_code == 403
    assert site.client.post(path, data=everything | {"csrf": "0" * 64}).status_code == 403
    good = everything | {"csrf": site.form("/customers")}
    from_elsewhere = site.client.post(path, data=good, headers={"Sec-Fetch-Site": "cross-site"})
    assert from_elsewhere.status_code == 403
