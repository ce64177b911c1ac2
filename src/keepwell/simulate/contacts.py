"""Interactions other than orders: visits, service calls, complaints, reviews, what was sent, coupons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.accounts import Wallet
from keepwell.simulate.buying import Purchases
from keepwell.simulate.campaigns import EMPTY, Touches
from keepwell.simulate.clock import Clocks
from keepwell.simulate.decline import Decline
from keepwell.simulate.latent import Latent
from keepwell.simulate.orders import DAY_SECONDS, ONLINE_HOURS, STORE_HOURS, Orders, seconds_of_day
from keepwell.simulate.parameters import BLOCK
from keepwell.simulate.people import STORE_ONLY
from keepwell.simulate.types import NEVER, Floats, Texts, Whole
from keepwell.simulate.world import World

VISIT, ENQUIRY, COMPLAINT, REVIEW, MESSAGE, COUPON_ISSUED, COUPON_USED = (
    "visit", "enquiry", "complaint", "review", "message", "coupon_issued", "coupon_used",
)  # fmt: skip
OUTGOING = (MESSAGE, COUPON_ISSUED)

VISITS_PER_PURCHASE = 1.0
ENQUIRIES, COMPLAINTS, REVIEWS = 0.05, 0.008, 0.10
"""Shares of purchases that such a contact follows; reviews of online ones."""
PLANTED_COMPLAINTS_MAX = 3
COUPON_USED_SHARE = 0.6
"""Of treated customers who buy while a campaign's effect lasts."""
CAMPAIGN_HOUR = 10
"""Messages go out in the hour from then on."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """A block's contacts, one row each, in order of time. Times are seconds after the first day's beginning."""

    customer: Whole
    account: Whole
    at: Whole
    type: Texts
    rating: Whole
    """Stars of a review; 0 for anything else."""
    campaign: Whole
    """-1 where it belongs to none."""


def make_contacts(
    random: np.random.Generator,
    world: World,
    latent: Latent,
    wallet: Wallet,
    clocks: Clocks,
    purchases: Purchases,
    orders: Orders,
) -> Contacts:
    """All contacts of a block up to the last day, those that a decline is seen by among them."""
    decline = latent.decline
    drawn = [
        _visits(random, latent, clocks, purchases.left),
        _after_orders(random, orders, ENQUIRY, ENQUIRIES, 3),
        _after_orders(random, orders, COMPLAINT, COMPLAINTS, 5),
        _after_orders(random, orders, REVIEW, np.where(orders.is_online, REVIEWS, 0.0), 7),
        _planted(random, decline, "service", COMPLAINT, PLANTED_COMPLAINTS_MAX),
        _planted(random, decline, "experience", REVIEW, 1),
        *_of_campaigns(random, world, latent.touches, orders),
    ]
    made = _Rows(
        *(np.concatenate(column) for column in zip(*(rows.columns() for rows in drawn), strict=True))
    )
    account = np.where(
        wallet.card[made.customer] >= 0, wallet.card[made.customer], wallet.shop[made.customer]
    )
    # A visit is told by the shop's own pages, anything else by the account that the service desk sees first.
    account = np.where(made.type == VISIT, wallet.shop[made.customer], account)
    known = np.flatnonzero((made.at >= 0) & (made.at < clocks.days * DAY_SECONDS) & (account >= 0))
    kept = known[np.argsort(made.at[known], kind="stable")]
    return Contacts(
        made.customer[kept],
        account[kept],
        made.at[kept],
        made.type[kept],
        made.rating[kept],
        made.campaign[kept],
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    customer: Whole
    at: Whole
    type: Texts
    rating: Whole
    campaign: Whole

    def columns(self) -> tuple[Whole | Texts, ...]:
        """The columns in their order."""
        return (self.customer, self.at, self.type, self.rating, self.campaign)


def _rows(
    customer: Whole, at: Whole, kind: str, *, rating: Whole | None = None, campaign: Whole | None = None
) -> _Rows:
    return _Rows(
        customer,
        at,
        np.full(len(customer), kind, dtype=object),
        np.zeros(len(customer), dtype=np.int64) if rating is None else rating,
        np.full(len(customer), -1) if campaign is None else campaign,
    )


def _visits(random: np.random.Generator, latent: Latent, clocks: Clocks, left: Floats) -> _Rows:
    """A Poisson process on the clock of each customer of the shop, while they are there."""
    first = clocks.at(np.arange(len(left)), latent.first_day, latent.first_share)
    length = np.maximum(np.minimum(left, clocks.total) - first, 0.0)
    rate = VISITS_PER_PURCHASE * latent.buyers.rate * (latent.people.places != STORE_ONLY)
    visits = random.poisson(rate * length)
    customer = np.repeat(np.arange(len(visits)), visits)
    shown = first[customer] + random.random(customer.size) * length[customer]
    day, share = clocks.when(customer, shown)
    return _rows(customer, day * DAY_SECONDS + seconds_of_day(share, ONLINE_HOURS), VISIT)


def _after_orders(
    random: np.random.Generator, orders: Orders, kind: str, share: float | Floats, days: int
) -> _Rows:
    """Contacts that some orders, those with an account, are followed by within ``days`` days."""
    row = np.flatnonzero((random.random(len(orders.at)) < share) & (orders.account >= 0))
    day = orders.day[row] + random.integers(1, days + 1, row.size)
    at = day * DAY_SECONDS + seconds_of_day(random.random(row.size), STORE_HOURS)
    rating = 3 + random.integers(0, 3, row.size) if kind == REVIEW else None
    return _rows(orders.customer[row], at, kind, rating=rating)


def _planted(random: np.random.Generator, decline: Decline, cause: str, kind: str, most: int) -> _Rows:
    """What tells of a decline with this cause: one to ``most`` contacts on the day it begins or the two before."""
    declining = np.flatnonzero(decline.cause == cause)
    customer = np.repeat(declining, random.integers(1, most + 1, declining.size))
    day = decline.onset[customer] - random.integers(0, 3, customer.size)
    at = day * DAY_SECONDS + seconds_of_day(random.random(customer.size), STORE_HOURS)
    return _rows(
        customer, at, kind, rating=np.ones(customer.size, dtype=np.int64) if kind == REVIEW else None
    )


def _of_campaigns(
    random: np.random.Generator, world: World, touches: Touches, orders: Orders
) -> tuple[_Rows, ...]:
    """A message and a coupon to the treated, and coupons used with the first order while the effect lasts."""
    treated = np.flatnonzero(touches.is_treated)
    customer, campaign = touches.customer[treated], touches.campaign[treated]
    first = np.array([each.first_day for each in world.campaigns], dtype=np.int64)
    sent = first[campaign] * DAY_SECONDS + CAMPAIGN_HOUR * 3600 + random.integers(0, 3600, treated.size)
    would_use = random.random(treated.size) < COUPON_USED_SHARE
    rows, numbers = [EMPTY], [EMPTY]
    for number, each in enumerate(world.campaigns):
        holders = would_use & (campaign == number)
        held_from = np.full(BLOCK, NEVER)
        held_from[customer[holders]] = sent[holders]
        in_time = (orders.at > held_from[orders.customer]) & (orders.day < each.first_day + each.days)
        could = np.flatnonzero(in_time & (orders.account >= 0))
        _, earliest = np.unique(orders.customer[could], return_index=True)
        rows.append(could[earliest])
        numbers.append(np.full(earliest.size, number))
    used = np.concatenate(rows)
    return (
        _rows(customer, sent, MESSAGE, campaign=campaign),
        _rows(customer, sent, COUPON_ISSUED, campaign=campaign),
        _rows(orders.customer[used], orders.at[used], COUPON_USED, campaign=np.concatenate(numbers)),
    )
