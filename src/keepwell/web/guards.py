"""What stands between the network and the pages: headers, a limit on what is sent, one log line a request."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from secrets import token_hex

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepwell.api.asking import ROOT as API
from keepwell.api.figures import Figures
from keepwell.api.refusals import refusal
from keepwell.core.errors import Problem
from keepwell.worker.logs import log

BODY_BYTES_MAX = 256 * 1024
"""Forms hold a condition or a name and a password; only the paths given to BodyLimit may have more."""

HEADERS = {
    # `data:` for the small pictures inside Tabler's style sheet; no script and no style stands in a page.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STRICT_TRANSPORT = "max-age=31536000"
UNROUTED = "(none)"
STATIC = "/static"


class SecurityHeaders:
    """Adds the headers to every answer, and keeps pages out of caches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses bodies that are too long, or do not say how long they are, before reading them.

    ``larger`` has the few paths that are sent files: they stream them to disk, and check the form's token first.
    """

    def __init__(self, app: ASGIApp, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            most = (
                self.larger.get(scope["path"], BODY_BYTES_MAX)
                if scope["method"] == "POST"
                else BODY_BYTES_MAX
            )
            headers = Headers(scope=scope)
            length = headers.get("content-length", "0")
            if "transfer-encoding" in headers:
                await _refused(scope, 411, "Say how long the body is.")(scope, receive, send)
                return
            if not re.fullmatch(r"\d{1,12}", length) or int(length) > most:
                await _refused(scope, 413, f"At most {most} bytes may be sent.")(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _refused(scope: Scope, status: int, what: str) -> Response:
    """In the form that the API has for everything, or in plain text."""
    if scope["path"].startswith(f"{API}/"):
        return refusal(scope, status, [Problem(what)])
    return PlainTextResponse(f"{what}\n", status)


class RequestLog:
    """One line a request: when, which route, how it ended and how long it took; never a path, query or body."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self.app = app
        self.figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            seconds = time.perf_counter() - began
            route = _template(scope)
            method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST"} else "OTHER"
            log(
                "request",
                level=logging.ERROR if status >= 500 else logging.INFO,  # noqa: PLR2004 (faults of ours)
                request=request_id,
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
            )
            self.figures.request_answered(method, route, status, seconds)


def _template(scope: Scope) -> str:
    """The route's template; what no route answers is told apart from static files only."""
    if (route := scope.get("route")) is not None:
        return f"{scope['root_path']}{route.path}"
    return STATIC if scope["path"].startswith(f"{STATIC}/") else UNROUTED
