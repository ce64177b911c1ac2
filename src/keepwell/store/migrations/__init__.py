"""Making a store's tables and bringing them up to date, by Alembic, without a file of settings."""

from __future__ import annotations

from keepwell.store.engine import Store


def upgrade(store: Store) -> None:
    raise NotImplementedError


def require_current(store: Store) -> None:
    raise NotImplementedError
