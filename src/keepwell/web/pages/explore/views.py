"""The views of Explore, in the order of the overview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keepwell.web.pages.explore.asked import Option
from keepwell.web.pages.explore.classes import (
    CLASS_OPTIONS,
    GRID_OPTIONS,
    MATRIX_OPTIONS,
    by_basket,
    by_class,
    squares,
)
from keepwell.web.pages.explore.cohorts import COHORT_OPTIONS, NEWCOMER_OPTIONS, after_first, cohorts
from keepwell.web.pages.explore.flow import MIGRATION_OPTIONS, moves
from keepwell.web.pages.explore.rhythm import rhythm
from keepwell.web.pages.explore.seen import Seen
from keepwell.web.pages.explore.steps import FUNNEL_OPTIONS, SILENCE_OPTIONS, new_customers, silent
from keepwell.web.panels import Panel


@dataclass(frozen=True, slots=True)
class View:
    """A question with its address ``/explore/NAME`` and its options. ``has_among``: it can be asked about some."""

    name: str
    options: tuple[Option, ...]
    panels: Callable[[Seen], list[Panel]]
    has_among: bool = True

    @property
    def key(self) -> str:
        """Of its title among the texts."""
        return f"explore.view.{self.name}"

    @property
    def address(self) -> str:
        """Where it stands."""
        return f"/explore/{self.name}"


VIEWS = {
    view.name: view
    for view in (
        View("cohorts", COHORT_OPTIONS, cohorts),
        View("newcomers", NEWCOMER_OPTIONS, after_first),
        View("silence", SILENCE_OPTIONS, silent),
        View("funnel", FUNNEL_OPTIONS, new_customers),
        View("rfm", GRID_OPTIONS, squares),
        View("classes", CLASS_OPTIONS, by_class),
        View("migration", MIGRATION_OPTIONS, moves, has_among=False),
        View("baskets", MATRIX_OPTIONS, by_basket),
        View("rhythm", (), rhythm),
    )
}
