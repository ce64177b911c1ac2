"""Versions of the lake: a version is a JSON manifest that lists files; the current one is named by a pointer file.

Files are never changed. A new version lists new files and leaves others out; the pointer is replaced atomically,
so a reader sees the old version or the new, and a crash leaves at most files that no version lists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from keepwell.core.errors import Conflict, Unavailable
from keepwell.core.files import write_atomically

FORMAT = 1
BUCKETS = 16


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataFile(_Part):
    """One Parquet file of the lake.

    ``bucket`` is the bucket of its party keys, or None for a small file that holds all of them.
    """

    path: str
    rows: int
    bucket: int | None = None


class Counts(_Part):
    """What became of every row of an input; the parts add up to ``rows``."""

    rows: int = 0
    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    outdated: int = 0
    duplicate: int = 0
    quarantined: int = 0
    # Not parts of the sum, but seen on the way:
    anonymous: int = 0
    late: int = 0
    outlier: int = 0
    key_errors: int = 0

    def __add__(self, other: Counts) -> Counts:
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def accepted(self) -> int:
        """Rows that are facts of the lake, whether this input brought them or an earlier one."""
        return self.new + self.corrected + self.unchanged

    @property
    def accounted(self) -> int:
        """The sum of the parts; equal to ``rows`` or something was lost."""
        return self.accepted + self.outdated + self.duplicate + self.quarantined


class Input(_Part):
    """A file, or a pull from a database, that was taken in."""

    name: str
    sha256: str | None = None
    size: int = 0
    modified_ns: int = 0
    taken_at: datetime
    counts: Counts
    reasons: dict[str, int] = {}


class SourceState(_Part):
    """What the lake holds of one source."""

    definition: str
    columns: dict[str, str]
    files: tuple[DataFile, ...] = ()
    dead: tuple[DataFile, ...] = ()
    """Files that name rows of ``files`` which were corrected since and count no more."""
    inputs: tuple[Input, ...] = ()
    watermark: str | None = None
    last_fact_at: datetime | None = None

    @property
    def fact_count(self) -> int:
        """How many facts the lake holds of it."""
        return sum(file.rows for file in self.files) - sum(file.rows for file in self.dead)


class Recorded(_Part):
    """The latest run whose segments were recorded, and each segment's definition then, as a fingerprint."""

    run_id: str
    as_of: datetime
    definitions: dict[str, str]


class Manifest(_Part):
    """One version of the lake.

    ``members`` say who is in which segment, as of ``recorded``; ``changes`` who entered and left, run by run, and
    ``sizes`` how many there were. ``tags`` are what was said by hand, up to the store's number ``tags_seen``.
    """

    format: Literal[1] = 1
    version: int = 0
    written_at: datetime | None = None
    cause: str = ""
    sources: dict[str, SourceState] = {}
    customers: tuple[DataFile, ...] = ()
    quarantine: tuple[DataFile, ...] = ()
    settled: tuple[DataFile, ...] = ()
    recorded: Recorded | None = None
    members: tuple[DataFile, ...] = ()
    changes: tuple[DataFile, ...] = ()
    sizes: tuple[DataFile, ...] = ()
    tags: tuple[DataFile, ...] = ()
    tags_seen: int = 0

    def files(self) -> Iterator[DataFile]:
        """Every file this version lists."""
        for source in self.sources.values():
            yield from source.files
            yield from source.dead
        for part in (self.customers, self.quarantine, self.settled):
            yield from part
        for part in (self.members, self.changes, self.sizes, self.tags):
            yield from part


class Versions:
    """The folder of manifests and the pointer to the current one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "CURRENT"

    def current(self) -> Manifest:
        """The current version; an empty one, number 0, before the first."""
        try:
            number = int(self._pointer.read_text())
        except FileNotFoundError:
            return Manifest()
        except ValueError as error:
            raise Unavailable(
                f"{self._pointer} is damaged",
                hint="restore it from a backup, or write the number of a version",
            ) from error
        return self.read(number)

    def read(self, number: int) -> Manifest:
        """Version ``number``."""
        path = self._path(number)
        try:
            content = json.loads(path.read_bytes())
            if isinstance(content, dict) and content.get("format", FORMAT) != FORMAT:
                raise Conflict(
                    f"{path} has format {content['format']}; this Keepwell reads format {FORMAT}",
                    hint="the lake was written by a newer Keepwell: install that one, or restore a backup",
                )
            return Manifest.model_validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise Unavailable(
                f"version {number} of the lake is gone: {path}", hint="restore a backup"
            ) from error
        except ValueError as error:  # of JSON, or of what pydantic found in it
            raise Unavailable(f"{path} is damaged", hint="restore a backup") from error

    def numbers(self) -> list[int]:
        """Numbers of the versions still kept, rising."""
        return sorted(int(path.stem) for path in self.folder.glob("[0-9]*.json"))

    def publish(self, manifest: Manifest) -> None:
        """Write a version and point to it. The caller holds the lake's lock."""
        write_atomically(self._path(manifest.version), manifest.model_dump_json(indent=1).encode())
        write_atomically(self._pointer, str(manifest.version).encode())

    def forget(self, number: int) -> None:
        """Remove an old version's manifest."""
        self._path(number).unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08d}.json"
