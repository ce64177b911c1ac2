from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from keepwell.access.commands import create_first_administrator, first_run_token, redeem_first_run, sign_in
from keepwell.access.errors import AlreadySetUp, FirstRunRefused, PasswordRefused
from keepwell.access.queries import first_run_is_open, is_set_up
from keepwell.store.engine import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


def link(store: Store, now: datetime = NOW) -> str:
    with store.write() as session:
        return first_run_token(session, now=now)


def redeem(store: Store, token: str, password: str = PASSWORD, now: datetime = NOW) -> None:
    with store.write() as session:
        redeem_first_run(session, token, "ada", password, now=now)


def is_open(store: Store, token: str, now: datetime = NOW) -> bool:
    with store.read() as session:
        return first_run_is_open(session, token, now=now)


def test_the_link_makes_the_administrator_once(store: Store) -> None:
    token = link(store)
    assert is_open(store, token)
    redeem(store, token)
    assert sign_in(store, "ada", PASSWORD, now=NOW, address="192.0.2.7")
    assert not is_open(store, token)
    with pytest.raises(FirstRunRefused):
        redeem(store, token)
    with pytest.raises(AlreadySetUp):
        link(store)


def test_the_link_dies_after_a_day_and_by_a_newer_one(store: Store) -> None:
    old = link(store)
    assert is_open(store, old, NOW + timedelta(hours=23, minutes=59))
    with pytest.raises(FirstRunRefused, match="older than a day"):
        redeem(store, old, now=NOW + timedelta(hours=24))
    new = link(store, NOW + timedelta(hours=1))
    assert not is_open(store, old)
    with pytest.raises(FirstRunRefused):
        redeem(store, "guessed")
    redeem(store, new)


def test_a_refused_password_leaves_the_link(store: Store) -> None:
    token = link(store)
    with pytest.raises(PasswordRefused):
        redeem(store, token, "short")
    assert is_open(store, token)
    redeem(store, token)


def test_the_first_administrator_is_made_only_once(store: Store) -> None:
    with store.write() as session:
        assert not is_set_up(session)
        create_first_administrator(session, "ada", PASSWORD, now=NOW)
        assert is_set_up(session)
        with pytest.raises(AlreadySetUp):
            create_first_administrator(session, "eve", PASSWORD, now=NOW)
