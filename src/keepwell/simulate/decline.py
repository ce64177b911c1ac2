"""Planted declines: some customers begin, on a day and for a cause, to buy less and to leave sooner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.types import NOTHING, Flags, Floats, Texts, Whole

CAUSES = ("price", "experience", "competitor", "service")
CAUSE_SHARES = (0.3, 0.2, 0.25, 0.25)
SETTLED_DAYS = 60
"""A decline begins this long after the first purchase, or later."""


@dataclass(frozen=True, slots=True)
class Decline:
    """For each customer of a block."""

    cause: Texts
    """One of CAUSES, or None."""
    onset: Whole
    """The day it begins; the number of days where there is none."""

    def of(self, customers: Flags, days: int) -> Decline:
        """The declines of these customers alone, of a period of ``days``."""
        return Decline(np.where(customers, self.cause, NOTHING), np.where(customers, self.onset, days))

    @property
    def is_planted(self) -> Whole:
        """Whose decline is planted, as indexes."""
        return np.flatnonzero(self.cause != None)  # noqa: E711 (element by element)


def plant(
    random: np.random.Generator, share: float, *, opening: Whole, first_day: Whole, days: int
) -> Decline:
    """Who declines, from when and why; nobody before SETTLED_DAYS after their first purchase.

    A competitor takes customers from the day of its ``opening`` in their city (-1: none opens); the other causes
    begin on any later day. A chosen customer for whom no day is left declines not at all.
    """
    count = len(first_day)
    chosen = random.random(count) < share
    cause = random.choice(len(CAUSES), count, p=CAUSE_SHARES)
    earliest = first_day + SETTLED_DAYS
    onset = earliest + np.floor(random.random(count) * np.maximum(days - earliest, 0)).astype(np.int64)
    onset = np.where(cause == CAUSES.index("competitor"), opening, onset)
    chosen &= (onset >= earliest) & (onset < days)
    names = np.array(CAUSES, dtype=object)[cause]
    return Decline(cause=np.where(chosen, names, NOTHING), onset=np.where(chosen, onset, days))


def slow(pace: Floats, decline: Decline, discount: Floats, factor: float) -> None:
    """Multiply the pace (n, days) by ``factor`` from each onset on, in place.

    Who declines because of prices still buys as before on days with a ``discount`` (days,).
    """
    declining = decline.is_planted
    begun = np.arange(pace.shape[1])[None, :] >= decline.onset[declining, None]
    spared = (decline.cause[declining] == "price")[:, None] & (discount > 0)[None, :]
    pace[declining] *= np.where(begun & ~spared, factor, 1.0)


def last_before(decline: Decline, cause: str, customer: Whole, day: Whole) -> Flags:
    """Which of these purchases, by customer and time, are the last before a decline of this cause begins."""
    is_before = (decline.cause == cause)[customer] & (day < decline.onset[customer])
    following = np.append(customer[1:], -1)
    goes_on = (following == customer) & np.append(is_before[1:], False)
    last: Flags = is_before & ~goes_on
    return last
