"""The pages of users, of one's own account, of links to a new password, and of the audit log."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from keepwell.access.queries import user_named
from keepwell.store.audit import record
from keepwell.web.pages.audit import details_told
from support.branch_shop import NOW, branches
from support.served_shop import NAME, PASSWORD, Site

HOSTILE = '<img src=x onerror="alert(1)"> 王'


@pytest.fixture(scope="module")
def branch_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(branches(tmp_path_factory.mktemp("branches") / "plan"), now=NOW)
    made.sign_in()
    yield made
    made.close()


def post(site: Site, path: str, client: TestClient | None = None, /, **fields: object) -> tuple[int, str]:
    client = client or site.client
    page = "/account" if client.get("/account").status_code == 200 else "/sign-in"
    answer = client.post(path, data=fields | {"csrf": site.form(page, client)})
    return answer.status_code, answer.text if answer.status_code != 303 else answer.headers["location"]


def make(site: Site, name: str, *roles: str) -> tuple[int, TestClient]:
    """A user made on the page, who set a password by the link and signed in; their id and browser."""
    status, text = post(site, "/system/users", name=name, roles=roles)
    assert status == 200
    token = re.search(r"/password\?token=([\w-]{43})", text)
    assert token is not None
    browser = site.visitor(address="10.0.0.9")
    assert "<bdi>" in browser.get(f"/password?token={token[1]}").text
    form = {"token": token[1], "new": PASSWORD, "again": PASSWORD}
    assert post(site, "/password", browser, **form | {"again": "x"})[0] == 422
    assert post(site, "/password", browser, **form) == (303, "/sign-in")
    assert post(site, "/password", browser, **form)[0] == 403
    assert browser.get(f"/password?token={token[1]}").status_code == 403
    assert post(site, "/sign-in", browser, name=name, password=PASSWORD) == (303, "/")
    with site.shop.store.read() as session:
        return user_named(session, name, now=site.now).id, browser


def test_an_administrator_makes_a_user_and_narrows_them(branch_site: Site) -> None:
    site = branch_site
    user_id, browser = make(site, HOSTILE, "manager")
    assert HOSTILE not in site.client.get("/system/users").text
    assert "&lt;img" in site.client.get("/system/users").text
    assert browser.get("/sources").status_code == 200
    assert browser.get("/system/users").status_code == 403
    assert browser.get("/system/audit").status_code == 403
    page = site.client.get(f"/system/users/{user_id}").text
    assert "&lt;b&gt;South&lt;/b&gt;" in page
    assert 'value="s1"' in page
    here = f"/system/users/{user_id}"
    fields = {"by_units": "true", "units": ["north"], "condition": "spend_lifetime > 300"}
    assert post(site, f"{here}/scope", **fields) == (303, here)
    assert browser.get("/sources").status_code == 403
    everybody = browser.get("/customers?segment=everybody")
    for shown in (everybody.text, browser.get("/customers?segment=&where=true").text):
        assert "ann" not in shown.lower().replace("channel", "")
    page = site.client.get(here).text
    assert re.search(r'name="by_units" value="true" checked', page)
    assert re.search(r'value="north" checked', page)


@pytest.mark.parametrize(
    ("fields", "status", "what"),
    [
        ({"condition": "no_such > 1"}, 422, "no_such"),
        ({"by_units": "true", "more_units": "nrth"}, 404, "did you mean <code>north</code>"),
        ({"condition": "spend_lifetime"}, 422, "a condition is needed here"),
    ],
)
def test_a_scope_that_is_none_is_refused(
    branch_site: Site, fields: dict[str, str], status: int, what: str
) -> None:
    found, text = post(branch_site, "/system/users/1/scope", **fields)
    assert (found, what in text) == (status, True), text
    with branch_site.shop.store.read() as session:
        assert user_named(session, NAME, now=NOW).scope is None


def test_the_last_administrator_cannot_lock_everybody_out(branch_site: Site) -> None:
    for path, fields in (
        ("roles", {"roles": ["viewer"]}),
        ("disabled", {"disabled": "true"}),
        ("scope", {"by_units": "true", "units": ["north"]}),
    ):
        status, text = post(branch_site, f"/system/users/1/{path}", **fields)
        assert status == 409
        assert "last administrator" in text
    assert branch_site.client.get("/system/users").status_code == 200
    assert post(branch_site, "/system/users/1/roles", roles=["king"])[0] == 422
    assert branch_site.client.get("/system/users/999").status_code == 404


def test_disabling_ends_sessions_and_enabling_does_not_bring_them_back(branch_site: Site) -> None:
    user_id, browser = make(branch_site, "Bo", "viewer")
    assert browser.get("/account").status_code == 200
    assert post(branch_site, f"/system/users/{user_id}/disabled", disabled="true")[0] == 303
    assert browser.get("/account").status_code == 303
    assert post(branch_site, f"/system/users/{user_id}/link")[0] == 409
    assert post(branch_site, f"/system/users/{user_id}/disabled", disabled="false")[0] == 303
    assert browser.get("/account").status_code == 303


def test_ones_own_password_and_sessions(branch_site: Site) -> None:
    _, browser = make(branch_site, "Own", "viewer")
    other = branch_site.visitor(address="10.0.0.10")
    assert post(branch_site, "/sign-in", other, name="own", password=PASSWORD)[0] == 303
    assert browser.get("/account").text.count("<time") == 0
    new = "a staple of something"
    wrong = {"current": "nope", "new": new, "again": new}
    assert post(branch_site, "/account/password", browser, **wrong)[0] == 422
    short = {"current": PASSWORD, "new": "short", "again": "short"}
    assert post(branch_site, "/account/password", browser, **short)[0] == 422
    right = {"current": PASSWORD, "new": new, "again": new}
    assert post(branch_site, "/account/password", browser, **right) == (303, "/account?done=password")
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert post(branch_site, "/sign-in", other, name="own", password=new)[0] == 303
    assert post(branch_site, "/account/sessions", browser) == (303, "/account?done=sessions")
    assert other.get("/account").status_code == 303


def test_the_audit_log_is_filtered_and_paged(own_site: Site) -> None:
    own_site.sign_in()
    with own_site.shop.store.write() as session:
        for number in range(60):
            about = {"subject_kind": "customer", "subject_id": f"c{number}"}
            record(session, at=NOW, actor=HOSTILE, action="unheard_of", details={"n": number}, **about)
    first = own_site.client.get("/system/audit").text
    assert HOSTILE not in first
    assert first.count("unheard_of") == 50
    older = re.search(r'href="(/system/audit\?cursor=\d+)"', first)
    assert older is not None
    second = own_site.client.get(older[1]).text
    assert second.count("unheard_of") == 10
    assert "made a user" in second
    for query, many in (
        ({"actor": HOSTILE, "subject": "c7"}, 1),
        ({"actor": HOSTILE, "subject": "c777"}, 0),
        ({"action": "unheard_of", "since": "2026-06-30", "until": "2026-06-30"}, 50),
        ({"until": "2026-06-29"}, 0),
        ({"since": "2026-07-01"}, 0),
    ):
        assert own_site.client.get("/system/audit", params=query).text.count('href="/customers/c') == many
    assert own_site.client.get("/system/audit?since=yesterday").status_code == 422
    assert own_site.client.get("/system/audit?since=0001-01-01").status_code == 422
    own_site.client.cookies.set("keepwell_language", "zh")
    assert "新建了用户" in own_site.client.get("/system/audit?action=create_user").text


def test_details_are_told_as_people_read_them() -> None:
    assert details_told({"before": {"units": ["a", "b"], "condition": None}, "n": 3, "words": ""}) == (
        "before: (units: a, b); n: 3"
    )
    assert details_told({"units": []}) == "units: []"
    assert details_told({}) == ""
