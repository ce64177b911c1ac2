"""Saved lists: a person's own, and those that others share. Only who made one changes or removes it."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from keepwell.access.model import Viewer
from keepwell.core.errors import NotFound
from keepwell.lists.errors import NameTaken, TooManyLists
from keepwell.lists.model import Question, SavedList, plain_line
from keepwell.lists.tables import chosen_columns, saved_lists
from keepwell.store.audit import record
from keepwell.store.bulk import insert_or_none
from keepwell.store.locks import one_at_a_time
from keepwell.store.types import JsonObject

LISTS_MAX = 50
"""So many lists one person keeps."""
SHARED_SHOWN = 200


def save_list(
    session: Session, viewer: Viewer, name: str, question: Question, *, is_shared: bool, now: datetime
) -> int:
    """Keep a question under a name; its id. Raises Refused, NameTaken, TooManyLists."""
    name = plain_line(name, "the name of a list")
    one_at_a_time(session, "saved lists")
    mine = select(func.count()).where(saved_lists.c.user_id == viewer.user_id)
    if session.scalars(mine).one() >= LISTS_MAX:
        raise TooManyLists(f"one keeps at most {LISTS_MAX} lists", hint="remove one you do not need any more")
    values = {
        "user_id": viewer.user_id,
        "owner": viewer.name,
        "name": name,
        "name_key": _key(name),
        "is_shared": is_shared,
        "question": asdict(question),
        "changed_at": now,
    }
    made = insert_or_none(session, saved_lists, values)
    if made is None:
        raise _taken(name)
    if is_shared:
        _record(session, viewer, "share_list", made, {"name": name}, now=now)
    return made


def overwrite_list(
    session: Session, viewer: Viewer, list_id: int, question: Question, *, now: datetime
) -> None:
    """Let one of the viewer's lists ask something else. Raises NotFound."""
    before = _own(session, viewer, list_id)
    changed = {"question": asdict(question), "changed_at": now}
    session.execute(update(saved_lists).where(saved_lists.c.id == list_id).values(changed))
    if before.is_shared:
        _record(session, viewer, "change_shared_list", list_id, {"name": before.name}, now=now)


def rename_list(
    session: Session, viewer: Viewer, list_id: int, name: str, *, is_shared: bool, now: datetime
) -> None:
    """Call one of the viewer's lists otherwise, and share it or not. Raises NotFound, Refused, NameTaken."""
    name = plain_line(name, "the name of a list")
    one_at_a_time(session, "saved lists")
    before = _own(session, viewer, list_id)
    same = (saved_lists.c.user_id == viewer.user_id) & (saved_lists.c.name_key == _key(name))
    if session.scalar(select(saved_lists.c.id).where(same, saved_lists.c.id != list_id)) is not None:
        raise _taken(name)
    changed = {"name": name, "name_key": _key(name), "is_shared": is_shared, "changed_at": now}
    session.execute(update(saved_lists).where(saved_lists.c.id == list_id).values(changed))
    if is_shared != before.is_shared:
        action = "share_list" if is_shared else "unshare_list"
        _record(session, viewer, action, list_id, {"name": name}, now=now)


def remove_list(session: Session, viewer: Viewer, list_id: int, *, now: datetime) -> None:
    """Forget one of the viewer's lists. Raises NotFound."""
    before = _own(session, viewer, list_id)
    session.execute(delete(saved_lists).where(saved_lists.c.id == list_id))
    if before.is_shared:
        _record(session, viewer, "unshare_list", list_id, {"name": before.name}, now=now)


def lists_of(session: Session, viewer: Viewer) -> list[SavedList]:
    """The viewer's own lists by name, then those that others share."""
    own = saved_lists.c.user_id == viewer.user_id
    order = (saved_lists.c.name_key, saved_lists.c.id)
    mine = session.execute(select(saved_lists).where(own).order_by(*order))
    shared = select(saved_lists).where(~own, saved_lists.c.is_shared).order_by(*order).limit(SHARED_SHOWN)
    return [_saved(row) for row in (*mine, *session.execute(shared))]


def find_list(session: Session, viewer: Viewer, list_id: int) -> SavedList:
    """One that is the viewer's or shared. Raises NotFound."""
    mine_or_shared = or_(saved_lists.c.user_id == viewer.user_id, saved_lists.c.is_shared)
    return _one(session, list_id, mine_or_shared)


def keep_columns(session: Session, viewer: Viewer, columns: tuple[str, ...]) -> None:
    """Let these be the viewer's usual columns; none at all forgets the choice."""
    one_at_a_time(session, "saved lists")
    session.execute(delete(chosen_columns).where(chosen_columns.c.user_id == viewer.user_id))
    if columns:
        session.execute(insert(chosen_columns).values(user_id=viewer.user_id, columns=list(columns)))


def kept_columns(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """The viewer's usual columns; empty where they have chosen none."""
    wanted = select(chosen_columns.c.columns).where(chosen_columns.c.user_id == viewer.user_id)
    return tuple(session.scalar(wanted) or ())


def _own(session: Session, viewer: Viewer, list_id: int) -> SavedList:
    return _one(session, list_id, saved_lists.c.user_id == viewer.user_id)


def _one(session: Session, list_id: int, allowed: ColumnElement[bool]) -> SavedList:
    row = session.execute(select(saved_lists).where(saved_lists.c.id == list_id, allowed)).one_or_none()
    if row is None:
        raise NotFound("there is no such saved list", hint="it may have been removed, or is no longer shared")
    return _saved(row)


def _saved(row: Row[Any]) -> SavedList:
    given = dict(row.question)
    question = Question(**given | {"columns": tuple(given["columns"])})
    return SavedList(row.id, row.user_id, row.owner, row.name, row.is_shared, question, row.changed_at)


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()[:200]


def _taken(name: str) -> NameTaken:
    return NameTaken(f"you have a list `{name}` already", hint="overwrite that one, or give another name")


def _record(
    session: Session, viewer: Viewer, action: str, list_id: int, details: JsonObject, *, now: datetime
) -> None:
    """What others see is put on the record; what somebody keeps for themselves is their own matter."""
    record(
        session,
        at=now,
        actor=viewer.name,
        action=action,
        subject_kind="list",
        subject_id=str(list_id),
        details=details,
    )
