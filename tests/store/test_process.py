from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from keepwell.store.engine import Store, open_store
from keepwell.store.errors import StoreInUse
from keepwell.store.process import claim_process, serving
from support.databases import MakeUrl

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

SERVE = """
import sys, time
from datetime import UTC, datetime
from keepwell.store.engine import open_store
from keepwell.store.process import claim_process
claim_process(
    open_store(sys.argv[1]), doing="serve", now=datetime(2026, 3, 1, tzinfo=UTC), address="http://127.0.0.1:8765"
)
print("ready", flush=True)
time.sleep(60)
"""


def test_a_second_process_is_refused_with_who_has_it_and_a_kill_frees_it(sqlite_store: Store) -> None:
    assert serving(sqlite_store) is None
    arguments = [sys.executable, "-c", SERVE, f"sqlite:///{sqlite_store.path}"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        found = serving(sqlite_store)
        assert found is not None
        assert (found.pid, found.doing, found.address) == (server.pid, "serve", "http://127.0.0.1:8765")
        with pytest.raises(StoreInUse, match=rf"serve at http://127.0.0.1:8765 \(process {server.pid}"):
            claim_process(sqlite_store, doing="serve", now=NOW)
        server.kill()
        server.wait()
    assert serving(sqlite_store) is None
    claim_process(sqlite_store, doing="run", now=NOW).release()


def test_a_claim_ends_with_its_block_and_may_be_released_twice(sqlite_store: Store) -> None:
    with claim_process(sqlite_store, doing="run", now=NOW) as claim:
        found = serving(sqlite_store)
        assert found is not None
        assert found.doing == "run"
        claim.release()
    assert serving(sqlite_store) is None


@pytest.mark.postgres
def test_postgres_is_free_to_several(new_database: MakeUrl) -> None:
    store = open_store(new_database("postgres"))
    with claim_process(store, doing="serve", now=NOW), claim_process(store, doing="serve", now=NOW):
        assert serving(store) is None
    store.close()
