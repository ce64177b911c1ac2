"""The databases these tests run on."""

from __future__ import annotations

from support.databases import database_kind, new_database, sqlite_store, store, store_url

__all__ = ["database_kind", "new_database", "sqlite_store", "store", "store_url"]
