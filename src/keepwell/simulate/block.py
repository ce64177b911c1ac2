"""One block of customers, made whole: what they buy and say, and by which accounts the business knows them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from keepwell.simulate.accounts import Accounts, draw_accounts
from keepwell.simulate.buying import Purchases, buy
from keepwell.simulate.clock import Clocks
from keepwell.simulate.contacts import Contacts, make_contacts
from keepwell.simulate.latent import Latent, clocks_of, draw_latent
from keepwell.simulate.lines import Lines, make_lines
from keepwell.simulate.orders import Orders, make_orders
from keepwell.simulate.parameters import Simulation
from keepwell.simulate.randomness import Topic, stream
from keepwell.simulate.seasons import Seasons
from keepwell.simulate.world import World


@dataclass(frozen=True, slots=True)
class Block:
    """Everything about BLOCK customers: the truth, and what the business sees of it."""

    number: int
    latent: Latent
    clocks: Clocks
    purchases: Purchases
    accounts: Accounts
    orders: Orders
    lines: Lines
    contacts: Contacts


def make_block(simulation: Simulation, world: World, seasons: Seasons, number: int) -> Block:
    """Make a block; the same seed and numbers give the same, whatever else is made."""

    def random(topic: Topic) -> np.random.Generator:
        return stream(simulation.seed, topic, number)

    given = simulation.parameters
    latent = draw_latent(simulation, world, seasons, number)
    everyone = np.arange(len(latent.first_day))
    clocks = clocks_of(latent, simulation, world, seasons)
    onset = clocks.at(everyone, latent.decline.onset)
    purchases = buy(
        random(Topic.BUYING),
        latent.buyers,
        clocks,
        first=clocks.at(everyone, latent.first_day, latent.first_share),
        onset=onset,
        dropout_factor=given.decline_dropout_factor,
    )
    # Who had left before a decline gives no sign of it.
    shown = replace(latent, decline=latent.decline.of(purchases.left >= onset, simulation.days))
    accounts, wallet = draw_accounts(
        random(Topic.ACCOUNTS), given, latent.people, latent.first_day, simulation.days - 1
    )
    orders = make_orders(random(Topic.ORDERS), given, shown, wallet, clocks, purchases, seasons, number)
    return Block(
        number=number,
        latent=latent,
        clocks=clocks,
        purchases=purchases,
        accounts=accounts,
        orders=orders,
        lines=make_lines(random(Topic.LINES), world, latent.people, orders),
        contacts=make_contacts(random(Topic.CONTACTS), world, shown, wallet, clocks, purchases, orders),
    )
