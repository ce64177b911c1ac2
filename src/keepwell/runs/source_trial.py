"""A source as a plan defines it, tried on the data there are: before it is published, and without a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keepwell.core.errors import KeepwellError
from keepwell.intake.contract import Contract, contract_of
from keepwell.intake.readers import Chunk
from keepwell.runs.inputs import Waiting, definition_of, inputs_of, open_input
from keepwell.runs.intake import lost_inputs
from keepwell.runs.place import Place
from keepwell.runs.trial import CHUNK_ROWS, Trial, Tried


@dataclass(frozen=True, slots=True)
class SourceTrial:
    """What a source's data would become.

    ``is_read_anew`` says that the next run would read all its data again, since what they mean is different; it would
    refuse to while files it read are ``lost``.
    """

    tried: Tried
    is_read_anew: bool = False
    lost: tuple[str, ...] = ()


def try_source(place: Place, name: str) -> SourceTrial:
    """Try the source ``name`` of the place's plan. Nothing is written."""
    contract = contract_of(place.plan, name)
    try:
        inputs = inputs_of(place, contract)
    except KeepwellError as error:
        return SourceTrial(Tried(refused=error.problems))
    label = ", ".join(one.name for one in inputs[:3])
    tried = Trial(place.plan, place.lake.engine, place.now).of(
        name, _chunks(place, contract, inputs), label=label
    )
    state = place.lake.current().sources.get(name)
    if state is None or state.definition == definition_of(place, contract):
        return SourceTrial(tried)
    return SourceTrial(tried, is_read_anew=True, lost=tuple(lost_inputs(place, contract, state)))


def _chunks(place: Place, contract: Contract, inputs: Sequence[Waiting]) -> Iterator[Chunk]:
    for one in inputs:
        with open_input(place, contract, one, chunk_rows=CHUNK_ROWS) as reader:
            yield from reader.chunks()
