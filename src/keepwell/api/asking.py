"""Who asks: the key of a program, and nothing else. A session of a browser opens no address of the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from keepwell.access.keys import BEGINNING, asked_with
from keepwell.access.model import Permission, Viewer
from keepwell.answers.sight import Sight
from keepwell.answers.sights import Sights
from keepwell.api.cursors import Paged, Pages, gone, read_cursor
from keepwell.api.errors import KeyNeeded
from keepwell.api.refusals import refusal_of
from keepwell.catalog.plan import Plan
from keepwell.core.clock import Clock
from keepwell.core.errors import Forbidden, KeepwellError, NotFound
from keepwell.store.audit import told_by_key
from keepwell.wiring import Deployment

ROOT = "/api/v1"
DOCUMENT = "/openapi.json"
OPEN = frozenset({f"{ROOT}{DOCUMENT}"})
"""Addresses without a key: the description of the API, which is the same everywhere."""

key_given = HTTPBearer(
    scheme_name="key", description="A key of a program: `Authorization: Bearer kw_…`", auto_error=False
)
"""Only says in the document how to ask; :class:`KeyFirst` looks at the key."""


@dataclass(frozen=True, slots=True)
class Served:
    """What all requests share."""

    deployment: Deployment
    sights: Sights
    clock: Clock


@dataclass(frozen=True, slots=True)
class Asking:
    """One request with a key that lives."""

    served: Served
    viewer: Viewer
    request_path: str

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.served.clock()

    @contextmanager
    def sight(self) -> Iterator[Sight]:
        """What there is to see. Raises NotFound before the first run."""
        with self.served.sights.sight() as sight:
            yield sight

    @contextmanager
    def paged(self, asked: Paged) -> Iterator[tuple[Sight, Pages]]:
        """What there was to see for the first page, and the pages. Raises CursorGone where that is not kept."""
        cursor = read_cursor(self.request_path, asked)
        with ExitStack() as opened:
            sights = self.served.sights
            try:
                seen = sights.sight() if cursor is None else sights.sight_of(cursor.state)
                sight = opened.enter_context(seen)
            except NotFound:
                if cursor is None:
                    raise
                raise gone() from None
            yield sight, Pages(self.request_path, asked, sight.snapshot.info.run_id)

    def plan(self) -> tuple[int, Plan]:
        """The published plan and its number. Raises NotFound before the first."""
        published = self.served.sights.published()
        if published is None:
            raise NotFound("nothing is published yet", hint="publish the plan folder with `keepwell push`")
        return published

    @contextmanager
    def read(self) -> Iterator[Session]:
        """The store, for reading."""
        with self.served.deployment.store.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction of the store; what it records names the key."""
        with self.served.deployment.store.write() as session:
            told_by_key(session, self.viewer.key_id)
            yield session


class KeyFirst:
    """Looks at the key before anything else of a request is read, its body above all."""

    def __init__(self, app: ASGIApp, served: Served) -> None:
        self.app = app
        self.served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["path"] not in OPEN:
            request = Request(scope)
            try:
                request.state.asking = await run_in_threadpool(self._asking, request)
            except KeepwellError as error:
                await refusal_of(scope, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _asking(self, request: Request) -> Asking:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise KeyNeeded(
                "this address is for programs with a key", hint=f"send `Authorization: Bearer {BEGINNING}…`"
            )
        viewer = asked_with(self.served.deployment.store, key, now=self.served.clock())
        if viewer is None:
            raise KeyNeeded(
                "the key is unknown, revoked or expired",
                hint="its owner or an administrator can make another",
            )
        return Asking(self.served, viewer, request.url.path)


def asking_of(request: Request) -> Asking:
    """The request as :class:`KeyFirst` let it in."""
    asking: Asking = request.state.asking
    return asking


AnyKey = Annotated[Asking, Depends(asking_of)]
_Given = Annotated[HTTPAuthorizationCredentials | None, Security(key_given)]


@dataclass(frozen=True, slots=True)
class Needed:
    """Refuses keys that may not: the dependency by which each route says what it needs."""

    permission: Permission

    def __call__(self, asking: AnyKey, _given: _Given) -> None:
        """Raise Forbidden."""
        if not asking.viewer.may(self.permission):
            raise Forbidden(
                f"this key may not do this: it needs `{self.permission}`",
                hint="the key, a role of its owner and no scope must allow it; see what this key may at /api/v1/key",
            )


def needs(permission: Permission) -> Any:  # noqa: ANN401 (as FastAPI types what Depends gives)
    """What a route, or a router of routes, is declared with: ``dependencies=[needs(...)]``."""
    return Security(Needed(permission), scopes=[permission.value])
