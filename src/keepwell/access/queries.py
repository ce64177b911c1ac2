"""Who holds a token; whether a business is set up yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from keepwell.access.model import Viewer


def viewer_of(session: Session, token: str, now: datetime) -> Viewer | None:
    raise NotImplementedError


def is_set_up(session: Session) -> bool:
    raise NotImplementedError


def first_run_is_open(session: Session, token: str, *, now: datetime) -> bool:
    raise NotImplementedError
