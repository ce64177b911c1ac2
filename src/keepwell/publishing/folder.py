"""The plan folder as a working copy: which version it was last in step with, and writing files into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from keepwell.catalog.files import WORK_FOLDER, PlanFiles, plan_paths
from keepwell.core.files import sync_folder, write_atomically
from keepwell.publishing.queries import Version

MARK_FILE = "published"


@dataclass(frozen=True, slots=True)
class Mark:
    """The version a folder was last in step with."""

    number: int
    sha256: str


def mark(folder: Path, version: Version) -> None:
    """Note that ``folder`` is in step with ``version``."""
    content = json.dumps({"number": version.number, "sha256": version.sha256})
    write_atomically(folder / WORK_FOLDER / MARK_FILE, content.encode())


def marked(folder: Path) -> Mark | None:
    """What was noted last; None in a folder that was never in step, or whose note is damaged."""
    try:
        noted = json.loads((folder / WORK_FOLDER / MARK_FILE).read_bytes())
        return Mark(number=int(noted["number"]), sha256=str(noted["sha256"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def folder_texts(folder: Path) -> PlanFiles:
    """The plan's files in ``folder`` as they are, whether they make a plan or not."""
    return PlanFiles(
        {
            path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", errors="replace")
            for path in plan_paths(folder)
        }
    )


def replace_files(folder: Path, texts: Mapping[str, str | None]) -> None:
    """Write each text to its path, or delete the file where it is None; each file whole or not at all."""
    for name, text in sorted(texts.items()):
        path = folder / name
        if text is not None:
            write_atomically(path, text.encode())
        elif path.exists():
            path.unlink()
            sync_folder(path.parent)
