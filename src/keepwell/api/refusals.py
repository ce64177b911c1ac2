"""The one form in which the API says what is wrong: problem details (RFC 9457) with Keepwell's own problems in them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from keepwell.access.errors import TooManyRequests
from keepwell.api.shapes.refusals import MEDIA_TYPE, Refusal, Wrong
from keepwell.core.errors import KeepwellError, Problem
from keepwell.worker.logs import log

NAMES = {401: "KeyNeeded", 404: "NotFound", 422: "Refused", 500: "Unexpected"}
"""Errors that are no :class:`KeepwellError` of ours by status; others have the name of the status."""
NO_JSON = Problem("the body is no JSON object", field="body", hint="send one as application/json")
HINTS = {
    404: "the document at /api/v1/openapi.json lists every address",
    405: "the header Allow says what may be done with this address",
    411: "send the header Content-Length",
    500: "this is a fault of ours; look the request's id up in the log",
}


def wrongs(problems: Iterable[Problem]) -> list[Wrong]:
    """Problems in the form."""
    return [Wrong.model_validate(each) for each in problems]


def refusal(
    scope: Scope,
    status: int,
    problems: Iterable[Problem],
    *,
    error: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request that fails."""
    told = wrongs(problems)
    title = HTTPStatus(status).phrase
    made = Refusal(
        title=title,
        status=status,
        error=error or NAMES.get(status) or title.title().replace(" ", "").replace("-", ""),
        detail=told[0].what if told else title,
        request_id=scope.get("state", {}).get("request_id", ""),
        problems=told,
    )
    content = made.model_dump_json(exclude_none=True)
    return Response(content, status, {"Content-Type": MEDIA_TYPE} | dict(headers or {}))


def refusal_of(scope: Scope, error: KeepwellError) -> Response:
    """The answer where a room refuses."""
    headers = {}
    if error.http_status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_seconds)
    name = type(error).__name__
    return refusal(scope, error.http_status, error.problems, error=name, headers=headers)


def add_refusals(app: FastAPI) -> None:
    """Every error gets the form."""
    app.add_exception_handler(KeepwellError, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_values)


Fault = Callable[[Scope, Exception], Response]
"""The answer for a fault of ours, whose text nobody is shown; told of it so that it is logged."""


class Unexpected:
    """Turns a fault of ours into an answer here, since the framework would log its text, which may hold values."""

    def __init__(self, app: ASGIApp, answer: Fault) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 (the last place where it can be caught)
            answer = await run_in_threadpool(self.answer, scope, error)
            await answer(scope, receive, send)


def fault(scope: Scope, error: Exception) -> Response:
    """The form for a fault of ours: the request's id to look up in the log, and nothing else."""
    request_id = scope.get("state", {}).get("request_id")
    log("unexpected error", level=logging.ERROR, error=error, request=request_id)
    return refusal(scope, 500, [Problem("something went wrong in Keepwell", hint=HINTS[500])])


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, KeepwellError)
    return refusal_of(request.scope, error)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # a body that is no text at all
        return refusal(request.scope, 422, [NO_JSON])
    problem = Problem(
        HTTPStatus(error.status_code).description or error.detail, hint=HINTS.get(error.status_code)
    )
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
    return refusal(request.scope, error.status_code, [problem], headers=headers)


def _methods(request: Request) -> list[str]:
    """The methods of all routes of this address; the framework names those of the first one."""
    known = ("GET", "POST")
    return [
        method
        for method in known
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.router.routes
        )
    ]


def _of_values(request: Request, error: Exception) -> Response:
    """Values that cannot be meant: named, but not repeated."""
    assert isinstance(error, RequestValidationError)
    return refusal(request.scope, 422, [_problem(each) for each in error.errors()])


def _problem(found: Mapping[str, object]) -> Problem:
    place = found["loc"]
    assert isinstance(place, tuple)
    if place[0] == "body" and (found["type"] == "json_invalid" or len(place) == 1):
        return NO_JSON
    field = ".".join(map(str, place[1:])) or str(place[0])
    return Problem(str(found["msg"]).removeprefix("Value error, "), field=field)
