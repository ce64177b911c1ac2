"""The first run: the first administrator chooses a name and a password by the link that serve printed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access.commands import redeem_first_run, sign_in
from keepwell.access.errors import PasswordRefused
from keepwell.access.queries import first_run_is_open
from keepwell.web.page import SESSION_COOKIE, AnyPage, Page, form_fits, set_cookie
from keepwell.web.pages.sign_in import address_of

routes = APIRouter()


@routes.get("/welcome")
def welcome(page: AnyPage, token: str = "") -> Response:
    """The form, as long as the link may be used."""
    with page.web.deployment.store.read() as session:
        is_open = first_run_is_open(session, token, now=page.web.clock())
    if not is_open:
        return _closed(page)
    return page.show("welcome.html", link=token, name="", problem=None)


@routes.post("/welcome", dependencies=[Depends(form_fits)])
def begin(
    page: AnyPage,
    token: Annotated[str, Form()],
    name: Annotated[str, Form()],
    password: Annotated[str, Form()],
    again: Annotated[str, Form()],
) -> Response:
    """Make the administrator and sign them in."""
    now = page.web.clock()
    problem = None
    if password != again:
        problem = page.reader.say("password.differ")
    else:
        with page.web.deployment.store.read() as session:
            if not first_run_is_open(session, token, now=now):
                return _closed(page)
        try:
            with page.web.deployment.store.write() as session:
                redeem_first_run(session, token, name, password, now=now)
        except PasswordRefused as error:
            problem = str(error)
    if problem is not None:
        return page.show("welcome.html", status=422, link=token, name=name, problem=problem)
    session_token = sign_in(
        page.web.deployment.store, name, password, now=now, address=address_of(page.request)
    )
    answer = page.go("/")
    set_cookie(answer, page.request, SESSION_COOKIE, session_token)
    return answer


def _closed(page: Page) -> Response:
    title, hint = page.reader.say("welcome.closed"), page.reader.say("welcome.closed.hint")
    return page.show("error.html", status=403, title=title, hint=hint, problems=())
