"""Who the customers are: names, cities, birthdays, segments, and how they like to buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from keepwell.simulate.names import person_names
from keepwell.simulate.parameters import BLOCK
from keepwell.simulate.types import Days, Floats, Texts, Whole
from keepwell.simulate.world import CITIES, STORES_PER_CITY

SEGMENTS = ("family", "young", "senior", "office")
SEGMENT_SHARES = (0.35, 0.25, 0.18, 0.22)
SEGMENT_AGES = (36, 25, 64, 32)
AGE_SPREAD = 4.5
SEGMENT_TASTES = (
    (14, 16, 12, 8, 14, 3, 9, 3, 14, 7),
    (3, 5, 24, 20, 6, 5, 11, 18, 1, 7),
    (22, 26, 6, 4, 16, 8, 8, 1, 1, 8),
    (6, 9, 15, 15, 10, 9, 13, 14, 2, 7),
)
"""For each segment how often it buys of each category, in proportion."""

SEGMENT_ONLINE = (0.35, 0.65, 0.10, 0.55)
"""For each segment the share of purchases online, of those who buy in both places."""

STORE_ONLY, BOTH, ONLINE_ONLY = range(3)
PLACE_SHARES = (0.45, 0.30, 0.25)


@dataclass(frozen=True, slots=True)
class People:
    """A block of customers; ``number`` tells one from all others, the rest are arrays beside it."""

    number: Whole
    name: Texts
    gender: Texts
    segment: Whole
    """Index into SEGMENTS: what they like and when, not how often: rates are BG/NBD's alone."""
    city: Whole
    home_store: Whole
    birthday: Days
    places: Whole
    """STORE_ONLY, BOTH or ONLINE_ONLY: where they have accounts."""
    online: Floats
    """Share of their purchases that is online."""


def draw_people(random: np.random.Generator, block: int, first_day: date) -> People:
    """The customers of a block; ages are those of the ``first_day``."""
    names, genders = person_names(random, BLOCK)
    segment = random.choice(len(SEGMENTS), BLOCK, p=SEGMENT_SHARES)
    weights = np.array([weight for _, _, weight in CITIES], dtype=float)
    city = random.choice(len(CITIES), BLOCK, p=weights / weights.sum())
    years = np.clip(random.normal(np.array(SEGMENT_AGES)[segment], AGE_SPREAD), 18, 95)
    places = random.choice(3, BLOCK, p=PLACE_SHARES)
    online = random.beta(2, 2, BLOCK) + np.array(SEGMENT_ONLINE)[segment] - 0.5
    return People(
        number=np.arange(BLOCK) + block * BLOCK,
        name=names,
        gender=genders,
        segment=segment,
        city=city,
        home_store=city * STORES_PER_CITY + random.integers(0, STORES_PER_CITY, BLOCK),
        birthday=np.datetime64(first_day) - (years * 365.25).astype("timedelta64[D]"),
        places=places,
        online=np.select(
            [places == STORE_ONLY, places == ONLINE_ONLY], [0.0, 1.0], np.clip(online, 0.02, 0.98)
        ),
    )
