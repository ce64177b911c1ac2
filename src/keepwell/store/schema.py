"""Making a store's tables and bringing them up to date, by Alembic, without a file of settings."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import MetaData, text
from sqlalchemy.orm import Session

from keepwell.store.engine import Store
from keepwell.store.errors import StoreNewer, StoreOutdated
from keepwell.store.locks import one_at_a_time

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(store: Store, *, revision: str = "head") -> None:
    """Make the tables or bring them up to ``revision``, in one transaction; up to date already, do nothing.

    Of two processes that begin at once the second waits and finds nothing to do. Raises StoreNewer where the
    tables were made by a newer Keepwell.
    """
    with store.write() as session:
        _wait_for_others(store, session)
        _refuse_newer(store, session)
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, revision)


def make_tables(store: Store, tables: MetaData) -> None:
    """Make the tables that are not there, of a store that has no migrations."""
    with store.write() as session:
        _wait_for_others(store, session)
        tables.create_all(session.connection())


def require_current(store: Store) -> None:
    """Raise StoreOutdated or StoreNewer unless the tables are those of this Keepwell."""
    with store.read() as session:
        _refuse_newer(store, session)
        found = revision_of(session)
    if found != head():
        what = "has no tables yet" if found is None else "has the tables of an older Keepwell"
        raise StoreOutdated(f"the store {store.name} {what}", hint="run keepwell upgrade")


def revision_of(session: Session) -> str | None:
    """The revision of a store's tables; None where there are none."""
    return MigrationContext.configure(session.connection()).get_current_revision()


def head() -> str:
    """The revision of the tables this Keepwell works with."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


def _refuse_newer(store: Store, session: Session) -> None:
    found = revision_of(session)
    if found is None:
        return
    try:
        ScriptDirectory.from_config(_config()).get_revision(found)
    except CommandError:
        raise StoreNewer(
            f"the store {store.name} was written by a newer Keepwell (its tables are at {found}, "
            f"this one knows them up to {head()})",
            hint="install the newer Keepwell again",
        ) from None


def _wait_for_others(store: Store, session: Session) -> None:
    if store.path is None:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("SET LOCAL lock_timeout = 0"))
    one_at_a_time(session, "tables")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
