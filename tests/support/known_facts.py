"""A lake that holds just the facts a test names, and every field of its customers, without files and intake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from keepwell.catalog.facts import PRESENT_COLUMNS
from keepwell.catalog.plan import Plan
from keepwell.core.clock import AsOf, local_day
from keepwell.fields.customers import customer_fields
from keepwell.lake.engine import Engine, open_engine
from keepwell.lake.lake import CUSTOMER_SCHEMA, FACT_COLUMNS, Lake, ReadableLake, fact_schema
from keepwell.lake.manifest import Manifest, SourceState

Fields = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """What happened to a customer at an aware instant; ``party`` None is anonymous."""

    party: str | None
    at: datetime
    key: str
    columns: Mapping[str, object] = field(default_factory=dict)


def fields_of(
    folder: Path,
    plan: Plan,
    facts: Mapping[str, Sequence[Fact]],
    as_of: datetime,
    *,
    also: Sequence[str] = (),
    computing: Engine | None = None,
) -> dict[str, Fields]:
    """Customer → every field, as of an instant. ``facts`` are by source; ``also`` are customers without any.

    ``computing`` computes the fields; DuckDB where it is not given.
    """
    with lake_of(folder, plan, facts, also=also) as (lake, manifest):
        readable = ReadableLake(lake.folder, computing or lake.engine)
        made = customer_fields(plan, readable, manifest, AsOf(as_of, plan.settings.zone)).customers
        rows = readable.engine.rows(made)
        assert len({row["customer_id"] for row in rows}) == len(rows)
        return {row["customer_id"]: row for row in rows}


@contextmanager
def lake_of(
    folder: Path, plan: Plan, facts: Mapping[str, Sequence[Fact]], *, also: Sequence[str] = ()
) -> Iterator[tuple[Lake, Manifest]]:
    """A lake that holds these facts, by source, and knows the customers ``also``."""
    engine = open_engine(folder / "spill", threads=1)
    try:
        lake = Lake(folder / "lake", engine)
        yield lake, write_facts(plan, lake, facts, also)
    finally:
        engine.close()


def write_facts(plan: Plan, lake: Lake, facts: Mapping[str, Sequence[Fact]], also: Sequence[str]) -> Manifest:
    """Write the facts of each source, and who is known, into an empty lake."""
    sources: dict[str, SourceState] = {}
    for name, of_source in facts.items():
        known = plan.fact_columns(plan.sources[name].fact)
        columns = {column: known[column].type.value for column in known if column not in PRESENT_COLUMNS}
        rows = [_row(plan, fact) for fact in of_source]
        table = lake.engine.table(pa.Table.from_pylist(rows, schema=fact_schema(columns)))
        files = lake.write_by_party(table, f"facts/{name}", row_count=len(rows))
        sources[name] = SourceState(definition="", columns=columns, files=files)
    parties = {fact.party for of_source in facts.values() for fact in of_source if fact.party} | set(also)
    people = [{"party_key": f"shop:{party}", "customer_id": party} for party in sorted(parties)]
    table = lake.engine.table(pa.Table.from_pylist(people, schema=CUSTOMER_SCHEMA))
    return Manifest(sources=sources, customers=lake.write(table, "customers", row_count=len(people)))


def _row(plan: Plan, fact: Fact) -> dict[str, object]:
    instant = fact.at.astimezone(UTC).replace(tzinfo=None)
    return dict.fromkeys(FACT_COLUMNS, None) | {
        "key": fact.key,
        "party_key": fact.party and f"shop:{fact.party}",
        "occurred_at": instant,
        "occurred_on": local_day(fact.at, plan.settings.zone.key),
        "recorded_at": instant,
        **fact.columns,
    }
