"""Whole copies of a lake: the current version, and the files it lists.

A lake's files are never changed, so a copy shares them with the lake where the disk can (a hard link) and else holds
them itself. No lock is needed: what a version lists stays for days after a newer one has taken its place.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from keepwell.core.errors import Unavailable
from keepwell.core.files import sync_file, sync_folder
from keepwell.lake.manifest import Manifest, Versions
from keepwell.lake.snapshot import Snapshots


def copy_lake(folder: Path, to: Path) -> Manifest:
    """Copy the current version of the lake in ``folder``, durably, into the new folder ``to``; gives the version.

    A lake without a version gives version 0 and an empty folder. Raises Unavailable where a file is missing.
    """
    manifest = Versions(folder / "versions").current()
    to.mkdir(parents=True)
    for file in manifest.files():
        share(folder / file.path, to / file.path)
    if manifest.version:
        Versions(to / "versions").publish(manifest)
    return manifest


def copy_snapshot(folder: Path, to: Path) -> None:
    """Copy the current snapshot in ``folder``, if there is one, into the new folder ``to``."""
    snapshots = Snapshots(folder)
    if info := snapshots.current():
        share(folder / info.file, to / info.file)
        Snapshots(to).publish(info)


def share(source: Path, target: Path) -> None:
    """Put a file that never changes under another name, durably: linked, or copied where it cannot be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        try:
            os.link(source, target)
        except FileNotFoundError:
            raise
        except OSError:  # another disk, or one without links
            shutil.copyfile(source, target)
            sync_file(target)
    except FileNotFoundError as error:
        raise Unavailable(
            f"{source} is gone",
            hint="it was removed meanwhile, or the lake is damaged: try again, or restore a backup",
        ) from error
    except OSError as error:
        raise Unavailable(
            f"{target} cannot be written: {error.strerror}", hint="look at the disk and its free space"
        ) from error
    sync_folder(target.parent)


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file under a folder, by its relative path."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path
