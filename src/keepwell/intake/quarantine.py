"""Rows that could not be taken in: kept with their reason, to be mended and taken in again, or dropped.

The lake keeps, without personal values, which row of which input had which problem. The row itself, as it came,
is sealed in the vault under its quarantine id.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

import pyarrow as pa

from keepwell.intake.contract import Contract
from keepwell.intake.readers import BROKEN
from keepwell.intake.values import REASONS as VALUE_REASONS
from keepwell.lake.lake import Lake
from keepwell.lake.manifest import DataFile, Manifest
from keepwell.personal import REASONS as PERSONAL_REASONS
from keepwell.personal import mask

if TYPE_CHECKING:
    import ibis.expr.types as ir

REASONS = {
    **PERSONAL_REASONS,
    **VALUE_REASONS,
    **BROKEN,
    "in_the_future": "it lies in the future",
    "no_rate": "an amount in a currency the plan has no rate for on that day",
    "same_key": "another row of this file has the same key and other values",
}
"""Every reason but a source's own rules, explained."""

_TYPES: dict[str, pa.DataType] = {
    "quarantine_id": pa.string(),
    "source": pa.string(),
    "input": pa.string(),
    "row": pa.int64(),
    "problems": pa.string(),
    "recorded_at": pa.timestamp("us"),
}
SCHEMA = pa.schema(_TYPES)
_SETTLED_TYPES: dict[str, pa.DataType] = {
    "quarantine_id": pa.string(),
    "outcome": pa.string(),
    "settled_at": pa.timestamp("us"),
}
SETTLED_SCHEMA = pa.schema(_SETTLED_TYPES)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one field of a row. ``shown`` is its value, masked; the field is empty for the row."""

    field: str
    reason: str
    shown: str


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row kept back. ``original`` is personal throughout and goes to the vault alone."""

    quarantine_id: str
    row: int
    problems: tuple[RowProblem, ...]
    party_key: str | None
    original: Mapping[str, str | None] = field(repr=False)


def quarantine_id(source: str, input_name: str, content: str, row: int) -> str:
    """The same row of the same content always gets the same id, so that a repeated run keeps it once."""
    text = "\x1f".join((source, input_name, content, str(row)))
    return id_of_number(int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 4)


QUARANTINE_PREFIX = "q"


def id_of_number(number: int) -> str:
    """A quarantine id from its 60-bit number, which serves as row number when the row is taken in again."""
    return f"{QUARANTINE_PREFIX}{number:015x}"


def number_of_id(identifier: str) -> int:
    """Back from :func:`id_of_number`. Raises ValueError for what is no quarantine id."""
    if not re.fullmatch("q[0-9a-f]{15}", identifier):
        raise ValueError(f"`{identifier}` is no quarantine id; they look like q0123456789abcde")
    return int(identifier[1:], 16)


def row_problem(contract: Contract, code: str, raw: Mapping[str, object]) -> RowProblem:
    """A problem from its code ``field=reason`` and the raw row it was found in."""
    name, _, reason = code.partition("=")
    mapped = contract.source.columns.get(name)
    value = raw.get(contract.column(name)) if mapped is not None and mapped.value is None else None
    kind = contract.personal.get(name, "other")
    return RowProblem(name, reason, "" if value is None else shown(str(value), kind))


FIGURE = re.compile(r"[0-9.,%+-]{1,8}|[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?([ T][0-9:.]{4,15})?")
"""A short figure or a day: what may be shown of a plain column."""


def shown(value: str, kind: str = "other") -> str:
    """A value that may stand in a list: short figures and days as they are, all else masked.

    A shifted row has somebody's name or phone where an amount should be, so plain columns are masked as well.
    """
    return value if kind == "other" and FIGURE.fullmatch(value) else mask(kind, value[:200])


def explain(contract_rules: Sequence[str], problem: RowProblem) -> str:
    """A problem as a sentence. ``contract_rules`` are the texts of the source's own rules, in order."""
    if problem.reason.startswith("rule_"):
        number = int(problem.reason.removeprefix("rule_"))
        return contract_rules[number - 1] if number <= len(contract_rules) else "a rule of its source"
    text = REASONS.get(problem.reason, problem.reason)
    value = f" ({problem.shown})" if problem.shown else ""
    return f"{problem.field}: {text}{value}" if problem.field else f"{text}{value}"


def reasons_of(rows: Sequence[QuarantinedRow]) -> dict[str, int]:
    """How many rows have each ``field=reason``."""
    return dict(
        Counter(f"{problem.field}={problem.reason}" for row in rows for problem in row.problems).most_common()
    )


def write_quarantine(
    lake: Lake, source: str, input_name: str, rows: Sequence[QuarantinedRow], *, now: datetime
) -> tuple[DataFile, ...]:
    """Write records of quarantined rows; the caller lists the files in the next version."""
    naive = now.replace(tzinfo=None)
    table = pa.table(
        [
            [row.quarantine_id for row in rows],
            [source] * len(rows),
            [input_name] * len(rows),
            [row.row for row in rows],
            [problems_as_json(row.problems) for row in rows],
            [naive] * len(rows),
        ],
        schema=SCHEMA,
    )
    with lake.engine.lend(table) as lent:
        return lake.write(lent, "quarantine", row_count=len(rows))


def write_settled(lake: Lake, outcomes: Mapping[str, str], *, now: datetime) -> tuple[DataFile, ...]:
    """Write what became of quarantined rows: ``replayed``, ``dropped`` or ``superseded``, by id."""
    naive = now.replace(tzinfo=None)
    table = pa.table(
        [list(outcomes), list(outcomes.values()), [naive] * len(outcomes)], schema=SETTLED_SCHEMA
    )
    with lake.engine.lend(table) as lent:
        return lake.write(lent, "settled", row_count=len(outcomes))


def open_rows(lake: Lake, manifest: Manifest) -> ir.Table:
    """Records of the rows that are still in quarantine, each once."""
    rows = lake.read(manifest.quarantine, SCHEMA).distinct(on="quarantine_id", keep="first")
    settled = lake.read(manifest.settled, SETTLED_SCHEMA)
    return rows.anti_join(settled, "quarantine_id")


def replayed_ids(lake: Lake, manifest: Manifest) -> set[str]:
    """Rows that were taken in again."""
    settled = lake.read(manifest.settled, SETTLED_SCHEMA)
    return set(lake.engine.values(settled.filter(settled.outcome == "replayed").quarantine_id))


def problems_as_json(problems: Sequence[RowProblem]) -> str:
    """Problems as the quarantine keeps them."""
    return json.dumps([[p.field, p.reason, p.shown] for p in problems], ensure_ascii=False)


def problems_from_json(text: str) -> tuple[RowProblem, ...]:
    """Back from :func:`problems_as_json`."""
    return tuple(RowProblem(*parts) for parts in json.loads(text))
