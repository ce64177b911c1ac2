"""Panels: a finding with what shows it, which is a table of figures and, of what goes on in time, a chart beside it.

Bars and heat maps are drawn in the cells of the table: every figure is a text in the reader's form, every link works by
keyboard and without scripts, and no name is cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from keepwell.web.charts import Option, as_text

OPEN = "…"
"""Follows a figure of a period that is not over."""
SHADES = 10
"""How many shades a heat map has; the style sheet has a rule for each."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How long a bar is, from 0 to 1 of what there is room for, and the place of a mark, such as what is expected."""

    length: float
    mark: float | None = None

    @property
    def percent(self) -> float:
        """The length."""
        return _percent(self.length)

    @property
    def mark_percent(self) -> float | None:
        """The place of the mark."""
        return None if self.mark is None else _percent(self.mark)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table, with a lesser one as its ``note``. ``link`` leads to the customers behind it.

    An ``is_open`` one may still change. ``strength``, from 0 to 1, shades the cell of a heat map.
    """

    text: str
    link: str | None = None
    note: str = ""
    is_open: bool = False
    strength: float | None = None
    bar: Bar | None = None

    @property
    def shade(self) -> int | None:
        """The number of its shade, the palest being 1."""
        return None if self.strength is None else max(1, round(min(self.strength, 1) * SHADES))


@dataclass(frozen=True, slots=True)
class Table:
    """Heads of all columns, and rows whose first cell is their name.

    ``across`` names what the columns after the first ``names`` ones are together, as those of a heat map are.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    across: str = ""
    names: int = 1

    @property
    def is_heat(self) -> bool:
        """Whether its cells are shaded."""
        return any(cell.strength is not None for row in self.rows for cell in row)

    @property
    def is_drawing(self) -> bool:
        """Whether it shows the finding by itself."""
        return self.is_heat or any(cell.bar for row in self.rows for cell in row)

    @property
    def shades(self) -> list[list[int]]:
        """The shades alone, 0 where there is none, for a small picture."""
        return [[cell.shade or 0 for cell in row[self.names :]] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Panel:
    """``title`` says the finding, ``more`` how sure it is, ``about`` what is counted, its unit and period.

    ``chart`` is None where the table shows it; ``height`` is the chart's, in pixels.
    """

    title: str
    about: str
    chart: Option | None
    table: Table
    height: int | None = None
    is_wide: bool = False
    more: str = ""
    notes: Sequence[str] = field(default=())

    @property
    def drawing(self) -> str:
        """The chart as the page carries it."""
        return as_text(self.chart) if self.chart else ""


def filled(cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    """A row that has nothing to say of the last columns."""
    return (*cells, *[Cell("")] * (width - len(cells)))


def _percent(share: float) -> float:
    return round(100 * min(max(share, 0), 1), 1)


@dataclass(frozen=True, slots=True)
class Column:
    """One of a small row of columns: its height from 0 to 1, and what it says when pointed at."""

    height: float
    say: str
    is_open: bool = False

    @property
    def percent(self) -> float:
        """The height, never so low that it cannot be seen."""
        return max(_percent(self.height), 2)


def small_columns(figures: Sequence[tuple[str, float | None, bool]], shown: Sequence[str]) -> list[Column]:
    """Columns of periods from (name, figure, whether it may still grow) and the figures as they are written."""
    highest = max((value or 0 for _, value, _ in figures), default=0) or 1
    return [
        Column((value or 0) / highest, f"{name}: {text}", is_open)
        for (name, value, is_open), text in zip(figures, shown, strict=True)
    ]
