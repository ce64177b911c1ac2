"""Two persons for an export: no way round them, alone or at the same moment; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keepwell.access.model import Permission, Scope, Viewer
from keepwell.access.users import create_user
from keepwell.catalog.limits import Exports
from keepwell.core.errors import Conflict, Forbidden, KeepwellError, LimitExceeded, NotFound, Refused
from keepwell.lists.exports import (
    WAITING,
    WAITING_MAX,
    Contents,
    approve_export,
    begin_download,
    count_waiting,
    end_download,
    find_request,
    left_unapproved,
    others_requests,
    refuse_export,
    request_export,
    requests_of,
    withdraw_export,
)
from keepwell.lists.model import Question
from keepwell.store.audit import entries
from keepwell.store.engine import Store

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
RULES = Exports(customers_max=1_000, unapproved_max=100, approval_hours=24, downloads=2)
FEW = Contents(
    question=Question("everybody", "orders_90d = 0"),
    conditions=("orders_90d = 0",),
    sort="spend_365d",
    columns=("spend_365d",),
    personal=("name",),
    is_unmasked=False,
    customers=40,
)
CLEAR = replace(FEW, is_unmasked=True)
WHY = "Letters to lapsed customers"


@pytest.fixture
def people(store: Store) -> dict[str, Viewer]:
    made = {}
    with store.write() as session:
        for name, role in (
            ("wei", "manager"), ("min", "manager"), ("ada", "administrator"), ("ana", "analyst"), ("eve", "viewer"),
        ):  # fmt: skip
            user = create_user(session, name, [role], None, actor="test", now=NOW)
            made[name] = Viewer(user, name, frozenset({role}))
    return made


def ask(store: Store, who: Viewer, contents: Contents = CLEAR, *, now: datetime = NOW, why: str = WHY) -> int:
    with store.write() as session:
        return request_export(session, who, contents, why, RULES, now=now).id


def approve(store: Store, who: Viewer, number: int, *, now: datetime = NOW) -> None:
    with store.write() as session:
        approve_export(session, who, number, "", RULES, now=now)


def download(store: Store, who: Viewer, number: int, *, customers: int = 40, now: datetime = NOW) -> Contents:
    with store.write() as session:
        return begin_download(session, who, number, customers=customers, now=now).contents


def standing(store: Store, who: Viewer, number: int, *, now: datetime = NOW) -> str:
    with store.read() as session:
        return find_request(session, who, number).standing(now)


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each act gave or raised, all begun at the same moment."""
    start = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def go(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes[number] = act()
        except KeepwellError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=go, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_few_masked_customers_are_anybodys(store: Store, people: dict[str, Viewer]) -> None:
    number = ask(store, people["ana"], FEW, why="")
    assert download(store, people["ana"], number) == FEW
    assert standing(store, people["ana"], number) == "used_up"
    with pytest.raises(Conflict):
        download(store, people["ana"], number)


def test_a_list_taken_in_parts_needs_approval_all_the_same(store: Store, people: dict[str, Viewer]) -> None:
    ana = people["ana"]
    for _ in range(2):
        ask(store, ana, FEW)
    with store.read() as session:
        assert left_unapproved(session, ana, RULES, now=NOW) == 20
        assert left_unapproved(session, people["wei"], RULES, now=NOW) == 100
    third = ask(store, ana, FEW)
    assert standing(store, ana, third) == "waiting"
    tomorrow = NOW + timedelta(hours=24, seconds=1)
    assert standing(store, ana, ask(store, ana, FEW, now=tomorrow), now=tomorrow) == "ready"


def test_parts_asked_for_at_once_are_counted_one_after_the_other(
    store: Store, people: dict[str, Viewer]
) -> None:
    numbers = at_once([lambda: ask(store, people["ana"], FEW) for _ in range(5)])
    found = sorted(standing(store, people["ana"], int(str(number))) for number in numbers)
    assert found == ["ready", "ready", "waiting", "waiting", "waiting"]


def test_who_may_ask_for_what(store: Store, people: dict[str, Viewer]) -> None:
    with pytest.raises(Forbidden, match="reveal_values"):
        ask(store, people["ana"], CLEAR)
    with pytest.raises(Forbidden, match="needs `export`"):
        ask(store, people["eve"], FEW)
    with pytest.raises(Refused, match="nobody"):
        ask(store, people["wei"], replace(FEW, customers=0))
    with pytest.raises(LimitExceeded, match="at most 1,000 customers"):
        ask(store, people["wei"], replace(FEW, customers=1_001))
    for reason in ("", "why", "x" * 501, "a\u202ereason", "a\0reason"):
        with pytest.raises(Refused):
            ask(store, people["wei"], CLEAR, why=reason)
    for _ in range(WAITING_MAX):
        ask(store, people["wei"], CLEAR)
    with pytest.raises(LimitExceeded, match="wait already"):
        ask(store, people["wei"], CLEAR)


def test_a_second_person_and_no_other_way(store: Store, people: dict[str, Viewer]) -> None:
    wei, min_ = people["wei"], people["min"]
    number = ask(store, wei)
    with pytest.raises(Conflict):
        download(store, wei, number)
    with pytest.raises(Forbidden, match="does not decide about it"):
        approve(store, wei, number)
    # A second session, other roles, a name written otherwise: it is the same user.
    with pytest.raises(Forbidden, match="does not decide about it"):
        approve(store, Viewer(wei.user_id, "somebody else", frozenset({"administrator"})), number)
    with pytest.raises(Forbidden, match="approve_export"):
        approve(store, people["ana"], number)
    with pytest.raises(Forbidden):  # who sees some customers does not decide about others
        approve(store, replace(min_, scope=Scope("true")), number)
    with pytest.raises(Forbidden):  # nor does a key of a program that was not given as much
        approve(store, replace(min_, limited_to=frozenset({Permission.EXPORT})), number)
    with pytest.raises(NotFound):
        approve(store, min_, number + 1)
    approve(store, min_, number)
    with pytest.raises(NotFound):  # approved for its owner alone
        download(store, min_, number)
    assert download(store, wei, number) == CLEAR
    with store.read() as session:
        found = find_request(session, wei, number)
    assert (found.decided_by, found.downloads_left) == ("min", 1)


def test_the_database_itself_refuses_one_person_as_two(store: Store, people: dict[str, Viewer]) -> None:
    number = ask(store, people["wei"])
    with pytest.raises(IntegrityError), store.write() as session:
        session.execute(
            text("UPDATE list_export SET state = 'ready', decided_by_id = user_id WHERE id = :id"),
            {"id": number},
        )


def test_two_who_decide_at_once(store: Store, people: dict[str, Viewer]) -> None:
    number = ask(store, people["wei"])

    def refuse() -> None:
        with store.write() as session:
            refuse_export(session, people["ada"], number, "not for this", now=NOW)

    outcomes = at_once([lambda: approve(store, people["min"], number), refuse])
    lost = [each for each in outcomes if each is not None]
    assert len(lost) == 1
    assert isinstance(lost[0], Conflict)
    with store.read() as session:
        decisions = [
            entry.action
            for entry in entries(session, subject_kind="export").entries
            if entry.action in {"approve_export", "refuse_export"}
        ]
    assert len(decisions) == 1


def test_withdrawn_while_somebody_approves(store: Store, people: dict[str, Viewer]) -> None:
    number = ask(store, people["wei"])

    def withdraw() -> None:
        with store.write() as session:
            withdraw_export(session, people["wei"], number, now=NOW)

    outcomes = at_once([lambda: approve(store, people["min"], number), withdraw])
    assert outcomes[1] is None  # before or after the approval
    assert standing(store, people["wei"], number) == "withdrawn"
    with pytest.raises(Conflict):
        download(store, people["wei"], number)


def test_downloads_at_once_are_no_more_than_were_approved(store: Store, people: dict[str, Viewer]) -> None:
    number = ask(store, people["wei"])
    approve(store, people["min"], number)
    outcomes = at_once([lambda: download(store, people["wei"], number) for _ in range(5)])
    assert sum(isinstance(each, Conflict) for each in outcomes) == 3
    assert standing(store, people["wei"], number) == "used_up"


def test_refused_with_a_reason(store: Store, people: dict[str, Viewer]) -> None:
    number = ask(store, people["wei"])
    with pytest.raises(Refused), store.write() as session:
        refuse_export(session, people["min"], number, "no", now=NOW)
    with pytest.raises(Forbidden), store.write() as session:
        refuse_export(session, people["wei"], number, "changed my mind", now=NOW)
    with store.write() as session:
        refuse_export(session, people["min"], number, "ask for <b>fewer</b>", now=NOW)
    assert standing(store, people["wei"], number) == "refused"
    with pytest.raises(Conflict, match="it is refused by min"):
        approve(store, people["ada"], number)


def test_time_ends_waiting_and_approval(store: Store, people: dict[str, Viewer]) -> None:
    wei, min_ = people["wei"], people["min"]
    late, number = NOW + WAITING, ask(store, wei)
    assert standing(store, wei, number, now=late) == "lapsed"
    with pytest.raises(Conflict):
        approve(store, min_, number, now=late)
    with store.read() as session:
        assert count_waiting(session, min_, now=NOW) == 1
        assert count_waiting(session, min_, now=late) == 0
        assert count_waiting(session, wei, now=NOW) == 0
        assert count_waiting(session, people["ana"], now=NOW) == 0
    approve(store, min_, number)
    over = NOW + timedelta(hours=24)
    download(store, wei, number, now=over - timedelta(seconds=1))
    assert standing(store, wei, number, now=over) == "expired"
    with pytest.raises(Conflict):
        download(store, wei, number, now=over)


UNITS = frozenset({"north", "south"})


@pytest.mark.parametrize(
    ("then", "now", "may"),
    [
        (None, None, True),
        (None, Scope("a > 1"), True),
        (Scope("a > 1"), None, False),
        (Scope("a > 1"), Scope("a > 1"), True),
        (Scope("a > 1"), Scope("a > 0"), False),
        (Scope("a > 1"), Scope("a > 1", UNITS), True),
        (Scope(units=UNITS), Scope(units=frozenset({"north"})), True),
        (Scope(units=UNITS), Scope(units=frozenset()), True),
        (Scope(units=UNITS), Scope(units=UNITS | {"west"}), False),
        (Scope(units=UNITS), Scope("a > 1"), False),
        (Scope("a > 1", UNITS), Scope(units=UNITS), False),
    ],
)
def test_whoever_sees_further_than_when_they_asked_asks_anew(
    store: Store, people: dict[str, Viewer], then: Scope | None, now: Scope | None, may: bool
) -> None:
    wei = people["wei"]
    number = ask(store, replace(wei, scope=then))
    approve(store, people["min"], number)
    if may:
        assert download(store, replace(wei, scope=now), number) == CLEAR
    else:
        with pytest.raises(Forbidden, match="other customers than when you asked"):
            download(store, replace(wei, scope=now), number)
        assert standing(store, wei, number) == "ready"


def test_whoever_may_no_longer_and_what_has_grown(store: Store, people: dict[str, Viewer]) -> None:
    wei = people["wei"]
    number = ask(store, wei)
    approve(store, people["min"], number)
    with pytest.raises(Forbidden, match="reveal_values"):
        download(store, replace(wei, roles=frozenset({"analyst"})), number)
    with pytest.raises(Forbidden, match="needs `export`"):
        download(store, replace(wei, roles=frozenset({"agent"})), number)
    with pytest.raises(Conflict, match="by now these would be 45"):
        download(store, wei, number, customers=45)
    download(store, wei, number, customers=44)


def test_who_sees_which_requests(store: Store, people: dict[str, Viewer]) -> None:
    number, free = ask(store, people["wei"]), ask(store, people["wei"], FEW)
    with store.read() as session:
        assert [each.id for each in requests_of(session, people["wei"])] == [free, number]
        assert [each.id for each in others_requests(session, people["min"])] == [number]
        assert others_requests(session, people["wei"]) == []
        assert others_requests(session, people["ana"]) == []
        with pytest.raises(NotFound):
            find_request(session, people["ana"], number)


def test_all_of_it_is_on_the_record_and_no_value_of_anybody(store: Store, people: dict[str, Viewer]) -> None:
    wei = people["wei"]
    number = ask(store, wei)
    approve(store, people["min"], number)
    download(store, wei, number, customers=41)
    with store.write() as session:
        end_download(session, wei, number, customers=41, now=NOW)
        withdraw_export(session, wei, number, now=NOW)
    with store.read() as session:
        found = list(entries(session, subject_kind="export").entries)
    assert [(each.actor, each.action) for each in reversed(found)] == [
        ("wei", "request_export"),
        ("min", "approve_export"),
        ("wei", "download_export"),
        ("wei", "finish_export"),
        ("wei", "withdraw_export"),
    ]
    asked = found[-1].details
    assert asked["reason"] == WHY
    assert asked["conditions"] == ["orders_90d = 0"]
    assert (asked["customers"], asked["unmasked"], asked["columns"]) == (40, True, ["spend_365d"])


def test_a_transaction_that_fails_uses_up_no_download(store: Store, people: dict[str, Viewer]) -> None:
    number = ask(store, people["wei"])
    approve(store, people["min"], number)

    def fail(session: Session) -> None:
        begin_download(session, people["wei"], number, customers=40, now=NOW)
        raise Refused("something else")

    with pytest.raises(Refused), store.write() as session:
        fail(session)
    with store.read() as session:
        assert find_request(session, people["wei"], number).downloads_left == RULES.downloads
