"""backup, restore and upgrade, as commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from keepwell.wiring import deployment
from support.command import Said, keepwell
from support.disks import small_disk
from support.trial_shop import write_second_day
from support.whole_state import State, files_under, state_of


@pytest.fixture
def copied(shop: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A backup of the shop, and of its keys."""
    backup, keys = tmp_path / "backup", tmp_path / "keys"
    assert keepwell("backup", backup, "--keys", keys, plan=shop).code == 0
    return backup, keys


def state(plan: Path) -> State:
    found = deployment(plan)
    try:
        return state_of(found)
    finally:
        found.close()


def restore(backup: Path, keys: Path, into: Path, secret_of: Path) -> Said:
    said = keepwell("restore", backup, "--keys", keys, "--into", into)
    if said.code == 0:
        shutil.copy(secret_of / ".keepwell/secret", into / ".keepwell/secret")
    return said


def test_what_a_backup_says(shop: Path, tmp_path: Path) -> None:
    said = keepwell("backup", tmp_path / "b", plan=shop)
    assert said.code == 0
    assert "lake version 4 (12 facts)" in said.out
    assert "The keys of personal values are NOT copied" in said.out
    assert "The SECRET IS NOT COPIED" in said.out
    assert str(shop / ".keepwell/secret") in said.out
    keys = keepwell("backup", "--keys", tmp_path / "k", plan=shop)
    assert "keys of personal values are in" in keys.out
    copied = {name for folder in ("b", "k") for name in files_under(tmp_path / folder)}
    assert not any("secret" in name for name in copied)


def test_a_restored_shop_is_the_same(shop: Path, copied: tuple[Path, Path], tmp_path: Path) -> None:
    new = tmp_path / "new"
    said = restore(*copied, new, shop)
    assert (said.code, "Put the secret into" in said.out) == (0, True)
    assert state(new) == state(shop)
    for words in (
        ["who"],
        ["customer", "13800138001"],
        ["quarantine", "list"],
        ["ask", "orders_lifetime > 0"],
    ):
        assert keepwell(*words, plan=new) == keepwell(*words, plan=shop)
    assert keepwell("push", plan=new).code == 0
    assert not any("part" in path.name for path in tmp_path.iterdir())


def test_a_restored_shop_goes_on(shop: Path, copied: tuple[Path, Path], tmp_path: Path) -> None:
    """With its files back it knows them again, and takes in what is new."""
    new = tmp_path / "new"
    restore(*copied, new, shop)
    shutil.copytree(shop / "data", new / "data")
    assert "everything was up to date" in keepwell("run", plan=new).out
    for plan in (shop, new):
        write_second_day(plan)
        assert keepwell("run", plan=plan).code == 0
    assert state(new) == state(shop)


def test_the_backup_does_not_change_with_the_shop(
    shop: Path, copied: tuple[Path, Path], tmp_path: Path
) -> None:
    """The two share files that are never changed."""
    before, was = files_under(copied[0]), state(shop)
    write_second_day(shop)
    assert keepwell("run", plan=shop).code == 0
    shutil.rmtree(shop / ".keepwell/lake")
    assert files_under(copied[0]) == before
    restore(*copied, tmp_path / "new", shop)
    assert state(tmp_path / "new") == was


def test_another_disk_gets_copies(shop: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16384) as disk:
        assert keepwell("backup", disk / "b", "--keys", tmp_path / "k", plan=shop).code == 0
        assert restore(disk / "b", tmp_path / "k", tmp_path / "new", shop).code == 0
    assert state(tmp_path / "new") == state(shop)


def test_a_full_disk_leaves_nothing(shop: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 300) as disk:
        said = keepwell("backup", disk / "b", plan=shop)
        assert said.code == 3, said
        assert list(disk.iterdir()) == []


def test_erased_persons_stay_erased_after_restoring_an_older_backup(
    shop: Path, copied: tuple[Path, Path], tmp_path: Path
) -> None:
    old, _ = copied
    assert "Iris" in str(state(shop)["store"]["vault"])
    assert keepwell("forget", "C1", "--yes", plan=shop).code == 0
    keys_now = tmp_path / "keys now"
    assert keepwell("backup", "--keys", keys_now, plan=shop).code == 0
    new = tmp_path / "new"
    assert restore(old, keys_now, new, shop).code == 0
    found = state(new)
    assert "Iris" not in str(found["store"]["vault"])
    assert "call after six" not in str(found["store"]["originals"])
    assert "Hazel" in str(found["store"]["vault"])
    assert found["facts"] == state(shop)["facts"]
    assert keepwell("customer", "13800138001", plan=new).code == 1


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [("b", "the keys would lie"), ("b/keys", "the keys would lie"), (".", "the keys would lie")],
)
def test_keys_must_lie_apart(keys: str, sentence: str, shop: Path, tmp_path: Path) -> None:
    said = keepwell("backup", tmp_path / "b", "--keys", tmp_path / keys, plan=shop)
    assert (said.code, sentence in said.err) == (1, True), said
    assert not (tmp_path / "b").exists()


def test_where_a_backup_may_not_go(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    (tmp_path / "a file").touch()
    for words, sentence in (
        (["backup", tmp_path / "full"], "is not empty"),
        (["backup", tmp_path / "a file"], "is not empty"),
        (["backup", shop / ".keepwell/lake/b"], "which is what is backed up"),
        (["backup"], "there is nowhere to copy to"),
    ):
        said = keepwell(*words, plan=shop)
        assert (said.code, sentence in said.err) == (1, True), said


DAMAGE = ["no list", "cut list", "another format", "changed", "lost", "more", "no backup", "keys changed"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_backup_that_is_not_whole_is_refused(
    damage: str, shop: Path, copied: tuple[Path, Path], tmp_path: Path
) -> None:
    backup, keys = copied
    listed = backup / "backup.json"
    some = next(path for path in (backup / "lake").rglob("*.parquet"))
    if damage == "no list":
        listed.unlink()
    elif damage == "cut list":
        listed.write_text(listed.read_text()[:-40])
    elif damage == "another format":
        listed.write_text(json.dumps(json.loads(listed.read_text()) | {"format": 2}))
    elif damage == "changed":
        content = bytearray(some.read_bytes())
        content[len(content) // 2] ^= 1
        some.unlink()  # it is shared with the lake
        some.write_bytes(content)
    elif damage == "lost":
        some.unlink()
    elif damage == "more":
        (backup / "lake/more").touch()
    elif damage == "no backup":
        shutil.rmtree(backup)
    else:
        file = keys / "data_key.jsonl"
        file.write_text(file.read_text().replace("A", "B"))
    new = tmp_path / "new"
    said = restore(backup, keys, new, shop)
    assert said.code == 1, said
    assert str(keys if damage == "keys changed" else backup) in said.err
    assert not new.exists()
    assert not any("part" in path.name for path in tmp_path.iterdir())


def test_where_a_backup_may_not_be_restored(shop: Path, copied: tuple[Path, Path], tmp_path: Path) -> None:
    backup, keys = copied
    before = files_under(shop)
    said = restore(backup, keys, shop, shop)
    assert (said.code, "is not empty" in said.err) == (1, True)
    assert files_under(shop) == before
    said = keepwell("restore", backup, "--into", tmp_path / "new")
    assert (said.code, "cannot be read without their keys" in said.err) == (1, True)
    assert not (tmp_path / "new").exists()


def test_an_empty_folder_will_do(shop: Path, copied: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert restore(*copied, tmp_path / "new", shop).code == 0


def test_upgrade_has_nothing_to_do_and_refuses_what_is_newer(shop: Path) -> None:
    said = keepwell("upgrade", plan=shop)
    assert said.code == 0
    assert said.out.splitlines()[-1] == "✓ everything is of this Keepwell's format; nothing to do"
    newest = shop / ".keepwell/lake/versions/00000004.json"
    content = json.loads(newest.read_text())
    newest.write_text(json.dumps(content | {"format": 2}))
    said = keepwell("upgrade", plan=shop)
    assert (said.code, "has format 2; this Keepwell reads format 1" in said.err) == (1, True)
    newest.write_text(json.dumps(content))
    settings = shop / "keepwell.toml"
    settings.write_text(settings.read_text().replace("format = 1", "format = 2"))
    said = keepwell("upgrade", plan=shop)
    assert (said.code, "install that one" in said.err) == (1, True)


def test_upgrade_of_a_plan_that_never_ran(shop: Path) -> None:
    shutil.rmtree(shop / ".keepwell")
    said = keepwell("upgrade", plan=shop)
    assert (said.code, "lake    empty" in said.out) == (0, True)
