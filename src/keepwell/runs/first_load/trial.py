"""A trial of a draft: each of its inputs tried as a source of the plan that it would make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from keepwell.catalog.kinds import Definition, Measure, Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.errors import InputRefused, KeepwellError
from keepwell.intake.contract import Contract, contract_of
from keepwell.intake.readers import Chunk, Limits, ReadOptions, open_file
from keepwell.intake.readers.sql import open_sql
from keepwell.runs.first_load.draft import Desk, Draft, Input
from keepwell.runs.first_load.tables import address_of
from keepwell.runs.trial import CHUNK_ROWS, Trial, Tried


@dataclass(frozen=True, slots=True)
class Awake:
    """What a plan can tell: how many fields of a customer, and which definitions sleep, by what they lack."""

    fields: int
    asleep: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)


def awake(plan: Plan) -> Awake:
    """The fields a plan has. A sleeping definition lacks a kind of fact, or else a column that no source gives."""
    there = {kind for kind in ("order", "order_line", "interaction", "party") if plan.fact_columns(kind)}
    asleep: dict[str, list[Definition]] = {}
    names = {definition.name for definition in plan.asleep}
    for definition in plan.asleep:
        kind = (
            definition.of
            if isinstance(definition, Measure)
            else "order"
            if isinstance(definition, Rhythm)
            else None
        )
        asleep.setdefault(kind if kind and kind not in there else "column", []).append(definition)
    return Awake(
        fields=sum(1 for name in plan.customer_record().fields if _owner(plan, name) not in names),
        asleep={kind: tuple(found) for kind, found in sorted(asleep.items())},
    )


def _owner(plan: Plan, name: str) -> str:
    try:
        return plan.definition(name).name
    except KeepwellError:
        return name


@dataclass(frozen=True, slots=True)
class DraftTrial:
    """What a trial of a draft needs: the trial of a source, and where the draft lies."""

    trial: Trial
    desk: Desk
    folder: Path
    environment: Mapping[str, str]
    limits: Limits

    def of(self, draft: Draft) -> list[tuple[Input, Tried]]:
        """Each input tried. What cannot be read is told and stops no other."""
        return [(each, self._try(each)) for each in draft.inputs]

    def _try(self, found: Input) -> Tried:
        contract = contract_of(self.trial.plan, found.proposal.name)
        return self.trial.of(contract.name, self._chunks(found, contract), label=found.label)

    def _chunks(self, found: Input, contract: Contract) -> Iterator[Chunk]:
        limits = replace(self.limits, chunk_rows=CHUNK_ROWS)
        if found.table is not None:
            url = address_of(found.table.sql, self.folder, self.environment)
            with open_sql(url, table=found.table.table, wanted=contract.raw_columns, limits=limits) as reader:
                yield from reader.chunks()
            return
        origin = found.proposal
        options = ReadOptions(header_row=origin.header_row, sheet=origin.sheet, encoding=origin.encoding)
        for file in found.files:
            path = self.desk.path(file)
            wanted = None if ".jsonl" in path.suffixes else contract.raw_columns
            try:
                with open_file(path, options, limits, wanted) as reader:
                    yield from reader.chunks()
            except InputRefused as error:
                raise InputRefused(
                    [replace(problem, file=file.name) for problem in error.problems]
                ) from error
