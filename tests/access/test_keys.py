from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from keepwell.access.commands import create_first_administrator
from keepwell.access.errors import KeyRefused, TooManyRequests
from keepwell.access.keys import REQUESTS_PER_WINDOW, add_key, all_keys, asked_with, revoke_key, use_key
from keepwell.access.model import Permission, Scope, Viewer
from keepwell.access.tables import keys, users
from keepwell.core.errors import Forbidden, NotFound
from keepwell.store.audit import entries
from keepwell.store.engine import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEE, RUN, REVEAL = Permission.SEE_CUSTOMERS, Permission.RUN, Permission.REVEAL_VALUES


@pytest.fixture
def owner(store: Store) -> Viewer:
    with store.write() as session:
        return create_first_administrator(session, "ada", "correct horse battery", now=NOW)


def made(store: Store, owner: Viewer, *permissions: Permission, expires_at: datetime | None = None) -> str:
    with store.write() as session:
        return add_key(session, owner, "bi", permissions, now=NOW, expires_at=expires_at, actor="ada")


def used(store: Store, text: str, now: datetime = NOW) -> Viewer | None:
    with store.write() as session:
        return use_key(session, text, now=now)


def test_a_key_may_what_both_it_and_its_owner_may(store: Store, owner: Viewer) -> None:
    text = made(store, owner, SEE, RUN)
    viewer = used(store, text)
    assert viewer is not None
    assert [viewer.may(each) for each in (SEE, RUN, REVEAL)] == [True, True, False]
    with store.write() as session:
        session.execute(users.update().values(roles=["viewer"]))
    lesser = used(store, text)
    assert lesser is not None
    assert [lesser.may(each) for each in (SEE, RUN, REVEAL)] == [True, False, False]


def test_what_is_no_key_takes_nobodys_turn_to_write(store: Store, owner: Viewer) -> None:
    text = made(store, owner, SEE)
    with store.write() as session:
        assert list(session.execute(keys.select()))
        for wrong in ("", "kw_", "kw_unknown", text[3:], text + "x", "kw_" + "x" * 10_000):
            assert asked_with(store, wrong, now=NOW) is None
    viewer = asked_with(store, text, now=NOW)
    assert viewer is not None
    assert (viewer.name, viewer.key_id) == ("ada", 1)


def test_nobody_makes_a_key_that_may_more_than_its_owner(store: Store, owner: Viewer) -> None:
    viewer = Viewer(owner.user_id, owner.name, frozenset({"viewer"}))
    with pytest.raises(Forbidden, match="run"):
        made(store, viewer, SEE, RUN)


def test_a_key_is_kept_hashed_and_listed_by_its_beginning(store: Store, owner: Viewer) -> None:
    text = made(store, owner, SEE)
    used(store, text, NOW + timedelta(hours=1))
    with store.read() as session:
        (key,) = all_keys(session)
        assert text not in str(session.execute(keys.select()).all())
        (entry,) = entries(session, action="add_key").entries
    assert text.startswith(key.beginning)
    assert (key.owner, key.permissions, key.used_at) == ("ada", frozenset({SEE}), NOW + timedelta(hours=1))
    assert (entry.actor, entry.subject_id) == ("ada", str(key.id))
    assert text not in str(entry.details)


def test_unknown_revoked_and_expired_keys_are_nobodys(store: Store, owner: Viewer) -> None:
    text = made(store, owner, SEE, expires_at=NOW + timedelta(days=1))
    assert used(store, text, NOW + timedelta(days=1, seconds=-1)) is not None
    assert used(store, text, NOW + timedelta(days=1)) is None
    assert used(store, text + "x") is None
    with store.write() as session:
        (key,) = all_keys(session)
        revoke_key(session, key.id, now=NOW, actor="ada")
        revoke_key(session, key.id, now=NOW + timedelta(days=1), actor="ada")
        assert len(entries(session, action="revoke_key").entries) == 1
    assert used(store, text) is None
    with store.write() as session, pytest.raises(NotFound):
        revoke_key(session, key.id + 1, now=NOW, actor="ada")


@pytest.mark.parametrize("name", ["", "  ", "a\u202eb", "x" * 101])
def test_names_that_cannot_be_read_are_refused(store: Store, owner: Viewer, name: str) -> None:
    with store.write() as session, pytest.raises(KeyRefused):
        add_key(session, owner, name, [SEE], now=NOW, actor="ada")


def test_a_key_that_is_used_too_often_waits(store: Store, owner: Viewer) -> None:
    text = made(store, owner, SEE)
    with store.write() as session:
        session.execute(keys.update().values(window_count=REQUESTS_PER_WINDOW - 1))
    assert used(store, text) is not None
    with pytest.raises(TooManyRequests) as refused:
        used(store, text, NOW + timedelta(seconds=20))
    assert refused.value.retry_after_seconds == 40
    assert used(store, text, NOW + timedelta(seconds=60)) is not None


def test_requests_at_once_are_all_counted(store: Store, owner: Viewer) -> None:
    text = made(store, owner, SEE)
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda _: used(store, text), range(12)))
    with store.read() as session:
        assert session.execute(keys.select()).one().window_count == 12


def test_a_disabled_owners_key_is_dead_and_a_key_sees_no_further_than_its_owner(
    store: Store, owner: Viewer
) -> None:
    text = made(store, owner, SEE)
    with store.write() as session:
        session.execute(users.update().values(scope_condition="orders_90d > 1", scope_units=["north"]))
    narrowed = used(store, text)
    assert narrowed is not None
    assert narrowed.scope == Scope("orders_90d > 1", frozenset({"north"}))
    with store.write() as session:
        session.execute(users.update().values(disabled_at=NOW))
    assert used(store, text) is None
