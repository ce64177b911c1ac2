"""Write a whole simulated retailer: the plan, its data files, and the truth beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from keepwell.core.errors import Refused
from keepwell.core.files import write_atomically
from keepwell.simulate.block import Block, make_block
from keepwell.simulate.exports import View, exports
from keepwell.simulate.files import ExportFiles
from keepwell.simulate.oddities import Spoilt, spoil, with_oddities
from keepwell.simulate.parameters import BLOCK, Parameters, Simulation, check
from keepwell.simulate.randomness import Topic, stream
from keepwell.simulate.seasons import Seasons, seasons
from keepwell.simulate.truth import truth_of_block, truth_of_world
from keepwell.simulate.truth_files import TruthFiles, write_readme
from keepwell.simulate.world import World, reference_tables, world_of

Report = Callable[[int, int], object]
"""Told how many customers are done, of how many."""

ZONE = "Asia/Shanghai"
"""Of all local times and days of a simulation."""

SETTINGS = "keepwell.toml"
PLAN_FILES = (
    *(f"sources/{name}.yml" for name in ("pos_members", "pos_lines", "pos_contacts")),
    *(f"sources/{name}.yml" for name in ("shop_users", "shop_orders", "shop_lines", "shop_contacts")),
    "fields/contacts.yml",
)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    customers: int
    rows: int
    """Of the data files, headers not counted."""
    bad_rows: int


def silent(_done: int, _of: int) -> None:
    """Tells nobody."""


def write_simulation(folder: Path, simulation: Simulation, *, report: Report = silent) -> Written:
    """Write everything into ``folder``; the same simulation writes the same bytes.

    Memory holds one block of customers at a time. keepwell.toml comes last, so that a folder with it is whole.

    Raises:
        Refused: the simulation is beyond the limits, or the folder holds something already or is no folder.
    """
    check(simulation)
    _refuse_used(folder)
    given = simulation.parameters
    calendar = seasons(simulation.first_day, simulation.until, exponent=given.seasonality)
    world = world_of(simulation)
    exported = ExportFiles(folder, calendar.days[0], simulation.files_per)
    rows = bad_rows = 0
    with TruthFiles(folder) as truth:
        for name, columns in truth_of_world(world, calendar).items():
            truth.append(name, columns)
        for number in range(simulation.blocks):
            block = make_block(simulation, world, calendar, number)
            written, spoilt = _write_block(block, simulation, world, calendar, exported)
            tables = truth_of_block(block, world, calendar, spoilt, simulation.files_per)
            for name, columns in tables.items():
                truth.append(name, columns, before=simulation.customers)
            rows, bad_rows = rows + written, bad_rows + len(spoilt)
            report(min((number + 1) * BLOCK, simulation.customers), simulation.customers)
    _write_plan(folder, simulation, world)
    return Written(simulation.customers, rows, bad_rows)


def _refuse_used(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file", hint="name a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise Refused(
            f"the folder {folder} is not empty; nothing was written", hint="name a new or empty folder"
        )


def _write_block(
    block: Block, simulation: Simulation, world: World, calendar: Seasons, exported: ExportFiles
) -> tuple[int, list[Spoilt]]:
    """Append a block's rows to the files: how many, and those that were spoilt.

    Everything is drawn for the whole block and cut afterwards, so that the cut changes no row before it.
    """
    shares = simulation.parameters
    kept = simulation.customers - block.number * BLOCK
    odd = stream(simulation.seed, Topic.ODDITIES, block.number)
    uploads = stream(simulation.seed, Topic.UPLOADS, block.number)
    rows, all_spoilt = 0, []
    for source, made in exports(View(block, world, calendar), uploads, shares.late_share).items():
        export = with_oddities(odd, made) if source == "pos_lines" else made
        export, spoilt = spoil(odd, source, export, shares.bad_share)
        if kept < BLOCK:
            export = export.only(np.flatnonzero(export.customer < kept))
        exported.append(source, export, block=block.number)
        rows += len(export.at)
        all_spoilt += [each for each in spoilt if each.customer < kept]
    return rows, all_spoilt


def _write_plan(folder: Path, simulation: Simulation, world: World) -> None:
    for name, text in reference_tables(world).items():
        write_atomically(folder / "data" / f"{name}.csv", text.encode())
    templates = files("keepwell.simulate") / "plan"
    for name in PLAN_FILES:
        write_atomically(folder / name, (templates / name).read_bytes())
    write_atomically(folder / ".gitignore", b".keepwell/\n")
    write_readme(folder, _about(simulation))
    settings = (templates / SETTINGS).read_text("utf-8")
    write_atomically(folder / SETTINGS, settings.replace("{command}", _command(simulation)).encode())


def _command(simulation: Simulation) -> str:
    changed = {
        name: value
        for name, value in asdict(simulation.parameters).items()
        if value != getattr(Parameters(), name)
    }
    return (
        f"keepwell simulate --customers {simulation.customers} --years {simulation.years} "
        f"--seed {simulation.seed} --until {simulation.until} --files-per {simulation.files_per}"
        + "".join(f" --set {name}={value:g}" for name, value in changed.items())
    )


def _about(simulation: Simulation) -> str:
    parameters = ", ".join(f"{name} {value:g}" for name, value in asdict(simulation.parameters).items())
    return (
        f"Nobody in these files exists. Written by `{_command(simulation)}`: {simulation.first_day} to "
        f"{simulation.until}, local days of {ZONE}. Parameters: {parameters}.\n\n"
        "Clock days: each customer's own time, which runs faster where seasons, promotions and campaigns make them "
        "buy more, and slower in a decline; one clock day is an average day without any of these."
    )
