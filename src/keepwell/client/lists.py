"""Saved lists: questions about customers that somebody keeps under a name."""

from __future__ import annotations

from collections.abc import Sequence

from keepwell.api.shapes.lists import RemovedList, SavedList, SavedLists
from keepwell.client.connection import Calls


class ListCalls(Calls):
    """The lists of the key's owner, and those that others share."""

    def list_lists(self) -> SavedLists:
        """The saved lists there are."""
        return self._connection.get(SavedLists, "/lists")

    def get_list(self, number: int) -> SavedList:
        """One saved list: what to ask ``list_customers`` with."""
        return self._connection.get(SavedList, f"/lists/{number}")

    def save_list(
        self,
        name: str,
        *,
        is_shared: bool = False,
        segment: str | None = None,
        where: str = "",
        reason: str | None = None,
        sort: str | None = None,
        fields: Sequence[str] = (),
        idempotency_key: str | None = None,
    ) -> SavedList:
        """Keep a question under a name."""
        sent = {
            "name": name,
            "is_shared": is_shared,
            "segment": segment,
            "where": where,
            "reason": reason,
            "sort": sort,
            "fields": list(fields),
        }
        return self._connection.write(SavedList, "/lists", sent, idempotency_key)

    def remove_list(self, number: int, *, idempotency_key: str | None = None) -> RemovedList:
        """Forget one of the lists of the key's owner."""
        return self._connection.write(RemovedList, f"/lists/{number}/remove", None, idempotency_key)
