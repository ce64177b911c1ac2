"""Personal values in the clear: who, whom, why, how often; and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from keepwell.access.model import Scope
from keepwell.answers import reveal
from keepwell.store.audit import Entry, entries
from support.branch_shop import NOW, PHONES, branches
from support.served_shop import Site

HOSTILE = "<script>alert(1)</script>\u202e 投诉"


@pytest.fixture(scope="module")
def shop_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(branches(tmp_path_factory.mktemp("reveal") / "plan"), now=NOW)
    made.sign_in()
    yield made
    made.close()


def customer(site: Site, who: str) -> str:
    with site.app.state.web.sights.sight() as sight:
        parties = sight.snapshot.engine.rows(sight.snapshot.table("party"))
    return next(str(row["customer_id"]) for row in parties if row["party_key"] == f"shop:{who}")


def ask(
    site: Site, client: TestClient, who: str, *, party: str | None = None, **fields: str
) -> tuple[int, str]:
    given = {"party": party or f"shop:{who}", "csrf": site.form("/account", client)} | fields
    answer = client.post(f"/customers/{customer(site, who)}/reveal", data=given)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.text


def recorded(site: Site, actor: str) -> list[Entry]:
    with site.shop.store.read() as session:
        return list(entries(session, actor=actor, action="reveal_values", limit=100).entries)


def test_values_are_shown_once_and_the_log_knows_why_but_not_what(shop_site: Site) -> None:
    agent = shop_site.signed_in("agent", "agent", scope=Scope(units=frozenset({"north"})))
    here = f"/customers/{customer(shop_site, 'ann')}"
    assert PHONES["ann"] not in agent.get(here).text
    assert f'action="{here}/reveal"' in agent.get(here).text
    status, text = ask(shop_site, agent, "ann", reason="other", words=HOSTILE)
    assert status == 200
    assert PHONES["ann"][-4:] in text
    assert "Ann Wang" in text
    assert PHONES["ann"] not in agent.get(here).text
    [entry] = recorded(shop_site, "agent")
    assert (entry.subject_kind, entry.subject_id) == ("customer", customer(shop_site, "ann"))
    assert entry.details == {
        "party": "shop:ann", "columns": ["name", "phone"], "reason": "other", "words": HOSTILE,
    }  # fmt: skip
    log = shop_site.client.get("/system/audit?action=reveal_values").text
    assert HOSTILE not in log
    assert "&lt;script&gt;" in log
    assert agent.get(f"{here}/reveal").status_code == 405


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"reason": "because"},
        {"reason": "other"},
        {"reason": "other", "words": "   x   "},
        {"reason": "delivery", "words": "x" * 201},
        {"reason": "other", "words": "call Ann Wang back"},
        {"reason": "other", "words": "call ANN-WANG back"},
        {"reason": "other", "words": "on " + " ".join(PHONES["ann"][-11:])},
        {"reason": "other", "words": "a word and\x00 NUL"},
    ],
)
def test_without_a_reason_nothing_is_shown(shop_site: Site, fields: dict[str, str]) -> None:
    status, text = ask(shop_site, shop_site.client, "ann", **fields)
    assert status == 422
    assert PHONES["ann"] not in text
    assert 'name="reason"' in text
    assert not recorded(shop_site, "Wei Ning")


def test_who_may_not_or_does_not_see_the_customer(shop_site: Site) -> None:
    viewer = shop_site.signed_in("viewer", "viewer")
    assert "/reveal" not in viewer.get(f"/customers/{customer(shop_site, 'ann')}").text
    assert ask(shop_site, viewer, "ann", reason="delivery")[0] == 403
    north = shop_site.signed_in("north", "agent", scope=Scope(units=frozenset({"north"})))
    for who, party in (("cat", None), ("ann", "shop:cat"), ("ann", "shop:nobody")):
        status, text = ask(shop_site, north, who, party=party, reason="delivery")
        assert status == 404
        assert PHONES["cat"][-4:] not in text
    assert not recorded(shop_site, "viewer") + recorded(shop_site, "north")


def test_so_many_an_hour(shop_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reveal, "PER_HOUR", 3)
    agent = shop_site.signed_in("busy", "agent")
    other = shop_site.signed_in("idle", "agent")
    found = [ask(shop_site, agent, "ann", reason="delivery")[0] for _ in range(4)]
    assert found == [200, 200, 200, 429]
    assert ask(shop_site, other, "ann", reason="delivery")[0] == 200
    shop_site.now = NOW + timedelta(hours=1)
    assert ask(shop_site, agent, "ann", reason="delivery")[0] == 200
    shop_site.now = NOW
    assert len(recorded(shop_site, "busy")) == 4
