"""Personal values in the clear, for one answer, after a reason was given."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.answers.persons import personal_kinds
from keepwell.answers.reveal import REASONS, Reason, reveal_values
from keepwell.core.errors import Refused
from keepwell.web.page import SignedIn, form_fits, needs

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS), needs(Permission.REVEAL_VALUES)])


@routes.post("/customers/{customer_id}/reveal", dependencies=[Depends(form_fits)])
def reveal(
    page: SignedIn,
    customer_id: str,
    party: Annotated[str, Form(max_length=500)] = "",
    reason: Annotated[str, Form(max_length=100)] = "",
    words: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Show the values. The page cannot be loaded again: it answers a form, and no cache keeps it."""
    given, problem = Reason(reason, words), None
    values: list[tuple[str, str, str]] = []
    with page.sight() as sight:
        try:
            with page.web.deployment.store.write() as session:
                found = reveal_values(
                    sight, session, page.signed_in, customer_id, party, given, now=page.web.clock()
                )
        except Refused as error:
            problem = error.problems
        else:
            kinds = personal_kinds(sight)
            values = [
                (page.reader.say(f"kind.{kinds.get(name, 'other')}"), name, value)
                for name, value in sorted(found.items())
            ]
    answer = page.show(
        "reveal.html",
        status=422 if problem else 200,
        customer_id=customer_id,
        party={"key": party},
        values=values,
        problems=problem or (),
        reason=reason,
        words=words,
        reasons=REASONS,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
