"""Randomised campaigns: who was chosen, who was touched and who left alone on purpose, and the true effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.clock import Clocks
from keepwell.simulate.types import Flags, Floats, Whole
from keepwell.simulate.world import World

AUDIENCE_SHARE = 0.4
"""Of those who bought first JOINED_DAYS before a campaign, or earlier, this share is chosen by chance."""
TREATED_SHARE = 0.5
"""Of those chosen; the others are the control."""
JOINED_DAYS = 30
RESPONSES, RESPONSE_SHARES = (0.0, 1.0, 1.6, -0.4), (0.25, 0.45, 0.20, 0.10)
"""How much of a campaign's effect a customer shows: none, as planned, more, or the contrary."""
MULTIPLIER_MIN = 0.1
EMPTY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Touches:
    """One row for each customer chosen for a campaign."""

    campaign: Whole
    customer: Whole
    is_treated: Flags
    multiplier: Floats
    """What being treated does to the customer's purchase rate while the effect lasts; of controls: would do."""


def draw_responses(random: np.random.Generator, customers: int) -> Floats:
    """Each customer's response, one of RESPONSES."""
    return random.choice(np.array(RESPONSES), customers, p=RESPONSE_SHARES)


def touch(random: np.random.Generator, world: World, first_day: Whole, responses: Floats) -> Touches:
    """Choose by chance, for every campaign, whom it goes to and who is its control."""
    campaigns, customers, treated, multipliers = [EMPTY], [EMPTY], [EMPTY > 0], [EMPTY + 0.0]
    for number, campaign in enumerate(world.campaigns):
        luck, arm = random.random((2, len(first_day)))
        chosen = np.flatnonzero((luck < AUDIENCE_SHARE) & (first_day <= campaign.first_day - JOINED_DAYS))
        campaigns.append(np.full(chosen.size, number))
        customers.append(chosen)
        treated.append(arm[chosen] < TREATED_SHARE)
        multipliers.append(np.maximum(1 + (campaign.uplift - 1) * responses[chosen], MULTIPLIER_MIN))
    return Touches(
        np.concatenate(campaigns),
        np.concatenate(customers),
        np.concatenate(treated),
        np.concatenate(multipliers),
    )


def quicken(pace: Floats, world: World, touches: Touches) -> None:
    """Multiply the pace (n, days) of the treated while each campaign's effect lasts, in place."""
    for number, campaign in enumerate(world.campaigns):
        of_it = (touches.campaign == number) & touches.is_treated
        span = slice(campaign.first_day, campaign.first_day + campaign.days)
        pace[touches.customer[of_it], span] *= touches.multiplier[of_it][:, None]


def expected_extra(world: World, touches: Touches, clocks: Clocks, rate: Floats) -> Floats:
    """Purchases that each treated customer, if there all the while, is expected to make more by the campaign.

    The rate times the clock days of the effect, less those there would have been without it; 0 for controls.
    """
    first = np.array([campaign.first_day for campaign in world.campaigns], dtype=np.int64)[touches.campaign]
    days = np.array([campaign.days for campaign in world.campaigns], dtype=np.int64)[touches.campaign]
    lasted = clocks.at(touches.customer, first + days) - clocks.at(touches.customer, first)
    share = np.where(touches.is_treated, 1 - 1 / touches.multiplier, 0.0)
    extra: Floats = rate[touches.customer] * lasted * share
    return extra
