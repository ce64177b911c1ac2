"""Writes: done once under their key, recorded, and undone whole where they fail. On each kind of database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from keepwell.access.model import Permission
from keepwell.api.asking import ROOT
from keepwell.api.writes import REPLAYED
from keepwell.publishing.queries import history
from keepwell.store.jobs import recent_jobs
from support.programs import Program
from support.served_shop import LEAVING_ID, NAME, NOW, PHONE, Site, run_plan

KEYED = (
    ("/runs", None),
    ("/plan/versions", {"files": {"keepwell.toml": "x"}, "reason": "a"}),
    ("/plan/versions/1/restore", {"expected_version": 1, "reason": "a"}),
    ("/keys/1/revoke", None),
)


def segment(where: str) -> dict[str, str]:
    return {"segments/regulars.yml": f"segment: regulars\nwhere: {where}\n"}


def actions(program: Program) -> list[str]:
    return [each["action"] for each in program.ask("/audit", actor=NAME, limit=500)["entries"]]


@pytest.mark.parametrize(("path", "body"), KEYED, ids=lambda given: str(given)[:20])
def test_a_write_without_an_idempotency_key_is_not_done(
    site: Site, program: Program, path: str, body: object
) -> None:
    for key in (None, "", " ", "two words", "é", "x" * 201):
        headers = program.headers | ({} if key is None else {"Idempotency-Key": key})
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = program.client.post(f"{ROOT}{path}", json=body, headers=pairs)
        assert answer.status_code == 422, (key, answer.text)
    with site.shop.store.read() as session:
        assert (len(history(session)), recent_jobs(session)) == (1, [])


def test_a_plan_is_checked_published_and_gone_back_from(writer: Program) -> None:
    files = writer.ask("/plan/versions/1")["files"]
    broken = writer.send("/plan/check", {"files": files | segment("nope > 1")}, status=200)
    assert broken["is_good"] is False
    [problem] = broken["problems"]
    assert (problem["file"], problem["line"]) == ("segments/regulars.yml", 2)
    body = {"files": files | segment("orders_90d > 2"), "expected_version": 1, "reason": "they matter"}
    assert writer.send("/plan/check", {"files": body["files"]}, status=200)["is_good"] is True
    made = writer.send("/plan/versions", body, status=201, once="one")
    assert (made["number"], made["author"], made["reason"]) == (2, NAME, "they matter")
    assert writer.send("/plan/versions", body, status=201, once="one") == made
    late = writer.send("/plan/versions", body | {"files": files | segment("orders_90d > 9")}, status=409)
    assert (late["error"], "orders_90d > 2" in late["detail"]) == ("NotPulled", True)
    other = writer.send("/plan/versions", body | {"reason": "another"}, status=409, once="one")
    assert other["error"] == "KeyReused"
    refused = writer.send(
        "/plan/versions", body | {"files": files | segment("nope > 1"), "expected_version": 2}, status=422
    )
    assert (refused["error"], refused["problems"][0]["line"]) == ("PlanRefused", 2)
    assert writer.ask("/plan/definitions/segment/regulars")["text"].strip().endswith("orders_90d > 2")
    back = writer.send("/plan/versions/1/restore", {"expected_version": 2, "reason": "sorry"}, status=201)
    assert (back["number"], back["sha256"]) == (3, writer.ask("/plan/versions/1")["sha256"])
    stale = writer.send("/plan/versions/2/restore", {"expected_version": 2, "reason": "no"}, status=409)
    assert stale["error"] == "NotPulled"
    assert [actions(writer).count(each) for each in ("publish_plan", "publish_earlier_plan")] == [1, 1]


def test_going_back_leaves_the_settings(writer: Program) -> None:
    """They say where the data and the store lie."""
    files = writer.ask("/plan/versions/1")["files"]
    settings = files["keepwell.toml"].replace("Shop <of>", "Shops <of>")
    changed = files | segment("orders_90d > 2") | {"keepwell.toml": settings}
    writer.send("/plan/versions", {"files": changed, "expected_version": 1, "reason": "two"}, status=201)
    back = writer.send("/plan/versions/1/restore", {"expected_version": 2, "reason": "one"}, status=201)
    assert writer.ask(f"/plan/versions/{back['number']}")["files"] == files | {"keepwell.toml": settings}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"keepwell.toml": ""},
        {"../../evil.yml": "segment: x\nwhere: true\n"},
        {"/etc/passwd": "x"},
        {"segments/x.yml": "a: &a [*a]\n"},
        {"segments/x.yml": "segment: x\x00\nwhere: true\n"},
        {"rates.csv": "a\x00b\n"},
        {"segments/\u202e.yml": "segment: <script>\nwhere: true\n"},
    ],
)
def test_files_that_make_no_plan_are_told_why(program: Program, files: dict[str, str]) -> None:
    whole = (
        files if "keepwell.toml" in files or not files else program.ask("/plan/versions/1")["files"] | files
    )
    assert program.send("/plan/check", {"files": whole}, status=200)["is_good"] is False
    refused = program.send(
        "/plan/versions", {"files": whole, "expected_version": 1, "reason": "x"}, status=422
    )
    assert refused["error"] == "PlanRefused"
    assert len(program.ask("/plan/versions")["versions"]) == 1


def test_a_run_is_asked_for_once(writer: Program, writing_site: Site) -> None:
    begun = writer.send("/runs", status=202, once="nightly")
    assert (begun["state"], begun["result"]) == ("queued", None)
    assert writer.send("/runs", status=202, once="nightly") == begun
    assert writer.send("/runs", status=202)["id"] == begun["id"]
    assert writer.ask(f"/runs/{begun['id']}") == begun
    assert writer.ask("/runs")["runs"] == [begun]
    assert actions(writer).count("request_run") == 1
    with writing_site.shop.store.read() as session:
        assert len(recent_jobs(session)) == 1


def test_the_same_write_many_times_at_once_is_done_once(writer: Program) -> None:
    files = writer.ask("/plan/versions/1")["files"]
    body = {"files": files | segment("orders_90d > 2"), "expected_version": 1, "reason": "at once"}

    def send(_: int) -> tuple[int, str, bool]:
        headers = writer.headers | {"Idempotency-Key": "same"}
        answer = writer.client.post(f"{ROOT}/plan/versions", json=body, headers=headers)
        return answer.status_code, answer.text, REPLAYED in answer.headers

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    assert {status for status, _, _ in answers} == {201}
    assert len({text for _, text, _ in answers}) == 1
    assert sorted(replayed for _, _, replayed in answers) == [False] + [True] * 7
    assert len(writer.ask("/plan/versions")["versions"]) == 2
    assert actions(writer).count("publish_plan") == 1


def test_two_who_publish_at_once_lose_nothing(writer: Program) -> None:
    files = writer.ask("/plan/versions/1")["files"]

    def send(number: int) -> int:
        body = {"files": files | segment(f"orders_90d > {number}"), "expected_version": 1, "reason": "mine"}
        headers = writer.headers | {"Idempotency-Key": f"of-{number}"}
        return writer.client.post(f"{ROOT}/plan/versions", json=body, headers=headers).status_code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(send, range(4))) == [201, 409, 409, 409]
    assert len(writer.ask("/plan/versions")["versions"]) == 2


def test_keys_of_two_programs_never_meet(writing_site: Site, writer: Program) -> None:
    other = Program.of(writing_site)
    first = writer.send("/runs", status=202, once="mine")
    answer = other.client.post(f"{ROOT}/runs", headers=other.headers | {"Idempotency-Key": "mine"})
    assert (answer.status_code, answer.json(), REPLAYED in answer.headers) == (202, first, False)


def test_a_key_without_the_permission_is_told_nothing_of_what_another_did(
    writing_site: Site, writer: Program
) -> None:
    weak = Program.of(writing_site, Permission.SEE_CUSTOMERS, Permission.SEE_DATA)
    writer.send("/runs", status=202, once="mine")
    assert weak.send("/runs", status=403, once="mine")["error"] == "Forbidden"


def test_a_key_ends_itself_and_who_gives_access_anybodys(own_site: Site) -> None:
    own_site.sign_in()
    own_site.signed_in("bo", "viewer")
    administrator = Program.of(own_site)
    mine, also_mine = (Program.of(own_site, Permission.SEE_CUSTOMERS, owner="bo") for _ in range(2))
    for other in (1, 3, 99):
        assert mine.send(f"/keys/{other}/revoke", status=403)["error"] == "Forbidden"
    assert also_mine.send("/keys/3/revoke", status=200) == {"id": 3}
    assert also_mine.refused("/business") == (401, "KeyNeeded")
    assert administrator.send("/keys/2/revoke", status=200) == {"id": 2}
    assert mine.refused("/business") == (401, "KeyNeeded")
    assert administrator.send("/keys/99/revoke", status=404)["error"] == "NotFound"
    states = {each["id"]: each["state"] for each in administrator.ask("/keys")["keys"]}
    assert states == {1: "alive", 2: "revoked", 3: "revoked"}
    assert {each["name"] for each in administrator.ask("/users")["users"]} == {NAME, "bo"}


def test_values_are_revealed_for_a_reason_and_each_time_on_the_record(
    writer: Program, writing_site: Site
) -> None:
    run_plan(writing_site.shop)
    [found] = writer.send("/search", {"text": PHONE}, status=200)["customers"]
    assert found["masked"]["phone"] == "138****5678"
    path = f"/customers/{found['customer_id']}/reveal"
    body: dict[str, Any] = {"party_key": f"shop:{LEAVING_ID}", "reason": "delivery"}
    told = writer.send(path, body, status=200)
    assert told["values"] == {"name": "王小明", "phone": f"+86{PHONE}"}
    for wrong in (
        {"reason": "curious"},
        {"reason": "other"},
        {"words": f"call {PHONE} please", "reason": "other"},
    ):
        writer.send(path, body | wrong, status=422)
    writer.send(path, body | {"party_key": "shop:steady"}, status=404)
    [entry] = writer.ask("/audit", action="reveal_values")["entries"]
    assert (entry["details"]["reason"], PHONE in str(entry)) == ("delivery", False)
    writer.send(path, body, status=200)
    assert actions(writer).count("reveal_values") == 2


def test_a_key_may_reveal_no_more_than_a_person(own_site: Site) -> None:
    own_site.sign_in()
    program = Program.of(own_site)
    who = program.send("/search", {"text": PHONE}, status=200)["customers"][0]["customer_id"]
    body = {"party_key": f"shop:{LEAVING_ID}", "reason": "delivery"}
    for _ in range(60):
        program.send(f"/customers/{who}/reveal", body, status=200)
    assert program.send(f"/customers/{who}/reveal", body, status=429)["error"] == "LimitExceeded"
    own_site.now = NOW + timedelta(hours=2)
    program.send(f"/customers/{who}/reveal", body, status=200)


def test_hostile_text_in_a_write_is_text_or_refused(writer: Program) -> None:
    files = writer.ask("/plan/versions/1")["files"]
    for number, reason in enumerate(
        ("<script>alert(1)</script>", "\u202eevil", "' OR 1=1 --", "😀" * 500), 1
    ):
        body = {
            "files": files | segment(f"orders_90d > {number}"),
            "expected_version": number,
            "reason": reason,
        }
        assert writer.send("/plan/versions", body, status=201)["reason"] == reason
    last = {"files": files, "expected_version": 5, "reason": "a"}
    for wrong in (
        {"reason": "x" * 501},
        {"reason": " \n"},
        {"reason": ""},
        {"more": 1},
        {"expected_version": "x"},
        {"expected_version": "5"},
    ):
        writer.send("/plan/versions", last | wrong, status=422)
    for actor in ("a\x00b", "' OR 1=1 --"):
        answer = writer.client.get(f"{ROOT}/audit", params={"actor": actor}, headers=writer.headers)
        assert answer.status_code in {200, 422}
    for wrong_number in ("0", "-1", "2147483648", "9" * 30, "x"):
        writer.send(
            f"/plan/versions/{wrong_number}/restore", {"expected_version": 5, "reason": "a"}, status=422
        )
        assert writer.refused(f"/runs/{wrong_number}")[0] == 422
