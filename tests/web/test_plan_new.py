"""New definitions, copies, switches, and the list in which all of them are found."""

from __future__ import annotations

import pytest

from keepwell.catalog.kinds import KINDS
from keepwell.catalog.load import load
from keepwell.store.tables import audit_entries
from support.plan_pages import at, now, push
from support.served_shop import Site

HOSTILE = "</textarea><script>alert(1)</script>"


@pytest.fixture
def editor(own_site: Site) -> Site:
    own_site.sign_in()
    return own_site


def switch(site: Site, of: str, **given: str) -> tuple[int, str]:
    data = {"csrf": site.form("/plan/segment/about_to_leave"), "made_from": str(now(site).number), **given}
    answer = site.client.post(f"/plan/{of}/switch", data=data)
    return answer.status_code, answer.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_template_is_right_as_it_stands(editor: Site, language: str) -> None:
    editor.client.cookies.set("keepwell_language", language)
    begin = editor.client.get("/plan/new").text
    for number, kind in enumerate(KINDS):
        assert f'href="/plan/new?kind={kind}"' in begin
        new = at(editor, "/plan/new", query=f"?kind={kind}")
        assert new.text.startswith("# ")
        status, _ = new.send("publish", reason=f"a {kind}")
        assert status == 303, kind
        assert now(editor).number == number + 2
    plan = load(now(editor).files)
    assert "my_fading_customers" in plan.segments
    assert "my_visits" in plan.rhythms


def test_a_name_that_is_taken_is_told_and_nothing_is_lost(editor: Site) -> None:
    push(editor, {"segments/mine.yml": "segment: mine\nwhere: orders_365d > 1\n"})
    new = at(editor, "/plan/new", query="?kind=segment")
    text = "segment: mine\nwhere: orders_365d > 2\n"
    status, made = new.send("review", text=text)
    assert status == 422
    assert "the name `mine` is taken" in made or "is taken by a segment" in made
    assert new.text == text
    status, made = new.send("review", text="")
    assert status == 422
    assert "exactly one definition" in made


def test_a_new_one_begun_while_others_publish_is_kept(editor: Site) -> None:
    new = at(editor, "/plan/new", query="?kind=tag")
    push(editor, {"segments/mine.yml": "segment: mine\nwhere: orders_365d > 1\n"})
    before = new.text
    status, made = new.send("publish", reason="x")
    assert status == 409
    assert "Your text is kept below" in made
    assert new.text == before
    assert new.send("publish", reason="x")[0] == 303


def test_a_copy_has_a_name_of_its_own(editor: Site) -> None:
    copy = at(editor, "/plan/new", query="?kind=segment&name=about_to_leave")
    assert "segment: about_to_leave_copy\n" in copy.text
    assert copy.text.startswith("# Customers with a rhythm")
    assert copy.send("publish", reason="to change it")[0] == 303
    assert {"about_to_leave", "about_to_leave_copy"} <= load(now(editor).files).segments.keys()
    assert editor.client.get("/plan/new?kind=segment&name=none").status_code == 404


def test_hostile_text_is_text(editor: Site) -> None:
    new = at(editor, "/plan/new", query="?kind=segment")
    status, _ = new.send("review", text=f"segment: x\nlabel: '{HOSTILE}'\nwhere: customer_id = '{HOSTILE}'\n")
    assert status == 200
    assert f"'{HOSTILE}'" in new.text, "the form reads it as it was typed"
    raw = editor.client.post("/plan/new/review", data=dict(new.form.sent)).text
    assert "<script>alert" not in raw
    for bad in ("segment: x\nwhere: '\0'\n", "segment: \u202ex\nwhere: 1\n", "\ud800", "segment: x\n..."):
        answer = editor.client.post(
            "/plan/new/review",
            data=dict(new.form.sent) | {"text": bad.encode("utf-8", "replace").decode()},
        )
        assert answer.status_code == 422, bad


def test_a_shipped_one_is_switched_off_and_on_again(editor: Site) -> None:
    status, made = switch(editor, "segment/vip")
    assert status == 200
    assert "+off: true" in made
    assert now(editor).number == 1, "nothing is published yet"
    assert switch(editor, "segment/vip", go="yes")[0] == 422
    assert switch(editor, "segment/vip", go="yes", reason="we have none")[0] == 303
    assert "vip" not in load(now(editor).files).segments
    assert "switched off" in editor.client.get("/plan?standing=off").text
    page = editor.client.get("/plan/segment/vip").text
    assert "This definition is switched off" in page
    assert switch(editor, "segment/vip", go="yes", reason="back", made_from="1")[0] == 409
    assert switch(editor, "segment/vip", go="yes", reason="back")[0] == 303
    assert now(editor).files.keys() == {"keepwell.toml", "sources/orders.yml"}
    with editor.shop.store.read() as session:
        asked = audit_entries.select().where(audit_entries.c.action == "publish_plan")
        assert [each.subject_id for each in session.execute(asked)] == ["vip", "vip"]


def test_what_others_use_is_not_switched_off(editor: Site) -> None:
    status, made = switch(editor, "rhythm/purchase", go="yes", reason="x")
    assert status == 422
    assert "as others use it" in made
    assert "rhythm_stage" in made
    assert now(editor).number == 1


def test_ones_own_keeps_its_text_while_it_is_off(editor: Site) -> None:
    text = "# mine\nsegment: mine  # here\nwhere: orders_365d > 1\n"
    push(editor, {"segments/mine.yml": text})
    assert switch(editor, "segment/mine", go="yes", reason="x")[0] == 303
    assert now(editor).files["segments/mine.yml"] == text + "off: true\n"
    assert at(editor, "/plan/segment/mine").text == text + "off: true\n"
    assert switch(editor, "segment/mine", go="yes", reason="x")[0] == 303
    assert now(editor).files["segments/mine.yml"] == text


def test_the_list_is_narrowed_by_kind_and_standing(editor: Site) -> None:
    push(editor, {"segments/mine.yml": "segment: mine\nwhere: orders_365d > 1\n"})
    own = editor.client.get("/plan?standing=own").text
    assert 'href="/plan/segment/mine"' in own
    assert 'href="/plan/segment/vip"' not in own
    segments = editor.client.get("/plan?kind=segment").text
    assert 'href="/plan/segment/vip"' in segments
    assert 'href="/plan/source/orders"' not in segments
    asleep = editor.client.get("/plan?standing=asleep").text
    assert "asleep: its data are missing" in asleep
    assert 'href="/plan/segment/vip"' not in asleep
    assert "No definition matches" in editor.client.get("/plan?kind=none").text
