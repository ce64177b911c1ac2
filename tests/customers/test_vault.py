from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, update

from keepwell.customers.errors import VaultDamaged
from keepwell.customers.keys import KeyStore, open_keys
from keepwell.customers.originals import Original, keep_originals
from keepwell.customers.search import Kind
from keepwell.customers.tables import marks, originals, persons
from keepwell.customers.vault import Kept, Person, erase, find, keep_persons, reveal
from keepwell.store.engine import Store, open_store
from keepwell.store.schema import upgrade
from support.databases import MakeUrl

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KINDS: dict[str, Kind] = {"name": "name", "phone": "phone", "email": "email", "card": "id"}
ADA = {"name": "Ada Lovelace", "phone": "13812345678", "email": "Ada@example.com"}
LI = {"name": "李娜", "phone": "13900001111"}


def said(party_key: str, values: dict[str, str], day: int = 0) -> Person:
    return Person(party_key, values, NOW + timedelta(days=day))


def keep(store: Store, keys: KeyStore, *people: Person) -> Kept:
    with store.write() as session:
        return keep_persons(session, keys, people, kinds=KINDS, now=NOW)


def shown(store: Store, keys: KeyStore, *party_keys: str) -> dict[str, dict[str, str]]:
    with store.read() as session:
        return reveal(session, keys, party_keys)


def found(store: Store, keys: KeyStore, kind: str, value: str) -> list[str]:
    with store.read() as session:
        return find(session, keys, kind, value)


def rows(store: Store) -> list[list[tuple[object, ...]]]:
    with store.read() as session:
        return [
            [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in (persons, marks, originals)
        ]


def test_kept_persons_are_revealed_and_found(store: Store, keys: KeyStore) -> None:
    assert keep(store, keys, said("shop:1", ADA), said("shop:2", LI)) == Kept(2, 0, 0, 0)
    assert shown(store, keys, "shop:1", "shop:2", "shop:3") == {"shop:1": ADA, "shop:2": LI}
    assert found(store, keys, "phone", "+86 138 1234 5678") == ["shop:1"]
    assert found(store, keys, "email", "ada@EXAMPLE.com") == ["shop:1"]
    assert found(store, keys, "name", "李 娜") == ["shop:2"]
    assert found(store, keys, "last_four", "1111") == ["shop:2"]
    assert found(store, keys, "name", "Ada") == []
    assert found(store, keys, "name", " ") == []


def test_the_same_call_twice_changes_nothing(store: Store, keys: KeyStore) -> None:
    people = (said("shop:1", ADA), said("shop:2", LI), said("shop:1", {"card": "C-0012345"}))
    keep(store, keys, *people)
    before = rows(store)
    assert keep(store, keys, *people) == Kept(0, 0, 2, 0)
    assert rows(store) == before


def test_the_latest_word_counts_field_by_field(store: Store, keys: KeyStore) -> None:
    keep(store, keys, said("shop:1", {"name": "Ada Byron", "phone": "13812345678"}, day=1))
    later = said("shop:1", {"name": "Ada Lovelace", "email": "", "phone": "13812345678"}, day=3)
    assert keep(store, keys, later) == Kept(0, 1, 0, 0)
    assert keep(store, keys, said("shop:1", {"name": "Ada Wrong", "card": "C77"}, day=2)) == Kept(0, 1, 0, 0)
    assert shown(store, keys, "shop:1") == {
        "shop:1": {"name": "Ada Lovelace", "phone": "13812345678", "card": "C77"}
    }
    assert found(store, keys, "name", "ada byron") == []
    assert found(store, keys, "name", "ada lovelace") == ["shop:1"]


def test_what_is_only_said_again_later_is_remembered_as_said_later(store: Store, keys: KeyStore) -> None:
    keep(store, keys, said("shop:1", {"name": "A"}, day=1))
    assert keep(store, keys, said("shop:1", {"name": "A"}, day=3)) == Kept(0, 0, 1, 0)
    keep(store, keys, said("shop:1", {"name": "B"}, day=2))
    assert shown(store, keys, "shop:1") == {"shop:1": {"name": "A"}}


def test_the_same_words_give_the_same_person_in_any_order(store: Store, keys: KeyStore) -> None:
    words = [said("shop:1", {"name": name}, day) for name in ("A", "B", "C") for day in (1, 2)]
    seeded = Random(7)
    for number in range(6):
        seeded.shuffle(words)
        party_key = f"shop:{number}"
        keep(store, keys, *(Person(party_key, word.values, word.recorded_at) for word in words))
        assert shown(store, keys, party_key) == {party_key: {"name": "C"}}


def test_the_erased_are_gone_and_stay_gone(store: Store, keys: KeyStore) -> None:
    keep(store, keys, said("shop:1", ADA), said("shop:2", LI))
    with store.write() as session:
        keep_originals(session, keys, [Original("q1", "shop:1", ADA)], input_id="f", now=NOW)
    with store.write() as session:
        assert erase(session, keys, ["shop:1", "shop:9"]) == 1
    assert keep(store, keys, said("shop:1", ADA), said("shop:2", LI), said("shop:9", LI)) == Kept(0, 0, 1, 2)
    assert shown(store, keys, "shop:1", "shop:2", "shop:9") == {"shop:2": LI}
    assert found(store, keys, "phone", "13812345678") == []
    with store.write() as session:
        assert keep_originals(session, keys, [Original("q1", "shop:1", ADA)], input_id="f", now=NOW) == 0
        assert erase(session, keys, ["shop:1"]) == 0
    assert [len(table) for table in rows(store)] == [1, 3, 0]


def test_an_old_backup_of_the_store_does_not_bring_the_erased_back(store: Store, keys: KeyStore) -> None:
    keep(store, keys, said("shop:1", ADA))
    keys.destroy(["shop:1"])  # the store still holds what it held, as a restored one would
    assert shown(store, keys, "shop:1") == {}
    assert found(store, keys, "phone", "13812345678") == []
    with store.write() as session:
        assert erase(session, keys, ["shop:1"]) == 1
    assert rows(store) == [[], [], []]


def test_changed_or_moved_values_are_refused(store: Store, keys: KeyStore) -> None:
    keep(store, keys, said("shop:1", ADA), said("shop:2", LI))
    with store.write() as session:
        sealed = session.scalars(select(persons.c.sealed).where(persons.c.party_key == "shop:1")).one()
        flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
        session.execute(update(persons).where(persons.c.party_key == "shop:1").values(sealed=flipped))
    with pytest.raises(VaultDamaged, match="cannot be opened"):
        shown(store, keys, "shop:1")
    with pytest.raises(VaultDamaged):
        keep(store, keys, said("shop:1", ADA, day=5))
    with store.write() as session:
        session.execute(update(persons).values(sealed=sealed))
    with pytest.raises(VaultDamaged):
        shown(store, keys, "shop:2")
    with store.write() as session:
        session.execute(update(persons).values(sealed=b"\x09" + sealed[1:]))
    with pytest.raises(VaultDamaged, match="does not know"):
        shown(store, keys, "shop:1")


def test_another_key_store_is_refused_and_changes_nothing(
    store: Store, keys: KeyStore, new_database: MakeUrl, database_kind: str, tmp_path: Path
) -> None:
    keep(store, keys, said("shop:1", ADA))
    before = rows(store)
    other = open_keys(new_database(database_kind), secret_file=tmp_path / "secret", environment={})
    with pytest.raises(VaultDamaged, match="their keys are missing"):
        shown(store, other, "shop:1")
    with pytest.raises(VaultDamaged):
        keep(store, other, said("shop:1", LI, day=1))
    assert rows(store) == before
    other.close()


def test_planted_values_are_in_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = open_store(f"sqlite:///{folder}/store.db")
    upgrade(store)
    keys = open_keys(f"sqlite:///{folder}/keys.db", secret_file=folder / "secret", environment={})
    planted = {**ADA, **{f"{field}_again": value for field, value in LI.items()}}
    keep(store, keys, said("shop:1", planted))
    with store.write() as session:
        keep_originals(session, keys, [Original("q1", None, planted)], input_id="f", now=NOW)
    files = [file for file in folder.iterdir() if file.is_file()]
    assert {"store.db", "store.db-wal", "keys.db", "secret"} <= {file.name for file in files}
    for file in files:
        content = file.read_bytes().lower()
        for value in planted.values():
            for form in (value, value.lower(), value.encode("unicode_escape").decode()):
                assert form.encode() not in content, (file.name, value)
                assert form.encode("utf-16-le") not in content, (file.name, value)
    store.close()
    keys.close()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from keepwell.customers.keys import open_keys
from keepwell.customers.vault import Person, erase, keep_persons
from keepwell.store.engine import open_store
store = open_store(sys.argv[1])
keys = open_keys(sys.argv[2], secret_file=Path(sys.argv[3]), environment={})
now = datetime(2026, 3, 1, tzinfo=UTC)
with store.write() as session:
    if sys.argv[4] == "keep":
        people = [Person(f"shop:{n}", {"name": f"n{n}", "phone": f"138{n:08d}"}, now) for n in range(100)]
        keep_persons(session, keys, people, kinds={"name": "name", "phone": "phone"}, now=now)
    else:
        erase(session, keys, ["shop:1"])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("act", ["keep", "erase"])
def test_killed_between_the_keys_and_the_values_nothing_is_lost_or_half_there(
    act: str, store: Store, keys: KeyStore, store_url: str, keys_url: str, tmp_path: Path
) -> None:
    people = [said(f"shop:{n}", {"name": f"n{n}", "phone": f"138{n:08d}"}) for n in range(100)]
    if act == "erase":
        keep(store, keys, *people)
    command = [sys.executable, "-c", KILLED, store_url, keys_url, str(tmp_path / "secret"), act]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    if act == "keep":
        assert shown(store, keys, "shop:1") == {}
        assert keep(store, keys, *people) == Kept(100, 0, 0, 0)
    else:
        assert shown(store, keys, "shop:1") == {}
        assert keep(store, keys, *people) == Kept(0, 0, 99, 1)
        with store.write() as session:
            assert erase(session, keys, ["shop:1"]) == 1
    with store.read() as session:
        count = session.scalar(select(func.count()).select_from(persons))
    assert count == (100 if act == "keep" else 99)
    assert found(store, keys, "phone", "13800000002") == ["shop:2"]
