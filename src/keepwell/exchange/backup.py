"""A whole deployment copied into a folder, and a plan folder made of one again.

A backup has the plan's files, the current version of the lake, the current snapshot and the store, and a list of all
its files with their SHA-256, written last. The keys of personal values are copied by themselves, into a folder that
lies apart; the secret that opens the keys is copied nowhere. Both are made under another name and renamed when whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import keepwell.access.queries
import keepwell.customers.vault
import keepwell.lists.saved
import keepwell.publishing.queries  # noqa: F401 (these rooms' tables are known once they are imported)
from keepwell.catalog.files import WORK_FOLDER, plan_paths
from keepwell.core.errors import Unavailable
from keepwell.core.files import sync_folder, write_atomically
from keepwell.customers.keys import key_tables
from keepwell.exchange.errors import BackupRefused
from keepwell.lake.copies import copy_lake, copy_snapshot, files_in, share
from keepwell.publishing.folder import MARK_FILE
from keepwell.store.copies import copy_in, copy_out
from keepwell.store.engine import Store, open_store

FORMAT = 1
LIST = "backup.json"
PLAN, LAKE, SNAPSHOTS, STORE = "plan", "lake", "snapshots", "store"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself. ``files`` gives the SHA-256 of every file by its path in the backup."""

    made_at: str
    lake_version: int
    facts: int
    rows: dict[str, int]
    files: dict[str, str]


Addresses = Callable[[Path], tuple[str, str]]
"""Gives the addresses of the store and of the key store of a plan folder."""


def back_up(folder: Path, store: Store, to: Path, *, now: datetime) -> Backup:
    """Copy the plan folder and its store into the new or empty folder ``to``; a run may go on meanwhile.

    Raises BackupRefused where ``to`` holds something or lies in the working folder, Unavailable where the disk fails.
    """
    if (folder / WORK_FOLDER).resolve() in [to.resolve(), *to.resolve().parents]:
        raise BackupRefused(
            f"{to} lies in {WORK_FOLDER}, which is what is backed up", hint="give a folder somewhere else"
        )
    with _made_whole(to) as part:
        for path in [*plan_paths(folder), folder / WORK_FOLDER / MARK_FILE]:
            if path.exists():
                write_atomically(part / PLAN / path.relative_to(folder), path.read_bytes())
        # The lake before the store: the vault is told before the lake lists a fact, so it knows of all of them.
        copy_snapshot(folder / WORK_FOLDER / SNAPSHOTS, part / SNAPSHOTS)
        manifest = copy_lake(folder / WORK_FOLDER / LAKE, part / LAKE)
        copied = copy_out(store, part / STORE)
        backup = Backup(
            made_at=now.isoformat(),
            lake_version=manifest.version,
            facts=sum(state.fact_count for state in manifest.sources.values()),
            rows=copied.rows,
            files={name: _sha256(path) for name, path in files_in(part)},
        )
        write_atomically(part / LIST, json.dumps({"format": FORMAT, **asdict(backup)}, indent=1).encode())
    return backup


def back_up_keys(keys: Store, to: Path) -> int:
    """Copy the key store into the new or empty folder ``to``; how many keys. The secret is not copied."""
    with _made_whole(to) as part:
        return copy_out(keys, part, tables=key_tables).rows["data_key"]


def refuse_together(folder: Path, keys: Path) -> None:
    """Raise BackupRefused where the keys would lie with what they open."""
    one, other = folder.resolve(), keys.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise BackupRefused(
            f"the keys would lie with what they open: {keys} and {folder}",
            hint="give two folders apart, best on two disks: who has both, and the secret, reads everybody's names",
        )


def restore(backup: Path, keys: Path | None, into: Path, *, addresses: Addresses) -> Backup:
    """Make the plan folder ``into``, which is new or empty, of a backup and of the copy of the keys.

    Without ``keys`` the key store that is there already is used. A store or key store that keepwell.toml or the
    environment puts elsewhere must be empty. Raises BackupRefused, and leaves ``into`` as it was, where the backup
    is not whole.
    """
    found = read_backup(backup)
    with _made_whole(into) as part:
        for name, path in files_in(backup / PLAN):
            write_atomically(part / name, path.read_bytes())
        (part / WORK_FOLDER).mkdir(exist_ok=True, mode=0o700)
        for room in (LAKE, SNAPSHOTS):
            for name, path in files_in(backup / room):
                share(path, part / WORK_FOLDER / room / name)
        store_url, keys_url = addresses(part)
        with _opened(store_url) as store:
            copy_in(store, backup / STORE)
        if keys is not None:
            with _opened(keys_url) as key_store:
                copy_in(key_store, keys, tables=key_tables)
    return found


def read_backup(folder: Path) -> Backup:
    """What a backup holds, each file compared with its SHA-256. Raises BackupRefused where it is not whole."""
    try:
        content = json.loads((folder / LIST).read_bytes())
        if content.pop("format") != FORMAT:
            raise BackupRefused(
                f"the backup {folder} is of another format", hint="it was made by a newer Keepwell"
            )
        backup = Backup(**content)
    except (FileNotFoundError, NotADirectoryError):
        raise BackupRefused(f"{folder} holds no finished backup", hint=f"there is no {LIST} in it") from None
    except (ValueError, KeyError, TypeError):
        raise BackupRefused(f"{folder / LIST} is damaged", hint="use another backup") from None
    there = dict(files_in(folder))
    del there[LIST]
    if more := sorted(there.keys() - backup.files.keys()):
        raise BackupRefused(
            f"{folder / more[0]} does not belong to this backup", hint="remove it, or use another one"
        )
    for name, sha256 in backup.files.items():
        if name not in there:
            raise BackupRefused(f"{folder / name} is missing", hint="use another backup")
        if _sha256(there[name]) != sha256:
            raise BackupRefused(f"{folder / name} is damaged", hint="use another backup")
    return backup


@contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """A folder beside ``folder`` to work in, which takes its name in the end, or is removed."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupRefused(f"{folder} is not empty", hint="give a new or empty folder; nothing was written")
    part = folder.with_name(f".{folder.name}.{uuid4().hex}.part")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        yield part
        part.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise Unavailable(
            f"{folder} could not be written: {error.strerror or error}",
            hint="look at the disk and its free space",
        ) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
