"""The first part of a run: what sources have that is new goes into the vault and the lake, input by input.

An input is in the lake whole or not at all: the vault is written first (what it is told twice it keeps once), then
one version of the lake lists the input's facts, its quarantined rows and the input itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from keepwell.core.errors import InputRefused, Problem
from keepwell.exchange.into_vault import forget_originals, keep_personal
from keepwell.intake.contract import Contract, contract_of
from keepwell.intake.publish import Publication
from keepwell.intake.quarantine import open_rows, write_settled
from keepwell.intake.take_in import TakeIn
from keepwell.lake.manifest import Counts, SourceState
from keepwell.runs.inputs import Waiting, definition_of, inputs_of, news, open_input, with_watermark
from keepwell.runs.place import Place, Progress

NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class TakenInput:
    """An input that this run took in."""

    source: str
    name: str
    counts: Counts


def take_in_all(place: Place) -> tuple[list[TakenInput], list[Problem]]:
    """Take in all that is new. An input that cannot be read is left out whole and told; the others go on."""
    taken: list[TakenInput] = []
    problems: list[Problem] = []
    for name in place.plan.sources:
        contract = contract_of(place.plan, name)
        with _told(problems, name):
            forget_if_redefined(place, contract)
            for one in inputs_of(place, contract):
                with _told(problems, name):
                    if fresh := news(place, one, place.lake.current().sources.get(name)):
                        place.report(Progress(step=f"reading {name}", detail=one.name))
                        taken.append(take_in_one(place, contract, fresh))
    return taken, problems


@contextmanager
def _told(problems: list[Problem], source: str) -> Iterator[None]:
    """A refused input is a problem to tell, no end of the run."""
    try:
        yield
    except InputRefused as error:
        problems += [replace(problem, field=problem.field or source) for problem in error.problems]


def take_in_one(place: Place, contract: Contract, one: Waiting) -> TakenInput:
    """Take in one input, from reading to the version of the lake that lists it."""
    take_in = TakeIn(
        engine=place.lake.engine,
        contract=contract,
        as_of=place.as_of,
        rates=place.plan.rates,
        pseudonyms=place.keys,
        input_name=one.name,
        content=f"{one.content.sha256}:{definition_of(place, contract)}",
        is_pull=one.path is None,
    )
    with open_input(place, contract, one) as reader:
        taken = take_in.run(reader.chunks())
        content = with_watermark(one.content, reader)
    publication = Publication(
        lake=place.lake,
        manifest=place.lake.current(),
        contract=contract,
        definition=definition_of(place, contract),
        taken=taken,
        content=content,
        now=place.now,
    )
    counts = publish(place, publication, cause=f"input {contract.name}: {one.name}")
    return TakenInput(contract.name, one.name, counts)


def publish(place: Place, publication: Publication, *, cause: str) -> Counts:
    """Write an input's files, then the vault, then make the version that lists the files the current one."""
    published = publication.write()
    counts = published.counts
    if counts.accounted != counts.rows:
        raise AssertionError(f"rows of {publication.content.name} are not all accounted for: {counts}")
    contract, taken = publication.contract, publication.taken
    keep_personal(place.store, place.keys, contract, taken, published.fresh, now=place.now)
    place.lake.publish(published.manifest, cause=cause, now=place.now)
    forget_originals(place.store, published.gone)
    return counts


def forget_if_redefined(place: Place, contract: Contract) -> None:
    """Start a source anew when its definition changed: its files are read again, its quarantine is emptied.

    Raises InputRefused, and keeps the facts there are, where a file that was read is gone: it cannot be read again.
    """
    manifest = place.lake.current()
    state = manifest.sources.get(contract.name)
    if state is None or state.definition == definition_of(place, contract):
        return
    _refuse_lost_inputs(place, contract, state)
    still_open = open_rows(place.lake, manifest)
    mine = still_open.filter(still_open.source == contract.name)
    outcomes = dict.fromkeys(place.lake.engine.values(mine.quarantine_id), "superseded")
    rest = {name: known for name, known in manifest.sources.items() if name != contract.name}
    settled = manifest.settled + write_settled(place.lake, outcomes, now=place.now)
    place.lake.publish(
        manifest.model_copy(update={"sources": rest, "settled": settled}),
        cause=f"source {contract.name} was redefined",
        now=place.now,
    )
    forget_originals(place.store, tuple(outcomes))


def _refuse_lost_inputs(place: Place, contract: Contract, state: SourceState) -> None:
    if lost := lost_inputs(place, contract, state):
        raise InputRefused(
            Problem(
                "its definition changed, so all its files are to be read anew, and of those read before "
                f"{len(lost)} are gone: {', '.join([*lost[:NAMES_SHOWN], *['…'] * (len(lost) > NAMES_SHOWN)])}",
                field=contract.name,
                hint="put them back, or undo the change, or give the source a new name to begin without them",
            )
        )


def lost_inputs(place: Place, contract: Contract, state: SourceState) -> list[str]:
    """The files of a source that were read and are gone, by name."""
    there = {one.name for one in inputs_of(place, contract)}
    return sorted({known.name for known in state.inputs if known.sha256} - there)
