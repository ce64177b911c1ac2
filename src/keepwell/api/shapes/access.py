"""Users, keys and the audit log."""

from __future__ import annotations

from pydantic import Field

from keepwell.api.shapes.shared import Instant, Shape


class ScopeOf(Shape):
    """Whose customers somebody sees: those who meet the condition and belong to the units."""

    condition: str | None
    units: list[str] | None


class UserEntry(Shape):
    """Somebody who may sign in."""

    id: int
    name: str
    roles: list[str]
    scope: ScopeOf | None = Field(description="none: everybody")
    created_at: Instant
    disabled_at: Instant | None
    has_password: bool
    seen_at: Instant | None


class UserList(Shape):
    """Every user, by name."""

    users: list[UserEntry]


class KeyEntry(Shape):
    """A key of a program; the key itself is kept nowhere."""

    id: int
    owner: str
    name: str
    beginning: str = Field(description="how it starts", examples=["kw_Zm9vYmE"])
    permissions: list[str]
    state: str = Field(description="alive, expired, revoked or disabled", examples=["alive"])
    made_at: Instant
    used_at: Instant | None
    expires_at: Instant | None
    revoked_at: Instant | None


class KeyList(Shape):
    """Keys, the newest first."""

    keys: list[KeyEntry]


class RevokedKey(Shape):
    """A key that opens nothing any more."""

    id: int


class AuditEntry(Shape):
    """Something that was done."""

    id: int
    at: Instant
    actor: str
    action: str = Field(examples=["publish_plan"])
    subject_kind: str
    subject_id: str
    details: dict[str, object]


class AuditLog(Shape):
    """A page of the audit log, the newest first."""

    entries: list[AuditEntry]
    next_cursor: str | None
