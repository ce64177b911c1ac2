"""How much room a folder takes."""

from __future__ import annotations

from pathlib import Path

from keepwell.lake.size import bytes_under


def test_all_files_at_any_depth(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "one").write_bytes(b"123")
    (tmp_path / "a" / "b" / "two").write_bytes(b"4567")
    assert bytes_under(tmp_path) == 7


def test_a_folder_there_is_not(tmp_path: Path) -> None:
    assert bytes_under(tmp_path / "none") == 0
