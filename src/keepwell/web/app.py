"""The application: pages behind sign-in, the few that are open, health and figures, static files."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.responses import Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from keepwell.answers.sights import Sights
from keepwell.api.app import make_api
from keepwell.api.asking import ROOT, Served
from keepwell.api.figures import Figures
from keepwell.api.health import health_routes
from keepwell.api.refusals import Unexpected
from keepwell.api.routes.plan import LARGER
from keepwell.core.clock import Clock
from keepwell.web.errors import add_error_pages, unexpected
from keepwell.web.guards import STATIC as STATIC_PATH
from keepwell.web.guards import BodyLimit, RequestLog, SecurityHeaders
from keepwell.web.page import Web, page_of_viewer
from keepwell.web.pages import (
    account,
    audit,
    conditions,
    customer,
    exports,
    keys,
    oidc,
    people,
    preferences,
    reveal,
    runs,
    saved_lists,
    segments,
    sign_in,
    sources,
    start,
    start_columns,
    start_publish,
    system,
    tagging,
    today,
    users,
    welcome,
)
from keepwell.web.pages.explore import routes as explore
from keepwell.web.pages.plan import definition, listing, new, switch, versions
from keepwell.web.render import STATIC, templates
from keepwell.wiring import Deployment

OPEN = (welcome.routes, sign_in.routes, oidc.routes, account.link_routes, preferences.routes)
"""Pages for anybody."""

CLOSED = (
    today.routes,
    people.routes,
    saved_lists.routes,
    conditions.routes,
    exports.routes,
    tagging.routes,
    customer.routes,
    reveal.routes,
    explore.routes,
    segments.routes,
    listing.routes,
    versions.routes,  # before definitions, whose kind and name would fit these paths
    new.routes,
    switch.routes,
    definition.routes,
    sources.routes,
    runs.routes,
    system.routes,
    start.routes,
    start_columns.routes,
    start_publish.routes,
    users.routes,
    keys.routes,
    keys.own_routes,
    audit.routes,
    account.routes,
)
"""Pages for those who are signed in."""


def make_app(deployment: Deployment, *, clock: Clock) -> tuple[FastAPI, Figures]:
    """The application of one deployment, and the figures it counts into."""
    sights = Sights(deployment.snapshots, deployment.store, deployment.keys, deployment.lake)
    figures = Figures(sights)
    app = FastAPI(title="Keepwell", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.web = Web(deployment, sights, clock, templates(), oidc.provider_of(deployment))
    for open_routes in OPEN:
        app.include_router(open_routes)
    for closed_routes in CLOSED:
        app.include_router(closed_routes, dependencies=[Depends(page_of_viewer)])
    app.include_router(health_routes(sights, figures, deployment.environment, clock))
    app.mount(ROOT, make_api(Served(deployment, sights, clock)), name="api")
    # Only files, which hold no secret: packing a page would let its length tell its form token (decision 0025).
    app.mount(STATIC_PATH, GZipMiddleware(_Static(directory=STATIC), compresslevel=6), name="static")
    add_error_pages(app)
    # The last one added is the first to see a request.
    app.add_middleware(Unexpected, answer=unexpected)
    app.add_middleware(BodyLimit, larger={start.UPLOAD: start.UPLOAD_BYTES_MAX, **LARGER})
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, figures=figures)
    return app, figures


class _Static(StaticFiles):
    """Files whose addresses change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if scope["query_string"]:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer
