"""Rows of one file that repeat a key: the same row again, or another one under the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.intake.readers import ROW
from keepwell.lake.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

COLUMNS = ("key", "key_hash", "body_hash", "revision", ROW)
"""What is compared of rows."""


def duplicates_and_conflicts(
    engine: Engine, chunk: ir.Table, earlier: ir.Table
) -> tuple[list[int], list[int]]:
    """Rows of ``chunk`` that repeat an earlier row of the file, and rows that contradict one.

    The first row with a key stays; a later one with other values is a conflict. Whatever was there before with the
    same values, as a good row or as a conflict, makes a duplicate. Rows with different revisions are versions of
    one thing, neither of the two. ``earlier`` are the rows of earlier chunks, without duplicates.
    """
    repeated = chunk.group_by("key_hash").having(chunk.count() > 1).agg()
    again = chunk.semi_join(earlier, "key_hash").select("key_hash")
    suspects = engine.stage(ibis.union(repeated, again, distinct=True))
    if engine.count(suspects) == 0:
        engine.drop(suspects.get_name())
        return [], []
    rows = ibis.union(
        chunk.semi_join(suspects, "key_hash").select(*COLUMNS).mutate(is_new=True),
        earlier.semi_join(suspects, "key_hash").select(*COLUMNS).mutate(is_new=False),
    )
    judged = rows.mutate(
        first_of_key=rows[ROW].min().over(group_by=[rows.key, rows.revision]),
        first_of_body=rows[ROW].min().over(group_by=[rows.key, rows.revision, rows.body_hash]),
    )
    later = judged.filter(judged.is_new & (judged[ROW] > judged.first_of_key))
    found = engine.rows(later.select(ROW, same=later[ROW] > later.first_of_body))
    engine.drop(suspects.get_name())
    same = [row[ROW] for row in found if row["same"]]
    other = [row[ROW] for row in found if not row["same"]]
    return same, other
