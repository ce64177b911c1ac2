"""The files of a plan: which are read, and what lies where nothing would read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from keepwell.catalog.files import PlanFiles, read_folder
from keepwell.core.errors import PlanRefused
from support.plans import ORDERS, SETTINGS, problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"keepwell.toml": SETTINGS, "sources/orders.yml": ORDERS}.items():
        put(tmp_path / name, text.encode())
    return tmp_path


def put(path: Path, content: bytes = b"") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def wrong(folder: Path) -> list[str]:
    with pytest.raises(PlanRefused) as refused:
        read_folder(folder)
    return [str(problem) for problem in refused.value.problems]


def test_only_what_defines_the_plan_is_read(folder: Path) -> None:
    for name in (
        "data/big.csv",
        "notes.txt",
        ".git/x.yml",
        ".keepwell/x.yml",
        "sources/readme.md",
        "rates.csv",
    ):
        put(folder / name, b"x")
    assert list(read_folder(folder)) == ["keepwell.toml", "rates.csv", "sources/orders.yml"]


def test_texts_are_kept_to_the_byte(folder: Path) -> None:
    put(folder / "fields/a.yml", b"\xef\xbb\xbfa: \xe7\x94\xb2\r\n")
    assert read_folder(folder)["fields/a.yml"].encode() == b"\xef\xbb\xbfa: \xe7\x94\xb2\r\n"


def test_no_plan_here(tmp_path: Path) -> None:
    (sentence,) = wrong(tmp_path)
    assert sentence == (
        f"there is no keepwell.toml in {tmp_path} (go to a plan folder, or make one with `keepwell init DIR`)"
    )


def test_all_that_lies_wrong(folder: Path) -> None:
    put(folder / "orders.yml")
    put(folder / "segements/vip.yml")
    put(folder / "stuff/x.yaml")
    put(folder / "fields/rfm.yaml")
    put(folder / "fields/gbk.yml", "# ok\nlabel: 订单".encode("gb18030"))
    put(folder / "fields/large.yml", b"x" * 1_000_001)
    places = "sources/, fields/, segments/"
    assert wrong(folder) == [
        "fields/rfm.yaml: a definition's file ends in .yml (rename it)",
        f"orders.yml: definitions lie in a folder (move it into one of {places})",
        "segements/vip.yml: nothing reads definitions in the folder `segements` (did you mean `segments`?)",
        f"stuff/x.yaml: nothing reads definitions in the folder `stuff` (definitions lie in {places})",
        "fields/gbk.yml:2: this is not UTF-8 text (save the file as UTF-8)",
        (
            "fields/large.yml: the file is larger than 1,000,000 bytes "
            "(definitions are small; split it, and keep data elsewhere)"
        ),
    ]


@pytest.mark.parametrize(
    "path", ["../x.yml", "/etc/x.yml", "sources/a/b.yml", "sources/..\\x.yml", "x.yml", "a\n"]
)
def test_files_that_come_from_elsewhere_are_held_to_the_same_places(path: str) -> None:
    hint = "definitions are .yml files in sources, fields, segments"
    assert problems({path: ""}) == f"{path}: a plan has no such file ({hint})"


def test_too_many_files() -> None:
    found = problems({f"fields/f{number}.yml": "" for number in range(1_000)})
    assert found == (
        "a plan has at most 1,000 files and 1,000 definitions (each window of a family counts as one)"
    )


def test_a_fingerprint_of_paths_and_texts() -> None:
    one = PlanFiles({"a": "1", "b": "2"})
    assert one.sha256 == PlanFiles({"b": "2", "a": "1"}).sha256
    assert one.sha256 != PlanFiles({"a": "12", "b": ""}).sha256
    assert one == {"a": "1", "b": "2"}


def test_the_difference_is_a_unified_diff() -> None:
    mine, theirs = (
        PlanFiles({"a": "1\n2\n", "b": "x\n"}),
        PlanFiles({"a": "1\n3\n", "b": "x\n", "c": "new\n"}),
    )
    assert mine.difference(theirs, names=("here", "there")).splitlines() == [
        "--- a (here)", "+++ a (there)", "@@ -1,2 +1,2 @@", " 1", "-2", "+3",
        "--- c (here)", "+++ c (there)", "@@ -0,0 +1 @@", "+new",
    ]  # fmt: skip
