from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepwell.core.errors import InputRefused
from keepwell.intake.readers import LIMITS, ROW, ReadOptions, open_file

if TYPE_CHECKING:
    from intake.readers.conftest import Read

SMALL = replace(LIMITS, chunk_rows=3)


def test_values_are_raw_text_and_an_empty_one_is_null(read: Read) -> None:
    content = read('id,phone,note\n007,"=""00123""",\n2,\t13800138000,""\n')
    assert content.columns == ("id", "phone", "note")
    assert content.rows == {
        1: {"id": "007", "phone": '="00123"', "note": None},
        2: {"id": "2", "phone": "\t13800138000", "note": None},
    }
    assert content.found.encoding == "utf-8"


def test_every_column_is_text_and_the_row_number_a_whole_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    with open_file(path) as reader:
        (chunk,) = reader.chunks()
    types: dict[str, pa.DataType] = {"a": pa.string(), "b": pa.string(), ROW: pa.int64()}
    assert chunk.table.schema == pa.schema(types)


def test_rows_of_another_width_are_broken_and_the_others_keep_their_numbers(read: Read) -> None:
    content = read('a,b\n1,2\n3\n"x\ny",4\n5,6,7\n\n8,9\n')
    assert content.rows == {
        1: {"a": "1", "b": "2"},
        3: {"a": "x\ny", "b": "4"},
        5: {"a": "8", "b": "9"},
    }
    assert content.reasons == {2: "too_few_columns", 4: "too_many_columns"}
    assert content.broken[4].text == "5,6,7"


@pytest.mark.parametrize("count", [100, 5_000, 200_000])
def test_numbers_are_right_across_blocks_and_chunks(read: Read, count: int) -> None:
    """Blocks are of 1 MiB; every 7th row is broken, every 11th holds a line end."""
    lines = [
        f"{n}" if n % 7 == 0 else f'{n},"two\nlines"' if n % 11 == 0 else f"{n},one line"
        for n in range(1, count)
    ]
    content = read("n,text\n" + "\n".join(lines), limits=replace(LIMITS, line_bytes=1024, chunk_rows=30_000))
    assert {number: row["n"] for number, row in content.rows.items()} == {
        n: str(n) for n in range(1, count) if n % 7
    }
    assert sorted(content.broken) == [n for n in range(1, count) if n % 7 == 0]
    assert max(content.chunk_rows) <= 30_000


def test_chunks_hold_at_most_the_rows_of_the_limit(read: Read) -> None:
    content = read("a,b\n" + "1,2\n" * 8, limits=SMALL)
    assert content.chunk_rows == [3, 3, 2]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(read: Read, end: str) -> None:
    content = read(end.join(["a,b", "1,2", "3,4", ""]))
    assert content.rows == {1: {"a": "1", "b": "2"}, 2: {"a": "3", "b": "4"}}


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(read: Read, delimiter: str) -> None:
    rows = [["id", "sold at", "amount"], ["1", "2026-01-02 10:00", "3,50"], ["2", "2026-01-03 11:00", "4,00"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    content = read(text.getvalue())
    assert content.found.delimiter == delimiter
    assert content.rows[2] == dict(zip(rows[0], rows[2], strict=True))


def test_the_delimiter_of_most_columns_wins_only_if_the_rows_agree(read: Read) -> None:
    content = read("name|tags\nAnn|a,b,c\nBob|d\nCid|e,f\n")
    assert content.found.delimiter == "|"


def test_a_file_of_one_column(read: Read) -> None:
    assert read("phone\n13800138000\n\n13900139000\n").column("phone") == ["13800138000", "13900139000"]


def test_single_quotes_are_found_where_there_are_no_double_ones(read: Read) -> None:
    content = read("a;b\n'x;y';'1'\n'z';'2'\n")
    assert content.found.quote == "'"
    assert content.column("a") == ["x;y", "z"]


def test_an_apostrophe_is_no_quote(read: Read) -> None:
    assert read("a,b\nO'Hara,1\nd'Arc,2\n").found.quote == '"'


def test_delimiter_and_quote_may_be_set(read: Read) -> None:
    assert read('a:b\n"1:2\n', delimiter=":", quote="").rows == {1: {"a": '"1', "b": "2"}}


@pytest.mark.parametrize("options", [{"delimiter": "||"}, {"delimiter": "，"}, {"quote": "\n"}])
def test_a_delimiter_is_one_ascii_character(read: Read, options: dict[str, str]) -> None:
    with pytest.raises(InputRefused, match="is not one ASCII character"):
        read("a,b\n1,2\n", **options)


def test_the_line_that_spreadsheets_put_first(read: Read) -> None:
    content = read("sep=;\r\na;b\r\n1,5;2\r\n")
    assert content.rows == {1: {"a": "1,5", "b": "2"}}


def test_rows_above_the_header_are_skipped(read: Read) -> None:
    content = read("Sales of May\n\nid,amount\n1,2\n", header_row=3)
    assert content.rows == {1: {"id": "1", "amount": "2"}}


def test_the_header_is_trimmed(read: Read) -> None:
    assert read("\ufeff id , amount\u3000\n1,2\n").columns == ("id", "amount")


def test_a_header_with_a_line_end_in_quotes(read: Read) -> None:
    assert read('"a\nb",c\n1,2\n').rows == {1: {"a\nb": "1", "c": "2"}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file is empty"),
        ("\n \n", "the file is empty"),
        ("\na,b\n", "row 1, where the header should be, is empty or missing"),
        ("a,b,a\n1,2,3\n", "columns 1 and 3 have the same name"),
        ("a,,c\n1,2,3\n", "column 2 has no name"),
        (",\n1,2\n", "the header is empty"),
        (f"a,{ROW}\n1,2\n", "is taken by the row number"),
    ],
)
def test_a_header_that_names_no_columns_is_refused(read: Read, text: str, sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence):
        read(text)


def test_a_header_alone_is_a_file_without_rows(read: Read) -> None:
    content = read("a,b")
    assert (content.columns, content.rows, content.broken) == (("a", "b"), {}, {})


def test_a_file_may_have_broken_rows_only(read: Read) -> None:
    assert read("a,b\n1\n2\n").reasons == {1: "too_few_columns", 2: "too_few_columns"}


def test_wanted_columns_alone_are_read(read: Read) -> None:
    assert read("a,b,c\n1,2,3\n", wanted=["c", "a"]).rows == {1: {"a": "1", "c": "3"}}


def test_a_wanted_column_that_is_not_there(read: Read) -> None:
    with pytest.raises(InputRefused) as refused:
        read("order_id,amount,city\n1,2,3\n", wanted=["order_id", "amuont"])
    (problem,) = refused.value.problems
    assert problem.file is not None
    assert problem.file.endswith("orders.csv")
    assert problem.field == "amuont"
    assert problem.hint == "did you mean `amount`? the header is: order_id, amount, city"


def test_a_row_in_place_of_the_header_is_not_shown(read: Read) -> None:
    with pytest.raises(
        InputRefused, match="its header lacks most columns of this source: order_id, amount"
    ) as refused:
        read("A1,Iris Meadow,13800138000\nA2,Hazel Brook,13800138001\n", wanted=["order_id", "amount"])
    assert "Iris" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "rows", "broken"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', {1: {"a": "1", "b": "2"}}, {2: "3,4\n5,6\n"}),
        ('a,b\n1,2\n"3,4\n5,6', {1: {"a": "1", "b": "2"}}, {2: '"3,4\n5,6'}),
        ('a,b\n1,"2', {}, {1: "1,2"}),
    ],
)
@pytest.mark.parametrize("wanted", [None, ["a"]])
def test_a_quote_open_at_the_end_breaks_the_row(
    read: Read, text: str, rows: dict[int, object], broken: dict[int, str], wanted: list[str] | None
) -> None:
    content = read(text, wanted=wanted)
    assert content.reasons == dict.fromkeys(broken, "open_quote")
    assert list(content.rows) == list(rows)
    if wanted is None:
        assert {number: row.text for number, row in content.broken.items()} == broken
        assert content.rows == rows


def test_a_closed_quote_with_line_ends_at_the_end_is_fine(read: Read) -> None:
    assert read('a,b\n1,"2\n\n"\n').rows == {1: {"a": "1", "b": "2\n\n"}}


def test_a_forgotten_quote_that_swallows_rows_is_told(read: Read) -> None:
    text = 'id,name,city,amount\n1,"Ann,Oslo,5\n2,"Bob",Rome,6\n3,"Cid\nJr.",Bonn,7\n'
    content = read(text)
    assert content.reasons == {1: "open_quote"}
    assert content.rows == {2: {"id": "3", "name": "Cid\nJr.", "city": "Bonn", "amount": "7"}}


def test_a_quote_open_over_more_than_a_line_may_hold_is_refused(read: Read) -> None:
    text = 'a,b\n1,2\n3,"4\n' + "5,6\n" * 700_000
    with pytest.raises(InputRefused, match=r"a row is longer than 1 MiB .*a quote that is never closed"):
        read(text, limits=replace(LIMITS, line_bytes=1024 * 1024))


def test_a_quote_left_open_in_the_header_is_refused(read: Read) -> None:
    for rows in (2, 400_000):
        with pytest.raises(InputRefused, match="the header holds a quote that is never closed"):
            read('a,"b\n' + "1,2\n" * rows)


def test_nul_breaks_the_row(read: Read) -> None:
    content = read(b"a,b\n1,2\n3,4\0\n5,6\n", wanted=["a"])
    assert content.reasons == {2: "undecodable"}
    assert content.broken[2].text == "3,4\ufffd00"
    assert content.column("a") == ["1", "5"]


def test_a_file_without_one_good_row_is_refused(read: Read) -> None:
    with pytest.raises(InputRefused, match="none of the first 50 rows has 2 columns"):
        read("a,b\n" + "1,2,3\n" * 60, limits=replace(LIMITS, broken_rows_first=50), delimiter=",")


def test_errors_quote_no_values(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"张三13800138000' + "x" * 3_000_000)
    limits = replace(LIMITS, line_bytes=1024 * 1024)
    with pytest.raises(InputRefused) as refused, open_file(path, ReadOptions(), limits) as reader:
        list(reader.chunks())
    assert "张三" not in str(refused.value)
    assert "138" not in str(refused.value)


def test_broken_rows_do_not_show_their_text(read: Read) -> None:
    assert "13800138000" not in repr(read("a,b\n13800138000\n").broken)


FIELDS = st.text(st.characters(exclude_characters="\0\r\x03", exclude_categories=["Cs"]), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(FIELDS, FIELDS, FIELDS), min_size=1, max_size=8))
def test_what_a_writer_wrote_is_read(read: Read, rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    content = read(text.getvalue())
    expected = [dict(zip("abc", (value or None for value in row), strict=True)) for row in rows]
    assert list(content.rows.values()) == expected
