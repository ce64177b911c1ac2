"""Many small files of a source made into few large ones: the same facts, a new version."""

from __future__ import annotations

from datetime import datetime

from keepwell.lake.lake import ROWS_OF_A_SMALL_FILE, Lake, fact_schema
from keepwell.lake.manifest import BUCKETS, DataFile, Manifest, SourceState

FILES_MAX = 4 * BUCKETS
"""A source with more files than this is compacted."""
SMALL_FILES_MAX = 64
"""Likewise for the files of the customer map, the quarantine and what was settled."""


def compact(lake: Lake, *, now: datetime) -> Manifest:
    """Compact what needs it and publish; the current version where nothing does. The caller holds the lock."""
    manifest = lake.current()
    sources = {
        name: _compacted(lake, name, state) if len(state.files) > FILES_MAX else state
        for name, state in manifest.sources.items()
    }
    update: dict[str, object] = {"sources": sources} if sources != manifest.sources else {}
    for part in ("customers", "quarantine", "settled"):
        files: tuple[DataFile, ...] = getattr(manifest, part)
        if len(files) > SMALL_FILES_MAX:
            update[part] = _merged(lake, part, files)
    if not update:
        return manifest
    return lake.publish(manifest.model_copy(update=update), cause="compaction", now=now)


def _compacted(lake: Lake, name: str, state: SourceState) -> SourceState:
    """All of a source's small files and crowded buckets, written anew in buckets."""
    rows = sum(file.rows for file in state.files)
    facts = lake.facts(state).select(*fact_schema(state.columns).names)
    files = lake.write(facts, f"facts/{name}", row_count=max(rows, ROWS_OF_A_SMALL_FILE + 1), by_party=True)
    assert sum(file.rows for file in files) == rows, f"compaction of {name} would change its rows"
    return state.model_copy(update={"files": files})


def _merged(lake: Lake, part: str, files: tuple[DataFile, ...]) -> tuple[DataFile, ...]:
    table = lake.engine.read_all([lake.folder / file.path for file in files])
    return lake.write(table, part, row_count=sum(file.rows for file in files))
