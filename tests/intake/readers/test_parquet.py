from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.core.errors import InputRefused
from keepwell.intake.readers import LIMITS, ROW, ReadOptions, open_file

if TYPE_CHECKING:
    from intake.readers.conftest import Read

TABLE = pa.table(
    {
        "id": pa.array([1, 2, 3], pa.int64()),
        "city": pa.array(["北京", None, "上海"]).dictionary_encode(),
        "amount": pa.array([Decimal("1.10"), Decimal("2.00"), None], pa.decimal128(10, 2)),
        "at": pa.array(
            [dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (1, 2, 3)], pa.timestamp("us", "UTC")
        ),
        "note": pa.array(["a", "b", "c"], pa.large_string()),
    }
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "orders.parquet"
    pq.write_table(TABLE, path)
    return path


def test_types_stay_and_dictionaries_are_decoded(path: Path) -> None:
    with open_file(path) as reader:
        (chunk,) = reader.chunks()
    types: dict[str, pa.DataType] = {
        "id": pa.int64(),
        "city": pa.string(),
        "amount": pa.decimal128(10, 2),
        "at": pa.timestamp("us", "UTC"),
        "note": pa.string(),
        ROW: pa.int64(),
    }
    assert chunk.table.schema == pa.schema(types)
    assert chunk.table.column(ROW).to_pylist() == [1, 2, 3]
    assert chunk.table.column("city").to_pylist() == ["北京", None, "上海"]


def test_rows_are_numbered_through_all_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "n.parquet"
    pq.write_table(pa.table({"n": range(1, 1001)}), path, row_group_size=70)
    with open_file(path, ReadOptions(), replace(LIMITS, chunk_rows=300)) as reader:
        chunks = list(reader.chunks())
    assert [chunk.rows for chunk in chunks] == [300, 300, 300, 100]
    assert all(chunk.table.column("n").equals(chunk.table.column(ROW)) for chunk in chunks)


def test_wanted_columns_alone_are_read(read: Read, path: Path) -> None:
    assert read(path, wanted=["amount", "id"]).rows[1] == {"id": 1, "amount": Decimal("1.10")}


def test_a_wanted_column_that_is_not_there(path: Path) -> None:
    with pytest.raises(InputRefused, match="did you mean `amount`"):
        open_file(path, wanted=["amuont"])


def test_a_file_without_rows(tmp_path: Path, read: Read) -> None:
    pq.write_table(TABLE.slice(0, 0), tmp_path / "a.parquet")
    content = read(tmp_path / "a.parquet")
    assert content.columns == tuple(TABLE.column_names)
    assert not content.rows


@pytest.mark.parametrize("content", [b"", b"PAR1", b"a,b\n1,2\n", b"PAR1" * 100])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(InputRefused, match="it is no Parquet file, or a damaged or incomplete one"):
        open_file(path)


def test_a_truncated_file_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputRefused, match="damaged or incomplete"):
        open_file(path)


def test_a_file_damaged_in_the_middle_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"t": [f"text {n}" for n in range(10_000)]}), path, use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:400] = b"\xff" * 396
    path.write_bytes(content)
    with pytest.raises(InputRefused, match="damaged or incomplete"), open_file(path) as reader:
        list(reader.chunks())
