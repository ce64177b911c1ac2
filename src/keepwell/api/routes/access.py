"""Users, keys and the audit log, for who may give access or look after it; and one's own keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from keepwell.access.keys import all_keys, revoke_key
from keepwell.access.model import Permission
from keepwell.access.queries import all_users
from keepwell.api.asking import AnyKey, needs
from keepwell.api.cursors import Moment, Number, Paged, Pages
from keepwell.api.filling.access import audit_entry, key_entry, user_entry
from keepwell.api.shapes.access import AuditLog, KeyList, RevokedKey, UserList
from keepwell.api.writes import IdempotencyKey, once
from keepwell.core.errors import Forbidden
from keepwell.store.audit import entries

routes = APIRouter(tags=["access"])
MANAGE = [needs(Permission.MANAGE_ACCESS)]


class AuditAsked(Paged):
    """Which entries."""

    actor: str | None = Field(None, max_length=200)
    action: str | None = Field(None, max_length=100)
    subject_kind: str | None = Field(None, max_length=100)
    subject_id: str | None = Field(None, max_length=400)
    since: Moment | None = Field(None, description="the first instant that counts")
    before: Moment | None = Field(None, description="the first instant that counts no more")


@routes.get("/users", dependencies=MANAGE)
def list_users(asking: AnyKey) -> UserList:
    """Everybody who may sign in, with roles and scope."""
    with asking.read() as session:
        return UserList(users=[user_entry(each) for each in all_users(session, now=asking.now)])


@routes.get("/keys", dependencies=MANAGE)
def list_keys(asking: AnyKey) -> KeyList:
    """The keys of everybody, the newest first, revoked ones too."""
    with asking.read() as session:
        return KeyList(keys=[key_entry(each, asking.now) for each in all_keys(session)])


@routes.post("/keys/{number}/revoke", name="revoke_key", response_model=RevokedKey)
def revoke(asking: AnyKey, key: IdempotencyKey, number: Number) -> Response:
    """End a key for good: itself, or anybody's for who may give access."""
    viewer = asking.viewer
    if number != viewer.key_id and not viewer.may(Permission.MANAGE_ACCESS):
        raise Forbidden(
            "this key may end itself and no other", hint=f"for others it needs `{Permission.MANAGE_ACCESS}`"
        )

    def do(session: Session) -> RevokedKey:
        revoke_key(session, number, now=asking.now, actor=viewer.name)
        return RevokedKey(id=number)

    return once(asking, key, None, do)


@routes.get("/audit", dependencies=[needs(Permission.SEE_AUDIT)])
def list_audit(asking: AnyKey, asked: Annotated[AuditAsked, Query()]) -> AuditLog:
    """Who did what to whom, the newest first. What a program did names its key."""
    pages = Pages(asking.request_path, asked, "audit")  # it is only added to
    span: tuple[datetime | None, datetime | None] = (asked.since, asked.before)
    with asking.read() as session:
        found = entries(
            session,
            actor=asked.actor,
            action=asked.action,
            subject_kind=asked.subject_kind,
            subject_id=asked.subject_id,
            between=span,
            cursor=pages.begin() or None,
            limit=asked.limit,
        )
    return AuditLog(
        entries=[audit_entry(each) for each in found.entries], next_cursor=pages.next(found.cursor)
    )
