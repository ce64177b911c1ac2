from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from keepwell.core.errors import InputRefused
from keepwell.intake.readers import LIMITS, ROW

if TYPE_CHECKING:
    from intake.readers.conftest import Read

NAME = "events.jsonl"


def test_values_come_as_they_are_written(read: Read) -> None:
    line = (
        '{"id": 123456789012345678901, "price": 1.10, "e": 1E5, "ok": true, "text": "张", "no": null, "": ""}'
    )
    content = read(line, name=NAME)
    assert content.rows[1] == {
        "id": "123456789012345678901",
        "price": "1.10",
        "e": "1E5",
        "ok": "true",
        "text": "张",
        "no": None,
        "": None,
    }


def test_objects_are_flattened_and_lists_left_as_json(read: Read) -> None:
    line = '{"a": {"b": {"c": 1}, "d": {}}, "list": [1.50, {"x": "张"}, null], "empty": []}'
    assert read(line, name=NAME).rows[1] == {
        "a.b.c": "1",
        "a.d": "{}",
        "list": '[1.50, {"x": "张"}, null]',
        "empty": "[]",
    }


def test_keys_of_all_rows_make_the_columns(read: Read) -> None:
    content = read('{"a": 1}\n\n{"b": 2}\r\n{"a": 3, "b": 4}', name=NAME)
    assert content.columns == ("a", "b")
    assert content.rows == {1: {"a": "1", "b": None}, 2: {"a": None, "b": "2"}, 3: {"a": "3", "b": "4"}}


def test_broken_rows(read: Read) -> None:
    lines = [
        '{"a": 1}',
        '{"a": 1',
        "[1]",
        '"a"',
        '{"a": 1, "a": 2}',
        '{"a.b": 1, "a": {"b": 2}}',
        '{"a": "\\u0000"}',
        '{"a": "\\ud800"}',
        "[" * 100_000,
        '{"a": 2}',
    ]
    content = read("\n".join(lines), name=NAME)
    assert content.rows == {1: {"a": "1"}, 10: {"a": "2"}}
    assert content.reasons == {
        2: "bad_json",
        3: "not_an_object",
        4: "not_an_object",
        5: "repeated_key",
        6: "repeated_key",
        7: "undecodable",
        8: "undecodable",
        9: "bad_json",
    }
    assert content.broken[2].text == '{"a": 1'


def test_rows_are_numbered_across_chunks(read: Read) -> None:
    lines = "".join(f'{{"n": {n}}}\n' if n % 3 else "broken\n" for n in range(1, 101))
    content = read(lines, name=NAME, limits=replace(LIMITS, chunk_rows=7))
    assert all(row["n"] == str(number) for number, row in content.rows.items())
    assert sorted(content.broken) == list(range(3, 101, 3))
    assert max(content.chunk_rows) <= 7


def test_chunks_of_many_parts_have_all_keys(read: Read) -> None:
    lines = "".join(json.dumps({"n": n, f"k{n // 10_000}": 1}) + "\n" for n in range(25_000))
    content = read(lines, name=NAME)
    assert content.chunk_rows == [25_000]
    assert content.rows[25_000] == {"n": "24999", "k0": None, "k1": None, "k2": "1"}


def test_wanted_keys_alone_are_read(read: Read) -> None:
    content = read('{"a": 1, "b": 2}\n{"a": 3}', name=NAME, wanted=["b"])
    assert content.rows == {1: {"b": "2"}, 2: {"b": None}}


@pytest.mark.parametrize("rows", [10, 12_000])
def test_a_wanted_key_that_no_row_has(read: Read, rows: int) -> None:
    with pytest.raises(InputRefused, match=r"amuont: no such column .did you mean `amount`"):
        read('{"amount": 1}\n' * rows, name=NAME, wanted=["amuont"])


def test_a_wanted_key_that_comes_late(read: Read) -> None:
    content = read('{"a": 1}\n' * 12_000 + '{"b": 2}\n', name=NAME, wanted=["b"])
    assert content.rows[12_001] == {"b": "2"}


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_refused(read: Read, text: str) -> None:
    with pytest.raises(InputRefused, match="the file is empty"):
        read(text, name=NAME)


def test_too_many_keys_are_refused(read: Read) -> None:
    lines = "".join(f'{{"k{n}": 1}}\n' for n in range(20))
    with pytest.raises(InputRefused, match="more than 10 keys"):
        read(lines, name=NAME, limits=replace(LIMITS, columns=10))


def test_the_row_number_s_name_is_refused(read: Read) -> None:
    with pytest.raises(InputRefused, match="is taken by the row number"):
        read(json.dumps({ROW: 1}), name=NAME)


def test_other_encodings(read: Read) -> None:
    content = read('{"姓名": "张伟", "城市": "北京"}\n'.encode("gb18030") * 20, name=NAME)
    assert content.rows[20] == {"姓名": "张伟", "城市": "北京"}
