"""Customers: in a list, found, one of them, and what happened to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keepwell.api.shapes.customers import (
    Customer,
    CustomerList,
    CustomerProfile,
    FoundCustomers,
    RevealedValues,
    TimeLine,
    TimeLineEvent,
)
from keepwell.client.connection import PAGE, Calls, pages, part


class CustomerCalls(Calls):
    """Customers. Personal values are masked in every answer but that of ``reveal_customer``."""

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
        return self._connection.get(CustomerList, "/customers", query)

    def each_customer(
        self,
        *,
        segment: str | None = None,
        where: str | None = None,
        reason: str | None = None,
        sort: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> Iterator[Customer]:
        """All of them, page after page. Raises ApiError ``CursorGone`` where newer data are published meanwhile."""
        for page in pages(
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
        return self._connection.post(FoundCustomers, "/search", {"text": text})

    def get_customer(self, customer_id: str) -> CustomerProfile:
        """One customer: identities, segments with reasons, every field."""
        return self._connection.get(CustomerProfile, f"/customers/{part(customer_id)}")

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
        return self._connection.get(TimeLine, f"/customers/{part(customer_id)}/time-line", query)

    def each_event(
        self, customer_id: str, *, kind: str | None = None, source: str | None = None, year: int | None = None
    ) -> Iterator[TimeLineEvent]:
        """All that happened to a customer, the newest first."""
        for page in pages(
            lambda cursor: self.get_time_line(
                customer_id, kind=kind, source=source, year=year, limit=PAGE, cursor=cursor
            )
        ):
            yield from page.events

    def reveal_customer(
        self, customer_id: str, *, party_key: str, reason: str, words: str = ""
    ) -> RevealedValues:
        """The personal values of one identity, in the clear: on the record, and asked for once only, come what may."""
        asked = {"party_key": party_key, "reason": reason, "words": words}
        path = f"/customers/{part(customer_id)}/reveal"
        return self._connection.post(RevealedValues, path, asked, again=False)
