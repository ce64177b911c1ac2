"""The good rows of an input against what the lake holds already: new, corrected, unchanged or outdated.

Corrections are settled here, when writing: a file that holds an old body is written anew without it, so that
reading is reading and nothing else. The next version of the lake lists all of it, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import ibis

from keepwell.intake.contract import Contract
from keepwell.intake.quality import outliers
from keepwell.intake.quarantine import id_of_number, open_rows, reasons_of, write_quarantine, write_settled
from keepwell.intake.readers import ROW
from keepwell.intake.take_in import Taken
from keepwell.lake.functions import stable_hash
from keepwell.lake.lake import Lake, fact_schema
from keepwell.lake.manifest import Counts, DataFile, Input, Manifest, SourceState

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Content:
    """Which content an input has: what tells that it was taken in already."""

    name: str
    sha256: str | None = None
    size: int = 0
    modified_ns: int = 0
    watermark: str | None = None
    adds_up: bool = False
    """A pull from a database: its counts are added to those of earlier pulls, not put in their place."""
    replayed: bool = False
    """Rows from the quarantine: row numbers are those of quarantine ids, and the rows leave the quarantine."""


@dataclass(frozen=True, slots=True)
class Published:
    """The version of the lake with an input in it, not yet pointed to, and what became of its rows."""

    manifest: Manifest
    counts: Counts


def with_input(
    lake: Lake, manifest: Manifest, contract: Contract, taken: Taken, content: Content, *, now: datetime
) -> Published:
    """Write the files of an input and list them after those of ``manifest``; the caller publishes."""
    state = manifest.sources.get(contract.name) or SourceState(definition="", columns=contract.columns)
    staged_rows = lake.engine.staged(taken.staged)
    rows = lake.engine.stage(_with_final_keys(staged_rows, contract, now, replayed=content.replayed))
    staged = lake.engine.count(rows)
    known = _Known.of(lake, state, rows)
    fresh = lake.engine.stage(known.without(rows))
    kept = _without_dead(lake, state, known)
    fresh_count = lake.engine.count(fresh)
    counts = Counts(
        rows=taken.rows,
        new=fresh_count - known.corrected,
        corrected=known.corrected,
        unchanged=known.unchanged,
        outdated=known.outdated + _good(taken) - staged,
        duplicate=taken.duplicate,
        quarantined=len(taken.quarantined),
        anonymous=lake.engine.count(fresh.filter(fresh.party_key.isnull())),
        late=_late(lake, fresh, contract, now),
        outlier=outliers(lake.engine, fresh, contract),
        key_errors=taken.key_errors,
    )
    files = lake.write(
        fresh.select(*fact_schema(contract.columns).names),
        f"facts/{contract.name}",
        row_count=fresh_count,
        by_party=True,
    )
    following = manifest.model_copy(
        update={
            "sources": {
                **manifest.sources,
                contract.name: _state_after(
                    lake, state, contract, content, counts, taken, kept + files, fresh, now
                ),
            },
            "customers": manifest.customers + _new_customers(lake, manifest, fresh),
            "quarantine": manifest.quarantine
            + write_quarantine(lake, contract.name, content.name, taken.quarantined, now=now),
            "settled": manifest.settled + _settled(lake, manifest, contract, content, taken, now),
        }
    )
    lake.engine.drop(taken.staged, rows.get_name(), fresh.get_name())
    return Published(following, counts)


def _with_final_keys(rows: ir.Table, contract: Contract, now: datetime, *, replayed: bool) -> ir.Table:
    """Keys told apart where the source has none; only the latest revision of each key where it has those."""
    if not contract.source.key:
        among_equals = ibis.row_number().over(group_by=rows.body_hash, order_by=rows[ROW])
        number = "q" + rows[ROW].cast("string") if replayed else among_equals.cast("string")
        rows = rows.mutate(key=rows.key + "#" + number)
        rows = rows.mutate(key_hash=stable_hash(rows.key))
    elif contract.source.revision:
        latest = ibis.row_number().over(group_by=rows.key, order_by=[rows.revision.desc(), rows[ROW].desc()])
        rows = rows.mutate(place=latest).filter(ibis._.place == 0).drop("place")
    return rows.mutate(recorded_at=ibis.timestamp(now.replace(tzinfo=None)))


@dataclass(frozen=True, slots=True)
class _Known:
    """Rows whose key the lake holds. ``settled`` are not written again; ``dead`` old bodies are to go."""

    unchanged: int = 0
    corrected: int = 0
    outdated: int = 0
    settled: ir.Table | None = None
    dead: ir.Table | None = None
    dead_files: tuple[str, ...] = ()

    @staticmethod
    def of(lake: Lake, state: SourceState, rows: ir.Table) -> _Known:
        if not state.files:
            return _Known()
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
            return _Known(unchanged=unchanged, settled=same.select(ROW))
        files = lake.engine.values(other.select("filename").distinct().filename)
        return _Known._with_corrections(lake, state, same, other, unchanged, files)

    @staticmethod
    def _with_corrections(
        lake: Lake, state: SourceState, same: ir.Table, other: ir.Table, unchanged: int, files: list[str]
    ) -> _Known:
        # Equal hashes of different keys are possible; only here does that matter, so only here keys are compared.
        touched = [file for file in state.files if str(lake.folder / file.path) in set(files)]
        held = lake.read(touched, fact_schema(state.columns)).select("key", "key_hash")
        truly = lake.engine.stage(other.semi_join(held, ["key", "key_hash"]))
        is_old = (truly.revision < truly.old_revision).fill_null(False)  # noqa: FBT003
        outdated, newer = truly.filter(is_old), truly.filter(~is_old)
        return replace(
            _Known(unchanged=unchanged),
            corrected=lake.engine.count(newer),
            outdated=lake.engine.count(outdated),
            settled=ibis.union(same.select(ROW), outdated.select(ROW)),
            dead=newer.select("key", "key_hash"),
            dead_files=tuple(sorted(lake.engine.values(newer.select("filename").distinct().filename))),
        )

    def without(self, rows: ir.Table) -> ir.Table:
        """Rows still to be written."""
        return rows if self.settled is None else rows.anti_join(self.settled, ROW)


def _without_dead(lake: Lake, state: SourceState, known: _Known) -> tuple[DataFile, ...]:
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


def _new_customers(lake: Lake, manifest: Manifest, fresh: ir.Table) -> tuple[DataFile, ...]:
    """A customer for each party key seen for the first time. The id follows from the key, so a rerun agrees."""
    parties = fresh.filter(fresh.party_key.notnull()).select("party_key").distinct()
    if manifest.customers:
        parties = parties.anti_join(lake.customers(manifest), "party_key")
    made = lake.engine.stage(parties.mutate(customer_id="c" + parties.party_key.hexdigest("md5").left(15)))
    files = lake.write(made, "customers", row_count=lake.engine.count(made))
    lake.engine.drop(made.get_name())
    return files


def _settled(
    lake: Lake, manifest: Manifest, contract: Contract, content: Content, taken: Taken, now: datetime
) -> tuple[DataFile, ...]:
    """Rows that leave the quarantine: replayed ones, and those of an earlier content of the same file.

    A file's new content speaks for itself.
    """
    if content.replayed:
        good = lake.engine.values(lake.engine.staged(taken.staged)[ROW])
        return write_settled(lake, dict.fromkeys(map(id_of_number, good), "replayed"), now=now)
    state = manifest.sources.get(contract.name)
    if content.adds_up or state is None or all(known.name != content.name for known in state.inputs):
        return ()
    still_open = open_rows(lake, manifest)
    mine = still_open.filter((still_open.source == contract.name) & (still_open.input == content.name))
    ids = set(lake.engine.values(mine.quarantine_id))
    outcomes = dict.fromkeys(sorted(ids - {row.quarantine_id for row in taken.quarantined}), "superseded")
    return write_settled(lake, outcomes, now=now)


def _state_after(  # noqa: PLR0913
    lake: Lake,
    state: SourceState,
    contract: Contract,
    content: Content,
    counts: Counts,
    taken: Taken,
    files: tuple[DataFile, ...],
    fresh: ir.Table,
    now: datetime,
) -> SourceState:
    before = {known.name: known for known in state.inputs}
    reasons: Mapping[str, int] = reasons_of(taken.quarantined)
    if content.adds_up and (earlier := before.get(content.name)):
        counts = earlier.counts + counts
        reasons = {
            code: earlier.reasons.get(code, 0) + reasons.get(code, 0)
            for code in {**earlier.reasons, **reasons}
        }
    taken_in = Input(
        name=content.name,
        sha256=content.sha256,
        size=content.size,
        modified_ns=content.modified_ns,
        taken_at=now,
        counts=counts,
        reasons=dict(reasons),
    )
    last = lake.engine.value(fresh.occurred_at.max())
    latest = max((t for t in (state.last_fact_at, last) if isinstance(t, datetime)), default=None)
    return SourceState(
        definition=state.definition,
        columns=contract.columns,
        files=files,
        inputs=(*(known for name, known in before.items() if name != content.name), taken_in),
        watermark=content.watermark or state.watermark,
        last_fact_at=latest,
    )


def _late(lake: Lake, fresh: ir.Table, contract: Contract, now: datetime) -> int:
    if contract.source.late_after is None:
        return 0
    limit = (now - timedelta(days=contract.source.late_after)).replace(tzinfo=None)
    return lake.engine.count(fresh.filter(fresh.occurred_at < ibis.timestamp(limit)))


def _good(taken: Taken) -> int:
    return taken.rows - taken.duplicate - len(taken.quarantined)
