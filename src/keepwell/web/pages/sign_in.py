"""Signing in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from keepwell.access import commands
from keepwell.access.errors import SignInRefused, TooManyAttempts
from keepwell.access.queries import is_set_up
from keepwell.core.errors import Forbidden, Problem
from keepwell.web.page import SESSION_COOKIE, AnyPage, Page, form_fits, set_cookie

SECONDS_PER_MINUTE = 60

routes = APIRouter()


def address_of(request: Request) -> str:
    """The network address of who asks; guesses are counted by it."""
    return request.client.host if request.client else "unknown"


@routes.get("/sign-in")
def sign_in_form(page: AnyPage) -> Response:
    """The form, or the way to it."""
    if page.viewer is not None:
        return page.go("/")
    with page.web.deployment.store.read() as session:
        has_user = is_set_up(session)
    if not has_user:
        title, hint = page.reader.say("sign_in.not_set_up"), page.reader.say("sign_in.not_set_up.hint")
        return page.show("error.html", title=title, hint=hint, problems=())
    return sign_in_page(page)


def sign_in_page(
    page: Page,
    *,
    status: int = 200,
    name: str = "",
    problem: str | None = None,
    problems: Sequence[Problem] = (),
) -> Response:
    """The page with every way to sign in that there is."""
    sign_in = page.web.deployment.settings.sign_in
    return page.show(
        "sign_in.html",
        status=status,
        name=name,
        problem=problem,
        problems=problems,
        takes_passwords=sign_in.password,
        service=sign_in.oidc.label if sign_in.oidc else None,
    )


@routes.post("/sign-in", dependencies=[Depends(form_fits)])
def sign_in(page: AnyPage, name: Annotated[str, Form()], password: Annotated[str, Form()]) -> Response:
    """Begin a session."""
    store, now = page.web.deployment.store, page.web.clock()
    if not page.web.deployment.settings.sign_in.password:
        raise Forbidden("passwords are switched off here", hint="sign in with the other service")
    try:
        token = commands.sign_in(store, name, password, now=now, address=address_of(page.request))
    except SignInRefused:
        problem = page.reader.say("sign_in.refused")
        return sign_in_page(page, status=401, name=name, problem=problem)
    except TooManyAttempts as error:
        minutes = -(-error.retry_after_seconds // SECONDS_PER_MINUTE)
        problem = page.reader.say("sign_in.wait", count=minutes)
        answer = sign_in_page(page, status=429, name=name, problem=problem)
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
        return answer
    if page.viewer is not None:  # whoever was signed in on this browser is so no more
        with store.write() as session:
            commands.sign_out(session, page.token)
    answer = page.go("/")
    set_cookie(answer, page.request, SESSION_COOKIE, token)
    return answer


@routes.post("/sign-out", dependencies=[Depends(form_fits)])
def sign_out(page: AnyPage) -> Response:
    """End the session."""
    if page.viewer is not None:
        with page.web.deployment.store.write() as session:
            commands.sign_out(session, page.token)
    answer = page.go("/sign-in")
    answer.delete_cookie(SESSION_COOKIE)
    return answer
