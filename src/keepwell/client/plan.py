"""The plan: what is defined, its versions, and publishing another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keepwell.api.shapes.plan import (
    CheckedPlan,
    DefinitionText,
    PublishedPlan,
    VersionEntry,
    VersionFiles,
    VersionList,
)
from keepwell.client.connection import PAGE, Calls, pages, part


class PlanCalls(Calls):
    """The plan."""

    def get_plan(self) -> PublishedPlan:
        """Everything that the published plan defines."""
        return self._connection.get(PublishedPlan, "/plan")

    def get_definition(self, kind: str, name: str) -> DefinitionText:
        """One definition as it is written."""
        return self._connection.get(DefinitionText, f"/plan/definitions/{part(kind)}/{part(name)}")

    def list_versions(self, *, limit: int | None = None, cursor: str | None = None) -> VersionList:
        """A page of the published versions, the newest first."""
        return self._connection.get(VersionList, "/plan/versions", {"limit": limit, "cursor": cursor})

    def each_version(self) -> Iterator[VersionEntry]:
        """All published versions, the newest first."""
        for page in pages(lambda cursor: self.list_versions(limit=PAGE, cursor=cursor)):
            yield from page.versions

    def get_version(self, number: int) -> VersionFiles:
        """One version with all its files."""
        return self._connection.get(VersionFiles, f"/plan/versions/{number}")

    def check_plan(self, files: Mapping[str, str]) -> CheckedPlan:
        """All that is wrong with a plan, by file and line. It changes nothing."""
        return self._connection.post(CheckedPlan, "/plan/check", {"files": dict(files)})

    def publish_plan(
        self,
        files: Mapping[str, str],
        *,
        expected_version: int | None,
        reason: str,
        idempotency_key: str | None = None,
    ) -> VersionEntry:
        """Publish a plan, which was made from the expected version; where that is no more the newest, it is refused."""
        sent = {"files": dict(files), "expected_version": expected_version, "reason": reason}
        return self._connection.write(VersionEntry, "/plan/versions", sent, idempotency_key)

    def restore_version(
        self, number: int, *, expected_version: int, reason: str, idempotency_key: str | None = None
    ) -> VersionEntry:
        """Publish an earlier version's definitions again, as a new one. Settings and rates stay as they are now."""
        sent = {"expected_version": expected_version, "reason": reason}
        return self._connection.write(VersionEntry, f"/plan/versions/{number}/restore", sent, idempotency_key)
