"""Writes that may be sent twice: done once, answered the same, in one transaction with what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session
from starlette.responses import Response

from keepwell.api.asking import Asking
from keepwell.store.idempotency import Answer, begin, keep, request_hash

REPLAYED = "Idempotency-Replayed"

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="A new one for each write, such as a UUID. The same write sent again under the same key within "
        "24 hours is not done again and has the same answer.",
    ),
]


class Sent(BaseModel):
    """The body of a request: JSON has types, so none is guessed. A key that is none of its own is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def once(
    asking: Asking, key: str, sent: BaseModel | None, do: Callable[[Session], BaseModel], *, status: int = 200
) -> Response:
    """The answer to a write, which is done in this transaction unless it was done before under the same key.

    What it answers is kept for a day, so it holds no personal values. Raises KeyReused for another write under the
    key, and what ``do`` raises, which undoes everything and leaves the key free.
    """
    body = "" if sent is None else sent.model_dump_json()
    digest = request_hash("POST", asking.request_path, body)
    with asking.write() as session:
        begun = begin(
            session, owner=f"key {asking.viewer.key_id}", key=key, request_hash=digest, now=asking.now
        )
        if isinstance(begun, Answer):
            return _answered(begun, {REPLAYED: "true"})
        answer = Answer(status, do(session).model_dump_json())
        keep(session, begun, answer)
    return _answered(answer, {})


def _answered(answer: Answer, headers: dict[str, str]) -> Response:
    return Response(answer.body, answer.status, headers, "application/json")
