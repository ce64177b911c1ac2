from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from keepwell.customers.errors import SecretRefused, VaultDamaged
from keepwell.customers.keys import KeyStore, data_keys, key_tables, open_keys
from keepwell.store.copies import copy_in, copy_out
from keepwell.store.engine import open_store
from support.databases import MakeUrl

SECRET = base64.b64encode(bytes(range(32))).decode()
OTHER_SECRET = base64.b64encode(bytes(range(1, 33))).decode()


def test_each_party_has_a_key_of_its_own_and_keeps_it(keys: KeyStore) -> None:
    first = keys.for_parties(["shop:1", "shop:2"])
    assert {len(key) for key in first.values()} == {32}
    assert first["shop:1"] != first["shop:2"]
    again = keys.for_parties(["shop:2", "shop:3", "shop:1"])
    assert {name: again[name] for name in first} == first
    assert keys.existing(["shop:1", "shop:9"]) == {"shop:1": first["shop:1"]}


def test_a_destroyed_key_is_never_made_again(keys: KeyStore) -> None:
    keys.for_parties(["shop:1", "shop:2"])
    keys.destroy(["shop:1", "never seen"])
    assert keys.erased(["shop:1", "shop:2", "never seen", "new"]) == {"shop:1", "never seen"}
    assert keys.is_erased("shop:1")
    assert set(keys.for_parties(["shop:1", "shop:2", "never seen"])) == {"shop:2"}
    keys.destroy(["shop:1"])
    assert keys.existing(["shop:1"]) == {}


def test_a_dropped_key_is_made_anew(keys: KeyStore) -> None:
    before = keys.for_parties(["shop:1"])
    keys.drop(["shop:1"])
    assert keys.for_parties(["shop:1"]) != before


def test_threads_that_ask_at_once_get_the_same_keys(keys: KeyStore) -> None:
    names = [f"shop:{number}" for number in range(50)]
    found: list[dict[str, bytes]] = []
    threads = [threading.Thread(target=lambda: found.append(keys.for_parties(names))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [found[0]] * 4
    assert len(found[0]) == 50


def test_a_destroyed_key_leaves_the_files(new_database: MakeUrl, tmp_path: Path) -> None:
    keys = open_keys(new_database("sqlite"), secret_file=tmp_path / "secret", environment={})
    keys.for_parties(f"shop:{number}" for number in range(200))
    with keys.store.read() as session:
        wrapped = [bytes(one) for one in session.scalars(select(data_keys.c.wrapped))]
    keys.destroy(f"shop:{number}" for number in range(200))
    assert keys.store.path
    for file in keys.store.path.parent.glob(f"{keys.store.path.name}*"):
        content = file.read_bytes()
        assert not any(one in content for one in wrapped), file.name
    keys.close()


def test_hashes_are_stable_told_apart_by_kind_and_bound_to_the_secret(
    keys_url: str, new_database: MakeUrl, database_kind: str, tmp_path: Path
) -> None:
    first = open_keys(keys_url, secret_file=tmp_path / "a", environment={"KEEPWELL_SECRET": SECRET})
    again = open_keys(keys_url, secret_file=tmp_path / "a", environment={"KEEPWELL_SECRET": SECRET})
    other = open_keys(
        new_database(database_kind),
        secret_file=tmp_path / "a",
        environment={"KEEPWELL_SECRET": OTHER_SECRET},
    )
    pseudonym = first.pseudonym("wechat", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    assert pseudonym == again.pseudonym("wechat", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    assert len(pseudonym) == 32
    assert int(pseudonym, 16)
    assert pseudonym != first.pseudonym("alipay", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    assert pseudonym != other.pseudonym("wechat", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    assert first.search_hash("phone", "x") != first.search_hash("email", "x")
    assert first.search_hash("ab", "c") != first.search_hash("a", "bc")
    assert not (tmp_path / "a").exists()
    for opened in (first, again, other):
        opened.close()


def test_the_secret_is_made_once_for_its_owner_only(keys_url: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    open_keys(keys_url, secret_file=file, environment={}).close()
    made = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    open_keys(keys_url, secret_file=file, environment={}).close()
    assert file.read_bytes() == made
    assert [one.name for one in tmp_path.iterdir() if "secret" in one.name] == ["secret"]


def test_another_secret_is_refused(keys_url: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    open_keys(keys_url, secret_file=file, environment={}).close()
    with pytest.raises(SecretRefused, match="not the secret that the key store"):
        open_keys(keys_url, secret_file=file, environment={"KEEPWELL_SECRET": OTHER_SECRET})


def test_a_lost_secret_is_refused_and_no_new_one_is_made(keys_url: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    open_keys(keys_url, secret_file=file, environment={}).close()
    file.unlink()
    with pytest.raises(SecretRefused, match="is missing"):
        open_keys(keys_url, secret_file=file, environment={})
    assert not file.exists()


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (base64.b64encode(bytes(16)).decode(), "16 bytes instead of 32"),
        ("hunter2", "malformed"),
        ("密码", "malformed"),
    ],
)
def test_a_short_or_malformed_secret_is_refused_without_showing_it(
    secret: str, words: str, new_database: MakeUrl, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text(secret)
    for environment in ({"KEEPWELL_SECRET": secret}, {}):
        with pytest.raises(SecretRefused, match=words) as caught:
            open_keys(new_database("sqlite"), secret_file=file, environment=environment)
        assert secret not in str(caught.value)
        assert "openssl rand -base64 32" in str(caught.value)


def test_a_wrapped_key_that_was_moved_to_another_is_refused(keys: KeyStore) -> None:
    keys.for_parties(["shop:1", "shop:2"])
    with keys.store.write() as session:
        first = session.scalars(select(data_keys.c.wrapped).limit(1)).one()
        session.execute(update(data_keys).values(wrapped=first))
    with pytest.raises(VaultDamaged):
        keys.existing(["shop:1", "shop:2"])


def test_keys_are_copied_and_restored_by_themselves(
    keys: KeyStore, new_database: MakeUrl, tmp_path: Path
) -> None:
    made = keys.for_parties(f"shop:{number}" for number in range(20))
    keys.destroy(["shop:0"])
    assert copy_out(keys.store, tmp_path / "copy", tables=key_tables).rows["data_key"] == 20
    url = new_database("sqlite")
    target = open_store(url)
    copy_in(target, tmp_path / "copy", tables=key_tables)
    target.close()
    restored = open_keys(url, secret_file=tmp_path / "secret", environment={})
    assert restored.for_parties(made) == {name: key for name, key in made.items() if name != "shop:0"}
    restored.close()


def test_the_key_store_names_nobody(keys: KeyStore) -> None:
    keys.for_parties(["shop:13812345678"])
    with keys.store.read() as session:
        assert session.scalar(select(func.count()).select_from(data_keys)) == 1
        row = session.execute(select(data_keys)).one()
    assert b"13812345678" not in bytes(row.id) + bytes(row.wrapped)
