"""What is true of a block of customers before anything happens, and how their clocks run because of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.buying import Buyers, arrivals, draw_buyers
from keepwell.simulate.campaigns import Touches, draw_responses, quicken, touch
from keepwell.simulate.clock import Clocks, clocks
from keepwell.simulate.decline import Decline, plant, slow
from keepwell.simulate.parameters import BLOCK, Simulation
from keepwell.simulate.people import People, draw_people
from keepwell.simulate.prices import answer_prices, draw_elasticities
from keepwell.simulate.randomness import Topic, stream
from keepwell.simulate.seasons import Seasons
from keepwell.simulate.spending import draw_mean_spend
from keepwell.simulate.types import Floats, Whole
from keepwell.simulate.world import World


@dataclass(frozen=True, slots=True)
class Latent:
    """A block of customers: arrays with one entry for each, touches apart."""

    people: People
    buyers: Buyers
    mean_spend: Floats
    """元 an order."""
    elasticity: Floats
    response: Floats
    decline: Decline
    touches: Touches
    first_day: Whole
    """Of the first purchase."""
    first_share: Floats
    """Of that day gone by at the first purchase."""


def draw_latent(simulation: Simulation, world: World, seasons: Seasons, block: int) -> Latent:
    """Draw a block; the same seed and numbers give the same."""
    given = simulation.parameters

    def random(topic: Topic) -> np.random.Generator:
        return stream(simulation.seed, topic, block)

    who = draw_people(random(Topic.PEOPLE), block, simulation.first_day)
    first_day, first_share = arrivals(random(Topic.ARRIVALS), seasons.index, BLOCK)
    campaigning = random(Topic.CAMPAIGNS)
    responses = draw_responses(campaigning, BLOCK)
    return Latent(
        people=who,
        buyers=draw_buyers(random(Topic.BUYERS), given, BLOCK),
        mean_spend=draw_mean_spend(random(Topic.MEAN_SPEND), given, BLOCK),
        elasticity=draw_elasticities(random(Topic.PRICES), given, BLOCK),
        response=responses,
        decline=plant(
            random(Topic.DECLINE),
            given.decline_share,
            opening=world.opening[who.city],
            first_day=first_day,
            days=simulation.days,
        ),
        touches=touch(campaigning, world, first_day, responses),
        first_day=first_day,
        first_share=first_share,
    )


def clocks_of(latent: Latent, simulation: Simulation, world: World, seasons: Seasons) -> Clocks:
    """The customers' clocks: seasons, and each one's answers to prices, decline and campaigns."""
    pace = np.broadcast_to(seasons.index, (len(latent.first_day), len(seasons.index))).copy()
    answer_prices(pace, latent.elasticity, seasons.discount)
    slow(pace, latent.decline, seasons.discount, simulation.parameters.decline_rate_factor)
    quicken(pace, world, latent.touches)
    return clocks(pace)
