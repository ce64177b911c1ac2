"""The folder and the published plan, brought together without losing an edit of either."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.catalog.files import PlanFiles, read_folder
from keepwell.publishing.commands import publish, pull
from keepwell.publishing.errors import NotPublished
from keepwell.publishing.folder import Mark, mark, marked
from keepwell.publishing.queries import Version
from keepwell.store.engine import Store
from support.plans import plan_files

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
FIELD = "measure: x\nof: order\ncount: true\n"
SEGMENT = "segment: s\nwhere: orders_90d > 1\n"
ONE = plan_files(fields=FIELD, segments=SEGMENT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "plan"
    made.mkdir()
    return made


def put(store: Store, files: PlanFiles, expected: int | None = None) -> Version:
    with store.write() as session:
        return publish(session, files, author="ada", reason="try", now=NOW, expected_version=expected)


def pull_into(store: Store, folder: Path, *, overwrite: bool = False) -> Version | None:
    with store.read() as session:
        return pull(session, folder, overwrite=overwrite)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_bytes(text.encode())


def test_nothing_is_published(store: Store, folder: Path) -> None:
    assert pull_into(store, folder) is None
    assert list(folder.iterdir()) == []


def test_into_an_empty_folder(store: Store, folder: Path) -> None:
    published = put(store, ONE)
    assert pull_into(store, folder) == published
    assert read_folder(folder) == ONE
    assert marked(folder) == Mark(1, ONE.sha256)


def test_changed_new_and_deleted_files(store: Store, folder: Path) -> None:
    put(store, ONE)
    pull_into(store, folder)
    later = plan_files({"fields/new.yml": FIELD.replace("x", "y")}, fields=FIELD + "window: 30d\n")
    put(store, later, 1)
    pull_into(store, folder)
    assert read_folder(folder) == later
    assert not (folder / "segments/test.yml").exists()
    assert marked(folder) == Mark(2, later.sha256)


def test_edits_of_other_files_stay(store: Store, folder: Path) -> None:
    put(store, ONE)
    pull_into(store, folder)
    write(folder, "segments/test.yml", SEGMENT + "worth: spend_365d\n")
    put(store, plan_files(fields=FIELD + "window: 30d\n", segments=SEGMENT), 1)
    pull_into(store, folder)
    assert "worth" in read_folder(folder)["segments/test.yml"]
    assert "window" in read_folder(folder)["fields/test.yml"]
    assert put(store, read_folder(folder), 2).number == 3


def test_a_file_edited_on_both_sides(store: Store, folder: Path) -> None:
    put(store, ONE)
    pull_into(store, folder)
    write(folder, "segments/test.yml", SEGMENT.replace("1", "7"))
    put(store, plan_files(fields=FIELD + "window: 30d\n", segments=SEGMENT.replace("1", "9")), 1)
    with pytest.raises(NotPublished) as refused:
        pull_into(store, folder)
    assert (
        str(refused.value)
        == """\
version 2 would overwrite edits of this folder that are not published:
--- segments/test.yml (version 2)
+++ segments/test.yml (your folder)
@@ -1,2 +1,2 @@
 segment: s
-where: orders_90d > 9
+where: orders_90d > 7
 (copy your edits elsewhere, run `keepwell pull --overwrite`, and make them again)"""
    )
    assert "window" not in read_folder(folder)["fields/test.yml"], "nothing was written"
    assert marked(folder) == Mark(1, ONE.sha256)

    pull_into(store, folder, overwrite=True)
    assert "> 9" in read_folder(folder)["segments/test.yml"]
    assert "window" in read_folder(folder)["fields/test.yml"]


def test_the_same_edit_on_both_sides_is_no_conflict(store: Store, folder: Path) -> None:
    put(store, ONE)
    pull_into(store, folder)
    both = SEGMENT.replace("1", "9")
    write(folder, "segments/test.yml", both)
    put(store, plan_files(fields=FIELD, segments=both), 1)
    pull_into(store, folder)
    assert marked(folder) == Mark(2, read_folder(folder).sha256)


def test_a_folder_that_was_never_in_step_is_not_overwritten(store: Store, folder: Path) -> None:
    put(store, ONE)
    write(folder, "keepwell.toml", "format = 1\n")
    (folder / "fields").mkdir()
    write(folder, "fields/mine.yml", FIELD)
    with pytest.raises(NotPublished) as refused:
        pull_into(store, folder)
    assert "keepwell.toml (your folder)" in str(refused.value)
    assert "fields/mine.yml (your folder)" in str(refused.value)
    pull_into(store, folder, overwrite=True)
    assert read_folder(folder) == ONE


def test_a_pull_that_was_cut_off_goes_on(store: Store, folder: Path) -> None:
    """One file of the new version is written already, the note is still that of the old one."""
    put(store, ONE)
    pull_into(store, folder)
    later = plan_files(fields=FIELD + "window: 30d\n", segments=SEGMENT.replace("1", "9"))
    put(store, later, 1)
    write(folder, "fields/test.yml", later["fields/test.yml"])
    pull_into(store, folder)
    assert read_folder(folder) == later


def test_a_damaged_note_is_none(store: Store, folder: Path) -> None:
    published = put(store, ONE)
    mark(folder, published)
    for content in ("", "{", "[]", '{"number": null}', '{"number": "x", "sha256": ""}'):
        write(folder, ".keepwell/published", content)
        assert marked(folder) is None


def test_other_files_of_the_folder_are_left_alone(store: Store, folder: Path) -> None:
    (folder / "data").mkdir()
    write(folder, "data/orders.csv", "a,b\n")
    put(store, ONE)
    pull_into(store, folder)
    assert (folder / "data/orders.csv").read_text("utf-8") == "a,b\n"
