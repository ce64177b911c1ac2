"""Tags by hand and saved lists, on each kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from keepwell.access.model import Permission, Scope
from keepwell.access.users import set_scope
from keepwell.api.asking import ROOT
from support.programs import Program
from support.served_shop import LEAVING_ID, NOW, Site, run_plan

TAG = {
    "fields/care.yml": "tag: care\nlabel: {en: Care, zh: 关怀}\ntype: text\nchoices: [{value: gold}, silver]\n"
}
CHANGE, SEE = Permission.TAG, Permission.SEE_CUSTOMERS


@pytest.fixture
def tagger(writer: Program, writing_site: Site) -> Program:
    """Where the plan has a tag, and was run."""
    files = writer.ask("/plan/versions/1")["files"] | TAG
    writer.send("/plan/versions", {"files": files, "expected_version": 1, "reason": "a tag"}, status=201)
    run_plan(writing_site.shop)
    return writer


def test_a_tag_is_said_shown_after_a_run_and_taken_back(tagger: Program, writing_site: Site) -> None:
    [tag] = tagger.ask("/tags")["tags"]
    assert (tag["name"], tag["label"], tag["type"]) == ("care", {"en": "Care", "zh": "关怀"}, "text")
    assert [each["value"] for each in tag["choices"]] == ["gold", "silver"]
    who = [
        f"shop:{LEAVING_ID}",
        tagger.ask("/customers", where="last_channel = 'web'")["customers"][0]["customer_id"],
    ]
    said = tagger.send("/tags/care/words", {"value": "gold", "customers": who}, status=200, once="one")
    assert said == {"tag": "care", "value": "gold", "customers": 2, "parties": 2}
    assert (
        tagger.send("/tags/care/words", {"value": "gold", "customers": who}, status=200, once="one") == said
    )
    again = tagger.send("/tags/care/words", {"value": "gold", "customers": who}, status=200)
    assert (again["customers"], again["parties"]) == (2, 0)
    by_condition = {"value": "silver", "where": "spend_365d > 100"}
    assert tagger.send("/tags/care/words", by_condition, status=200)["customers"] == 2
    run_plan(writing_site.shop, now=NOW + timedelta(days=1))
    values = {each["values"]["care"] for each in tagger.ask("/customers", fields="care")["customers"]}
    assert values == {"gold", "silver"}
    newest, first = tagger.ask("/tags/acts")["acts"]
    assert (newest["value"], newest["parties"], first["parties"]) == ("silver", 2, 2)
    undone = tagger.send(f"/tags/acts/{newest['id']}/undo", status=200)
    assert undone == {"id": newest["id"], "parties": 2}
    assert tagger.send(f"/tags/acts/{newest['id']}/undo", status=409)["error"] == "Conflict"
    assert tagger.send("/tags/care/words", {"value": None, "where": "true"}, status=200)["parties"] == 2
    actions = [each["action"] for each in tagger.ask("/audit", subject_kind="tag")["entries"]]
    assert actions.count("tag") == 2
    assert all(each["details"]["key"] == 1 for each in tagger.ask("/audit", subject_kind="tag")["entries"])


def test_what_cannot_be_said_is_refused_and_nothing_is(tagger: Program) -> None:
    gold = {"value": "gold", "customers": [f"shop:{LEAVING_ID}"]}
    for wrong, status in (
        ({"value": "iron"}, 422),
        ({"value": "x" * 1_001}, 422),
        ({"customers": []}, 422),
        ({"customers": ["shop:nobody"]}, 404),
        ({"customers": [f"shop:{LEAVING_ID}", "shop:nobody"]}, 404),
        ({"customers": ["a\x00b"]}, 404),
        ({"where": "true"}, 422),
        ({"customers": None}, 422),
        ({"customers": None, "where": "nope"}, 422),
        ({"customers": ["x"] * 5_001}, 422),
    ):
        tagger.send("/tags/care/words", gold | wrong, status=status)
    assert tagger.send("/tags/cares/words", gold, status=404)["problems"][0]["hint"] == "did you mean `care`?"
    assert tagger.ask("/tags/acts") == {"acts": []}


def test_a_scope_bounds_whom_a_key_tags(tagger: Program, writing_site: Site) -> None:
    writing_site.signed_in("bo", "agent")
    weak, narrow = (Program.of(writing_site, *may, owner="bo") for may in ((SEE,), (SEE, CHANGE)))
    with writing_site.shop.store.write() as session:
        set_scope(session, "bo", Scope("last_channel = 'web'"), actor="test", now=NOW)
    assert (
        weak.send("/tags/care/words", {"value": "gold", "where": "true"}, status=403)["error"] == "Forbidden"
    )
    outside = {"value": "gold", "customers": [f"shop:{LEAVING_ID}"]}
    assert narrow.send("/tags/care/words", outside, status=404)["error"] == "NotFound"
    assert narrow.send("/tags/care/words", {"value": "gold", "where": "true"}, status=200)["customers"] == 1


def test_a_tag_said_many_times_at_once_is_said_once(tagger: Program) -> None:
    body = {"value": "gold", "where": "true"}

    def send(number: int) -> tuple[int, int]:
        headers = tagger.headers | {"Idempotency-Key": f"of-{number % 2}"}
        answer = tagger.client.post(f"{ROOT}/tags/care/words", json=body, headers=headers)
        return answer.status_code, answer.json()["parties"]

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(6)))
    assert sorted(answers) == [(200, 0)] * 3 + [(200, 3)] * 3
    assert len(tagger.ask("/tags/acts")["acts"]) == 1


def test_lists_are_saved_shared_and_removed(writer: Program, writing_site: Site) -> None:
    run_plan(writing_site.shop)
    writing_site.signed_in("bo", "viewer")
    other = Program.of(writing_site, SEE, owner="bo")
    asked = {"where": "spend_365d > 100", "sort": "-spend_365d", "fields": ["spend_365d"]}
    made = writer.send("/lists", {"name": "<b>Big</b> 大客户", **asked}, status=201, once="one")
    assert writer.send("/lists", {"name": "<b>Big</b> 大客户", **asked}, status=201, once="one") == made
    assert (made["name"], made["segment"], made["is_own"], made["fields"]) == (
        "<b>Big</b> 大客户", None, True, ["spend_365d"],
    )  # fmt: skip
    question = {name: made[name] for name in ("where", "sort")}
    assert writer.ask("/customers", **question)["count"] == 2
    assert other.ask("/lists") == {"lists": []}
    assert other.refused(f"/lists/{made['id']}") == (404, "NotFound")
    assert writer.send("/lists", {"name": "<b>big</b> 大客户"}, status=409)["error"] == "NameTaken"
    shared = writer.send(
        "/lists",
        {"name": "leaving", "segment": "about_to_leave", "reason": "overdue", "is_shared": True},
        status=201,
    )
    seen = other.ask(f"/lists/{shared['id']}")
    assert (seen["is_own"], seen["segment"], seen["reason"]) == (False, "about_to_leave", "overdue")
    assert other.send(f"/lists/{shared['id']}/remove", status=404)["error"] == "NotFound"
    for wrong in (
        {"segment": "none"},
        {"where": "nope"},
        {"sort": "nope"},
        {"fields": ["nope"]},
        {"name": "\u200b"},
    ):
        writer.send("/lists", {"name": "wrong", **wrong}, status=422)
    assert [each["name"] for each in writer.ask("/lists")["lists"]] == ["<b>Big</b> 大客户", "leaving"]
    assert writer.send(f"/lists/{made['id']}/remove", status=200) == {"id": made["id"]}
    assert writer.refused(f"/lists/{made['id']}") == (404, "NotFound")
