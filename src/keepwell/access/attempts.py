"""Slowing down who guesses passwords: failures are counted by name, by address, and by both.

An attempt is counted before the password is looked at, so that many at once count too, and taken back when it
was right. Names and addresses are kept hashed: somebody may type a password into the field of the name.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from keepwell.access.errors import TooManyAttempts
from keepwell.access.passwords import name_key
from keepwell.access.tables import attempts
from keepwell.store.locks import one_at_a_time

WINDOW = timedelta(minutes=15)
FAILURES_BY_BOTH = 5
FAILURES_BY_ADDRESS = 30
# Far above the others: whoever guesses from many places must not lock out the user of that name too easily.
FAILURES_BY_NAME = 50


def count_attempt(session: Session, name: str, address: str, *, now: datetime) -> int:
    """Count an attempt and give its id. Raises TooManyAttempts, and counts nothing, after too many."""
    one_at_a_time(session, "attempts")
    session.execute(delete(attempts).where(attempts.c.at <= now - WINDOW))
    by_name = attempts.c.name_hash == _hashed("name", name_key(name))
    by_address = attempts.c.address_hash == address_hash(address)
    limits = [
        (by_name & by_address, FAILURES_BY_BOTH),
        (by_address, FAILURES_BY_ADDRESS),
        (by_name, FAILURES_BY_NAME),
    ]
    wait = max(_wait(session, which, limit, now=now) for which, limit in limits)
    if wait > timedelta():
        raise TooManyAttempts(wait)
    values = {
        "at": now,
        "name_hash": _hashed("name", name_key(name)),
        "address_hash": address_hash(address),
    }
    attempt_id: int = session.scalars(insert(attempts).values(values).returning(attempts.c.id)).one()
    return attempt_id


def take_back_attempt(session: Session, attempt_id: int) -> None:
    """The attempt was right."""
    session.execute(delete(attempts).where(attempts.c.id == attempt_id))


def _wait(session: Session, which: ColumnElement[bool], limit: int, *, now: datetime) -> timedelta:
    """How long until fewer than ``limit`` lie within the window."""
    newest = select(attempts.c.at).where(which).order_by(attempts.c.at.desc()).offset(limit - 1).limit(1)
    decisive = session.scalar(newest)
    return timedelta() if decisive is None else decisive + WINDOW - now


def address_hash(address: str) -> bytes:
    """What is kept of a network address, or of an IPv6 network."""
    return _hashed("address", _network(address))


def _network(address: str) -> str:
    """The address; of IPv6 the 64 bits one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else str(parsed)


def _hashed(what: str, value: str) -> bytes:
    return hashlib.blake2b(f"{what}\0{value}".encode(), digest_size=16).digest()
