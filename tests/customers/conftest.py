"""The databases these tests run on, and a key store beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keepwell.customers.keys import KeyStore, open_keys
from support.databases import MakeUrl, database_kind, new_database, sqlite_store, store, store_url

__all__ = ["database_kind", "new_database", "sqlite_store", "store", "store_url"]


@pytest.fixture
def keys_url(database_kind: str, new_database: MakeUrl) -> str:
    """The address of an empty key store, of the same kind as the store."""
    return new_database(database_kind)


@pytest.fixture
def keys(keys_url: str, tmp_path: Path) -> Iterator[KeyStore]:
    """A new key store."""
    opened = open_keys(keys_url, secret_file=tmp_path / "secret", environment={})
    yield opened
    opened.close()
