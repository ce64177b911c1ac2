"""Sources and how good they are, rows in quarantine, and runs: for keys without a scope."""

from __future__ import annotations

from collections.abc import Iterator

from keepwell.api.shapes.data import QuarantineRow, QuarantineRows, Run, RunList, SourceList
from keepwell.client.connection import PAGE, Calls, pages, part


class DataCalls(Calls):
    """Sources, quarantine and runs."""

    def list_sources(self) -> SourceList:
        """Every source of the published plan, with what became of its rows."""
        return self._connection.get(SourceList, "/sources")

    def list_quarantine(
        self, name: str, *, reason: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> QuarantineRows:
        """A page of the rows of a source that wait in quarantine."""
        query = {"reason": reason, "limit": limit, "cursor": cursor}
        return self._connection.get(QuarantineRows, f"/sources/{part(name)}/quarantine", query)

    def each_quarantined(self, name: str, *, reason: str | None = None) -> Iterator[QuarantineRow]:
        """All rows of a source that wait in quarantine."""
        for page in pages(
            lambda cursor: self.list_quarantine(name, reason=reason, limit=PAGE, cursor=cursor)
        ):
            yield from page.rows

    def list_runs(self) -> RunList:
        """The newest runs first."""
        return self._connection.get(RunList, "/runs")

    def get_run(self, number: int) -> Run:
        """One run: how far it is, or what it did."""
        return self._connection.get(Run, f"/runs/{number}")

    def begin_run(self, *, idempotency_key: str | None = None) -> Run:
        """Ask for a run; where one waits or works already, that one is meant."""
        return self._connection.write(Run, "/runs", None, idempotency_key)
