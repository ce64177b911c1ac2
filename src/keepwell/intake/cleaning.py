"""Text as spreadsheets and tills leave it, made plain: space and tabs round it, ``="…"``, decomposed letters."""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Texts: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"
"""A column of texts."""


def clean_texts(table: pa.Table) -> pa.Table:
    """The table with every text column trimmed, unwrapped and in NFC; what is then empty is missing."""
    cleaned = {
        name: clean_text(table[name]) if pa.types.is_string(table.schema.field(name).type) else table[name]
        for name in table.column_names
    }
    return pa.table(cleaned)


def clean_text(values: Texts) -> Texts:
    """One column, see :func:`clean_texts`. The costly steps are taken only where a value needs them."""
    values = pc.utf8_trim_whitespace(values)
    if pc.any(pc.starts_with(values, "=")).as_py():
        values = pc.replace_substring_regex(values, '^="(.*)"$', r"\1")
        values = pc.utf8_trim_whitespace(values)
    if pc.any(pc.starts_with(values, "'")).as_py():
        # A spreadsheet's mark for "this number is text".
        values = pc.replace_substring_regex(values, "^'([0-9]+)$", r"\1")
    if not pc.all(pc.string_is_ascii(values)).as_py():
        values = pc.call_function("utf8_normalize", [values], pc.Utf8NormalizeOptions("NFC"))
    filled: Texts = pc.if_else(pc.equal(values, pa.scalar("")), pa.scalar(None, pa.string()), values)
    return filled
