"""The first page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.web.page import SignedIn, needs

routes = APIRouter(dependencies=[needs(Permission.SEE_CUSTOMERS)])


@routes.get("/")
def today(page: SignedIn) -> Response:
    """The way to the list."""
    return page.go("/customers")
