"""Tags by hand on pages: what would happen is said first, happens then, and can be undone; in one's scope alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from keepwell.access.model import Scope
from keepwell.customers.tags import last_said
from keepwell.web.pages import tagging
from support.branch_shop import NOW, write_branches
from support.served_shop import Site, copy_shop, open_shop, publish_plan, run_plan

TAGS = """\
tag: vip
label: {en: "VIP <b>by hand</b>", zh: 人工贵宾}
type: text
choices: [{value: gold, label: {en: Gold, zh: 金}}, silver]
---
tag: note
type: text
---
tag: invited
type: flag
"""
EVERYBODY = {"segment": "everybody"}
NORTH = {**EVERYBODY, "where": "last_store in ('s1', 's2')"}


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tags") / "plan"
    write_branches(folder)
    (folder / "fields").mkdir(exist_ok=True)
    (folder / "fields/tags.yml").write_text(TAGS, "utf-8")
    shop = open_shop(folder)
    publish_plan(shop, now=NOW)
    run_plan(shop, now=NOW)
    shop.close()
    return folder


@pytest.fixture
def tag_site(tagged: Path, tmp_path: Path) -> Iterator[Site]:
    made = Site(open_shop(copy_shop(tagged, tmp_path / "plan")), now=NOW)
    made.sign_in()
    yield made
    made.close()


def send(
    site: Site, asked: dict[str, str], who: TestClient | None = None, **form: str
) -> tuple[int, str, str]:
    """Status, text and where to, of the form of a list's tag."""
    client = who or site.client
    answer = client.post("/customers/tag", params=asked, data={"csrf": site.form("/account", client)} | form)
    return answer.status_code, plain(answer.text), answer.headers.get("location", "")


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def said(site: Site, tag: str = "vip") -> dict[str, str]:
    with site.shop.store.read() as session:
        return {key.removeprefix("shop:"): value for key, value in last_said(session, tag).items()}


def customer(site: Site, who: str) -> str:
    with site.app.state.web.sights.sight() as sight:
        parties = sight.snapshot.engine.rows(sight.snapshot.table("party"))
    return next(str(row["customer_id"]) for row in parties if row["party_key"] == f"shop:{who}")


def test_said_first_then_done_then_undone(tag_site: Site) -> None:
    form = tag_site.client.get("/customers/tag", params={**NORTH, "tag": "vip"}).text
    assert '<option value="gold">Gold</option>' in form
    assert "VIP &lt;b&gt;by hand" in form
    status, text, _ = send(tag_site, NORTH, tag="vip", value="gold")
    assert status == 200
    assert "2 customers get “VIP <b>by hand</b>: Gold”" in text
    assert said(tag_site) == {}
    status, _, to = send(tag_site, NORTH, tag="vip", value="gold", sure="2")
    assert status == 303
    assert said(tag_site) == {"ann": "gold", "bob": "gold"}
    done = plain(tag_site.client.get(to).text)
    assert "Done, for 2 identities" in done
    _, text, _ = send(tag_site, EVERYBODY, tag="vip", value="silver")
    assert "5 customers get “VIP <b>by hand</b>: silver”" in text
    assert "2 of them have another value now" in text
    send(tag_site, EVERYBODY, tag="vip", value="silver", sure="5")
    assert set(said(tag_site).values()) == {"silver"}
    form = tag_site.form("/account")
    assert tag_site.client.post("/tags/2/undo", data={"csrf": form}).status_code == 303
    assert said(tag_site) == {"ann": "gold", "bob": "gold"}
    assert tag_site.client.post("/tags/2/undo", data={"csrf": form}).status_code == 409
    _, text, _ = send(tag_site, NORTH, tag="vip", value="gold")
    assert "Nothing would change" in text
    _, text, _ = send(tag_site, EVERYBODY, tag="vip", remove="yes")
    assert "taken back from 2 customers" in text
    send(tag_site, EVERYBODY, tag="vip", remove="yes", sure="2")
    assert said(tag_site) == {}


def test_what_has_changed_since_is_said_again(tag_site: Site) -> None:
    send(tag_site, {**EVERYBODY, "where": "last_store = 's1'"}, tag="vip", value="gold", sure="1")
    status, text, _ = send(tag_site, NORTH, tag="vip", value="gold", sure="2")
    assert status == 200
    assert "The customers have changed since you looked" in text
    assert "1 customer gets" in text
    assert said(tag_site) == {"ann": "gold"}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"tag": "vip", "value": "golden"}, "has no choice `golden`"),
        ({"tag": "vip", "value": ""}, "has no choice"),
        ({"tag": "", "value": "x"}, "choose a tag"),
        ({"tag": "orders_90d", "value": "1"}, "choose a tag"),
        ({"tag": "note", "value": "call 13812345678"}, "would hold a phone number"),
        ({"tag": "note", "value": "a\u202eb"}, "is no value of the tag"),
        ({"tag": "note", "value": "a\0b"}, "is no value of the tag"),
        ({"tag": "invited", "value": "perhaps"}, "is no value of the tag"),
    ],
)
def test_what_cannot_be_said_is_told(tag_site: Site, form: dict[str, str], told: str) -> None:
    status, text, _ = send(tag_site, NORTH, None, **form, sure="2")
    assert status == 422
    assert told.replace("`", " ").split() == [w for w in told.replace("`", " ").split() if w in text]
    one = customer(tag_site, "ann")
    answer = tag_site.client.post(f"/customers/{one}/tag", data={"csrf": tag_site.form("/account")} | form)
    assert answer.status_code == 422
    assert said(tag_site) == said(tag_site, "note") == {}


def test_only_so_many_at_a_time(tag_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "TAGGED_MAX", 4)
    status, text, _ = send(tag_site, EVERYBODY, tag="vip", value="gold", sure="5")
    assert status == 422
    assert "at most 4 customers are tagged at a time, and these are 5" in text
    assert said(tag_site) == {}


def test_in_ones_scope_alone(tag_site: Site) -> None:
    clerk = tag_site.signed_in("clerk", "agent", scope=Scope(units=frozenset({"north"})))
    _, text, _ = send(tag_site, EVERYBODY, clerk, tag="vip", value="gold")
    assert "2 customers get" in text
    send(tag_site, EVERYBODY, clerk, tag="vip", value="gold", sure="2")
    assert said(tag_site) == {"ann": "gold", "bob": "gold"}
    outside = customer(tag_site, "cat")
    token = tag_site.form("/account", clerk)
    answer = clerk.post(f"/customers/{outside}/tag", data={"csrf": token, "tag": "vip", "value": "gold"})
    assert answer.status_code == 404
    assert "cat" not in said(tag_site)
    assert tag_site.client.post("/tags/1/undo", data={"csrf": tag_site.form("/account")}).status_code == 404


def test_one_customer_with_who_and_when(tag_site: Site) -> None:
    here = f"/customers/{customer(tag_site, 'ann')}"
    clerk = tag_site.signed_in("Clerk <i>", "agent")
    token = tag_site.form("/account", clerk)
    assert clerk.post(f"{here}/tag", data={"csrf": token, "tag": "vip", "value": "gold"}).status_code == 303
    page = plain(tag_site.client.get(here).text)
    assert "VIP <b>by hand</b> Gold" in page
    assert "Clerk <i> , Jun 30, 2026 8:00" in page.replace("\u202f", " ")
    gold = tag_site.client.get(here, headers={"Accept-Language": "zh"}).text
    assert "人工贵宾" in gold
    assert "金" in gold
    viewer = tag_site.signed_in("viewer", "viewer")
    assert f'action="{here}/tag"' not in viewer.get(here).text
    assert "Gold" in viewer.get(here).text
    refused = viewer.post(
        f"{here}/tag", data={"csrf": tag_site.form("/account", viewer), "tag": "vip", "remove": "yes"}
    )
    assert refused.status_code == 403
    tag_site.client.post(
        f"{here}/tag", data={"csrf": tag_site.form("/account"), "tag": "vip", "remove": "yes"}
    )
    assert said(tag_site) == {}
    assert "not set" in plain(tag_site.client.get(here).text)
