"""Every failure has one form, whoever notices it, and pages keep theirs."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

import pytest
from starlette.testclient import TestClient

from keepwell.api.asking import ROOT
from keepwell.api.routes import business
from support.programs import Program, refusal
from support.served_shop import Site


def test_what_is_not_there(program: Program) -> None:
    assert program.refused("/nothing") == (404, "NotFound")
    assert program.refused("/") == (404, "NotFound")
    assert program.refused("/customers/") == (404, "NotFound")
    assert program.refused("/customers/c0") == (404, "NotFound")
    assert program.refused("/segments/none/history") == (404, "NotFound")
    assert program.refused("/customers", segment="none") == (404, "NotFound")
    assert program.refused("/plan/versions/999") == (404, "NoSuchVersion")
    assert program.refused("/runs/999") == (404, "NotFound")
    assert program.refused("/plan/definitions/segment/about_to_leav") == (404, "NotFound")


def test_a_name_that_is_nearly_right_is_told(program: Program) -> None:
    for path, given in (
        ("/customers", {"sort": "spend_36d"}),
        ("/customers", {"fields": "spend_365d,spend_36d"}),
    ):
        assert "spend_365d" in program.ask(path, status=404, **given)["problems"][0]["hint"]


def test_methods_that_an_address_does_not_have(site: Site, program: Program) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD"):
        answer = site.visitor().request(method, f"{ROOT}/business", headers=program.headers)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
        if method != "HEAD":
            assert refusal(405, answer)["error"] == "MethodNotAllowed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limt": "5"}, "limt"),
        ({"where": "x" * 10_001}, "where"),
        ({"cursor": "x" * 4_001}, "cursor"),
    ],
)
def test_values_that_cannot_be_meant_are_named_and_not_repeated(
    program: Program, given: dict[str, str], field: str
) -> None:
    error = program.ask("/customers", status=422, **given)
    assert (error["error"], error["problems"][0]["field"]) == ("Refused", field)
    assert "many" not in json.dumps(error)


@pytest.mark.parametrize("at", ["0", "0.5", "-1", "1782777600", "2026-06-30", "2026-06-30T12:00:00", "1e3"])
def test_an_instant_is_written_with_its_zone(program: Program, at: str) -> None:
    assert program.ask("/audit", since=at, status=422)["problems"][0]["field"] == "since"
    program.ask("/audit", since="2026-06-30T12:00:00Z", before="2026-06-30T20:00:00+08:00")


def test_an_expression_is_refused_with_every_place(program: Program) -> None:
    error = program.ask("/customers", where="spend_365d > 'x' and nope = 1", status=422)
    assert error["error"] == "ExpressionRefused"
    assert [each["column"] for each in error["problems"]] == [12, 22]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'"x"', b"\xff", b'{"text": 5}', b'{"text": "a", "x": 1}']
)
def test_bodies_that_are_no_such_object(program: Program, content: bytes) -> None:
    answer = program.client.post(
        f"{ROOT}/search",
        content=content,
        headers=program.headers | {"Content-Type": "application/json"},
    )
    assert refusal(422, answer)["error"] == "Refused"


def test_bodies_that_are_too_long_or_do_not_say_how_long(site: Site, program: Program) -> None:
    answer = program.client.post(f"{ROOT}/search", content=b"x" * 300_000, headers=program.headers)
    assert "262144" in refusal(413, answer)["detail"]
    answer = program.client.post(f"{ROOT}/plan/check", content=b"x" * 5_000_000, headers=program.headers)
    assert "4194304" in refusal(413, answer)["detail"]
    answer = program.client.post(f"{ROOT}/plan/check", content=iter([b"{}"]), headers=program.headers)
    refusal(411, answer)
    assert site.client.post("/search", content=b"x" * 300_000).text.startswith("At most")


def test_the_key_is_looked_at_before_a_long_body(site: Site) -> None:
    answer = site.visitor().post(f"{ROOT}/plan/check", content=b"{" * 1_000_000)
    refusal(401, answer)


def test_a_fault_of_ours_tells_its_number_and_nothing_else(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("王小明 13812345678")

    monkeypatch.setattr(business, "today", fails)
    client = TestClient(site.app, raise_server_exceptions=False)
    answer = client.get(f"{ROOT}/today", headers=program.headers)
    assert refusal(500, answer)["error"] == "Unexpected"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert "王" not in answer.text


def test_pages_keep_their_own_form(site: Site) -> None:
    answer = site.client.get("/nothing-here")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'\"; DROP TABLE key; --",
        "a\x00b",
        "\u202eevil",
        "é" * 40,
        "../..",
        "%2e%2e%2f",
    ],
)
def test_hostile_text_is_text(program: Program, text: str) -> None:
    for path in (
        "/customers/{}",
        "/customers/{}/time-line",
        "/segments/{}/history",
        "/plan/definitions/segment/{}",
    ):
        assert program.refused(path.format(quote(text, safe="")))[0] == 404
    if "/" not in unquote(text):  # it would be another address
        assert program.ask(f"/segments/{quote(text)}/runs/{quote(text)}/entry")["customers"] == []
    assert program.refused("/customers", segment=text)[0] in {404, 422}
    assert program.refused("/customers", sort=text)[0] in {404, 422}
    assert program.refused("/customers", where=text)[0] == 422
    assert program.refused("/sources/orders/quarantine", reason=text, cursor=text)[0] == 422
    assert program.ask("/sources/orders/quarantine", reason=text)["rows"] == []
    assert program.ask("/audit", actor=text, subject_id=text)["entries"] == []
    answer = program.client.post(
        f"{ROOT}/search", content=json.dumps({"text": text}), headers=program.headers
    )
    assert answer.status_code in {200, 422}
