"""Publishing a plan, and writing the published one back to a folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keepwell.catalog.files import PlanFiles
from keepwell.catalog.load import load
from keepwell.core.errors import Problem
from keepwell.publishing.errors import NotPublished, NotPulled
from keepwell.publishing.folder import folder_texts, mark, marked, replace_files
from keepwell.publishing.queries import Version, current, version
from keepwell.publishing.tables import plan_versions


def publish(
    session: Session,
    files: PlanFiles,
    *,
    author: str,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> Version:
    """Make ``files`` the current version of the plan; the current one itself when they are equal to it.

    ``expected_version`` is the version these files were made from; None when they were made from none.

    Raises:
        PlanRefused: the plan has errors.
        NotPulled: the current version is another than the expected one.
    """
    load(files)
    before = current(session)
    if before and before.sha256 == files.sha256:
        return before
    if before and before.number != expected_version:
        raise _not_pulled(session, before, files, expected_version)
    after = Version(
        number=before.number + 1 if before else 1,
        at=now,
        author=author,
        reason=reason,
        sha256=files.sha256,
        files=files,
    )
    row = {"number": after.number, "at": now, "author": author, "reason": reason, "sha256": after.sha256}
    try:
        session.execute(insert(plan_versions).values(**row, files=dict(files)))
    except IntegrityError:
        # PostgreSQL lets two publish at once; the second waits for the first at this very row.
        raise NotPulled(
            f"somebody else published version {after.number} of the plan at this moment",
            hint="run `keepwell pull` first; it keeps your edits of other files",
        ) from None
    return after


def pull(session: Session, folder: Path, *, overwrite: bool = False) -> Version | None:
    """Write the current version's files into ``folder``; None when nothing is published yet.

    Files that the published plan did not change since the folder was last in step keep their local edits. A
    pull that was cut off goes on where it stopped.

    Raises:
        NotPublished: a file was changed on both sides; nothing was written. ``overwrite`` drops local edits.
    """
    after = current(session)
    if after is None:
        return None
    stood = marked(folder)
    base = version(session, stood.number).files if stood else PlanFiles({})
    local = folder_texts(folder)
    changed = {path for path in {*base, *after.files} if base.get(path) != after.files.get(path)}
    edited = {
        path
        for path in {*changed, *(local if stood is None else ())}
        if local.get(path) not in {base.get(path), after.files.get(path)}
    }
    if edited and not overwrite:
        raise _not_published(local, after, edited)
    to_write = {*base, *after.files, *local} if overwrite else changed
    replace_files(
        folder, {path: after.files.get(path) for path in to_write if local.get(path) != after.files.get(path)}
    )
    mark(folder, after)
    return after


def _not_pulled(session: Session, before: Version, files: PlanFiles, expected: int | None) -> NotPulled:
    """The difference is what others did since; without a common beginning, what publishing would undo."""
    if expected is None:
        since, names = files, ("your folder", f"version {before.number}")
    else:
        since, names = version(session, expected).files, (f"version {expected}", f"version {before.number}")
    stood = "was never in step with it" if expected is None else f"was last in step with version {expected}"
    return NotPulled(
        Problem(
            f"the published plan is version {before.number}, by {before.author} ({before.reason}), "
            f"and this folder {stood}:\n{since.difference(before.files, names=names)}\n",
            hint="run `keepwell pull` first; it keeps your edits of other files",
        )
    )


def _not_published(local: PlanFiles, after: Version, edited: set[str]) -> NotPublished:
    mine = PlanFiles({path: text for path, text in local.items() if path in edited})
    theirs = {path: text for path, text in after.files.items() if path in edited}
    names = (f"version {after.number}", "your folder")
    return NotPublished(
        Problem(
            f"version {after.number} would overwrite edits of this folder that are not published:\n"
            f"{PlanFiles(theirs).difference(mine, names=names)}\n",
            hint="copy your edits elsewhere, run `keepwell pull --overwrite`, and make them again",
        )
    )
