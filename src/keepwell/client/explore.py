"""The views of Explore: where it began, and with whom. What is not given is as the page has it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from keepwell.api.shapes.explore import (
    Baskets,
    ClassMoves,
    Cohorts,
    CustomerClasses,
    FirstSteps,
    NewCustomers,
    OverdueCustomers,
    ScoreGrid,
    SilentMonths,
)
from keepwell.client.connection import Calls


class ExploreCalls(Calls):
    """Each may be asked of the customers of a segment, of those who meet a condition, or of both."""

    def get_cohorts(
        self,
        *,
        by: Literal["month", "quarter", "year"] | None = None,
        level: Literal["new", "returning", "vip", "all"] | None = None,
        segment: str | None = None,
        where: str | None = None,
        years: int | None = None,
    ) -> Cohorts:
        """Who buys again in the next period, and in each later one."""
        query = {"by": by, "level": level, "segment": segment, "where": where, "years": years}
        return self._connection.get(Cohorts, "/explore/cohorts", query)

    def get_newcomers(
        self,
        *,
        back: Literal["purchase", "contact"] | None = None,
        segment: str | None = None,
        where: str | None = None,
        years: int | None = None,
    ) -> NewCustomers:
        """New customers of each month, and how many came back within 1, 7 and 30 days."""
        query = {"back": back, "segment": segment, "where": where, "years": years}
        return self._connection.get(NewCustomers, "/explore/newcomers", query)

    def get_silence(
        self,
        *,
        silent: int | None = None,
        at_risk: int | None = None,
        dormant: int | None = None,
        lost: int | None = None,
        segment: str | None = None,
        where: str | None = None,
        years: int | None = None,
    ) -> SilentMonths:
        """How long customers had been silent at the end of each month, and who was heard from again."""
        limits = {"silent": silent, "at_risk": at_risk, "dormant": dormant, "lost": lost}
        query = {**limits, "segment": segment, "where": where, "years": years}
        return self._connection.get(SilentMonths, "/explore/silence", query)

    def get_funnel(
        self,
        *,
        interact: int | None = None,
        buy: int | None = None,
        segment: str | None = None,
        where: str | None = None,
        years: int | None = None,
    ) -> FirstSteps:
        """From the first purchase to the next contact, and to the second purchase, within so many days."""
        query = {"interact": interact, "buy": buy, "segment": segment, "where": where, "years": years}
        return self._connection.get(FirstSteps, "/explore/funnel", query)

    def get_score_grid(
        self,
        *,
        down: str | None = None,
        across: str | None = None,
        segment: str | None = None,
        where: str | None = None,
    ) -> ScoreGrid:
        """Customers by two scores."""
        query = {"down": down, "across": across, "segment": segment, "where": where}
        return self._connection.get(ScoreGrid, "/explore/rfm", query)

    def get_classes(
        self, *, field: str | None = None, segment: str | None = None, where: str | None = None
    ) -> CustomerClasses:
        """Customers by the classes of a field."""
        query = {"field": field, "segment": segment, "where": where}
        return self._connection.get(CustomerClasses, "/explore/classes", query)

    def get_migration(self, start: date, *, end: date | None = None, field: str | None = None) -> ClassMoves:
        """Who moved from which class to which between two days; computed anew each time."""
        query = {"start": start, "end": end, "field": field}
        return self._connection.get(ClassMoves, "/explore/migration", query)

    def get_baskets(
        self, *, months: int | None = None, segment: str | None = None, where: str | None = None
    ) -> Baskets:
        """Buyers of the latest months by number of purchases and average basket."""
        query = {"months": months, "segment": segment, "where": where}
        return self._connection.get(Baskets, "/explore/baskets", query)

    def get_overdue(self, *, segment: str | None = None, where: str | None = None) -> OverdueCustomers:
        """How far overdue customers are by their own rhythm."""
        return self._connection.get(OverdueCustomers, "/explore/rhythm", {"segment": segment, "where": where})
