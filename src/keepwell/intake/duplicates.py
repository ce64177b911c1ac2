"""Rows of one file that repeat a key: the same row again, or another one under the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from keepwell.intake.readers import ROW
from keepwell.lake.engine import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

_COLUMNS = ("key", "key_hash", "body_hash", "revision", ROW)


def duplicates_and_conflicts(engine: Engine, chunk: ir.Table, staged: str) -> tuple[list[int], list[int]]:
    """Rows of ``chunk`` that repeat an earlier row of the file, and rows that contradict one.

    The first row with a key stays; a later one with the same values is a duplicate, with others a conflict. Rows
    with different revisions are versions of one thing, neither of the two.
    """
    earlier = engine.staged(staged)
    repeated = chunk.group_by("key_hash").having(chunk.count() > 1).agg()
    again = chunk.semi_join(earlier, "key_hash").select("key_hash")
    suspects = engine.stage(ibis.union(repeated, again, distinct=True))
    if engine.count(suspects) == 0:
        engine.drop(suspects.get_name())
        return [], []
    rows = ibis.union(
        chunk.semi_join(suspects, "key_hash").select(*_COLUMNS).mutate(is_new=True),
        earlier.semi_join(suspects, "key_hash").select(*_COLUMNS).mutate(is_new=False),
    )
    window = ibis.window(group_by=[rows.key, rows.revision], order_by=rows[ROW])
    judged = rows.mutate(
        first_row=rows[ROW].first().over(window), first_body=rows.body_hash.first().over(window)
    )
    again = judged.filter(judged.is_new & (judged[ROW] > judged.first_row))
    found = engine.rows(again.select(ROW, same=again.body_hash == again.first_body))
    engine.drop(suspects.get_name())
    same = [row[ROW] for row in found if row["same"]]
    other = [row[ROW] for row in found if not row["same"]]
    return same, other
