from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from keepwell.store.engine import Store, open_store
from keepwell.store.errors import StoreNewer, StoreOutdated
from keepwell.store.schema import head, require_current, revision_of, upgrade
from keepwell.store.tables import metadata


def test_models_and_migrations_agree(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_an_empty_database_is_refused_until_it_is_upgraded(store_url: str) -> None:
    store = open_store(store_url)
    with pytest.raises(StoreOutdated, match="has no tables yet"):
        require_current(store)
    upgrade(store)
    require_current(store)
    upgrade(store)
    with store.read() as session:
        assert revision_of(session) == head()
    store.close()


def test_tables_of_a_newer_keepwell_are_refused(store: Store) -> None:
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreNewer, match="written by a newer Keepwell"):
        upgrade(store)
    with pytest.raises(StoreNewer):
        require_current(store)


def test_processes_that_begin_at_once_do_not_collide(store_url: str) -> None:
    stores = [open_store(store_url) for _ in range(4)]
    start = threading.Barrier(len(stores))
    failures: list[BaseException] = []

    def begin(store: Store) -> None:
        start.wait()
        try:
            upgrade(store)
        except BaseException as error:  # noqa: BLE001 (whatever it is, the test must show it)
            failures.append(error)

    threads = [threading.Thread(target=begin, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    require_current(stores[0])
    for store in stores:
        store.close()
