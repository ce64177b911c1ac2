"""What publishing would do is shown before it is done, and a run then says the same."""

from __future__ import annotations

import pytest

from support.plan_pages import at, now
from support.served_shop import ORDERS, Site, publish_plan, run_plan

FEW = "segment: few\nlabel: '<b>Few</b>'\nwhere: orders_lifetime < {}\nworth: spend_lifetime\n"


@pytest.fixture
def editor(own_site: Site) -> Site:
    own_site.sign_in()
    return own_site


def test_a_segment_tells_who_comes_and_goes(editor: Site) -> None:
    new = at(editor, "/plan/new", query="?kind=segment")
    status, made = new.send("review", text=FEW.format(2))
    assert status == 200
    assert "1 would come in, 0 would leave." in made
    assert "Customers in it" in made
    assert "/customers/c" in made
    assert now(editor).number == 1
    assert new.send("publish", reason="why not")[0] == 303
    edit = at(editor, "/plan/segment/few")
    status, made = edit.send("review", text=FEW.format(1).replace("<b>", "<i>"))
    assert "0 would come in, 1 would leave." in made
    assert "¥15.00" in made
    assert "<i>Few</b>" not in edit.client.get("/plan").text


def test_a_run_then_says_what_the_preview_said(editor: Site) -> None:
    new = at(editor, "/plan/new", query="?kind=segment")
    new.send("review", text=FEW.format(12))
    assert new.send("publish", reason="x")[0] == 303
    run_plan(editor.shop)
    assert ">2<" in editor.client.get("/segments/few").text, "one with 11 orders, and one with 1"


def test_a_field_tells_how_values_change_and_which_segments_follow(editor: Site) -> None:
    edit = at(editor, "/plan/rhythm/purchase")
    status, made = edit.send("review", text=edit.text.replace("amount > 0", "amount > 100"))
    assert status == 200
    assert "Worked out anew from the facts." in made
    assert "of 3 customers" in made
    assert "About to leave" in made


def test_a_text_for_people_changes_nothing(editor: Site) -> None:
    edit = at(editor, "/plan/segment/about_to_leave")
    status, made = edit.send("review", text=edit.text.replace("owner: keepwell", "owner: '<script>'"))
    assert status == 200
    assert "Only texts for people change" in made


def test_a_source_is_tried_on_its_data(editor: Site) -> None:
    edit = at(editor, "/plan/source/orders")
    status, made = edit.send("review", text=ORDERS.replace("amount < 100000", "amount < 100"))
    assert status == 200
    # 27 rows, of which 2 are no money and one is too much; below 100 the 12 of 120.50 wait too.
    assert "The next run reads all its data anew" in made
    assert '<td class="text-end">3</td><td class="text-end">15</td>' in made
    assert "nobody spends that much <i>here</i>" in made
    raw = edit.client.post("/plan/source/orders/review", data=dict(edit.form.sent)).text
    assert "<i>here</i>" not in raw
    assert "13812345678" not in raw, "no personal value is shown"


def test_a_source_whose_files_are_not_there(editor: Site) -> None:
    edit = at(editor, "/plan/source/orders")
    status, made = edit.send("review", text=ORDERS.replace("data/*.csv", "nowhere/*.csv"))
    assert status == 200
    assert "no file fits <code>nowhere/*.csv</code>" in made


def test_before_the_first_run_there_is_nobody_to_compare(bare_site: Site) -> None:
    publish_plan(bare_site.shop)
    bare_site.sign_in()
    new = at(bare_site, "/plan/new", query="?kind=segment")
    status, made = new.send("review", text=FEW.format(2))
    assert status == 200
    assert "There was no run yet" in made
