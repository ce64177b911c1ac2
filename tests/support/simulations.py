"""Blocks of simulated customers, and what a simulation writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from keepwell.simulate.block import Block, make_block
from keepwell.simulate.parameters import Parameters, Simulation
from keepwell.simulate.seasons import Seasons, seasons
from keepwell.simulate.world import World, world_of

UNTIL = date(2026, 6, 30)
DEFAULT = Parameters()
PLAIN = Parameters(seasonality=0, price_share=0, decline_share=0, campaign_uplift=0)
"""Parameters of a flat year in which nothing is planted."""


@dataclass(frozen=True)
class Made:
    """Some blocks and what surrounds them."""

    simulation: Simulation
    world: World
    seasons: Seasons
    blocks: tuple[Block, ...]

    def each(self, *names: str) -> np.ndarray[Any, Any]:
        """One array of all blocks, by the names that lead to it: ``each("latent", "buyers", "rate")``."""
        found = []
        for block in self.blocks:
            value: Any = block
            for name in names:
                value = getattr(value, name)
            found.append(value)
        return np.concatenate(found)


def made(blocks: int, parameters: Parameters = DEFAULT, *, years: int = 2, seed: int = 7) -> Made:
    """The first blocks of a simulation."""
    asked = Simulation(2_000, years, seed, UNTIL, parameters)
    world = world_of(asked)
    calendar = seasons(asked.first_day, asked.until, exponent=asked.parameters.seasonality)
    return Made(
        asked,
        world,
        calendar,
        tuple(make_block(asked, world, calendar, number) for number in range(blocks)),
    )


def truth(folder: Path, name: str) -> dict[str, list[Any]]:
    """A table of the truth, by column."""
    found: dict[str, list[Any]] = pq.read_table(folder / "truth" / f"{name}.parquet").to_pydict()
    return found
