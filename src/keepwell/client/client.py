"""The client: a method for each operation of the API, under the same name, and an iterator for each list of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self, TypeVar

import httpx2

from keepwell.api.shapes.business import AskingKey, Business, FieldList, TodayFigures
from keepwell.api.shapes.customers import (
    Customer,
    CustomerList,
    CustomerProfile,
    FoundCustomers,
    TimeLine,
    TimeLineEvent,
)
from keepwell.client.connection import Connection, part

TIMEOUT_SECONDS = 30.0
PAGE = 500


class _Page(Protocol):
    @property
    def next_cursor(self) -> str | None: ...


P = TypeVar("P", bound=_Page)


class Client:
    """One Keepwell, asked with one key. Safe to share between threads; use it in a ``with``, or close it.

        with Client("https://keepwell.example.com", os.environ["KEEPWELL_KEY"]) as client:
            for customer in client.each_customer(segment="about_to_leave"):
                print(customer.customer_id, customer.values["spend_365d"])

    Methods are named as the operations of the API, take what these take, and give the same shapes. All raise
    :class:`ApiError` where Keepwell refuses and :class:`NoAnswer` where nobody answers, which is tried a few times
    first. Writes carry an idempotency key of their own, so that one that is sent again is done once; give your own
    ``idempotency_key`` where a program may itself be started again.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        plain_http: bool = False,
        http: httpx2.Client | None = None,
    ) -> None:
        """``plain_http`` sends the key over http to other machines; ``http`` brings proxies and certificates."""
        self._ask = Connection(
            address, key, timeout_seconds=timeout_seconds, plain_http=plain_http, http=http
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._ask.close()

    def get_business(self) -> Business:
        """Currency, time zone, what is published, and how fresh the figures are."""
        return self._ask.get(Business, "/business")

    def get_key(self) -> AskingKey:
        """What the key that asks may do."""
        return self._ask.get(AskingKey, "/key")

    def get_today(self) -> TodayFigures:
        """What changed, and who is about to leave."""
        return self._ask.get(TodayFigures, "/today")

    def list_fields(self) -> FieldList:
        """Every field of customers."""
        return self._ask.get(FieldList, "/fields")

    def list_customers(
        self,
        *,
        segment: str | None = None,
        where: str | None = None,
        reason: str | None = None,
        sort: str | None = None,
        fields: Sequence[str] | None = None,
        worth: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> CustomerList:
        """A page of customers of a segment, or who meet a condition, or of all."""
        query = {
            "segment": segment,
            "where": where,
            "reason": reason,
            "sort": sort,
            "fields": None if fields is None else ",".join(fields),
            "worth": worth,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask.get(CustomerList, "/customers", query)

    def each_customer(
        self,
        *,
        segment: str | None = None,
        where: str | None = None,
        reason: str | None = None,
        sort: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> Iterator[Customer]:
        """All of them, page after page. Raises ApiError ``CursorGone`` where a run publishes newer data meanwhile."""
        for page in _pages(
            lambda cursor: self.list_customers(
                segment=segment,
                where=where,
                reason=reason,
                sort=sort,
                fields=fields,
                limit=PAGE,
                cursor=cursor,
            )
        ):
            yield from page.customers

    def search_customers(self, text: str) -> FoundCustomers:
        """Customers by a whole phone, e-mail, name or id, or the last four digits."""
        return self._ask.post(FoundCustomers, "/customers/search", {"text": text})

    def get_customer(self, customer_id: str) -> CustomerProfile:
        """One customer with every field."""
        return self._ask.get(CustomerProfile, f"/customers/{part(customer_id)}")

    def get_time_line(
        self,
        customer_id: str,
        *,
        kind: str | None = None,
        source: str | None = None,
        year: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> TimeLine:
        """A page of what happened to a customer, the newest first."""
        query = {"kind": kind, "source": source, "year": year, "limit": limit, "cursor": cursor}
        return self._ask.get(TimeLine, f"/customers/{part(customer_id)}/time-line", query)

    def each_event(
        self, customer_id: str, *, kind: str | None = None, source: str | None = None, year: int | None = None
    ) -> Iterator[TimeLineEvent]:
        """All that happened to a customer, the newest first."""
        for page in _pages(
            lambda cursor: self.get_time_line(
                customer_id, kind=kind, source=source, year=year, limit=PAGE, cursor=cursor
            )
        ):
            yield from page.events


def _pages(ask: Callable[[str | None], P]) -> Iterator[P]:
    """Page after page until there is none."""
    cursor = None
    while True:
        page = ask(cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return
