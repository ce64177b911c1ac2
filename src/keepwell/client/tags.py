"""Tags by hand: which there are, saying one of customers, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence

from keepwell.api.shapes.tags import SaidTag, TagActs, TagList, UndoneAct
from keepwell.client.connection import Calls, part


class TagCalls(Calls):
    """Tags. They show in fields and segments after the next run."""

    def list_tags(self) -> TagList:
        """Every tag of the published plan."""
        return self._connection.get(TagList, "/tags")

    def set_tag(
        self,
        name: str,
        value: str | None,
        *,
        customers: Sequence[str] | None = None,
        where: str | None = None,
        idempotency_key: str | None = None,
    ) -> SaidTag:
        """Say a tag's value of customers by their ids, or of all who meet a condition now; None takes it back."""
        sent: dict[str, object] = {"value": value}
        if customers is not None:
            sent["customers"] = list(customers)
        if where is not None:
            sent["where"] = where
        return self._connection.write(SaidTag, f"/tags/{part(name)}/words", sent, idempotency_key)

    def list_tag_acts(self) -> TagActs:
        """What this key's owner tagged lately."""
        return self._connection.get(TagActs, "/tags/acts")

    def undo_tag_act(self, number: int, *, idempotency_key: str | None = None) -> UndoneAct:
        """Let count again what had been said before an act; where more was said since, that stays."""
        return self._connection.write(UndoneAct, f"/tags/acts/{number}/undo", None, idempotency_key)
