from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from keepwell.access.attempts import FAILURES_BY_BOTH
from keepwell.access.commands import (
    change_password,
    create_first_administrator,
    keep_alive,
    sign_in,
    sign_out,
)
from keepwell.access.errors import PasswordRefused, SignInRefused, TooManyAttempts
from keepwell.access.model import Viewer
from keepwell.access.queries import viewer_of
from keepwell.access.tables import attempts, sessions, users
from keepwell.store.engine import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"
NEW_PASSWORD = "staple of another horse"
HOME = "192.0.2.7"


@pytest.fixture
def administrator(store: Store) -> Viewer:
    with store.write() as session:
        return create_first_administrator(session, "Ada", PASSWORD, now=NOW)


def enter(
    store: Store, password: str = PASSWORD, *, name: str = "ada", now: datetime = NOW, address: str = HOME
) -> str:
    return sign_in(store, name, password, now=now, address=address)


def viewer(store: Store, token: str, now: datetime = NOW) -> Viewer | None:
    with store.read() as session:
        return viewer_of(session, token, now)


def test_a_user_signs_in_and_out(store: Store, administrator: Viewer) -> None:
    token = enter(store, name=" ADA ")
    assert viewer(store, token) == administrator
    assert administrator == Viewer(1, "Ada", frozenset({"administrator"}))
    assert viewer(store, token + "x") is None
    with store.write() as session:
        sign_out(session, token)
        sign_out(session, token)
    assert viewer(store, token) is None


def test_neither_token_nor_password_is_kept(store: Store, administrator: Viewer) -> None:
    token = enter(store)
    with store.read() as session:
        kept = repr(session.execute(select(sessions)).all()) + repr(session.execute(select(users)).all())
    assert token not in kept
    assert PASSWORD not in kept
    assert "$argon2id$" in kept


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_is_refused_in_the_same_words(
    name: str, password: str, store: Store, administrator: Viewer
) -> None:
    with pytest.raises(SignInRefused, match=r"^the name or the password is wrong$"):
        enter(store, password, name=name)


def test_guessing_is_slowed_down_and_says_for_how_long(store: Store, administrator: Viewer) -> None:
    for second in range(FAILURES_BY_BOTH):
        with pytest.raises(SignInRefused):
            enter(store, "wrong password", now=NOW + timedelta(seconds=second))
    with pytest.raises(TooManyAttempts, match="15 minutes") as caught:
        enter(store, now=NOW + timedelta(seconds=10))
    assert caught.value.retry_after_seconds == 15 * 60 - 10
    assert viewer(store, enter(store, now=NOW + timedelta(seconds=10), address="198.51.100.1"))
    assert viewer(store, enter(store, now=NOW + timedelta(minutes=15)), NOW + timedelta(minutes=15))


def test_one_address_cannot_try_many_names(
    store: Store, administrator: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keepwell.access.attempts.FAILURES_BY_ADDRESS", 3)
    for number in range(3):
        with pytest.raises(SignInRefused):
            enter(store, name=f"user{number}", address=f"2001:db8::{number}")
    with pytest.raises(TooManyAttempts):
        enter(store, address="2001:db8::ffff")
    assert enter(store, address="2001:db8:0:1::1")


def test_many_at_once_count_too(store: Store, administrator: Viewer) -> None:
    outcomes: list[str] = []

    def guess() -> None:
        try:
            enter(store, "wrong password")
        except (SignInRefused, TooManyAttempts) as refused:
            outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=guess) for _ in range(FAILURES_BY_BOTH + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["SignInRefused"] * FAILURES_BY_BOTH + ["TooManyAttempts"] * 3


def test_a_right_password_is_not_counted_and_old_failures_are_deleted(
    store: Store, administrator: Viewer
) -> None:
    for _ in range(FAILURES_BY_BOTH + 2):
        enter(store)
    with pytest.raises(SignInRefused):
        enter(store, "wrong password")
    enter(store, now=NOW + timedelta(hours=1))
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(attempts)) == 0


def test_a_session_ends_when_idle_and_after_a_week(store: Store, administrator: Viewer) -> None:
    token = enter(store)
    assert viewer(store, token, NOW + timedelta(hours=7, minutes=59))
    assert viewer(store, token, NOW + timedelta(hours=8)) is None
    now = NOW
    while now < NOW + timedelta(days=7):
        assert viewer(store, token, now)
        keep_alive(store, token, now=now)
        now += timedelta(hours=6)
    assert viewer(store, token, now) is None


def test_an_ended_session_is_not_brought_back_and_is_deleted_in_time(
    store: Store, administrator: Viewer
) -> None:
    token = enter(store)
    late = NOW + timedelta(hours=9)
    keep_alive(store, token, now=late)
    assert viewer(store, token, late) is None
    enter(store, now=late)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(sessions)) == 1


def test_a_changed_password_ends_the_other_sessions(store: Store, administrator: Viewer) -> None:
    mine, other = enter(store), enter(store)
    change_password(store, mine, PASSWORD, NEW_PASSWORD, now=NOW, address=HOME)
    assert viewer(store, mine)
    assert viewer(store, other) is None
    with pytest.raises(SignInRefused):
        enter(store)
    assert enter(store, NEW_PASSWORD)


def test_a_password_is_not_changed_without_the_current_one(store: Store, administrator: Viewer) -> None:
    token = enter(store)
    with pytest.raises(PasswordRefused):
        change_password(store, token, PASSWORD, "short", now=NOW, address=HOME)
    for _ in range(FAILURES_BY_BOTH):
        with pytest.raises(SignInRefused, match="current password is wrong"):
            change_password(store, token, "wrong password", NEW_PASSWORD, now=NOW, address=HOME)
    with pytest.raises(TooManyAttempts):
        change_password(store, token, PASSWORD, NEW_PASSWORD, now=NOW, address=HOME)
    with pytest.raises(SignInRefused, match="has ended"):
        change_password(store, "no session", PASSWORD, NEW_PASSWORD, now=NOW, address=HOME)
