"""Real databases for tests: a SQLite file and a PostgreSQL schema of the test's own, made and dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import URL

import keepwell.access.tables
import keepwell.customers.tables
import keepwell.lists.tables
import keepwell.publishing.tables  # noqa: F401 (imported so that the metadata is whole)
from keepwell.store.engine import Store, open_store
from keepwell.store.schema import upgrade
from support import machine

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

MakeUrl = Callable[[str], str]
"""Gives the address of a new, empty database of a kind: ``sqlite`` or ``postgres``."""


def run_postgres(server: URL, statement: str) -> None:
    with psycopg.connect(machine.libpq(server), autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def new_database(tmp_path: Path) -> Iterator[MakeUrl]:
    """Makes empty databases, as many as a test asks for; all are dropped when it ends."""
    server = machine.postgres_server()
    schemas: list[str] = []

    def make(kind: str) -> str:
        name = f"keepwell_{uuid4().hex[:16]}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        assert server is not None, "mark the test `postgres`, then it is skipped where there is no server"
        run_postgres(server, f"CREATE SCHEMA {name}")
        schemas.append(name)
        url = server.update_query_dict({"options": f"-csearch_path={name}"})
        return url.render_as_string(hide_password=False)

    yield make
    for schema in schemas:
        assert server is not None
        run_postgres(server, f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def store_url(database_kind: str, new_database: MakeUrl) -> str:
    """The address of an empty database."""
    return new_database(database_kind)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store with its tables, on each kind of database in turn."""
    opened = open_store(store_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(new_database: MakeUrl) -> Iterator[Store]:
    """A store with its tables in a SQLite file, for what only concerns files."""
    opened = open_store(new_database("sqlite"))
    upgrade(opened)
    yield opened
    opened.close()
