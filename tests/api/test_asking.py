"""Who may ask: keys alone, as long as they live, and only what they and their owner may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from keepwell.access import keys
from keepwell.access.keys import add_key, owner_named, revoke_key
from keepwell.access.model import Permission, Scope
from keepwell.access.users import disable_user, set_scope
from keepwell.api.asking import ROOT
from support.programs import Program, refusal
from support.served_shop import NAME, NOW, Site

SEE, DATA = Permission.SEE_CUSTOMERS, Permission.SEE_DATA


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic a2V5",
        "Bearer kw_",
        "Bearer kw_unknown",
        f"Bearer kw_{'x' * 9000}",
        "Bearer é",
    ],
)
def test_nothing_but_a_key_that_lives_is_answered(site: Site, given: str) -> None:
    for path in ("/business", "/nothing", "/customers/x"):
        answer = site.client.get(f"{ROOT}{path}", headers=[(b"Authorization", given.encode())])
        assert answer.headers["www-authenticate"] == "Bearer"
        assert refusal(401, answer)["error"] == "KeyNeeded"


def test_the_description_is_open_and_nothing_else(site: Site) -> None:
    assert site.visitor().get(f"{ROOT}/openapi.json").status_code == 200
    assert site.visitor().get(f"{ROOT}/docs").status_code == 401


def test_a_key_says_what_it_may(own_site: Site) -> None:
    own_site.sign_in()
    program = Program.of(own_site, SEE)
    told = program.ask("/key")
    assert told == {"key_id": 1, "owner": NAME, "permissions": ["see_customers"], "has_scope": False}
    assert program.ask("/customers", limit=1)["count"] == 3
    error = program.ask("/sources", status=403)
    assert (error["error"], "see_data" in error["detail"]) == ("Forbidden", True)


def test_a_scope_narrows_what_its_owners_key_sees_and_may(own_site: Site) -> None:
    own_site.sign_in()
    own_site.signed_in("narrow", "administrator")
    program = Program.of(own_site, owner="narrow")
    assert program.ask("/sources")["sources"]
    with own_site.shop.store.write() as session:
        set_scope(session, "narrow", Scope("orders_lifetime > 11"), actor="test", now=NOW)
    assert program.ask("/key")["has_scope"] is True
    assert program.ask("/customers")["of"] == 1
    assert program.refused("/sources") == (403, "Forbidden")
    assert program.refused("/audit") == (403, "Forbidden")


def test_a_key_ends_when_it_is_revoked_expires_or_its_owner_may_not_come_in(own_site: Site) -> None:
    own_site.sign_in()
    own_site.signed_in("bo", "viewer")
    revoked, disabled = Program.of(own_site, SEE), Program.of(own_site, SEE, owner="bo")
    with own_site.shop.store.write() as session:
        owner = owner_named(session, NAME)
        text = add_key(
            session, owner, "brief", [SEE], now=NOW, expires_at=NOW + timedelta(hours=1), actor="test"
        )
    expiring = Program(own_site.visitor(), text)
    for program in (revoked, disabled, expiring):
        program.ask("/business")
    with own_site.shop.store.write() as session:
        revoke_key(session, 1, now=NOW, actor="test")
        disable_user(session, "bo", actor="test", now=NOW)
    own_site.now += timedelta(hours=1)
    for program in (revoked, disabled, expiring):
        assert program.refused("/business") == (401, "KeyNeeded")


def test_a_key_used_too_often_is_told_when_to_go_on(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    own_site.sign_in()
    monkeypatch.setattr(keys, "REQUESTS_PER_WINDOW", 3)
    program = Program.of(own_site, SEE)
    for _ in range(3):
        program.ask("/key")
    own_site.now += timedelta(seconds=15)
    answer = program.client.get(f"{ROOT}/key", headers=program.headers)
    assert refusal(429, answer)["error"] == "TooManyRequests"
    assert answer.headers["retry-after"] == "45"
    own_site.now += timedelta(seconds=45)
    program.ask("/key")


def test_what_a_program_does_names_its_key(own_site: Site) -> None:
    own_site.sign_in()
    program = Program.of(own_site)
    program.send("/runs", status=202)
    [entry] = program.ask("/audit", action="request_run")["entries"]
    assert (entry["actor"], entry["details"]) == (NAME, {"key": 1})
    by_hand = program.ask("/audit", action="add_key")["entries"][0]
    assert "key" not in by_hand["details"]
