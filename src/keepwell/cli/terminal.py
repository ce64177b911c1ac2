"""What every command shares: where the plan is, who is asking, how tables and progress look."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from keepwell.access.model import ADMINISTRATOR, Viewer
from keepwell.core.clock import system_clock
from keepwell.core.errors import Refused
from keepwell.runs.place import Progress as Step
from keepwell.runs.place import Report
from keepwell.wiring import Deployment, deployment

WIDTH_OF_A_PIPE = 200
output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_PIPE)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

Language = Literal["en", "zh"]

PlanFolder = Annotated[
    Path,
    typer.Option("--plan", "-p", envvar="KEEPWELL_PLAN", help="the plan folder", show_default="this folder"),
]
HERE = Path()


@contextmanager
def opened(folder: Path) -> Iterator[Deployment]:
    """The deployment of a plan folder, closed at the end."""
    found = deployment(folder)
    try:
        yield found
    finally:
        found.close()


def language() -> Language:
    """The reader's language: KEEPWELL_LANGUAGE, else the terminal's locale, else English."""
    told = os.environ.get("KEEPWELL_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    told = told or (locale.getlocale()[0] or "")
    return "zh" if told.lower().startswith(("zh", "chinese")) else "en"


def operator() -> Viewer:
    """Whoever may run commands on this machine sees everybody: they can read the files as well."""
    return Viewer(user_id=0, name=os.environ.get("USER", "operator"), roles=frozenset({ADMINISTRATOR}))


def past_instant(text: str, zone: ZoneInfo) -> datetime:
    """A day, which stands for its last instant in a zone, or an instant; in UTC, and not in the future."""
    try:
        if len(text) == len("2026-06-30"):
            day = date.fromisoformat(text) + timedelta(days=1)
            instant = datetime.combine(day, time(), zone) - timedelta(microseconds=1)
        else:
            instant = datetime.fromisoformat(text)
        instant = (instant.replace(tzinfo=zone) if instant.tzinfo is None else instant).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(
            f"`{text}` is no day and no instant", hint="write 2026-06-30 or 2026-06-30T18:00+08:00"
        ) from None
    if instant > system_clock():
        raise Refused(f"{text} lies in the future", hint="give a past day, or leave it out for now")
    return instant


def table(title: str | None, *columns: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table; ``right`` names the columns of figures."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


@contextmanager
def progress() -> Iterator[Report]:
    """Shows steps as they go; on anything but a terminal one line a step."""
    if not errors.is_terminal:
        yield _plain()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def report(step: Step) -> None:
            total = None if step.share is None else 1.0
            bar.update(task, description=_text(step), total=total, completed=step.share or 0.0)

        yield report


def _plain() -> Report:
    seen: set[str] = set()

    def report(step: Step) -> None:
        text = _text(step)
        if text not in seen:
            seen.add(text)
            errors.print(f"· {text}")

    return report


def _text(step: Step) -> str:
    return f"{step.step} · {step.detail}" if step.detail else step.step
