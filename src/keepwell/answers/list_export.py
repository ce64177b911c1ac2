"""A list of customers as lines of CSV, a few thousand customers at a time, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from keepwell.access.model import Viewer
from keepwell.answers.ask import as_value
from keepwell.answers.matching import matching, order_of
from keepwell.answers.persons import party_keys_of, personal_kinds
from keepwell.answers.sight import Sight, visible_customers
from keepwell.answers.wording import choice_text, plain_cell
from keepwell.core.spreadsheet import Cell, csv_line
from keepwell.customers.vault import reveal
from keepwell.language.types import Value
from keepwell.lists.exports import Contents
from keepwell.personal import mask

if TYPE_CHECKING:
    import ibis.expr.types as ir

CUSTOMERS_AT_A_TIME = 20_000
BOM = "\ufeff"
"""By it Excel knows that a file is UTF-8."""
BETWEEN = "; "
"""Stands between several parties of one customer, and between their values where they differ."""


def count_matching(sight: Sight, viewer: Viewer, conditions: Sequence[str]) -> int:
    """How many visible customers meet all conditions. Raises ExpressionRefused."""
    return sight.snapshot.engine.count(matching(sight, viewer, conditions))


def list_as_csv(
    sight: Sight, viewer: Viewer, contents: Contents, head: Sequence[str], language: str
) -> Iterator[str]:
    """The file in parts, each some thousands of lines; the first has the head.

    Columns are the customer's id, parties, personal values and fields. Raises ExpressionRefused or NotFound, before
    the first part, where the plan does not have (any more) what is named. Values in the clear are in memory for one
    part at a time.
    """
    ids = _ids_in_order(sight, viewer, contents)
    return _parts(sight, viewer, contents, head, language, ids)


def _ids_in_order(sight: Sight, viewer: Viewer, contents: Contents) -> pa.Table:
    sort = [contents.sort.removeprefix("-")] if contents.sort else []
    customers = matching(sight, viewer, contents.conditions, [*sort, *contents.columns])
    ordered = customers.order_by(*order_of(sight.plan, customers, contents.sort)).select("customer_id")
    return sight.snapshot.engine.collect(ordered)


def _parts(
    sight: Sight,
    viewer: Viewer,
    contents: Contents,
    head: Sequence[str],
    language: str,
    ids: pa.Table,
) -> Iterator[str]:
    yield BOM + csv_line(head)
    for start in range(0, ids.num_rows, CUSTOMERS_AT_A_TIME):
        few = [str(row["customer_id"]) for row in ids.slice(start, CUSTOMERS_AT_A_TIME).to_pylist()]
        yield "".join(csv_line(cells) for cells in _rows(sight, viewer, contents, language, few))


def _rows(
    sight: Sight, viewer: Viewer, contents: Contents, language: str, ids: list[str]
) -> Iterator[list[Cell]]:
    fields = [name for name in contents.columns if name != "customer_id"]
    rows = _fields_of(sight, viewer, fields, ids)
    parties = party_keys_of(sight, viewer, ids)
    personal = _personal_of(sight, contents, parties)
    for customer_id in ids:
        row = rows[customer_id]
        yield [
            customer_id,
            BETWEEN.join(parties.get(customer_id, ())),
            *personal.get(customer_id, [""] * len(contents.personal)),
            *(_cell(sight, name, row[name], language) for name in fields),
        ]


def _fields_of(
    sight: Sight, viewer: Viewer, fields: list[str], ids: list[str]
) -> dict[str, dict[str, Value]]:
    engine = sight.snapshot.engine
    visible: ir.Table = visible_customers(sight, viewer, {"customer_id", *fields})
    with engine.lend(pa.table({"customer_id": pa.array(ids, pa.string())})) as wanted:
        rows = engine.rows(visible.semi_join(wanted, "customer_id"))
    return {str(row["customer_id"]): row for row in rows}


def _personal_of(
    sight: Sight, contents: Contents, parties: Mapping[str, Sequence[str]]
) -> Mapping[str, list[str]]:
    """Customer → their values of each personal column."""
    if not contents.personal:
        return {customer_id: [] for customer_id in parties}
    with sight.store.read() as session:
        revealed = reveal(session, sight.keys, [key for keys in parties.values() for key in keys])
    kinds = personal_kinds(sight)

    def shown(name: str, value: str) -> str:
        return value if contents.is_unmasked else mask(kinds.get(name, "other"), value)

    return {
        customer_id: [
            BETWEEN.join(
                dict.fromkeys(
                    shown(name, value) for key in keys if (value := revealed.get(key, {}).get(name))
                )
            )
            for name in contents.personal
        ]
        for customer_id, keys in parties.items()
    }


def _cell(sight: Sight, name: str, value: Value, language: str) -> Cell:
    if isinstance(value, str):
        return choice_text(sight.plan, name, value, language)
    return plain_cell(sight.plan, name, as_value(value))
