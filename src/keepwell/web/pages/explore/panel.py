"""What a view shows: panels, each a finding with its chart and the table of the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from keepwell.web.charts import Option, as_text

ROW_PIXELS, AROUND_PIXELS, HEIGHT_MAX = 26, 44, 1400


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table. ``link`` leads to the customers behind it; an ``is_open`` one may still change."""

    text: str
    link: str | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Heads of all columns, and rows whose first cell is their name."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """``title`` says the finding, ``about`` what is counted, its unit and period.

    ``chart`` may be None where a table says it all; ``height`` is the chart's, in pixels. ``first`` makes the table
    stand open.
    """

    title: str
    about: str
    chart: Option | None
    table: Table
    height: int | None = None
    is_wide: bool = False
    notes: Sequence[str] = field(default=())

    @property
    def drawing(self) -> str:
        """The chart as the page carries it."""
        return as_text(self.chart) if self.chart else ""


def height_of(rows: int) -> int:
    """How high a chart of so many rows is."""
    return min(AROUND_PIXELS + ROW_PIXELS * max(rows, 3), HEIGHT_MAX)
