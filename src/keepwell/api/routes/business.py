"""The business, the key that asks, today's figures, and the fields there are."""

from __future__ import annotations

from fastapi import APIRouter

from keepwell import __version__
from keepwell.access.model import Permission
from keepwell.answers.today import today
from keepwell.api.asking import AnyKey, needs
from keepwell.api.filling.business import field_list, today_figures
from keepwell.api.shapes.business import AskingKey, Business, FieldList, TodayFigures
from keepwell.api.shapes.shared import AsOf

routes = APIRouter(tags=["business"])
SEE = [needs(Permission.SEE_CUSTOMERS)]


@routes.get("/business", dependencies=SEE)
def get_business(asking: AnyKey) -> Business:
    """Currency, time zone, what is published, and how fresh the figures are."""
    settings = asking.served.deployment.settings
    published = asking.served.sights.published()
    info = asking.served.sights.snapshots.current()
    return Business(
        name=settings.name,
        version=__version__,
        currency=settings.money.code,
        minor_per_major=settings.money.minor_per_major,
        time_zone=settings.zone.key,
        language=settings.language,
        plan_version=published[0] if published else None,
        as_of=AsOf(
            run_id=info.run_id, as_of=info.as_of, plan_version=info.plan_version, currency=settings.money.code
        )
        if info
        else None,
    )


@routes.get("/key")
def get_key(asking: AnyKey) -> AskingKey:
    """What the key that asks may do."""
    viewer = asking.viewer
    return AskingKey(
        key_id=viewer.key_id,
        owner=viewer.name,
        permissions=[each.value for each in Permission if viewer.may(each)],
        has_scope=viewer.scope is not None,
    )


@routes.get("/today", dependencies=SEE)
def get_today(asking: AnyKey) -> TodayFigures:
    """What changed, and who is about to leave: the figures of the first page."""
    with asking.sight() as sight:
        return today_figures(sight, today(sight, asking.viewer))


@routes.get("/fields", dependencies=SEE)
def list_fields(asking: AnyKey) -> FieldList:
    """Every field of customers: its type, its label in both languages, what it means."""
    with asking.sight() as sight:
        return field_list(sight)
