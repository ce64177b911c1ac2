"""Texts as spreadsheets and tills leave them."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.intake.cleaning import clean_text, clean_texts

CLEANED = {
    "plain": "plain",
    "two words": "two words",
    '="00123"': "00123",
    '=" 00123 "': "00123",
    '  ="00123"\t': "00123",
    '=""': None,
    "=1+1": "=1+1",
    "=": "=",
    '="a" & "b': '="a" & "b',
    "\ttab\t": "tab",
    "\r\nline\n": "line",
    "'00123": "00123",
    " '00123": "00123",
    "'tis": "'tis",
    "O'Hara": "O'Hara",
    "'": "'",
    "\u3000张三\u3000": "张三",  # full-width spaces
    "\u3000": None,
    "\u00a0x\u00a0": "x",
    "张\u3000三": "张\u3000三",
    "Cafe\u0301": "Caf\u00e9",
    "Caf\u00e9": "Caf\u00e9",
    "ﬁ": "ﬁ",  # a ligature means itself: NFC, not NFKC
    "１２": "１２",
    "": None,
    "   ": None,
    "\t": None,
}


@pytest.mark.parametrize("text", CLEANED)
def test_a_text(text: str) -> None:
    assert clean_text(pa.array([text])).to_pylist() == [CLEANED[text]]


def test_a_column_at_once_sliced_and_in_parts() -> None:
    texts = [*CLEANED, None]
    expected = [*CLEANED.values(), None]
    column = pa.array(texts, pa.string())
    assert clean_text(column).to_pylist() == expected
    assert clean_text(column.slice(3, 9)).to_pylist() == expected[3:12]
    parts = pa.chunked_array([column.slice(0, 5), column.slice(5, 0), column.slice(5)])
    assert clean_text(parts).to_pylist() == expected


def test_columns_without_any_text() -> None:
    for none in (pa.array([], pa.string()), pa.chunked_array([], pa.string()), pa.nulls(2, pa.string())):
        assert clean_text(none).to_pylist() == [None] * len(none)


def test_only_texts_are_touched() -> None:
    table = pa.table({"text": [" a ", None], "number": [1, 2], "flag": [True, None]})
    assert clean_texts(table).to_pydict() == {"text": ["a", None], "number": [1, 2], "flag": [True, None]}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("a1'=\" \t\n\u3000\u00a0é\u0301张"), max_size=8) | st.none(), max_size=12
    )
)
def test_the_quick_way_is_the_plain_way(texts: list[str | None]) -> None:
    """A value is cleaned by itself: what stands in other rows, which decides the steps taken, changes nothing."""
    together = clean_text(pa.array(texts, pa.string())).to_pylist()
    assert together == [clean_text(pa.array([text], pa.string())).to_pylist()[0] for text in texts]
    for text in filter(None, together):
        assert text == unicodedata.normalize("NFC", text)
        assert text == text.strip()
