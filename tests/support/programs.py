"""A program that asks the API with its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias

from httpx2 import Response
from starlette.testclient import TestClient

from keepwell.access.model import Permission
from keepwell.api.asking import ROOT
from support.served_shop import NAME, Site

Json: TypeAlias = Any
"""As it is read, without types."""

_numbers = count(1)


@dataclass
class Program:
    """Asks with a key, and checks that every failure has the one form."""

    client: TestClient
    key: str = field(repr=False)

    @classmethod
    def of(cls, site: Site, *permissions: Permission, owner: str = NAME) -> Program:
        """A new one, which may do everything unless less is said."""
        return cls(site.visitor(), site.key(owner, *(permissions or Permission)))

    def ask(self, path: str, *, status: int = 200, **given: Any) -> Json:
        """What an address answers, which must be with this status."""
        return self._sent("GET", path, status, {}, params=given or None)

    def send(self, path: str, body: object = None, *, status: int, once: str | None = None) -> Json:
        """What a write answers; under a new idempotency key unless one is given."""
        headers = {"Idempotency-Key": once or f"write-{next(_numbers)}"}
        return self._sent("POST", path, status, headers, json=body)

    def refused(self, path: str, **given: Any) -> tuple[int, str]:
        """Status and name of the error that an address answers with."""
        answer = self.client.get(f"{ROOT}{path}", params=given or None, headers=self.headers)
        return answer.status_code, refusal(answer.status_code, answer)["error"]

    @property
    def headers(self) -> dict[str, str]:
        """The key, as it is sent."""
        return {"Authorization": f"Bearer {self.key}"}

    def _sent(self, method: str, path: str, status: int, headers: dict[str, str], **given: Any) -> Json:
        answer = self.client.request(method, f"{ROOT}{path}", headers=self.headers | headers, **given)
        assert answer.status_code == status, answer.text
        return refusal(status, answer) if status >= 400 else answer.json()


def refusal(status: int, answer: Response) -> Json:
    """The body of an answer that refuses, which has the one form."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["request_id"]
    assert told.keys() == {"title", "status", "error", "detail", "request_id", "problems"}
    assert all(
        each["what"] and each.keys() <= {"what", "field", "file", "line", "column", "hint"}
        for each in told["problems"]
    )
    assert told["detail"] == told["problems"][0]["what"]
    return told
