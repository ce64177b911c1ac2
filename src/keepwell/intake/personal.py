"""Personal values and free texts leave the rows here, before the engine sees them.

What goes on to the lake has, in their place, a pseudonym for the party's id where that is personal, and a keyed
digest that tells whether they changed. The values themselves are handed on apart, for the vault.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from keepwell.intake.amounts import plainly
from keepwell.intake.cleaning import Texts, clean_text, clean_texts
from keepwell.intake.contract import Contract
from keepwell.intake.normalise import normalise_column
from keepwell.intake.readers import ROW
from keepwell.language.types import Type

PROBLEMS = "__problems__"
DIGEST = "__digest__"


class Pseudonyms(Protocol):
    """Keyed hashes, lent by whoever holds the keys."""

    def pseudonym(self, system: str, value: str) -> str:
        """Stands for a value: the same for the same value, and nobody without the key can tell which."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk divided.

    ``plain`` has the mapped plain columns by their lake names, ROW, and where the source has personal columns
    PROBLEMS (``field=reason;`` …) and DIGEST. ``personal`` has ROW and the normalised personal values and free texts.
    """

    plain: pa.Table
    personal: pa.Table | None


@dataclass(slots=True)
class PersonalRows:
    """Personal values and free texts of an input's good rows, in file order.

    Each table has ROW, ``key``, ``party_key``, ``said_at`` (naive UTC: the row's revision, else when it happened;
    missing where it says neither) and one column per personal field and free text.
    """

    tables: list[pa.Table] = field(default_factory=list, repr=False)

    def persons(
        self, fields: Collection[str], rows: pa.Array[Any], size: int
    ) -> Iterator[list[tuple[str, datetime | None, dict[str, str]]]]:
        """``(party_key, said_at, values)`` of the numbered rows that say whose they are, ``size`` at a time."""
        for table in self.tables:
            told = table.filter(pc.and_(pc.is_in(table[ROW], rows), pc.is_valid(table["party_key"])))
            for batch in told.select(["party_key", "said_at", *fields]).to_batches(max_chunksize=size):
                found = batch.to_pylist()
                yield [(row.pop("party_key"), _utc(row.pop("said_at")), _present(row)) for row in found]

    def free_texts(
        self, fields: Collection[str], rows: pa.Array[Any]
    ) -> Iterator[tuple[str, str | None, dict[str, str]]]:
        """``(key, party_key, texts)`` of the numbered rows that have free text."""
        for table in self.tables if fields else ():
            told = table.filter(pc.is_in(table[ROW], rows)).select(["key", "party_key", *fields])
            for row in told.to_pylist():
                key, party = row.pop("key"), row.pop("party_key")
                if texts := _present(row):
                    yield key, party, texts


def _utc(naive: datetime | None) -> datetime | None:
    return None if naive is None else naive.replace(tzinfo=UTC)


def _present(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


NOT_GIVEN = pa.array(["empty", "placeholder"])
"""Reasons that only say that there is no value: 无, "none". The row is as good as one with nothing there."""


def prepare(table: pa.Table, contract: Contract, pseudonyms: Pseudonyms) -> Prepared:
    """Divide a chunk of raw rows into what may go to the lake and what goes to the vault.

    A column that these rows lack is missing values: JSON leaves such keys out.
    """
    for column in contract.raw_columns:
        if column not in table.column_names:
            table = table.append_column(column, pa.nulls(table.num_rows, pa.string()))
    raw = {name: contract.column(name) for name in contract.types if name not in contract.personal}
    plain = clean_texts(pa.table({name: table[column] for name, column in raw.items()}))
    plain = _numbers_plainly(plain, contract)
    plain = plain.append_column(ROW, table[ROW])
    if not contract.has_personal:
        return Prepared(plain, None)
    values: dict[str, Texts] = {}
    problems: Texts = pa.array([""] * table.num_rows, pa.string())
    for name, kind in contract.personal.items():
        texts = clean_text(_as_text(table[contract.column(name)]))
        if kind == "other":
            values[name] = texts
            continue
        values[name], reasons, _ = normalise_column(kind, texts)
        problems = _with_reasons(problems, name, reasons)
    for name in contract.required & values.keys():
        absent = pc.if_else(pc.is_null(values[name]), "missing", pa.scalar(None, pa.string()))
        problems = _with_reasons(problems, name, absent)
    for name in contract.free_text:
        values[name] = clean_text(_as_text(table[contract.column(name)]))
    if "party" in values:
        plain = plain.append_column("party", _pseudonyms(values["party"], contract.system, pseudonyms))
    plain = plain.append_column(PROBLEMS, problems)
    plain = plain.append_column(DIGEST, _digests(list(values.values()), contract.system, pseudonyms))
    return Prepared(plain, pa.table({ROW: table[ROW], **values}))


def _numbers_plainly(plain: pa.Table, contract: Contract) -> pa.Table:
    for position, name in enumerate(plain.column_names):
        kind = contract.types[name]
        if kind in {Type.MONEY, Type.WHOLE, Type.NUMBER} and pa.types.is_string(
            plain.schema.field(name).type
        ):
            plain = plain.set_column(position, name, plainly(plain[name], kind))
    return plain


def _as_text(values: Texts) -> Texts:
    if pa.types.is_floating(values.type):
        # A phone that became a float on its way is whole again, or shows that it was rounded.
        rounded = pc.round(values)
        if pc.all(pc.equal(values, rounded)).as_py() is not False:
            values = rounded.cast(pa.int64(), safe=False)
    return values.cast(pa.string())


def _with_reasons(problems: Texts, name: str, reasons: Texts) -> Texts:
    given = pc.if_else(pc.is_in(reasons, NOT_GIVEN), pa.scalar(None, pa.string()), reasons)
    found = _joined(name, "=", given, ";")
    return _joined(problems, pc.coalesce(found, pa.scalar("")))


def _pseudonyms(values: Texts, system: str, pseudonyms: Pseudonyms) -> Texts:
    codes = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    codes = codes.dictionary_encode()
    hashed = [pseudonyms.pseudonym(system, str(value)) for value in codes.dictionary.to_pylist()]
    return pa.array(hashed, pa.string()).take(codes.indices)


def _digests(values: Sequence[Texts], system: str, pseudonyms: Pseudonyms) -> Texts:
    given = [pc.coalesce(value, pa.scalar("")) for value in values]
    joined = _joined(*given, separator="\x1f").to_pylist()
    return pa.array([pseudonyms.pseudonym(f"{system}/row", str(value)) for value in joined], pa.string())


def _joined(*parts: Texts | pa.StringScalar | str, separator: str = "") -> Texts:
    """Texts joined row by row; missing where a part is missing."""
    arguments: list[Any] = [*parts, separator]
    joined: Texts = pc.binary_join_element_wise(*arguments, null_handling="emit_null")
    return joined
