"""Signing in with an account at another service, against one that runs as a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from keepwell.access import oidc
from keepwell.access.model import ROLES, Scope, User
from keepwell.access.queries import all_users, user_named
from keepwell.access.users import (
    create_user,
    disable_user,
    make_password_link,
    redeem_password_link,
)
from keepwell.catalog.settings import Role
from keepwell.store.audit import entries
from keepwell.web.page import FORM_COOKIE, SESSION_COOKIE
from support.branch_shop import NOW, SETTINGS, write_branches
from support.oidc_provider import CLIENT, SECRET, OidcProvider
from support.served_shop import PASSWORD, Site, open_shop

ADDRESS = "https://keepwell.example"
BACK = f"{ADDRESS}/sign-in/oidc/back"
HOSTILE = '<img src=x onerror="alert(1)">'


@dataclass
class Stand:
    """A site, its service, and a browser."""

    site: Site
    provider: OidcProvider
    browser: TestClient

    def go(self, browser: TestClient | None = None) -> str:
        """From the sign-in page to the service and back: the address with the code."""
        answer = (browser or self.browser).get("/sign-in/oidc")
        assert answer.status_code == 303, answer.text
        return self.provider.authorized(answer.headers["location"])

    def enter(self, browser: TestClient | None = None) -> tuple[int, str]:
        """The whole way; the status and the text of the last answer."""
        answer = (browser or self.browser).get(self.go(browser))
        return answer.status_code, answer.text

    def user(self, name: str) -> User:
        with self.site.shop.store.read() as session:
            return user_named(session, name, now=self.site.now)

    def make(self, name: str, *roles: str, password: bool = False) -> None:
        with self.site.shop.store.write() as session:
            create_user(session, name, roles or ("viewer",), None, actor="test", now=NOW)
            if password:
                token = make_password_link(session, name, actor="test", now=NOW)
                redeem_password_link(session, token, PASSWORD, now=NOW)


Build = Callable[..., Stand]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Makes a stand whose keepwell.toml has more lines; everything is ended afterwards."""
    made: list[Stand] = []

    def make(*lines: str, password: bool = True) -> Stand:
        provider = OidcProvider(BACK, lambda: NOW)
        section = [
            "[sign_in]", f'address = "{ADDRESS}"', f"password = {str(password).lower()}", "[sign_in.oidc]",
            f'issuer = "{provider.issuer}"', f'client_id = "{CLIENT}"', 'secret = "env:SHOP_SECRET"',
            'label = "House <b>ID</b>"', *lines,
        ]  # fmt: skip
        write_branches(tmp_path, settings=SETTINGS + "\n".join(section) + "\n")
        site = Site(open_shop(tmp_path, SHOP_SECRET=SECRET), now=NOW)
        provider.clock = lambda: site.now
        site.sign_in()
        browser = TestClient(site.app, base_url=ADDRESS, follow_redirects=False)
        made.append(Stand(site, provider, browser))
        return made[-1]

    yield make
    for stand in made:
        stand.browser.close()
        stand.site.close()
        stand.provider.close()


def test_a_user_an_administrator_made_signs_in(build: Build) -> None:
    stand = build()
    stand.make("Bo", "agent")
    stand.provider.person = {"sub": "s-7", "preferred_username": "bo"}
    page = stand.browser.get("/sign-in").text
    assert "House &lt;b&gt;ID&lt;/b&gt;" in page
    assert 'name="password"' in page
    answer = stand.browser.get(stand.go())
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(SESSION_COOKIE))
    assert all(word in cookie.lower() for word in ("httponly", "secure", "samesite=lax"))
    assert stand.browser.get("/account").status_code == 200
    assert stand.user("bo").issuers == (stand.provider.issuer,)
    assert stand.user("bo").roles == {"agent"}
    # The account is known by its subject from now on, whatever it calls itself.
    stand.provider.person = {"sub": "s-7", "preferred_username": "Wei Ning"}
    other = TestClient(stand.site.app, base_url=ADDRESS, follow_redirects=False)
    assert stand.enter(other)[0] == 303
    assert "<bdi>Bo</bdi>" in other.get("/account").text
    with stand.site.shop.store.read() as session:
        found = [entry.action for entry in entries(session, subject_kind="user", subject_id="Bo").entries]
    assert found == ["sign_in", "sign_in", "link_identity", "create_user"]
    assert not stand.provider.problems


def test_nobody_becomes_a_user_who_signs_in_another_way(build: Build) -> None:
    stand = build("make_users = true")
    stand.make("Bo", "administrator", password=True)
    for name in ("bo", "Wei Ning"):
        stand.provider.person = {"sub": "mallory", "preferred_username": name}
        status, text = stand.enter()
        assert (status, "another way already" in text) == (403, True)
    stand.make("Cy")
    stand.provider.person = {"sub": "cy", "preferred_username": "Cy"}
    assert stand.enter()[0] == 303
    stand.browser.cookies.delete(SESSION_COOKIE)
    stand.provider.person = {"sub": "mallory", "preferred_username": "Cy"}
    assert stand.enter()[0] == 403
    assert stand.browser.get("/account").status_code == 303


def test_users_are_made_only_where_the_plan_says_so(build: Build) -> None:
    stand = build()
    stand.provider.person = {"sub": "x", "preferred_username": HOSTILE}
    status, text = stand.enter()
    assert (status, HOSTILE in text, "there is no user" in text) == (403, False, True)
    with stand.site.shop.store.read() as session:
        assert len(all_users(session, now=NOW)) == 1


def test_a_new_user_has_the_roles_and_units_that_the_provider_gives(build: Build) -> None:
    stand = build(
        "make_users = true", 'roles_claim = "groups"', 'units_claim = "shops"', 'units_everybody = "all"',
        "[sign_in.oidc.roles]", 'sales = ["agent"]', 'heads = ["manager", "agent"]',
    )  # fmt: skip
    person: dict[str, Any] = {"sub": "x", "preferred_username": HOSTILE, "groups": ["heads", "else"]}
    stand.provider.person = person
    assert stand.enter()[0] == 303
    assert stand.user(HOSTILE).roles == {"manager", "agent"}
    assert stand.user(HOSTILE).scope == Scope(units=frozenset())
    for changed, roles, scope in (
        ({"shops": ["north", 7, ""]}, {"manager", "agent"}, Scope(units=frozenset({"north"}))),
        ({"shops": "all", "groups": "sales"}, {"agent"}, None),
    ):
        stand.browser.cookies.delete(SESSION_COOKIE)
        stand.provider.person = person | changed
        assert stand.enter()[0] == 303
        assert stand.user(HOSTILE).roles == roles
        assert stand.user(HOSTILE).scope == scope
    stand.browser.cookies.delete(SESSION_COOKIE)
    wrong: list[object] = [[], "heads, sales", None, {"heads": True}]
    for groups in wrong:
        stand.provider.person = person | {"groups": groups}
        status, text = stand.enter()
        assert (status, "no role here" in text) == (403, True)


def test_a_disabled_user_stays_out(build: Build) -> None:
    stand = build()
    stand.make("Bo")
    stand.provider.person = {"sub": "b", "preferred_username": "Bo"}
    assert stand.enter()[0] == 303
    with stand.site.shop.store.write() as session:
        disable_user(session, "Bo", actor="test", now=NOW)
    assert stand.browser.get("/account").status_code == 303
    status, text = stand.enter()
    assert (status, "is disabled" in text) == (403, True)


FAR = 10_000
WRONG: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another nonce": lambda claims: claims | {"nonce": "n"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "no issuer": lambda claims: {name: value for name, value in claims.items() if name != "iss"},
    "another audience": lambda claims: claims | {"aud": "somebody"},
    "many audiences": lambda claims: claims | {"aud": [CLIENT, "somebody"]},
    "made for another": lambda claims: claims | {"azp": "somebody"},
    "expired": lambda claims: claims | {"exp": claims["iat"] - 61},
    "no end": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "from the future": lambda claims: claims | {"iat": claims["iat"] + FAR, "exp": claims["exp"] + FAR},
    "nobody": lambda claims: claims | {"sub": ""},
    "no text": lambda claims: claims | {"sub": 7},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_does_not_hold(build: Build, what: str) -> None:
    stand = build("make_users = true")
    stand.provider.change = WRONG[what]
    status, text = stand.enter()
    assert (status, 'role="alert"' in text) == (403, True)
    assert SESSION_COOKIE not in stand.browser.cookies
    with stand.site.shop.store.read() as session:
        assert len(all_users(session, now=NOW)) == 1


def test_a_token_of_several_audiences_that_names_us(build: Build) -> None:
    stand = build("make_users = true")
    stand.provider.change = lambda claims: claims | {"aud": [CLIENT, "x"], "azp": CLIENT}
    assert stand.enter()[0] == 303


@pytest.mark.parametrize("how", ["another key", "none", "a shared secret"])
def test_a_token_that_the_provider_did_not_sign(build: Build, how: str) -> None:
    stand = build("make_users = true")
    provider = stand.provider
    kid = provider.signs_with.kid
    if how == "another key":
        provider.signs_with = RSAKey.generate_key(2048, {"kid": kid or ""}, auto_kid=False)
    elif how == "none":
        provider.algorithm = "none"
    else:
        provider.algorithm, provider.signs_with = "HS256", OctKey.import_key(SECRET, {"kid": kid or ""})
    status, text = stand.enter()
    assert (status, "not signed by the service" in text) == (403, True)


def test_another_curve_and_new_keys_are_taken(build: Build) -> None:
    stand = build("make_users = true")
    stand.provider.algorithm, stand.provider.signs_with = "ES256", stand.provider.keys.keys[1]  # type: ignore[assignment]
    assert stand.enter()[0] == 303
    stand.browser.cookies.delete(SESSION_COOKIE)
    stand.provider.new_keys()
    stand.provider.algorithm, stand.provider.signs_with = "RS256", stand.provider.keys.keys[0]  # type: ignore[assignment]
    assert stand.enter()[0] == 403  # the keys were asked for a moment ago
    stand.site.now = NOW + timedelta(minutes=2)
    assert stand.enter()[0] == 303


def test_an_answer_counts_once_for_its_browser_and_for_ten_minutes(build: Build) -> None:
    stand = build("make_users = true")
    back = stand.go()
    stranger = TestClient(stand.site.app, base_url=ADDRESS, follow_redirects=False)
    stranger.get("/sign-in")
    assert FORM_COOKIE in stranger.cookies
    assert stranger.get(back).status_code == 403
    assert stand.browser.get(back).status_code == 403  # taken away by the stranger, and for good
    back = stand.go()
    assert stand.browser.get(back).status_code == 303
    stand.browser.cookies.delete(SESSION_COOKIE)
    assert stand.browser.get(back).status_code == 403
    back = stand.go()
    stand.site.now = NOW + timedelta(minutes=10)
    assert stand.browser.get(back).status_code == 403
    query = dict(parse_qsl(urlsplit(stand.go()).query))
    for changed in ({"state": "x"}, {"state": ""}):
        assert stand.browser.get(f"/sign-in/oidc/back?{urlencode(query | changed)}").status_code == 403
    assert SESSION_COOKIE not in stand.browser.cookies


def test_a_code_of_another_request_is_refused(build: Build) -> None:
    """PKCE: a code that was stolen does not fit the verifier of this browser's request."""
    stand = build("make_users = true")
    stolen = dict(parse_qsl(urlsplit(stand.go()).query))["code"]
    mine = dict(parse_qsl(urlsplit(stand.go()).query))
    answer = stand.browser.get(f"/sign-in/oidc/back?{urlencode(mine | {'code': stolen})}")
    assert (answer.status_code, "refused the code" in answer.text) == (403, True)


def test_the_provider_names_itself(build: Build) -> None:
    stand = build("make_users = true")
    stand.provider.describe = lambda found: found | {"authorization_response_iss_parameter_supported": True}
    assert "another service" in stand.enter()[1]
    stand.provider.name_itself = "https://evil.example"
    assert "another service" in stand.enter()[1]
    stand.provider.name_itself = stand.provider.issuer
    assert stand.enter()[0] == 303


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_a_provider_that_says_wrong_things_of_itself(build: Build, changed: dict[str, object]) -> None:
    stand = build()
    stand.provider.describe = lambda found: found | changed
    answer = stand.browser.get("/sign-in/oidc")
    assert (answer.status_code, 'role="alert"' in answer.text) == (503, True)


def test_a_provider_that_is_gone_leaves_the_password(build: Build) -> None:
    stand = build()
    stand.provider.close()
    answer = stand.browser.get("/sign-in/oidc")
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)
    assert 'name="password"' in answer.text


def test_passwords_may_be_switched_off(build: Build) -> None:
    stand = build(password=False)
    page = stand.browser.get("/sign-in").text
    assert 'name="password"' not in page
    form = {"name": "Wei Ning", "password": PASSWORD, "csrf": stand.site.form("/account")}
    assert stand.site.client.post("/sign-in", data=form).status_code == 403
    # The first administrator has a password that counts no more: the account of that name is theirs.
    stand.provider.person = {"sub": "w", "preferred_username": "wei ning"}
    assert stand.enter()[0] == 303
    assert stand.browser.get("/system/users").status_code == 200
    token = stand.site.form("/account", stand.browser)
    link = stand.browser.post("/system/users/1/link", data={"csrf": token})
    assert (link.status_code, "/password?token=" in link.text) == (422, False)


def test_one_network_cannot_shut_the_others_out(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "UNDER_WAY_BY_ADDRESS", 3)
    stand = build()
    here, there = (
        TestClient(stand.site.app, base_url=ADDRESS, follow_redirects=False, client=(address, 1))
        for address in ("10.0.0.1", "10.0.0.2")
    )
    assert [here.get("/sign-in/oidc").status_code for _ in range(4)] == [303, 303, 303, 429]
    assert there.get("/sign-in/oidc").status_code == 303
    stand.site.now += timedelta(minutes=10)
    assert here.get("/sign-in/oidc").status_code == 303


def test_an_address_that_is_not_verified_is_no_name(build: Build) -> None:
    stand = build("make_users = true", 'name_claim = "email"')
    for person, status in (
        ({"email": "bo@example.com"}, 403),
        ({"email": "bo@example.com", "email_verified": "true"}, 403),
        ({"email_verified": True}, 403),
        ({"email": "bo@example.com", "email_verified": True}, 303),
    ):
        stand.provider.person = {"sub": "b", **person}
        assert stand.enter()[0] == status


def test_without_a_provider_there_is_no_such_page(own_site: Site) -> None:
    assert own_site.client.get("/sign-in/oidc").status_code == 404
    assert own_site.client.get("/sign-in/oidc/back?code=x&state=y").status_code == 404


def test_the_roles_of_settings_are_those_there_are() -> None:
    assert set(Role.__args__) == set(ROLES)  # type: ignore[attr-defined]
