"""A draft becomes a version of the plan, in an order that may be cut off anywhere and begun again.

The files are linked into the data folder first (nothing reads them yet), then one transaction publishes the version,
asks for the run and records who did it, then the plan folder is brought in step, then the draft goes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from keepwell.catalog.files import PlanFiles
from keepwell.core.errors import Refused
from keepwell.core.files import sync_file, sync_folder
from keepwell.publishing.commands import publish
from keepwell.publishing.folder import folder_texts, mark, marked, replace_files
from keepwell.publishing.queries import Version, current
from keepwell.runs.first_load.draft import Basics, Desk, Draft, Stored
from keepwell.runs.first_load.plan_files import DATA, added_files, files_before
from keepwell.store.audit import record
from keepwell.store.engine import Store


@dataclass(frozen=True, slots=True)
class Publishing:
    """What publishing a draft needs. ``ask_for_run`` asks for a run in the session it is given."""

    folder: Path
    store: Store
    desk: Desk
    ask_for_run: Callable[[Session], object]

    def publish(
        self, draft: Draft, basics: Basics | None, *, author: str, reason: str, now: datetime
    ) -> tuple[Version, bool]:
        """Publish the draft's sources: the version, and whether the plan folder holds it too.

        Raises PlanRefused, Conflict where the plan has such a source already, NotPulled where somebody else
        published at this moment. Nothing of the plan was changed then.
        """
        if not draft.is_ready:
            raise Refused("some columns are still missing", hint="go back to the columns")
        if draft.publishing is not None and (done := self._was_published(draft)) is not None:
            return done, self._end(done)
        with self.store.read() as session:
            before = files_before(self.folder, current(session))
        added = added_files(before, draft, basics)
        draft = draft.model_copy(update={"publishing": added, "basics": basics})
        self.desk.write(draft, now)
        was_in_step = self._is_in_step()
        self._link_files(draft)
        with self.store.write() as session:
            newest = current(session)
            base = files_before(self.folder, newest)
            again = added_files(base, draft, basics)  # whoever published meanwhile may have taken a name
            version = publish(
                session,
                PlanFiles({**base, **again}),
                author=author,
                reason=reason,
                now=now,
                expected_version=newest.number if newest else None,
            )
            self.ask_for_run(session)
            record(
                session,
                at=now,
                actor=author,
                action="publish_first_load",
                subject_kind="plan_version",
                subject_id=str(version.number),
                details={"sources": [each.proposal.name for each in draft.inputs], "reason": reason},
            )
        return version, self._end(version, was_in_step=was_in_step)

    def _was_published(self, draft: Draft) -> Version | None:
        """The current version, where it holds what this draft was about to publish: it was cut off after that."""
        with self.store.read() as session:
            newest = current(session)
        sources = {
            path: text for path, text in (draft.publishing or {}).items() if path.startswith("sources/")
        }
        if newest is None or any(newest.files.get(path) != text for path, text in sources.items()):
            return None
        return newest

    def _is_in_step(self) -> bool:
        """Whether the plan folder holds the published version and no edits of its own."""
        with self.store.read() as session:
            newest = current(session)
        if newest is None:
            return True
        known = marked(self.folder)
        return (
            known is not None and known.number == newest.number and folder_texts(self.folder) == newest.files
        )

    def _end(self, version: Version, *, was_in_step: bool | None = None) -> bool:
        """Bring the plan folder in step, as far as it has no edits of its own, and let the draft go."""
        in_step = was_in_step
        if in_step is None:  # cut off before: what stands there may be a part of this version
            local = folder_texts(self.folder)
            in_step = all(
                version.files.get(path) == text or path == "keepwell.toml" for path, text in local.items()
            )
        if in_step:
            local = folder_texts(self.folder)
            changed = {path: text for path, text in version.files.items() if local.get(path) != text}
            replace_files(self.folder, changed)
            mark(self.folder, version)
        self.desk.discard()
        return in_step

    def _link_files(self, draft: Draft) -> None:
        """Put uploaded files where the sources read them; a repeated call finds them there."""
        for each in draft.inputs:
            folder = self.folder / DATA / each.proposal.name
            if each.files:
                folder.mkdir(parents=True, exist_ok=True)
            for file in each.files:
                _link(self.desk.path(file), folder, file)
            if each.files:
                sync_folder(folder)
                sync_folder(folder.parent)


def _link(path: Path, folder: Path, file: Stored) -> None:
    ending = "".join(Path(file.stored).suffixes)
    stem = file.name.split(".")[0].strip() or "file"
    for number in range(1, 1_000):
        target = folder / f"{stem}{f'-{number}' if number > 1 else ''}{ending}"
        try:
            os.link(path, target)
        except FileExistsError:
            if target.samefile(path):
                return
            continue
        except OSError:  # another file system, or one without links
            beside = folder / f".{file.stored}.copy"
            shutil.copyfile(path, beside)
            sync_file(beside)
            if target.exists():
                continue
            beside.replace(target)
        return
    raise Refused(f"the folder {folder.name} has too many files called {stem}", hint="rename the file")
