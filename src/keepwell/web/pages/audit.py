"""The audit log: who did what to whom, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.core.errors import Refused
from keepwell.store.audit import Entry, entries
from keepwell.store.types import JsonValue
from keepwell.web.locale.by_page.audit import ACTIONS
from keepwell.web.locale.texts import TEXTS
from keepwell.web.page import Page, SignedIn, needs

ROWS = 50
DETAILS_SHOWN = 500

routes = APIRouter(dependencies=[needs(Permission.SEE_AUDIT)])


@dataclass(frozen=True, slots=True)
class Row:
    """An entry, in the reader's language."""

    entry: Entry
    at: str
    action: str
    kind: str
    details: str
    link: str | None


@routes.get("/system/audit")
def audit(
    page: SignedIn,
    actor: Annotated[str, Query(max_length=200)] = "",
    action: Annotated[str, Query(max_length=100)] = "",
    subject: Annotated[str, Query(max_length=400)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    cursor: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The newest entries first."""
    zone = page.web.deployment.settings.zone
    first, last = _day(since), _day(until)
    with page.web.deployment.store.read() as session:
        found = entries(
            session,
            actor=actor.strip() or None,
            action=action or None,
            subject_id=subject.strip() or None,
            between=(
                datetime.combine(first, time(), zone) if first else None,
                datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
            ),
            cursor=cursor,
            limit=ROWS,
        )
    asked = {"actor": actor, "action": action, "subject": subject, "since": since, "until": until}
    given = {name: value for name, value in asked.items() if value}
    return page.show(
        "audit.html",
        rows=[_row(page, entry) for entry in found.entries],
        asked=asked,
        is_filtered=bool(given),
        actions=sorted(
            ((name, page.reader.say(f"audit.{name}")) for name in ACTIONS), key=lambda pair: pair[1]
        ),
        newest=f"/system/audit?{urlencode(given)}" if cursor is not None else None,
        older=f"/system/audit?{urlencode(given | {'cursor': found.cursor})}" if found.cursor else None,
        zone=zone,
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"`{text}` is no day", hint="write it as 2026-06-30") from None
    if not date.min < day < date.max:
        raise Refused(f"`{text}` is out of reach", hint="write a day of this century")
    return day


def _row(page: Page, entry: Entry) -> Row:
    known = entry.action in ACTIONS
    details = details_told(entry.details)
    return Row(
        entry=entry,
        at=page.reader.moment(entry.at, page.web.deployment.settings.zone),
        action=page.reader.say(f"audit.{entry.action}") if known else entry.action,
        kind=_kind(page, entry.subject_kind),
        details=details if len(details) <= DETAILS_SHOWN else f"{details[:DETAILS_SHOWN]}…",
        link=f"/customers/{entry.subject_id}" if entry.subject_kind == "customer" else None,
    )


def _kind(page: Page, kind: str) -> str:
    keys = (f"audit.kind.{kind}", f"plan.kind.{kind}")
    return next((page.reader.say(key) for key in keys if key in TEXTS), kind)


def details_told(value: JsonValue) -> str:
    """Details as people read them: names with their values, what is not there left out."""
    if isinstance(value, Mapping):
        told = {name: details_told(each) for name, each in value.items()}
        inner = {
            name: f"({text})" if isinstance(value[name], Mapping) else text for name, text in told.items()
        }
        return "; ".join(f"{name}: {text}" for name, text in inner.items() if told[name])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(details_told, value)) or "[]"
    return "" if value is None else str(value)
