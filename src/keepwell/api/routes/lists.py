"""Saved lists: those of this key's owner and those that others share."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from keepwell.access.model import Permission
from keepwell.api.asking import AnyKey, needs
from keepwell.api.cursors import Number
from keepwell.api.filling.lists import saved_list
from keepwell.api.routes.customers import WHERE_LENGTH_MAX
from keepwell.api.shapes.lists import RemovedList, SavedList, SavedLists
from keepwell.api.writes import IdempotencyKey, Sent, once
from keepwell.catalog.kinds import NAME_LENGTH
from keepwell.core.errors import Problem, Refused
from keepwell.lists.model import EVERYBODY, Question, faults
from keepwell.lists.saved import find_list, lists_of, remove_list, save_list

FIELDS_MAX = 20
NAME_GIVEN_MAX = 1_000

routes = APIRouter(prefix="/lists", tags=["lists"], dependencies=[needs(Permission.SEE_CUSTOMERS)])

Name = Annotated[str, Field(max_length=NAME_LENGTH)]


class ListToSave(Sent):
    """What a list shall ask, and what it shall be called."""

    name: str = Field(max_length=NAME_GIVEN_MAX)
    is_shared: bool = Field(default=False, description="whether everybody who sees customers has it too")
    segment: Name | None = None
    where: str = Field("", max_length=WHERE_LENGTH_MAX)
    reason: Name | None = None
    sort: str | None = Field(None, max_length=NAME_LENGTH + 1)
    fields: list[Name] = Field([], max_length=FIELDS_MAX)

    @property
    def question(self) -> Question:
        """As it is kept."""
        return Question(
            self.segment or EVERYBODY, self.where.strip(), self.reason, self.sort, tuple(self.fields)
        )


@routes.get("")
def list_lists(asking: AnyKey) -> SavedLists:
    """The saved lists there are."""
    with asking.read() as session:
        return SavedLists(
            lists=[saved_list(each, asking.viewer) for each in lists_of(session, asking.viewer)]
        )


@routes.get("/{number}")
def get_list(asking: AnyKey, number: Number) -> SavedList:
    """One saved list: what to ask /customers with."""
    with asking.read() as session:
        return saved_list(find_list(session, asking.viewer, number), asking.viewer)


@routes.post("", name="save_list", status_code=201, response_model=SavedList)
def save(asking: AnyKey, key: IdempotencyKey, sent: ListToSave) -> Response:
    """Keep a question under a name."""

    def do(session: Session) -> SavedList:
        with asking.sight() as sight:
            wrong = faults(sight.plan, sent.question)
        if wrong:
            raise Refused([Problem(f"the plan has no such {each.part}: {each.name}") for each in wrong])
        made = save_list(
            session, asking.viewer, sent.name, sent.question, is_shared=sent.is_shared, now=asking.now
        )
        return saved_list(find_list(session, asking.viewer, made), asking.viewer)

    return once(asking, key, sent, do, status=201)


@routes.post("/{number}/remove", name="remove_list", response_model=RemovedList)
def remove(asking: AnyKey, key: IdempotencyKey, number: Number) -> Response:
    """Forget one of the lists of this key's owner."""

    def do(session: Session) -> RemovedList:
        remove_list(session, asking.viewer, number, now=asking.now)
        return RemovedList(id=number)

    return once(asking, key, None, do)
