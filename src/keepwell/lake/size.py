"""How much room a folder of data takes."""

from __future__ import annotations

import os
from pathlib import Path


def bytes_under(folder: Path) -> int:
    """The bytes of all files under a folder, 0 where there is none; files that vanish meanwhile do not count."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).lstat().st_size
            except FileNotFoundError:  # a run sweeps what no version lists any more
                continue
    return total
