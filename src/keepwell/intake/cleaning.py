"""Text as spreadsheets and tills leave it, made plain: space and tabs round it, ``="…"``, decomposed letters."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Texts: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"
"""A column of texts."""

SPACE, QUOTE, EQUALS, LAST_ASCII = 0x20, 0x27, 0x3D, 0x7F


def clean_texts(table: pa.Table) -> pa.Table:
    """The table with every text column trimmed, unwrapped and in NFC; what is then empty is missing."""
    cleaned = {
        name: clean_text(table[name]) if pa.types.is_string(table.schema.field(name).type) else table[name]
        for name in table.column_names
    }
    return pa.table(cleaned)


def clean_text(values: Texts) -> Texts:
    """One column, see :func:`clean_texts`. The costly steps are taken only where a value needs them."""
    edges, is_ascii = _bytes(values)
    if edges[: SPACE + 1].any() or edges[LAST_ASCII:].any():
        values = pc.utf8_trim_whitespace(values)
        edges, _ = _bytes(values)
    if edges[EQUALS]:
        values = pc.replace_substring_regex(values, '^="(.*)"$', r"\1")
        values = pc.utf8_trim_whitespace(values)
    if edges[QUOTE]:
        # A spreadsheet's mark for "this number is text".
        values = pc.replace_substring_regex(values, "^'([0-9]+)$", r"\1")
    if not is_ascii:
        values = pc.call_function("utf8_normalize", [values], pc.Utf8NormalizeOptions("NFC"))
    is_empty = pc.equal(values, pa.scalar(""))
    return pc.if_else(is_empty, pa.scalar(None, pa.string()), values) if pc.any(is_empty).as_py() else values


def _bytes(values: Texts) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], bool]:
    """Which bytes the texts begin and end with, and whether all of them are ASCII.

    Looked up in Arrow's own buffers, which is ten times quicker than to trim every text.
    """
    found, is_ascii = np.zeros(256, dtype=np.bool_), True
    for chunk in values.chunks if isinstance(values, pa.ChunkedArray) else [values]:
        _, places, text = chunk.buffers()
        if places is None or text is None or not len(chunk):
            continue
        offsets = np.frombuffer(memoryview(places), np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        data = np.frombuffer(memoryview(text), np.uint8)[: offsets[-1]]
        there = offsets[1:] > offsets[:-1]
        found[data[offsets[:-1][there]]] = True
        found[data[offsets[1:][there] - 1]] = True
        own = data[offsets[0] :]
        is_ascii = is_ascii and not (own.size and own.max() > LAST_ASCII)
    return found, is_ascii
