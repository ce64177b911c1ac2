"""How what goes wrong looks on a page: what, where, and what to do."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from keepwell.access.errors import TooManyAttempts
from keepwell.api.asking import ROOT as API
from keepwell.api.refusals import refusal_of
from keepwell.core.errors import KeepwellError, NotFound, Problem
from keepwell.web.page import FormRefused, SignInNeeded, any_page
from keepwell.worker.logs import log

TITLES = {403: "forbidden", 404: "not_found", 413: "too_large", 503: "unavailable"}
HINTS = {404: "error.not_found.hint", 503: "error.unavailable.hint"}


def add_error_pages(app: FastAPI) -> None:
    """Every error gets its page."""
    app.add_exception_handler(SignInNeeded, _to_sign_in)
    app.add_exception_handler(KeepwellError, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_values)


def unexpected(scope: Scope, error: Exception) -> Response:
    """The page for a fault of ours: a number to look up in the log, and nothing else."""
    request = Request(scope)
    request_id = request.state.request_id
    log("unexpected error", level=logging.ERROR, error=error, request=request_id)
    page = any_page(request)
    hint = page.reader.say("error.unexpected.hint", request_id=request_id)
    return page.show(
        "error.html", status=500, title=page.reader.say("error.unexpected"), hint=hint, problems=()
    )


def _to_sign_in(request: Request, _error: Exception) -> Response:
    if request.headers.get("hx-request"):  # htmx would put the sign-in page into a corner of this one
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse("/sign-in", 303)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, KeepwellError)
    page = any_page(request)
    if isinstance(error, FormRefused):
        answer = page.show(
            "error.html", status=403, title=page.reader.say("form.stale"), hint=None, problems=()
        )
    else:
        answer = _page(request, error.http_status, error.problems)
    if isinstance(error, TooManyAttempts):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.scope["path"].startswith(
        f"{API}/"
    ):  # a line break in an address does not reach what is mounted there
        return refusal_of(request.scope, NotFound("there is nothing at this address"))
    return _page(request, error.status_code, ())


def _of_values(request: Request, error: Exception) -> Response:
    """Values in an address that cannot be meant: named, but not repeated."""
    assert isinstance(error, RequestValidationError)
    problems = [
        Problem(str(each["msg"]), field=".".join(map(str, each["loc"][1:]))) for each in error.errors()
    ]
    return _page(request, 422, tuple(problems))


def _page(request: Request, status: int, problems: tuple[Problem, ...]) -> Response:
    page = any_page(request)
    title = page.reader.say(f"error.{TITLES.get(status, 'title')}")
    hint = page.reader.say(HINTS[status]) if status in HINTS and not problems else None
    return page.show("error.html", status=status, title=title, hint=hint, problems=problems)
