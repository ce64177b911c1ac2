"""One connection to a Keepwell: asks, waits and asks again where that is safe, and gives answers by their shapes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Protocol, TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx2
from pydantic import BaseModel, ValidationError

from keepwell import __version__
from keepwell.api.shapes.refusals import MEDIA_TYPE, Refusal
from keepwell.client.errors import ApiError, NoAnswer
from keepwell.core.errors import Refused

ROOT = "/api/v1"
ATTEMPTS = 4
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
PAGE = 500
"""What one who wants all asks for at a time."""
AGAIN = frozenset({429, 502, 503, 504})
"""Statuses that pass: too much within a time, or something outside that is away for a moment."""

S = TypeVar("S", bound=BaseModel)
Plain = str | int | list[str] | date | None
Query = Mapping[str, Plain]
Body = Mapping[str, object]


class _Page(Protocol):
    @property
    def next_cursor(self) -> str | None: ...


P = TypeVar("P", bound=_Page)


class Connection:
    """Asks one address with one key. Safe to share between threads.

    A request is sent again, at most :data:`ATTEMPTS` times in all, where nobody answered or the answer was that it may
    be tried later; waits grow from half a second, and are as long as ``Retry-After`` says. What is not harmless to
    repeat says so: all else only reads, or carries an idempotency key.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout_seconds: float,
        plain_http: bool,
        http: httpx2.Client | None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = _checked(address, plain_http=plain_http)
        self._http = http or httpx2.Client(timeout=timeout_seconds, follow_redirects=False)
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Accept": "application/json",
            "User-Agent": f"keepwell/{__version__}",
        }
        self._sleep = sleep

    def get(self, shape: type[S], path: str, query: Query | None = None) -> S:
        """Read. Raises ApiError, NoAnswer."""
        return self._ask(shape, "GET", path, query=query)

    def post(self, shape: type[S], path: str, body: Body, *, again: bool = True) -> S:
        """Read by a body; only once where it shall not be asked ``again``. Raises ApiError, NoAnswer."""
        return self._ask(shape, "POST", path, body=body, attempts=ATTEMPTS if again else 1)

    def write(self, shape: type[S], path: str, body: Body | None, idempotency_key: str | None) -> S:
        """Write, under a new idempotency key where none is given. Raises ApiError, NoAnswer."""
        return self._ask(
            shape, "POST", path, body=body, more={"Idempotency-Key": idempotency_key or str(uuid4())}
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _ask(
        self,
        shape: type[S],
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Body | None = None,
        more: Mapping[str, str] | None = None,
        attempts: int = ATTEMPTS,
    ) -> S:
        given = {name: _plain(value) for name, value in (query or {}).items() if value is not None}
        request = self._http.build_request(
            method,
            f"{self.address}{ROOT}{path}",
            params=given or None,
            json=body,
            headers=self._headers | dict(more or {}),
        )
        answer = self._answer(request, attempts)
        if answer.is_success:
            try:
                return shape.model_validate_json(answer.content)
            except ValidationError:
                raise NoAnswer(
                    f"{self.address} answered {method} {path} in a form that this client does not know",
                    hint="see that server and client are of the same version of Keepwell",
                ) from None
        raise self._error(answer, f"{method} {path}")

    def _answer(self, request: httpx2.Request, attempts: int) -> httpx2.Response:
        for attempt in range(attempts):
            is_last = attempt == attempts - 1
            wait = random.uniform(0.5, 1) * FIRST_WAIT_SECONDS * 2**attempt  # noqa: S311 (spreads load, hides nothing)
            try:
                answer = self._http.send(request)
            except httpx2.TransportError as error:
                if is_last:
                    raise NoAnswer(
                        f"{self.address} does not answer: {str(error) or type(error).__name__}",
                        hint="see that it runs and that the address is right",
                    ) from error
            else:
                wait = max(wait, _retry_after(answer))
                if answer.status_code not in AGAIN or is_last or wait > LONGEST_WAIT_SECONDS:
                    return answer
            self._sleep(wait)
        raise AssertionError("the last attempt answers or raises")

    def _error(self, answer: httpx2.Response, what: str) -> ApiError | NoAnswer:
        if answer.headers.get("content-type", "").partition(";")[0] == MEDIA_TYPE:
            try:
                return ApiError(Refusal.model_validate_json(answer.content))
            except ValidationError:
                pass
        location = answer.headers.get("location")
        return NoAnswer(
            f"{self.address} answered {what} with status {answer.status_code}, but not as Keepwell does",
            hint=f"it leads to {location}" if location else "see that the address is that of Keepwell itself",
        )


class Calls:
    """Methods that ask over one connection: the client is made of several such classes."""

    _connection: Connection


def pages(ask: Callable[[str | None], P]) -> Iterator[P]:
    """Page after page until there is none."""
    cursor = None
    while True:
        page = ask(cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def part(text: str) -> str:
    """An id or name as one part of a path: whatever it holds, it stays one."""
    return quote(text, safe="").replace(".", "%2E")


def _checked(address: str, *, plain_http: bool) -> str:
    """The address without what stands after the port and its path."""
    refused = Refused(f"`{address}` is no address of Keepwell", hint="write https://keepwell.example.com")
    try:
        parts = urlsplit(address.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise refused from None
    if parts.scheme not in {"http", "https"} or not host or " " in host:
        raise refused
    if parts.username or parts.query or parts.fragment:
        raise refused
    is_here = host in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme == "http" and not is_here and not plain_http:
        raise Refused(
            f"`{address}` would be sent the key for everybody on the way to read",
            hint="use https, or say plain_http=True where the way is safe by other means",
        )
    return address.strip().rstrip("/")


def _plain(value: Plain) -> str | int | list[str] | None:
    """A value as a query has it."""
    return value.isoformat() if isinstance(value, date) else value


def _retry_after(answer: httpx2.Response) -> float:
    """How many seconds the server asks to wait; 0 where it does not say, or names a date."""
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdigit() else 0.0
