"""A new plan folder that works at once: commented definitions and a small file of made-up orders."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib.resources import files as package_files
from pathlib import Path
from zoneinfo import ZoneInfo

from keepwell.catalog.sample import sample_orders
from keepwell.core.errors import Refused
from keepwell.core.files import write_atomically

TEMPLATES = ("sources/orders.yml", "fields/example.yml", "segments/example.yml", "keepwell.toml")
"""What is written, the settings last: a folder without them is no plan, so one cut short is none either."""

SAMPLE_FILE = "data/orders.csv"
SAMPLE_ZONE = "Asia/Shanghai"
IGNORED = ".keepwell/\n"


def init_folder(folder: Path, *, now: datetime) -> tuple[str, ...]:
    """Write a plan with sample orders that end at ``now``; gives the relative paths written.

    Raises:
        Refused: the folder holds something already, or is no folder.
    """
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file", hint="name a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise Refused(
            f"the folder {folder} is not empty; nothing was written", hint="name a new or empty folder"
        )
    today: date = now.astimezone(ZoneInfo(SAMPLE_ZONE)).date()
    texts = {SAMPLE_FILE: sample_orders(today - timedelta(days=1)), ".gitignore": IGNORED}
    templates = package_files("keepwell.catalog") / "templates"
    texts |= {name: (templates / name).read_text("utf-8") for name in TEMPLATES}
    for name, text in texts.items():
        write_atomically(folder / name, text.encode())
    return tuple(texts)


BARE = """\
# What is true of the whole plan. Every key: docs/reference/settings.md. Passwords never stand here.
format = 1
name = "My business"

# The zone whose days count, and the currency all money is reported in.
time_zone = "UTC"
currency = "USD"

# Languages of pages and texts; the first is the default.
languages = ["en", "zh"]
"""


def bare_settings() -> str:
    """A keepwell.toml that nobody chose anything in: the first-load wizard asks for what it says."""
    return BARE


def init_bare(folder: Path) -> bool:
    """Make an empty folder a plan without definitions; whether it did. A folder that holds anything stays as it is."""
    if not folder.is_dir() or any(folder.iterdir()):
        return False
    write_atomically(folder / ".gitignore", IGNORED.encode())
    write_atomically(folder / "keepwell.toml", BARE.encode())
    return True
