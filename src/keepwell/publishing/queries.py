"""The current version of the plan, an earlier one, and all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from keepwell.catalog.files import PlanFiles
from keepwell.publishing.errors import NoSuchVersion
from keepwell.publishing.tables import plan_versions


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version without its files; ``author`` is a person's or a command's name."""

    number: int
    at: datetime
    author: str
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Version(VersionLine):
    """A published version of the plan."""

    files: PlanFiles


def current(session: Session) -> Version | None:
    """The version that runs; None before the first publication."""
    newest = select(plan_versions).order_by(plan_versions.c.number.desc()).limit(1)
    row = session.execute(newest).mappings().one_or_none()
    return _version(row) if row else None


def version(session: Session, number: int) -> Version:
    """The version with that number.

    Raises:
        NoSuchVersion: there is none.
    """
    wanted = select(plan_versions).where(plan_versions.c.number == number)
    row = session.execute(wanted).mappings().one_or_none()
    if not row:
        raise NoSuchVersion(f"there is no version {number} of the plan")
    return _version(row)


def history(session: Session) -> tuple[VersionLine, ...]:
    """All versions, newest first, without their files."""
    columns = [plan_versions.c[name] for name in ("number", "at", "author", "reason", "sha256")]
    rows = session.execute(select(*columns).order_by(plan_versions.c.number.desc())).mappings()
    return tuple(VersionLine(**row) for row in rows)


def versions_with(session: Session, *, limit: int) -> Iterator[tuple[VersionLine, PlanFiles]]:
    """The newest versions with their files, newest first, one at a time: together they may be large."""
    newest = select(plan_versions.c.number).order_by(plan_versions.c.number.desc()).limit(limit)
    for number in session.execute(newest).scalars().all():
        found = version(session, number)
        yield found, found.files


def _version(row: RowMapping) -> Version:
    return Version(**{**row, "files": PlanFiles(row["files"])})
