"""The views of Explore, each at its own address: where it began, and with whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query
from pydantic import Field

from keepwell.access.model import Permission
from keepwell.answers.among import YEARS, Among
from keepwell.answers.classes import classes
from keepwell.answers.funnel import BUY_WITHIN_DAYS, TOUCH_WITHIN_DAYS, funnel
from keepwell.answers.grid import grid
from keepwell.answers.matrix import MONTHS, matrix
from keepwell.answers.migration import moves_of_days
from keepwell.answers.newcomers import newcomers
from keepwell.answers.overdue import overdue
from keepwell.answers.retention import retention
from keepwell.answers.sight import Sight
from keepwell.answers.silence import LIMITS, STAGES, silence
from keepwell.api.asking import AnyKey, needs
from keepwell.api.cursors import Day, Question
from keepwell.api.filling.explore import squares, trend_found
from keepwell.api.filling.shared import as_of
from keepwell.api.routes.customers import WHERE_LENGTH_MAX, worth_of
from keepwell.api.shapes.explore import (
    BasketCell,
    Baskets,
    CameBack,
    ClassMove,
    ClassMoves,
    CohortRow,
    Cohorts,
    CustomerClass,
    CustomerClasses,
    FirstSteps,
    FunnelStep,
    NewcomerMonth,
    NewCustomers,
    OverdueBand,
    OverdueCustomers,
    OverdueItem,
    ScoreGrid,
    SilentMonth,
    SilentMonths,
)
from keepwell.catalog.kinds import NAME_LENGTH

T = TypeVar("T")
Days = Annotated[int, Field(ge=1, le=3650)]
FieldName = Annotated[str, Field(max_length=NAME_LENGTH)]

routes = APIRouter(prefix="/explore", tags=["explore"], dependencies=[needs(Permission.SEE_CUSTOMERS)])


class AmongAsked(Question):
    """Among whom."""

    segment: str | None = Field(None, max_length=NAME_LENGTH)
    where: str | None = Field(None, max_length=WHERE_LENGTH_MAX, description="an expression they meet")

    @property
    def among(self) -> Among:
        """Among whom."""
        years = getattr(self, "years", YEARS)
        return Among((self.segment,) if self.segment else (), self.where or None, years)


class YearsAsked(AmongAsked):
    """Among whom, and how far back."""

    years: int = Field(YEARS, ge=1, le=50)


class CohortsAsked(YearsAsked):
    """Which cohorts."""

    by: Literal["month", "quarter", "year"] = "month"
    level: Literal["new", "returning", "vip", "all"] = "new"


class NewcomersAsked(YearsAsked):
    """What counts as coming back."""

    back: Literal["purchase", "contact"] = "purchase"


class SilenceAsked(YearsAsked):
    """From how many days of silence each stage begins."""

    silent: Days = LIMITS[0]
    at_risk: Days = LIMITS[1]
    dormant: Days = LIMITS[2]
    lost: Days = LIMITS[3]


class FunnelAsked(YearsAsked):
    """Within how many days each step counts."""

    interact: int = Field(TOUCH_WITHIN_DAYS, ge=0, le=3650)
    buy: int = Field(BUY_WITHIN_DAYS, ge=0, le=3650)


class GridAsked(AmongAsked):
    """Which two scores."""

    down: FieldName = "recency_score"
    across: FieldName = "frequency_score"


class ClassesAsked(AmongAsked):
    """The classes of which field."""

    field: FieldName = "rfm_class"


class MigrationAsked(Question):
    """Between the ends of which days; until now without `end`."""

    field: FieldName = "rfm_class"
    start: Day
    end: Day | None = None


class BasketsAsked(AmongAsked):
    """How far back."""

    months: int = Field(MONTHS, ge=1, le=600)


@routes.get("/cohorts")
def get_cohorts(asking: AnyKey, asked: Annotated[CohortsAsked, Query()]) -> Cohorts:
    """Who buys again in the next period, and in each later one."""
    with asking.sight() as sight:
        viewer, among = asking.viewer, asked.among
        found = _recalled(
            asking,
            sight,
            asked,
            lambda: retention(sight, viewer, by=asked.by, level=asked.level, among=among),
        )
        return Cohorts(
            as_of=as_of(sight),
            by=found.by,
            level=found.level,
            cohorts=[CohortRow.model_validate(each) for each in found.cohorts],
            trend=trend_found(found.trend),
        )


@routes.get("/newcomers")
def get_newcomers(asking: AnyKey, asked: Annotated[NewcomersAsked, Query()]) -> NewCustomers:
    """New customers of each month, and how many came back within 1, 7 and 30 days."""
    any_contact = asked.back == "contact"
    with asking.sight() as sight:
        found = _recalled(
            asking,
            sight,
            asked,
            lambda: newcomers(sight, asking.viewer, any_contact=any_contact, among=asked.among),
        )
        months = [
            NewcomerMonth(
                start=month.start,
                size=month.size,
                back=[
                    CameBack(days=days, within=back.within, on=back.on, complete=back.complete)
                    for days, back in month.back.items()
                ],
            )
            for month in found.months
        ]
        return NewCustomers(as_of=as_of(sight), months=months, trend=trend_found(found.trend))


@routes.get("/silence")
def get_silence(asking: AnyKey, asked: Annotated[SilenceAsked, Query()]) -> SilentMonths:
    """How long customers had been silent at the end of each month, and who was heard from again."""
    limits = [asked.silent, asked.at_risk, asked.dormant, asked.lost]
    with asking.sight() as sight:
        found = _recalled(
            asking, sight, asked, lambda: silence(sight, asking.viewer, limits=limits, among=asked.among)
        )
        return SilentMonths(
            as_of=as_of(sight),
            stages=list(STAGES),
            months=[SilentMonth.model_validate(each) for each in found.months],
            trend=trend_found(found.trend),
        )


@routes.get("/funnel")
def get_funnel(asking: AnyKey, asked: Annotated[FunnelAsked, Query()]) -> FirstSteps:
    """From the first purchase to the next contact, and to the second purchase."""
    with asking.sight() as sight:
        found = _recalled(
            asking,
            sight,
            asked,
            lambda: funnel(
                sight, asking.viewer, touch_within=asked.interact, buy_within=asked.buy, among=asked.among
            ),
        )
        return FirstSteps(
            as_of=as_of(sight),
            since=found.since,
            bought=found.bought,
            touched=FunnelStep.model_validate(found.touched),
            bought_again=FunnelStep.model_validate(found.bought_again),
            directly=found.directly,
            too_recent=found.too_recent,
        )


@routes.get("/rfm")
def get_score_grid(asking: AnyKey, asked: Annotated[GridAsked, Query()]) -> ScoreGrid:
    """Customers by two scores."""
    with asking.sight() as sight:
        found = _recalled(
            asking,
            sight,
            asked,
            lambda: grid(
                sight, asking.viewer, asked.down, asked.across, worth=worth_of(sight), among=asked.among
            ),
        )
        return ScoreGrid(
            as_of=as_of(sight),
            down=found.down,
            across=found.across,
            worth=found.worth,
            squares=squares(found),
            without=found.without,
        )


@routes.get("/classes")
def get_classes(asking: AnyKey, asked: Annotated[ClassesAsked, Query()]) -> CustomerClasses:
    """Customers by the classes of a field."""
    with asking.sight() as sight:
        found = _recalled(
            asking, sight, asked, lambda: classes(sight, asking.viewer, asked.field, among=asked.among)
        )
        return CustomerClasses(
            as_of=as_of(sight),
            field=found.field,
            worth=found.worth,
            classes=[CustomerClass.model_validate(each) for each in found.classes],
            without=found.without,
        )


@routes.get("/migration")
def get_migration(asking: AnyKey, asked: Annotated[MigrationAsked, Query()]) -> ClassMoves:
    """Who moved from which class to which between two days; computed anew, one at a time."""
    with asking.sight() as sight:
        found = moves_of_days(sight, asking.viewer, asked.field, asked.start, asked.end)
        return ClassMoves(
            as_of=as_of(sight),
            field=found.field,
            worth=found.worth,
            start=found.start.instant,
            end=found.end.instant,
            moves=[ClassMove.model_validate(each) for each in found.moves],
        )


@routes.get("/baskets")
def get_baskets(asking: AnyKey, asked: Annotated[BasketsAsked, Query()]) -> Baskets:
    """Buyers of the latest months by number of purchases and average basket."""
    with asking.sight() as sight:
        found = _recalled(
            asking, sight, asked, lambda: matrix(sight, asking.viewer, months=asked.months, among=asked.among)
        )
        return Baskets(
            as_of=as_of(sight),
            since=found.since,
            purchases_from=list(found.purchases_from),
            baskets_to=list(found.baskets_to),
            rows=[
                [BasketCell(customers=cell.customers, spend_minor=cell.spend) for cell in row]
                for row in found.rows
            ],
        )


@routes.get("/rhythm")
def get_overdue(asking: AnyKey, asked: Annotated[AmongAsked, Query()]) -> OverdueCustomers:
    """How far overdue customers are by their own rhythm."""
    with asking.sight() as sight:
        found = _recalled(
            asking,
            sight,
            asked,
            lambda: overdue(sight, asking.viewer, worth=worth_of(sight), among=asked.among),
        )
        return OverdueCustomers(
            as_of=as_of(sight),
            bands=[OverdueBand.model_validate(each) for each in found.bands],
            without=found.without,
            worth=found.worth,
            rhythm=found.rhythm,
            items=[OverdueItem.model_validate(each) for each in found.items],
        )


def _recalled(asking: AnyKey, sight: Sight, asked: Question, work_out: Callable[[], T]) -> T:
    """The answer, worked out once for each snapshot, scope and question."""
    question = ("api", asking.request_path, asking.viewer.scope, asked.model_dump_json())
    return sight.memory.recall(question, work_out)
