"""The plan on the page: seen, edited, checked, published, and not over somebody else's edit."""

from __future__ import annotations

from html import unescape

import pytest
from starlette.testclient import TestClient

from keepwell.catalog.files import read_folder
from keepwell.publishing.commands import publish, pull
from keepwell.publishing.errors import NotPulled
from keepwell.publishing.queries import Version, current
from keepwell.store.tables import audit_entries
from support.served_shop import HOSTILE_LABEL, ORDERS, Site

ADDRESS = "/plan/source/orders"
EDIT = ORDERS.replace("amount < 100000", "amount < 200000  # <script>alert(9)</script>")


@pytest.fixture
def editor(own_site: Site) -> Site:
    own_site.sign_in()
    return own_site


def now(site: Site) -> Version:
    with site.shop.store.read() as session:
        found = current(session)
    assert found is not None
    return found


def send(site: Site, what: str, text: str, made_from: int = 1, reason: str = "") -> tuple[int, str]:
    client: TestClient = site.client
    given = {"csrf": site.form(ADDRESS), "text": text, "made_from": str(made_from), "reason": reason}
    answer = client.post(f"{ADDRESS}/{what}", data=given)
    return answer.status_code, unescape(answer.text)


def test_the_list_has_own_definitions_first_and_hostile_labels_as_text(editor: Site) -> None:
    made = editor.client.get("/plan").text
    assert made.index('href="/plan/source/orders"') < made.index("library/")
    assert HOSTILE_LABEL not in made
    assert "&lt;b&gt;Tills&lt;/b&gt;" in made
    found = editor.client.get("/plan", params={"text": "orders"}).text
    assert 'href="/plan/source/orders"' in found
    assert 'href="/plan/source/' not in editor.client.get("/plan", params={"text": "no such <b>"}).text


def test_a_text_is_checked_while_it_is_typed(editor: Site) -> None:
    status, made = send(editor, "check", ORDERS.replace("amount <", "amuont <"))
    assert status == 200
    assert "amount" in made
    assert "amuont" in made
    assert "No problem found." in send(editor, "check", EDIT)[1]
    assert "an alias" in send(editor, "check", "source: *x\n")[1]


def test_an_edit_is_reviewed_then_published_with_a_reason(editor: Site) -> None:
    status, made = send(editor, "review", EDIT)
    assert (status, "+  - rule: amount < 200000" in made) == (200, True)
    assert now(editor).number == 1
    status, made = send(editor, "publish", EDIT)
    assert (status, 'name="reason"' in made) == (422, True), "a reason is needed, and can be given"
    assert "Nothing would change." in send(editor, "review", ORDERS)[1]
    assert now(editor).number == 1
    assert send(editor, "publish", EDIT, reason="tills <b>")[0] == 303
    assert 'action="/runs"' in editor.client.get("/plan", params={"published": 2}).text
    assert 'action="/runs"' not in editor.client.get("/plan").text
    after = now(editor)
    assert (after.number, after.author, after.reason) == (2, "Wei Ning", "tills <b>")
    assert after.files["sources/orders.yml"] == EDIT
    with editor.shop.store.read() as session:
        entry = session.execute(audit_entries.select().where(audit_entries.c.action == "publish_plan")).one()
    assert entry.details == {"version": 2, "reason": "tills <b>"}


def test_an_edit_made_meanwhile_is_shown_and_not_lost(editor: Site) -> None:
    assert send(editor, "publish", EDIT, reason="first")[0] == 303
    mine = ORDERS.replace("amount < 100000", "amount < 300000")
    status, made = send(editor, "publish", mine, made_from=1, reason="second")
    assert status == 409
    assert "+  - rule: amount < 200000" in made
    assert "amount < 300000" in made, "the text is kept"
    assert now(editor).number == 2
    assert send(editor, "publish", mine, made_from=2, reason="second")[0] == 303
    assert now(editor).files["sources/orders.yml"] == mine


def test_the_folder_is_refused_until_the_page_edit_is_pulled(editor: Site) -> None:
    folder, store = editor.shop.folder, editor.shop.store
    with store.write() as session:
        pull(session, folder)
    assert send(editor, "publish", EDIT, reason="on the page")[0] == 303
    (folder / "segments").mkdir(exist_ok=True)
    (folder / "segments" / "mine.yml").write_text("segment: mine\nwhere: orders_365d > 1\n", "utf-8")
    with store.write() as session, pytest.raises(NotPulled, match="amount < 200000"):
        publish(session, read_folder(folder), author="b", reason="push", now=editor.now, expected_version=1)
    with store.write() as session:
        pull(session, folder)
    assert (folder / "sources" / "orders.yml").read_text("utf-8") == EDIT
    with store.write() as session:
        after = publish(
            session, read_folder(folder), author="b", reason="push", now=editor.now, expected_version=2
        )
    assert (after.number, after.files["sources/orders.yml"]) == (3, EDIT)


def test_who_may_not_edit_reads_the_plan_and_changes_nothing(own_site: Site) -> None:
    reader = own_site.signed_in("reader", "viewer")
    here = "/plan/segment/about_to_leave"
    assert reader.get("/plan").status_code == 200
    page = reader.get(here).text
    assert "purchase_overdue_ratio" in page
    assert "<textarea" not in page
    form = {"text": "x", "reason": "y", "made_from": 1, "csrf": own_site.form("/customers", reader)}
    for act in ("check", "review", "publish"):
        assert reader.post(f"{here}/{act}", data=form).status_code == 403
