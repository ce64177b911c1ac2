"""Writes what this Keepwell writes, to be kept and opened by every later one: ``python -m support.kept_format DIR``.

Run once for each format, before its first release, and never again: what is kept must stay as it was written.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from support.killing import act
from support.trial_shop import FIRST_DAY, SECOND_DAY, write_second_day, write_shop


def keep(folder: Path) -> None:
    """A backup of a shop after two days, and its keys; the snapshot is left out, since a run makes it anew."""
    with TemporaryDirectory() as made:
        plan = write_shop(Path(made) / "plan")
        first = {"folder": str(plan), "now": FIRST_DAY.isoformat()}
        second = first | {"now": SECOND_DAY.isoformat()}
        act(first | {"do": "push"})
        act(first | {"do": "run"})
        write_second_day(plan)
        act(second | {"do": "run"})
        shutil.rmtree(plan / ".keepwell/snapshots")
        act(second | {"do": "back up", "backup": str(folder / "backup"), "keys": str(folder / "keys")})


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
