"""The first run, signing in and out, guessing, and the cookies that carry it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from keepwell.access.commands import first_run_token
from keepwell.access.queries import IDLE
from keepwell.web.page import SESSION_COOKIE
from support.served_shop import NAME, PASSWORD, Site


def link(site: Site) -> str:
    with site.shop.store.write() as session:
        return first_run_token(session, now=site.now)


def welcome(site: Site, token: str, **changes: str) -> dict[str, str]:
    csrf = site.form(f"/welcome?token={token}")
    return {"csrf": csrf, "token": token, "name": NAME, "password": PASSWORD, "again": PASSWORD} | changes


def test_the_first_administrator_begins_by_the_link_once(own_site: Site) -> None:
    token = link(own_site)
    form = welcome(own_site, token)
    answer = own_site.client.post("/welcome", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert own_site.client.get("/customers").status_code == 200
    again = own_site.visitor()
    assert again.get(f"/welcome?token={token}").status_code == 403
    assert "can no longer be used" in again.get(f"/welcome?token={token}").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"again": "something else"}, "The two passwords are not the same."),
        ({"password": "short", "again": "short"}, "shorter than 10 characters"),
        ({"name": " "}, "1 to 100 visible characters"),
    ],
)
def test_a_name_or_password_that_cannot_be_used_is_told_and_the_link_stays(
    own_site: Site, changes: dict[str, str], sentence: str
) -> None:
    token = link(own_site)
    refused = own_site.client.post("/welcome", data=welcome(own_site, token, **changes))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert PASSWORD not in refused.text
    assert own_site.client.post("/welcome", data=welcome(own_site, token)).status_code == 303


def test_before_the_first_user_the_sign_in_page_says_where_the_link_is(own_site: Site) -> None:
    assert "keepwell serve" in own_site.client.get("/sign-in").text


def test_sign_in_and_out(own_site: Site) -> None:
    own_site.sign_in()
    visitor = own_site.visitor()
    csrf = own_site.form("/sign-in", visitor)
    wrong = visitor.post("/sign-in", data={"csrf": csrf, "name": NAME, "password": "wrong password"})
    assert wrong.status_code == 401
    assert "The name or the password is wrong." in wrong.text
    right = visitor.post("/sign-in", data={"csrf": csrf, "name": NAME, "password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert visitor.get("/sign-in").headers["location"] == "/"
    assert visitor.post("/sign-out", data={"csrf": own_site.form("/customers", visitor)}).status_code == 303
    assert visitor.get("/").headers["location"] == "/sign-in"


def test_a_session_ends_when_nobody_uses_it(own_site: Site) -> None:
    own_site.sign_in()
    own_site.now += IDLE - timedelta(minutes=1)
    assert own_site.client.get("/runs").status_code == 200
    own_site.now += IDLE + timedelta(minutes=1)
    assert own_site.client.get("/runs").status_code == 303


def test_guessing_is_slowed_down_with_a_sentence_and_a_time(own_site: Site) -> None:
    own_site.sign_in()
    visitor = own_site.visitor()
    form = {"csrf": own_site.form("/sign-in", visitor), "name": NAME, "password": "guess guess"}
    answers = [visitor.post("/sign-in", data=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == str(15 * 60)
    assert "Try again in 15 minutes." in answers[-1].text
    own_site.now += timedelta(minutes=15, seconds=1)
    assert visitor.post("/sign-in", data=form | {"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("https", [False, True])
def test_the_session_cookie_is_out_of_reach(own_site: Site, https: bool) -> None:
    own_site.sign_in()
    visitor = own_site.visitor(https=https)
    csrf = own_site.form("/sign-in", visitor)
    answer = visitor.post("/sign-in", data={"csrf": csrf, "name": NAME, "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert ("Secure" in cookie) == https
    assert ("strict-transport-security" in answer.headers) == https


def test_a_form_of_another_session_is_refused(own_site: Site) -> None:
    own_site.sign_in()
    stranger = own_site.form("/sign-in", own_site.visitor())
    refused = own_site.client.post("/sign-out", data={"csrf": stranger})
    assert refused.status_code == 403
    assert "Please send it again" in refused.text
