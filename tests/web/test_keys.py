"""Keys of programs on pages: one's own on one's account, and everybody's for who gives access."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from keepwell.access.keys import KEYS_PER_OWNER, Key, add_key, all_keys, owner_named, use_key
from keepwell.access.model import Permission, Scope, Viewer
from keepwell.access.users import disable_user
from keepwell.store.audit import entries
from support.served_shop import NAME, NOW, Site

HOSTILE = '<img src=x onerror="alert(1)"> 王'
SEE, RUN = Permission.SEE_CUSTOMERS, Permission.RUN


def post(
    site: Site, path: str, browser: TestClient | None = None, /, **fields: object
) -> tuple[int, str, str | None]:
    """The status, the text or where it leads, and the key it shows."""
    browser = browser or site.client
    answer = browser.post(path, data=fields | {"csrf": site.form("/account", browser)})
    shown = re.search(r'value="(kw_[\w-]{43})"', answer.text)
    text = answer.text if answer.status_code != 303 else answer.headers["location"]
    return answer.status_code, text, shown[1] if shown else None


def made(site: Site, browser: TestClient | None = None, **fields: object) -> str:
    """A key that was made on the page."""
    status, text, key = post(
        site, "/account/keys", browser, **{"name": "report", "may": [SEE], "days": "90"} | fields
    )
    assert (status, key is not None) == (200, True), text
    assert key is not None
    return key


def listed(site: Site, name: str) -> Key:
    with site.shop.store.read() as session:
        return next(each for each in all_keys(session) if each.name == name)


def used(site: Site, text: str) -> Viewer | None:
    with site.shop.store.write() as session:
        return use_key(session, text, now=site.now)


def test_somebody_makes_a_key_that_is_shown_once_and_revokes_it(site: Site) -> None:
    text = made(site, name=HOSTILE, may=[SEE, RUN], days="30")
    viewer = used(site, text)
    assert viewer is not None
    assert (viewer.name, viewer.limited_to) == (NAME, frozenset({SEE, RUN}))
    page = site.client.get("/account").text
    assert (text in page, HOSTILE in page, "&lt;img" in page) == (False, False, True)
    key = listed(site, HOSTILE)
    assert key.expires_at == NOW + timedelta(days=30)
    assert f"{key.beginning}…" in page
    assert "until Jul 30, 2026" in page
    assert "see customers, masked" in page
    path = f"/account/keys/{key.id}/revoke"
    assert post(site, path)[:2] == (303, "/account?done=revoked")
    assert used(site, text) is None
    assert "The key is revoked." in site.client.get("/account?done=revoked").text
    page = site.client.get("/account").text
    assert re.search(r"revoked</span></span> <span[^>]*>Jun 30, 2026<", page)
    assert path not in page, "there is nothing left to revoke"
    with site.shop.store.read() as session:
        log = entries(session, subject_kind="key", subject_id=str(key.id)).entries
    assert [(each.actor, each.action) for each in log] == [(NAME, "revoke_key"), (NAME, "add_key")]


def test_a_key_may_last_until_it_is_revoked(site: Site) -> None:
    made(site, name="for good", days="")
    assert listed(site, "for good").expires_at is None
    assert "until it is revoked</span>" in site.client.get("/account").text


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"name": " "}, "1 to 100 visible characters"),
        ({"name": "a\u202eb"}, "1 to 100 visible characters"),
        ({"name": "n" * 101}, "1 to 100 visible characters"),
        ({"may": []}, "at least one permission"),
        ({"may": ["king"]}, "there is no permission <code>king</code>"),
        ({"days": "36500"}, "choose one that is offered"),
        ({"days": "-1"}, "choose one that is offered"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_the_form_keeps_what_was_given(
    site: Site, fields: dict[str, object], what: str
) -> None:
    given = {"name": "kept name", "may": [RUN], "days": "365"} | fields
    status, text, key = post(site, "/account/keys", **given)
    assert (status, what in text, key) == (422, True, None)
    if "name" not in fields:
        assert 'value="kept name"' in text
    if "may" not in fields:
        assert re.search(r'value="run" checked', text)
        assert not re.search(r'value="see_customers" checked', text)
    with site.shop.store.read() as session:
        assert not any(each.name == "kept name" for each in all_keys(session))


def test_nobody_makes_a_key_for_more_than_they_may(site: Site) -> None:
    browser = site.signed_in("Vi", "viewer", "analyst", scope=Scope(units=frozenset({"north"})))
    page = browser.get("/account").text
    assert re.findall(r'name="may" value="(\w+)"', page) == ["see_customers", "tag", "export"], (
        "a scope takes the rest"
    )
    status, text, key = post(site, "/account/keys", browser, name="more", may=[SEE, RUN], days="90")
    assert (status, key) == (403, None)
    assert "Vi may not do this" in text
    viewer = used(site, made(site, browser, name="less"))
    assert viewer is not None
    assert viewer.scope == Scope(units=frozenset({"north"}))


def test_ones_own_keys_are_seen_and_revoked_by_nobody_else_but_who_gives_access(site: Site) -> None:
    made(site, name="of the administrator")
    browser = site.signed_in("Bo", "agent")
    text = made(site, browser, name="of Bo")
    assert "of the administrator" not in browser.get("/account").text
    assert browser.get("/system/keys").status_code == 403
    assert "/system/keys" not in browser.get("/").text
    other = listed(site, "of the administrator")
    assert post(site, f"/account/keys/{other.id}/revoke", browser)[0] == 404
    assert post(site, f"/system/keys/{other.id}/revoke", browser)[0] == 403
    assert listed(site, "of the administrator").revoked_at is None
    page = site.client.get("/system/keys").text
    assert "of Bo" in page
    assert "of the administrator" in page
    path = f"/system/keys/{listed(site, 'of Bo').id}/revoke"
    assert post(site, path)[:2] == (303, "/system/keys?done=revoked")
    assert used(site, text) is None
    assert post(site, "/system/keys/999/revoke")[0] == 404


def test_the_state_of_each_key_is_told_in_words(own_site: Site) -> None:
    own_site.sign_in()
    assert "There are no keys" in own_site.client.get("/system/keys").text
    made(own_site, name="expires", days="30")
    browser = own_site.signed_in("Di", "viewer")
    used(own_site, made(own_site, browser, name="of Di", days=""))
    with own_site.shop.store.write() as session:
        disable_user(session, "Di", actor="test", now=NOW)
    page = own_site.client.get("/system/keys").text
    assert page.count("never used") == 1
    assert "owner disabled" in page
    own_site.client.cookies.set("keepwell_language", "zh")
    assert "所有者已停用" in own_site.client.get("/system/keys").text
    assert "至2026年7月30日" in own_site.client.get("/account").text
    own_site.now = NOW + timedelta(hours=7)
    own_site.client.cookies.set("keepwell_language", "en")
    with own_site.shop.store.write() as session:
        add_key(
            session,
            owner_named(session, NAME),
            "short",
            [SEE],
            now=own_site.now,
            expires_at=own_site.now + timedelta(minutes=1),
            actor="test",
        )
    own_site.now += timedelta(minutes=1)
    page = own_site.client.get("/account").text
    assert re.search(r"expired</span></span> <span[^>]*>Jul 1, 2026<", page), "as days are told here"


def test_so_many_keys_live_at_a_time(own_site: Site) -> None:
    own_site.sign_in()
    with own_site.shop.store.write() as session:
        me = owner_named(session, NAME)
        for number in range(KEYS_PER_OWNER):
            add_key(session, me, f"k{number}", [SEE], now=NOW, actor="test")
    status, text, _ = post(own_site, "/account/keys", name="one more", may=[SEE], days="90")
    assert status == 409
    assert "revoke one that is not used" in text
