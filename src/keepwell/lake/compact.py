"""Many small files of a source made into few large ones, without corrected rows: the same facts, a new version."""

from __future__ import annotations

from datetime import datetime

from keepwell.lake.lake import Lake, bucket_of, fact_schema
from keepwell.lake.manifest import BUCKETS, DataFile, Manifest, SourceState

FILES_MAX = 4 * BUCKETS
"""A source with more files than this is compacted."""
SMALL_FILES_MAX = 64
"""Likewise for files of dead rows and of each part in PARTS."""
PARTS = ("customers", "quarantine", "settled", "changes", "sizes", "tags")
"""Parts of a version whose files may be joined as they are."""
DEAD_SHARE_MAX = 0.1
"""A source of whose rows more than this share is dead is compacted."""


def compact(lake: Lake, *, now: datetime) -> Manifest:
    """Compact what needs it and publish; the current version where nothing does. The caller holds the lock."""
    manifest = lake.current()
    sources = {
        name: _compacted(lake, name, state) if _needs_it(state) else state
        for name, state in manifest.sources.items()
    }
    update: dict[str, object] = {"sources": sources} if sources != manifest.sources else {}
    for part in PARTS:
        files: tuple[DataFile, ...] = getattr(manifest, part)
        if len(files) > SMALL_FILES_MAX:
            update[part] = _merged(lake, part, files)
    if not update:
        return manifest
    return lake.publish(manifest.model_copy(update=update), cause="compaction", now=now)


def _needs_it(state: SourceState) -> bool:
    dead = sum(file.rows for file in state.dead)
    return (
        len(state.files) > FILES_MAX
        or len(state.dead) > SMALL_FILES_MAX
        or dead > DEAD_SHARE_MAX * sum(file.rows for file in state.files)
    )


def _compacted(lake: Lake, name: str, state: SourceState) -> SourceState:
    """All of a source's facts, written anew bucket by bucket; no more than a bucket is held at a time."""
    columns = fact_schema(state.columns).names
    small = lake.facts(_only(state, None)).select(*columns)
    mixed = lake.engine.stage(small.mutate(bucket=bucket_of(small.party_key)))
    files: list[DataFile] = []
    for bucket in range(BUCKETS):
        own = lake.facts(_only(state, bucket)).select(*columns)
        facts = own.union(mixed.filter(mixed.bucket == bucket).drop("bucket"))
        written = lake.write(facts.order_by("party_key"), f"facts/{name}", row_count=lake.engine.count(facts))
        files += [file.model_copy(update={"bucket": bucket}) for file in written]
    lake.engine.drop(mixed.get_name())
    assert sum(file.rows for file in files) == state.fact_count, (
        f"compaction of {name} would change its facts"
    )
    return state.model_copy(update={"files": tuple(files), "dead": ()})


def _only(state: SourceState, bucket: int | None) -> SourceState:
    """The source as if it had the files of one bucket alone."""
    return state.model_copy(update={"files": tuple(file for file in state.files if file.bucket == bucket)})


def _merged(lake: Lake, part: str, files: tuple[DataFile, ...]) -> tuple[DataFile, ...]:
    table = lake.engine.read_all([lake.folder / file.path for file in files])
    return lake.write(table, part, row_count=sum(file.rows for file in files))
