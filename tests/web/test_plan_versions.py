"""Versions on the page: what each changed, the way back, and what happens when several publish."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from keepwell.publishing.queries import history
from keepwell.store.tables import audit_entries
from support.databases import database_kind, new_database, store_url
from support.plan_pages import at, now, push
from support.served_shop import ORDERS, SETTINGS, Site, open_shop, publish_plan, write_plan

__all__ = ["database_kind", "new_database", "store_url"]

MINE = "segment: mine\nwhere: orders_365d > {}\n"


@pytest.fixture
def editor(own_site: Site) -> Site:
    own_site.sign_in()
    return own_site


def back(site: Site, number: int, **given: str) -> tuple[int, str]:
    address = f"/plan/versions/{number}"
    data = {"csrf": site.form("/plan/segment/about_to_leave"), "made_from": str(now(site).number), **given}
    answer = site.client.post(f"{address}/back", data=data)
    return answer.status_code, answer.text


def test_each_version_tells_what_it_changed(editor: Site) -> None:
    push(editor, {"segments/mine.yml": MINE.format(1)}, author="<b>Li</b>")
    push(editor, {"segments/mine.yml": MINE.format(2)})
    listed = editor.client.get("/plan/versions").text
    assert listed.index("version 3") < listed.index("version 2") < listed.index("version 1")
    assert "&lt;b&gt;Li&lt;/b&gt;" in listed
    shown = editor.client.get("/plan/versions/3").text
    assert "-where: orders_365d &gt; 1" in shown
    assert "+where: orders_365d &gt; 2" in shown
    assert "This is the version that runs." in shown
    assert "+segment: mine" in editor.client.get("/plan/versions/2").text
    assert "This is the first version" in editor.client.get("/plan/versions/1").text
    assert editor.client.get("/plan/versions/9").status_code == 404
    assert editor.client.get("/plan/versions/99999999999").status_code == 422


def test_the_way_back_is_shown_first_then_a_new_version(editor: Site) -> None:
    push(editor, {"segments/mine.yml": MINE.format(1)})
    push(editor, {"segments/mine.yml": None, "keepwell.toml": SETTINGS + "# later\n"})
    status, made = back(editor, 2)
    assert status == 200
    assert "+segment: mine" in made
    assert "would come in" in made
    assert now(editor).number == 3, "nothing is published yet"
    assert back(editor, 2, go="yes")[0] == 422, "a reason is needed"
    assert back(editor, 2, go="yes", reason="it was better", made_from="2")[0] == 409
    assert now(editor).number == 3
    assert back(editor, 2, go="yes", reason="it was better")[0] == 303
    after = now(editor)
    assert (after.number, after.reason) == (4, "it was better")
    assert after.files["segments/mine.yml"] == MINE.format(1)
    assert after.files["keepwell.toml"].endswith("# later\n"), "settings are not undone"
    with editor.shop.store.read() as session:
        asked = audit_entries.select().where(audit_entries.c.action == "publish_earlier_plan")
        entry = session.execute(asked).one()
    assert (entry.subject_kind, entry.subject_id) == ("plan_version", "2")


def test_who_may_not_edit_reads_versions_and_goes_nowhere(editor: Site) -> None:
    push(editor, {"segments/mine.yml": MINE.format(1)})
    reader = editor.signed_in("reader", "viewer")
    assert "/back" not in reader.get("/plan/versions/1").text
    form = {"made_from": "2", "go": "yes", "reason": "x", "csrf": editor.form("/customers", reader)}
    assert reader.post("/plan/versions/1/back", data=form).status_code == 403
    assert reader.get("/plan/new").status_code == 403


def test_the_history_of_one_definition_leaves_out_the_rest(editor: Site) -> None:
    push(editor, {"segments/mine.yml": MINE.format(1)})
    push(editor, {"sources/orders.yml": ORDERS + "# only here\n"})
    push(editor, {"segments/mine.yml": MINE.format(3)})
    shown = editor.client.get("/plan/segment/mine/history").text
    assert "/plan/versions/4" in shown
    assert "/plan/versions/2" in shown
    assert "/plan/versions/3" not in shown
    assert "only here" not in shown
    assert "No version changed it" in editor.client.get("/plan/segment/vip/history").text
    assert editor.client.get("/plan/segment/none/history").status_code == 404


def test_two_browsers_and_a_folder(editor: Site) -> None:
    push(editor, {"segments/mine.yml": MINE.format(1)})
    one, other = (
        at(editor, "/plan/segment/mine"),
        at(editor, "/plan/segment/mine", editor.signed_in("li", "analyst")),
    )
    elsewhere = at(editor, "/plan/source/orders")
    assert one.send("publish", text=MINE.format(5), reason="five")[0] == 303
    status, made = other.send("publish", text=MINE.format(7), reason="seven")
    assert status == 409
    assert "It changed this definition too" in made
    assert "+where: orders_365d > 5" in made
    assert "+where: orders_365d > 7" in made
    assert other.text == MINE.format(7), "what was typed stays"
    status, made = elsewhere.send("review", text=ORDERS + "# note\n")
    assert status == 409
    assert "It changed other definitions and not this one" in made
    assert elsewhere.text == ORDERS + "# note\n"
    assert elsewhere.send("publish", reason="note")[0] == 303, (
        "reviewed against the new version, and published"
    )
    push(editor, {"segments/mine.yml": None})
    status, made = other.send("publish", reason="seven")
    assert status == 409
    assert "It took this definition away" in made
    assert other.text == MINE.format(7)
    assert other.send("publish", reason="again")[0] == 303
    assert now(editor).files["segments/mine.yml"] == MINE.format(7)


@pytest.fixture
def shared(store_url: str, tmp_path: Path) -> Iterator[Site]:
    """A published plan whose store is each kind of database in turn."""
    folder = tmp_path / "plan"
    write_plan(folder, settings=SETTINGS + '\n[store]\nurl = "env:STORE"\n')
    site = Site(open_shop(folder, STORE=store_url))
    publish_plan(site.shop)
    site.sign_in()
    yield site
    site.close()


def test_of_many_who_publish_at_once_each_is_published_or_told(shared: Site) -> None:
    """Nobody's edit is lost unseen: each new version holds those before it."""
    browsers = [shared.client, *(shared.signed_in(f"editor {n}", "analyst") for n in range(3))]
    editors = [at(shared, "/plan/new", browser, "?kind=segment") for browser in browsers]

    def publish_one(number: int) -> int:
        text = f"segment: made_{number}\nwhere: orders_365d > {number}\n"
        return editors[number].send("publish", text=text, reason=f"number {number}")[0]

    with ThreadPoolExecutor(len(editors)) as pool:
        statuses = list(pool.map(publish_one, range(len(editors))))
    assert set(statuses) <= {303, 409}
    assert statuses.count(303) == 1, "all of them were made from version 1"
    for number, status in enumerate(statuses):
        if status == 409:
            assert f"segment: made_{number}" in editors[number].text, "what was typed stays"
            while editors[number].send("publish", reason="again")[0] != 303:
                assert f"segment: made_{number}" in editors[number].text
    assert {f"segments/made_{number}.yml" for number in range(4)} <= set(now(shared).files)
    with shared.shop.store.read() as session:
        assert [each.number for each in history(session)] == [5, 4, 3, 2, 1]
