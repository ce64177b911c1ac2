"""Files and tables come into a draft: looked at, guessed, and put beside what is of their shape."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from keepwell.core.errors import InputRefused, LimitExceeded, Problem
from keepwell.intake.guess.presets import presets
from keepwell.intake.guess.proposal import Proposal, propose
from keepwell.intake.guess.sample import Sample, sample, small
from keepwell.intake.guess.sniff import ending_of
from keepwell.intake.guess.words import plain
from keepwell.intake.readers import Limits, ReadOptions, open_file
from keepwell.intake.readers.sql import open_sql
from keepwell.runs.first_load.draft import INPUTS_MAX, Desk, Draft, Input, Stored, Table, settle

HEADER_ROWS_TRIED = 12
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""What a source may be called."""
NAMES = {"order": "orders", "order_line": "order_lines", "interaction": "contacts", "party": "members"}


def add_file(desk: Desk, draft: Draft, part: Path, name: str, limits: Limits) -> Draft:
    """The draft with a whole uploaded file; beside an input of the same columns, else as one of its own.

    Raises InputRefused for what cannot be read, and LimitExceeded.
    """
    name = safe_name(name)
    ending = ending_of(part, name)
    stored = Stored(name=name, stored=settle(desk, part, ending), size=0)
    path = desk.path(stored)
    stored = stored.model_copy(update={"size": path.stat().st_size})
    try:
        header_row, looked = look_at(path, limits)
    except InputRefused as error:
        path.unlink(missing_ok=True)
        # The name on disk is ours and tells the sender nothing.
        raise InputRefused([replace(problem, file=name) for problem in error.problems]) from error
    alike = next((each for each in draft.inputs if _is_alike(each, looked, path, desk)), None)
    if alike is not None:
        return draft.with_input(alike.model_copy(update={"files": (*alike.files, stored)}))
    return _with_new(desk, draft, looked, Input(
        id=token_hex(4), files=(stored,), proposal=propose(looked, "x", header_row=header_row),
    ))  # fmt: skip


def add_table(desk: Desk, draft: Draft, table: Table, url: str, limits: Limits) -> Draft:
    """The draft with a table of a database. Raises InputRefused, or Unavailable where it is out of reach."""
    with open_sql(url, table=table.table, limits=small(limits)) as reader:
        looked = sample(reader)
    if not looked.rows:
        raise InputRefused(Problem("the table has no rows", field=table.table))
    found = Input(id=token_hex(4), table=table, proposal=propose(looked, "x"))
    return _with_new(desk, draft, looked, found)


def look_at(path: Path, limits: Limits, options: ReadOptions | None = None) -> tuple[int, Sample]:
    """The row that names the columns, and the first rows beneath it. Raises InputRefused."""
    if options is not None:
        with open_file(path, options, small(limits)) as reader:
            return options.header_row, _with_rows(sample(reader), path)
    first: InputRefused | None = None
    for header_row in range(1, HEADER_ROWS_TRIED + 1):
        try:
            with open_file(path, ReadOptions(header_row=header_row), small(limits)) as reader:
                if header_row > 1 and len(reader.columns) < 3:  # noqa: PLR2004 (a sentence above the table, cut at a comma)
                    continue
                return header_row, _with_rows(sample(reader), path)
        except InputRefused as error:
            first = first or error
            if path.suffix not in {".csv", ".tsv", ".xlsx", ".gz"}:
                break
    assert first is not None
    raise first


def _with_rows(looked: Sample, path: Path) -> Sample:
    if not looked.rows:
        raise InputRefused(
            Problem("there is a header and no row beneath it", file=path.name, hint="export it again")
        )
    return looked


def _is_alike(known: Input, looked: Sample, path: Path, desk: Desk) -> bool:
    if known.table is not None or not known.files:
        return False
    same_kind = Path(known.files[0].stored).suffixes == path.suffixes
    return same_kind and desk.sample(known.id).columns == looked.columns


def _with_new(desk: Desk, draft: Draft, looked: Sample, found: Input) -> Draft:
    if len(draft.inputs) >= INPUTS_MAX:
        raise LimitExceeded(f"a draft has at most {INPUTS_MAX} kinds of file", hint="publish these first")
    proposal = found.proposal.model_copy(update={"name": _name(draft, found)})
    proposal = proposal.model_copy(update={"system": _system(draft, proposal)})
    desk.keep_sample(found.id, looked)
    return draft.with_input(found.model_copy(update={"proposal": proposal}))


def _name(draft: Draft, found: Input) -> str:
    """A name for the source: the file's where that is a word, else that of its kind."""
    stem = Path(found.label).name.split(".")[0] if found.table is None else found.label.rpartition(".")[2]
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    name = re.sub(r"[_\d]+$", "", name)[:40]
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,}", name):
        name = found.proposal.preset or NAMES[found.proposal.fact]
    taken = {each.proposal.name for each in draft.inputs}
    return next(each for each in (name, *(f"{name}_{n}" for n in range(2, 99))) if each not in taken)


def _system(draft: Draft, proposal: Proposal) -> str | None:
    """Files that call the customer the same share their customers."""
    party = proposal.of_use("party")
    for each in draft.inputs:
        theirs = each.proposal.of_use("party")
        if party and theirs and plain(theirs.column) == plain(party.column) and theirs.use == party.use:
            return each.proposal.system or each.proposal.name
    return proposal.name


def again(
    desk: Desk, found: Input, *, limits: Limits, header_row: int, sheet: str | None, preset: str | None
) -> Input:
    """An input guessed anew with another header row, sheet or preset. Raises InputRefused."""
    before = found.proposal
    looked = desk.sample(found.id)
    if found.files and (header_row, sheet) != (before.header_row, before.sheet):
        options = ReadOptions(header_row=header_row, sheet=sheet)
        _, looked = look_at(desk.path(found.files[0]), limits, options)
        desk.keep_sample(found.id, looked)
    if preset and preset not in presets():
        preset = None
    made = propose(looked, before.name, preset=preset, header_row=header_row, sheet=sheet)
    return found.model_copy(
        update={"proposal": made.model_copy(update={"system": before.system}), "seen": False}
    )


def of_kind(before: Proposal, made: Proposal) -> Proposal:
    """A proposal made anew for another kind of fact, under the name it had unless that was of the kind."""
    if before.name != NAMES[before.fact]:
        return made.model_copy(update={"system": before.system})
    name = NAMES[made.fact]
    system = name if before.system == before.name else before.system
    return made.model_copy(update={"name": name, "system": system})


def safe_name(given: str) -> str:
    """A file's own name without any path, mark or control in it."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter if letter.isalnum() or letter in "._-() " else "_" for letter in name).strip(" .")
    return name[-100:] or "file"
