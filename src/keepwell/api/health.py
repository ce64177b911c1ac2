"""/healthz, /readyz and /metrics: for whoever watches over the process. None of them shows customers."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from keepwell.access.errors import TooManyRequests
from keepwell.access.keys import asked_with
from keepwell.access.model import Permission
from keepwell.answers.sights import Sights
from keepwell.api.figures import Figures
from keepwell.core.clock import Clock
from keepwell.core.errors import KeepwellError

TOKEN = "KEEPWELL_METRICS_TOKEN"  # noqa: S105 (the name of a variable)


def health_routes(
    sights: Sights, figures: Figures, environment: Mapping[str, str], clock: Clock
) -> APIRouter:
    """The routes that need no sign-in."""
    routes = APIRouter()

    @routes.get("/healthz")
    def healthz() -> Response:
        """The process is alive."""
        return JSONResponse({"status": "ok"})

    @routes.get("/readyz")
    def readyz() -> Response:
        """Whether pages can be answered; if not, what is missing (503).

        A business without a snapshot is ready: its first run is begun on the page.
        """
        missing = _problems(_store, sights) or _problems(_snapshot, sights)
        if missing:
            return JSONResponse({"status": "not ready", "missing": missing}, 503)
        return JSONResponse({"status": "ready", "has_snapshot": sights.snapshots.current() is not None})

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        """The figures, for this machine, with the token, or with a key that may see the data."""
        try:
            allowed = _may_see_metrics(request, environment.get(TOKEN)) or _key_may(request, sights, clock)
        except TooManyRequests as error:
            told = {"status": "too many requests", "hint": str(error)}
            return JSONResponse(told, 429, {"Retry-After": str(error.retry_after_seconds)})
        if not allowed:
            hint = f"from this machine, with the token in {TOKEN}, or a key that may `{Permission.SEE_DATA}`"
            return JSONResponse({"status": "forbidden", "hint": hint}, 403)
        return Response(figures.text(), media_type=CONTENT_TYPE_LATEST)

    return routes


def _may_see_metrics(request: Request, token: str | None) -> bool:
    given = request.headers.get("authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:  # a Unix socket has no address
        return False


def _key_may(request: Request, sights: Sights, clock: Clock) -> bool:
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    viewer = asked_with(sights.store, key, now=clock()) if kind == "Bearer" else None
    return viewer is not None and viewer.may(Permission.SEE_DATA)


def _problems(check: Callable[[Sights], None], sights: Sights) -> list[str]:
    try:
        check(sights)
    except KeepwellError as error:
        return [str(problem) for problem in error.problems]
    except OSError as error:
        return [f"the pointer to the snapshot cannot be read: {error.strerror}"]
    return []


def _store(sights: Sights) -> None:
    with sights.store.read():
        pass


def _snapshot(sights: Sights) -> None:
    if sights.snapshots.current() is not None:
        with sights.sight():
            pass
