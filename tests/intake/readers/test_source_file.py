"""Files that are packed, too big, unreadable, or change under the reader's hands."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keepwell.core.errors import InputRefused
from keepwell.intake.readers import LIMITS, Chunk, Fingerprint, ReadOptions, fingerprint, open_file

if TYPE_CHECKING:
    from intake.readers.conftest import Read

MIB = 1024 * 1024
ROWS = "a,b\n" + "1,2\n" * 10


def test_a_fingerprint_is_hash_size_time_and_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名,b\n1,2\n".encode())
    assert fingerprint(path) == Fingerprint(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        size=len(path.read_bytes()),
        mtime_ns=path.stat().st_mtime_ns,
        utf8_error_at=None,
        has_nul=False,
    )


@pytest.mark.parametrize(
    ("content", "error_at", "has_nul"),
    [
        (b"", None, False),
        (b"a" * (MIB - 1) + "名".encode() + b"b" * MIB, None, False),
        (b"a" * (MIB - 1) + "名".encode()[:2], MIB - 1, False),
        (b"a" * (2 * MIB + 7) + b"\xff", 2 * MIB + 7, False),
        (b"a\0b", None, True),
    ],
)
def test_utf8_is_followed_across_blocks(
    tmp_path: Path, content: bytes, error_at: int | None, has_nul: bool
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    found = fingerprint(path)
    assert (found.utf8_error_at, found.has_nul, found.is_utf8) == (error_at, has_nul, error_at is None)


@pytest.mark.parametrize("name", ["a.csv.gz", "A.CSV.GZ"])
def test_a_packed_file_is_read_as_its_content(read: Read, name: str) -> None:
    content = read(gzip.compress(ROWS.encode(), mtime=0), name=name)
    assert len(content.rows) == 10


def test_several_packed_members_are_one_file(read: Read) -> None:
    content = read(gzip.compress(b"a,b\n1,2\n", mtime=0) + gzip.compress(b"3,4\n"), name="a.csv.gz")
    assert content.column("a") == ["1", "3"]


def test_a_packed_file_in_gb18030(read: Read) -> None:
    text = "姓名,城市\n" + "张伟,北京\n" * 300_000
    content = read(
        gzip.compress(text.encode("gb18030"), mtime=0),
        name="a.csv.gz",
        limits=replace(LIMITS, unzip_ratio=2000),
    )
    assert content.found.encoding == "gb18030"
    assert content.rows[300_000] == {"姓名": "张伟", "城市": "北京"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1,2\n", "no gzip file, or a damaged one"),
        (gzip.compress(os.urandom(3 * MIB), mtime=0)[:-100], "it ends in the middle"),
        (b"", "the file is empty"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
    ],
)
def test_a_damaged_packed_file_is_refused(read: Read, content: bytes, sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence):
        read(content, name="a.csv.gz")


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (LIMITS, "more than 200 times its size"),
        (replace(LIMITS, unzip_ratio=10_000, unzipped_bytes=20 * MIB), "unfolds to more than 0.0 GiB"),
    ],
)
def test_a_zip_bomb_is_refused(read: Read, limits: object, sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence):
        read(gzip.compress(b"1,2\n" * 10 * MIB, mtime=0), name="a.csv.gz", limits=limits)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
@pytest.mark.parametrize("end", [b"", b"\n1,2\n"])
def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path, name: str, end: bytes) -> None:
    """A file with holes: 512 MiB that take no place on the disk."""
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.seek(512 * MIB)
        file.write(b"x" + end)
    known = Fingerprint("", path.stat().st_size, path.stat().st_mtime_ns, None, has_nul=False)
    tracemalloc.start()
    try:
        refused = pytest.raises(InputRefused, match=rf"{name}:3: this line is longer than 8 MiB")
        with refused, open_file(path, known=known) as reader:
            list(reader.chunks())
        assert tracemalloc.get_traced_memory()[1] < 100 * MIB
    finally:
        tracemalloc.stop()


def test_a_line_of_just_the_limit_is_read(read: Read) -> None:
    limits = replace(LIMITS, line_bytes=2 * MIB)
    row = "x" * (2 * MIB - 2) + ",1"
    assert len(read(f"a,b\n{row}\n1,2\n", limits=limits).rows) == 2
    with pytest.raises(InputRefused, match=r"orders.csv:3: this line is longer than 2 MiB"):
        read(f"a,b\n1,2\nx{row}\n1,2\n", limits=limits)


def test_a_file_over_the_limit_is_refused(read: Read) -> None:
    with pytest.raises(InputRefused, match=r"more than 0.0 GiB"):
        read(ROWS, limits=replace(LIMITS, file_bytes=10))


def test_more_columns_than_the_limit_are_refused(read: Read) -> None:
    with pytest.raises(InputRefused, match="the header has 5 columns, more than 4"):
        read("a,b,c,d,e\n", limits=replace(LIMITS, columns=4))


def test_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="there is no such file"):
        open_file(tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["folder.csv", "folder.parquet", "folder.xlsx", "folder.jsonl"])
def test_a_folder_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(InputRefused, match="this is a folder, not a file"):
        open_file(tmp_path / name)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(InputRefused, match="this is no regular file"):
        open_file(tmp_path / "a.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS)
    path.chmod(0)
    with pytest.raises(InputRefused, match="this user may not read it"):
        open_file(path)


@pytest.mark.parametrize("name", ["orders", "orders.pdf", "orders.xls", "orders.parquet.gz"])
def test_a_name_that_tells_no_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(ROWS)
    with pytest.raises(InputRefused, match="set `format:` to csv, parquet, jsonl or xlsx"):
        open_file(tmp_path / name)


def test_the_format_may_be_set(read: Read) -> None:
    assert len(read(ROWS, name="orders.dat", format="csv").rows) == 10


def grow(path: Path) -> None:
    with path.open("a") as file:
        file.write("5,6\n")


def touch(path: Path) -> None:
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def replace_by_another(path: Path) -> None:
    other = path.with_suffix(".new")
    shutil.copy2(path, other)
    other.replace(path)


@pytest.mark.parametrize("change", [grow, touch, replace_by_another])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS)
    with open_file(path, ReadOptions(), replace(LIMITS, chunk_rows=5)) as reader:
        chunks = reader.chunks()
        assert isinstance(next(chunks), Chunk)
        change(path)
        with pytest.raises(InputRefused, match=r"it changed while it was read.*run again"):
            list(chunks)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_file_that_vanishes_while_it_is_read_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(ROWS)
    with open_file(path) as reader:
        path.unlink()
        with pytest.raises(InputRefused, match="it vanished while it was read"):
            list(reader.chunks())


def test_a_file_that_changed_since_its_fingerprint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS)
    known = fingerprint(path)
    grow(path)
    with pytest.raises(InputRefused, match="it changed while it was read"):
        open_file(path, known=known)


def test_reading_opens_no_other_file(tmp_path: Path, read: Read) -> None:
    """Personal values must not lie about in temporary files."""
    before = set(Path(os.environ.get("TMPDIR", "/tmp")).iterdir())
    read("姓名,城市\n张伟,北京\n".encode("gb18030"))
    assert {path.name for path in tmp_path.iterdir()} == {"orders.csv"}
    assert not {
        path for path in set(Path(os.environ.get("TMPDIR", "/tmp")).iterdir()) - before if path.is_file()
    }
