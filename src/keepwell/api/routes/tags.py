"""Tags by hand: which there are, saying what the value of one is for some customers, and taking that back."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from sqlalchemy.orm import Session
from starlette.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.sight import Sight
from keepwell.answers.tagging import Meant, meant_by_conditions, meant_by_ids
from keepwell.api.asking import AnyKey, Asking, needs
from keepwell.api.cursors import Number
from keepwell.api.filling.tags import tag_act, tag_entry
from keepwell.api.routes.customers import WHERE_LENGTH_MAX
from keepwell.api.shapes.tags import SaidTag, TagActs, TagList, UndoneAct
from keepwell.api.writes import IdempotencyKey, Sent, once
from keepwell.catalog.tags import canonical_value
from keepwell.core.errors import LimitExceeded, NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.customers.tags import acts_of, set_tag, undo_act

IDS_MAX = 5_000
TAGGED_MAX = 100_000
"""So many customers are tagged at a time, as from a page; the command line has no such limit."""

routes = APIRouter(prefix="/tags", tags=["tags"], dependencies=[needs(Permission.SEE_CUSTOMERS)])
TAG = [needs(Permission.TAG)]


class Saying(Sent):
    """What shall be said, and of whom: of customers by their ids, or of all who meet a condition now."""

    value: str | None = Field(
        max_length=1_000, description="as the tag's type is written; null takes back what was said"
    )
    customers: list[Annotated[str, Field(min_length=1, max_length=400)]] | None = Field(
        None, min_length=1, max_length=IDS_MAX, description="customer ids, or party keys (system:id)"
    )
    where: str | None = Field(
        None, min_length=1, max_length=WHERE_LENGTH_MAX, description="an expression over customers"
    )

    @model_validator(mode="after")
    def _of_whom(self) -> Self:
        if (self.customers is None) == (self.where is None):
            raise ValueError("give one of `customers` and `where`")
        return self


@routes.get("")
def list_tags(asking: AnyKey) -> TagList:
    """Every tag of the published plan."""
    number, plan = asking.plan()
    return TagList(plan_version=number, tags=[tag_entry(plan, each) for each in plan.tags.values()])


@routes.post("/{name}/words", name="set_tag", response_model=SaidTag, dependencies=TAG)
def say(asking: AnyKey, key: IdempotencyKey, name: str, sent: Saying) -> Response:
    """Say a tag's value of customers, or take it back. Those of whom it was said already are left as they are."""
    return once(asking, key, sent, lambda session: _said(asking, session, name, sent))


@routes.get("/acts", dependencies=TAG)
def list_tag_acts(asking: AnyKey) -> TagActs:
    """What this key's owner tagged lately, on pages and by any key of theirs."""
    with asking.read() as session:
        return TagActs(acts=[tag_act(each) for each in acts_of(session, asking.viewer.name)])


@routes.post("/acts/{number}/undo", name="undo_tag_act", response_model=UndoneAct, dependencies=TAG)
def undo(asking: AnyKey, key: IdempotencyKey, number: Number) -> Response:
    """Let count again what had been said before an act; where more was said since, that stays."""
    actor, now = asking.viewer.name, asking.now
    return once(
        asking,
        key,
        None,
        lambda session: UndoneAct(id=number, parties=undo_act(session, number, actor=actor, now=now)),
    )


def _said(asking: Asking, session: Session, name: str, sent: Saying) -> SaidTag:
    with asking.sight() as sight:
        tags = sight.plan.tags
        if name not in tags:
            raise NotFound(f"the plan has no tag `{name}`", hint=did_you_mean(name, tags))
        value = None if sent.value is None else canonical_value(sight.plan, tags[name], sent.value)
        meant = _meant(asking, sight, sent)
    keys = [key for of_one in meant.values() for key in of_one]
    parties = set_tag(session, name, keys, value, actor=asking.viewer.name, now=asking.now)
    return SaidTag(tag=name, value=value, customers=len(meant), parties=parties)


def _meant(asking: Asking, sight: Sight, sent: Saying) -> Meant:
    if sent.customers is not None:
        return meant_by_ids(sight, asking.viewer, sent.customers)
    assert sent.where is not None
    meant = meant_by_conditions(sight, asking.viewer, sent.where)
    if len(meant) > TAGGED_MAX:
        raise LimitExceeded(
            f"at most {TAGGED_MAX:,} customers are tagged at a time, and these are {len(meant):,}",
            hint="narrow the condition, or use `keepwell tag`",
        )
    return meant
