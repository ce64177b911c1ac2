"""Folders of what engines put aside on disk while they compute, one for each engine, named for its process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import uuid4

SPILL = "spill"
"""Folder, inside a lake, of what engines put aside."""


def own_folder(spill: Path) -> Path:
    """A name for an engine's own folder under ``spill``; it is not made yet."""
    return spill / f"{os.getpid()}-{uuid4().hex}"


def remove_spilled(spill: Path) -> None:
    """Remove what engines of processes that are gone left in ``spill``; others go on using theirs."""
    for own in spill.glob("*-*"):
        pid = own.name.partition("-")[0]
        if not pid.isdecimal():
            continue
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(own, ignore_errors=True)
        except PermissionError:  # a living process of another user
            continue
