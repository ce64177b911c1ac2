"""Saved lists: whose they are, who sees them, and what of them a plan has no more; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from keepwell.access.model import Viewer
from keepwell.access.users import create_user
from keepwell.core.errors import NotFound, Refused
from keepwell.lists import saved
from keepwell.lists.errors import NameTaken, TooManyLists
from keepwell.lists.model import Question
from keepwell.lists.saved import (
    find_list,
    keep_columns,
    kept_columns,
    lists_of,
    overwrite_list,
    remove_list,
    rename_list,
    save_list,
)
from keepwell.store.audit import entries
from keepwell.store.engine import Store

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
VIPS = Question("everybody", "spend_365d > 1000", None, "-spend_365d", ("spend_365d", "orders_90d"))


def viewer(store: Store, name: str) -> Viewer:
    with store.write() as session:
        user = create_user(session, name, ["viewer"], None, actor="test", now=NOW)
    return Viewer(user, name, frozenset({"viewer"}))


def names(store: Store, who: Viewer) -> list[str]:
    with store.read() as session:
        return [each.name for each in lists_of(session, who)]


def test_own_ones_and_those_that_others_share(store: Store) -> None:
    wei, min_ = viewer(store, "wei"), viewer(store, "min")
    with store.write() as session:
        own = save_list(session, wei, "  VIPs ", VIPS, is_shared=False, now=NOW)
        shared = save_list(session, wei, "老客 <b>", replace(VIPS, where=""), is_shared=True, now=NOW)
        save_list(session, min_, "vips", VIPS, is_shared=False, now=NOW)
    assert names(store, wei) == ["VIPs", "老客 <b>"]
    assert names(store, min_) == ["vips", "老客 <b>"]
    with store.read() as session:
        assert find_list(session, wei, own).question == VIPS
        assert find_list(session, min_, shared).owner == "wei"
        with pytest.raises(NotFound):
            find_list(session, min_, own)


def test_only_who_made_one_changes_it(store: Store) -> None:
    wei, min_ = viewer(store, "wei"), viewer(store, "min")
    with store.write() as session:
        made = save_list(session, wei, "a", VIPS, is_shared=True, now=NOW)
    changes: list[Callable[[Session], None]] = [
        lambda session: overwrite_list(session, min_, made, VIPS, now=NOW),
        lambda session: rename_list(session, min_, made, "mine", is_shared=True, now=NOW),
        lambda session: remove_list(session, min_, made, now=NOW),
    ]
    for change in changes:
        with pytest.raises(NotFound), store.write() as session:
            change(session)
    with store.write() as session:
        overwrite_list(session, wei, made, replace(VIPS, sort=None), now=NOW)
        rename_list(session, wei, made, "b", is_shared=False, now=NOW)
    assert names(store, wei) == ["b"]
    assert names(store, min_) == []
    with store.write() as session:
        remove_list(session, wei, made, now=NOW)
    assert names(store, wei) == []
    with store.read() as session:
        told = [each.action for each in entries(session, subject_kind="list").entries]
    assert told == ["unshare_list", "change_shared_list", "share_list"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\nb", "a\u202eb", "a\0b"])
def test_a_name_can_be_read(store: Store, name: str) -> None:
    wei = viewer(store, "wei")
    with pytest.raises(Refused), store.write() as session:
        save_list(session, wei, name, VIPS, is_shared=False, now=NOW)
    assert names(store, wei) == []


def test_no_two_of_one_name_and_not_too_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "LISTS_MAX", 2)
    wei = viewer(store, "wei")
    with store.write() as session:
        save_list(session, wei, "Ａ", VIPS, is_shared=False, now=NOW)
        other = save_list(session, wei, "b", VIPS, is_shared=False, now=NOW)
        with pytest.raises(NameTaken):
            rename_list(session, wei, other, "a", is_shared=False, now=NOW)
        rename_list(session, wei, other, "B", is_shared=False, now=NOW)  # its own name, written otherwise
        with pytest.raises(TooManyLists):
            save_list(session, wei, "c", VIPS, is_shared=False, now=NOW)
        remove_list(session, wei, other, now=NOW)
        with pytest.raises(NameTaken):
            save_list(session, wei, "a", VIPS, is_shared=False, now=NOW)


def test_two_windows_that_save_one_name_at_once(store: Store) -> None:
    wei = viewer(store, "wei")
    start = threading.Barrier(4)
    refused: list[str] = []

    def save() -> None:
        start.wait()
        try:
            with store.write() as session:
                save_list(session, wei, "one", VIPS, is_shared=False, now=NOW)
        except NameTaken:
            refused.append("taken")

    threads = [threading.Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (names(store, wei), len(refused)) == (["one"], 3)


def test_a_persons_own_columns(store: Store) -> None:
    wei, min_ = viewer(store, "wei"), viewer(store, "min")
    for columns in (("a", "b"), ("c",)):
        with store.write() as session:
            keep_columns(session, wei, columns)
        with store.read() as session:
            assert kept_columns(session, wei) == columns
            assert kept_columns(session, min_) == ()
    with store.write() as session:
        keep_columns(session, wei, ())
    with store.read() as session:
        assert kept_columns(session, wei) == ()
