"""A planted decline shows from its onset on, by as much as it should, and its cause can be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from keepwell.simulate.block import Block
from keepwell.simulate.contacts import COMPLAINT, REVIEW
from keepwell.simulate.decline import CAUSES, SETTLED_DAYS, last_before
from keepwell.simulate.orders import DAY_SECONDS
from keepwell.simulate.parameters import Parameters
from support.simulations import PLAIN, Made, made

FACTOR = 0.35


@pytest.fixture(scope="module")
def shop() -> Made:
    """A flat shop in which most customers decline; nobody leaves sooner for it."""
    return made(4, replace(PLAIN, decline_share=0.9, decline_dropout_factor=1, decline_rate_factor=FACTOR))


def were_there(block: Block, cause: str) -> set[int]:
    """Customers with a decline of this cause who had not left before it."""
    planted = np.flatnonzero(block.latent.decline.cause == cause)
    onset = block.clocks.at(planted, block.latent.decline.onset[planted])
    return set(planted[block.purchases.left[planted] >= onset].tolist())


def test_every_cause_is_planted_within_the_period(shop: Made) -> None:
    cause, onset = shop.each("latent", "decline", "cause"), shop.each("latent", "decline", "onset")
    planted = cause != None  # noqa: E711 (element by element)
    assert set(cause[planted]) == set(CAUSES)
    assert (onset[~planted] == len(shop.seasons.days)).all()
    assert (onset[planted] < len(shop.seasons.days)).all()
    assert (onset[planted] >= shop.each("latent", "first_day")[planted] + SETTLED_DAYS).all()


def test_purchases_fall_by_the_factor(shop: Made) -> None:
    """Observed purchases of the 60 days after an onset, against those the rates promise while they are there."""
    observed, promised = 0.0, 0.0
    for block in shop.blocks:
        decline, bought = block.latent.decline, block.purchases
        mine = decline.is_planted
        start = block.clocks.at(mine, decline.onset[mine])
        after = np.minimum(decline.onset[mine] + 60, block.clocks.days - 1)
        # What clocks show grows by FACTOR a day after the onset; a leaver's time ends with the last purchase.
        end = np.minimum(block.clocks.at(mine, after), bought.left[mine])
        length = np.maximum(end - start, 0) / FACTOR
        promised += float((block.latent.buyers.rate[mine] * length).sum())
        begun = np.full(len(decline.onset), np.inf)
        begun[mine] = start
        until = np.zeros(len(decline.onset))
        until[mine] = block.clocks.at(mine, after)
        at, who = bought.at, bought.customer
        observed += ((at >= begun[who]) & (at < until[who])).sum()
    assert observed > 400
    assert observed / promised == pytest.approx(FACTOR, abs=4 * FACTOR / np.sqrt(observed))


def test_a_competitor_takes_customers_of_its_city_from_the_day_it_opens(shop: Made) -> None:
    cause, onset = shop.each("latent", "decline", "cause"), shop.each("latent", "decline", "onset")
    taken = cause == "competitor"
    opening = shop.world.opening[shop.each("latent", "people", "city")]
    assert (onset[taken] == opening[taken]).all()
    assert (opening[taken] >= 0).all()


def test_complaints_tell_of_those_who_were_served_badly(shop: Made) -> None:
    for block in shop.blocks:
        decline, contacts = block.latent.decline, block.contacts
        complained = contacts.type == COMPLAINT
        day = contacts.at // DAY_SECONDS
        near = (
            complained
            & (day <= decline.onset[contacts.customer])
            & (day >= decline.onset[contacts.customer] - 2)
        )
        assert were_there(block, "service") <= set(contacts.customer[near].tolist())


def test_a_bad_experience_is_an_order_given_back_and_a_review_of_one_star(shop: Made) -> None:
    for block in shop.blocks:
        decline, orders, contacts = block.latent.decline, block.orders, block.contacts
        declining = were_there(block, "experience")
        assert 0 < len(declining) < (decline.cause == "experience").sum()
        one_star = (contacts.type == REVIEW) & (contacts.rating == 1)
        assert set(contacts.customer[one_star].tolist()) == declining
        last = last_before(decline, "experience", orders.customer, orders.day)
        last &= np.isin(orders.customer, list(declining))
        assert set(orders.customer[last].tolist()) == declining
        given_back = orders.status[last] == "returned"
        # Of store orders of the last fortnight some are not back yet.
        assert given_back.mean() > 0.97


def test_the_last_purchase_before_a_decline() -> None:
    shop = made(1, Parameters(decline_share=1))
    [block] = shop.blocks
    customer, day = block.orders.customer, block.orders.day
    found = last_before(block.latent.decline, "price", customer, day)
    onset = block.latent.decline.onset
    for who in np.flatnonzero(block.latent.decline.cause == "price")[:50]:
        before = [row for row in np.flatnonzero(customer == who) if day[row] < onset[who]]
        assert np.flatnonzero(found & (customer == who)).tolist() == before[-1:]


def test_those_who_leave_because_of_prices_still_buy_in_promotions() -> None:
    shop = made(1, replace(PLAIN, decline_share=1, decline_rate_factor=0))
    [block] = shop.blocks
    decline = block.latent.decline
    day, who = block.orders.day, block.orders.customer
    after = day >= decline.onset[who]
    is_price = decline.cause[who] == "price"
    assert (shop.seasons.discount[day[after & is_price]] > 0).all()
    assert (after & is_price).sum() > 10
    planted = decline.cause[who] != None  # noqa: E711 (element by element)
    assert (after & planted & ~is_price).sum() == 0
