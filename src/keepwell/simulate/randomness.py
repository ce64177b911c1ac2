"""Where chance comes from: one stream of random numbers for each topic of each block.

A topic has a stream of its own, so that a change of one process leaves the draws of all others as they are.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Topic(IntEnum):
    """What random numbers are drawn for. Numbers stay: they are part of what a seed means."""

    WORLD = 0
    PEOPLE = 1
    ARRIVALS = 2
    BUYERS = 3
    MEAN_SPEND = 4
    PRICES = 5
    DECLINE = 6
    CAMPAIGNS = 7
    BUYING = 8
    ACCOUNTS = 9
    ORDERS = 10
    LINES = 11
    CONTACTS = 12
    UPLOADS = 13
    ODDITIES = 14


def stream(seed: int, topic: Topic, block: int | None = None) -> np.random.Generator:
    """The random numbers of a topic, of one block of customers or (None) of the world around them."""
    key = (int(topic),) if block is None else (int(topic), block)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
