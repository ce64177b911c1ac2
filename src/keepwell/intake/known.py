"""Rows whose key the lake holds already, and what becomes of them: nothing, a correction, or too late for one.

Corrections are settled here, when writing: a file that holds an old body is written anew without it, so that
reading is reading and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis

from keepwell.intake.readers import ROW
from keepwell.lake.lake import Lake, fact_schema
from keepwell.lake.manifest import DataFile, SourceState

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Known:
    """Rows whose key the lake holds. ``settled`` are not written again; ``dead`` old bodies are to go."""

    unchanged: int = 0
    corrected: int = 0
    outdated: int = 0
    settled: ir.Table | None = None
    dead: ir.Table | None = None
    dead_files: tuple[str, ...] = ()

    @staticmethod
    def of(lake: Lake, state: SourceState, rows: ir.Table) -> Known:
        """Compare keys and bodies of ``rows`` with those the lake holds of the source."""
        if not state.files:
            return Known()
        held = lake.facts(state, with_file=True)
        incoming = rows.select(ROW, "key", "key_hash", "body_hash", "revision")
        hits = lake.engine.stage(
            incoming.inner_join(
                held.select("key_hash", "filename", old_body=held.body_hash, old_revision=held.revision),
                "key_hash",
            )
        )
        same = hits.filter(hits.body_hash == hits.old_body)
        other = hits.filter(hits.body_hash != hits.old_body)
        unchanged = lake.engine.count(same)
        if lake.engine.count(other) == 0:
            return Known(unchanged=unchanged, settled=same.select(ROW))
        files = lake.engine.values(other.select("filename").distinct().filename)
        return Known._with_corrections(lake, state, same, other, unchanged, files)

    @staticmethod
    def _with_corrections(
        lake: Lake, state: SourceState, same: ir.Table, other: ir.Table, unchanged: int, files: list[str]
    ) -> Known:
        # Equal hashes of different keys are possible; only here does that matter, so only here keys are compared.
        touched = [file for file in state.files if str(lake.folder / file.path) in set(files)]
        held = lake.read(touched, fact_schema(state.columns)).select("key", "key_hash")
        truly = lake.engine.stage(other.semi_join(held, ["key", "key_hash"]))
        is_old = (truly.revision < truly.old_revision).fill_null(False)  # noqa: FBT003
        outdated, newer = truly.filter(is_old), truly.filter(~is_old)
        return replace(
            Known(unchanged=unchanged),
            corrected=lake.engine.count(newer),
            outdated=lake.engine.count(outdated),
            settled=ibis.union(same.select(ROW), outdated.select(ROW)),
            dead=newer.select("key", "key_hash"),
            dead_files=tuple(sorted(lake.engine.values(newer.select("filename").distinct().filename))),
        )

    def without(self, rows: ir.Table) -> ir.Table:
        """Rows still to be written."""
        return rows if self.settled is None else rows.anti_join(self.settled, ROW)


def without_dead(lake: Lake, state: SourceState, known: Known) -> tuple[DataFile, ...]:
    """The source's files, those with an old body in them written anew without it."""
    kept: list[DataFile] = []
    for file in state.files:
        if known.dead is None or str(lake.folder / file.path) not in known.dead_files:
            kept.append(file)
            continue
        rest = lake.engine.stage(
            lake.read([file], fact_schema(state.columns)).anti_join(known.dead, ["key", "key_hash"])
        )
        count = lake.engine.count(rest)
        rewritten = lake.write(rest, f"facts/{file.path.split('/')[1]}", row_count=count)
        kept += [written.model_copy(update={"bucket": file.bucket}) for written in rewritten]
        lake.engine.drop(rest.get_name())
    return tuple(kept)
