"""Users: what they may do and see, who may be disabled, links to a new password, and what the audit log tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from keepwell.access.commands import change_password, create_first_administrator, sign_in
from keepwell.access.errors import (
    LastAdministrator,
    LinkRefused,
    PasswordRefused,
    SignInRefused,
    UserExists,
)
from keepwell.access.model import Permission, Scope, Viewer
from keepwell.access.queries import all_users, password_link_is_open, sessions_of, user_named, viewer_of
from keepwell.access.users import (
    UNITS_EACH_MAX,
    create_user,
    disable_user,
    enable_user,
    end_other_sessions,
    make_password_link,
    redeem_password_link,
    set_roles,
    set_scope,
)
from keepwell.core.errors import Conflict, NotFound, Refused
from keepwell.store.audit import entries
from keepwell.store.engine import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PASSWORD, OTHER = "correct horse battery", "another staple of it"
HOSTILE = "<b>王店</b>"
NORTH = Scope("orders_lifetime > 1", frozenset({"north"}))


@pytest.fixture(autouse=True)
def ada(store: Store) -> Viewer:
    with store.write() as session:
        return create_first_administrator(session, "Ada", PASSWORD, now=NOW)


def make(store: Store, name: str = HOSTILE, *roles: str, scope: Scope | None = None) -> str:
    """A user with a password."""
    with store.write() as session:
        create_user(session, name, roles or ("viewer",), scope, actor="Ada", now=NOW)
        token = make_password_link(session, name, actor="Ada", now=NOW)
        redeem_password_link(session, token, PASSWORD, now=NOW)
    return name


def enter(store: Store, name: str, password: str = PASSWORD, *, now: datetime = NOW) -> str:
    return sign_in(store, name, password, now=now, address="192.0.2.1")


def viewer(store: Store, token: str, now: datetime = NOW) -> Viewer | None:
    with store.read() as session:
        return viewer_of(session, token, now)


def actions(store: Store, subject: str) -> list[tuple[str, str, object]]:
    with store.read() as session:
        found = entries(session, subject_kind="user", subject_id=subject).entries
    return [(each.actor, each.action, each.details) for each in reversed(found)]


def test_a_user_without_a_password_cannot_sign_in(store: Store) -> None:
    with store.write() as session:
        create_user(session, "bo", ["agent"], None, actor="Ada", now=NOW)
    for password in ("", "nobody has this password", PASSWORD):
        with pytest.raises(SignInRefused):
            enter(store, "bo", password)


def test_a_link_sets_a_password_once(store: Store) -> None:
    name = make(store, HOSTILE, "agent", "viewer", scope=NORTH)
    token = enter(store, name)
    found = viewer(store, token)
    assert found is not None
    assert found == Viewer(found.user_id, HOSTILE, frozenset({"agent", "viewer"}), NORTH)
    with store.write() as session:
        first = make_password_link(session, name, actor="Ada", now=NOW)
        link = make_password_link(session, name, actor="Ada", now=NOW)
        assert password_link_is_open(session, first, now=NOW) is None
        assert password_link_is_open(session, link, now=NOW) == name
        assert password_link_is_open(session, link, now=NOW + timedelta(days=1)) is None
    with store.write() as session, pytest.raises(PasswordRefused):
        redeem_password_link(session, link, "short", now=NOW)
    with store.write() as session:
        redeem_password_link(session, link, OTHER, now=NOW)
    assert viewer(store, token) is None
    with store.write() as session, pytest.raises(LinkRefused):
        redeem_password_link(session, link, OTHER, now=NOW)
    with pytest.raises(SignInRefused):
        enter(store, name)
    assert enter(store, name, OTHER)
    assert [(actor, action) for actor, action, _ in actions(store, name)] == [
        ("Ada", "create_user"), ("Ada", "make_password_link"), (name, "set_password"), (name, "sign_in"),
        ("Ada", "make_password_link"), ("Ada", "make_password_link"), (name, "set_password"), (name, "sign_in"),
    ]  # fmt: skip


def test_roles_and_scope_hold_at_once(store: Store) -> None:
    name = make(store, "bo", "analyst")
    token = enter(store, name)
    before = viewer(store, token)
    assert before is not None
    assert before.may(Permission.SEE_DATA)
    with store.write() as session:
        set_scope(session, "BO", Scope(units=frozenset({"s1"})), actor="Ada", now=NOW)
    narrowed = viewer(store, token)
    assert narrowed is not None
    assert narrowed.scope == Scope(units=frozenset({"s1"}))
    assert narrowed.may(Permission.SEE_CUSTOMERS)
    assert not narrowed.may(Permission.SEE_DATA)
    with store.write() as session:
        set_scope(session, "bo", Scope(), actor="Ada", now=NOW)
        set_roles(session, "bo", ["agent"], actor="Ada", now=NOW)
        set_roles(session, "bo", ["agent"], actor="Ada", now=NOW)
    after = viewer(store, token)
    assert after is not None
    assert after == Viewer(after.user_id, "bo", frozenset({"agent"}))
    assert [each for each in actions(store, name) if each[1].startswith("set_") and each[1] != "set_password"] == [
        ("Ada", "set_scope", {
            "before": {"condition": None, "units": None}, "after": {"condition": None, "units": ["s1"]},
        }),
        ("Ada", "set_scope", {
            "before": {"condition": None, "units": ["s1"]}, "after": {"condition": None, "units": None},
        }),
        ("Ada", "set_roles", {"before": ["analyst"], "after": ["agent"]}),
    ]  # fmt: skip


def test_an_empty_set_of_units_stays_one(store: Store) -> None:
    """It sees nobody; it must not become no scope, which sees everybody."""
    token = enter(store, make(store, "bo", "agent", scope=Scope(units=frozenset())))
    found = viewer(store, token)
    assert found is not None
    assert found.scope == Scope(units=frozenset())


def test_a_disabled_user_is_out_at_once(store: Store) -> None:
    name = make(store)
    token = enter(store, name)
    with store.write() as session:
        link = make_password_link(session, name, actor="Ada", now=NOW)
        disable_user(session, name, actor="Ada", now=NOW)
        disable_user(session, name, actor="Ada", now=NOW)
        assert password_link_is_open(session, link, now=NOW) is None
        with pytest.raises(Conflict):
            make_password_link(session, name, actor="Ada", now=NOW)
    assert viewer(store, token) is None
    with pytest.raises(SignInRefused):
        enter(store, name)
    with store.write() as session:
        enable_user(session, name, actor="Ada", now=NOW)
    assert viewer(store, token) is None
    assert enter(store, name)


@pytest.mark.parametrize("how", ["disable", "demote", "narrow"])
def test_the_last_administrator_stays(store: Store, how: str) -> None:
    def take_away() -> None:
        with store.write() as session:
            if how == "disable":
                disable_user(session, "ada", actor="Ada", now=NOW)
            elif how == "demote":
                set_roles(session, "ada", ["manager"], actor="Ada", now=NOW)
            else:
                set_scope(session, "ada", NORTH, actor="Ada", now=NOW)

    with store.write() as session:  # neither one who cannot sign in nor one with a scope counts
        create_user(session, "no password", ["administrator"], None, actor="Ada", now=NOW)
    make(store, "narrow", "administrator", scope=NORTH)
    with pytest.raises(LastAdministrator):
        take_away()
    with store.read() as session:
        assert user_named(session, "Ada", now=NOW).may_manage_access
    make(store, "second", "administrator")
    take_away()
    with store.read() as session:
        assert not user_named(session, "Ada", now=NOW).may_manage_access


def test_what_cannot_be_made(store: Store) -> None:
    with store.write() as session:
        for name in ("ada", " ADA "):
            with pytest.raises(UserExists):
                create_user(session, name, ["viewer"], None, actor="Ada", now=NOW)
        with pytest.raises(PasswordRefused):
            create_user(session, "\u202e", ["viewer"], None, actor="Ada", now=NOW)
        with pytest.raises(Refused, match="did you mean `manager`"):
            create_user(session, "bo", ["manger"], None, actor="Ada", now=NOW)
        with pytest.raises(Refused, match="at least one role"):
            create_user(session, "bo", [], None, actor="Ada", now=NOW)
        many = Scope(units=frozenset(map(str, range(UNITS_EACH_MAX + 1))))
        with pytest.raises(Refused, match="at most"):
            create_user(session, "bo", ["viewer"], many, actor="Ada", now=NOW)
        with pytest.raises(NotFound, match="did you mean `Ada`"):
            set_roles(session, "Adda", ["viewer"], actor="Ada", now=NOW)
        assert [user.name for user in all_users(session, now=NOW)] == ["Ada"]


def test_sessions_of_ones_own(store: Store) -> None:
    first, second = enter(store, "ada"), enter(store, "ada", now=LATER)
    with store.read() as session:
        open_ones = sessions_of(session, 1, first, now=LATER)
        assert [(each.seen_at, each.is_this) for each in open_ones] == [(LATER, False), (NOW, True)]
        assert user_named(session, "ada", now=LATER).seen_at == LATER
    with store.write() as session:
        end_other_sessions(session, 1, first)
    assert (viewer(store, first), viewer(store, second)) == (viewer(store, first), None)
    change_password(store, first, PASSWORD, OTHER, now=LATER, address="192.0.2.1")
    assert ("Ada", "change_password", {}) in actions(store, "Ada")
