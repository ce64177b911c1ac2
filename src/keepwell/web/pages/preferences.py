"""Language and colours, kept in two cookies of this browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.web.locale.message import Language
from keepwell.web.page import AnyPage, form_fits, set_cookie
from keepwell.web.reader import LANGUAGE_COOKIE, THEME_COOKIE, Theme

YEAR_SECONDS = 365 * 24 * 3600

routes = APIRouter()


@routes.post("/preferences", dependencies=[Depends(form_fits)])
def prefer(
    page: AnyPage,
    back: Annotated[str, Form()] = "/",
    language: Annotated[Language | None, Form()] = None,
    theme: Annotated[Theme | None, Form()] = None,
) -> Response:
    """Remember what was chosen and go back to where it was chosen."""
    answer = page.go(page.own_path(back, "/"))
    for name, value in ((LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)):
        if value is not None:
            set_cookie(answer, page.request, name, value, seconds=YEAR_SECONDS)
    return answer
