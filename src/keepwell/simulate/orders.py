"""From purchases to orders: where, when in the day, by which account, worth what, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.accounts import ID_SPACE, ID_STEP, Wallet
from keepwell.simulate.buying import Purchases
from keepwell.simulate.clock import Clocks
from keepwell.simulate.decline import last_before
from keepwell.simulate.latent import Latent
from keepwell.simulate.parameters import Parameters
from keepwell.simulate.seasons import Seasons
from keepwell.simulate.spending import draw_values
from keepwell.simulate.types import Flags, Floats, Texts, Whole
from keepwell.simulate.world import ASSOCIATES_PER_STORE, STORES_PER_CITY

DAY_SECONDS = 86_400
STORE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 9, 9, 7, 6, 7, 8, 9, 11, 12, 9, 5, 0, 0, 0)
ONLINE_HOURS = (2, 1, 1, 0, 0, 0, 1, 2, 4, 5, 6, 6, 7, 5, 5, 5, 5, 5, 6, 8, 10, 12, 10, 6)
"""Shares of a day's purchases by hour, in proportion."""

AT_HOME_STORE = 0.85
RETURN_DAYS_MAX = 14
PAID, RETURNED, CANCELLED = "paid", "returned", "cancelled"


@dataclass(frozen=True, slots=True)
class Orders:
    """A block's orders, one row each, by customer and time. Times are seconds after the first day's beginning."""

    number: Texts
    customer: Whole
    account: Whole
    """Row of the account that is told; -1 where the till saw no card."""
    is_online: Flags
    at: Whole
    day: Whole
    store: Whole
    associate: Whole
    """Number of the associate in the whole tree."""
    value: Whole
    """What is paid, in fen."""
    discount: Floats
    """Share taken off the list price."""
    status: Texts
    returned_at: Whole
    """Of a returned store order when the goods came back; -1 where nothing came back in a store."""


def seconds_of_day(share: Floats, hours: tuple[int, ...]) -> Whole:
    """The second of the day at which ``share`` of a day's purchases have been made."""
    gone = np.concatenate([[0], np.cumsum(hours)]) / sum(hours)
    seconds = np.interp(share, gone, np.arange(25) * 3600)
    return np.minimum(seconds, DAY_SECONDS - 1).astype(np.int64)


def make_orders(
    random: np.random.Generator,
    shares: Parameters,
    latent: Latent,
    wallet: Wallet,
    clocks: Clocks,
    purchases: Purchases,
    seasons: Seasons,
    block: int,
) -> Orders:
    """An order of every purchase. The order before a decline by bad experience goes back."""
    who, customer = latent.people, purchases.customer
    count = len(customer)
    day, share = clocks.when(customer, purchases.at)
    spoilt = last_before(latent.decline, "experience", customer, day)
    is_online = random.random(count) < who.online[customer]
    at = day * DAY_SECONDS + np.where(
        is_online, seconds_of_day(share, ONLINE_HOURS), seconds_of_day(share, STORE_HOURS)
    )
    elsewhere = who.city[customer] * STORES_PER_CITY + random.integers(0, STORES_PER_CITY, count)
    store = np.where(random.random(count) < AT_HOME_STORE, who.home_store[customer], elsewhere)
    associate = store * ASSOCIATES_PER_STORE + random.integers(0, ASSOCIATES_PER_STORE, count)
    fate = random.random(count)
    is_returned = (fate < shares.returned_share) | spoilt
    is_cancelled = is_online & ~is_returned & (fate > 1 - shares.cancelled_share)
    # Goods come back while the store is open, and only what has come back by the last day is known.
    back_day = day + random.integers(1, RETURN_DAYS_MAX + 1, count)
    back_at = back_day * DAY_SECONDS + seconds_of_day(random.random(count), STORE_HOURS)
    is_back = is_returned & ~is_online & (back_day < len(seasons.days))
    letters = np.where(is_online, "W", "P").tolist()
    # Scattered, so that the numbers do not tell which orders are the same person's.
    serials = (np.arange(count) * ID_STEP % ID_SPACE).tolist()
    return Orders(
        number=np.array(
            [f"{letter}{block:05}{serial:08}" for letter, serial in zip(letters, serials, strict=True)],
            dtype=object,
        ),
        customer=customer,
        account=np.where(
            is_online,
            wallet.shop[customer],
            _cards(random, wallet, customer, day, shares.anonymous_share),
        ),
        is_online=is_online,
        at=at,
        day=day,
        store=store,
        associate=associate,
        value=draw_values(random, shares.spend_p, latent.mean_spend[customer]),
        discount=seasons.discount[day],
        status=np.select(
            [is_returned & (is_online | is_back), is_cancelled], [RETURNED, CANCELLED], PAID
        ).astype(object),
        returned_at=np.where(is_back, back_at, -1),
    )


def _cards(
    random: np.random.Generator, wallet: Wallet, customer: Whole, day: Whole, anonymous: float
) -> Whole:
    """Which card is shown at the till: none, the first, or, from its day on, as often the second."""
    luck, second = random.random((2, len(customer)))
    has_second = (wallet.second[customer] >= 0) & (day >= wallet.second_from[customer])
    card = np.where(has_second & (second < 0.5), wallet.second[customer], wallet.card[customer])  # noqa: PLR2004
    return np.where(luck < anonymous, -1, card)
