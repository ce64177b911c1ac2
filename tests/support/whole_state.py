"""All that a deployment holds, as plain values that two deployments can be compared by.

Left out is only what must differ from run to run: when something was written, and the names of files.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from keepwell.customers.originals import original
from keepwell.customers.tables import marks, originals, persons, tag_words
from keepwell.customers.vault import reveal
from keepwell.fields.segments import CHANGE_SCHEMA, MEMBER_SCHEMA, SIZE_SCHEMA
from keepwell.fields.tags import TAG_SCHEMA
from keepwell.intake.quarantine import SCHEMA, open_rows
from keepwell.lake.lake import CUSTOMER_SCHEMA, Lake, fact_schema
from keepwell.lake.manifest import Manifest
from keepwell.publishing.tables import plan_versions
from keepwell.store.tables import jobs
from keepwell.wiring import Deployment

if TYPE_CHECKING:
    import ibis.expr.types as ir

WHEN = {"recorded_at", "settled_at", "said_at"}
State = dict[str, Any]


def state_of(deployment: Deployment) -> State:
    """Facts, customers, quarantine, counts, snapshot, vault and originals, sorted."""
    lake = deployment.lake()
    try:
        manifest = lake.current()
        return {
            "facts": {
                name: rows_of(lake, lake.read(state.files, fact_schema(state.columns)))
                for name, state in sorted(manifest.sources.items())
            },
            "customers": rows_of(lake, lake.read(manifest.customers, CUSTOMER_SCHEMA)),
            "quarantine": rows_of(lake, open_rows(lake, manifest).select(*SCHEMA.names)),
            "inputs": _inputs(manifest),
            "segments": _segments(lake, manifest),
            "snapshot": _snapshot(deployment),
            "store": _store(deployment),
            "keys": _keys(deployment),
            "litter": litter(deployment, manifest),
        }
    finally:
        lake.engine.close()


def rows_of(lake: Lake, table: ir.Table) -> list[str]:
    """The rows of a table as texts, sorted; the same row twice stands twice."""
    kept = [name for name in table.columns if name not in WHEN]
    return sorted(repr(list(row.values())) for row in lake.engine.collect(table.select(*kept)).to_pylist())


def _segments(lake: Lake, manifest: Manifest) -> State:
    """Membership, its history and tags, as of whichever run of a day."""

    def days_of(rows: ir.Table) -> ir.Table:
        return rows.mutate(as_of=rows.as_of.date()).drop("run_id")

    return {
        "members": rows_of(lake, lake.read(manifest.members, MEMBER_SCHEMA)),
        "changes": rows_of(lake, days_of(lake.read(manifest.changes, CHANGE_SCHEMA))),
        "sizes": rows_of(lake, days_of(lake.read(manifest.sizes, SIZE_SCHEMA))),
        "definitions": manifest.recorded.definitions if manifest.recorded else {},
        "tags": rows_of(lake, lake.read(manifest.tags, TAG_SCHEMA)),
        "tags seen": manifest.tags_seen,
    }


def litter(deployment: Deployment, manifest: Manifest) -> list[str]:
    """Files of lake and snapshots that nothing lists: what a crash may leave, and the next run removes."""
    lake, snapshots = deployment.work / "lake", deployment.work / "snapshots"
    versions = list((lake / "versions").glob("*.json"))
    manifests = [Manifest.model_validate_json(path.read_bytes()) for path in versions]
    listed = {lake / file.path for each in [manifest, *manifests] for file in each.files()}
    listed |= {
        lake / "lock",
        lake / "versions/CURRENT",
        snapshots / "CURRENT.json",
        *snapshots.glob("*.duckdb"),
        *(told for told in snapshots.glob("*.duckdb.json") if told.with_suffix("").exists()),
    }
    listed |= {path for path in versions if int(path.stem) <= manifest.version}
    found = {path for folder in (lake, snapshots) for path in folder.rglob("*") if path.is_file()}
    return sorted(path.relative_to(deployment.work).as_posix() for path in found - listed)


def _inputs(manifest: Manifest) -> State:
    inputs: State = {
        f"{name}/{known.name}": [known.sha256, known.counts.model_dump(), known.reasons]
        for name, state in sorted(manifest.sources.items())
        for known in state.inputs
    }
    sources = {name: [state.definition, str(state.last_fact_at)] for name, state in manifest.sources.items()}
    return inputs | sources


def _snapshot(deployment: Deployment) -> State:
    info = deployment.snapshots.current()
    if info is None:
        return {}
    snapshot = deployment.snapshots.open()
    try:
        tables = {
            name: sorted(
                repr(row) for row in snapshot.engine.collect(snapshot.engine.staged(name)).to_pylist()
            )
            for name in ("customer", "party", "member")
        }
        return {"customers": info.customers, "plan": info.plan_version, **tables}
    finally:
        snapshot.close()


def _store(deployment: Deployment) -> State:
    store, keys = deployment.store, deployment.keys
    with store.read() as session:
        party_keys = list(session.scalars(select(persons.c.party_key)))
        ids = list(session.scalars(select(originals.c.quarantine_id).order_by(originals.c.quarantine_id)))
        return {
            "vault": dict(sorted(reveal(session, keys, party_keys).items())),
            "marks": sorted(
                f"{hashlib.sha256(mark).hexdigest()[:12]} {party}"
                for mark, party in session.execute(select(marks.c.mark, marks.c.party_key))
            ),
            "originals": {identifier: original(session, keys, identifier) for identifier in ids},
            "plans": [
                list(row) for row in session.execute(select(plan_versions.c.number, plan_versions.c.sha256))
            ],
            "tags": [
                list(row)
                for row in session.execute(select(tag_words.c.tag, tag_words.c.party_key, tag_words.c.value))
            ],
            "jobs": [list(row) for row in session.execute(select(jobs.c.kind, jobs.c.state))],
        }


def _keys(deployment: Deployment) -> State:
    """Which of the keys that something is sealed under are there."""
    with deployment.store.read() as session:
        names = {
            *session.scalars(select(persons.c.party_key)),
            *session.scalars(select(originals.c.key_name)),
        }
    return dict.fromkeys(sorted(deployment.keys.existing(names)), True)


def files_under(folder: Path) -> dict[str, str]:
    """Relative path → SHA-256 of every file under a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
