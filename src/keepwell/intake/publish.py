"""The good rows of an input into the next version of the lake: facts, customers, quarantine, the input itself.

The version lists all of it, or is never published and none of it counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from keepwell.intake.contract import Contract
from keepwell.intake.known import Known
from keepwell.intake.quality import outliers
from keepwell.intake.quarantine import id_of_number, open_rows, reasons_of, write_quarantine, write_settled
from keepwell.intake.readers import ROW
from keepwell.intake.take_in import Taken
from keepwell.lake.functions import stable_hash
from keepwell.lake.lake import Lake, fact_schema, first_customer_id
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
    """The next version of the lake, not yet pointed to.

    ``gone`` are quarantine ids that leave the quarantine; ``fresh`` the numbers of the rows that are new or
    corrections, told only for a source with personal columns.
    """

    manifest: Manifest
    counts: Counts
    gone: tuple[str, ...]
    fresh: pa.Array[Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """An input on its way into the lake. ``manifest`` is the version it is added to."""

    lake: Lake
    manifest: Manifest
    contract: Contract
    definition: str
    taken: Taken
    content: Content
    now: datetime

    def write(self) -> Published:
        """Write the files of the next version; the caller publishes it."""
        engine, name = self.lake.engine, self.contract.name
        rows = self._with_final_keys(engine.staged(self.taken.staged))
        known = Known.of(self.lake, self._state, rows)
        fresh = known.without(rows)
        counts, last = self._counted(rows, known, fresh)
        files = self.lake.write_by_party(
            fresh.select(*fact_schema(self.contract.columns).names),
            f"facts/{name}",
            row_count=counts.new + counts.corrected,
        )
        gone = self._leaving_quarantine()
        state = self._state_after(counts, last).model_copy(
            update={
                "files": self._state.files + files,
                "dead": self._state.dead + known.write_dead(self.lake),
            }
        )
        following = {
            "sources": {**self.manifest.sources, name: state},
            "customers": self.manifest.customers + self._new_customers(fresh),
            "quarantine": self.manifest.quarantine
            + write_quarantine(self.lake, name, self.content.name, self.taken.quarantined, now=self.now),
            "settled": self.manifest.settled + write_settled(self.lake, gone, now=self.now),
        }
        told = fresh if self.contract.has_personal else fresh.limit(0)
        numbers = engine.collect(told.select(ROW))[ROW].combine_chunks()
        engine.drop(*self.taken.parts, *self.taken.conflicts)
        return Published(self.manifest.model_copy(update=following), counts, tuple(gone), numbers)

    @property
    def _state(self) -> SourceState:
        """What the lake holds of the source before this input."""
        empty = SourceState(definition=self.definition, columns=self.contract.columns)
        return self.manifest.sources.get(self.contract.name, empty)

    def _with_final_keys(self, rows: ir.Table) -> ir.Table:
        """Keys told apart where the source has none; of each key only the latest revision, where it has those."""
        source, engine = self.contract.source, self.lake.engine
        if not source.key:
            among_equals = ibis.row_number().over(group_by=rows.body_hash, order_by=rows[ROW]).cast("string")
            number = "q" + rows[ROW].cast("string") if self.content.replayed else among_equals
            rows = rows.mutate(key=rows.key + "#" + number)
            rows = engine.stage(rows.mutate(key_hash=stable_hash(rows.key)))
        elif source.revision:
            latest_first = [rows.revision.desc(), rows[ROW].desc()]
            rows = rows.mutate(place=ibis.row_number().over(group_by=rows.key, order_by=latest_first))
            rows = engine.stage(rows.filter(rows.place == 0).drop("place"))
        return rows.mutate(recorded_at=ibis.timestamp(self.now.replace(tzinfo=None)))

    def _counted(self, rows: ir.Table, known: Known, fresh: ir.Table) -> tuple[Counts, datetime | None]:
        """What became of the rows, and when the latest of those that are news happened."""
        taken, late_after = self.taken, self.contract.source.late_after
        limit = self.now.replace(tzinfo=None) - timedelta(days=late_after or 0)
        [seen] = self.lake.engine.rows(
            fresh.aggregate(
                count=fresh.count(),
                anonymous=fresh.party_key.isnull().sum(),
                late=(fresh.occurred_at < ibis.timestamp(limit)).sum(),
                last=fresh.occurred_at.max(),
            )
        )
        good = taken.rows - taken.duplicate - len(taken.quarantined)
        counts = Counts(
            rows=taken.rows,
            new=seen["count"] - known.corrected,
            corrected=known.corrected,
            unchanged=known.unchanged,
            # Those the lake has a later revision of, and those their own file has one of.
            outdated=known.outdated + good - self.lake.engine.count(rows),
            duplicate=taken.duplicate,
            quarantined=len(taken.quarantined),
            anonymous=seen["anonymous"] or 0,
            late=(seen["late"] or 0) if late_after else 0,
            outlier=outliers(self.lake.engine, fresh, self.contract),
            key_errors=taken.key_errors,
        )
        return counts, seen["last"]

    def _new_customers(self, fresh: ir.Table) -> tuple[DataFile, ...]:
        """A customer for each party key seen for the first time."""
        parties = fresh.filter(fresh.party_key.notnull()).select("party_key").distinct()
        if self.manifest.customers:
            parties = parties.anti_join(self.lake.customers(self.manifest), "party_key")
        made = self.lake.engine.stage(parties.mutate(customer_id=first_customer_id(parties.party_key)))
        files = self.lake.write(made, "customers", row_count=self.lake.engine.count(made))
        self.lake.engine.drop(made.get_name())
        return files

    def _leaving_quarantine(self) -> dict[str, str]:
        """Quarantine id → why: replayed rows, and those of an earlier content of the same file.

        A file's new content speaks for itself.
        """
        engine, content = self.lake.engine, self.content
        if content.replayed:
            good = engine.values(engine.staged(self.taken.staged)[ROW])
            return dict.fromkeys(map(id_of_number, good), "replayed")
        if content.adds_up or all(known.name != content.name for known in self._state.inputs):
            return {}
        waiting = open_rows(self.lake, self.manifest)
        mine = waiting.filter((waiting.source == self.contract.name) & (waiting.input == content.name))
        still_bad = {row.quarantine_id for row in self.taken.quarantined}
        return dict.fromkeys(sorted(set(engine.values(mine.quarantine_id)) - still_bad), "superseded")

    def _state_after(self, counts: Counts, last: datetime | None) -> SourceState:
        before = {known.name: known for known in self._state.inputs}
        reasons = Counter(reasons_of(self.taken.quarantined))
        if self.content.adds_up and (earlier := before.get(self.content.name)):
            counts += earlier.counts
            reasons.update(earlier.reasons)
        this = Input(
            name=self.content.name,
            sha256=self.content.sha256,
            size=self.content.size,
            modified_ns=self.content.modified_ns,
            taken_at=self.now,
            counts=counts,
            reasons=dict(reasons.most_common()),
        )
        return SourceState(
            definition=self.definition,
            columns=self.contract.columns,
            inputs=(*(known for name, known in before.items() if name != self.content.name), this),
            watermark=self.content.watermark or self._state.watermark,
            last_fact_at=max((at for at in (self._state.last_fact_at, last) if at), default=None),
        )
