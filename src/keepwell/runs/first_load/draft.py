"""The draft of a first load: one for each user, in the work folder, with what was uploaded and what was chosen.

Files lie in it under names of ours until the draft is published; a draft that nobody touched for a fortnight is
removed with all that is in it.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from keepwell.core.errors import LimitExceeded, NotFound
from keepwell.core.files import sync_file, sync_folder, write_atomically
from keepwell.intake.guess.proposal import Proposal
from keepwell.intake.guess.sample import Sample
from keepwell.intake.readers.reader import Found

FOLDER = "drafts"
KEPT = timedelta(days=14)
BYTES_MAX = 2 * 1024**3
"""All files of a draft together."""
FILES_MAX = 20
INPUTS_MAX = 8
PART = ".part"
SPARE_BYTES = 256 * 1024**2
"""What must stay free on the disk after an upload."""


class Stored(BaseModel):
    """An uploaded file: what the sender called it, and the name it lies under."""

    model_config = ConfigDict(frozen=True)
    name: str
    stored: str
    size: int


class Table(BaseModel):
    """A table of a database; ``sql`` as a source writes it, so without a password."""

    model_config = ConfigDict(frozen=True)
    sql: str
    table: str


class Input(BaseModel):
    """What becomes one source: files of one shape, or a table; and what is proposed for it."""

    model_config = ConfigDict(frozen=True)
    id: str
    files: tuple[Stored, ...] = ()
    table: Table | None = None
    proposal: Proposal
    seen: bool = False
    """A person looked at its columns."""

    @property
    def label(self) -> str:
        """What people know it by."""
        return self.table.table if self.table else self.files[0].name


class Basics(BaseModel):
    """What keepwell.toml must say and a bare one does not know."""

    model_config = ConfigDict(frozen=True)
    name: str
    time_zone: str
    currency: str
    language: str


class TriedWith(BaseModel):
    """The zone and the currency of a trial: with others its figures are others."""

    model_config = ConfigDict(frozen=True)
    time_zone: str
    currency: str

    def is_of(self, basics: Basics) -> bool:
        """Whether a plan of these basics would give the same figures."""
        return (self.time_zone, self.currency) == (basics.time_zone, basics.currency)


class Draft(BaseModel):
    """A user's draft. ``publishing`` are the plan files it is about to publish, by path, kept until that is done.

    ``tried`` is what the figures of the last trial were reckoned with; ``reason`` is what the person wrote last.
    """

    model_config = ConfigDict(frozen=True)
    at: datetime
    inputs: tuple[Input, ...] = ()
    basics: Basics | None = None
    tried: TriedWith | None = None
    reason: str = ""
    publishing: dict[str, str] | None = None

    def input(self, identifier: str) -> Input:
        """One input. Raises NotFound."""
        found = next((each for each in self.inputs if each.id == identifier), None)
        if found is None:
            raise NotFound("this file is not in your draft", hint="begin again at /start")
        return found

    def with_input(self, changed: Input) -> Self:
        """The draft with an input changed, or added at the end."""
        if all(each.id != changed.id for each in self.inputs):
            return self.model_copy(update={"inputs": (*self.inputs, changed)})
        inputs = tuple(changed if each.id == changed.id else each for each in self.inputs)
        return self.model_copy(update={"inputs": inputs})

    @property
    def is_ready(self) -> bool:
        """Whether every input can be published, as far as its columns go."""
        return bool(self.inputs) and all(not each.proposal.lacks() for each in self.inputs)


class Desk:
    """Where a user's draft lies."""

    def __init__(self, work: Path, user_id: int) -> None:
        self.folder = work / FOLDER / str(user_id)

    @property
    def files(self) -> Path:
        """Where its uploaded files lie."""
        return self.folder / "files"

    def path(self, stored: Stored) -> Path:
        """Where an uploaded file lies."""
        return self.files / stored.stored

    def read(self, now: datetime) -> Draft:
        """The draft; an empty one where there is none, or it is too old or damaged."""
        try:
            draft = Draft.model_validate_json((self.folder / "draft.json").read_bytes())
        except (OSError, ValidationError):
            return Draft(at=now)
        return draft if now - draft.at < KEPT else Draft(at=now)

    def write(self, draft: Draft, now: datetime) -> None:
        """Keep the draft."""
        content = draft.model_copy(update={"at": now}).model_dump_json()
        write_atomically(self.folder / "draft.json", content.encode())

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Be the only one who changes this draft; a second tab waits for the first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def discard(self) -> None:
        """Remove the draft and all its files; first what says that there is one."""
        (self.folder / "draft.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep_sample(self, identifier: str, sample: Sample) -> None:
        """Keep an input's first rows, so that its file is not read again for each correction."""
        found = sample.found
        content = {
            "columns": sample.columns,
            "rows": [[row[column] for column in sample.columns] for row in sample.rows],
            "broken": sample.broken,
            "typed_times": sorted(sample.typed_times),
            "found": [
                found.format,
                found.encoding,
                found.delimiter,
                found.quote,
                found.sheet,
                list(found.notes),
            ],
        }
        write_atomically(self.folder / f"sample-{identifier}.json", json.dumps(content).encode())

    def sample(self, identifier: str) -> Sample:
        """An input's first rows. Raises NotFound."""
        try:
            told = json.loads((self.folder / f"sample-{identifier}.json").read_bytes())
        except (OSError, ValueError):
            raise NotFound("this file is not in your draft any more", hint="begin again at /start") from None
        columns = tuple(told["columns"])
        kind, encoding, delimiter, quote, sheet, notes = told["found"]
        found = Found(kind, encoding, delimiter, quote, sheet, tuple(notes))
        rows = [dict(zip(columns, row, strict=True)) for row in told["rows"]]
        return Sample(columns, rows, told["broken"], found, frozenset(told["typed_times"]))


class Incoming:
    """A file on its way in: written to disk as it comes, and there only once it is whole."""

    def __init__(self, desk: Desk, room_bytes: int) -> None:
        desk.files.mkdir(parents=True, exist_ok=True)
        self._room = room_bytes
        self.path = desk.files / f"{token_hex(8)}{PART}"
        self._file = self.path.open("xb")
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add bytes. Raises LimitExceeded beyond the room there is."""
        self.size += len(data)
        if self.size > self._room:
            raise LimitExceeded(
                f"the files of a draft may have {BYTES_MAX // 1024**2:,} MiB together",
                hint="put larger files into the plan folder yourself, and name them there",
            )
        self._file.write(data)

    def close(self) -> Path:
        """The whole file, safely on disk."""
        self._file.close()
        sync_file(self.path)
        return self.path

    def drop(self) -> None:
        """Forget it."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def incoming(desk: Desk, draft: Draft) -> Incoming:
    """A place for one more file. Raises LimitExceeded where the draft or the disk is full."""
    files = [file for each in draft.inputs for file in each.files]
    if len(files) >= FILES_MAX:
        raise LimitExceeded(f"a draft has at most {FILES_MAX} files", hint="publish these first")
    desk.files.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(desk.files).free - SPARE_BYTES
    return Incoming(desk, max(0, min(BYTES_MAX - sum(file.size for file in files), free)))


def settle(desk: Desk, path: Path, ending: str) -> str:
    """Give a whole file its lasting name in the draft; the name."""
    name = path.name.removesuffix(PART) + ending
    path.replace(desk.files / name)
    sync_folder(desk.files)
    return name


def sweep_drafts(work: Path, now: datetime) -> None:
    """Remove drafts nobody touched for a fortnight, and pieces of uploads that were cut off a day ago."""
    for folder in (work / FOLDER).glob("*"):
        touched = max(
            (path.stat().st_mtime for path in folder.glob("*.json")), default=folder.stat().st_mtime
        )
        if now.timestamp() - touched > KEPT.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
            continue
        for part in (folder / "files").glob(f"*{PART}"):
            if now.timestamp() - part.stat().st_mtime > timedelta(days=1).total_seconds():
                part.unlink(missing_ok=True)
