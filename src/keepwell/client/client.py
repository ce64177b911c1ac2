"""The client: a method for each operation of the API, under the same name."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx2

from keepwell.client.access import AccessCalls
from keepwell.client.business import BusinessCalls
from keepwell.client.connection import Connection
from keepwell.client.customers import CustomerCalls
from keepwell.client.data import DataCalls
from keepwell.client.explore import ExploreCalls
from keepwell.client.lists import ListCalls
from keepwell.client.plan import PlanCalls
from keepwell.client.segments import SegmentCalls
from keepwell.client.tags import TagCalls

TIMEOUT_SECONDS = 30.0


class Client(
    BusinessCalls,
    CustomerCalls,
    ListCalls,
    SegmentCalls,
    TagCalls,
    ExploreCalls,
    PlanCalls,
    DataCalls,
    AccessCalls,
):
    """One Keepwell, asked with one key. Safe to share between threads; use it in a ``with``, or close it.

        with Client("https://keepwell.example.com", os.environ["KEEPWELL_KEY"]) as client:
            for customer in client.each_customer(segment="about_to_leave"):
                print(customer.customer_id, customer.values["spend_365d"])

    Methods are named as the operations of the API, take what these take, and give the same shapes; ``each_…`` go
    through all pages of a list. All raise :class:`ApiError` where Keepwell refuses and :class:`NoAnswer` where nobody
    answers, which is tried a few times first. Writes carry an idempotency key of their own, so that one that is sent
    again is done once; give your own ``idempotency_key`` where the program may itself be started again.
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
        self._connection = Connection(
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
        self._connection.close()
