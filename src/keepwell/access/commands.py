"""Making the first administrator, signing in and out, changing a password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from keepwell.access.model import Viewer
from keepwell.store.engine import Store


def create_first_administrator(session: Session, name: str, password: str, *, now: datetime) -> Viewer:
    raise NotImplementedError


def first_run_token(session: Session, *, now: datetime) -> str:
    raise NotImplementedError


def redeem_first_run(session: Session, token: str, name: str, password: str, *, now: datetime) -> Viewer:
    raise NotImplementedError


def sign_in(store: Store, name: str, password: str, *, now: datetime, address: str) -> str:
    raise NotImplementedError


def sign_out(session: Session, token: str) -> None:
    raise NotImplementedError


def keep_alive(store: Store, token: str, *, now: datetime) -> None:
    raise NotImplementedError


def change_password(store: Store, token: str, current: str, new: str, *, now: datetime, address: str) -> None:
    raise NotImplementedError
