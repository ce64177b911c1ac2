"""Rows whose key the lake holds already, and what becomes of them: nothing, a correction, or too late for one.

Files are never changed: the old body of a corrected fact is listed as dead, and reading leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from keepwell.intake.readers import ROW
from keepwell.lake.lake import DEAD_SCHEMA, Lake
from keepwell.lake.manifest import DataFile, SourceState

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Known:
    """Rows whose key the lake holds. ``settled`` are not written again; ``dead`` are old bodies (DEAD_SCHEMA)."""

    unchanged: int = 0
    corrected: int = 0
    outdated: int = 0
    settled: ir.Table | None = None
    dead: ir.Table | None = None

    @staticmethod
    def of(lake: Lake, state: SourceState, rows: ir.Table) -> Known:
        """Compare keys and bodies of ``rows`` with those the lake holds of the source."""
        if not state.files:
            return Known()
        engine, held = lake.engine, lake.facts(state, with_file=True)
        hits = engine.stage(
            rows.select(ROW, "key", "key_hash", "body_hash", "revision").inner_join(
                held.select("key_hash", "file", old_body=held.body_hash, old_revision=held.revision),
                "key_hash",
            )
        )
        same = hits.filter(hits.body_hash == hits.old_body)
        other = hits.filter(hits.body_hash != hits.old_body)
        unchanged = engine.count(same)
        if engine.count(other) == 0:
            return Known(unchanged=unchanged, settled=same.select(ROW) if unchanged else None)
        # Equal hashes of different keys are possible; only here does that matter, so only here keys are compared.
        touched = set(engine.values(other.select("file").distinct().file))
        files = tuple(file for file in state.files if file.path in touched)
        keys = lake.facts(state.model_copy(update={"files": files})).select("key", "key_hash")
        truly = engine.stage(other.semi_join(keys, ["key", "key_hash"]))
        is_old = (truly.revision < truly.old_revision).fill_null(False)  # noqa: FBT003
        outdated, newer = truly.filter(is_old), truly.filter(~is_old)
        return Known(
            unchanged=unchanged,
            corrected=engine.count(newer),
            outdated=engine.count(outdated),
            settled=ibis.union(same.select(ROW), outdated.select(ROW)),
            dead=newer.select("file", "key_hash", body_hash=newer.old_body),
        )

    def without(self, rows: ir.Table) -> ir.Table:
        """Rows still to be written."""
        return rows if self.settled is None else rows.anti_join(self.settled, ROW)

    def write_dead(self, lake: Lake) -> tuple[DataFile, ...]:
        """Write which rows the corrections take the place of."""
        if self.dead is None:
            return ()
        return lake.write(self.dead.select(*DEAD_SCHEMA.names), "dead", row_count=self.corrected)
