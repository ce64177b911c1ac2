"""Requests to take a list of customers away as a file: who asks, who decides, and what was downloaded.

A few customers, masked, are anybody's who may export. More of them, or values in the clear, need a second person.
The file itself is kept nowhere: it is made while it is downloaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.orm import Session

from keepwell.access.model import Permission, Scope, Viewer, reaches_beyond
from keepwell.catalog.limits import Exports
from keepwell.core.errors import Conflict, Forbidden, LimitExceeded, NotFound, Refused
from keepwell.lists.model import Question, plain_line
from keepwell.lists.tables import export_requests
from keepwell.store.audit import record
from keepwell.store.locks import one_at_a_time
from keepwell.store.types import JsonObject

State = Literal["waiting", "ready", "refused", "withdrawn"]
Standing = Literal["waiting", "lapsed", "ready", "expired", "used_up", "refused", "withdrawn"]

WAITING = timedelta(days=14)
"""So long a request waits for somebody to decide."""
DAY = timedelta(hours=24)
WAITING_MAX = 10
"""So many requests of one person wait at a time."""
REASON_MIN, REASON_MAX = 5, 500
GROWTH = 1.1
"""So many times the customers that were approved may be in the file: runs add a few meanwhile."""
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an export holds: customers who meet all ``conditions``, ``customers`` of them when it was asked for.

    ``columns`` are fields, ``personal`` columns of personal values, masked unless ``is_unmasked``.
    """

    question: Question
    conditions: tuple[str, ...]
    sort: str | None
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    is_unmasked: bool
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """A request, and what became of it. ``scope`` is how far its owner saw when they asked."""

    id: int
    user_id: int
    asked_by: str
    asked_at: datetime
    contents: Contents
    scope: Scope | None
    reason: str
    needs_approval: bool
    state: State
    decided_by: str | None
    decided_at: datetime | None
    decided_because: str
    open_until: datetime
    downloads_left: int

    def standing(self, now: datetime) -> Standing:
        """What it is now: time ends both waiting and an approval."""
        if self.state == "waiting":
            return "waiting" if now < self.open_until else "lapsed"
        if self.state == "ready":
            if not self.downloads_left:
                return "used_up"
            return "ready" if now < self.open_until else "expired"
        return self.state


def may_export(viewer: Viewer, *, unmasked: bool) -> bool:
    """Whether the viewer may ask for such an export."""
    return viewer.may(Permission.EXPORT) and (not unmasked or viewer.may(Permission.REVEAL_VALUES))


def left_unapproved(session: Session, viewer: Viewer, rules: Exports, *, now: datetime) -> int:
    """How many more customers, masked, the viewer may export now without anybody's approval."""
    taken = select(func.coalesce(func.sum(export_requests.c.customers), 0)).where(
        export_requests.c.user_id == viewer.user_id,
        export_requests.c.asked_at > now - DAY,
        export_requests.c.needs_approval.is_(False),
    )
    return max(0, rules.unapproved_max - int(session.scalars(taken).one()))


def request_export(
    session: Session, viewer: Viewer, contents: Contents, reason: str, rules: Exports, *, now: datetime
) -> ExportRequest:
    """Ask for an export; it is ready at once where it needs no second person.

    Raises Forbidden for who may not, Refused where nobody is in it or the reason says nothing, LimitExceeded for
    too many customers or too many requests that wait.
    """
    _refuse_who_may_not(viewer, contents)
    if not contents.customers:
        raise Refused("nobody would be in this export", hint="look at the list first")
    if contents.customers > rules.customers_max:
        raise LimitExceeded(
            f"an export has at most {rules.customers_max:,} customers, and these are {contents.customers:,}",
            hint="narrow the list; for BI tools there is `keepwell export`",
        )
    one_at_a_time(session, "exports")
    needs = contents.is_unmasked or contents.customers > left_unapproved(session, viewer, rules, now=now)
    if needs:
        reason = plain_line(reason, "the reason", least=REASON_MIN, most=REASON_MAX)
        _refuse_too_many(session, viewer, now=now)
    scope = viewer.scope
    values = {
        "user_id": viewer.user_id,
        "asked_by": viewer.name,
        "asked_at": now,
        **asdict(contents),
        "scope_condition": scope.condition if scope else None,
        "scope_units": None if scope is None or scope.units is None else sorted(scope.units),
        "reason": reason if needs else "",
        "needs_approval": needs,
        "state": "waiting" if needs else "ready",
        "decided_because": "",
        "open_until": now + (WAITING if needs else DAY),
        "downloads_left": 0 if needs else 1,
    }
    made = session.scalars(insert(export_requests).values(values).returning(export_requests.c.id)).one()
    found = _find(session, made)
    if needs:
        _record(session, viewer, "request_export", found, {"reason": reason}, now=now)
    return found


def approve_export(
    session: Session, viewer: Viewer, request_id: int, because: str, rules: Exports, *, now: datetime
) -> None:
    """Let an export be downloaded, by its owner, for a while. Raises Forbidden, above all for the owner; Conflict."""
    found = _to_decide(session, viewer, request_id, now=now)
    because = plain_line(because, "the reason", least=0, most=REASON_MAX)
    opened = {
        "open_until": now + timedelta(hours=rules.approval_hours),
        "downloads_left": rules.downloads,
    }
    _decide(session, viewer, found, "ready", because, opened, now=now)
    _record(session, viewer, "approve_export", found, {"because": because}, now=now)


def refuse_export(session: Session, viewer: Viewer, request_id: int, because: str, *, now: datetime) -> None:
    """Let it not be downloaded, and say why. Raises Forbidden, above all for its owner; Refused, Conflict."""
    found = _to_decide(session, viewer, request_id, now=now)
    because = plain_line(because, "the reason", least=REASON_MIN, most=REASON_MAX)
    _decide(session, viewer, found, "refused", because, {}, now=now)
    _record(session, viewer, "refuse_export", found, {"because": because}, now=now)


def withdraw_export(session: Session, viewer: Viewer, request_id: int, *, now: datetime) -> None:
    """Take back one's own request, approved or not. Raises NotFound, Conflict."""
    one_at_a_time(session, "exports")
    found = _own(session, viewer, request_id)
    if found.standing(now) not in {"waiting", "ready"}:
        raise Conflict("this request is over already")
    changed = {"state": "withdrawn", "downloads_left": 0}
    session.execute(update(export_requests).where(export_requests.c.id == request_id).values(changed))
    _record(session, viewer, "withdraw_export", found, {}, now=now)


def begin_download(
    session: Session, viewer: Viewer, request_id: int, *, customers: int, now: datetime
) -> ExportRequest:
    """Use up one download of one's own export of which there are ``customers`` now; what it holds.

    Counted before the first byte goes out: what was cut off may have been read. Raises NotFound for whose it is not,
    Forbidden for who may no longer or sees further than when they asked, Conflict where it is not open (any more) or
    has grown.
    """
    one_at_a_time(session, "exports")
    found = _own(session, viewer, request_id)
    _refuse_who_may_not(viewer, found.contents)
    if found.standing(now) != "ready":
        raise Conflict("this export is not open for download", hint="its page says why; ask for a new one")
    if reaches_beyond(viewer.scope, found.scope):
        raise Forbidden(
            "you see other customers than when you asked for this export", hint="ask for a new one"
        )
    if customers > found.contents.customers * GROWTH:
        raise Conflict(
            f"{found.contents.customers:,} customers were asked for, and by now these would be {customers:,}",
            hint="ask for a new one",
        )
    used = {"downloads_left": export_requests.c.downloads_left - 1}
    session.execute(update(export_requests).where(export_requests.c.id == request_id).values(used))
    _record(session, viewer, "download_export", found, {"customers_now": customers}, now=now)
    return found


def end_download(session: Session, viewer: Viewer, request_id: int, *, customers: int, now: datetime) -> None:
    """Put on the record that the whole file was made."""
    record(
        session,
        at=now,
        actor=viewer.name,
        action="finish_export",
        subject_kind="export",
        subject_id=str(request_id),
        details={"customers": customers},
    )


def find_request(session: Session, viewer: Viewer, request_id: int) -> ExportRequest:
    """One's own request, or any for who may approve. Raises NotFound."""
    found = _find(session, request_id)
    if found.user_id != viewer.user_id and not viewer.may(Permission.APPROVE_EXPORT):
        raise _unknown()
    return found


def requests_of(session: Session, viewer: Viewer) -> list[ExportRequest]:
    """The viewer's own requests, newest first."""
    return _all(session, select(export_requests).where(export_requests.c.user_id == viewer.user_id))


def others_requests(session: Session, viewer: Viewer) -> list[ExportRequest]:
    """Requests of others that needed a second person, newest first, for who may be that; else none."""
    if not viewer.may(Permission.APPROVE_EXPORT):
        return []
    others = export_requests.c.user_id != viewer.user_id
    return _all(session, select(export_requests).where(others, export_requests.c.needs_approval))


def count_waiting(session: Session, viewer: Viewer, *, now: datetime) -> int:
    """How many requests wait for the viewer to decide."""
    if not viewer.may(Permission.APPROVE_EXPORT):
        return 0
    waiting = (export_requests.c.state == "waiting") & (export_requests.c.open_until > now)
    others = select(func.count()).where(waiting, export_requests.c.user_id != viewer.user_id)
    return session.scalars(others).one()


def _refuse_who_may_not(viewer: Viewer, contents: Contents) -> None:
    if not may_export(viewer, unmasked=contents.is_unmasked):
        needed = Permission.REVEAL_VALUES if viewer.may(Permission.EXPORT) else Permission.EXPORT
        raise Forbidden(f"you may not do this: it needs `{needed}`", hint="an administrator gives roles")


def _refuse_too_many(session: Session, viewer: Viewer, *, now: datetime) -> None:
    mine = (export_requests.c.user_id == viewer.user_id) & (export_requests.c.state == "waiting")
    open_ones = select(func.count()).where(mine, export_requests.c.open_until > now)
    if session.scalars(open_ones).one() >= WAITING_MAX:
        raise LimitExceeded(
            f"{WAITING_MAX} of your requests wait already", hint="withdraw one that you do not need any more"
        )


def _to_decide(session: Session, viewer: Viewer, request_id: int, *, now: datetime) -> ExportRequest:
    """A request that waits and that the viewer may decide. Nobody else decides one until this transaction ends."""
    if not viewer.may(Permission.APPROVE_EXPORT):
        raise Forbidden(f"you may not do this: it needs `{Permission.APPROVE_EXPORT}`")
    one_at_a_time(session, "exports")
    found = _find(session, request_id)
    if found.user_id == viewer.user_id:
        raise Forbidden(
            "whoever asks for an export does not decide about it", hint="let somebody else decide"
        )
    standing = found.standing(now)
    if standing != "waiting":
        by = f" by {found.decided_by}" if found.decided_by else ""
        raise Conflict(f"this request does not wait any more: it is {standing.replace('_', ' ')}{by}")
    return found


def _decide(
    session: Session,
    viewer: Viewer,
    found: ExportRequest,
    state: State,
    because: str,
    more: Mapping[str, object],
    *,
    now: datetime,
) -> None:
    decided = {
        "state": state,
        "decided_by_id": viewer.user_id,
        "decided_by": viewer.name,
        "decided_at": now,
        "decided_because": because,
        **more,
    }
    session.execute(update(export_requests).where(export_requests.c.id == found.id).values(decided))


def _own(session: Session, viewer: Viewer, request_id: int) -> ExportRequest:
    found = _find(session, request_id)
    if found.user_id != viewer.user_id:
        raise _unknown()
    return found


def _find(session: Session, request_id: int) -> ExportRequest:
    wanted = select(export_requests).where(export_requests.c.id == request_id)
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise _unknown()
    return _request(row)


def _unknown() -> NotFound:
    return NotFound("there is no such export")


def _all(session: Session, wanted: Select[Any]) -> list[ExportRequest]:
    newest = wanted.order_by(export_requests.c.asked_at.desc(), export_requests.c.id.desc()).limit(SHOWN)
    return [_request(row) for row in session.execute(newest)]


def _request(row: Row[Any]) -> ExportRequest:
    question = dict(row.question)
    units = None if row.scope_units is None else frozenset(row.scope_units)
    has_scope = row.scope_condition is not None or units is not None
    contents = Contents(
        question=Question(**question | {"columns": tuple(question["columns"])}),
        conditions=tuple(row.conditions),
        sort=row.sort,
        columns=tuple(row.columns),
        personal=tuple(row.personal),
        is_unmasked=row.is_unmasked,
        customers=row.customers,
    )
    kept = {name: getattr(row, name) for name in ExportRequest.__slots__ if name not in {"contents", "scope"}}
    return ExportRequest(
        **kept, contents=contents, scope=Scope(row.scope_condition, units) if has_scope else None
    )


def _record(
    session: Session, viewer: Viewer, action: str, found: ExportRequest, more: JsonObject, *, now: datetime
) -> None:
    """What is asked and what became of it; values of customers are in none of it."""
    held = found.contents
    details: JsonObject = {
        **more,
        "asked_by": found.asked_by,
        "customers": held.customers,
        "unmasked": held.is_unmasked,
        "personal": held.personal,
        "segment": held.question.segment,
        "conditions": held.conditions,
        "columns": held.columns,
    }
    record(
        session,
        at=now,
        actor=viewer.name,
        action=action,
        subject_kind="export",
        subject_id=str(found.id),
        details=details,
    )
