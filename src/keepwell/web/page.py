"""What a page's function is given: who asks, in which language, and how to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

from keepwell.access.commands import keep_alive
from keepwell.access.model import Permission, Viewer
from keepwell.access.provider import Provider
from keepwell.access.queries import viewer_of
from keepwell.access.tokens import csrf_fits, csrf_token, new_token
from keepwell.answers.sight import Sight
from keepwell.answers.sights import Sights
from keepwell.core.clock import Clock
from keepwell.core.errors import Forbidden
from keepwell.lists.exports import count_waiting
from keepwell.store.jobs import Job
from keepwell.web.reader import Reader, reader_of
from keepwell.wiring import Deployment
from keepwell.worker.run_job import open_run

SESSION_COOKIE = "keepwell_session"
FORM_COOKIE = "keepwell_form"
"""Before somebody is signed in, what ties a form to the browser that got it."""


@dataclass(frozen=True, slots=True)
class Web:
    """What all pages share."""

    deployment: Deployment
    sights: Sights
    clock: Clock
    templates: Environment
    provider: Provider | None = None
    """The other service people may sign in with."""


class SignInNeeded(Exception):
    """Nobody is signed in: the answer is the way to the sign-in page."""


class FormRefused(Forbidden):
    """The form does not belong to this browser's session."""


@dataclass(slots=True)
class Page:
    """One request for a page."""

    request: Request
    web: Web
    reader: Reader
    token: str
    viewer: Viewer | None = None
    _new_form_cookie: bool = field(default=False)

    @property
    def csrf(self) -> str:
        """What each form of this page carries."""
        return csrf_token(self.token)

    @property
    def signed_in(self) -> Viewer:
        """Who is signed in; only for pages that need it."""
        assert self.viewer is not None
        return self.viewer

    @property
    def back(self) -> str:
        """Where to come back to after choosing language or colours: this page, unless it answers a form."""
        url = self.request.url
        return "/" if self.request.method != "GET" else f"{url.path}?{url.query}" if url.query else url.path

    @property
    def waiting_exports(self) -> int:
        """How many exports wait for the viewer to decide; for the head of every page."""
        if self.viewer is None or not self.viewer.may(Permission.APPROVE_EXPORT):
            return 0
        with self.web.deployment.store.read() as session:
            return count_waiting(session, self.viewer, now=self.web.clock())

    @contextmanager
    def sight(self) -> Iterator[Sight]:
        """What there is to see."""
        with self.web.sights.sight() as sight:
            yield sight

    def show(
        self, template: str, given: Mapping[str, object] | None = None, *, status: int = 200, **values: object
    ) -> Response:
        """Render a template with the values given, by mapping or by name."""
        settings = self.web.deployment.settings
        shared = {"page": self, "t": self.reader.say, "reader": self.reader, "zone": settings.zone}
        made = self.web.templates.get_template(template).render(
            shared | {"business": settings.name} | dict(given or {}) | values
        )
        answer = HTMLResponse(made, status)
        if self._new_form_cookie:
            set_cookie(answer, self.request, FORM_COOKIE, self.token)
        return answer

    def go(self, path: str, **query: object) -> Response:
        """Redirect after a form, so that a reload does not send it again."""
        given = urlencode({name: value for name, value in query.items() if value is not None})
        return RedirectResponse(f"{path}?{given}" if given else path, 303)

    def own_path(self, path: str, other: str) -> str:
        """The path where it is one of this server, else the other."""
        # `//host` and `/\host` would lead elsewhere.
        is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
        return path if is_own else other

    def run_under_way(self) -> Job | None:
        """The run that waits or works, if any."""
        with self.web.deployment.store.read() as session:
            return open_run(session)


def set_cookie(
    answer: Response, request: Request, name: str, value: str, *, seconds: int | None = None
) -> None:
    """A cookie that scripts cannot read and other sites do not send.

    Where people open Keepwell by https, it goes over nothing else, whatever a proxy in between says of a request.
    """
    opened_at = request.app.state.web.deployment.settings.sign_in.address or ""
    secure = request.url.scheme == "https" or opened_at.startswith("https:")
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def any_page(request: Request) -> Page:
    """A page for anybody; knows who is signed in, if somebody is."""
    web: Web = request.app.state.web
    reader = reader_of(request)
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        with web.deployment.store.read() as session:
            viewer = viewer_of(session, token, web.clock())
        if viewer is not None:
            keep_alive(web.deployment.store, token, now=web.clock())
            return Page(request, web, reader, token, viewer)
    form = request.cookies.get(FORM_COOKIE)
    return Page(request, web, reader, form or new_token(), _new_form_cookie=form is None)


def page_of_viewer(page: Annotated[Page, Depends(any_page)]) -> Page:
    """A page for those who are signed in."""
    if page.viewer is None:
        raise SignInNeeded
    return page


@dataclass(frozen=True, slots=True)
class Needed:
    """Refuses who may not: the dependency by which each page behind sign-in says what it needs."""

    permission: Permission

    def __call__(self, page: Annotated[Page, Depends(page_of_viewer)]) -> None:
        """Raise Forbidden."""
        if not page.signed_in.may(self.permission):
            raise Forbidden(
                f"you may not do this: it needs `{self.permission}`", hint="an administrator gives roles"
            )


def needs(permission: Permission) -> Any:  # noqa: ANN401 (as FastAPI types what Depends gives)
    """What a page, or a router of pages, is declared with: ``dependencies=[needs(...)]``."""
    return Depends(Needed(permission))


def form_fits(page: Annotated[Page, Depends(any_page)], csrf: Annotated[str, Form()] = "") -> None:
    """Refuses a form that another site sent, or that was made for another session."""
    if page.request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise FormRefused("this form was sent by another site")
    if not csrf_fits(page.token, csrf):
        raise FormRefused("this form belongs to another session", hint="open the page again")


AnyPage = Annotated[Page, Depends(any_page)]
SignedIn = Annotated[Page, Depends(page_of_viewer)]
