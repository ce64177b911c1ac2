"""What the API answers is what the pages show: the same functions, in JSON."""

from __future__ import annotations

import pytest

from keepwell.access.model import Viewer
from keepwell.access.queries import all_users
from keepwell.answers.today import today
from support.programs import Program
from support.served_shop import HOSTILE_CHANNEL, HOSTILE_LABEL, LEAVING_ID, PHONE, Site


def test_the_business(program: Program) -> None:
    told = program.ask("/business")
    assert told["name"] == "Shop <of> 'tests'"
    assert (told["currency"], told["minor_per_major"], told["time_zone"]) == ("CNY", 100, "Asia/Shanghai")
    assert (told["plan_version"], told["as_of"]["as_of"]) == (1, "2026-06-30T12:00:00Z")


def test_before_anything_is_published(bare_site: Site) -> None:
    bare_site.sign_in()
    program = Program.of(bare_site)
    told = program.ask("/business")
    assert (told["plan_version"], told["as_of"]) == (None, None)
    for path in ("/customers", "/today", "/segments", "/plan", "/sources", "/explore/rhythm"):
        assert program.refused(path)[0] == 404
    assert program.ask("/runs") == {"runs": []}
    made = program.send(
        "/plan/versions",
        {
            "files": {"keepwell.toml": (bare_site.shop.folder / "keepwell.toml").read_text()},
            "reason": "first",
        },
        status=201,
    )
    assert made["number"] == 1


def test_who_is_about_to_leave_why_and_what_is_at_stake(program: Program) -> None:
    told = program.ask(
        "/customers", segment="about_to_leave", fields="spend_365d,purchase_last_on,last_channel"
    )
    assert (told["count"], told["of"], told["worth"], told["worth_minor"]) == (1, 3, "spend_365d", 144_600)
    assert {each["name"]: each["customers"] for each in told["reasons"]}["overdue"] == 1
    [found] = told["customers"]
    assert found["party_keys"] == [f"shop:{LEAVING_ID}"]
    assert found["masked"] == {"name": "王**", "phone": "138****5678"}
    assert found["values"] == {
        "spend_365d": 144_600, "purchase_last_on": "2026-04-21", "last_channel": HOSTILE_CHANNEL,
    }  # fmt: skip
    assert found["reasons"][0] == {
        "name": "overdue",
        "says": {
            "en": "Usually buys every 7 days; silent for 70 days",
            "zh": "通常每7天购买一次；已沉默70天",
        },
    }
    assert program.ask("/customers", segment="about_to_leave", reason="overdue")["count"] == 1
    assert program.ask("/customers", segment="about_to_leave", where="spend_365d < 0")["count"] == 0
    assert program.ask("/customers", where="last_channel = 'web'")["count"] == 1


def test_worth_is_of_the_segment_or_of_the_question(program: Program) -> None:
    assert program.ask("/customers", worth="spend_90d")["worth"] == "spend_90d"
    assert program.refused("/customers", worth="rhythm_stage") == (422, "Refused")
    assert program.refused("/customers", segment="about_to_leave", worth="spend_90d") == (422, "Refused")
    assert program.refused("/customers", reason="overdue") == (422, "Refused")


def test_one_customer_and_their_fields(program: Program) -> None:
    who = program.send("/search", {"text": PHONE}, status=200)["customers"][0]["customer_id"]
    told = program.ask(f"/customers/{who}")
    assert [each["segment"] for each in told["segments"]] == ["about_to_leave"]
    assert told["identities"][0]["masked"]["phone"] == "138****5678"
    types = {each["name"]: each["type"] for each in program.ask("/fields")["fields"]}
    assert types.keys() == told["values"].keys()
    json_types = {
        "whole": int, "money": int, "number": float, "text": str, "flag": bool, "day": str, "moment": str
    }  # fmt: skip
    wrong = {
        name: value
        for name, value in told["values"].items()
        if value is not None and type(value) is not json_types[types[name]]
    }
    assert not wrong
    order = program.ask(f"/customers/{who}/time-line", kind="order", limit=1)["events"][0]
    assert (order["occurred_at"], order["values"]["amount"]) == ("2026-04-21T04:00:00Z", 12_050)


def test_fields_are_called_by_their_labels(program: Program) -> None:
    fields = {each["name"]: each for each in program.ask("/fields")["fields"]}
    assert fields["spend_365d"]["type"] == "money"
    stage = fields["rhythm_stage"]
    assert {each["value"]: each["label"]["zh"] for each in stage["choices"]}
    assert all(each["label"]["en"] and each["label"]["zh"] for each in fields.values())


def test_todays_figures_are_those_of_the_page(site: Site, program: Program) -> None:
    told = program.ask("/today")
    with site.shop.store.read() as session:
        user = all_users(session, now=site.now)[0]
    with site.app.state.web.sights.sight() as sight:
        found = today(sight, Viewer(user.id, user.name, user.roles))
    assert {each["name"]: each["value"] for each in told["figures"]} == {
        each.name: each.value for each in found.figures
    }
    assert told["leaving"]["size"] == 1
    for each in told["figures"]:
        if each["name"] in {"customers", "active", "repeating", "kept", "silent"}:
            assert program.ask("/customers", where=each["where"])["count"] == each["value"]


def test_segments(program: Program) -> None:
    sizes = {each["name"]: each["size"] for each in program.ask("/segments")["segments"]}
    assert sizes["about_to_leave"] == 1
    laid = program.ask("/segments/overlap", segment=["about_to_leave", "basket_down"])
    assert laid["sizes"] == {"about_to_leave": 1, "basket_down": 0}
    assert laid["pairs"] == [
        {"one": "about_to_leave", "other": "basket_down", "both": 0, "either": 1, "jaccard": 0}
    ]
    assert program.refused("/segments/overlap", segment="about_to_leave") == (422, "Refused")
    [point] = program.ask("/segments/about_to_leave/history")["points"]
    assert (point["size"], point["others"]) == (1, [{"change": "entry", "cause": "began", "customers": 1}])
    [moved] = program.ask(f"/segments/about_to_leave/runs/{point['run_id']}/entry")["customers"]
    assert moved["cause"] == "began"


@pytest.mark.parametrize(
    ("view", "key"),
    [
        ("cohorts", "cohorts"), ("newcomers", "months"), ("silence", "months"), ("classes", "classes"),
        ("migration?start=2026-05-01", "moves"), ("baskets", "rows"), ("rhythm", "bands"), ("funnel", "bought"),
        ("rfm?down=recency_score&across=monetary_score", "without"),
    ],
)  # fmt: skip
def test_every_view_of_explore(program: Program, view: str, key: str) -> None:
    assert program.ask(f"/explore/{view}")[key]


def test_views_of_explore_are_asked_among_some(program: Program) -> None:
    assert sum(each["size"] for each in program.ask("/explore/cohorts")["cohorts"]) == 3
    some = program.ask("/explore/cohorts", where="last_channel = 'web'")
    assert sum(each["size"] for each in some["cohorts"]) == 1
    assert some["trend"]["finding"]["found"] == "not_enough_data"
    assert program.refused("/explore/cohorts", where="nope") == (422, "ExpressionRefused")
    assert program.refused("/explore/cohorts", segment="nope") == (404, "NotFound")
    for day in ("1000-01-01", "9999-12-31", "2026-13-01", "x", "0", "0.5", "1782777600"):
        assert program.refused("/explore/migration", start=day)[0] == 422


def test_sources_and_what_waits(program: Program) -> None:
    [source] = program.ask("/sources")["sources"]
    assert (source["label"]["en"], source["counts"]["rows"], source["waiting"]) == (HOSTILE_LABEL, 27, 3)
    told = program.ask("/sources/orders/quarantine", reason="amount=not_money")
    assert (told["count"], [each["problems"][0]["shown"] for each in told["rows"]]) == (2, ["n***", "n***"])


def test_the_plan(program: Program) -> None:
    told = program.ask("/plan")
    assert {each["kind"] for each in told["definitions"]} >= {"source", "segment", "measure", "rhythm"}
    definition = program.ask("/plan/definitions/segment/about_to_leave")
    assert (definition["shipped"], "segment: about_to_leave" in definition["text"]) == (True, True)
    assert definition["uses"]
