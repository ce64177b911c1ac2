"""Users, keys and the audit log, for who may give access or look after it; and one's own keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from keepwell.api.shapes.access import AuditEntry, AuditLog, KeyList, RevokedKey, UserList
from keepwell.client.connection import PAGE, Calls, pages


class AccessCalls(Calls):
    """Users, keys and the audit log."""

    def list_users(self) -> UserList:
        """Everybody who may sign in, with roles and scope."""
        return self._connection.get(UserList, "/users")

    def list_keys(self) -> KeyList:
        """The keys of everybody, the newest first, revoked ones too."""
        return self._connection.get(KeyList, "/keys")

    def revoke_key(self, number: int, *, idempotency_key: str | None = None) -> RevokedKey:
        """End a key for good: one of one's own owner's, or anybody's for who may give access."""
        return self._connection.write(RevokedKey, f"/keys/{number}/revoke", None, idempotency_key)

    def list_audit(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        subject_kind: str | None = None,
        subject_id: str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> AuditLog:
        """A page of who did what to whom, the newest first; ``since`` counts, ``before`` counts no more."""
        query = {
            "actor": actor,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "since": since,
            "before": before,
            "limit": limit,
            "cursor": cursor,
        }
        return self._connection.get(AuditLog, "/audit", query)

    def each_audited(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        subject_kind: str | None = None,
        subject_id: str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> Iterator[AuditEntry]:
        """All of it, the newest first."""
        for page in pages(
            lambda cursor: self.list_audit(
                actor=actor,
                action=action,
                subject_kind=subject_kind,
                subject_id=subject_id,
                since=since,
                before=before,
                limit=PAGE,
                cursor=cursor,
            )
        ):
            yield from page.entries
