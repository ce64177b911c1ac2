"""Pages of an answer: nothing twice, nothing left out, and never over two states of the data."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from keepwell.lake.snapshot import SNAPSHOTS_KEPT
from support.programs import Program
from support.served_shop import NOW, Site, run_plan


def pages(program: Program, path: str, of: str, **given: Any) -> list[list[Any]]:
    """Every page of an answer."""
    found, cursor = [], None
    while True:
        page = program.ask(path, **given, **({"cursor": cursor} if cursor else {}))
        found.append(page[of])
        if (cursor := page["next_cursor"]) is None:
            return found


def packed(*content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_pages_together_are_the_whole(program: Program, limit: int) -> None:
    whole = program.ask("/customers", sort="-spend_365d", fields="spend_365d")
    found = pages(program, "/customers", "customers", sort="-spend_365d", fields="spend_365d", limit=limit)
    assert [len(page) for page in found] == {1: [1, 1, 1], 2: [2, 1], 3: [3], 500: [3]}[limit]
    assert list(chain(*found)) == whole["customers"]


def test_a_time_line_goes_on_before_what_was_shown(program: Program) -> None:
    who = program.ask("/customers", limit=1)["customers"][0]["customer_id"]
    found = pages(program, f"/customers/{who}/time-line", "events", limit=5)
    instants = [event["occurred_at"] for page in found for event in page]
    assert (len(instants), instants) == (13, sorted(instants, reverse=True))
    assert [len(page) for page in found] == [5, 5, 3]
    only = pages(program, f"/customers/{who}/time-line", "events", limit=500, kind="segment")
    assert [event["source"] for event in only[0]] == ["about_to_leave"]


def test_other_lists_come_in_pages_too(program: Program) -> None:
    assert [len(page) for page in pages(program, "/sources/orders/quarantine", "rows", limit=2)] == [2, 1]
    entries = pages(program, "/audit", "entries", limit=1)
    assert len(entries) == len(program.ask("/audit", limit=500)["entries"]) >= 2
    assert pages(program, "/plan/versions", "versions", limit=1) == [
        program.ask("/plan/versions")["versions"]
    ]
    point = program.ask("/segments/about_to_leave/history")["points"][0]
    moved = pages(program, f"/segments/about_to_leave/runs/{point['run_id']}/entry", "customers", limit=1)
    assert [len(page) for page in moved] == [1]


def test_a_cursor_belongs_to_its_question(program: Program) -> None:
    cursor = program.ask("/customers", limit=1)["next_cursor"]
    assert program.ask("/customers", limit=2, cursor=cursor)["customers"]
    assert program.refused("/customers", limit=1, cursor=cursor, sort="customer_id") == (422, "CursorRefused")
    assert program.refused("/audit", cursor=cursor) == (422, "CursorRefused")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "!", "é", "====", "a" * 4_000, packed(), packed(1), packed({"a": 1}), packed(1, 2, 3, 4),
        packed(2, "q", "s", 1), base64.b64encode(b"[" * 370).decode(), base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"1" * 300).decode(),
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(program: Program, cursor: str) -> None:
    assert program.refused("/customers", cursor=cursor) == (422, "CursorRefused")


ORDER = ("orders", "L000")
TAMPERED: tuple[object, ...] = (
    -1, True, 1.5, 2**80, None, "x", [1], [], ["x", *ORDER], ["2026-01-01", *ORDER], [1, *ORDER],
    ["9999-12-31T23:59:59+00:00", *ORDER], ["2026-01-01T00:00:00Z", "orders"], ["2026-01-01T00:00:00Z", 1, 2],
    ["2026-01-01T00:00:00Z", "orders", "\ud800"],
)  # fmt: skip


@pytest.mark.parametrize("after", TAMPERED)
def test_a_cursor_that_was_tampered_with_is_refused(program: Program, after: object) -> None:
    """Whatever place it names: those that there are not, and those that no question has."""
    who = program.ask("/customers", limit=1)["customers"][0]["customer_id"]
    for path in ("/customers", f"/customers/{who}/time-line", "/audit"):
        cursor = program.ask(path, limit=1)["next_cursor"]
        content = json.loads(base64.urlsafe_b64decode(cursor + "=="))
        assert program.refused(path, limit=1, cursor=packed(*content[:3], after)) == (422, "CursorRefused")


def test_a_cursor_beyond_the_end_finds_nobody(program: Program) -> None:
    cursor = program.ask("/customers", limit=1)["next_cursor"]
    content = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    page = program.ask("/customers", limit=1, cursor=packed(*content[:3], 2_000_000_000))
    assert (page["customers"], page["next_cursor"]) == ([], None)


def test_pages_go_on_over_the_data_of_the_first_while_runs_publish(own_site: Site) -> None:
    own_site.sign_in()
    program = Program.of(own_site)
    first = program.ask("/customers", limit=1, fields="silent_days")
    found, cursor = first["customers"], first["next_cursor"]
    for day in (1, 2):
        run_plan(own_site.shop, now=NOW + timedelta(days=day))
        page = program.ask("/customers", limit=1, fields="silent_days", cursor=cursor)
        assert page["as_of"] == first["as_of"]
        found, cursor = found + page["customers"], page["next_cursor"]
    assert cursor is None
    now = program.ask("/customers", fields="silent_days")
    assert now["as_of"]["run_id"] != first["as_of"]["run_id"]
    silent = [[each["values"]["silent_days"] for each in one] for one in (found, now["customers"])]
    assert [days + 2 for days in silent[0]] == silent[1]


@pytest.mark.parametrize("key", ["a\x00b", "'; DROP TABLE fact; --", "\u202e", "龘" * 100])
def test_a_place_with_hostile_text_is_a_place(program: Program, key: str) -> None:
    who = program.ask("/customers", limit=1)["customers"][0]["customer_id"]
    path = f"/customers/{who}/time-line"
    content = json.loads(base64.urlsafe_b64decode(program.ask(path, limit=1)["next_cursor"] + "=="))
    page = program.ask(path, limit=1, cursor=packed(*content[:3], ["2026-04-21T04:00:00Z", key, key]))
    assert len(page["events"]) == 1


def test_a_cursor_ends_with_its_data(own_site: Site) -> None:
    own_site.sign_in()
    program = Program.of(own_site)
    cursor = program.ask("/customers", limit=1)["next_cursor"]
    for day in range(1, SNAPSHOTS_KEPT):
        run_plan(own_site.shop, now=NOW + timedelta(days=day))
        assert program.ask("/customers", limit=1, cursor=cursor)["customers"]
    run_plan(own_site.shop, now=NOW + timedelta(days=SNAPSHOTS_KEPT))
    assert program.refused("/customers", limit=1, cursor=cursor) == (410, "CursorGone")
    cursor = program.ask("/customers", limit=1)["next_cursor"]
    assert program.ask("/customers", limit=1, cursor=cursor)["customers"]


def test_a_cursor_of_rows_in_quarantine_ends_with_the_lakes_version(own_site: Site) -> None:
    own_site.sign_in()
    program = Program.of(own_site)
    cursor = program.ask("/sources/orders/quarantine", limit=1)["next_cursor"]
    with (own_site.shop.folder / "data/more.csv").open("w") as file:
        file.write(
            "order_no,customer_no,ordered_at,paid,channel,name,phone\nX1,steady,2026-06-01 10:00,5,shop,,\n"
        )
    run_plan(own_site.shop, now=NOW + timedelta(days=1))
    assert program.refused("/sources/orders/quarantine", limit=1, cursor=cursor) == (410, "CursorGone")


@pytest.mark.parametrize("state", ["", "../../../etc/passwd", "20260630T120000-00000000", "a\x00b"])
def test_a_cursor_of_a_run_there_never_was_is_gone(program: Program, state: str) -> None:
    cursor = program.ask("/customers", limit=1)["next_cursor"]
    content = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    assert program.refused("/customers", limit=1, cursor=packed(*content[:2], state, 1)) == (
        410,
        "CursorGone",
    )
