"""Saved lists on the page of customers."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from keepwell.access.model import Scope, Viewer
from keepwell.catalog.rewriting import body_of
from keepwell.language.check import check
from keepwell.language.types import Type
from keepwell.lists.model import Question
from keepwell.lists.saved import save_list
from support.served_shop import NOW, Site

ASKED = {"segment": "everybody", "where": "orders_lifetime > 5", "sort": "-spend_lifetime"}
HOSTILE = '<script>alert("列")</script>'


def saved(site: Site, name: str, *, shared: bool = False, **asked: str) -> str:
    """Save a list as a person does; the address they are led to."""
    token = site.form("/customers")
    sent = {"csrf": token, "name": name} | ({"shared": "yes"} if shared else {})
    answer = site.client.post("/lists", params=asked or ASKED, data=sent)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_save_open_overwrite_rename_remove(own_site: Site) -> None:
    own_site.sign_in()
    address = saved(own_site, HOSTILE)
    [number] = parse_qs(urlsplit(address).query)["saved"]
    page = own_site.client.get(address).text
    assert "<script>alert" not in page
    assert f"<bdi>{escape(HOSTILE)}</bdi>".replace("&quot;", "&#34;") in page
    assert own_site.client.get(f"/lists/{number}").headers["location"] == address
    assert "Overwrite" not in page
    changed = {**ASKED, "where": "orders_lifetime > 11", "saved": number}
    page = own_site.client.get("/customers", params=changed).text
    assert f'action="/lists/{number}/question' in page
    form = {"csrf": own_site.form("/customers")}
    assert own_site.client.post(f"/lists/{number}/question", params=changed, data=form).status_code == 303
    assert "11" in own_site.client.get(f"/lists/{number}").headers["location"]
    renamed = own_site.client.post(
        f"/lists/{number}/name", params=changed, data={**form, "name": "老客", "shared": "yes"}
    )
    assert renamed.status_code == 303
    assert "老客" in own_site.client.get("/customers").text
    gone = own_site.client.post(f"/lists/{number}/remove", params=changed, data=form)
    assert "saved=" not in gone.headers["location"]
    assert own_site.client.get(f"/lists/{number}").status_code == 404


def test_a_name_that_is_taken_is_told_beside_the_form(own_site: Site) -> None:
    own_site.sign_in()
    saved(own_site, "one")
    token = own_site.form("/customers")
    again = own_site.client.post("/lists", params=ASKED, data={"csrf": token, "name": "One"})
    assert again.status_code == 422
    assert "you have a list" in again.text
    assert 'value="One"' in again.text
    assert "orders_lifetime &gt; 5" in again.text


def test_a_shared_list_shows_whoever_opens_it_their_own_customers(own_site: Site) -> None:
    own_site.sign_in()
    address = saved(own_site, "regulars", shared=True, segment="everybody", where="orders_lifetime > 5")
    clerk = own_site.signed_in("clerk", "viewer", scope=Scope("orders_lifetime = 11"))
    assert "regulars" in clerk.get("/customers").text
    assert "steady" in clerk.get(address).text
    assert "王**" in own_site.client.get(address).text
    assert "王**" not in clerk.get(address).text
    number = parse_qs(urlsplit(address).query)["saved"][0]
    token = own_site.form("/customers", clerk)
    for path in ("question", "name", "remove"):
        answer = clerk.post(f"/lists/{number}/{path}", data={"csrf": token, "name": "x"})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("question", "told", "status"),
    [
        (Question("gone"), "no segment “gone”", 404),
        (Question("everybody", "gone_field > 1"), "there is no field gone_field", 422),
        (Question("about_to_leave", reason="gone"), "no longer has the reason “gone”", 404),
        (Question("everybody", sort="-gone"), "sorted by “gone”", 200),
        (Question("everybody", columns=("spend_365d", "gone")), "The plan has no such field: gone", 200),
    ],
)
def test_a_list_that_names_what_is_gone_says_so(
    own_site: Site, question: Question, told: str, status: int
) -> None:
    own_site.sign_in()
    with own_site.shop.store.write() as session:
        me = Viewer(1, "Wei Ning", frozenset({"administrator"}))
        number = save_list(session, me, "old", question, is_shared=False, now=NOW)
    marked = own_site.client.get("/customers").text
    assert "needs mending" in marked
    answer = own_site.client.get(own_site.client.get(f"/lists/{number}").headers["location"])
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", answer.text)))
    assert answer.status_code == status
    assert told.replace("`", "") in text
    assert "then overwrite the list" in text
    form = {"csrf": own_site.form("/customers")}
    mended = own_site.client.post(f"/lists/{number}/question", params={**ASKED, "saved": number}, data=form)
    assert mended.status_code == 303
    assert "needs mending" not in own_site.client.get("/customers").text


def test_ones_own_columns_stay(own_site: Site) -> None:
    own_site.sign_in()
    form = {"csrf": own_site.form("/customers"), "columns": "orders_lifetime,no_such"}
    assert own_site.client.post("/customers/columns", params=ASKED, data=form).status_code == 303
    page = own_site.client.get("/customers").text
    assert "sort=orders_lifetime" in page
    assert "sort=purchase_last_on" not in page
    clerk = own_site.signed_in("clerk", "viewer")
    assert "sort=purchase_last_on" in clerk.get("/customers").text
    own_site.client.post("/customers/columns", data={**form, "columns": ""})
    assert "sort=purchase_last_on" in own_site.client.get("/customers").text


def test_a_segment_is_begun_from_a_list(own_site: Site) -> None:
    own_site.sign_in()
    asked = {"segment": "about_to_leave", "where": "orders_lifetime > 5 or spend_365d > 100"}
    found = re.search(
        r'href="(/plan/new\?kind=segment[^"]+)"', own_site.client.get("/customers", params=asked).text
    )
    assert found is not None
    begun = body_of(unescape(textarea(own_site.client.get(unescape(found[1])).text)))
    assert begun is not None
    assert str(begun["where"]).endswith("and (orders_lifetime > 5 or spend_365d > 100)")
    assert "reasons" not in begun
    with own_site.app.state.web.sights.sight() as sight:
        check(str(begun["where"]), sight.plan.customer_record(), expect=Type.FLAG)
    assert "/plan/new" not in own_site.client.get("/customers").text  # it is a segment already
    viewer = own_site.signed_in("viewer", "viewer")
    assert "/plan/new" not in viewer.get("/customers", params=asked).text


def textarea(html: str) -> str:
    found = re.search(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', html, re.DOTALL)
    assert found is not None
    return found[1]
