"""Fills users, keys and the audit log."""

from __future__ import annotations

from datetime import datetime

from keepwell.access.keys import Key
from keepwell.access.model import User
from keepwell.api.shapes.access import AuditEntry, KeyEntry, ScopeOf, UserEntry
from keepwell.store.audit import Entry


def user_entry(found: User) -> UserEntry:
    """A user."""
    scope = found.scope
    return UserEntry(
        id=found.id,
        name=found.name,
        roles=sorted(found.roles),
        scope=None
        if scope is None
        else ScopeOf(condition=scope.condition, units=None if scope.units is None else sorted(scope.units)),
        created_at=found.created_at,
        disabled_at=found.disabled_at,
        has_password=found.has_password,
        seen_at=found.seen_at,
    )


def key_entry(found: Key, now: datetime) -> KeyEntry:
    """A key."""
    return KeyEntry(
        id=found.id,
        owner=found.owner,
        name=found.name,
        beginning=found.beginning,
        permissions=sorted(found.permissions),
        state=found.state(now),
        made_at=found.made_at,
        used_at=found.used_at,
        expires_at=found.expires_at,
        revoked_at=found.revoked_at,
    )


def audit_entry(found: Entry) -> AuditEntry:
    """An entry."""
    return AuditEntry.model_validate(found)
